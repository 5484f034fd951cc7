//! A conversation between two streams: what a call takes along to go on elsewhere.
//!
//! Words and figures only; nothing of it is bound to a process, so any node can go on.

use serde::{Deserialize, Serialize};

use crate::{
    conversation::{Expecting, Message},
    record::Failure,
};

/// Where a conversation stood when its stream was closed for another one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Resume {
    /// What was said and done, as heard.
    pub conversation: Vec<Message>,
    /// What the agent was saying and the caller had not heard.
    pub rest: String,
    /// What those words ask for.
    pub expecting: Expecting,
    /// The caller is owed an answer.
    pub owes_answer: bool,
    /// The number of the next turn.
    pub next_seq: u32,
    pub barge_ins: u32,
    pub failure: Option<Failure>,
    /// End of speech to first frame out of the turns so far, in ms.
    pub latencies_ms: Vec<u64>,
}
