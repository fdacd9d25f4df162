//! The base address of an installation, in whatever form it was pasted: with or without scheme, trailing slash, `/api`, `/api/v1`,
//! a page of the web client, a query. Refuses credentials in the address, other schemes than https, and names that are not
//! ASCII. Plain http is for this machine only, unless allowed.

use std::net::IpAddr;

use http::Uri;

use crate::error::Error;

/// `https://host[:port][/path]`, to which `/api/v1/…` is appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BaseUrl(String);

impl BaseUrl {
    /// Reads an address.
    pub(crate) fn parse(text: &str, allow_http: bool) -> Result<Self, Error> {
        let text = text.trim().trim_matches(['<', '>', '"', '\'']);
        let text = text.split(['?', '#']).next().unwrap_or_default();
        let with_scheme = if text.contains("://") {
            text.to_owned()
        } else {
            format!("https://{text}")
        };
        let uri: Uri = with_scheme
            .parse()
            .map_err(|_| refused("it is not a web address; a host name must be ASCII"))?;
        let authority = uri.authority().ok_or_else(|| refused("it has no host"))?;
        if authority.as_str().contains('@') {
            return Err(refused(
                "it holds credentials; give them to the client instead",
            ));
        }
        if authority.as_str().len() > authority.host().len() && authority.port_u16().is_none() {
            return Err(refused("its port is not a number up to 65535"));
        }
        let scheme = checked_scheme(&uri, allow_http)?;
        let path = root_path(authority.host(), uri.path())?;
        Ok(Self(format!(
            "{scheme}://{}{path}",
            authority.as_str().to_ascii_lowercase()
        )))
    }

    /// As text, without a slash at the end.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

fn checked_scheme(uri: &Uri, allow_http: bool) -> Result<&'static str, Error> {
    match uri.scheme_str() {
        Some("https") => Ok("https"),
        Some("http") if allow_http || uri.host().is_some_and(is_this_machine) => Ok("http"),
        Some("http") => Err(refused(
            "credentials over plain http can be read by anybody in between; use https, or allow it",
        )),
        _ => Err(refused("it must begin with https://")),
    }
}

/// Whether a host is this machine.
pub(crate) fn is_this_machine(host: &str) -> bool {
    let address = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

/// The part of a path that belongs to the installation: what stands in front of `api`, and of pages of the web client. Online
/// that is the tenant alone.
fn root_path(host: &str, path: &str) -> Result<String, Error> {
    let online = host.to_ascii_lowercase().ends_with(".superoffice.com");
    let mut kept = String::new();
    let segments: Vec<&str> = path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect();
    for (index, segment) in segments.iter().enumerate() {
        let is_page = segment.to_ascii_lowercase().ends_with(".aspx");
        if is_api(segment, segments.get(index + 1)) || is_page {
            break;
        }
        if matches!(*segment, "." | "..") || segment.contains('\\') {
            return Err(refused("its path leads elsewhere"));
        }
        kept.push('/');
        kept.push_str(segment);
        if online && is_tenant(segment) {
            break;
        }
    }
    Ok(kept)
}

fn is_api(segment: &str, next: Option<&&str>) -> bool {
    segment.eq_ignore_ascii_case("api") && next.is_none_or(|next| next.eq_ignore_ascii_case("v1"))
}

/// Whether this is the identifier of an online tenant (`Cust12345`).
pub(crate) fn is_tenant(text: &str) -> bool {
    let digits = text
        .get(..4)
        .filter(|prefix| prefix.eq_ignore_ascii_case("cust"))
        .and_then(|_| text.get(4..));
    digits.is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn refused(reason: &str) -> Error {
    Error::InvalidConfiguration {
        reason: format!("the base address cannot be used: {reason}").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pasted_form_gives_the_same_base() {
        let forms = [
            ("https://crm.example.com", "https://crm.example.com"),
            ("crm.example.com", "https://crm.example.com"),
            (" https://crm.example.com/ ", "https://crm.example.com"),
            (
                "HTTPS://CRM.Example.com/Remote",
                "https://crm.example.com/Remote",
            ),
            (
                "https://crm.example.com:8443/Remote/api",
                "https://crm.example.com:8443/Remote",
            ),
            (
                "https://crm.example.com/Remote/API/",
                "https://crm.example.com/Remote",
            ),
            (
                "https://crm.example.com/Remote/api/v1",
                "https://crm.example.com/Remote",
            ),
            (
                "https://crm.example.com/Remote/api/v1/Contact/default?x=1#y",
                "https://crm.example.com/Remote",
            ),
            (
                "https://crm.example.com/api/tools",
                "https://crm.example.com/api/tools",
            ),
            (
                "<https://crm.example.com/Web/default.aspx?contact_id=5>",
                "https://crm.example.com/Web",
            ),
            (
                "https://online3.superoffice.com/Cust12345",
                "https://online3.superoffice.com/Cust12345",
            ),
            (
                "https://online3.superoffice.com/Cust12345/CS/scripts",
                "https://online3.superoffice.com/Cust12345",
            ),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
            ("http://[::1]:8080/api/", "http://[::1]:8080"),
            ("http://localhost", "http://localhost"),
        ];
        for (pasted, expected) in forms {
            assert_eq!(
                BaseUrl::parse(pasted, false)
                    .map(|base| base.0)
                    .ok()
                    .as_deref(),
                Some(expected),
                "{pasted}"
            );
        }
    }

    #[test]
    fn addresses_that_would_be_misread_are_refused() {
        let bad = [
            "",
            "https://",
            "https:///api",
            "ftp://crm.example.com",
            "http://crm.example.com",
            "https://user:secret@crm.example.com",
            "https://bücher.example.com",
            "https://crm.example.com/a/../b",
            "https://crm.example.com/a b",
            "https://crm.example.com:99999",
            "javascript://alert(1)",
        ];
        for pasted in bad {
            assert!(
                matches!(
                    BaseUrl::parse(pasted, false),
                    Err(Error::InvalidConfiguration { .. })
                ),
                "{pasted}"
            );
        }
        assert!(BaseUrl::parse("http://crm.example.com", true).is_ok());
    }

    #[test]
    fn a_refused_address_is_not_repeated_in_the_error() {
        let error = BaseUrl::parse("https://user:canary@crm.example.com", false)
            .map_err(|error| format!("{error} {error:?}"));
        assert!(error.is_err_and(|text| !text.contains("canary")));
    }
}
