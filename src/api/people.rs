//! A tenant's people and programs.

pub mod invite;
pub mod key;
pub mod member;
pub mod performance;
