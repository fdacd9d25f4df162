//! The system user: `POST /Login/api/PartnerSystemUser/Authenticate`. It takes a signed system token and returns a signed
//! token whose claims hold a ticket that the API then accepts; what is wrong with the request is said in `ErrorMessage`,
//! with status 200 as the platform does.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use jiff::Timestamp;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::{Value, json};

use super::{Identity, Logins, jwt};
use crate::exchange::{Answer, Incoming};

/// Prefix of the platform's claims.
const CLAIM: &str = "http://schemes.superoffice.net/identity/";

/// Answers a system user's login.
pub(crate) fn authenticate(request: &Incoming, identity: &Identity, logins: &mut Logins) -> Answer {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let (token, message) = match problem(&body, identity) {
        None => (token(request, identity, logins), None),
        Some(message) => (None, Some(message)),
    };
    let reply = json!({ "IsSuccessful": token.is_some(), "Token": token, "ErrorMessage": message });
    Answer::json(StatusCode::OK, &reply)
}

fn problem(body: &Value, identity: &Identity) -> Option<String> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let application = text("ApplicationToken");
    if application.is_empty()
        || identity
            .client_secret
            .as_deref()
            .is_some_and(|secret| secret != application)
    {
        return Some("ApplicationToken is not the application's".to_owned());
    }
    if !text("ContextIdentifier").eq_ignore_ascii_case(&identity.customer) {
        return Some(format!("ContextIdentifier must be {}", identity.customer));
    }
    if !text("ReturnTokenType").eq_ignore_ascii_case("JWT") {
        return Some("ReturnTokenType must be JWT".to_owned());
    }
    signature_problem(
        text("SignedSystemToken"),
        identity.system_user_key.as_deref(),
    )
}

/// A signed token is `{token}.{yyyyMMddHHmm}.{base64 of the signature of what is before it}`.
fn signature_problem(signed: &str, key: Option<&[u8]>) -> Option<String> {
    let parts = signed.rsplit_once('.').and_then(|(message, signature)| {
        let (token, time) = message.rsplit_once('.')?;
        let well_formed =
            !token.is_empty() && time.len() == 12 && time.bytes().all(|byte| byte.is_ascii_digit());
        well_formed.then_some((message, STANDARD.decode(signature).ok()?))
    });
    let Some((message, signature)) = parts else {
        return Some(
            "SignedSystemToken must be {token}.{yyyyMMddHHmm}.{base64 signature}".to_owned(),
        );
    };
    let verified = key.is_none_or(|key| {
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key)
            .verify(message.as_bytes(), &signature)
            .is_ok()
    });
    (!verified).then(|| "the signature of SignedSystemToken is wrong".to_owned())
}

fn token(request: &Incoming, identity: &Identity, logins: &mut Logins) -> Option<String> {
    let ticket = format!("7T:ticket-{}", logins.issued.next());
    logins.issued.ticket(&ticket, identity.lifetime);
    let customer = &identity.customer;
    let now = Timestamp::now().as_second();
    let mut claims = json!({
        "iss": "SuperOffice AS",
        "aud": "spn:superoffice-mock",
        "iat": now,
        "nbf": now,
        "exp": now.saturating_add_unsigned(identity.lifetime.as_secs()),
    });
    let own = [
        ("ticket", ticket),
        ("ctx", customer.clone()),
        ("netserver_url", format!("{}/{customer}/", request.origin)),
        ("webapi_url", format!("{}/{customer}/api/", request.origin)),
    ];
    if let Value::Object(fields) = &mut claims {
        fields.extend(own.map(|(name, value)| (format!("{CLAIM}{name}"), value.into())));
    }
    jwt::sign(&claims)
}
