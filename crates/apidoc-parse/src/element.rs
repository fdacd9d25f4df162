//! Takes a text and says which tags in it are those of elements of MDX: `<Name>` and `</Name>`, with a capital letter and more,
//! without attributes, and both there. What `List<Item>` holds is closed by nothing, and so it is no element. It refuses nothing.

use std::collections::HashMap;

/// How the comments of MDX begin and end.
pub(crate) const COMMENT: (&str, &str) = ("{/*", "*/}");

/// A tag that may be one of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag<'t> {
    name: &'t str,
    is_closing: bool,
    /// How long it is, with its brackets.
    pub(crate) length: usize,
}

impl<'t> Tag<'t> {
    /// The tag that a text begins with.
    pub(crate) fn at(text: &'t str) -> Option<Self> {
        let inner = text.strip_prefix('<')?;
        let named = inner.strip_prefix('/').unwrap_or(inner);
        let is_part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_');
        let length = named.bytes().take_while(is_part).count();
        let (name, behind) = named.split_at(length);
        // One letter is the argument of a type.
        let is_name = name.len() > 1 && name.starts_with(|c: char| c.is_ascii_uppercase());
        let is_tag = is_name && behind.starts_with('>');
        is_tag.then_some(Self {
            name,
            is_closing: named.len() < inner.len(),
            length: text.len() - behind.len() + 1,
        })
    }

    /// The tag that is all of a line.
    pub(crate) fn alone(line: &'t str) -> Option<Self> {
        let line = line.trim();
        Self::at(line).filter(|tag| tag.length == line.len())
    }

    pub(crate) fn opens(&self) -> bool {
        !self.is_closing
    }
}

/// Where the elements of a text begin and end, by name.
#[derive(Debug, Default)]
pub(crate) struct Elements<'t> {
    /// Where a name is opened first.
    opened: HashMap<&'t str, usize>,
    /// Where it is closed last.
    closed: HashMap<&'t str, usize>,
}

impl<'t> Elements<'t> {
    pub(crate) fn of(text: &'t str) -> Self {
        let mut elements = Self::default();
        if !text.contains("</") {
            return elements;
        }
        for (at, _) in text.match_indices('<') {
            match Tag::at(&text[at..]) {
                Some(tag) if tag.is_closing => {
                    elements.closed.insert(tag.name, at);
                }
                Some(tag) => {
                    elements.opened.entry(tag.name).or_insert(at);
                }
                None => {}
            }
        }
        elements
    }

    /// Whether the tag at this place has another one that closes or opens its element.
    pub(crate) fn has(&self, tag: &Tag<'_>, at: usize) -> bool {
        if tag.is_closing {
            self.opened.get(tag.name).is_some_and(|opened| *opened < at)
        } else {
            self.closed.get(tag.name).is_some_and(|closed| *closed > at)
        }
    }

    /// Whether all of a text is one element.
    pub(crate) fn encloses(text: &str) -> bool {
        let Some(tag) = Tag::at(text).filter(Tag::opens) else {
            return false;
        };
        let closing = text.rfind("</").and_then(|at| Tag::alone(&text[at..]));
        closing.is_some_and(|closing| closing.is_closing && closing.name == tag.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_of_an_element_where_both_are_there() {
        // The text, and how many of its tags are those of elements.
        let table = [
            ("<Note>a</Note>", 2),
            ("<Note>a</Note></Note>", 3),
            ("<Note>a<Note>", 0),
            ("</Note>a<Note>", 0),
            ("<Note><Tip>a</Note>", 2),
            ("<UI.Note>a</UI.Note>", 2),
            ("List<Item> and <T>", 0),
            ("<note>a</note> <Note x=\"y\">a</Note> <Note/> < Note>", 0),
            ("<>a</> <T>a</T>", 0),
            ("<Né>a</Né>", 0),
            ("<", 0),
        ];
        for (text, expected) in table {
            let elements = Elements::of(text);
            let tags = text
                .match_indices('<')
                .filter_map(|(at, _)| Some((at, Tag::at(&text[at..])?)));
            let found = tags.filter(|(at, tag)| elements.has(tag, *at)).count();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn an_element_may_be_all_of_a_text() {
        let table = [
            ("<Note>a</Note>", true),
            ("<Note>a</Tip>", false),
            ("<Note>a</Note> b", false),
            ("a <Note>b</Note>", false),
            ("</Note>a</Note>", false),
            ("<Note>a", false),
            ("", false),
        ];
        for (text, expected) in table {
            assert_eq!(Elements::encloses(text), expected, "{text}");
        }
    }
}
