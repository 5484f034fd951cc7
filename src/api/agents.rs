//! The voices that speak for a tenant, and what they may say.

pub mod agent;
pub mod faq;
pub mod pack;
pub mod service;
pub mod version;
pub mod voice;
