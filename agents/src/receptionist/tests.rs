//! Whole conversations: what is said, which tools are called, and that no fact is invented.

mod calendar;
mod harness;
mod invented;

mod booking;
mod desk;
mod existing;
mod questions;
