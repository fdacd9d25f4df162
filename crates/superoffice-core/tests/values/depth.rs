//! Deep input on a small stack: refused in time, never an abort.

use serde_json::Value;

use crate::sample::{Sample, Wide};

/// The stack of threads that Rust starts by default.
const STACK: usize = 2 * 1024 * 1024;

fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(test)
        .unwrap()
        .join()
        .unwrap();
}

/// This many objects, one inside the other.
fn nested(depth: usize, open: &str, close: &str) -> String {
    format!("{}{{}}{}", open.repeat(depth - 1), close.repeat(depth - 1))
}

#[test]
fn depth_127_is_read_and_written_back() {
    on_a_small_stack(|| {
        for (open, close) in [
            (r#"{"Parent":"#, "}"),
            (r#"{"Unknown":"#, "}"),
            (r#"{"Any":"#, "}"),
        ] {
            let text = nested(127, open, close);
            let sample: Sample = serde_json::from_str(&text).unwrap();
            assert_eq!(serde_json::to_string(&sample).unwrap(), text);
            assert_eq!(sample.clone(), sample);
        }
        let text = nested(127, r#"{"Inner":"#, "}");
        assert_eq!(
            serde_json::to_string(&serde_json::from_str::<Wide>(&text).unwrap()).unwrap(),
            text
        );
        let text = nested(63, r#"{"Children":["#, "]}");
        assert_eq!(
            serde_json::to_string(&serde_json::from_str::<Sample>(&text).unwrap()).unwrap(),
            text
        );
    });
}

#[test]
fn deeper_input_is_refused() {
    on_a_small_stack(|| {
        for depth in [128, 129, 1_000, 100_000] {
            for open in [
                r#"{"Parent":"#,
                r#"{"Children":["#,
                r#"{"Unknown":"#,
                r#"{"Any":["#,
                r#"{"ByKey":{"k":"#,
                "[",
            ] {
                let text = open.repeat(depth);
                assert!(
                    serde_json::from_str::<Sample>(&text).is_err(),
                    "{open} × {depth}"
                );
                assert!(
                    serde_json::from_str::<Value>(&text).is_err(),
                    "{open} × {depth}"
                );
            }
            let error =
                serde_json::from_str::<Sample>(&nested(depth, r#"{"Parent":"#, "}")).unwrap_err();
            assert!(error.to_string().contains("recursion limit"), "{error}");
        }
    });
}

#[test]
fn buffered_deep_input_is_refused() {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Buffered {
        #[expect(dead_code, reason = "only whether it is read counts")]
        Sample(Box<Sample>),
    }
    on_a_small_stack(|| {
        assert!(serde_json::from_str::<Buffered>(&nested(127, r#"{"Parent":"#, "}")).is_ok());
        assert!(serde_json::from_str::<Buffered>(&nested(128, r#"{"Parent":"#, "}")).is_err());
        assert!(serde_json::from_str::<Buffered>(&nested(100_000, r#"{"Parent":"#, "}")).is_err());
    });
}
