//! Runs `hostile::targets::program` on what the fuzzer finds; refuses nothing.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hostile::targets::program(data));
