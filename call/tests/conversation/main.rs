//! Whole conversations under virtual time: an hour's call takes milliseconds.

mod event_orders;
mod handing_over;
mod interleavings;
mod raw_inputs;
mod scenarios;
mod watching;
mod world;
