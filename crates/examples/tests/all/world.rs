//! The SDK as a table of calls and a tenant to call. It takes the id of an operation and a body and gives what was answered.

use std::collections::BTreeMap;

use serde_json::Value;
use superoffice::{Client, Error, Request, RetryPolicy};
use superoffice_checks::{Args, Payload, Problem, Visitor, calls};
use superoffice_mock::{Builder, MockTenant};
use tokio::runtime::Runtime;

/// Calls the operation that it was made for.
type Call = Box<dyn Fn(&Client, &Args, &Runtime) -> Result<(), Failure>>;

/// Decodes a result of the operation that it was made for, and encodes it again.
type RoundTrip = fn(&str) -> Result<String, serde_json::Error>;

#[derive(Debug)]
#[expect(dead_code, reason = "the message is read as it is printed")]
pub(crate) enum Failure {
    Arguments(String),
    Call(Box<Error>),
}

/// All operations of the SDK, ready to be called.
pub(crate) struct World {
    pub(crate) tenant: MockTenant,
    client: Client,
    runtime: Runtime,
    calls: BTreeMap<&'static str, (Call, RoundTrip)>,
}

impl Visitor for World {
    fn visit<R: Payload + 'static>(
        &mut self,
        id: &'static str,
        call: for<'c> fn(&'c Client, &Args) -> Result<Request<'c, R>, Problem>,
    ) {
        let call: Call = Box::new(move |client, args, runtime| {
            let wrong = |problem| Failure::Arguments(format!("{problem:?}"));
            let request = call(client, args).map_err(wrong)?;
            let answer = runtime.block_on(request.send());
            let failed = |error| Failure::Call(Box::new(error));
            answer.map(drop).map_err(failed)
        });
        self.calls.insert(id, (call, R::round_trip));
    }
}

/// What was answered, and the key that the call asked for.
pub(crate) struct Reply {
    pub(crate) value: Value,
    pub(crate) key: Option<i64>,
}

impl World {
    pub(crate) fn new(tenant: Builder) -> Self {
        let tenant = tenant.start_blocking().unwrap();
        let builder = Client::builder().base_url(tenant.url()).bearer("token");
        let client = builder.retry(RetryPolicy::never()).build().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let mut world = Self {
            tenant,
            client,
            runtime: runtime.unwrap(),
            calls: BTreeMap::new(),
        };
        calls::visit_all(&mut world);
        world
    }

    /// The ids of all operations.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &'static str> {
        self.calls.keys().copied()
    }

    pub(crate) fn call(&self, id: &str, body: Option<Value>) -> Result<Reply, Failure> {
        let found = self.calls.get(id);
        let (call, _) = found.ok_or_else(|| Failure::Arguments("it has no call".to_owned()))?;
        let args = Args::new(body);
        call(&self.client, &args, &self.runtime)?;
        let value = serde_json::from_str(&self.answer()).unwrap_or_default();
        let sent = args.sent();
        let query = sent.query.iter().map(|(_, text)| text);
        let mut texts = sent.path.iter().chain(query);
        let key = texts.find_map(|text| text.parse().ok());
        Ok(Reply { value, key })
    }

    /// What was answered last, as it came.
    pub(crate) fn answer(&self) -> String {
        let answer = self.tenant.last_request().unwrap().answer;
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// A result of the operation as its type decodes and encodes it.
    pub(crate) fn round_trip(&self, id: &str, text: &str) -> Result<String, serde_json::Error> {
        let (_, round_trip) = self.calls.get(id).unwrap();
        round_trip(text)
    }

    /// Panics with the failures, cut short, and with what the tenant objected to, if there is anything.
    pub(crate) fn assert_well(&self, mut failures: Vec<String>) {
        failures.extend(self.tenant.violations().iter().map(ToString::to_string));
        let short = |failure: &String| failure.chars().take(600).collect::<String>();
        let short: Vec<String> = failures.iter().map(short).collect();
        assert!(
            short.is_empty(),
            "{} failures:\n{}",
            short.len(),
            short.join("\n")
        );
    }

    /// The arguments of an operation that takes them as a body: `key` wherever a number stands.
    pub(crate) fn keyed(&self, id: &str, key: i64) -> Option<Value> {
        let mut body = self.tenant.neutral_body(id)?;
        let values = body.as_object_mut()?.values_mut();
        for value in values.filter(|value| value.is_number()) {
            *value = key.into();
        }
        Some(body)
    }
}
