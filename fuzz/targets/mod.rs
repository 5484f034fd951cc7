//! What is fuzzed: every place where text or bytes from outside become values.
//!
//! Each target takes any bytes at all. It must not panic, and what it asserts must hold. The fuzzer
//! runs them (`scripts/fuzz`), and so does every test run, on the committed corpus
//! (`tests/it/fuzz_corpus.rs`): this folder is part of both programs. The targets of the binary's
//! own crate are in `house.rs`.

mod carrier;
mod recorded;
mod spoken;
mod tenant;

/// The name of a target, of its program and of the folder of its corpus; and what it does.
pub(crate) type Target = (&'static str, fn(&[u8]));

/// The targets of the crates below the binary's.
pub(crate) const TARGETS: &[Target] = &[
    ("stream", carrier::stream),
    ("digits", carrier::digits),
    ("twiml", carrier::twiml),
    ("numbers", tenant::numbers),
    ("menu", tenant::menu),
    ("phrases", spoken::phrases),
    ("wav", recorded::wav),
    ("call_log", recorded::call_log),
];
