//! Which characters nobody sees. Takes a character; says whether a reader of a page, or of the code made from it, would not see
//! it or would see the text around it in another order. It refuses nothing.

/// Whether the character is a control, is ignored by default where text is shown (Unicode's `Default_Ignorable_Code_Point`),
/// marks annotations, or changes the direction of text. Line ends and tabs are none of these.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    match c {
        '\n' | '\r' | '\t' | '\u{85}' => false,
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => true,
        _ => c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::is_invisible;

    #[test]
    fn what_no_reader_sees_is_invisible() {
        let invisible = [
            '\0',
            '\u{7f}',
            '\u{9b}',
            '\u{ad}',
            '\u{61c}',
            '\u{180e}',
            '\u{200b}',
            '\u{202e}',
            '\u{2066}',
            '\u{206f}',
            '\u{3164}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{fff9}',
            '\u{e0041}',
        ];
        assert_eq!(invisible.map(is_invisible), [true; 15]);
    }

    #[test]
    fn letters_marks_and_line_ends_are_seen() {
        let seen = [
            'a', 'é', '\u{301}', '漢', '🦀', ' ', '\n', '\r', '\t', '\u{85}', '\u{2028}',
        ];
        assert_eq!(seen.map(is_invisible), [false; 11]);
    }
}
