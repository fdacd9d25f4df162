//! The login of the online environment: discovery, keys, authorization code with PKCE, refresh, and the system user. Each
//! endpoint takes the request and the tenant's identity and answers as OAuth 2.0 (RFC 6749) or the platform says; a wrong
//! code, verifier, refresh token or signed token is refused in that endpoint's own form.

pub(crate) mod jwt;
pub(crate) mod oauth;
pub(crate) mod system_user;

use std::time::Duration;

use crate::auth::Issued;

/// Who the tenant is and how long its tokens live.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    /// `Cust12345`.
    pub(crate) customer: String,
    /// Life of access tokens and tickets.
    pub(crate) lifetime: Duration,
    /// The client secret that logins must present, where one is configured.
    pub(crate) client_secret: Option<String>,
    /// Refresh tokens of logins that were before the tenant started.
    pub(crate) refresh_tokens: Vec<String>,
    /// The RSA public key (PKCS#1 DER) that signs system-user tokens, where one is configured.
    pub(crate) system_user_key: Option<Vec<u8>>,
}

/// What the logins remember.
#[derive(Debug, Default)]
pub(crate) struct Logins {
    pub(crate) issued: Issued,
    pub(crate) codes: Vec<oauth::Code>,
    pub(crate) refresh_tokens: Vec<String>,
}
