//! How types, models and routes are written for people, in `corrections.md` and in what the command line prints: `int64`,
//! `array<string>`, `map<Cage>`, `agent/Zoo/FeedRequest`, `enum Mood`, `flags Mood`. Takes a type or a route and returns its text, or
//! a text and returns its type. Refuses text that is no type, and types that nest deeper than any real one.

use std::fmt;
use std::str::FromStr;

use crate::api::{GroupId, ModelId, Segment, Type, World};

/// How deep arrays and dictionaries may nest in the text of a type; as deep as the values of samples.
const DEEPEST: usize = 64;

const ARRAY: &str = "array<";
const MAP: &str = "map<";
const ENUM: &str = "enum ";
const FLAGS: &str = "flags ";

/// The words of the types that are nothing but a word.
const WORDS: [(&str, Type); 8] = [
    ("any", Type::Any),
    ("bool", Type::Bool),
    ("int32", Type::Int32),
    ("int64", Type::Int64),
    ("double", Type::Double),
    ("string", Type::String),
    ("date-time", Type::DateTime),
    ("base64", Type::Base64),
];

/// Why a text is no type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoType {
    /// It is no word that is known and no name.
    Unknown,
    /// It nests too deep.
    TooDeep,
}

impl fmt::Display for NoType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("no type is written so"),
            Self::TooDeep => write!(f, "it nests deeper than {DEEPEST}"),
        }
    }
}

impl std::error::Error for NoType {}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut leaf, mut depth) = (self, 0);
        while let Self::Array(inner) | Self::Map(inner) = leaf {
            f.write_str(if matches!(leaf, Self::Array(_)) {
                ARRAY
            } else {
                MAP
            })?;
            (leaf, depth) = (inner, depth + 1);
        }
        match leaf {
            Self::Model(id) => write!(f, "{id}")?,
            Self::Enum(name) => write!(f, "{ENUM}{name}")?,
            Self::Flags(name) => write!(f, "{FLAGS}{name}")?,
            word => {
                let known = WORDS.iter().find(|(_, ty)| ty == word);
                f.write_str(known.map_or("", |(word, _)| word))?;
            }
        }
        f.write_str(&">".repeat(depth))
    }
}

impl FromStr for Type {
    type Err = NoType;

    fn from_str(text: &str) -> Result<Self, NoType> {
        let (mut rest, mut around) = (text, Vec::new());
        while let Some((wrap, inner)) = unwrapped(rest) {
            if around.len() == DEEPEST {
                return Err(NoType::TooDeep);
            }
            around.push(wrap);
            rest = inner;
        }
        let around = around.into_iter().rev();
        Ok(around.fold(leaf(rest)?, |inner, wrap| wrap(Box::new(inner))))
    }
}

/// What an array or a dictionary is made with.
type Wrap = fn(Box<Type>) -> Type;

fn unwrapped(text: &str) -> Option<(Wrap, &str)> {
    let text = text.strip_suffix('>')?;
    let array = text
        .strip_prefix(ARRAY)
        .map(|inner| (Type::Array as Wrap, inner));
    array.or_else(|| Some((Type::Map as Wrap, text.strip_prefix(MAP)?)))
}

fn leaf(text: &str) -> Result<Type, NoType> {
    let named = |name: &str| is_type_name(name).then(|| name.to_owned());
    if let Some((_, ty)) = WORDS.iter().find(|(word, _)| *word == text) {
        return Ok(ty.clone());
    }
    let found = if let Some(name) = text.strip_prefix(ENUM) {
        named(name).map(Type::Enum)
    } else if let Some(name) = text.strip_prefix(FLAGS) {
        named(name).map(Type::Flags)
    } else {
        return text.parse().map(Type::Model);
    };
    found.ok_or(NoType::Unknown)
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(text) => f.write_str(text),
            Self::Parameter(name) => write!(f, "{{{name}}}"),
        }
    }
}

/// The path of an operation as it stands on its page: `/api/v1/Zoo/{id}`.
#[must_use]
pub fn path(route: &[Segment]) -> String {
    route.iter().map(|segment| format!("/{segment}")).collect()
}

impl fmt::Display for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.world.name(), self.name)
    }
}

impl fmt::Display for ModelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.group {
            Some(group) => write!(f, "{group}/{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

impl FromStr for ModelId {
    type Err = NoType;

    fn from_str(text: &str) -> Result<Self, NoType> {
        let (group, name) = match text.rsplit_once('/') {
            Some((group, name)) => (Some(group.parse()?), name),
            None => (None, text),
        };
        let id = |name: &str| Self {
            group,
            name: name.to_owned(),
        };
        is_type_name(name).then(|| id(name)).ok_or(NoType::Unknown)
    }
}

impl FromStr for GroupId {
    type Err = NoType;

    fn from_str(text: &str) -> Result<Self, NoType> {
        let (world, name) = text.split_once('/').ok_or(NoType::Unknown)?;
        let worlds = [World::Agent, World::Rest];
        let world = worlds.into_iter().find(|known| known.name() == world);
        match world.filter(|_| is_word(name)) {
            Some(world) => Ok(Self {
                world,
                name: name.to_owned(),
            }),
            None => Err(NoType::Unknown),
        }
    }
}

/// Whether a text can be the name of a model or an enumeration: letters, digits and `_` behind a capital letter.
#[must_use]
pub fn is_type_name(text: &str) -> bool {
    is_word(text) && text.starts_with(|c: char| c.is_ascii_uppercase())
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number generator that is good enough to meet every kind of type.
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, end: u64) -> u64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (self.0 >> 33) % end
        }

        fn name(&mut self) -> String {
            let letters: Vec<char> = ('A'..='Z')
                .chain('a'..='z')
                .chain('0'..='9')
                .chain(['_'])
                .collect();
            let mut letter = |end: usize| letters[self.below(end as u64) as usize];
            let rest: Vec<char> = (0..6).map(|_| letter(letters.len())).collect();
            std::iter::once(letter(26)).chain(rest).collect()
        }

        fn model(&mut self) -> ModelId {
            let world = [None, Some(World::Agent), Some(World::Rest)][self.below(3) as usize];
            ModelId {
                group: world.map(|world| GroupId {
                    world,
                    name: self.name(),
                }),
                name: self.name(),
            }
        }

        fn ty(&mut self, deepest: usize) -> Type {
            let inner = |numbers: &mut Self| Box::new(numbers.ty(deepest - 1));
            match self.below(6) {
                0 if deepest > 0 => Type::Array(inner(self)),
                1 if deepest > 0 => Type::Map(inner(self)),
                2 => Type::Enum(self.name()),
                3 => Type::Flags(self.name()),
                4 => Type::Model(self.model()),
                _ => WORDS[self.below(8) as usize].1.clone(),
            }
        }
    }

    fn nested(depth: usize) -> Type {
        (0..depth).fold(Type::Int64, |inner, _| Type::Array(Box::new(inner)))
    }

    #[test]
    fn what_is_printed_reads_back() {
        let mut numbers = Numbers(7);
        let random = (0..10_000).map(|_| numbers.ty(DEEPEST));
        let mut kinds = std::collections::HashSet::new();
        for ty in random.chain([nested(DEEPEST)]) {
            let text = ty.to_string();
            assert_eq!(text.parse().as_ref(), Ok(&ty), "{text}");
            kinds.insert(std::mem::discriminant(&ty));
        }
        // Those that are a word, and arrays, maps, enumerations, flags and models.
        assert_eq!(kinds.len(), WORDS.len() + 5);
    }

    #[test]
    fn types_are_written_as_in_corrections() {
        let map = |inner| Type::Map(Box::new(inner));
        let table = [
            ("array<int64>", Type::Array(Box::new(Type::Int64))),
            ("map<map<date-time>>", map(map(Type::DateTime))),
            ("Big_Cage2", Type::Model(ModelId::shared("Big_Cage2"))),
            ("map<enum Mood>", map(Type::Enum("Mood".to_owned()))),
            ("flags Mood", Type::Flags("Mood".to_owned())),
        ];
        for (text, ty) in table {
            assert_eq!((ty.to_string(), text.parse()), (text.to_owned(), Ok(ty)));
        }
    }

    #[test]
    fn what_is_no_type_is_refused() {
        for text in [
            "",
            "cage",
            "[int64]",
            "array<>",
            "array<int64",
            "array<int64>>",
            "array",
            "list<int64>",
            "Cage<int64>",
            "Big cage",
            "Cage-2",
            "2Cage",
            "enum",
            "enum ",
            "enum mood",
            "flags  Mood",
            "agent/Zoo",
            "agent/Zoo/cage",
            "zoo/Zoo/Cage",
            "agent//Cage",
            "agent/Zoo/Big/Cage",
            "/Cage",
            "Cage/",
            " int64",
            "datetime",
            "Käfig",
        ] {
            assert_eq!(text.parse::<Type>(), Err(NoType::Unknown), "{text}");
        }
    }

    #[test]
    fn what_nests_too_deep_is_refused() {
        for depth in [DEEPEST + 1, 500_000] {
            for (open, close) in [(ARRAY, ">"), (MAP, ">")] {
                let text = format!("{}int64{}", open.repeat(depth), close.repeat(depth));
                assert_eq!(text.parse::<Type>(), Err(NoType::TooDeep));
            }
        }
    }
}
