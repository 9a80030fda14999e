//! See `racelint_fuzz::soup`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| racelint_fuzz::soup(bytes));
