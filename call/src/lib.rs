//! The sans-IO call machine: inputs and `now` in, outputs out.

pub mod conversation;
