//! Takes samples of one message from several editions and returns one value with the shape of all of them. The newest decides
//! which keys exist, older ones fill what it leaves open; arrays have one element, because how many a sample shows says nothing
//! and changes with each build of the documentation, or two where elements contradict each other. Refuses nothing; the work is
//! proportional to the text of the samples.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::json::Json;

use super::form;

/// Up to this many keys are compared one by one, which is quicker than an index.
const FEW: usize = 32;

/// One value for all of these, newest first; a single one that has this shape already is that value.
pub(super) fn merged<'j>(newest_first: impl IntoIterator<Item = &'j Json>) -> Cow<'j, Json> {
    let mut all = newest_first.into_iter().peekable();
    let first = all.next();
    match (first, all.peek()) {
        (Some(only), None) if is_merged(only) => Cow::Borrowed(only),
        _ => {
            let mut shape = Shape::Plain(Json::Null);
            for json in first.into_iter().chain(all) {
                shape.fill(Shape::of(json));
            }
            Cow::Owned(shape.json(Choice::First))
        }
    }
}

fn is_merged(json: &Json) -> bool {
    match json {
        Json::Array(items) => items.len() < 2 && items.iter().all(is_merged),
        Json::Object(entries) => entries.iter().all(|(_, value)| is_merged(value)),
        _ => true,
    }
}

/// A value that is being put together.
enum Shape {
    /// Neither an array nor an object.
    Plain(Json),
    /// The one element that stands for all.
    Array(Option<Box<Shape>>),
    Object(Fields),
    /// What elements of an array contradict each other in: two of the values that they have there, of different kinds.
    Either(Box<[Shape; 2]>),
}

/// Which of two values that contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    First,
    Second,
}

/// The keys of an object in their order, with an index once they are many.
#[derive(Default)]
struct Fields {
    list: Vec<(String, Shape)>,
    places: HashMap<String, usize>,
}

impl Shape {
    fn of(json: &Json) -> Self {
        match json {
            Json::Array(items) => {
                let elements = items.iter().map(Self::of);
                Self::Array(elements.reduce(Self::union).map(Box::new))
            }
            Json::Object(entries) => {
                let mut fields = Fields::default();
                for (name, value) in entries {
                    fields.push(name.clone(), Self::of(value));
                }
                Self::Object(fields)
            }
            plain => Self::Plain(plain.clone()),
        }
    }

    /// Takes what this one leaves open from an older one.
    fn fill(&mut self, older: Self) {
        match (&mut *self, older) {
            (Self::Plain(Json::Null), older) => *self = older,
            (Self::Object(fields), older @ Self::Object(_)) if fields.list.is_empty() => {
                *self = older;
            }
            (Self::Object(fields), Self::Object(others)) => fields.fill(others),
            (Self::Array(own), Self::Array(other)) => match (own, other) {
                (Some(own), Some(other)) => own.fill(*other),
                (own @ None, other) => *own = other,
                (Some(_), None) => {}
            },
            (Self::Plain(own), Self::Plain(other)) => fill_plain(own, other),
            _ => {}
        }
    }

    /// Elements of one array are of one type, so that the keys of all of them count. Where they are not, the array must go on to
    /// say so.
    fn union(self, other: Self) -> Self {
        match (self, other) {
            (Self::Plain(Json::Null), one) | (one, Self::Plain(Json::Null)) => one,
            (Self::Either(both), other) => {
                let [one, two] = *both;
                Self::Either(Box::new(if one.is_like(&other) {
                    [one.union(other), two]
                } else if two.is_like(&other) {
                    [one, two.union(other)]
                } else {
                    [one, two]
                }))
            }
            (one, Self::Either(both)) => both.into_iter().fold(one, Self::union),
            (Self::Object(mut fields), Self::Object(others)) => {
                fields.unite(others);
                Self::Object(fields)
            }
            (Self::Array(own), Self::Array(other)) => {
                let elements = own.into_iter().chain(other).map(|element| *element);
                Self::Array(elements.reduce(Self::union).map(Box::new))
            }
            (Self::Plain(mut one), Self::Plain(other)) if is_like(&one, &other) => {
                fill_plain(&mut one, other);
                Self::Plain(one)
            }
            (one, other) => Self::Either(Box::new([one, other])),
        }
    }

    /// Whether two values are of one kind, whatever they hold.
    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Plain(one), Self::Plain(other)) => is_like(one, other),
            (Self::Array(_), Self::Array(_)) | (Self::Object(_), Self::Object(_)) => true,
            _ => false,
        }
    }

    /// Whether elements contradict each other here; what is in an array is said there.
    fn is_contradictory(&self) -> bool {
        match self {
            Self::Plain(_) | Self::Array(_) => false,
            Self::Object(fields) => fields
                .list
                .iter()
                .any(|(_, value)| value.is_contradictory()),
            Self::Either(_) => true,
        }
    }

    fn json(&self, choice: Choice) -> Json {
        match self {
            Self::Plain(json) => json.clone(),
            Self::Array(element) => {
                Json::Array(element.iter().flat_map(|one| one.items()).collect())
            }
            Self::Object(fields) => {
                // The second element says nothing but what contradicts the first: arrays inside of it would double each time.
                let is_said = |value: &Self| choice == Choice::First || value.is_contradictory();
                let entries = fields.list.iter().filter(|(_, value)| is_said(value));
                Json::Object(
                    entries
                        .map(|(name, value)| (name.clone(), value.json(choice)))
                        .collect(),
                )
            }
            Self::Either(both) => {
                let [one, two] = &**both;
                match choice {
                    Choice::First => one.json(choice),
                    Choice::Second => two.json(Choice::First),
                }
            }
        }
    }

    /// The items of an array with this element.
    fn items(&self) -> impl Iterator<Item = Json> {
        let second = self.is_contradictory().then_some(Choice::Second);
        [Choice::First]
            .into_iter()
            .chain(second)
            .map(|choice| self.json(choice))
    }
}

/// Whether two scalars are of one kind.
fn is_like(one: &Json, other: &Json) -> bool {
    let is_number = |json: &Json| matches!(json, Json::Integer(_) | Json::Float(_));
    match (one, other) {
        (Json::Bool(_), Json::Bool(_)) | (Json::String(_), Json::String(_)) => true,
        (one, other) => is_number(one) && is_number(other),
    }
}

impl Fields {
    fn fill(&mut self, others: Self) {
        for (name, other) in others.list {
            if let Some(at) = self.place(&name) {
                self.list[at].1.fill(other);
            }
        }
    }

    /// Takes all keys of another element of the array.
    fn unite(&mut self, others: Self) {
        for (name, other) in others.list {
            match self.place(&name) {
                Some(at) => {
                    let own = std::mem::replace(&mut self.list[at].1, Shape::Plain(Json::Null));
                    self.list[at].1 = own.union(other);
                }
                None => self.push(name, other),
            }
        }
    }

    fn push(&mut self, name: String, value: Shape) {
        if self.list.len() >= FEW {
            let at = self.list.len();
            self.indexed().insert(name.clone(), at);
        }
        self.list.push((name, value));
    }

    fn place(&mut self, name: &str) -> Option<usize> {
        if self.list.len() < FEW {
            return self.list.iter().position(|(known, _)| known == name);
        }
        self.indexed().get(name).copied()
    }

    fn indexed(&mut self) -> &mut HashMap<String, usize> {
        if self.places.is_empty() {
            let names = self.list.iter().map(|(name, _)| name.clone());
            self.places = names.zip(0..).collect();
        }
        &mut self.places
    }
}

fn fill_plain(own: &mut Json, other: Json) {
    match (&mut *own, other) {
        (Json::Integer(_), other @ Json::Float(_)) => *own = other,
        (Json::Integer(one), Json::Integer(other)) => *one = (*one).max(other),
        (Json::String(one), Json::String(other)) => {
            *one = form::plainer(std::mem::take(one), other);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged_texts(texts: &[&str]) -> Option<String> {
        let all: Vec<Json> = texts
            .iter()
            .filter_map(|text| Json::parse(text).ok())
            .collect();
        assert_eq!(all.len(), texts.len(), "{texts:?}");
        serde_json::to_string(merged(&all).as_ref()).ok()
    }

    #[test]
    fn older_samples_fill_what_newer_ones_leave_open() {
        // The samples, newest first, and what they say together.
        let table: [(&[&str], &str); 30] = [
            (&[], "null"),
            (&["1"], "1"),
            (&["null", "1"], "1"),
            (&["1", "null"], "1"),
            (&["1", "\"a\""], "1"),
            (&["1", "1.5"], "1.5"),
            (&["1.5", "1"], "1.5"),
            (&["1", "7", "3"], "7"),
            (&["true", "false"], "true"),
            (&["\"2006-03-07T17:37:17\"", "\"a\""], "\"a\""),
            (&["{}", r#"{"a":1}"#], r#"{"a":1}"#),
            (&[r#"{"a":null}"#, r#"{"a":1,"b":2}"#], r#"{"a":1}"#),
            (&[r#"{"a":1}"#, "[1]"], r#"{"a":1}"#),
            (&["[]", "[1]"], "[1]"),
            (&["[1]", "[]"], "[1]"),
            (&[r#"[{"a":null}]"#, r#"[{"a":1}]"#], r#"[{"a":1}]"#),
            // Elements of one array are of one type, so that the keys of all count.
            (&[r#"[{"a":1},{"b":2}]"#], r#"[{"a":1,"b":2}]"#),
            (&[r#"[{},{"b":2}]"#], r#"[{"b":2}]"#),
            (&["[1,2,1.5]"], "[1.5]"),
            (
                &[r#"[{"a":{"b":1}},{"a":{"c":2}}]"#],
                r#"[{"a":{"b":1,"c":2}}]"#,
            ),
            (&[r#"[[{"a":1}],[{"b":2}]]"#], r#"[[{"a":1,"b":2}]]"#),
            (&["[null,1,null]"], "[1]"),
            // Where they are of two, the array says so, once.
            (&[r#"[1,"a",2,"b"]"#], r#"[2,"a"]"#),
            (&[r#"[2,"a"]"#], r#"[2,"a"]"#),
            (&[r#"[1,"a",true,{}]"#], r#"[1,"a"]"#),
            (
                &[r#"[{"a":1,"b":1},{"a":"x","c":1}]"#],
                r#"[{"a":1,"b":1,"c":1},{"a":"x"}]"#,
            ),
            (
                &[r#"{"a":[[1],["x"]],"b":[2]}"#],
                r#"{"a":[[1,"x"]],"b":[2]}"#,
            ),
            (
                &[r#"[{"a":[1]},{"a":{"b":1}}]"#],
                r#"[{"a":[1]},{"a":{"b":1}}]"#,
            ),
            // An older edition fills, and contradicts nothing.
            (&["[1]", r#"["a"]"#], "[1]"),
            (&["[null]", r#"[1,"a"]"#], r#"[1,"a"]"#),
        ];
        for (texts, expected) in table {
            assert_eq!(merged_texts(texts).as_deref(), Some(expected), "{texts:?}");
        }
    }

    #[test]
    fn a_sample_that_has_the_shape_already_is_not_copied() {
        for (text, expected) in [
            ("1", true),
            ("[1]", true),
            ("[1,2]", false),
            (r#"{"a":[[1]]}"#, true),
            (r#"{"a":[[1,2]]}"#, false),
        ] {
            let json = Json::parse(text).ok();
            let is_same = matches!(merged(&json), Cow::Borrowed(_));
            assert_eq!(is_same, expected, "{text}");
        }
    }

    #[test]
    fn contradictions_inside_of_each_other_are_said_once_each() {
        let text = (0..30).fold("1".to_owned(), |inner, _| {
            format!(r#"[{{"a":1,"b":{inner}}},{{"a":"x"}}]"#)
        });
        assert_eq!(merged_texts(&[&text]).as_deref(), Some(text.as_str()));
    }

    #[test]
    fn many_keys_are_found_as_few_are() {
        for many in [FEW - 1, FEW, FEW + 1, 3 * FEW] {
            let object = |value: &str| {
                let entries: Vec<String> =
                    (0..many).map(|key| format!("\"k{key}\":{value}")).collect();
                format!("{{{}}}", entries.join(","))
            };
            let (newer, older) = (object("null"), object("1"));
            let filled = merged_texts(&[&newer, &older]);
            assert_eq!(filled.as_deref(), Some(older.as_str()), "{many}");
            // In one array, each key counts once, wherever it was seen first.
            let array = format!("[{newer},{older},{{\"more\":1}},{older},{{\"more\":2}}]");
            let last = older.trim_end_matches('}');
            let expected = format!("[{last},\"more\":2}}]");
            assert_eq!(
                merged_texts(&[&array]).as_deref(),
                Some(expected.as_str()),
                "{many}"
            );
        }
    }
}
