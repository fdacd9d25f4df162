//! What is not emitted: types that no printer should follow, and names that a module cannot see.

mod fixture;

use apidoc_emit::{Options, emit};
use apidoc_model::api::*;
use apidoc_model::{Api, Code};

#[test]
fn nesting_above_the_cap() {
    let nested = |depth: usize| (0..depth).fold(Type::String, |ty, _| Type::Array(Box::new(ty)));
    assert_eq!(codes(&with_field(nested(64))), []);
    assert_eq!(codes(&with_field(nested(65))), [Code::TooDeep]);
    assert_eq!(codes(&with_field(nested(2000))), [Code::TooDeep]);
}

#[test]
fn a_model_that_is_not_there() {
    assert_eq!(
        codes(&with_field(Type::Model(ModelId::shared("Nowhere")))),
        [Code::BadEmission]
    );
    assert_eq!(
        codes(&with_field(Type::Enum("Nowhere".to_owned()))),
        [Code::BadEmission]
    );
}

#[test]
fn a_carrier_that_mentions_the_request_body_of_an_agent() {
    let id = ModelId {
        group: Some(GroupId {
            world: World::Agent,
            name: "Chat".to_owned(),
        }),
        name: "SaveRequest".to_owned(),
    };
    assert_eq!(codes(&with_field(Type::Model(id))), [Code::BadEmission]);
}

#[test]
fn a_file_with_a_problem_is_not_handed_out() {
    let (files, _) = emit(
        &with_field(Type::Enum("Nowhere".to_owned())),
        &Options::default(),
        &[],
    );
    assert!(
        files
            .iter()
            .all(|file| !file.path.ends_with("models/chat_session_entity.rs"))
    );
    assert!(
        files
            .iter()
            .any(|file| file.path.ends_with("models/mod.rs"))
    );
}

fn with_field(ty: Type) -> Api {
    let mut api = fixture::small();
    for model in api.models.values_mut().take(1) {
        model.fields.push(fixture::field("Strange", ty.clone()));
    }
    api
}

fn codes(api: &Api) -> Vec<Code> {
    emit(api, &Options::default(), &[])
        .1
        .into_iter()
        .map(|diagnostic| diagnostic.code)
        .collect()
}
