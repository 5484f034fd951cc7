//! From chunks to events: words as they come, tool calls when they are whole.
//!
//! Text that begins like a tool call is held back until it proves to be one or not, so that no
//! JSON is ever spoken by mistake and no ordinary word waits.

use std::collections::BTreeMap;

use agents::{
    ProviderError,
    llm::{ChatEvent, ChatRequest, Usage},
};
use call::conversation::{Message, ToolCall};

use super::{
    chunk::{CallFragment, Chunk, Delta},
    text_call,
};
use crate::fault::Who;

/// The state of one answer. Knows no time and no connection.
pub(super) struct Assembler {
    /// Names on offer: a call in the text is only taken for one of these.
    tools: Vec<&'static str>,
    /// Tool calls of the conversation so far; makes ids where a server sends none.
    calls_before: usize,
    calls: BTreeMap<u32, ToolCall>,
    /// Text that may still turn out to be a tool call.
    held: String,
    /// The text is known to be words.
    is_words: bool,
    complete: bool,
    usage: Usage,
}

/// What a chunk brought.
#[derive(Debug, Default)]
pub(super) struct Taken {
    pub(super) events: Vec<ChatEvent>,
    /// It held words or a piece of a tool call, not only a role or a keep-alive.
    pub(super) spoke: bool,
}

impl Assembler {
    pub(super) fn new(request: &ChatRequest) -> Self {
        let is_call = |message: &&Message| matches!(message, Message::ToolCall(_));
        Self {
            tools: request.tools.iter().map(|tool| tool.name).collect(),
            calls_before: request.messages.iter().filter(is_call).count(),
            calls: BTreeMap::new(),
            held: String::new(),
            is_words: false,
            complete: false,
            usage: Usage::default(),
        }
    }

    /// Whether the server said that the answer is at its end.
    pub(super) fn is_complete(&self) -> bool {
        self.complete
    }

    pub(super) fn usage(&self) -> Usage {
        self.usage
    }

    pub(super) fn take(&mut self, chunk: Chunk, who: &Who) -> Result<Taken, ProviderError> {
        if let Some(error) = chunk.error {
            return Err(who.refused_with(error.status(), error.code()));
        }
        if chunk.choices.is_none() && chunk.usage.is_none() {
            return Err(who.invalid("a chunk holds neither choices nor usage nor an error"));
        }
        if let Some(count) = chunk.usage {
            self.usage = Usage {
                tokens_in: count.prompt_tokens,
                tokens_out: count.completion_tokens,
            };
        }
        let mut taken = Taken::default();
        // One answer is asked for, so there is one choice.
        let Some(choice) = chunk.choices.into_iter().flatten().next() else {
            return Ok(taken);
        };
        if !self.complete {
            self.add(choice.delta, &mut taken, who)?;
        }
        if choice.finish_reason.is_some() && !self.complete {
            self.complete = true;
            self.close(&mut taken, who)?;
        }
        Ok(taken)
    }

    fn add(&mut self, delta: Delta, taken: &mut Taken, who: &Who) -> Result<(), ProviderError> {
        if let Some(text) = delta.content.filter(|text| !text.is_empty()) {
            taken.spoke = true;
            self.add_text(text, taken);
        }
        for fragment in delta.tool_calls.into_iter().flatten() {
            taken.spoke = true;
            self.add_fragment(fragment, who)?;
        }
        Ok(())
    }

    fn add_text(&mut self, text: String, taken: &mut Taken) {
        if self.is_words {
            taken.events.push(ChatEvent::Text(text));
            return;
        }
        self.held.push_str(&text);
        if self.tools.is_empty() || !text_call::may_become_call(&self.held) {
            self.is_words = true;
            taken
                .events
                .push(ChatEvent::Text(std::mem::take(&mut self.held)));
        }
    }

    fn add_fragment(&mut self, fragment: CallFragment, who: &Who) -> Result<(), ProviderError> {
        if !self.calls.contains_key(&fragment.index) && self.calls.len() == MAX_CALLS {
            return Err(who.invalid(format!("more than {MAX_CALLS} tool calls in one answer")));
        }
        let empty = ToolCall {
            id: String::new(),
            name: String::new(),
            arguments: String::new(),
        };
        let call = self.calls.entry(fragment.index).or_insert(empty);
        if let Some(id) = fragment.id.filter(|id| !id.is_empty()) {
            call.id = id;
        }
        let Some(function) = fragment.function else {
            return Ok(());
        };
        // A name comes whole and some servers repeat it; arguments come in pieces.
        if let Some(name) = function.name.filter(|name| !name.is_empty()) {
            call.name = name;
        }
        call.arguments
            .push_str(function.arguments.as_deref().unwrap_or_default());
        if call.arguments.len() > MAX_ARGUMENTS {
            return Err(who.invalid(format!("tool arguments exceed {MAX_ARGUMENTS} bytes")));
        }
        Ok(())
    }

    /// The end: what was held back becomes words or calls, and calls are handed out in order.
    fn close(&mut self, taken: &mut Taken, who: &Who) -> Result<(), ProviderError> {
        let held = std::mem::take(&mut self.held);
        let in_text = text_call::parse(&held, &self.tools).unwrap_or_default();
        if in_text.is_empty() && !held.trim().is_empty() {
            taken.events.push(ChatEvent::Text(held));
        }
        let streamed = std::mem::take(&mut self.calls).into_values();
        for (n, mut call) in in_text.into_iter().chain(streamed).enumerate() {
            if call.name.is_empty() {
                return Err(who.invalid("a tool call has no name"));
            }
            if call.id.is_empty() {
                call.id = format!("call_{}", self.calls_before + n + 1);
            }
            if call.arguments.trim().is_empty() {
                "{}".clone_into(&mut call.arguments);
            }
            taken.events.push(ChatEvent::ToolCall(call));
        }
        Ok(())
    }
}

const MAX_CALLS: usize = 16;
/// Far above any real argument; a server that never stops must not fill the memory.
const MAX_ARGUMENTS: usize = 64 * 1024;
