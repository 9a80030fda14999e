//! See `racelint_fuzz::typescript`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| racelint_fuzz::typescript(bytes));
