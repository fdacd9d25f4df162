//! The table of all operations. Takes the calls one by one, each with its own result type; returns them side by side with the type
//! erased.

use std::collections::BTreeMap;
use std::time::Duration;

use superoffice::transport::{BoxFuture, Transport, TransportError, TransportErrorKind};
use superoffice::{Body, Client, Request};

use crate::args::{Args, Problem, Sent};
use crate::{Payload, calls};

/// Something that is shown every operation of the SDK.
pub trait Visitor {
    /// One operation: its id, and a call of it with arguments of the visitor's choice.
    fn visit<R: Payload + 'static>(
        &mut self,
        id: &'static str,
        call: for<'c> fn(&'c Client, &Args) -> Result<Request<'c, R>, Problem>,
    );
}

/// All operations, by id.
pub struct Table {
    pub(crate) operations: BTreeMap<&'static str, Operation>,
    pub(crate) client: Client,
}

/// A request as it would be sent.
pub(crate) struct Built {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) body: Vec<u8>,
    pub(crate) sent: Sent,
}

type Build = Box<dyn Fn(&Client, Args) -> Result<Built, Problem> + Send + Sync>;

/// One operation.
pub(crate) struct Operation {
    pub(crate) build: Build,
    pub(crate) is_json: bool,
    pub(crate) round_trip: fn(&str) -> Result<String, serde_json::Error>,
}

impl Table {
    /// The table of the whole SDK.
    #[must_use]
    pub fn new() -> Self {
        let mut table = Self {
            operations: BTreeMap::new(),
            client: client(),
        };
        calls::visit_all(&mut table);
        table
    }

    /// How many operations there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.operations.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }
}

impl Default for Table {
    fn default() -> Self {
        Self::new()
    }
}

impl Visitor for Table {
    fn visit<R: Payload + 'static>(
        &mut self,
        id: &'static str,
        call: for<'c> fn(&'c Client, &Args) -> Result<Request<'c, R>, Problem>,
    ) {
        let build: Build = Box::new(move |client, args| built(call(client, &args)?, &args));
        self.operations.insert(
            id,
            Operation {
                build,
                is_json: R::JSON,
                round_trip: R::round_trip,
            },
        );
    }
}

fn built<R>(request: Request<'_, R>, args: &Args) -> Result<Built, Problem> {
    let request = request
        .into_http()
        .map_err(|error| Problem::new(error.to_string()))?;
    let body = request
        .body()
        .as_bytes()
        .ok_or_else(|| Problem::new("the body is a stream"))?;
    Ok(Built {
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        body: body.to_vec(),
        sent: args.sent(),
    })
}

/// A client that is never asked to send anything.
fn client() -> Client {
    let address = "https://sod.superoffice.example/Cust12345";
    Client::builder()
        .base_url(address)
        .transport(Offline)
        .build()
        .expect("the address is well formed")
}

/// A transport that refuses to send.
struct Offline;

impl Transport for Offline {
    fn send(
        &self,
        _: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let refusal = TransportError::new(TransportErrorKind::Unusable, "the checks send nothing");
        Box::pin(std::future::ready(Err(refusal)))
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}
