//! Who may call. It takes the headers of a request and returns whether the tenant accepts them: any credentials at all until
//! some are configured, then those and the ones its own logins have issued. What was issued and has expired is refused
//! always, and so is an `Authorization` header of an unknown scheme.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};

use crate::check::media;

/// Credentials that a tenant accepts.
#[derive(Clone, Default)]
pub(crate) struct Accepted {
    /// Values of the `Authorization` header in comparable form: `basic user:password`, `soticket 7T:…`, `bearer …`.
    authorizations: Vec<String>,
    xsrf: Vec<String>,
    pub(crate) app_token: Option<String>,
}

impl Accepted {
    pub(crate) fn add_basic(&mut self, user: &str, password: &str) {
        self.authorizations.push(format!("basic {user}:{password}"));
    }

    pub(crate) fn add_ticket(&mut self, ticket: &str) {
        self.authorizations.push(format!("soticket {ticket}"));
    }

    pub(crate) fn add_bearer(&mut self, token: &str) {
        self.authorizations.push(format!("bearer {token}"));
    }

    pub(crate) fn add_xsrf(&mut self, token: &str) {
        self.xsrf.push(token.to_owned());
    }

    fn is_any(&self) -> bool {
        self.authorizations.is_empty() && self.xsrf.is_empty()
    }
}

/// Tokens and tickets that the tenant's logins have issued.
#[derive(Debug, Default)]
pub(crate) struct Issued {
    /// By comparable form.
    valid: BTreeMap<String, Lease>,
    count: u64,
}

/// How long something issued is good for.
#[derive(Debug, Clone, Copy)]
struct Lease {
    /// Without an end where that is further than the clock goes.
    until: Option<Instant>,
    /// Tickets live on while they are used.
    sliding: Option<Duration>,
}

impl Issued {
    /// A number that no other token has.
    pub(crate) fn next(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    pub(crate) fn bearer(&mut self, token: &str, lifetime: Duration) {
        self.lease(format!("bearer {token}"), lifetime, false);
    }

    pub(crate) fn ticket(&mut self, ticket: &str, lifetime: Duration) {
        self.lease(format!("soticket {ticket}"), lifetime, true);
    }

    fn lease(&mut self, form: String, lifetime: Duration, slides: bool) {
        let until = Instant::now().checked_add(lifetime);
        let sliding = slides.then_some(lifetime);
        self.valid.insert(form, Lease { until, sliding });
    }

    /// Makes everything that was issued so far worthless.
    pub(crate) fn expire(&mut self) {
        let now = Instant::now();
        let leases = self.valid.values_mut();
        leases.for_each(|lease| lease.until = Some(now));
    }

    /// Whether `form` was issued and still holds; nothing where it was not issued here.
    fn holds(&mut self, form: &str) -> Option<bool> {
        let lease = self.valid.get_mut(form)?;
        let now = Instant::now();
        let holds = lease.until.is_none_or(|until| now < until);
        if let (true, Some(lifetime)) = (holds, lease.sliding) {
            lease.until = now.checked_add(lifetime);
        }
        Some(holds)
    }
}

/// Whether the tenant accepts the credentials in `headers`; otherwise says why not.
pub(crate) fn check(
    accepted: &Accepted,
    issued: &mut Issued,
    headers: &HeaderMap,
) -> Result<(), String> {
    let app_token = media::text(headers, "so-apptoken");
    if accepted
        .app_token
        .as_deref()
        .is_some_and(|wanted| !app_token.is_empty() && wanted != app_token)
    {
        return Err("the SO-AppToken is not the tenant's".to_owned());
    }
    if headers.contains_key(header::AUTHORIZATION) {
        let form = comparable(media::text(headers, header::AUTHORIZATION.as_str()))?;
        return authorization(accepted, issued, &form, app_token.is_empty());
    }
    let xsrf = media::text(headers, "x-xsrf-token");
    if accepted.is_any() || accepted.xsrf.iter().any(|known| known == xsrf) {
        return Ok(());
    }
    Err("there is neither an Authorization header nor a known X-XSRF-TOKEN".to_owned())
}

fn authorization(
    accepted: &Accepted,
    issued: &mut Issued,
    form: &str,
    no_app_token: bool,
) -> Result<(), String> {
    if accepted.app_token.is_some() && form.starts_with("soticket ") && no_app_token {
        return Err("a ticket needs an SO-AppToken".to_owned());
    }
    match issued.holds(form) {
        Some(true) => Ok(()),
        Some(false) => Err("the token has expired".to_owned()),
        None if accepted.is_any() || accepted.authorizations.iter().any(|known| known == form) => {
            Ok(())
        }
        None => Err("the credentials are not the tenant's".to_owned()),
    }
}

/// Scheme in lower case and what it carries, for `Basic` decoded.
fn comparable(value: &str) -> Result<String, String> {
    let (scheme, credentials) = value.split_once(' ').unwrap_or((value, ""));
    let scheme = scheme.to_ascii_lowercase();
    match scheme.as_str() {
        "basic" => {
            let decoded = STANDARD.decode(credentials.trim()).ok();
            let text = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
            let text = text.filter(|text| text.contains(':'));
            text.map(|text| format!("basic {text}"))
                .ok_or_else(|| "Basic needs base64 of user:password".to_owned())
        }
        "soticket" | "bearer" if !credentials.trim().is_empty() => {
            Ok(format!("{scheme} {}", credentials.trim()))
        }
        _ => Err("the scheme is none of Basic, SoTicket and Bearer with credentials".to_owned()),
    }
}
