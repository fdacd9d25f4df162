//! What a `Content-Type` says about a body. Takes the value of the header, with parameters and in any case; gives whether it is JSON, and
//! whether it is a page. Refuses nothing: a value that cannot be read is neither.

use http::HeaderValue;

/// JSON, or what is written in it (`application/problem+json`).
pub(crate) fn is_json(content_type: &HeaderValue) -> bool {
    let media_type = without_parameters(content_type);
    let ending = media_type
        .len()
        .checked_sub(4)
        .and_then(|start| media_type.get(start..));
    ending.is_some_and(|ending| ending.eq_ignore_ascii_case(b"json"))
}

/// HTML in either of its forms.
pub(crate) fn is_html(content_type: &HeaderValue) -> bool {
    let media_type = without_parameters(content_type);
    media_type.eq_ignore_ascii_case(b"text/html")
        || media_type.eq_ignore_ascii_case(b"application/xhtml+xml")
}

fn without_parameters(content_type: &HeaderValue) -> &[u8] {
    let mut parts = content_type.as_bytes().split(|byte| *byte == b';');
    parts.next().unwrap_or_default().trim_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_pages_and_the_rest() {
        let table: [(&[u8], bool, bool); 13] = [
            (b"application/json", true, false),
            (b"Application/JSON ; charset=utf-8", true, false),
            (b"application/problem+json", true, false),
            (b"application/merge-patch+Json;a=b", true, false),
            (b"json", true, false),
            (b"text/html", false, true),
            (b"Text/HTML;charset=\xff", false, true),
            (b"application/XHTML+xml", false, true),
            (b"application/octet-stream; x=text/html", false, false),
            (b"text/plain; format=json", false, false),
            (b"text/html5", false, false),
            (b"son", false, false),
            (b"", false, false),
        ];
        for (value, json, html) in table {
            let shown = String::from_utf8_lossy(value);
            let found = HeaderValue::from_bytes(value)
                .ok()
                .map(|value| (is_json(&value), is_html(&value)));
            assert_eq!(found, Some((json, html)), "{shown}");
        }
    }
}
