//! Runs `hostile::targets::corrections` on what the fuzzer finds; refuses nothing.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hostile::targets::corrections(data));
