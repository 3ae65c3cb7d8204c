#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| pairlint_fuzz::run("crossplane", bytes));
