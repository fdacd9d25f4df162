//! Models against JSON: what is kept, what is refused.

use serde_json::{Value, json};
use superoffice_core::{Base64, DateTime, Extra, Map, model, open_enum};

open_enum! {
    /// A kind.
    pub enum Kind { Small "Small", Large "Large" }
}

/// One field of every type there is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sample {
    pub id: Option<i32>,
    pub total: Option<i64>,
    pub rate: Option<f64>,
    pub active: Option<bool>,
    pub name: Option<String>,
    pub created: Option<DateTime>,
    pub image: Option<Base64>,
    pub any: Option<Value>,
    pub kind: Option<Kind>,
    pub parent: Option<Box<Sample>>,
    pub children: Option<Vec<Sample>>,
    pub texts: Option<Map<String>>,
    pub extra: Extra,
}
model! { Sample {
    0 id "Id", 1 total "Total", 2 rate "Rate", 3 active "Active", 4 name "Name", 5 created "Created", 6 image "Image", 7 any "Any",
    8 kind "Kind", 9 parent "Parent", 10 children "Children", 11 texts "Texts"
} }

#[test]
fn absent_null_and_value_survive() {
    let text = r#"{"Id":1,"Rate":null,"Name":"a","Parent":{"Id":null},"Texts":{"a":null}}"#;
    let sample: Sample = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&sample).unwrap(), text);
    assert_eq!(sample.total, None);
    assert_eq!(
        serde_json::to_value(&sample).unwrap()["Parent"],
        json!({"Id": null})
    );
}
