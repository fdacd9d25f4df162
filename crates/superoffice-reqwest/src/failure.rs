//! What a failure of reqwest means for the caller: how far the request came. The address is taken out of it, for a query may hold what
//! is not to be logged.

use std::error::Error as StdError;
use std::fmt;

use superoffice_core::BodyError;
use superoffice_core::transport::{TransportError, TransportErrorKind};

/// The body of a request could not be read.
#[derive(Debug)]
pub(crate) struct RequestBodyFailure(pub(crate) BodyError);

impl fmt::Display for RequestBodyFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body of the request could not be read")
    }
}

impl StdError for RequestBodyFailure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source: &(dyn StdError + 'static) = &*self.0;
        Some(source)
    }
}

/// A request that got no answer.
pub(crate) fn of_reqwest(error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    let kind = if error.is_connect() && has_cause(&error, is_tls) {
        TransportErrorKind::Tls
    } else if error.is_connect() {
        TransportErrorKind::Connect
    } else if has_cause(&error, |cause| cause.is::<RequestBodyFailure>()) {
        TransportErrorKind::RequestBody
    } else if error.is_builder() {
        TransportErrorKind::Unusable
    } else {
        TransportErrorKind::Interrupted
    };
    TransportError::new(kind, error)
}

fn has_cause(
    error: &(dyn StdError + 'static),
    test: fn(&(dyn StdError + 'static)) -> bool,
) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if test(error) {
            return true;
        }
        next = error.source();
    }
    false
}

/// rustls reports inside of `io::Error`s, whose `source` skips the error they hold.
fn is_tls(error: &(dyn StdError + 'static)) -> bool {
    let inside = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    error.is::<rustls::Error>() || inside.is_some_and(|inside| is_tls(inside))
}
