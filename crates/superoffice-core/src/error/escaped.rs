//! How a text may stand in an answer that repeats it: as it is, or with characters escaped as JSON, addresses and HTML do it. Takes the
//! start of an answer and a text; says how much of the answer spells the text, or that the answer ends inside it. It refuses
//! nothing: what is no escape stands for itself.

/// What stands at the start of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelled {
    /// The whole text, in so many bytes.
    Whole(usize),
    /// So many bytes of the text, and then the answer ends.
    Begun(usize),
    /// Another text.
    Other,
}

/// Longest escape, in bytes.
const LONGEST: usize = 12;

/// The escapes of HTML that have a name.
const NAMED: [(&str, &str); 5] = [
    ("&amp;", "&"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&apos;", "'"),
];

/// Whether `answer` starts with `text`, however it is spelled.
pub(super) fn spelled(answer: &str, text: &str) -> Spelled {
    // A text that looks like an escape itself may stand as it is.
    if answer.starts_with(text) {
        return Spelled::Whole(text.len());
    }
    if text.starts_with(answer) {
        return Spelled::Begun(answer.len());
    }
    let (mut answer_left, mut left) = (answer.as_bytes(), text.as_bytes());
    while !left.is_empty() {
        let step = match escaped(answer_left, left) {
            Some(step) => step,
            None if answer_left.is_empty() || is_cut_escape(answer_left) => {
                return Spelled::Begun(text.len() - left.len());
            }
            None if answer_left.first() == left.first() => (1, 1),
            None => return Spelled::Other,
        };
        answer_left = answer_left.get(step.0..).unwrap_or_default();
        left = left.get(step.1..).unwrap_or_default();
    }
    Spelled::Whole(answer.len() - answer_left.len())
}

/// How long an escape at the start of the answer is, and how much of the text it stands for.
fn escaped(answer: &[u8], text: &[u8]) -> Option<(usize, usize)> {
    let head = answer.get(..LONGEST.min(answer.len()))?;
    let (length, meant) = match head {
        [b'\\', b'u', ..] => utf_16(head)?,
        [b'\\', plain, ..] => (2, char::from(*plain).to_string().into_bytes()),
        [b'%', ..] => (3, vec![u8::try_from(hex(head.get(1..3)?)?).ok()?]),
        [b'+', ..] => (1, b" ".to_vec()),
        [b'&', b'#', ..] => numbered(head)?,
        [b'&', ..] => named(head)?,
        _ => return None,
    };
    text.starts_with(&meant).then_some((length, meant.len()))
}

/// `\u002B`, or two of these that are one character.
fn utf_16(head: &[u8]) -> Option<(usize, Vec<u8>)> {
    let unit = |escape: &[u8]| u16::try_from(hex(escape.strip_prefix(b"\\u")?)?).ok();
    let units = [head.get(..6), head.get(6..)];
    let units = units.into_iter().flatten().map_while(unit);
    let found = char::decode_utf16(units).next()?.ok()?;
    Some((6 * found.len_utf16(), found.to_string().into_bytes()))
}

/// `&#43;` or `&#x2B;`.
fn numbered(head: &[u8]) -> Option<(usize, Vec<u8>)> {
    let end = head.iter().position(|byte| *byte == b';')?;
    let number = head.get(2..end)?;
    let code = match number {
        [b'x' | b'X', digits @ ..] => hex(digits)?,
        digits => std::str::from_utf8(digits).ok()?.parse().ok()?,
    };
    Some((end + 1, character(code)?))
}

fn named(head: &[u8]) -> Option<(usize, Vec<u8>)> {
    let (name, meant) = NAMED
        .iter()
        .find(|(name, _)| head.starts_with(name.as_bytes()))?;
    Some((name.len(), meant.as_bytes().to_vec()))
}

fn hex(digits: &[u8]) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

fn character(code: u32) -> Option<Vec<u8>> {
    char::from_u32(code).map(|found| found.to_string().into_bytes())
}

/// Whether the answer ends inside an escape.
fn is_cut_escape(left: &[u8]) -> bool {
    let are_hex = |digits: &[u8]| digits.iter().all(u8::is_ascii_hexdigit);
    match left {
        [b'\\'] => true,
        [b'\\', b'u', digits @ ..] if digits.len() < 4 => are_hex(digits),
        // The first half of a character.
        [
            b'\\',
            b'u',
            b'd' | b'D',
            b'8' | b'9' | b'a' | b'b' | b'A' | b'B',
            _,
            _,
            rest @ ..,
        ] => rest.is_empty() || (rest.len() < 6 && is_cut_escape(rest)),
        [b'%', digits @ ..] => digits.len() < 2 && are_hex(digits),
        [b'&', b'#', b'x' | b'X', digits @ ..] | [b'&', b'#', digits @ ..] => {
            left.len() < LONGEST && are_hex(digits)
        }
        [b'&', ..] => NAMED
            .iter()
            .any(|(name, _)| name.as_bytes().starts_with(left)),
        _ => false,
    }
}
