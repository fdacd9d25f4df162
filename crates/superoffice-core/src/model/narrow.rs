//! The [`narrow!`](crate::narrow!) macro. Takes two models of which one has the fields of the other and dictionaries behind them; gives
//! the `From` that loses nothing. It refuses nothing: that the fields are the same, in the same order, is the emitter's care.

/// Implements `From<Whole> for Part` for models of which `Part` has the first fields of `Whole`, in the same order, and not its last
/// ones. Those, all dictionaries, become unknown fields of `Part`, so that it is sent back with everything that came.
///
/// A field that is wider in `Part` says so.
///
/// ```
/// use superoffice_core::{Extra, Map, model, narrow};
///
/// #[derive(Clone, Default, PartialEq)]
/// pub struct TopicWithLinks {
///     pub topic_id: Option<i32>,
///     pub name: Option<String>,
///     pub links: Option<Map<String>>,
///     pub extra: Extra,
/// }
/// model! { TopicWithLinks { 0 topic_id "TopicId", 1 name "Name", 2 links "_Links" } }
///
/// #[derive(Clone, Default, PartialEq)]
/// pub struct Topic {
///     pub topic_id: Option<i64>,
///     pub name: Option<String>,
///     pub extra: Extra,
/// }
/// model! { Topic { 0 topic_id "TopicId", 1 name "Name" } }
///
/// narrow! { TopicWithLinks => Topic { topic_id as i64, name } { links "_Links" } }
///
/// for links in [r#"{"Self":"/7","Old":null}"#, "null"] {
///     let text = format!(r#"{{"TopicId":7,"Name":null,"New":true,"_Links":{links}}}"#);
///     let topic: TopicWithLinks = serde_json::from_str(&text)?;
///     let sent = serde_json::to_value(Topic::from(topic))?;
///     assert_eq!(sent, serde_json::from_str::<serde_json::Value>(&text)?);
/// }
/// # Ok::<(), serde_json::Error>(())
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! narrow {
    ($whole:ident => $part:ident { $($field:ident $(as $wide:ident)?),* $(,)? } { $($member:ident $name:literal),* $(,)? }) => {
        #[doc = "Loses nothing: what this type does not declare is in `extra`, and is sent back."]
        impl ::core::convert::From<$whole> for $part {
            #[inline]
            fn from(mut whole: $whole) -> Self {
                $(
                    let member = match whole.$member.take() {
                        ::core::option::Option::Some(member) => ::core::option::Option::Some(::core::iter::Iterator::collect(
                            ::core::iter::IntoIterator::into_iter(member),
                        )),
                        ::core::option::Option::None if $crate::Model::is_null(&whole, $name) => {
                            ::core::option::Option::Some($crate::Value::Null)
                        }
                        ::core::option::Option::None => ::core::option::Option::None,
                    };
                    if let ::core::option::Option::Some(member) = member {
                        whole.extra.insert($name, member);
                    }
                )*
                Self {
                    $($field: whole.$field $(.map($wide::from))?,)*
                    extra: whole.extra,
                }
            }
        }
    };
}
