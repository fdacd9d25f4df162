//! Runs `hostile::targets::address` on what the fuzzer finds; refuses nothing.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hostile::targets::address(data));
