//! Credentials that are given once and never renewed. Takes names and secrets; refuses what a header cannot hold, and a user name
//! with a colon, which Basic cannot express.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use zeroize::Zeroizing;

use super::AuthError;
use crate::locale;

const APP_TOKEN: HeaderName = HeaderName::from_static("so-apptoken");
const XSRF_TOKEN: HeaderName = HeaderName::from_static("x-xsrf-token");

/// Headers that authenticate every call of a client.
#[derive(Debug, Clone, Default)]
pub(crate) struct FixedCredentials {
    headers: HeaderMap,
}

impl FixedCredentials {
    /// None yet.
    #[must_use]
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// `Authorization: Basic …`: user name and password, on-premise only.
    ///
    /// # Errors
    /// If the user name holds a colon or either holds control characters.
    pub(crate) fn basic(self, user: &str, password: &str) -> Result<Self, AuthError> {
        if user.contains(':') {
            return Err(invalid("the user name", "it must not hold a colon"));
        }
        if user.chars().chain(password.chars()).any(char::is_control) {
            return Err(invalid(
                "user name and password",
                "they must not hold control characters",
            ));
        }
        let pair = Zeroizing::new(format!("{user}:{password}"));
        let encoded = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
        self.with(
            header::AUTHORIZATION,
            "user name and password",
            &["Basic ", &encoded],
        )
    }

    /// `Authorization: SoTicket …`. Online tenants need the app token as well.
    ///
    /// # Errors
    /// If the ticket holds characters that a header cannot hold.
    pub(crate) fn so_ticket(self, ticket: &str) -> Result<Self, AuthError> {
        self.with(header::AUTHORIZATION, "the ticket", &["SoTicket ", ticket])
    }

    /// `Authorization: Bearer …`: an access token of an online tenant.
    ///
    /// # Errors
    /// If the token is not a `b64token` of RFC 6750; a colon is allowed too, because the service uses it.
    pub(crate) fn bearer(self, token: &str) -> Result<Self, AuthError> {
        if !is_b64token(token) {
            return Err(invalid(
                "the bearer token",
                "it must be letters, digits and -._~+/: with = at its end",
            ));
        }
        self.with(
            header::AUTHORIZATION,
            "the bearer token",
            &["Bearer ", token],
        )
    }

    /// `X-XSRF-TOKEN: …` with the session's cookies (`name=value; name=value`), for code that runs in the web client's session.
    ///
    /// # Errors
    /// If either holds characters that a header cannot hold.
    pub(crate) fn xsrf(self, token: &str, cookies: &str) -> Result<Self, AuthError> {
        let with_token = self.with(XSRF_TOKEN, "the XSRF token", &[token])?;
        with_token.with(header::COOKIE, "the cookies", &[cookies])
    }

    /// `SO-AppToken: …`: the secret of a partner's application.
    ///
    /// # Errors
    /// If it holds characters that a header cannot hold.
    pub(crate) fn app_token(self, token: &str) -> Result<Self, AuthError> {
        self.with(APP_TOKEN, "the app token", &[token])
    }

    /// Any other header whose value is a secret, as the key of a gateway is.
    ///
    /// # Errors
    /// If name or value hold characters that a header cannot hold, or the header sets the language.
    pub(crate) fn header(self, name: &str, secret: &str) -> Result<Self, AuthError> {
        const WHAT: &str = "a secret header";
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| invalid(WHAT, "its name holds characters that it cannot hold"))?;
        if locale::is_language(&name) {
            return Err(invalid(WHAT, "set the language with `language`"));
        }
        self.with(name, WHAT, &[secret])
    }

    fn with(
        mut self,
        name: HeaderName,
        what: &'static str,
        parts: &[&str],
    ) -> Result<Self, AuthError> {
        self.headers.insert(name, secret_value(what, parts)?);
        Ok(self)
    }

    pub(crate) fn into_headers(self) -> HeaderMap {
        self.headers
    }
}

/// A header value that is never printed, and whose bytes are wiped when its last copy is dropped.
pub(crate) fn secret_value(what: &'static str, parts: &[&str]) -> Result<HeaderValue, AuthError> {
    if parts.last().is_none_or(|secret| secret.is_empty()) {
        return Err(invalid(what, "it is empty"));
    }
    // Given its full length at once, so that growing leaves no copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(
        parts.iter().map(|part| part.len()).sum(),
    ));
    parts
        .iter()
        .for_each(|part| bytes.extend_from_slice(part.as_bytes()));
    let mut value = HeaderValue::from_maybe_shared(Bytes::from_owner(bytes))
        .map_err(|_| invalid(what, "it holds characters that a header cannot hold"))?;
    value.set_sensitive(true);
    Ok(value)
}

fn is_b64token(token: &str) -> bool {
    let body = token.trim_end_matches('=');
    !body.is_empty()
        && body
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/:".contains(&byte))
}

fn invalid(what: &'static str, reason: &'static str) -> AuthError {
    AuthError::Invalid {
        what,
        reason: reason.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authorization(credentials: Result<FixedCredentials, AuthError>) -> Option<String> {
        let headers = credentials.ok()?.into_headers();
        Some(
            headers
                .get(header::AUTHORIZATION)?
                .to_str()
                .ok()?
                .to_owned(),
        )
    }

    #[test]
    fn basic_is_as_in_rfc_7617() {
        let basic = |user, password| authorization(FixedCredentials::new().basic(user, password));
        assert_eq!(
            basic("Aladdin", "open sesame").as_deref(),
            Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
        );
        assert_eq!(
            basic("test", "123£").as_deref(),
            Some("Basic dGVzdDoxMjPCow==")
        );
        assert_eq!(
            basic("colon", "a:b:c").as_deref(),
            Some("Basic Y29sb246YTpiOmM=")
        );
        assert_eq!(basic("a:b", "c"), None);
        assert_eq!(basic("a\nb", "c"), None);
    }

    #[test]
    fn bearer_tokens_are_b64tokens() {
        let bearer = |token| authorization(FixedCredentials::new().bearer(token));
        assert_eq!(
            bearer("8A:Cust12345.Ab-c_~+/=").as_deref(),
            Some("Bearer 8A:Cust12345.Ab-c_~+/=")
        );
        for bad in ["", "=", "a b", "a=b", "a\r\nX: y", "å", "a\"b"] {
            assert_eq!(bearer(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_ticket_is_sent_as_it_is() {
        let ticket = authorization(FixedCredentials::new().so_ticket("7T:AbCd=="));
        assert_eq!(ticket.as_deref(), Some("SoTicket 7T:AbCd=="));
    }

    #[test]
    fn a_secret_header_is_one_that_can_be_sent() {
        let bad = [
            ("", "a"),
            ("a b", "a"),
            ("SO-Language", "sv"),
            ("x-key", ""),
            ("x-key", "a\nb"),
        ];
        for (name, value) in bad {
            let refused = FixedCredentials::new().header(name, value);
            assert!(refused.is_err(), "{name:?}: {value:?}");
        }
    }

    #[test]
    fn nothing_is_printed() {
        let all = FixedCredentials::new()
            .basic("user", "canary")
            .and_then(|all| all.app_token("canary"))
            .and_then(|all| all.xsrf("canary", "XSRF-TOKEN=canary"))
            .and_then(|all| all.header("x-gateway-key", "canary"));
        assert!(all.is_ok());
        assert!(!format!("{all:?} {all:#?}").contains("canary"));
    }
}
