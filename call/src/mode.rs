//! The rules of the IVR modes that need no media: forwarding and menus.

pub mod ivr;
pub mod simple;
