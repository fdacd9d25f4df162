//! Takes names of the API and makes names for types of them: words joined in Pascal case, the singular of a plural. Refuses
//! nothing; what it does not know stays as it is.

/// `ifBlank` → `IfBlank`, `List_Business` → `ListBusiness`; letters keep their case otherwise.
pub(super) fn pascal(name: &str) -> String {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .map(capitalised)
        .collect()
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// `Categories` → `Category`, `Boxes` → `Box`, `Links` → `Link`, `Address` → `Address`.
pub(super) fn singular(name: &str) -> String {
    if let Some(stem) = name.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return format!("{stem}y");
    }
    for ending in ["sses", "xes", "ches", "shes"] {
        if name.ends_with(ending) {
            return name[..name.len() - 2].to_owned();
        }
    }
    match name.strip_suffix('s') {
        Some(stem) if !["s", "u", "i"].iter().any(|end| stem.ends_with(end)) && stem.len() > 1 => {
            stem.to_owned()
        }
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_lose_their_ending() {
        for (plural, one) in [
            ("Categories", "Category"),
            ("Boxes", "Box"),
            ("Links", "Link"),
            ("Address", "Address"),
            ("Status", "Status"),
            ("Addresses", "Address"),
            ("Data", "Data"),
            ("CallerIDs", "CallerID"),
        ] {
            assert_eq!(singular(plural), one);
        }
    }

    #[test]
    fn names_become_pascal_case() {
        for (name, expected) in [
            ("ifBlank", "IfBlank"),
            ("List_Business", "ListBusiness"),
            ("odata.metadata", "OdataMetadata"),
            ("CRMScript", "CRMScript"),
        ] {
            assert_eq!(pascal(name), expected);
        }
    }
}
