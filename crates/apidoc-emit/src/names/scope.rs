//! A place in which names must differ: takes wire names, returns a Rust name for each. The first that fits of these is taken: the
//! plain name; for a name that the place keeps for itself, the name with the kind of the thing behind it; for names that fall
//! together, the name with its symbols spelled out; then a number. Which of two gets the plain one does not depend on their order.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::reserved::{FIELDS, METHODS, MODULES, NEWER_KEYWORDS, TYPES, VARIANTS};
use super::words::{camel, snake, spelled};

/// Longest name of a module, which is also a file name.
const MODULE_LENGTH: usize = 80;
/// Longest other name.
const NAME_LENGTH: usize = 200;

/// What a name is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Type,
    Variant,
    Field,
    Argument,
    Method,
    /// A file of models.
    Module,
    /// A file of an agent or area, and the method that leads to it.
    Group,
}

impl Kind {
    const fn reserved(self) -> [&'static [&'static str]; 2] {
        match self {
            Self::Type => [TYPES, &[]],
            Self::Variant => [VARIANTS, &[]],
            Self::Field => [FIELDS, &[]],
            Self::Argument => [&[], &[]],
            Self::Method => [METHODS, &[]],
            Self::Module => [MODULES, &[]],
            Self::Group => [MODULES, METHODS],
        }
    }

    /// The word that is put behind a name that cannot stand alone.
    const fn noun(self) -> &'static str {
        match self {
            Self::Type => "Model",
            Self::Variant => "Value",
            Self::Field => "field",
            Self::Argument => "value",
            Self::Method => "operation",
            Self::Module => "model",
            Self::Group => "group",
        }
    }

    const fn is_camel(self) -> bool {
        matches!(self, Self::Type | Self::Variant)
    }

    const fn is_file(self) -> bool {
        matches!(self, Self::Module | Self::Group)
    }

    const fn longest(self) -> usize {
        if self.is_file() {
            MODULE_LENGTH
        } else {
            NAME_LENGTH
        }
    }

    fn cased(self, wire: &str) -> String {
        if self.is_camel() {
            camel(wire)
        } else {
            snake(wire)
        }
    }

    fn joined(self, name: &str, suffix: &str) -> String {
        match (name.is_empty(), self.is_camel()) {
            (true, _) => suffix.to_owned(),
            (false, true) => format!("{name}{suffix}"),
            (false, false) => format!("{name}_{suffix}"),
        }
    }
}

/// A place in which names must differ.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    kind: Kind,
    taken: BTreeSet<String>,
    /// Names of the place around this one.
    around: Rc<BTreeSet<String>>,
}

impl Scope {
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            kind,
            taken: BTreeSet::new(),
            around: Rc::default(),
        }
    }

    /// A place inside this one, where none of its names may be taken again; several share one list of them.
    pub(super) fn inside(&mut self) -> Self {
        if !self.taken.is_empty() {
            let taken = std::mem::take(&mut self.taken);
            self.around = Rc::new(self.around.union(&taken).cloned().collect());
        }
        Self {
            kind: self.kind,
            taken: BTreeSet::new(),
            around: Rc::clone(&self.around),
        }
    }

    /// Keeps names from being taken.
    pub(super) fn without<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        let keys: Vec<String> = names.into_iter().map(|name| self.key(name)).collect();
        self.taken.extend(keys);
        self
    }

    /// Names for all of these, in their order, and those that stand in the list twice.
    pub(super) fn claim_all<'a>(&mut self, wires: &[&'a str]) -> (Vec<String>, Vec<&'a str>) {
        let mut order: Vec<(usize, &'a str, usize)> = wires
            .iter()
            .enumerate()
            .map(|(i, wire)| (symbols(wire), *wire, i))
            .collect();
        order.sort_unstable();
        let repeated = order
            .windows(2)
            .filter(|pair| pair[0].1 == pair[1].1)
            .map(|pair| pair[0].1)
            .collect();
        let mut named: Vec<(usize, String)> = order
            .into_iter()
            .map(|(_, wire, i)| (i, self.claim(wire, None)))
            .collect();
        named.sort_unstable();
        (named.into_iter().map(|(_, name)| name).collect(), repeated)
    }

    /// A name for this one; `alternative` is tried before anything is spelled out.
    pub(super) fn claim(&mut self, wire: &str, alternative: Option<&str>) -> String {
        let kind = self.kind;
        let plain = kind.cased(wire);
        if let Some(name) = self.take(&plain) {
            return name;
        }
        let alternative = alternative.map(|other| kind.cased(other));
        let behind = |suffix: &str| kind.joined(&plain, suffix);
        let named = [
            alternative,
            Some(behind(kind.noun())),
            Some(kind.cased(&spelled(wire))),
        ];
        let numbered = (2..).map(|n: u64| kind.joined(&behind(kind.noun()), &n.to_string()));
        let mut candidates = named.into_iter().flatten().chain(numbered);
        candidates
            .find_map(|candidate| self.take(&candidate))
            .unwrap_or_else(|| kind.noun().to_owned())
    }

    /// Types and modules become files of documentation or code, and some systems do not tell case apart.
    fn key(&self, name: &str) -> String {
        if self.kind == Kind::Variant {
            name.to_owned()
        } else {
            name.to_ascii_lowercase()
        }
    }

    fn is_taken(&self, key: &str) -> bool {
        self.taken.contains(key) || self.around.contains(key)
    }

    fn take(&mut self, candidate: &str) -> Option<String> {
        let name = shortened(candidate, self.kind);
        let key = self.key(&name);
        let reserved = self.kind.reserved();
        if reserved.iter().any(|names| names.contains(&name.as_str())) || self.is_taken(&key) {
            return None;
        }
        let name = identifier(&name, self.kind)?;
        self.taken.insert(key);
        Some(name)
    }
}

/// The text if it is an identifier, with `r#` if it is a keyword; module names are file names and stay plain.
fn identifier(name: &str, kind: Kind) -> Option<String> {
    if is_no_keyword(name) {
        return Some(name.to_owned());
    }
    if !NEWER_KEYWORDS.contains(&name) && syn::parse_str::<syn::Ident>(name).is_ok() {
        return Some(name.to_owned());
    }
    if kind.is_file() {
        return None;
    }
    // What is no name even so (`r#self`) is refused.
    let raw = format!("r#{name}");
    syn::parse_str::<syn::Ident>(&raw).ok().map(|_| raw)
}

/// Whether an identifier cannot be a keyword, as most cannot: none has a digit or several words.
fn is_no_keyword(name: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(is_word)
        && name.contains(|c: char| c == '_' || c.is_ascii_digit())
        && name != "macro_rules"
}

/// Names with fewer symbols are served first.
fn symbols(wire: &str) -> usize {
    wire.chars().filter(|c| !c.is_ascii_alphanumeric()).count()
}

/// A long name cut off, with a checksum of the whole so that it stays the only one.
fn shortened(name: &str, kind: Kind) -> String {
    if name.len() <= kind.longest() {
        return name.to_owned();
    }
    let sum = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |sum, b| {
        (sum ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
    });
    let kept: String = name.chars().take(kind.longest() - 10).collect();
    kind.joined(kept.trim_end_matches('_'), &format!("{:08x}", sum >> 32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_no_names_get_a_mark_or_another_name() {
        // The kind, the wire name, and what it is called.
        let table = [
            (Kind::Field, "Name", "name"),
            (Kind::Field, "Type", "r#type"),
            (Kind::Field, "macro_rules", "macro_rules"),
            (Kind::Field, "gen", "r#gen"),
            (Kind::Field, "self", "self_field"),
            (Kind::Field, "extra", "extra_field"),
            (Kind::Field, "2nd", "n2nd"),
            (Kind::Argument, "crate", "crate_value"),
            (Kind::Argument, "super", "super_value"),
            (Kind::Argument, "_", "value"),
            (Kind::Method, "Move", "r#move"),
            (Kind::Module, "Move", "move_model"),
            (Kind::Module, "con", "con_model"),
            (Kind::Type, "Self", "SelfModel"),
            (Kind::Variant, "None", "NoneValue"),
        ];
        for (kind, wire, expected) in table {
            assert_eq!(
                Scope::new(kind).claim(wire, None),
                expected,
                "{kind:?} {wire}"
            );
        }
    }

    #[test]
    fn an_identifier_with_a_digit_or_several_words_is_no_keyword() {
        for (name, expected) in [
            ("a1", true),
            ("a_b", true),
            ("a", false),
            ("type", false),
            ("_a", false),
            ("1a", false),
            ("a-1", false),
            ("é1", false),
            ("macro_rules", false),
            ("", false),
        ] {
            assert_eq!(is_no_keyword(name), expected, "{name}");
        }
    }
}
