//! What happens to a request inside the tenant, from its first line to its answer. It takes a whole request and returns the
//! answer with the fault that it suffers; everything the tenant knows is in here, behind one lock. Nothing is refused that
//! the platform would accept, unless the tenant is strict and the reference says otherwise.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::StatusCode;
use serde_json::{Value, json};

use crate::archive::{agent, page};
use crate::auth;
use crate::builder::Options;
use crate::catalogue::Catalogue;
use crate::check::{self, Problem, Verdict};
use crate::endpoint::{self, Endpoint};
use crate::entity::{Call, Outcome, blob, is_reference};
use crate::exchange::{Answer, Incoming};
use crate::fault::{self, FaultRule, Suffering};
use crate::login::{Logins, oauth, system_user};
use crate::record::{RecordedRequest, Records, Violation};
use crate::reply;
use crate::role::Role;
use crate::role::kind::Kind;
use crate::route::{Found, Match};
use crate::store::Store;
use crate::{synthesise, tenant_state};

/// A tenant: what it is, and what it holds.
#[derive(Debug)]
pub(crate) struct Tenant {
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) options: Options,
    memory: Mutex<Memory>,
}

/// Everything that changes.
#[derive(Debug)]
pub(crate) struct Memory {
    pub(crate) store: Store,
    pub(crate) logins: Logins,
    pub(crate) faults: fault::Faults,
    pub(crate) records: Records,
    /// Rows of archives whose entities are not kept.
    strange: Vec<Value>,
    /// `Running`, `Suspended`, …
    pub(crate) state: String,
    /// Where the API is answered now: scheme, host and port.
    pub(crate) home: String,
}

/// An answer and what happens to it on its way out.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) answer: Answer,
    pub(crate) suffering: Suffering,
}

impl Sent {
    fn whole(answer: Answer) -> Self {
        Self {
            answer,
            suffering: Suffering::default(),
        }
    }
}

/// An operation that a request is for, what its path carries, and what is wrong with the request.
struct Chosen {
    found: Match,
    verdict: Verdict,
}

impl Tenant {
    pub(crate) fn new(catalogue: Arc<Catalogue>, options: Options, home: String) -> Self {
        let memory = Memory {
            store: Store::default(),
            logins: Logins::default(),
            faults: options.faults.clone(),
            records: Records::default(),
            strange: Vec::new(),
            state: "Running".to_owned(),
            home,
        };
        Self {
            catalogue,
            options,
            memory: Mutex::new(memory),
        }
    }

    /// The memory; a panic elsewhere while it was locked does not make it unusable.
    pub(crate) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn inject(&self, rule: FaultRule) {
        self.memory().faults.add(rule);
    }

    /// Answers a request and records it. Whoever watches may ask the tenant, so the memory is free by then.
    pub(crate) fn answer(&self, request: &Incoming) -> Sent {
        let mut record = RecordedRequest::of(request);
        let mut memory = self.memory();
        let sent = self.faulty(request, &mut memory, &mut record);
        record.status = sent.answer.status;
        record.answer = sent.answer.body.clone();
        let observer = self.options.observer.as_ref();
        let watched = observer.map(|observer| (observer, record.clone()));
        memory.records.add(record);
        drop(memory);
        if let Some((observer, record)) = watched {
            observer.see(&record);
        }
        sent
    }

    fn faulty(
        &self,
        request: &Incoming,
        memory: &mut Memory,
        record: &mut RecordedRequest,
    ) -> Sent {
        let suffering = match fault::asked_for(&request.headers) {
            Ok(Some(suffering)) => suffering,
            Ok(None) => memory.faults.next(request),
            Err(answer) => return Sent::whole(*answer),
        };
        let instead = suffering.fault.as_ref().and_then(fault::instead);
        Sent {
            answer: instead.unwrap_or_else(|| self.dispatch(request, memory, record)),
            suffering,
        }
    }

    fn dispatch(
        &self,
        request: &Incoming,
        memory: &mut Memory,
        record: &mut RecordedRequest,
    ) -> Answer {
        let identity = &self.options.identity;
        match endpoint::of(request) {
            Endpoint::State(customer) => {
                tenant_state::state(&identity.customer, &customer, &memory.state, &memory.home)
            }
            Endpoint::Discovery => oauth::discovery(&request.origin),
            Endpoint::Keys => oauth::keys(),
            Endpoint::Authorize => oauth::authorize(request, &mut memory.logins),
            Endpoint::Tokens => oauth::tokens(request, identity, &mut memory.logins),
            Endpoint::SystemUser => {
                system_user::authenticate(request, identity, &mut memory.logins)
            }
            Endpoint::Version(base) => tenant_state::version(&base),
            Endpoint::Operations(base) => {
                tenant_state::operations(&base, &self.catalogue.operations)
            }
            Endpoint::Api(path) => self.api(request, &path, memory, record),
            Endpoint::Unknown => unknown(request, record),
        }
    }

    fn api(
        &self,
        request: &Incoming,
        path: &str,
        memory: &mut Memory,
        record: &mut RecordedRequest,
    ) -> Answer {
        if request.origin != memory.home {
            return fault::moved();
        }
        if !tenant_state::is_running(&memory.state) {
            let message = format!("the tenant is in state {}", memory.state);
            return Answer::error(
                StatusCode::SERVICE_UNAVAILABLE,
                "SoTenantException",
                &message,
            );
        }
        if let Err(message) = auth::check(
            &self.options.accepted,
            &mut memory.logins.issued,
            &request.headers,
        ) {
            return Answer::error(
                StatusCode::UNAUTHORIZED,
                "SoAuthenticationException",
                &message,
            )
            .with(http::header::WWW_AUTHENTICATE, "Basic, Bearer, SoTicket");
        }
        let Catalogue {
            router,
            operations,
            types,
            ..
        } = &*self.catalogue;
        match router.find(operations, types, request.method.as_str(), path) {
            Found::Nothing => unknown(request, record),
            Found::OtherVerbs(verbs) => {
                let verbs = Vec::from_iter(verbs).join(", ");
                record
                    .problems
                    .push(Problem::new("verb", &verbs, request.method.as_str()));
                let message = format!("{} is not allowed here; {verbs} is", request.method);
                Answer::error(
                    StatusCode::METHOD_NOT_ALLOWED,
                    "HttpRequestException",
                    &message,
                )
                .with(http::header::ALLOW, verbs)
            }
            Found::Operations(found) => self.operation(request, found, memory, record),
        }
    }

    fn operation(
        &self,
        request: &Incoming,
        found: Vec<Match>,
        memory: &mut Memory,
        record: &mut RecordedRequest,
    ) -> Answer {
        let Some(chosen) = self.choose(request, found) else {
            return unknown(request, record);
        };
        let catalogue = &*self.catalogue;
        let index = chosen.found.operation;
        let (Some(operation), Some(role)) =
            (catalogue.operations.get(index), catalogue.roles.get(index))
        else {
            return unknown(request, record);
        };
        record.operation = Some(operation.id.clone());
        record.problems.clone_from(&chosen.verdict.problems);
        if let (Some(status), true) = (chosen.verdict.status, self.options.strict) {
            return malformed(status, &operation.id, &chosen.verdict.problems);
        }
        let call = Call {
            operation,
            types: &catalogue.types,
            kinds: &catalogue.kinds.all,
            request,
            values: &chosen.found.values,
            json: chosen.verdict.json.as_ref(),
            invent: self.options.invent,
            seed: self.options.seed,
            newer: self.options.newer,
        };
        match self.carry_out(&call, role, memory) {
            Ok(outcome) => reply::finish(&call, outcome),
            Err(problem) => {
                record.problems.push(problem.clone());
                malformed(StatusCode::BAD_REQUEST, &operation.id, &[problem])
            }
        }
    }

    /// The first operation that the request fits; where it fits none, the best by its path, with what is wrong.
    fn choose(&self, request: &Incoming, found: Vec<Match>) -> Option<Chosen> {
        let mut best: Option<Chosen> = None;
        for found in found {
            let operation = self.catalogue.operations.get(found.operation)?;
            let verdict = check::request(
                operation,
                &found.values,
                request,
                &self.catalogue.types,
                self.options.newer.is_some(),
            );
            let fits = verdict.problems.is_empty();
            let chosen = Chosen { found, verdict };
            if fits {
                return Some(chosen);
            }
            best.get_or_insert(chosen);
        }
        best
    }

    fn carry_out(
        &self,
        call: &Call<'_>,
        role: &Role,
        memory: &mut Memory,
    ) -> Result<Outcome, Problem> {
        match role {
            Role::Search { kind } => self.page(call, *kind, None, memory),
            Role::SearchNamed => {
                let name = call.values.last().map_or("", String::as_str);
                self.page(call, self.catalogue.kinds.of_archive(name), None, memory)
            }
            Role::SearchBelow { kind, parent } => {
                let parent = parent.and_then(|parent| self.catalogue.kinds.all.get(parent));
                self.page(call, *kind, parent, memory)
            }
            Role::SearchAgent => self.agent_page(call, memory),
            Role::Download => Ok(Outcome::Answer(blob::download(call.request, &memory.store))),
            Role::Upload => {
                blob::upload(call.request, &mut memory.store);
                let owner = call.owner(&self.catalogue.kinds, &mut memory.store);
                Ok(owner.unwrap_or_else(|| reply::neutral(call)))
            }
            Role::Discard => {
                blob::discard(call.request, &mut memory.store);
                Ok(reply::neutral(call))
            }
            role => Ok(call
                .run(role, &mut memory.store)
                .unwrap_or_else(|| reply::neutral(call))),
        }
    }

    fn page(
        &self,
        call: &Call<'_>,
        kind: Option<usize>,
        parent: Option<&Kind>,
        memory: &mut Memory,
    ) -> Result<Outcome, Problem> {
        self.sow(call, kind, memory);
        let own = kind.and_then(|kind| self.catalogue.kinds.all.get(kind));
        let key = call.values.first().and_then(|key| key.parse().ok());
        let below = |entity: &&Value| match (parent, key) {
            (Some(parent), Some(key)) => belongs(entity, parent, key).unwrap_or_else(|| {
                // Nothing tells, as for a contact's projects: seeds belong to what has the same key.
                let same = own.and_then(|own| crate::patch::child(entity, &own.key));
                self.options.seed > 0 && same.and_then(Value::as_i64) == Some(key)
            }),
            _ => true,
        };
        let source = self.source(kind, memory, below);
        let paging = page::Paging {
            size: self.options.page_size,
            origin: self
                .options
                .link_origin
                .clone()
                .unwrap_or_else(|| call.request.origin.clone()),
        };
        let value = page::page(&source, call.request, &paging)?;
        Ok(Outcome::Value(value))
    }

    fn agent_page(&self, call: &Call<'_>, memory: &mut Memory) -> Result<Outcome, Problem> {
        let body = call.json.unwrap_or(&Value::Null);
        let name = crate::patch::child(body, "ProviderName").and_then(Value::as_str);
        let kind = name.and_then(|name| self.catalogue.kinds.of_archive(name));
        self.sow(call, kind, memory);
        let source = self.source(kind, memory, |_| true);
        let rows = agent::rows(&source, body)?;
        let value = match call.operation.result.model() {
            Some(id) => {
                let mut result = synthesise::object(&self.catalogue.types, id);
                result.insert("RowCount".to_owned(), rows.len().into());
                result.insert("Rows".to_owned(), rows.into());
                Value::Object(result)
            }
            None => rows.into(),
        };
        Ok(Outcome::Value(value))
    }

    fn sow(&self, call: &Call<'_>, kind: Option<usize>, memory: &mut Memory) {
        match kind {
            Some(kind) => call.sow(kind, &mut memory.store),
            None => memory.strange = strange(self.options.seed),
        }
    }

    fn source<'a>(
        &'a self,
        kind: Option<usize>,
        memory: &'a Memory,
        keep: impl FnMut(&&Value) -> bool,
    ) -> page::Source<'a> {
        let found = kind.and_then(|index| Some((index, self.catalogue.kinds.all.get(index)?)));
        match found {
            Some((index, kind)) => page::Source {
                stem: &kind.stem,
                key: &kind.key,
                entities: memory.store.rows(index).filter(keep).collect(),
            },
            None => page::Source {
                stem: "",
                key: "Id",
                entities: memory.strange.iter().collect(),
            },
        }
    }

    /// Everything that was wrong with requests so far.
    pub(crate) fn violations(&self) -> Vec<Violation> {
        self.memory().records.violations()
    }
}

/// Rows of archives whose entities the tenant does not keep.
fn strange(rows: usize) -> Vec<Value> {
    let row = |key| json!({ "Id": key, "Name": "text", "Number": 1.5, "Date": "2024-01-31", "Empty": null });
    (1..=rows).map(row).collect()
}

/// Whether an entity names another as the one it belongs to: in `ContactId`, `SourceContactId` or `Contact/ContactId`.
/// Nothing where it has no such field.
fn belongs(entity: &Value, parent: &Kind, key: i64) -> Option<bool> {
    let nested = crate::patch::child(entity, &parent.stem)
        .and_then(|inner| crate::patch::child(inner, &parent.key));
    let direct = entity.as_object().into_iter().flatten();
    let direct = direct
        .filter(|(name, _)| is_reference(name, &parent.key))
        .map(|(_, value)| value);
    let mut links = direct.chain(nested).peekable();
    links.peek()?;
    Some(links.any(|link| link.as_i64() == Some(key)))
}

fn unknown(request: &Incoming, record: &mut RecordedRequest) -> Answer {
    let path = request.uri.path();
    record
        .problems
        .push(Problem::new("path", "a route of the reference", path));
    let message = format!("no route of the reference is {} {path}", request.method);
    Answer::error(StatusCode::NOT_FOUND, "HttpRequestException", &message)
}

fn malformed(status: StatusCode, operation: &str, problems: &[Problem]) -> Answer {
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let message = format!("{operation}: {}", problems.join("; "));
    Answer::error(status, "SoRequestException", &message)
}
