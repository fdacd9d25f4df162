//! Models that cannot be written to the end: which failure is told, wherever it happens, and what was written before it.

use serde::{Deserialize, Serialize};
use superoffice_core::{Extra, model};

use crate::sample::{FULL, decode, encode};

#[test]
fn a_failure_while_writing_is_told_wherever_it_happens() {
    let sample = decode(r#"{"Id":1,"Name":null,"Parent":{"Id":2},"New":[1]}"#);
    let whole = encode(&sample);
    for room in 0..whole.len() {
        let mut buffer = vec![0; room];
        assert!(
            serde_json::to_writer(buffer.as_mut_slice(), &sample).is_err(),
            "{room} bytes"
        );
        assert_eq!(
            buffer,
            &whole.as_bytes()[..room],
            "what came before the failure is whole"
        );
    }
    let mut buffer = vec![0; whole.len()];
    assert!(serde_json::to_writer(buffer.as_mut_slice(), &sample).is_ok());
}

/// Takes this many bytes; every write after that fails, and the failures are numbered.
struct Full {
    room: usize,
    failures: usize,
}

impl std::io::Write for Full {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if bytes.len() <= self.room {
            self.room -= bytes.len();
            return Ok(bytes.len());
        }
        self.room = 0;
        self.failures += 1;
        Err(std::io::Error::other(format!("failure {}", self.failures)))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn of_several_failures_the_first_is_told() {
    let sample = decode(FULL);
    for room in 0..encode(&sample).len() {
        let mut full = Full { room, failures: 0 };
        let failure = serde_json::to_writer(&mut full, &sample).unwrap_err();
        assert_eq!(failure.to_string(), "failure 1", "{room} bytes");
    }
}

/// A value that no format can write.
#[derive(Debug, Clone, Default, PartialEq)]
struct Unwritable;

impl Serialize for Unwritable {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("no text for this"))
    }
}

impl<'de> Deserialize<'de> for Unwritable {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

#[derive(Clone, Default, PartialEq)]
struct Holder {
    first: Option<i32>,
    value: Option<Unwritable>,
    last: Option<i32>,
    extra: Extra,
}

model! { Holder { 0 first "First", 1 value "Value", 2 last "Last" } }

/// The failure is that of the field, though the format itself goes on.
#[test]
fn a_field_that_cannot_be_written_fails_its_model() {
    let holder: Holder = serde_json::from_str(r#"{"First":1,"Value":{"a":1},"Last":3}"#).unwrap();
    for failed in [
        serde_json::to_string(&holder).map(drop),
        serde_json::to_value(&holder).map(drop),
        serde_json::to_value([&holder]).map(drop),
    ] {
        assert_eq!(failed.unwrap_err().to_string(), "no text for this");
    }
    let without = Holder {
        value: None,
        ..holder
    };
    assert_eq!(encode(&without), r#"{"First":1,"Last":3}"#);
}
