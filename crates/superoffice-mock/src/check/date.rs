//! Whether a text is a date or a date with time in one of the forms that the platform reads: `2024-01-31`, with or without
//! time, fraction and offset. It returns yes or no and never fails.

/// Whether `text` is such a date.
pub(crate) fn fits(text: &str) -> bool {
    let Some((date, rest)) = text.split_at_checked(10) else {
        return false;
    };
    if !pattern(date, "dddd-dd-dd") {
        return false;
    }
    match rest.strip_prefix(['T', ' ', 't']) {
        Some(time) => time_fits(time),
        None => rest.is_empty(),
    }
}

fn time_fits(text: &str) -> bool {
    let clock_end = text
        .find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.')
        .unwrap_or(text.len());
    let (clock, offset) = text.split_at(clock_end);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let clock_fits = pattern(clock, "dd:dd:dd") || pattern(clock, "dd:dd");
    clock_fits && digits(fraction) && offset_fits(offset)
}

fn offset_fits(text: &str) -> bool {
    if text.is_empty() || text == "Z" || text == "z" {
        return true;
    }
    text.strip_prefix(['+', '-']).is_some_and(|offset| {
        pattern(offset, "dd:dd") || pattern(offset, "dddd") || pattern(offset, "dd")
    })
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn pattern(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text
            .bytes()
            .zip(pattern.bytes())
            .all(|(found, expected)| match expected {
                b'd' => found.is_ascii_digit(),
                literal => found == literal,
            })
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn forms_of_the_platform_are_dates() {
        for text in [
            "2019-12-19",
            "2019-12-19T11:55:14",
            "2019-12-19T11:55:14Z",
            "2019-12-19T11:55:14.1234567+01:00",
            "2019-12-19T11:55:14-0500",
            "0001-01-01T00:00:00",
            "9999-12-31T23:59:59Z",
        ] {
            assert!(fits(text), "{text}");
        }
    }

    #[test]
    fn other_texts_are_not() {
        for text in [
            "",
            "today",
            "2019-12-1",
            "2019-12-19X",
            "2019-12-19T",
            "2019-12-19T1",
            "é019-12-19",
        ] {
            assert!(!fits(text), "{text}");
        }
    }
}
