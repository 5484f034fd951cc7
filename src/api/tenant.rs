//! The tenant itself: its settings, features, plan, and its log.

pub mod audit;
pub mod branding;
pub mod feature;
pub mod logo;
mod picture;
pub mod plan;
pub mod settings;
pub mod usage;
