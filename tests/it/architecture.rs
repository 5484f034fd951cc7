//! The rules of docs/ARCHITECTURE.md, held by a test.
//!
//! [`edges`] judges which crate may depend on which, from what Cargo resolved; [`files`] judges the
//! source files themselves. Both are plain functions over values, and each rule is also shown a
//! made-up breach, so that a rule which no longer fires is noticed. Knows nothing of what the
//! product does.

mod edges;
mod files;
