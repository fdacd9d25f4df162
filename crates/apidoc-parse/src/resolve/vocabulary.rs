//! Takes a type word as a page prints it and says what it can mean. Two vocabularies are in use: an exact one (`int32`,
//! `date-time`) and, in the request tables of newer pages, a coarse one (`Integer`, `String`) that hides dates, bytes and
//! widths. Any other word is the name of a type; whether that name is believed is decided elsewhere.

use apidoc_model::api::Type;

/// What a type word can mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word {
    /// No word: an object, by the custom of the oldest pages.
    Blank,
    /// A type and nothing else.
    Exact(Type),
    /// A type, or a narrower one that shares its JSON form.
    Coarse(Type),
    /// An array; of what is not said.
    Array,
    /// A dictionary; of what is not said.
    Dictionary,
    /// Bytes, when it stands for a whole body.
    Bytes,
    /// A list of values that the row carries.
    Enumeration,
    /// The name of a type.
    Name(String),
}

impl Word {
    /// Reads the word of a table cell or heading.
    pub(super) fn read(text: &str) -> Self {
        match text {
            "" => Self::Blank,
            "string" => Self::Exact(Type::String),
            "int32" | "int" => Self::Exact(Type::Int32),
            "int64" | "long" => Self::Exact(Type::Int64),
            "bool" | "boolean" | "Boolean" => Self::Exact(Type::Bool),
            "double" | "float" | "decimal" | "Number" => Self::Exact(Type::Double),
            "date-time" | "date" => Self::Exact(Type::DateTime),
            "byte" => Self::Exact(Type::Base64),
            "String" => Self::Coarse(Type::String),
            "Integer" => Self::Coarse(Type::Int32),
            "array" | "Array" => Self::Array,
            "object" | "Object" => Self::Dictionary,
            "binary" => Self::Bytes,
            "Enum" => Self::Enumeration,
            name => Self::Name(name.to_owned()),
        }
    }
}
