//! Everything that can go wrong in a call, as one type: what was refused before sending, what the network did, what the
//! service answered, and what could not be read. Every error names its operation, keeps its cause, and shows no secret.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, StatusCode};

pub use self::api::ApiError;
pub(crate) use self::api::Occasion;
pub use self::auth::AuthError;
pub use self::decode::DecodeError;
pub(crate) use self::secrets::Secrets;
#[cfg(any(feature = "oauth", feature = "system-user"))]
pub(crate) use self::secrets::Texts;
pub use self::token::TokenError;
use crate::tenant::TenantState;
use crate::transport::TransportError;

mod api;
mod auth;
mod decode;
mod escaped;
mod object;
mod secrets;
mod token;

/// A call that failed, or a client that could not be built.
///
/// Its text says what has failed; why, as far as it has a cause of its own (a name that cannot be resolved, a certificate that is not
/// trusted), is in its [sources](std::error::Error::source). A log is of most use with the whole chain.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A parameter or a body cannot be sent as it is. Nothing was sent.
    #[error("{operation}: `{parameter}` cannot be sent: {reason}")]
    InvalidRequest {
        /// Id of the operation.
        operation: &'static str,
        /// The parameter, or `body`.
        parameter: Cow<'static, str>,
        /// What is wrong with it.
        reason: Cow<'static, str>,
    },
    /// The value of a header or a credential holds characters that a header cannot hold. Nothing was sent.
    #[error("the value for `{name}` holds characters that a header cannot hold")]
    InvalidHeader {
        /// The header or the credential; its value is not shown.
        name: Cow<'static, str>,
    },
    /// The client cannot be built like this.
    #[error("the client cannot be built: {reason}")]
    InvalidConfiguration {
        /// What is wrong, and what to do.
        reason: Cow<'static, str>,
    },
    /// The body could not be written as JSON. Nothing was sent.
    #[error("{operation}: the body cannot be written as JSON")]
    Encode {
        /// Id of the operation.
        operation: &'static str,
        /// Why.
        source: serde_json::Error,
    },
    /// A write of what may be translated text, which would replace the texts of all languages: the client has a language, or the body
    /// holds an entity that was read through one. Nothing was sent.
    #[error(
        "{operation}: refused, because translated texts would be written over the texts of all languages; write what was read \
         without a language through a client without a language; if nothing in its body is translated, say `.untranslated()` or the \
         language on this call"
    )]
    TranslatedWrite {
        /// Id of the operation.
        operation: &'static str,
    },
    /// A write of an entity that was read in part, which would empty its other properties. Nothing was sent.
    #[error(
        "{operation}: refused, because its body holds an entity that was read in part (`select`) and saving it would empty the rest; \
         read it whole, send a patch, or call `assume_complete` on its `extra`"
    )]
    PartialWrite {
        /// Id of the operation.
        operation: &'static str,
    },
    /// The network failed.
    #[error("{operation}: {source}")]
    Transport {
        /// Id of the operation.
        operation: &'static str,
        /// What failed, and whether the request was sent.
        source: TransportError,
    },
    /// The answer took too long.
    #[error("{operation}: no answer within {after:?}")]
    Timeout {
        /// Id of the operation.
        operation: &'static str,
        /// The time that was allowed.
        after: Duration,
    },
    /// The call's [deadline](crate::ClientBuilder::deadline) has passed while it waited for its turn, as the client's own limits of
    /// requests want it. Nothing was sent.
    #[error("{operation}: not sent, because the client's limits gave it no turn within {after:?}")]
    NotSent {
        /// Id of the operation.
        operation: &'static str,
        /// The time that was allowed.
        after: Duration,
    },
    /// Credentials are missing, were refused, or could not be obtained.
    #[error(transparent)]
    Auth(Box<AuthError>),
    /// The tenant does not take calls now.
    #[error("tenant `{}` is not running: {}", .0.context_identifier, .0.state)]
    TenantUnavailable(Box<TenantState>),
    /// It could not be found out where the tenant is.
    #[error("the place of tenant `{tenant}` could not be found out")]
    TenantUnresolved {
        /// The tenant.
        tenant: String,
        /// Why; shared by all calls that waited for the answer.
        source: Arc<Error>,
    },
    /// The thing that was asked for does not exist (404). A `DELETE` may say so after a [repetition](crate::RetryPolicy) because its
    /// first attempt, whose answer was lost, has succeeded.
    #[error(transparent)]
    NotFound(Box<ApiError>),
    /// A `test` of a patch failed: the thing has changed since it was read (409).
    #[error(transparent)]
    Conflict(Box<ApiError>),
    /// The thing has changed since the time given in `If-Unmodified-Since` (412).
    #[error(transparent)]
    PreconditionFailed(Box<ApiError>),
    /// Too many calls (429).
    #[error(transparent)]
    RateLimited(Box<ApiError>),
    /// The service answered with an error, either by status or by an error object.
    #[error(transparent)]
    Api(Box<ApiError>),
    /// The service wants the call to go elsewhere. Redirects are never followed, because they would carry credentials along.
    #[error(
        "{operation}: {status} redirects to `{location}`, which is not followed; check the base address, and the credentials if this is a login"
    )]
    Redirect {
        /// Id of the operation.
        operation: &'static str,
        /// The status.
        status: StatusCode,
        /// The `Location` header, at most 200 characters of it, without its query.
        location: String,
    },
    /// The body of the answer is longer than the client accepts.
    #[error("{operation}: the answer is longer than {limit} bytes")]
    BodyTooLarge {
        /// Id of the operation.
        operation: &'static str,
        /// The limit in bytes, counted after decompression.
        limit: u64,
    },
    /// The answer is not what the operation is documented to return.
    #[error(transparent)]
    Decode(Box<DecodeError>),
    /// The next page of a list cannot be read.
    #[error("{operation}: {reason}")]
    Paging {
        /// Id of the operation.
        operation: &'static str,
        /// What is wrong with it.
        reason: Cow<'static, str>,
    },
}

impl Error {
    /// Id of the operation that failed, where there was one.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        match self {
            Self::InvalidRequest { operation, .. }
            | Self::Encode { operation, .. }
            | Self::TranslatedWrite { operation }
            | Self::PartialWrite { operation }
            | Self::Transport { operation, .. }
            | Self::Timeout { operation, .. }
            | Self::NotSent { operation, .. }
            | Self::Redirect { operation, .. }
            | Self::BodyTooLarge { operation, .. }
            | Self::Paging { operation, .. } => Some(operation),
            Self::Decode(error) => Some(error.operation()),
            _ => self.api().map(ApiError::operation),
        }
    }

    /// What the service answered, where it answered with an error: the service that was called, or one that was asked for credentials or
    /// for the place of the tenant before that.
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        match self {
            Self::NotFound(error)
            | Self::Conflict(error)
            | Self::PreconditionFailed(error)
            | Self::RateLimited(error)
            | Self::Api(error) => Some(error),
            Self::Auth(error) => error.api(),
            Self::TenantUnresolved { source, .. } => source.api(),
            _ => None,
        }
    }

    /// The same without what the answer to a secret request says.
    pub(crate) fn without_words(mut self) -> Self {
        match &mut self {
            Self::NotFound(error)
            | Self::Conflict(error)
            | Self::PreconditionFailed(error)
            | Self::RateLimited(error)
            | Self::Api(error) => error.forget_words(),
            Self::Auth(error) => {
                if let AuthError::Refused(error) = &mut **error {
                    error.forget_words();
                }
            }
            Self::Redirect { location, .. } => *location = origin(location),
            _ => {}
        }
        self
    }

    /// Status of the answer, where there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Redirect { status, .. } => Some(*status),
            Self::Decode(error) => Some(error.status()),
            Self::TenantUnresolved { source, .. } => source.status(),
            _ => self.api().map(ApiError::status),
        }
    }

    /// Headers of the answer, where there was one.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        match self {
            Self::Decode(error) => Some(error.headers()),
            Self::TenantUnresolved { source, .. } => source.headers(),
            _ => self.api().map(ApiError::headers),
        }
    }

    /// Whether the same call may succeed later: the network failed, the service is busy or down, the tenant is in
    /// maintenance. Whether repeating it is harmless depends on the operation; the client has already repeated what it may.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Transport { source, .. } => source.is_temporary(),
            Self::Timeout { .. } | Self::NotSent { .. } | Self::RateLimited(_) => true,
            Self::TenantUnavailable(state) => state.state.is_temporary(),
            Self::TenantUnresolved { source, .. } => source.is_retryable(),
            Self::Auth(error) => error.is_retryable(),
            Self::Api(error) => matches!(error.status().as_u16(), 408 | 502 | 503 | 504),
            _ => false,
        }
    }
}

/// Scheme and host of an address; nothing of one that has none.
fn origin(address: &str) -> String {
    let parts = address.split_once("://");
    parts.map_or_else(String::new, |(scheme, rest)| {
        let host = rest.split('/').next().unwrap_or_default();
        format!("{scheme}://{host}")
    })
}

impl From<AuthError> for Error {
    fn from(error: AuthError) -> Self {
        Self::Auth(Box::new(error))
    }
}

impl From<ApiError> for Error {
    fn from(error: ApiError) -> Self {
        let wrap = match error.status() {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::CONFLICT => Self::Conflict,
            StatusCode::PRECONDITION_FAILED => Self::PreconditionFailed,
            StatusCode::TOO_MANY_REQUESTS => Self::RateLimited,
            StatusCode::UNAUTHORIZED => return AuthError::Refused(Box::new(error)).into(),
            _ => Self::Api,
        };
        wrap(Box::new(error))
    }
}
