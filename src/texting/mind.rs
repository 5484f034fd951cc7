//! One answer of the mind: its words, the tools it asks for, its words about what they answered.
//!
//! The tools are run by the very code that runs them in a call. Bounded in rounds and in time, since a
//! model may ask for tools for ever.

use std::{sync::Arc, time::Duration};

use agents::{
    ProviderError,
    brief::Brief,
    llm::{ChatEvent, ChatModel, ChatRequest},
    tools::{self, ToolBackend},
};
use call::conversation::{Message, ToolCall};
use futures_util::StreamExt as _;

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// For the contact; may be empty.
    pub words: String,
    /// What was asked, done and said, for the memory.
    pub messages: Vec<Message>,
}

/// No answer was found.
#[derive(Debug, thiserror::Error)]
#[error("{cause}")]
pub struct Broken {
    cause: Cause,
    /// What was done before; to begin anew would do it twice.
    pub done: Vec<Message>,
}

#[derive(Debug, thiserror::Error)]
enum Cause {
    #[error(transparent)]
    Provider(#[from] ProviderError),
    #[error("the chat model said nothing for {} s", NEXT_WORD.as_secs())]
    Silent,
    #[error("the chat model asked for tools {} times and came to no end", ROUNDS)]
    Endless,
}

impl Broken {
    /// A tool was run.
    pub fn has_done(&self) -> bool {
        self.done
            .iter()
            .any(|message| matches!(message, Message::ToolResult { .. }))
    }
}

/// Whom to ask, and what they may know and do.
pub struct Mind {
    pub chat: Arc<dyn ChatModel>,
    pub brief: Arc<Brief>,
    pub backend: Arc<dyn ToolBackend>,
}

impl Mind {
    /// Answers `asked`, which was said after `before`.
    pub async fn answer(&self, before: &[Message], asked: &str) -> Result<Turn, Broken> {
        let caller = Message::Caller {
            text: asked.to_owned(),
        };
        let mut turn = Turn {
            words: String::new(),
            messages: vec![caller],
        };
        for _ in 0..ROUNDS {
            match self.round(before, &mut turn).await {
                Ok(true) => {}
                Ok(false) => return Ok(turn),
                Err(cause) => {
                    return Err(Broken {
                        cause,
                        done: turn.messages,
                    });
                }
            }
        }
        Err(Broken {
            cause: Cause::Endless,
            done: turn.messages,
        })
    }

    /// Asks once and does what is asked for; whether to ask again.
    async fn round(&self, before: &[Message], turn: &mut Turn) -> Result<bool, Cause> {
        let mut stream = self.chat.ask(ChatRequest {
            brief: Arc::clone(&self.brief),
            messages: before.iter().chain(&turn.messages).cloned().collect(),
            tools: tools::tool_specs(&self.brief),
        });
        let (mut words, mut calls) = (String::new(), Vec::new());
        loop {
            let next = tokio::time::timeout(NEXT_WORD, stream.next());
            match next.await.map_err(|_| Cause::Silent)? {
                Some(Ok(ChatEvent::Text(piece))) => words.push_str(&piece),
                Some(Ok(ChatEvent::ToolCall(call))) => calls.push(call),
                Some(Ok(ChatEvent::Expect(_))) => {}
                Some(Ok(ChatEvent::Finished(_))) | None => break,
                Some(Err(error)) => return Err(error.into()),
            }
        }
        let words = words.trim();
        if !words.is_empty() {
            if !turn.words.is_empty() {
                turn.words.push(' ');
            }
            turn.words.push_str(words);
            turn.messages.push(Message::Agent {
                text: words.to_owned(),
                interrupted: false,
            });
        }
        let mut is_over = calls.is_empty();
        for call in calls {
            is_over |= self.run(call, turn).await;
        }
        Ok(!is_over)
    }

    /// Runs a tool; whether the conversation is over with it.
    async fn run(&self, call: ToolCall, turn: &mut Turn) -> bool {
        let outcome = tools::execute(&self.backend, &call, &self.brief).await;
        if let Some(failure) = &outcome.failure {
            metrics::counter!("trunkline_tool_failures_total", "tool" => failure.tool).increment(1);
            tracing::error!(%failure, "tool failed");
        }
        let id = call.id.clone();
        turn.messages.push(Message::ToolCall(call));
        turn.messages.push(Message::ToolResult {
            id,
            content: outcome.content,
        });
        outcome.control.is_some()
    }
}

/// What one text may take: as many as a booking needs, and some more.
const ROUNDS: usize = 8;
const NEXT_WORD: Duration = Duration::from_secs(20);
