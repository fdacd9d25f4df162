//! Runs `hostile::targets::date_time` on what the fuzzer finds; refuses nothing.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hostile::targets::date_time(data));
