//! The [`model!`](crate::model!) macro. Takes lines of index, field and JSON name; gives the implementations of `Model`, `Deserialize`,
//! `Serialize` and `Debug`. It refuses nothing: that the indices count from 0 in order is the emitter's care. It expands without recursion and
//! every body is one call or one flat list, since the generated crate expands it some two thousand times; what is not generic is
//! `inline`, so that it is compiled where it is used and not two thousand times there.

/// Implements [`Model`](crate::Model), `serde::Deserialize`, `serde::Serialize` and [`Debug`] for structs whose fields are `Option`s and
/// whose last field is `extra: Extra`. Printed are only fields that are there, under their names in JSON.
///
/// Each line is the field's index, counted from 0, its name in Rust and its name in JSON.
///
/// ```
/// use superoffice_core::{Extra, model};
///
/// #[derive(Clone, Default, PartialEq)]
/// pub struct Topic {
///     pub topic_id: Option<i32>,
///     pub name: Option<String>,
///     pub extra: Extra,
/// }
/// model! { Topic { 0 topic_id "TopicId", 1 name "Name" } }
///
/// let text = r#"{"TopicId":7,"Name":null,"New":true}"#;
/// let topic: Topic = serde_json::from_str(text)?;
/// assert_eq!(topic.topic_id, Some(7));
/// assert_eq!(serde_json::to_string(&topic)?, text);
/// assert_eq!(format!("{topic:?}"), r#"Topic { TopicId: 7, Name: null, extra: {"New": Bool(true)} }"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! model {
    ($($model:ident { $($index:literal $field:ident $name:literal),* $(,)? })*) => {$(
        impl $crate::Model for $model {
            const FIELDS: &'static [&'static str] = &[$($name),*];
            fn visit<'m, V: $crate::model::Visit<'m>>(&'m self, visit: &mut V) {
                visit.extra(&self.extra);
                $(visit.field($index, $name, &self.$field);)*
            }
            fn change<'m, 'de, C: $crate::model::Change<'m, 'de>>(&'m mut self, field: usize, change: C) -> C::Output {
                match field {
                    $($index => change.field(&mut self.$field),)*
                    _ => change.extra(&mut self.extra),
                }
            }
        }
        impl ::core::fmt::Debug for $model {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::model::debug(self, f)
            }
        }
        impl<'de> $crate::__serde::Deserialize<'de> for $model {
            fn deserialize<D: $crate::__serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                $crate::model::decode(deserializer)
            }
        }
        impl $crate::__serde::Serialize for $model {
            fn serialize<S: $crate::__serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::model::encode(self, serializer)
            }
        }
    )*};
}
