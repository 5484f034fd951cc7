//! What came of a tenant's lines: calls with what was said, and who called.

pub mod call;
pub mod contact;
pub mod live;
pub mod media;
pub mod record;
pub mod recording;
pub mod search;
