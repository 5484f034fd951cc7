//! Sound as values: frames, codecs, clocks and the wire messages that carry them. Knows no
//! socket and no clock.

pub mod frame;
