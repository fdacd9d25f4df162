//! Every operation of the SDK, called over HTTP: the tenant finds nothing wrong with the request and knows it as the operation
//! that was meant, it receives the body that the caller had read before, spelled alike in every value, and the client
//! decodes the answer, rows of archives included.

use serde_json::Value;
use superoffice_mock::{Builder, MockTenant};

use crate::raw::differences;
use crate::world::World;

/// How many operations the reference has; more are welcome, fewer are a fault of the test.
const OPERATIONS: usize = 3116;

/// How many of them have a JSON body.
const BODIES: usize = 1779;

/// How many answer rows of an archive.
const ARCHIVES: usize = 72;

/// How many of them answer a result of which the rows are a field, so that a newer server may answer `null` instead.
const NULLABLE: usize = 5;

#[derive(Debug, Default)]
struct Tally {
    called: usize,
    bodies: usize,
    archives: usize,
    failures: Vec<String>,
}

/// A body of the documented type. The restriction of an archive is a language of its own, in which the neutral text means
/// nothing; and it is the first page that has rows.
fn body(world: &World, id: &str) -> Option<Value> {
    let mut body = world.tenant.neutral_body(id)?;
    if body.get("PageSize").is_some() {
        for name in ["Restriction", "Restrictions"] {
            body.get_mut(name).map(Value::take);
        }
        if let Some(page) = body.get_mut("Page") {
            *page = 0.into();
        }
    }
    Some(body)
}

fn call(world: &World, id: &'static str, tally: &mut Tally) {
    world.tenant.forget_requests();
    world.tenant.forget_entities();
    tally.called += 1;
    let body = body(world, id);
    match world.call(id, body.clone()) {
        Ok(reply) => tally.archives += usize::from(has_rows(&reply.value)),
        Err(failure) => tally.failures.push(format!("{id}: {failure:?}")),
    }
    let Some(request) = world.tenant.last_request() else {
        tally.failures.push(format!("{id}: nothing was sent"));
        return;
    };
    let problems = request.problems.iter();
    tally
        .failures
        .extend(problems.map(|problem| format!("{id}: {problem}")));
    if request.operation.as_deref() != Some(id) {
        let found = request.operation.as_deref().unwrap_or("nothing");
        tally
            .failures
            .push(format!("{id}: the tenant took it for {found}"));
    }
    if let Some(body) = body {
        tally.bodies += 1;
        let sent = String::from_utf8_lossy(&request.body);
        let differences = differences(&body.to_string(), &sent, None);
        tally
            .failures
            .extend(differences.iter().map(|found| format!("{id}: {found}")));
    }
}

/// Whether this is a page of an archive, of REST or of an agent, with rows.
fn has_rows(answer: &Value) -> bool {
    let filled = |rows: &Value| rows.as_array().is_some_and(|rows| !rows.is_empty());
    let is_page = answer.get("odata.nextLink").is_some();
    (is_page && filled(&answer["value"]))
        || (answer.get("RowCount").is_some() && filled(&answer["Rows"]))
        || answer[0].get("ColumnData").is_some()
}

fn every_operation_works(tenant: Builder, archives: usize) {
    let world = World::new(tenant.invent_entities().seed(12));
    let mut tally = Tally::default();
    for id in world.ids() {
        call(&world, id, &mut tally);
    }
    world.assert_well(tally.failures);
    println!(
        "{0} of {0} operations, {1} with a body that survives, {2} with rows of an archive",
        tally.called, tally.bodies, tally.archives
    );
    assert!(tally.called >= OPERATIONS, "{} operations", tally.called);
    assert!(tally.bodies >= BODIES, "{} bodies", tally.bodies);
    assert!(tally.archives >= archives, "{} archives", tally.archives);
}

#[test]
fn against_the_documented_server() {
    every_operation_works(MockTenant::builder(), ARCHIVES);
}

/// The bodies and answers hold unknown members and enum values, explicit nulls, and dates and numbers in all forms; each
/// quarter of the fields is `null` once, and arrays hold a `null` among their objects.
#[test]
fn against_newer_servers() {
    for nulls in 0..4 {
        let tenant = MockTenant::builder()
            .newer_server_nulls(nulls)
            .newer_server_null_items();
        every_operation_works(tenant, ARCHIVES - NULLABLE);
    }
}
