//! The caller's side: one turn and when it is over.

pub mod backchannel;
pub mod endpointing;
pub mod turn;
