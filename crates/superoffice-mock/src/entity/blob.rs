//! Bytes that are uploaded and downloaded again. It takes the request and the store: an upload is kept under its path, as it
//! came or, for a form, as the first part of it; a download gives what was kept, or three neutral bytes, raw or as base64
//! text where the caller accepts JSON alone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{StatusCode, header};
use serde_json::Value;

use crate::check::media;
use crate::exchange::{Answer, Incoming};
use crate::store::{Blob, Store};

const NEUTRAL: &[u8] = &[1, 2, 3];
const OCTETS: &str = "application/octet-stream";

/// Keeps the bytes of an upload.
pub(crate) fn upload(request: &Incoming, store: &mut Store) {
    let media = media::text(&request.headers, header::CONTENT_TYPE.as_str());
    let blob = boundary(media)
        .and_then(|boundary| first_part(&request.body, &boundary))
        .unwrap_or_else(|| Blob {
            bytes: request.body.clone(),
            media: media.to_owned(),
        });
    store.put_blob(key(request), blob);
}

/// Gives the bytes that were kept under the request's path.
pub(crate) fn download(request: &Incoming, store: &Store) -> Answer {
    let (bytes, media) = store
        .blob(&key(request))
        .map_or((Bytes::from_static(NEUTRAL), OCTETS), |blob| {
            (blob.bytes.clone(), blob.media.as_str())
        });
    let accept = media::text(&request.headers, header::ACCEPT.as_str()).to_ascii_lowercase();
    if accept.contains("json") && !accept.contains('*') && !accept.contains("octet-stream") {
        return Answer::json(StatusCode::OK, &Value::from(STANDARD.encode(&bytes)));
    }
    Answer {
        body: bytes,
        ..Answer::empty(StatusCode::OK)
    }
    .with(header::CONTENT_TYPE, media)
}

/// Forgets the bytes under the request's path.
pub(crate) fn discard(request: &Incoming, store: &mut Store) {
    store.delete_blob(&key(request));
}

fn key(request: &Incoming) -> String {
    request.uri.path().to_ascii_lowercase()
}

fn boundary(media: &str) -> Option<String> {
    if !media.to_ascii_lowercase().starts_with("multipart/") {
        return None;
    }
    let (_, value) = media.split_once("boundary=")?;
    let value = value.split(';').next().unwrap_or(value);
    Some(format!("--{}", value.trim().trim_matches('"')))
}

fn first_part(body: &Bytes, boundary: &str) -> Option<Blob> {
    let start = find(body, boundary.as_bytes())? + boundary.len();
    let part = body.get(start..)?;
    let head_end = find(part, b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(part.get(..head_end)?).into_owned();
    let content = part.get(head_end + 4..)?;
    let end = find(content, format!("\r\n{boundary}").as_bytes())?;
    Some(Blob {
        bytes: Bytes::copy_from_slice(content.get(..end)?),
        media: part_media(&head),
    })
}

fn part_media(head: &str) -> String {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("content-type"))
        .map_or_else(|| OCTETS.to_owned(), |(_, value)| value.trim().to_owned())
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len())
        .position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::{boundary, first_part};

    #[test]
    fn the_first_part_of_a_form_is_the_file() {
        let body = "--xyz\r\nContent-Disposition: form-data; name=\"f\"\r\nContent-Type: image/png\r\n\r\nAB\r\nC\r\n--xyz--\r\n";
        let boundary = boundary("multipart/form-data; boundary=\"xyz\"");
        let part = boundary.and_then(|boundary| first_part(&Bytes::from(body), &boundary));
        assert!(part.is_some_and(|part| part.bytes == "AB\r\nC" && part.media == "image/png"));
    }

    #[test]
    fn a_broken_form_has_no_part() {
        for body in ["", "--xyz", "--xyz\r\n\r\n", "--xyz\r\n\r\nAB"] {
            assert!(first_part(&Bytes::from(body), "--xyz").is_none(), "{body}");
        }
    }
}
