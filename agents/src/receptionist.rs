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
mod when;
mod words;

use call::conversation::ToolCall;
use chrono::{DateTime, Utc};
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};
use tenant_config::{
    hours::BusinessHours,
    knowledge::{Faq, Service},
    phone::E164,
};

use crate::{
    ProviderError,
    llm::{ChatEvent, ChatModel, ChatRequest, Usage},
};

/// What an agent knows of the tenant and of this call; the only facts it may state.
#[derive(Debug, Clone)]
pub struct Brief {
    pub company: String,
    pub agent_name: String,
    /// The tenant's own instructions for a language model.
    pub instructions: String,
    pub address: Option<String>,
    /// ISO 4217, such as `USD`.
    pub currency: String,
    pub hours: BusinessHours,
    pub services: Vec<Service>,
    pub faqs: Vec<Faq>,
    /// The caller's number where the carrier told it.
    pub caller: Option<E164>,
    /// When the call began: relative dates are counted from here.
    pub call_started_at: DateTime<Utc>,
    /// Whether a person can be reached by a transfer.
    pub can_transfer: bool,
    /// What the caller was greeted with.
    pub greeting: String,
}

/// The chat model that needs no language model. It streams nothing bit by bit: its answer is
/// there at once.
#[derive(Debug, Clone, Copy, Default)]
pub struct Receptionist;

impl Receptionist {
    pub const fn new() -> Self {
        Self
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
