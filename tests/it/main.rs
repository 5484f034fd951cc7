//! Integration tests: the product from outside, with real servers.

mod architecture;
mod calls;
mod harness;
mod node;
mod routes;
