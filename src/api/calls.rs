//! What came of a tenant's lines: calls with what was said, and who called.

pub mod call;
pub mod contact;
pub mod correction;
mod csv;
pub mod export;
pub mod latency;
pub mod live;
pub mod media;
pub mod note;
pub mod record;
pub mod recording;
pub mod search;
pub mod share;
mod sort;
pub mod tag;
mod vtt;
