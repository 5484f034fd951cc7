//! The offline mind: a receptionist that needs no language model.
//!
//! It answers from the [`Brief`] and from what tools answer, and from nothing else: it cannot
//! state a price, an hour or a free time that neither holds. It understands by rules, so that
//! the same words always lead to the same answer. Knows no clock: "tomorrow" is counted from the
//! start of the call.

mod answers;
mod booking;
mod dates;
mod desk;
mod dialogue;
mod existing;
mod facts;
mod faq;
mod heard;
mod intents;
mod names;
mod numbers;
mod phrases;
mod prompts;
#[cfg(test)]
pub(crate) mod sample;
mod say;
mod services;
#[cfg(test)]
mod tests;
mod times;
mod turn;
mod understanding;
mod when;
mod words;

pub use understanding::Understanding;

use call::conversation::{Message, ToolCall};
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};

use crate::{
    ProviderError,
    brief::Brief,
    llm::{ChatEvent, ChatModel, ChatRequest, Usage},
};

/// The chat model that needs no language model. It streams nothing bit by bit: its answer is
/// there at once.
#[derive(Debug, Clone, Copy, Default)]
pub struct Receptionist;

impl Receptionist {
    pub const fn new() -> Self {
        Self
    }

    /// What is made of `text` when the caller says it after these messages; for measuring.
    pub fn understand(brief: &Brief, before: &[Message], text: &str) -> Understanding {
        dialogue::Dialogue::after(brief, before).understand(text)
    }
}

impl ChatModel for Receptionist {
    fn name(&self) -> &'static str {
        "receptionist"
    }

    fn ask(&self, request: ChatRequest) -> BoxStream<'static, Result<ChatEvent, ProviderError>> {
        let reply = dialogue::answer(&request.brief, &request.messages);
        let mut events = Vec::with_capacity(3);
        if !reply.text.is_empty() {
            events.push(ChatEvent::Text(reply.text));
        }
        match reply.tool {
            Some((name, arguments)) => events.push(ChatEvent::ToolCall(ToolCall {
                // One call per answer, so the place in the conversation makes it unique.
                id: format!("receptionist-{}", request.messages.len()),
                name: name.to_owned(),
                arguments: arguments.to_string(),
            })),
            None => events.push(ChatEvent::Expect(reply.expect)),
        }
        events.push(ChatEvent::Finished(Usage::default()));
        stream::iter(events.into_iter().map(Ok)).boxed()
    }
}
