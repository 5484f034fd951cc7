//! Whole conversations under virtual time: an hour's call takes milliseconds.

mod event_orders;
mod interleavings;
mod scenarios;
mod world;
