//! Credentials in the text of a page: some show the `Authorization` header of whoever made their samples. Takes a word; says
//! whether it is the base64 of a user name, a colon and a password. It refuses nothing.

/// What documentation has instead.
pub(super) const REMOVED: &str = "(removed)";

/// Whether a word that follows `Basic` gives a user name and a password.
pub(super) fn is_credential(word: &str) -> bool {
    let word = word.trim_end_matches(['.', ',', ';', '"', '\'', ')']);
    decoded(word.trim_end_matches('='))
        .is_some_and(|bytes| bytes.contains(&b':') && bytes.iter().all(|byte| *byte >= b' '))
}

/// The bytes of a base64 text without its padding.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xFF) as u8);
        }
    }
    Some(bytes)
}
