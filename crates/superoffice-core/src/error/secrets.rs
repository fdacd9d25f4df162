//! The credentials that a request has carried, so that an answer that repeats the request (a gateway's page about it) can be shown all the
//! same. Takes the headers that are marked as secret, or texts; gives any text with these taken out, each wherever it stands word by
//! word: a whole value, what follows its scheme, the two parts of a Basic credential, the values of cookies.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue};
use zeroize::Zeroizing;

/// What stands in the place of a secret.
const REDACTED: &str = "[redacted]";
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
        let mut masked = text.to_owned();
        for secret in &self.0 {
            if masked.contains(secret.as_str()) {
                masked = masked.replace(secret.as_str(), REDACTED);
            }
        }
        masked
    }

    /// Marks the headers in which one of these stands, so that they are not printed.
    pub(super) fn mark(&self, headers: &mut HeaderMap) {
        for value in headers.values_mut() {
            let text = String::from_utf8_lossy(value.as_bytes());
            if self.0.iter().any(|secret| text.contains(secret.as_str())) {
                value.set_sensitive(true);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
