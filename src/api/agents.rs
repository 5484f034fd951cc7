//! The voices that speak for a tenant, and what they may say.

pub mod agent;
pub mod faq;
pub mod minds;
pub mod pack;
pub mod preview;
pub mod pronunciation;
pub mod service;
pub mod version;
pub mod voice;
pub mod voices;
