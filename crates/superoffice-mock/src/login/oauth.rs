//! OAuth 2.0: discovery, authorization code with PKCE, refresh. It takes forms and queries, issues bearer tokens that the
//! API then accepts until they expire, and answers errors as RFC 6749 says. Nobody is asked to sign in: the authorize
//! endpoint redirects at once.

use http::{StatusCode, header};
use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::{Identity, Logins, jwt};
use crate::exchange::{Answer, Incoming};

/// An authorization code that is not used yet.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) code: String,
    /// What the code was issued to.
    client_id: Option<String>,
    redirect_uri: Option<String>,
    challenge: Option<Challenge>,
    nonce: Option<String>,
}

/// A PKCE challenge.
#[derive(Debug, Clone)]
struct Challenge {
    text: String,
    hashed: bool,
}

/// `GET /login/.well-known/openid-configuration`.
pub(crate) fn discovery(origin: &str) -> Answer {
    let login = format!("{origin}/login");
    let body = json!({
        "issuer": origin,
        "authorization_endpoint": format!("{login}/common/oauth/authorize"),
        "token_endpoint": format!("{login}/common/oauth/tokens"),
        "jwks_uri": format!("{login}/.well-known/jwks"),
        "scopes_supported": ["openid"],
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["plain", "S256"],
    });
    Answer::json(StatusCode::OK, &body)
}

/// `GET /login/.well-known/jwks`.
pub(crate) fn keys() -> Answer {
    Answer::json(StatusCode::OK, &jwt::key_set())
}

/// `GET /login/common/oauth/authorize`: straight back to the caller with a code.
pub(crate) fn authorize(request: &Incoming, logins: &mut Logins) -> Answer {
    let Some(target) = request.query("redirect_uri") else {
        return error("invalid_request", "redirect_uri is missing");
    };
    if request.query("response_type") != Some("code") {
        return error("unsupported_response_type", "response_type must be code");
    }
    let owned = |name: &str| request.query(name).map(str::to_owned);
    let hashed = request.query("code_challenge_method") == Some("S256");
    let code = Code {
        code: format!("code-{}", logins.issued.next()),
        client_id: owned("client_id"),
        redirect_uri: owned("redirect_uri"),
        challenge: owned("code_challenge").map(|text| Challenge { text, hashed }),
        nonce: owned("nonce"),
    };
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("code", &code.code);
    if let Some(state) = request.query("state") {
        query.append_pair("state", state);
    }
    logins.codes.push(code);
    let joint = if target.contains('?') { '&' } else { '?' };
    Answer::empty(StatusCode::FOUND).with(
        header::LOCATION,
        format!("{target}{joint}{}", query.finish()),
    )
}

/// `POST /login/common/oauth/tokens`.
pub(crate) fn tokens(request: &Incoming, identity: &Identity, logins: &mut Logins) -> Answer {
    let form: Vec<(String, String)> = form_urlencoded::parse(&request.body).into_owned().collect();
    let field = |name: &str| {
        form.iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    };
    if identity
        .client_secret
        .as_deref()
        .is_some_and(|secret| field("client_secret") != Some(secret))
    {
        return error("invalid_client", "the client secret is wrong");
    }
    match field("grant_type") {
        Some("authorization_code") => match redeem(&field, logins) {
            Ok(code) => first(request, identity, logins, &code, field("client_id")),
            Err(message) => error("invalid_grant", message),
        },
        Some("refresh_token") => {
            let token = field("refresh_token").unwrap_or_default();
            let mut known = logins.refresh_tokens.iter().chain(&identity.refresh_tokens);
            if known.any(|known| known == token) {
                Answer::json(StatusCode::OK, &access(identity, logins))
            } else {
                error("invalid_grant", "the refresh token is unknown")
            }
        }
        _ => error(
            "unsupported_grant_type",
            "grant_type must be authorization_code or refresh_token",
        ),
    }
}

/// Takes a code out, once, if everything that it was issued to is presented again.
fn redeem<'f>(
    field: &impl Fn(&str) -> Option<&'f str>,
    logins: &mut Logins,
) -> Result<Code, &'static str> {
    let presented = field("code").unwrap_or_default();
    let index = logins.codes.iter().position(|code| code.code == presented);
    let code = logins
        .codes
        .remove(index.ok_or("the code is unknown or was used")?);
    if code
        .redirect_uri
        .as_deref()
        .is_some_and(|uri| field("redirect_uri") != Some(uri))
    {
        return Err("redirect_uri is not the one of the authorization");
    }
    if code
        .client_id
        .as_deref()
        .is_some_and(|id| field("client_id") != Some(id))
    {
        return Err("client_id is not the one of the authorization");
    }
    let fits = code
        .challenge
        .as_ref()
        .is_none_or(|challenge| challenge.fits(field("code_verifier").unwrap_or_default()));
    if fits {
        Ok(code)
    } else {
        Err("code_verifier does not fit the challenge")
    }
}

impl Challenge {
    fn fits(&self, verifier: &str) -> bool {
        if self.hashed {
            jwt::encode(digest(&SHA256, verifier.as_bytes())) == self.text
        } else {
            verifier == self.text
        }
    }
}

/// The reply to a code: access, identity and refresh token.
fn first(
    request: &Incoming,
    identity: &Identity,
    logins: &mut Logins,
    code: &Code,
    client: Option<&str>,
) -> Answer {
    let mut body = access(identity, logins);
    let refresh = format!("refresh-{}", logins.issued.next());
    logins.refresh_tokens.push(refresh.clone());
    let customer = &identity.customer;
    let now = Timestamp::now().as_second();
    let claims = json!({
        "iss": request.origin,
        "aud": client,
        "sub": "user@example.com",
        "iat": now,
        "nbf": now,
        "exp": now.saturating_add_unsigned(identity.lifetime.as_secs()),
        "nonce": code.nonce,
        "http://schemes.superoffice.net/identity/ctx": customer,
        "http://schemes.superoffice.net/identity/webapi_url": format!("{}/{customer}/api/", request.origin),
    });
    if let Value::Object(fields) = &mut body {
        fields.insert("refresh_token".to_owned(), refresh.into());
        fields.insert("id_token".to_owned(), jwt::sign(&claims).into());
    }
    Answer::json(StatusCode::OK, &body)
}

fn access(identity: &Identity, logins: &mut Logins) -> Value {
    let token = format!("8A:{}.token-{}", identity.customer, logins.issued.next());
    logins.issued.bearer(&token, identity.lifetime);
    json!({ "token_type": "Bearer", "access_token": token, "expires_in": identity.lifetime.as_secs() })
}

fn error(code: &str, description: &str) -> Answer {
    let body = json!({ "error": code, "error_description": description });
    Answer::json(StatusCode::BAD_REQUEST, &body)
}
