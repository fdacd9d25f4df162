//! What a page says about one operation, and the method that comes of it: arguments, calls, attributes, facts.

mod fixture;

use apidoc_model::Api;
use apidoc_model::api::*;

/// The method of one operation, with what stands around it.
fn method(operation: Operation) -> String {
    let mut api = fixture::small();
    api.groups.clear();
    api.groups
        .push(fixture::group(World::Rest, "Cat", vec![operation]));
    let text = file(&api, "superoffice/src/rest/cat.rs");
    let body = text.split_once("impl<'c> ").map(|(_, body)| body);
    let body = body.unwrap_or_default();
    let end = body.find("\n}\n").unwrap_or(body.len());
    body[..end].to_owned()
}

fn file(api: &Api, path: &str) -> String {
    let mut files = fixture::files(api).into_iter();
    let found = files.find(|file| file.path == path);
    found.map(|file| file.contents).unwrap_or_default()
}

fn read() -> Operation {
    fixture::operation("Find", Verb::Get, "/api/v1/Cat")
}

fn array(ty: Type) -> Type {
    Type::Array(Box::new(ty))
}

#[test]
fn an_argument_is_borrowed_unless_it_is_a_number() {
    let mood = || "ChatStatus".to_owned();
    // The type, the argument, and the body of the same type where that differs.
    let table = [
        (Type::Bool, "bool", None),
        (Type::Int32, "i32", None),
        (Type::Int64, "i64", None),
        (Type::Double, "f64", None),
        (Type::String, "&str", None),
        (Type::DateTime, "&DateTime", None),
        (Type::Base64, "&Base64", None),
        (Type::Any, "&Value", None),
        (Type::Enum(mood()), "&ChatStatus", None),
        (Type::Flags(mood()), "&FlagSet<ChatStatus>", None),
        (array(Type::String), "&[&str]", Some("&[String]")),
        (array(Type::Int32), "&[i32]", None),
        (array(array(Type::Int64)), "&[Vec<i64>]", None),
        (Type::Map(Box::new(Type::Int32)), "&Map<i32>", None),
    ];
    for (ty, argument, body) in table {
        let mut operation = read();
        operation.query = vec![fixture::parameter("a", ty.clone(), true)];
        let found = method(operation);
        let expected = format!("pub fn find(&self, a: {argument}) -> Request<'c, ()> {{");
        assert!(found.contains(&expected), "{ty:?}: {found}");
        assert!(found.contains(".query(\"a\", a)"), "{found}");

        let mut operation = fixture::operation("Save", Verb::Post, "/api/v1/Cat");
        operation.body = Some(fixture::body("a", Payload::Json(ty.clone())));
        let found = method(operation);
        let expected = format!("pub fn save(&self, a: {}) -> ", body.unwrap_or(argument));
        assert!(found.contains(&expected), "{ty:?}: {found}");
        let copied = matches!(ty, Type::Bool | Type::Int32 | Type::Int64 | Type::Double);
        let call = if copied { ".json(&a)" } else { ".json(a)" };
        assert!(found.contains(call), "{ty:?}: {found}");

        // What may be missing stands in a struct, and is lent where it is not copied.
        let mut operation = read();
        operation.query = vec![fixture::parameter("a", ty.clone(), false)];
        let found = method(operation);
        let call = if copied {
            ".query(\"a\", params.a)"
        } else {
            ".query(\"a\", &params.a)"
        };
        assert!(found.contains(call), "{ty:?}: {found}");
    }
}

#[test]
fn only_more_than_six_arguments_are_many() {
    let expectation = "clippy::too_many_arguments";
    for (count, is_many) in [(5, false), (6, false), (7, true), (8, true)] {
        let mut operation = read();
        let names: Vec<String> = (0..count).map(|at| format!("a{at}")).collect();
        let parameters = names
            .iter()
            .map(|name| fixture::parameter(name, Type::Int32, true));
        operation.query = parameters.collect();
        let found = method(operation);
        assert_eq!(found.contains(expectation), is_many, "{count}: {found}");
    }
}

#[test]
fn media_types_are_asked_for_where_bytes_have_names() {
    let table: [(Payload, &[&str], Option<&str>); 5] = [
        (
            Payload::Binary,
            &["image/png", "image/gif"],
            Some("image/png, image/gif"),
        ),
        (
            Payload::Binary,
            &["image/png", "application/octet-stream"],
            None,
        ),
        (Payload::Binary, &[], None),
        (Payload::Json(Type::Int32), &["image/png"], None),
        (Payload::Unit, &["text/plain"], None),
    ];
    for (result, accept, expected) in table {
        let mut operation = read();
        operation.result = result;
        operation.accept = accept.iter().map(|media| (*media).to_owned()).collect();
        let found = method(operation);
        let call = expected.map(|media| format!(".accept(\"{media}\")"));
        assert_eq!(found.contains(".accept("), call.is_some(), "{found}");
        assert!(call.is_none_or(|call| found.contains(&call)), "{found}");
    }
}

#[test]
fn facts_are_said_where_the_signature_does_not_say_them() {
    let with = |change: &dyn Fn(&mut Operation)| {
        let mut operation = fixture::operation("Find", Verb::Post, "/api/v1/Cat");
        change(&mut operation);
        method(operation)
    };
    let status = |code, doc: Option<&str>| Status {
        code,
        doc: doc.map(str::to_owned),
    };
    let restriction = |kind, doc: Option<&str>| Restriction {
        kind,
        doc: doc.map(str::to_owned),
    };
    type Change<'a> = &'a dyn Fn(&mut Operation);
    let table: [(Change<'_>, Option<&str>); 15] = [
        (&|_| (), None),
        (&|one| one.statuses.clear(), None),
        (&|one| one.statuses = vec![status(204, None)], None),
        (
            &|one| one.statuses = vec![status(201, None)],
            Some("Statuses: 201."),
        ),
        (
            &|one| one.statuses = vec![status(200, Some("Fed.")), status(404, None)],
            Some("Statuses: 200 (Fed), 404."),
        ),
        (&|one| one.safety = Safety::Safe, Some("Only reads.")),
        (
            &|one| one.safety = Safety::Idempotent,
            Some("May be repeated."),
        ),
        (
            &|one| (one.verb, one.safety) = (Verb::Get, Safety::Unsafe),
            Some("Must not be repeated."),
        ),
        (
            &|one| (one.verb, one.safety) = (Verb::Get, Safety::Safe),
            None,
        ),
        (
            &|one| (one.verb, one.safety) = (Verb::Put, Safety::Idempotent),
            None,
        ),
        (
            &|one| one.restrictions = vec![restriction(RestrictionKind::Experimental, None)],
            Some("Experimental."),
        ),
        (
            &|one| {
                one.restrictions = vec![restriction(
                    RestrictionKind::OnlineRestricted,
                    Some("Not <there>."),
                )]
            },
            Some("Restricted online: Not \\<there\\>."),
        ),
        (
            &|one| {
                one.restrictions = vec![restriction(RestrictionKind::Experimental, Some("Soon."))]
            },
            Some("Experimental: Soon."),
        ),
        (
            &|one| one.slow_after_ms = Some(7),
            Some("Logged as slow by the server above 7 ms."),
        ),
        (
            &|one| one.query = vec![fixture::parameter("$top", Type::Int32, false)],
            Some("Takes `$top`."),
        ),
    ];
    for (change, expected) in table {
        let found = with(change);
        let docs: Vec<&str> = found
            .lines()
            .filter_map(|line| line.trim().strip_prefix("///"))
            .collect();
        let facts = docs.get(2).map(|line| line.trim());
        assert_eq!(facts, expected, "{found}");
    }
}

#[test]
fn safety_is_said_where_the_verb_does_not_say_it() {
    use Safety::{Idempotent, Safe, Unsafe};
    let table = [
        (Verb::Get, Safe, ""),
        (Verb::Get, Unsafe, ".not_repeatable()"),
        (Verb::Post, Safe, ".safe()"),
        (Verb::Post, Idempotent, ".idempotent()"),
        (Verb::Post, Unsafe, ""),
        (Verb::Put, Idempotent, ""),
        (Verb::Delete, Idempotent, ""),
        (Verb::Delete, Safe, ".safe()"),
        (Verb::Patch, Unsafe, ""),
        (Verb::Patch, Idempotent, ".idempotent()"),
    ];
    for (verb, safety, call) in table {
        let mut operation = fixture::operation("Find", verb, "/api/v1/Cat");
        operation.safety = safety;
        let found = method(operation);
        let word = verb.as_str().to_ascii_lowercase();
        let expected = format!("Operation::{word}(\"v1Test_Find\", \"/api/v1/Cat\"){call})");
        assert!(found.contains(&expected), "{expected}: {found}");
    }
}

#[test]
fn a_name_that_a_search_would_not_find_is_an_alias() {
    for (name, alias) in [
        ("FindCats", None),
        ("find_cats", None),
        ("Move", None),
        ("New", Some("New")),
        ("Find Cats", None),
        ("", None),
    ] {
        let mut operation = read();
        operation.name = name.to_owned();
        let found = method(operation);
        let expected = alias.map(|name| format!("#[doc(alias = \"{name}\")]"));
        assert_eq!(
            found.contains("alias"),
            expected.is_some(),
            "{name}: {found}"
        );
        assert!(
            expected.is_none_or(|alias| found.contains(&alias)),
            "{found}"
        );
    }
}

#[test]
fn every_rule_but_the_plain_ones_is_told_in_the_documentation() {
    let table = [
        (Rule::Declared, None),
        (Rule::Label, None),
        (Rule::Summary, None),
        (Rule::Infrastructure, None),
        (Rule::Values, None),
        (Rule::Status, None),
        (Rule::MediaType, None),
        (Rule::Correction, Some("type corrected")),
        (Rule::Sample, Some("type seen in a sample")),
        (Rule::OlderDeclared, Some("type from an older edition")),
        (
            Rule::OlderSample,
            Some("type seen in a sample of an older edition"),
        ),
        (Rule::OtherPage, Some("type from another page")),
        (Rule::FieldSet, Some("type recognised by its fields")),
        (Rule::FieldName, Some("type guessed from the name")),
        (Rule::Derived, Some("type named after the field")),
        (Rule::Unknown, Some("type not documented")),
    ];
    for (rule, words) in table {
        for (documented, doc) in [
            ("int32", None),
            ("", None),
            ("", Some("The <id>.")),
            ("int32", Some("The <id>.")),
        ] {
            let mut api = fixture::small();
            let link = api.models.get_mut(&ModelId::shared("Link"));
            for field in link.into_iter().flat_map(|model| &mut model.fields) {
                field.evidence = Evidence::rule(rule);
                field.documented = documented.to_owned();
                field.doc = doc.map(str::to_owned);
            }
            let facts: Vec<&str> = [Some("`int32`").filter(|_| !documented.is_empty()), words]
                .into_iter()
                .flatten()
                .collect();
            let facts = match facts.as_slice() {
                [] => String::new(),
                facts => format!(" ({})", facts.join("; ")),
            };
            let text = doc.map_or("", |_| ": The \\<id\\>.");
            let expected = format!("`Url`{facts}{text}");
            let text = file(&api, "superoffice/src/models/chat_session_entity.rs");
            let found = text
                .split("pub struct Link {\n")
                .nth(1)
                .and_then(|body| body.lines().next());
            assert_eq!(
                found.map(str::trim),
                Some(format!("/// {expected}").as_str()),
                "{rule:?}"
            );
        }
    }
}

#[test]
fn the_front_page_counts_agents_and_areas_apart() {
    let mut api = fixture::small();
    let own = |world, name: &str| fixture::group(world, name, vec![read()]);
    api.groups.push(own(World::Rest, "Cat"));
    api.groups.push(own(World::Rest, "Dog"));
    let text = file(&api, "superoffice/src/lib.rs");
    assert!(
        text.contains("1 agents ([`agents`]) and 3 REST areas ([`rest`])"),
        "{text}"
    );
}
