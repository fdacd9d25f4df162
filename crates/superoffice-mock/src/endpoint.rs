//! Which part of the tenant an address belongs to: logins, tenant state, or the API below any prefix (`/api/v1/…`,
//! `/Cust12345/api/v1/…`, `/SuperOffice/api/v1/…`). It compares without regard to case and returns the path from `api` on.

use http::Method;

use crate::exchange::Incoming;

/// A part of the tenant.
#[derive(Debug, PartialEq)]
pub(crate) enum Endpoint {
    /// State of the named online tenant.
    State(String),
    Discovery,
    Keys,
    Authorize,
    Tokens,
    SystemUser,
    /// `…/api`, with its own address.
    Version(String),
    /// `…/api/v1`, with its own address.
    Operations(String),
    /// `api/v1/…` as it stands in the request.
    Api(String),
    Unknown,
}

/// Where `request` goes.
pub(crate) fn of(request: &Incoming) -> Endpoint {
    let path = request.uri.path().trim_matches('/');
    let lower = path.to_ascii_lowercase();
    match (&request.method, lower.as_str()) {
        (&Method::GET, "login/.well-known/openid-configuration") => return Endpoint::Discovery,
        (&Method::GET, "login/.well-known/jwks") => return Endpoint::Keys,
        (&Method::GET, "login/common/oauth/authorize") => return Endpoint::Authorize,
        (&Method::POST, "login/common/oauth/tokens") => return Endpoint::Tokens,
        (&Method::POST, "login/api/partnersystemuser/authenticate") => return Endpoint::SystemUser,
        _ => {}
    }
    api(request, path, &lower).unwrap_or(Endpoint::Unknown)
}

fn api(request: &Incoming, path: &str, lower: &str) -> Option<Endpoint> {
    let segments: Vec<&str> = lower.split('/').collect();
    let at = segments.iter().position(|segment| *segment == "api")?;
    let original: Vec<&str> = path.split('/').skip(at).collect();
    let base = || format!("{}/{path}", request.origin);
    match segments.get(at + 1..)? {
        [] => Some(Endpoint::Version(base())),
        ["state", _] => Some(Endpoint::State((*original.last()?).to_owned())),
        ["v1"] => Some(Endpoint::Operations(base())),
        ["v1", ..] => Some(Endpoint::Api(original.join("/"))),
        _ => None,
    }
}
