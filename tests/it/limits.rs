//! What a node and its agents refuse to do, what callers get instead, and how a node stops.

mod appointments;
pub(crate) mod balancer;
mod drain;
mod signals;
