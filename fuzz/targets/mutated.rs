//! See `racelint_fuzz::mutated`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| racelint_fuzz::mutated(bytes));
