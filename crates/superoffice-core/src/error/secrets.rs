//! The credentials that a request has carried, so that an answer that repeats the request (a gateway's page about it) can be shown all the
//! same. Takes the headers that are marked as secret, or texts; gives any text with these taken out, each wherever it stands, escaped or
//! not: a whole value, what follows its scheme, the two parts of a Basic credential, the values of cookies.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue};
use zeroize::Zeroizing;

use super::escaped::{Spelled, spelled};

/// What stands in the place of a secret.
pub(super) const REDACTED: &str = "[redacted]";
/// What is shorter, in bytes, is no secret, and stands everywhere.
const SHORTEST: usize = 4;

/// The secret headers of a request.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Vec<HeaderValue>);

impl Secrets {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let secret = headers.values().filter(|value| value.is_sensitive());
        Self(secret.cloned().collect())
    }

    /// What must not be shown.
    pub(super) fn texts(&self) -> Texts {
        let mut texts = Texts::default();
        self.0.iter().for_each(|value| texts.add_header(value));
        texts
    }

    pub(crate) fn mask(&self, text: &str) -> String {
        self.texts().mask(text)
    }

    /// Marks the headers in which one of these stands, so that they are not printed.
    pub(crate) fn mark(&self, headers: &mut HeaderMap) {
        if !self.0.is_empty() {
            self.texts().mark(headers);
        }
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(REDACTED)
    }
}

/// Texts that must not be shown, the longest first, since one may stand in another.
#[derive(Default)]
pub(crate) struct Texts(Vec<Zeroizing<String>>);

impl Texts {
    pub(crate) fn add(&mut self, text: &str) {
        if text.len() >= SHORTEST {
            let place = self.0.partition_point(|other| other.len() >= text.len());
            self.0.insert(place, Zeroizing::new(text.to_owned()));
        }
    }

    fn add_header(&mut self, value: &HeaderValue) {
        let value = Zeroizing::new(String::from_utf8_lossy(value.as_bytes()).into_owned());
        self.add(&value);
        for part in value.split(';') {
            self.add(part.split_once('=').map_or("", |(_, value)| value));
        }
        let Some((scheme, credential)) = value.split_once(' ') else {
            return;
        };
        self.add(credential);
        if scheme.eq_ignore_ascii_case("basic") {
            self.add_basic(credential);
        }
    }

    fn add_basic(&mut self, encoded: &str) {
        let Ok(decoded) = STANDARD.decode(encoded).map(Zeroizing::new) else {
            return;
        };
        let pair = Zeroizing::new(String::from_utf8_lossy(&decoded).into_owned());
        self.add(&pair);
        self.add(pair.split_once(':').map_or("", |(_, password)| password));
    }

    /// The longest, in bytes.
    pub(super) fn longest(&self) -> usize {
        self.0.first().map_or(0, |text| text.len())
    }

    pub(crate) fn mask(&self, text: &str) -> String {
        let mask = |text: String, secret: &Zeroizing<String>| without(&text, secret);
        self.0.iter().fold(text.to_owned(), mask)
    }

    /// The start of a text, which may end inside a secret: what has begun there is taken out as well.
    pub(super) fn mask_start(&self, text: &str) -> String {
        let mut masked = self.mask(text);
        let begun = self.0.iter().filter_map(|secret| begun(&masked, secret));
        if let Some(end) = begun.min() {
            masked.truncate(end);
        }
        masked
    }

    fn mark(&self, headers: &mut HeaderMap) {
        for value in headers.values_mut().filter(|value| !value.is_sensitive()) {
            let text = String::from_utf8_lossy(value.as_bytes());
            // However it is spelled, it is not shorter: what is too short for it need not be searched, and of most answers that is all.
            let mut fitting = self.0.iter().filter(|secret| secret.len() <= text.len());
            if fitting.any(|secret| places(&text, secret).any(is_whole)) {
                value.set_sensitive(true);
            }
        }
    }
}

/// What stands at each character of the text.
fn places<'t>(text: &'t str, secret: &'t str) -> impl Iterator<Item = (usize, Spelled)> + 't {
    text.char_indices().map(move |(at, _)| {
        let rest = text.get(at..).unwrap_or_default();
        (at, spelled(rest, secret))
    })
}

fn is_whole((_, found): (usize, Spelled)) -> bool {
    matches!(found, Spelled::Whole(_))
}

fn without(text: &str, secret: &str) -> String {
    let (mut masked, mut end) = (String::with_capacity(text.len()), 0);
    for (at, found) in places(text, secret) {
        if let (Spelled::Whole(length), true) = (found, at >= end) {
            masked.push_str(text.get(end..at).unwrap_or_default());
            masked.push_str(REDACTED);
            end = at + length;
        }
    }
    masked.push_str(text.get(end..).unwrap_or_default());
    masked
}

/// Where the secret begins that the text does not show to its end.
fn begun(text: &str, secret: &str) -> Option<usize> {
    places(text, secret).find_map(|(at, found)| match found {
        Spelled::Begun(length) if length >= SHORTEST => Some(at),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_taken_out_however_it_is_spelled() {
        let mut texts = Texts::default();
        texts.add("a+b/c=\"d\\e\u{e4}\u{1f511} f<g>&'");
        let spelled = [
            "a+b/c=\"d\\e\u{e4}\u{1f511} f<g>&'",
            r#"a+b/c=\"d\\e\u00e4\ud83d\udd11 f<g>&'"#,
            r"a\u002Bb\/c\u003d\u0022d\\e\u00E4\uD83D\uDD11 f\u003cg\u003e\u0026\u0027",
            "a%2Bb%2fc%3D%22d%5Ce%C3%A4%F0%9F%94%91+f%3Cg%3E%26%27",
            "a%2Bb%2fc%3D%22d%5Ce%C3%A4%F0%9F%94%91%20f%3Cg%3E%26%27",
            "a&#43;b&#x2F;c&#61;&quot;d\\e&#228;&#128273; f&lt;g&gt;&amp;&apos;",
            "a&#43;b&#x2F;c&#61;&quot;d\\e&#228;&#x1F511; f&lt;g&gt;&amp;&apos;",
        ];
        for text in spelled {
            let shown = texts.mask(&format!("[{text}], {text}"));
            assert_eq!(shown, "[[redacted]], [redacted]", "{text}");
            // Wherever it is cut, nothing of it is left but what is too short to be told from other text.
            for (end, _) in text.char_indices() {
                let start = text.get(..end).unwrap_or_default();
                let shown = texts.mask_start(&format!("{text}; {start}"));
                let left = shown.strip_prefix("[redacted]; ");
                assert!(
                    left.is_some_and(|left| left.len() < 16 && start.starts_with(left)),
                    "{shown}"
                );
                assert!(end < 16 || left == Some(""), "{shown}");
            }
        }
        // Escapes of other things are left as they are.
        for other in [
            r"a\u002Cb",
            r"a\ud83d\u0041",
            r"a\ud83d\ud83d",
            r"a\udd11\ud83d",
            "a%2Cb%",
            "a&#44;b&",
            r"a\",
            "a&nbsp;b",
            r"\u00zz",
            "%zz",
            "&#;",
            "&#x;",
        ] {
            assert_eq!(texts.mask_start(other), other);
        }
        let halves = r"\ud83d".repeat(50_000);
        assert_eq!(texts.mask_start(&halves), halves);
    }

    #[test]
    fn secrets_are_taken_out_wherever_they_stand() {
        // The header, an answer, and what is shown of it.
        let table = [
            (
                "Bearer abc.def",
                "you sent abc.def!",
                "you sent [redacted]!",
            ),
            (
                "Bearer abc.def",
                "you sent Bearer abc.def",
                "you sent [redacted]",
            ),
            (
                "Bearer abc.def",
                "Bearer is the scheme",
                "Bearer is the scheme",
            ),
            (
                "plain-secret",
                "a plain-secret, plain-secret",
                "a [redacted], [redacted]",
            ),
            (
                "Basic dXNlcjpwYXNzd29yZA==",
                "dXNlcjpwYXNzd29yZA==",
                "[redacted]",
            ),
            ("basic dXNlcjpwYXNzd29yZA==", "user:password", "[redacted]"),
            (
                "Basic dXNlcjpwYXNzd29yZA==",
                "no password user",
                "no [redacted] user",
            ),
            ("Basic !", "!", "!"),
            ("a=first; b=second", "second&first", "[redacted]&[redacted]"),
            // One stands in another.
            ("x=inner; y=more-inner", "more-inner", "[redacted]"),
            ("abc", "abc", "abc"),
            ("", "", ""),
        ];
        for (header, answer, shown) in table {
            let mut headers = HeaderMap::new();
            let mut value = HeaderValue::from_static(header);
            headers.insert("x-shown", value.clone());
            assert_eq!(Secrets::of(&headers).mask(answer), answer);
            value.set_sensitive(true);
            headers.insert("x-secret", value);
            assert_eq!(Secrets::of(&headers).mask(answer), shown, "{header}");
        }
    }
}
