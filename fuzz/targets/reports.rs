//! See `racelint_fuzz::reports`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| racelint_fuzz::reports(bytes));
