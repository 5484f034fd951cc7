//! Chat: a conversation in, words and tool calls out, streamed.

use std::sync::Arc;

use call::conversation::{Expecting, Message, ToolCall};
use futures_util::{future::BoxFuture, stream::BoxStream};

use crate::{ProviderError, brief::Brief, tools::ToolSpec};

/// Answers a conversation. Stateless: everything it may use is in the request, so a call can be
/// taken up on another node. Shared by all calls.
pub trait ChatModel: Send + Sync + 'static {
    /// Provider name for CDRs and metrics, such as `receptionist` or `openai:gpt-4o-mini`.
    fn name(&self) -> &str;

    /// Prepares for a call that is being set up, such as by letting a server read ahead what is
    /// the same in all turns. Nothing waits for it and nothing depends on it.
    fn prepare(&self, _brief: Arc<Brief>, _tools: Arc<[ToolSpec]>) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }

    /// Streams the answer to the last message. Dropping the stream cancels the request.
    /// The stream ends after [`ChatEvent::Finished`] or an error, whichever comes first.
    fn ask(&self, request: ChatRequest) -> BoxStream<'static, Result<ChatEvent, ProviderError>>;
}

/// All a model is told for one answer.
#[derive(Debug, Clone)]
pub struct ChatRequest {
    /// What the agent knows of the tenant and of this call.
    pub brief: Arc<Brief>,
    /// Oldest first; the last one is what to answer.
    pub messages: Vec<Message>,
    /// The tools on offer in this call.
    pub tools: Arc<[ToolSpec]>,
}

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum ChatEvent {
    /// More words to say; pieces are joined as they are, without added spaces.
    Text(String),
    /// Run this tool, then ask again with its result.
    ToolCall(ToolCall),
    /// What the words just said ask the caller for.
    Expect(Expecting),
    /// The answer is complete.
    Finished(Usage),
}

/// Tokens spent on an answer; zero where the model does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    pub tokens_in: u32,
    pub tokens_out: u32,
}
