//! Every operation of the SDK, called once over HTTP against the offline tenant: the tenant finds nothing wrong with the
//! request and knows it as the operation that was meant, it receives the body that the caller had read before, byte for
//! byte in every value, and the client decodes the answer.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;

use serde_json::Value;
use superoffice::{Client, Request, RetryPolicy};
use superoffice_checks::{Args, Payload, Problem, Visitor, calls};
use superoffice_mock::MockTenant;
use tokio::runtime::Runtime;

/// How many operations the reference has; more are welcome, fewer are a fault of the test.
const OPERATIONS: usize = 3116;

/// Calls whatever it is shown.
struct Caller {
    tenant: MockTenant,
    client: Client,
    runtime: Runtime,
    called: BTreeSet<&'static str>,
    bodies: usize,
    failures: Vec<String>,
}

impl Caller {
    fn new(tenant: MockTenant) -> Self {
        let builder = Client::builder().base_url(tenant.url());
        let client = builder.bearer("token").retry(RetryPolicy::never());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        Self {
            tenant,
            client: client.build().unwrap(),
            runtime: runtime.unwrap(),
            called: BTreeSet::new(),
            bodies: 0,
            failures: Vec::new(),
        }
    }

    /// A body of the documented type. The restriction of an archive is a language of its own, in which the neutral text
    /// means nothing.
    fn body(&self, id: &str) -> Option<Value> {
        let mut body = self.tenant.neutral_body(id)?;
        if body.get("PageSize").is_some() {
            for name in ["Restriction", "Restrictions"] {
                body.get_mut(name).map(Value::take);
            }
        }
        Some(body)
    }

    fn check_request(&mut self, id: &'static str, body: Option<&Value>) {
        let requests = self.tenant.requests();
        let Some(request) = requests.last() else {
            self.failures.push(format!("{id}: nothing was sent"));
            return;
        };
        for problem in &request.problems {
            self.failures.push(format!("{id}: {problem}"));
        }
        if request.operation.as_deref() != Some(id) {
            let found = request.operation.as_deref().unwrap_or("nothing");
            self.failures
                .push(format!("{id}: the tenant took it for {found}"));
        }
        let Some(body) = body else { return };
        self.bodies += 1;
        let received: Option<Value> = serde_json::from_slice(&request.body).ok();
        if received.as_ref() != Some(body) {
            let received = String::from_utf8_lossy(&request.body);
            self.failures
                .push(format!("{id}: read {body}, wrote {received}"));
        }
    }
}

impl Visitor for Caller {
    fn visit<R: Payload + 'static>(
        &mut self,
        id: &'static str,
        call: for<'c> fn(&'c Client, &Args) -> Result<Request<'c, R>, Problem>,
    ) {
        self.called.insert(id);
        self.tenant.forget_requests();
        self.tenant.forget_entities();
        let body = self.body(id);
        match call(&self.client, &Args::new(body.clone())) {
            Ok(request) => {
                let answer = self.runtime.block_on(request.send());
                self.failures
                    .extend(answer.err().map(|error| format!("{id}: {error:?}")));
                self.check_request(id, body.as_ref());
            }
            Err(problem) => self.failures.push(format!("{id}: {problem:?}")),
        }
    }
}

fn every_operation_works(tenant: MockTenant) {
    let mut caller = Caller::new(tenant);
    calls::visit_all(&mut caller);
    let short = |failure: &String| failure.chars().take(400).collect::<String>();
    let failures: Vec<String> = caller.failures.iter().map(short).collect();
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert!(
        caller.called.len() >= OPERATIONS,
        "{} operations",
        caller.called.len()
    );
    println!(
        "{0} of {0} operations, {1} with a body that survives",
        caller.called.len(),
        caller.bodies
    );
}

#[test]
fn against_the_documented_server() {
    every_operation_works(
        MockTenant::builder()
            .invent_entities()
            .start_blocking()
            .unwrap(),
    );
}

/// The bodies hold unknown properties and enum values, explicit nulls and dates in all forms.
#[test]
fn against_a_newer_server() {
    let tenant = MockTenant::builder().invent_entities().newer_server();
    every_operation_works(tenant.start_blocking().unwrap());
}
