//! The load tool: scenarios as data, hundreds of calls at once, and what they cost the server.
//!
//! Knows the server under test by its address and its process id only. docs/LOAD.md tells how it
//! is used and what each figure means.

mod cli;
mod clip;
mod floor;
mod machine;
mod plan;
mod plot;
mod process;
mod record;
mod run;
mod sampler;
mod scenario;
mod span;
mod summary;
mod table;

pub use cli::{main, main_with};

#[cfg(test)]
mod tests;
