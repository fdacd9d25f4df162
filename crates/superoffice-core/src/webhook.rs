//! Webhooks: what the service posts when something has changed. Takes headers and body of such a post; gives the event, after the
//! signature was checked in constant time. Refuses posts that are not signed, or signed with another secret or an empty one. Events,
//! entities and fields that are not known here are kept.
//!
//! Answer 200 also to tests ([`Delivery::is_test`]), and quickly: the service waits a few seconds, tries three times, and gives up
//! on a webhook that keeps failing. So answer it, too, to what is signed and cannot be read ([`WebhookError::Malformed`]), and keep that
//! elsewhere: the next try would bring the same.
//!
//! What an online environment posts about tenants as a whole is read by [`TenantReceiver`].

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use ring::hmac;
use serde_json::Value;

use crate::value::{DateTime, Extra, Map};

mod tenant_change;

pub use self::tenant_change::{TenantChange, TenantChangeError, TenantChangeKind, TenantReceiver};

/// Checks and reads what is posted to one webhook.
#[derive(Clone)]
pub struct Receiver {
    /// None for an empty secret, with which anybody could sign.
    key: Option<hmac::Key>,
}

/// A post that was signed with the webhook's secret.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Delivery {
    /// What has happened.
    pub event: Event,
    /// How often it was posted before.
    pub retry: u32,
    /// Whether it only tests the webhook.
    pub is_test: bool,
}

/// What has happened.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// Id of the event, the same in every post about it.
    pub event_id: Option<String>,
    /// When it happened, in UTC.
    pub timestamp: Option<DateTime>,
    /// Its name (`contact.changed`); see [`action`](Self::action).
    pub event: Option<String>,
    /// Kind of the thing (`contact`).
    pub entity: Option<String>,
    /// Id of the thing.
    pub primary_key: Option<i32>,
    /// Names of the database fields that have changed.
    pub changes: Option<Vec<String>>,
    /// Values of a thing that is gone.
    pub values: Option<Map<Value>>,
    /// New values of the fields, from newer versions of the service.
    pub field_values: Option<Map<Value>>,
    /// The tenant (`Cust12345`), or `Default` on-premise.
    pub context_identifier: Option<String>,
    /// Who did it.
    pub changed_by_associate_id: Option<i32>,
    /// Name of the webhook.
    pub webhook_name: Option<String>,
    /// Unknown fields and explicit nulls.
    pub extra: Extra,
}

crate::model! {
    Event {
        0 event_id "EventId",
        1 timestamp "Timestamp",
        2 event "Event",
        3 entity "Entity",
        4 primary_key "PrimaryKey",
        5 changes "Changes",
        6 values "Values",
        7 field_values "FieldValues",
        8 context_identifier "ContextIdentifier",
        9 changed_by_associate_id "ChangedByAssociateId",
        10 webhook_name "WebhookName",
    }
}

crate::open_enum! {
    /// The last part of an event's name.
    pub enum Action {
        /// A thing was made.
        Created "created",
        /// A thing has changed.
        Changed "changed",
        /// A thing is gone.
        Deleted "deleted",
        /// A webhook was started.
        Started "started",
        /// A webhook was stopped.
        Stopped "stopped",
        /// A webhook has failed too often.
        Errors "errors",
        /// A test of the webhook.
        Test "test",
    }
}

/// Why a post is not an event of this webhook.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// There is no signature, or it is not base64.
    #[error("the post has no readable signature (X-SuperOffice-Signature)")]
    Unsigned,
    /// The receiver was made with an empty secret, with which anybody could sign.
    #[error("the webhook's secret is empty, and anybody could have signed the post")]
    NoSecret,
    /// Somebody else has posted it, or the secret is not the webhook's.
    #[error("the signature of the post is not that of this webhook's secret and this body")]
    Forged,
    /// It is signed, but no event. It comes from the service all the same: another answer than 200 has it posted again.
    #[error("the body of the post is not an event")]
    Malformed(#[from] serde_json::Error),
}

impl Receiver {
    /// For the webhook with this secret. With an empty one, every post is refused ([`WebhookError::NoSecret`]).
    #[must_use]
    pub fn new(secret: impl AsRef<[u8]>) -> Self {
        let secret = secret.as_ref();
        let key = || hmac::Key::new(hmac::HMAC_SHA256, secret);
        Self {
            key: (!secret.is_empty()).then(key),
        }
    }

    /// Checks a post and reads it. `body` must be its very bytes, before any decoding.
    ///
    /// # Errors
    /// If it is not signed with the secret, or is no event.
    pub fn receive(&self, headers: &HeaderMap, body: &[u8]) -> Result<Delivery, WebhookError> {
        let text = |name| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::trim)
        };
        let signature = text("x-superoffice-signature").ok_or(WebhookError::Unsigned)?;
        self.verify(signature, body)?;
        let event: Event = serde_json::from_slice(body)?;
        let said_test = text("x-hook-test").is_some_and(|value| value.eq_ignore_ascii_case("true"));
        Ok(Delivery {
            is_test: said_test || event.action() == Some(Action::Test),
            retry: text("x-superoffice-retry")
                .and_then(|retry| retry.parse().ok())
                .unwrap_or(0),
            event,
        })
    }

    /// Checks a signature: base64 of HMAC-SHA256 over the body, compared in constant time.
    ///
    /// # Errors
    /// If it is not that.
    pub fn verify(&self, signature: &str, body: &[u8]) -> Result<(), WebhookError> {
        let key = self.key.as_ref().ok_or(WebhookError::NoSecret)?;
        let signature = STANDARD
            .decode(signature)
            .map_err(|_| WebhookError::Unsigned)?;
        hmac::verify(key, body, &signature).map_err(|_| WebhookError::Forged)
    }

    /// The signature of a body, as the service sends it in `X-SuperOffice-Signature`: for tests of your own code.
    ///
    /// ```
    /// use superoffice_core::webhook::Receiver;
    ///
    /// let receiver = Receiver::new("the webhook's secret");
    /// let body = br#"{"Event":"contact.changed","PrimaryKey":5}"#;
    /// let mut headers = http::HeaderMap::new();
    /// headers.insert("X-SuperOffice-Signature", receiver.sign(body)?.parse()?);
    /// assert_eq!(receiver.receive(&headers, body)?.event.primary_key, Some(5));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If the secret is empty.
    pub fn sign(&self, body: &[u8]) -> Result<String, WebhookError> {
        let key = self.key.as_ref().ok_or(WebhookError::NoSecret)?;
        Ok(STANDARD.encode(hmac::sign(key, body)))
    }
}

impl std::fmt::Debug for Receiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Receiver([redacted])")
    }
}

impl Event {
    /// What was done, from the event's name; unknown words are kept.
    #[must_use]
    pub fn action(&self) -> Option<Action> {
        let name = self.event.as_deref()?;
        Some(Action::from(name.rsplit('.').next().unwrap_or(name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"EventId":"e1","Timestamp":"2024-02-29T11:22:33.1234567Z","Event":"contact.merged","Entity":"contact",
        "PrimaryKey":5,"Changes":["name"],"FieldValues":{"name":"A","x":null},"NewField":[1]}"#;

    fn signed(body: &[u8], secret: &str) -> HeaderMap {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let signature = STANDARD.encode(hmac::sign(&key, body));
        let mut headers = HeaderMap::new();
        headers.extend(signature.parse().map(|value| {
            (
                http::HeaderName::from_static("x-superoffice-signature"),
                value,
            )
        }));
        headers
    }

    #[test]
    fn a_signature_of_rfc_4231() -> Result<(), WebhookError> {
        let signature = STANDARD.encode([
            0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24, 0x26, 0x08, 0x95,
            0x75, 0xc7, 0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9,
            0x64, 0xec, 0x38, 0x43,
        ]);
        let (receiver, text) = (Receiver::new("Jefe"), b"what do ya want for nothing?");
        assert_eq!(receiver.sign(text)?, signature);
        receiver.verify(&signature, text)
    }

    /// Anybody can sign with it: that a setting is missing must not open the door.
    #[test]
    fn an_empty_secret_verifies_nothing() {
        for secret in ["", "secret"] {
            let refused = Receiver::new("").receive(&signed(BODY, secret), BODY);
            assert!(matches!(refused, Err(WebhookError::NoSecret)));
        }
        let unsigned = Receiver::new("").sign(BODY);
        assert!(matches!(unsigned, Err(WebhookError::NoSecret)));
    }

    #[test]
    fn a_signed_event_keeps_what_is_unknown() -> Result<(), WebhookError> {
        let delivery = Receiver::new("secret").receive(&signed(BODY, "secret"), BODY)?;
        assert_eq!(
            delivery
                .event
                .action()
                .map(|action| action.to_string())
                .as_deref(),
            Some("merged")
        );
        assert_eq!(delivery.event.primary_key, Some(5));
        assert!(!delivery.is_test);
        let again: Value = serde_json::from_str(&serde_json::to_string(&delivery.event)?)?;
        assert_eq!(again, serde_json::from_slice::<Value>(BODY)?);
        Ok(())
    }

    #[test]
    fn everything_else_is_refused() {
        let receiver = Receiver::new("secret");
        let refused = |headers: &HeaderMap, body: &[u8]| receiver.receive(headers, body);
        assert!(matches!(
            refused(&HeaderMap::new(), BODY),
            Err(WebhookError::Unsigned)
        ));
        assert!(matches!(
            refused(&signed(BODY, "other"), BODY),
            Err(WebhookError::Forged)
        ));
        let changed = [BODY, b" "].concat();
        assert!(matches!(
            refused(&signed(BODY, "secret"), &changed),
            Err(WebhookError::Forged)
        ));
        assert!(matches!(
            refused(&signed(b"[]", "secret"), b"[]"),
            Err(WebhookError::Malformed(_))
        ));
        let mut no_base64 = HeaderMap::new();
        no_base64.insert(
            "x-superoffice-signature",
            http::HeaderValue::from_static("!"),
        );
        assert!(matches!(
            refused(&no_base64, BODY),
            Err(WebhookError::Unsigned)
        ));
        assert!(!format!("{receiver:?}").contains("secret"));
    }
}
