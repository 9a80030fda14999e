//! See `racelint_fuzz::lsp`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| racelint_fuzz::lsp(bytes));
