//! The endpoints that need no credentials: the state of the online tenant, the version of the installation and the list of
//! its operations. They take what the tenant is configured to be and refuse another tenant's name.

use std::collections::BTreeMap;

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::api::{Operation, Segment};
use crate::exchange::Answer;

/// Version that the tenant says it has.
const VERSION: &str = "10.5.0";

/// How long a state is valid.
const VALID: jiff::SignedDuration = jiff::SignedDuration::from_mins(5);

/// States in which the API answers.
const RUNNING: [&str; 2] = ["Running", "OnlineMaintenance"];

/// Whether a tenant in that state takes calls.
pub(crate) fn is_running(state: &str) -> bool {
    RUNNING
        .iter()
        .any(|running| running.eq_ignore_ascii_case(state))
}

/// The state of the tenant `customer`, whose API is below `origin`.
pub(crate) fn state(customer: &str, asked: &str, state: &str, origin: &str) -> Answer {
    if !asked.eq_ignore_ascii_case(customer) {
        let message = format!("there is no tenant {asked}");
        return Answer::error(StatusCode::NOT_FOUND, "SoNotFoundException", &message);
    }
    let until = Timestamp::now()
        .saturating_add(VALID)
        .unwrap_or(Timestamp::MAX);
    let body = json!({
        "ContextIdentifier": customer,
        "Endpoint": format!("{origin}/{customer}"),
        "State": state,
        "IsRunning": is_running(state),
        "ValidUntil": format!("{until:.7}"),
        "Api": format!("{origin}/{customer}/api"),
        "Version": VERSION,
    });
    Answer::json(StatusCode::OK, &body)
}

/// `GET /api`.
pub(crate) fn version(base: &str) -> Answer {
    let body = json!({
        "v1": format!("{base}/v1"),
        "NetServerVersion": VERSION,
        "NetServerDate": "2024-01-31",
        "Services": "Services88",
        "ServicesCurrent": "Services88",
        "Version": VERSION,
    });
    Answer::json(StatusCode::OK, &body)
}

/// `GET /api/v1`: every address with its verbs.
pub(crate) fn operations(base: &str, operations: &[Operation]) -> Answer {
    let mut addresses: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for operation in operations {
        let address = format!("{base}{}", path(&operation.route));
        addresses
            .entry(address)
            .or_default()
            .insert(operation.verb.clone(), operation.id.clone().into());
    }
    Answer::json(StatusCode::OK, &Value::from_iter(addresses))
}

/// The route below `/api/v1`.
fn path(route: &[Segment]) -> String {
    route
        .iter()
        .skip(2)
        .map(|segment| match segment {
            Segment::Literal(text) => format!("/{text}"),
            Segment::Parameter(name) => format!("/{{{name}}}"),
        })
        .collect()
}
