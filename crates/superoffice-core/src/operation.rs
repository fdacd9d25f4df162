//! What the client knows about an operation before it is called: its id, verb, route, whether it may be repeated, and when
//! the service itself calls it slow. Generated code builds these as constants; they hold no values of a call.

use http::Method;

/// HTTP methods of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Verb {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Verb {
    /// As it stands in a request line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl From<Verb> for Method {
    fn from(verb: Verb) -> Self {
        match verb {
            Verb::Get => Self::GET,
            Verb::Post => Self::POST,
            Verb::Put => Self::PUT,
            Verb::Patch => Self::PATCH,
            Verb::Delete => Self::DELETE,
        }
    }
}

/// Whether a call may be repeated when it is not known whether the first one ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Safety {
    /// It reads only.
    Safe,
    /// It writes, but twice is the same as once. A call with a condition (`If-Unmodified-Since`, `If-Match`, `If-None-Match`) is not
    /// repeated all the same, unless it [says so itself](crate::Request::safety): it would fail for what it has written.
    Idempotent,
    /// It must not be repeated.
    Unsafe,
}

/// An operation of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// Id of its reference page (`v1ChatAgent_PickUpChatSession`); shown in errors and traces.
    pub id: &'static str,
    /// The method.
    pub verb: Verb,
    /// The path from the root of the installation, with `{name}` for parameters (`/api/v1/Contact/{id}`).
    pub route: &'static str,
    /// Whether a call may be repeated.
    pub safety: Safety,
    /// Above this many milliseconds the service itself calls the operation slow.
    pub slow_after_ms: Option<u32>,
    /// Media type to ask for; JSON where `None`.
    pub accept: Option<&'static str>,
}

impl Operation {
    /// A `GET`, which reads only.
    #[must_use]
    pub const fn get(id: &'static str, route: &'static str) -> Self {
        Self::new(id, Verb::Get, route, Safety::Safe)
    }

    /// A `POST`, which must not be repeated unless said otherwise.
    #[must_use]
    pub const fn post(id: &'static str, route: &'static str) -> Self {
        Self::new(id, Verb::Post, route, Safety::Unsafe)
    }

    /// A `PUT`, which may be repeated.
    #[must_use]
    pub const fn put(id: &'static str, route: &'static str) -> Self {
        Self::new(id, Verb::Put, route, Safety::Idempotent)
    }

    /// A `PATCH`, which must not be repeated unless said otherwise.
    #[must_use]
    pub const fn patch(id: &'static str, route: &'static str) -> Self {
        Self::new(id, Verb::Patch, route, Safety::Unsafe)
    }

    /// A `DELETE`, which may be repeated.
    #[must_use]
    pub const fn delete(id: &'static str, route: &'static str) -> Self {
        Self::new(id, Verb::Delete, route, Safety::Idempotent)
    }

    const fn new(id: &'static str, verb: Verb, route: &'static str, safety: Safety) -> Self {
        Self {
            id,
            verb,
            route,
            safety,
            slow_after_ms: None,
            accept: None,
        }
    }

    /// It reads only, whatever its verb.
    #[must_use]
    pub const fn safe(mut self) -> Self {
        self.safety = Safety::Safe;
        self
    }

    /// It writes, but twice is the same as once.
    #[must_use]
    pub const fn idempotent(mut self) -> Self {
        self.safety = Safety::Idempotent;
        self
    }

    /// It must not be repeated.
    #[must_use]
    pub const fn not_repeatable(mut self) -> Self {
        self.safety = Safety::Unsafe;
        self
    }

    /// Above this many milliseconds the service calls it slow.
    #[must_use]
    pub const fn slow_after_ms(mut self, milliseconds: u32) -> Self {
        self.slow_after_ms = Some(milliseconds);
        self
    }

    /// Asks for this media type instead of JSON.
    #[must_use]
    pub const fn accept(mut self, media_type: &'static str) -> Self {
        self.accept = Some(media_type);
        self
    }
}
