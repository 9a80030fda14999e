//! See `racelint_fuzz::rust`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| racelint_fuzz::rust(bytes));
