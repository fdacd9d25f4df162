//! Constants and sets of flags: listed, not listed, and numbers.

use std::collections::HashSet;

use serde_json::json;
use superoffice_core::{FlagSet, OpenEnum, Unrecognized};

use crate::sample::{Right, Size};

#[test]
fn listed_constants_are_variants_under_their_documented_names() {
    assert_eq!(Size::NAMES, ["Small", "Large"]);
    for (index, name) in Size::NAMES.iter().enumerate() {
        let size: Size = serde_json::from_value(json!(name)).unwrap();
        assert_eq!(size.index(), Ok(index));
        assert_eq!(Size::from_index(index), Some(size.clone()));
        assert_eq!(
            (size.to_string(), Size::from(*name)),
            ((*name).to_owned(), size.clone())
        );
        assert_eq!(name.parse::<Size>(), Ok(size.clone()));
        assert_eq!(serde_json::to_value(size).unwrap(), json!(name));
    }
    assert_eq!(Size::from_index(2), None);
}

#[test]
fn constants_that_are_not_listed_come_back_as_they_came() {
    for value in [
        json!("__new__"),
        json!(""),
        json!("small"),
        json!("Small "),
        json!("Small, Large"),
        json!(0),
        json!(-3),
        json!(u64::MAX),
        json!(1.5),
    ] {
        let size: Size = serde_json::from_value(value.clone()).unwrap();
        assert!(!size.is_recognized(), "{value}");
        assert_eq!(serde_json::to_value(&size).unwrap(), value);
        assert_eq!(
            serde_json::from_str::<Size>(&value.to_string()).unwrap(),
            size
        );
    }
    assert_eq!(Size::from("New").to_string(), "New");
    assert_eq!(
        Size::Unrecognized(Unrecognized::Number(7.into())).to_name(),
        "7"
    );
    assert_eq!(
        format!(
            "{:>6}|{:<4}|",
            Size::from("New"),
            Size::Unrecognized(Unrecognized::Number(7.into()))
        ),
        "   New|7   |"
    );
}

#[test]
fn what_is_neither_name_nor_number_is_refused() {
    for value in [
        json!(true),
        json!([]),
        json!({}),
        json!({"a": 1}),
        json!(null),
    ] {
        assert!(
            serde_json::from_value::<Size>(value.clone()).is_err(),
            "{value}"
        );
        assert!(
            serde_json::from_value::<FlagSet<Right>>(value.clone()).is_err(),
            "{value}"
        );
    }
}

#[test]
fn constants_are_keys_of_sets() {
    let sizes: HashSet<Size> = [Size::Small, Size::from("Small"), Size::from("New")].into();
    assert_eq!(sizes.len(), 2);
}

#[test]
fn flags_that_are_not_changed_keep_their_spelling() {
    for value in [
        json!("Select, Update"),
        json!("Update,Select"),
        json!(" Select ,, Audit"),
        json!(""),
        json!(5),
        json!("FULL"),
    ] {
        let rights: FlagSet<Right> = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(&rights).unwrap(), value);
    }
}

#[test]
fn flags_are_asked_for_added_and_taken_out_by_name() {
    let mut rights = FlagSet::<Right>::from("Select,Audit");
    assert!(rights.contains(&Right::Select) && rights.contains(&Right::from("Audit")));
    assert!(!rights.contains(&Right::Update) && !rights.contains(&Right::from("Sel")));
    assert_eq!(
        rights.iter().collect::<Vec<_>>(),
        [Right::Select, Right::from("Audit")]
    );

    assert_eq!(rights.insert(Right::Select), Ok(false));
    assert_eq!(
        rights.as_str(),
        Some("Select,Audit"),
        "nothing was added, so nothing is respelled"
    );
    assert_eq!(rights.insert(Right::Update), Ok(true));
    assert_eq!(rights.to_string(), "Select,Audit, Update");
    assert_eq!(rights.remove(&Right::Insert), Ok(false));
    assert_eq!(rights.remove(&Right::Select), Ok(true));
    assert_eq!(rights.to_string(), "Audit, Update");
    assert!(!rights.is_empty());

    let mut empty = FlagSet::new();
    assert!(empty.is_empty());
    assert_eq!(empty.insert(Right::Insert), Ok(true));
    assert_eq!(empty.as_str(), Some("Insert"));
    assert_eq!(
        [Right::Insert, Right::Select]
            .into_iter()
            .collect::<FlagSet<_>>()
            .to_string(),
        "Insert, Select"
    );
}

#[test]
fn flags_that_came_as_a_number_are_kept_and_not_changed() {
    let mut rights: FlagSet<Right> = serde_json::from_value(json!(5)).unwrap();
    assert!(!rights.contains(&Right::Select) && !rights.is_empty());
    assert_eq!(rights.iter().count(), 0);
    assert!(
        rights
            .insert(Right::Select)
            .unwrap_err()
            .to_string()
            .contains("number 5")
    );
    assert!(rights.remove(&Right::Select).is_err());
    assert_eq!(serde_json::to_value(&rights).unwrap(), json!(5));
}

#[test]
fn a_constant_with_commas_is_a_set_of_flags() {
    let several: Right = serde_json::from_value(json!("Select, Update")).unwrap();
    assert!(FlagSet::from(several).contains(&Right::Update));
    assert_eq!(FlagSet::from(Right::Select).as_str(), Some("Select"));
}
