//! Conversations by text: the same agent, tools and facts as in a call, one conversation for each
//! contact, with hours between two texts perhaps.
//!
//! A webhook stores the text and queues its answer ([`crate::twilio::webhook`]); a job reads what was
//! said so far ([`memory`]), asks the mind ([`mind`]) and puts the answer into the outbox
//! ([`crate::work`]). So a slow mind keeps no webhook waiting, a text that comes while an answer is
//! thought of is answered next, and an answer leaves with the same care as any other text.

pub mod keyword;
pub mod memory;
pub mod mind;
