//! The models of these tests: one with a field of every type, one with more fields than a machine word has bits.

use serde_json::Value;
use superoffice_core::{Base64, DateTime, Extra, FlagSet, Map, model, open_enum};

open_enum! {
    /// A size.
    pub(crate) enum Size { Small "Small", Large "Large" }
    /// A right.
    pub(crate) enum Right { Select "Select", Update "Update", Insert "Insert" }
}

/// One field of every type there is.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Sample {
    pub(crate) id: Option<i32>,
    pub(crate) total: Option<i64>,
    pub(crate) rate: Option<f64>,
    pub(crate) active: Option<bool>,
    pub(crate) name: Option<String>,
    pub(crate) created: Option<DateTime>,
    pub(crate) image: Option<Base64>,
    pub(crate) any: Option<Value>,
    pub(crate) size: Option<Size>,
    pub(crate) rights: Option<FlagSet<Right>>,
    pub(crate) parent: Option<Box<Sample>>,
    pub(crate) children: Option<Vec<Sample>>,
    pub(crate) texts: Option<Map<String>>,
    pub(crate) by_key: Option<Map<Sample>>,
    pub(crate) extra: Extra,
}
model! { Sample {
    0 id "Id", 1 total "Total", 2 rate "Rate", 3 active "Active", 4 name "Name", 5 created "Created", 6 image "Image",
    7 any "Any", 8 size "Size", 9 rights "Rights", 10 parent "Parent", 11 children "Children", 12 texts "Texts",
    13 by_key "ByKey",
} }

/// A body that sets every field of [`Sample`], in declaration order.
pub(crate) const FULL: &str = concat!(
    r#"{"Id":7,"Total":9007199254740993,"Rate":0.1,"Active":true,"Name":"Änne \"A\"","Created":"2024-02-29T23:30:00.1200000","#,
    r#""Image":"aGVsbG8=","Any":{"a":[1,null]},"Size":"Small","Rights":"Select, Update","Parent":{"Id":1},"#,
    r#""Children":[{"Id":2},{"Name":null}],"Texts":{"b":"x","a":null},"ByKey":{"k":{"Id":3},"n":null}}"#
);

macro_rules! wide {
    ($($index:literal $field:ident $name:literal)*) => {
        /// More fields than a machine word has bits, and large; it contains itself.
        #[derive(Clone, Default, PartialEq)]
        pub(crate) struct Wide {
            $(pub(crate) $field: Option<String>,)*
            pub(crate) inner: Option<Box<Wide>>,
            pub(crate) extra: Extra,
        }
        model! { Wide { $($index $field $name,)* 70 inner "Inner" } }
    };
}

wide! {
    0 f0 "F0" 1 f1 "F1" 2 f2 "F2" 3 f3 "F3" 4 f4 "F4" 5 f5 "F5" 6 f6 "F6"
    7 f7 "F7" 8 f8 "F8" 9 f9 "F9" 10 f10 "F10" 11 f11 "F11" 12 f12 "F12" 13 f13 "F13"
    14 f14 "F14" 15 f15 "F15" 16 f16 "F16" 17 f17 "F17" 18 f18 "F18" 19 f19 "F19" 20 f20 "F20"
    21 f21 "F21" 22 f22 "F22" 23 f23 "F23" 24 f24 "F24" 25 f25 "F25" 26 f26 "F26" 27 f27 "F27"
    28 f28 "F28" 29 f29 "F29" 30 f30 "F30" 31 f31 "F31" 32 f32 "F32" 33 f33 "F33" 34 f34 "F34"
    35 f35 "F35" 36 f36 "F36" 37 f37 "F37" 38 f38 "F38" 39 f39 "F39" 40 f40 "F40" 41 f41 "F41"
    42 f42 "F42" 43 f43 "F43" 44 f44 "F44" 45 f45 "F45" 46 f46 "F46" 47 f47 "F47" 48 f48 "F48"
    49 f49 "F49" 50 f50 "F50" 51 f51 "F51" 52 f52 "F52" 53 f53 "F53" 54 f54 "F54" 55 f55 "F55"
    56 f56 "F56" 57 f57 "F57" 58 f58 "F58" 59 f59 "F59" 60 f60 "F60" 61 f61 "F61" 62 f62 "F62"
    63 f63 "F63" 64 f64 "F64" 65 f65 "F65" 66 f66 "F66" 67 f67 "F67" 68 f68 "F68" 69 f69 "F69"
}

pub(crate) fn decode(text: &str) -> Sample {
    serde_json::from_str(text).unwrap()
}

pub(crate) fn encode(model: &impl serde::Serialize) -> String {
    serde_json::to_string(model).unwrap()
}
