//! Fuzzes `stream`: what it does stands in `fuzz/targets`.
#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| trunkline_fuzz::run("stream", data));
