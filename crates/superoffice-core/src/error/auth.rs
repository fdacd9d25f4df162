//! Credentials that are missing, refused, or could not be obtained. No error here holds a secret.

use std::borrow::Cow;
use std::sync::Arc;

use http::StatusCode;

use super::{ApiError, TokenError};
use crate::Error;

/// What went wrong with the credentials.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// The service refused the credentials of a call (401), also after they were renewed where they can be.
    #[error("the credentials were refused: {0}")]
    Refused(#[source] Box<ApiError>),
    /// The service that issues credentials said no. Make one with [`denied`](Self::denied).
    #[error("{service}: no credentials: {message}")]
    #[non_exhaustive]
    Denied {
        /// Which service.
        service: &'static str,
        /// Its own words, or its error code.
        message: String,
        /// Its error code, where it gave one: OAuth's `error`, such as `invalid_grant` for a refresh token that is no longer good.
        code: Option<String>,
        /// The status of its answer, where that was not one of success.
        status: Option<StatusCode>,
    },
    /// Credentials cannot be made from what was given: a malformed key, token or user name.
    #[error("{what}: {reason}")]
    Invalid {
        /// What was given.
        what: &'static str,
        /// What is wrong with it.
        reason: Cow<'static, str>,
    },
    /// The service has answered with a signed token that is not to be believed.
    #[error("{service}: its token is refused: {reason}")]
    Untrusted {
        /// Which service.
        service: &'static str,
        /// What is wrong with it.
        #[source]
        reason: TokenError,
    },
    /// The call to the service that issues credentials failed.
    #[error("{service} could not be asked for credentials")]
    Unavailable {
        /// Which service.
        service: &'static str,
        /// Why; shared by all calls that waited for these credentials.
        source: Arc<Error>,
    },
}

impl AuthError {
    /// That a service that issues credentials said no: for a [`CredentialSource`](crate::auth::CredentialSource) of your own.
    #[must_use]
    pub fn denied(service: &'static str, message: impl Into<String>) -> Self {
        Self::Denied {
            service,
            message: message.into(),
            code: None,
            status: None,
        }
    }

    /// What the service answered, where it answered with an error.
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Refused(error) => Some(error),
            Self::Unavailable { source, .. } => source.api(),
            _ => None,
        }
    }

    /// Whether the same call may succeed later: the service that issues credentials could not be reached.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable { source, .. } if source.is_retryable())
    }
}
