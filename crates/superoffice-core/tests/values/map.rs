//! Dictionaries: what is there, what is null and what is not there are three things, and the order is that of arrival.

use superoffice_core::Map;

/// Keys in an order of their own: a value, a null, and another value.
fn three() -> Map<i32> {
    let mut map = Map::new();
    map.insert("b", 1);
    map.insert_null("n");
    map.insert("a", 2);
    map
}

#[test]
fn value_null_and_nothing_are_told_apart() {
    let map = three();
    // Key, value, whether it is there, whether it is null.
    let table = [
        ("b", Some(&1), true, false),
        ("n", None, true, true),
        ("a", Some(&2), true, false),
        ("B", None, false, false),
        ("", None, false, false),
    ];
    for (key, value, is_there, is_null) in table {
        assert_eq!(map.get(key), value, "{key:?}");
        assert_eq!(map.contains_key(key), is_there, "{key:?}");
        assert_eq!(map.is_null(key), is_null, "{key:?}");
    }
    assert_eq!((map.len(), map.is_empty()), (3, false));
}

#[test]
fn values_are_changed_where_they_stand() {
    let mut map = three();
    *map.get_mut("b").unwrap() += 10;
    assert_eq!(map.get_mut("n"), None);
    assert_eq!(map.get_mut("x"), None);
    assert_eq!(map.insert("a", 3), Some(2));
    assert_eq!(map.insert("n", 4), None);
    assert_eq!(map.insert_null("b"), Some(11));
    assert_eq!(map.insert_null("b"), None);
    assert_eq!(
        serde_json::to_string(&map).unwrap(),
        r#"{"b":null,"n":4,"a":3}"#
    );
}

#[test]
fn what_is_taken_out_leaves_the_others_in_order() {
    let mut map = three();
    assert_eq!(map.remove("b"), Some(1));
    assert_eq!(map.remove("b"), None);
    assert_eq!(map.remove("n"), None, "a null is no value");
    map.insert("c", 5);
    assert_eq!(map.keys().collect::<Vec<_>>(), ["a", "c"]);
    map.clear();
    assert_eq!((map.len(), map.is_empty()), (0, true));
    assert_eq!(map, Map::default());
}

#[test]
fn every_way_of_going_through_gives_the_same_order() {
    let map = three();
    let all = [("b", Some(&1)), ("n", None), ("a", Some(&2))];
    assert_eq!(map.keys().collect::<Vec<_>>(), ["b", "n", "a"]);
    assert_eq!(map.values().collect::<Vec<_>>(), [&1, &2]);
    assert_eq!(map.iter().collect::<Vec<_>>(), all);
    let mut seen = Vec::new();
    for entry in &map {
        seen.push(entry);
    }
    assert_eq!(seen, all);
    let owned: Vec<(String, Option<i32>)> = map.clone().into_iter().collect();
    let expected = [("b", Some(1)), ("n", None), ("a", Some(2))];
    assert_eq!(owned, expected.map(|(key, value)| (key.to_owned(), value)));
}

#[test]
fn an_iterator_knows_how_much_is_left() {
    let map = three();
    let mut borrowed = map.iter();
    let mut owned = map.clone().into_iter();
    for left in (0..=3).rev() {
        assert_eq!((borrowed.len(), owned.len()), (left, left));
        assert_eq!(borrowed.size_hint(), (left, Some(left)));
        assert_eq!(owned.size_hint(), (left, Some(left)));
        assert_eq!(borrowed.next().is_some(), left > 0);
        assert_eq!(owned.next().is_some(), left > 0);
    }
}

#[test]
fn a_map_is_made_from_pairs() {
    let from_array = Map::from([("a", 1), ("b", 2)]);
    let collected: Map<i32> = [("a", 1), ("b", 2)].into_iter().collect();
    let mut extended = Map::from([("b", 0)]);
    extended.extend([("a", 1), ("b", 2)]);
    assert_eq!(from_array.keys().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(from_array.get("b"), Some(&2));
    assert_eq!(from_array, collected);
    // The order does not count, the values do.
    assert_eq!(from_array, extended);
    assert_ne!(from_array, Map::from([("a", 1)]));
    assert_ne!(from_array, Map::from([("a", 1), ("b", 3)]));
}

#[test]
fn a_map_is_shown_with_its_nulls() {
    assert_eq!(
        format!("{:?}", three()),
        r#"{"b": Some(1), "n": None, "a": Some(2)}"#
    );
}

#[test]
fn what_is_no_object_is_refused() {
    for text in ["[]", "1", r#""x""#, "true"] {
        let refusal = serde_json::from_str::<Map<i32>>(text).unwrap_err();
        assert!(
            refusal.to_string().contains("expected an object"),
            "{text}: {refusal}"
        );
    }
    let twice: Map<i32> = serde_json::from_str(r#"{"a":1,"b":2,"a":3}"#).unwrap();
    assert_eq!(serde_json::to_string(&twice).unwrap(), r#"{"a":3,"b":2}"#);
}
