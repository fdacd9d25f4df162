//! Models against JSON: absent, null and value; unknown fields; order; other serde formats; what is refused.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use superoffice_core::model::{Change, Visit};
use superoffice_core::{Extra, Model};

use crate::sample::{FULL, Sample, Size, Wide, decode, encode};

#[test]
fn every_type_comes_back_byte_for_byte() {
    let sample = decode(FULL);
    assert_eq!(encode(&sample), FULL);
    assert!(sample.extra.is_empty());
    assert_eq!(sample.parent.unwrap().id, Some(1));
}

#[test]
fn absent_null_and_value_survive_for_every_field() {
    let full: Value = serde_json::from_str(FULL).unwrap();
    for name in Sample::FIELDS {
        let mut nulled = full.clone();
        nulled[name] = Value::Null;
        let sample: Sample = serde_json::from_value(nulled.clone()).unwrap();
        assert!(sample.is_null(name));
        assert_eq!(
            serde_json::to_value(&sample).unwrap(),
            nulled,
            "{name} null"
        );

        let mut removed = full.clone();
        removed.as_object_mut().unwrap().remove(*name);
        let sample: Sample = serde_json::from_value(removed.clone()).unwrap();
        assert!(!sample.is_null(name));
        assert_eq!(
            serde_json::to_value(&sample).unwrap(),
            removed,
            "{name} absent"
        );
    }
}

/// The service writes names as they are documented. One that differs in case is another name: kept and sent back, so that two that differ in
/// nothing else never meet in one field.
#[test]
fn a_name_in_other_letters_is_another_name() {
    let text = r#"{"Name":"a","name":"b","NAME":null,"ID":1}"#;
    let sample = decode(text);
    assert_eq!((sample.name.as_deref(), sample.id), (Some("a"), None));
    assert_eq!(sample.extra.get("name"), Some(&json!("b")));
    assert_eq!(encode(&sample), text);
}

#[test]
fn nulls_survive_in_every_position_of_a_wide_model() {
    for step in 1..=7 {
        let body: serde_json::Map<String, Value> = (0..70)
            .step_by(step)
            .map(|field| {
                (
                    format!("F{field}"),
                    if field % 3 == 0 {
                        Value::Null
                    } else {
                        json!(field.to_string())
                    },
                )
            })
            .collect();
        let wide: Wide = serde_json::from_value(Value::Object(body.clone())).unwrap();
        assert_eq!(serde_json::to_value(&wide).unwrap(), Value::Object(body));
    }
}

#[test]
fn a_value_set_later_replaces_the_null() {
    let mut sample = decode(r#"{"Id":null,"Name":null}"#);
    sample.id = Some(5);
    assert_eq!(encode(&sample), r#"{"Id":5,"Name":null}"#);
    sample.id = None;
    assert_eq!(encode(&sample), r#"{"Id":null,"Name":null}"#);
}

#[test]
fn nulls_are_set_and_taken_back_by_name() {
    let mut sample = Sample::default();
    assert!(sample.set_null("Name", true));
    assert!(!sample.set_null("name", true), "names are exact");
    assert_eq!(encode(&sample), r#"{"Name":null}"#);
    assert!(sample.set_null("Name", false));
    assert_eq!(encode(&sample), "{}");

    let mut wide = Wide::default();
    assert!(wide.set_null("F69", true) && wide.set_null("F63", true) && wide.set_null("F64", true));
    assert!(wide.set_null("F64", false));
    assert_eq!(encode(&wide), r#"{"F63":null,"F69":null}"#);
}

#[test]
fn unknown_fields_keep_value_and_order_behind_the_declared_ones() {
    let sample = decode(r#"{"Zeta":{"b":1},"Id":1,"alpha":null,"Name":"n","Beta":[1.5,"x"]}"#);
    let names: Vec<&str> = sample.extra.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Zeta", "alpha", "Beta"]);
    assert_eq!(sample.extra.get("Beta"), Some(&json!([1.5, "x"])));
    assert_eq!(
        encode(&sample),
        r#"{"Id":1,"Name":"n","Zeta":{"b":1},"alpha":null,"Beta":[1.5,"x"]}"#
    );
}

#[test]
fn unknown_fields_are_changed_by_name() {
    let mut sample = decode(r#"{"A":1,"B":2,"C":3}"#);
    assert_eq!(sample.extra.insert("A", "one"), Some(json!(1)));
    assert_eq!(sample.extra.remove("B"), Some(json!(2)));
    assert_eq!(sample.extra.remove("B"), None);
    *sample.extra.get_mut("C").unwrap() = Value::Null;
    sample.extra.insert("D", true);
    assert_eq!(sample.extra.len(), 3);
    assert_eq!(encode(&sample), r#"{"A":"one","C":null,"D":true}"#);
}

#[test]
fn names_are_compared_exactly() {
    let sample = decode(r#"{"id":1,"ID":2,"Id":3}"#);
    assert_eq!(sample.id, Some(3));
    assert_eq!(encode(&sample), r#"{"Id":3,"id":1,"ID":2}"#);
}

#[test]
fn names_may_be_escaped_and_in_any_order() {
    let sample = decode(r#"{"N\u0061me":"n","Size":"Large","\u0049d":4,"Ne\nw":1}"#);
    assert_eq!(
        (sample.id, sample.name.as_deref(), &sample.size),
        (Some(4), Some("n"), &Some(Size::Large))
    );
    assert_eq!(sample.extra.get("Ne\nw"), Some(&json!(1)));
}

#[test]
fn every_order_of_fields_reads_the_same() {
    let full: serde_json::Map<String, Value> = serde_json::from_str(FULL).unwrap();
    let expected = decode(FULL);
    for turn in 0..full.len() {
        let mut entries: Vec<String> = full
            .iter()
            .map(|(name, value)| format!("{}:{value}", json!(name)))
            .collect();
        entries.rotate_left(turn);
        assert_eq!(decode(&format!("{{{}}}", entries.join(","))), expected);
        entries.reverse();
        assert_eq!(decode(&format!("{{{}}}", entries.join(","))), expected);
    }
}

#[test]
fn a_declared_field_that_comes_twice_is_refused() {
    for text in [
        r#"{"Id":1,"Id":2}"#,
        r#"{"Id":null,"Name":"n","Id":2}"#,
        r#"{"Id":1,"Id":null}"#,
    ] {
        let error = serde_json::from_str::<Sample>(text).unwrap_err();
        assert!(
            error.to_string().contains("duplicate field `Id`"),
            "{error}"
        );
    }
}

#[test]
fn of_an_unknown_field_that_comes_twice_the_last_value_counts() {
    let text = r#"{"A":1,"B":2,"A":3}"#;
    let last_wins: Value = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_value(decode(text)).unwrap(), last_wins);
    assert_eq!(
        serde_json::to_value(serde_json::from_str::<superoffice_core::Map<i32>>(text).unwrap())
            .unwrap(),
        last_wins
    );
}

#[test]
fn models_are_equal_by_value_and_unknown_fields() {
    assert_eq!(
        decode(r#"{"Id":1,"Name":null}"#),
        Sample {
            id: Some(1),
            ..Sample::default()
        }
    );
    assert_eq!(decode(r#"{"A":1,"B":2}"#), decode(r#"{"B":2,"A":1}"#));
    assert_ne!(decode(r#"{"A":1}"#), decode("{}"));
    assert_ne!(decode(r#"{"A":1}"#), decode(r#"{"A":2}"#));
    let mut emptied = decode(r#"{"A":1}"#);
    emptied.extra.remove("A");
    assert_eq!(emptied, Sample::default());
}

#[test]
fn wrong_types_are_refused_with_their_path() {
    let cases = [
        (r#"{"Id":"7"}"#, "Id"),
        (r#"{"Id":[]}"#, "Id"),
        (r#"{"Active":"true"}"#, "Active"),
        (r#"{"Name":5}"#, "Name"),
        (r#"{"Created":5}"#, "Created"),
        (r#"{"Image":{}}"#, "Image"),
        (r#"{"Size":true}"#, "Size"),
        (r#"{"Size":{"a":1}}"#, "Size"),
        (r#"{"Rights":[]}"#, "Rights"),
        (r#"{"Texts":{"a":1}}"#, "Texts.a"),
        (r#"{"Texts":[]}"#, "Texts"),
        (r#"{"Parent":[1]}"#, "Parent"),
        (
            r#"{"Parent":{"Children":[{"Id":1},{"Total":false}]}}"#,
            "Parent.Children[1].Total",
        ),
        (r#"{"ByKey":{"k":{"Name":1}}}"#, "ByKey.k.Name"),
        (r#"[7]"#, "."),
        (r#""x""#, "."),
    ];
    for (text, path) in cases {
        let error = serde_path_to_error::deserialize::<_, Sample>(
            &mut serde_json::Deserializer::from_str(text),
        )
        .unwrap_err();
        assert_eq!(error.path().to_string(), path, "{text}: {error}");
    }
}

#[test]
fn refusals_say_what_was_expected() {
    let message = serde_json::from_str::<Sample>("[]")
        .unwrap_err()
        .to_string();
    assert!(message.contains("expected an object (Sample)"), "{message}");
}

#[test]
fn every_source_of_json_reads_the_same() {
    let expected = decode(FULL);
    let value: Value = serde_json::from_str(FULL).unwrap();
    assert_eq!(
        serde_json::from_value::<Sample>(value.clone()).unwrap(),
        expected
    );
    assert_eq!(Sample::deserialize(&value).unwrap(), expected);
    assert_eq!(
        serde_json::from_reader::<_, Sample>(FULL.as_bytes()).unwrap(),
        expected
    );
    assert_eq!(
        serde_json::from_slice::<Sample>(FULL.as_bytes()).unwrap(),
        expected
    );
    assert_eq!(serde_json::to_value(&expected).unwrap(), value);
}

#[test]
fn a_flattened_model_keeps_what_the_enclosing_type_does_not_take() {
    #[derive(Serialize, Deserialize)]
    struct Enclosing {
        #[serde(rename = "Own")]
        own: i32,
        #[serde(flatten)]
        sample: Sample,
    }
    let text = r#"{"Own":1,"Id":2,"Name":null,"Size":7,"Other":[1]}"#;
    let enclosing: Enclosing = serde_json::from_str(text).unwrap();
    assert_eq!((enclosing.own, enclosing.sample.id), (1, Some(2)));
    assert_eq!(encode(&enclosing), text);
}

#[test]
fn a_model_in_an_untagged_enum_is_read_from_buffered_content() {
    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(i32),
        Sample(Box<Sample>),
    }
    let either: Either = serde_json::from_str(FULL).unwrap();
    assert!(matches!(&either, Either::Sample(sample) if **sample == decode(FULL)));
    assert_eq!(encode(&either), FULL);
    assert!(matches!(
        serde_json::from_str("3").unwrap(),
        Either::Number(3)
    ));
}

#[test]
fn pretty_output_is_the_same_json() {
    let sample = decode(FULL);
    let pretty = serde_json::to_string_pretty(&sample).unwrap();
    assert_eq!(decode(&pretty), sample);
    assert_eq!(
        serde_json::to_string_pretty(&Sample::default()).unwrap(),
        "{}"
    );
}

#[test]
fn a_null_among_models_is_an_empty_model_and_stays_null() {
    let text = r#"{"Children":[null,{"Id":2},null,{"Children":[null]}],"ByKey":{"k":null}}"#;
    let mut sample = decode(text);
    assert_eq!(encode(&sample), text);
    assert_eq!(encode(&sample.clone()), text);
    let children = sample.children.as_mut().unwrap();
    assert_eq!(children[0], Sample::default());
    children[0].name = Some("a".to_owned());
    children[2].set_null("Id", true);
    let text = r#"{"Children":[{"Name":"a"},{"Id":2},{"Id":null},{"Children":[null]}],"ByKey":{"k":null}}"#;
    assert_eq!(encode(&sample), text);
    let mut item: Sample = serde_json::from_str("null").unwrap();
    assert_eq!(encode(&item), "null");
    item.extra.insert("New", 1);
    assert_eq!(encode(&item), r#"{"New":1}"#);
    item.extra.remove("New");
    item.extra.assume_complete();
    assert_eq!(encode(&item), "null");
    let as_value: Sample = serde_json::from_value(Value::Null).unwrap();
    assert_eq!(serde_json::to_value(&as_value).unwrap(), Value::Null);
}

#[test]
fn a_null_among_texts_numbers_or_constants_is_refused_with_its_place() {
    #[derive(Default)]
    struct Lists {
        texts: Option<Vec<String>>,
        numbers: Option<Vec<i32>>,
        sizes: Option<Vec<crate::sample::Size>>,
        any: Option<Vec<Value>>,
        extra: superoffice_core::Extra,
    }
    superoffice_core::model! {
        Lists { 0 texts "Texts", 1 numbers "Numbers", 2 sizes "Sizes", 3 any "Any" }
    }
    for (text, place) in [
        (r#"{"Texts":["a",null]}"#, "Texts[1]"),
        (r#"{"Numbers":[null]}"#, "Numbers[0]"),
        (r#"{"Sizes":["Small",null]}"#, "Sizes[1]"),
    ] {
        let mut json = serde_json::Deserializer::from_str(text);
        let error = serde_path_to_error::deserialize::<_, Lists>(&mut json).unwrap_err();
        assert_eq!(error.path().to_string(), place);
    }
    let any: Lists = serde_json::from_str(r#"{"Any":[null]}"#).unwrap();
    assert_eq!(serde_json::to_string(&any).unwrap(), r#"{"Any":[null]}"#);
}

/// An entity has dozens of fields, and an answer few of them: those that are not there are not printed.
#[test]
fn what_is_there_is_printed_under_its_name_in_json() {
    for (text, printed) in [
        ("{}", "Sample"),
        (
            r#"{"Name":"a\nb","Id":7,"Size":null,"Children":[{"Id":2},{}]}"#,
            r#"Sample { Id: 7, Name: "a\nb", Size: null, Children: [Sample { Id: 2 }, Sample] }"#,
        ),
        (
            r#"{"Id":7,"New\nline":{"Id":null}}"#,
            r#"Sample { Id: 7, extra: {"New\nline": Object {"Id": Null}} }"#,
        ),
    ] {
        assert_eq!(format!("{:?}", decode(text)), printed);
    }
    let wide: Wide = serde_json::from_str(r#"{"F69":null,"Inner":{"F0":"x"}}"#).unwrap();
    assert_eq!(
        format!("{wide:#?}"),
        "Wide {\n    F69: null,\n    Inner: Wide {\n        F0: \"x\",\n    },\n}"
    );
}

/// Empties the field that it is given.
struct Take;

impl<'m> Change<'m, '_> for Take {
    type Output = &'static str;

    fn field<T>(self, slot: &'m mut Option<T>) -> &'static str {
        slot.take().map_or("empty", |_| "field")
    }

    fn extra(self, _: &'m mut Extra) -> &'static str {
        "extra"
    }
}

/// What was shown, in order.
#[derive(Default)]
struct Shown(Vec<&'static str>);

impl<'m> Visit<'m> for Shown {
    fn extra(&mut self, _: &'m Extra) {
        self.0.push("the extra");
    }

    fn field<T: Serialize + std::fmt::Debug>(
        &mut self,
        index: usize,
        name: &'static str,
        value: &'m Option<T>,
    ) {
        assert_eq!(Sample::FIELDS[index], name);
        if value.is_some() {
            self.0.push(name);
        }
    }
}

#[test]
fn every_index_leads_to_its_field_or_to_the_extra() {
    let full = decode(FULL);
    let shown = |sample: &Sample| {
        let mut shown = Shown::default();
        sample.visit(&mut shown);
        shown.0
    };
    let all: Vec<&str> = ["the extra"]
        .into_iter()
        .chain(Sample::FIELDS.iter().copied())
        .collect();
    assert_eq!(shown(&full), all);
    for index in 0..Sample::FIELDS.len() {
        let mut sample = full.clone();
        assert_eq!(sample.change(index, Take), "field");
        let mut others = all.clone();
        others.remove(index + 1);
        assert_eq!(shown(&sample), others);
    }
    for index in [Sample::FIELDS.len(), usize::MAX] {
        let mut sample = full.clone();
        assert_eq!(sample.change(index, Take), "extra");
        assert_eq!(sample, full);
    }
}
