//! The command line: `cargo xtask`.

fn main() {}
