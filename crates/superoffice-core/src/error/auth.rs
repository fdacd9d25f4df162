//! Credentials that are missing, refused, or could not be obtained. No error here holds a secret.

use std::borrow::Cow;
use std::sync::Arc;

use super::{ApiError, TokenError};
use crate::Error;

/// What went wrong with the credentials.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// The service refused the credentials of a call (401), also after they were renewed where they can be.
    #[error("the credentials were refused: {0}")]
    Refused(#[source] Box<ApiError>),
    /// The service that issues credentials said no.
    #[error("{service}: no credentials: {message}")]
    Denied {
        /// Which service.
        service: &'static str,
        /// Its own words, or its error code.
        message: String,
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
