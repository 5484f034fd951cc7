//! Integration tests: the product from outside, with real servers.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod api;
mod architecture;
mod automations;
mod calls;
mod chaos;
mod cli;
mod conformance;
mod faults;
mod fuzz_corpus;
mod harness;
mod limits;
mod node;
mod operator;
mod post;
mod receptionist;
mod replay;
mod routes;
mod server;
mod standins;
mod talk;
mod tape;
mod texts;
// A benchmark without harness runs no tests: its arithmetic is tested here.
#[path = "../../benches/spoken/scoring/tests.rs"]
mod spoken_scoring;
