//! The mind of a call: asks the chat model and runs the tools it wants.

use std::{collections::HashMap, sync::Arc};

use agents::{
    brief::Brief,
    llm::{ChatModel, ChatRequest},
    tools::{self, ToolBackend},
};
use call::{
    conversation::{Message, ToolCall},
    io::AskId,
};
use futures_util::StreamExt;
use tokio::{sync::mpsc, task::AbortHandle};
use tracing::Instrument;

use super::event::Event;

/// Asks and tools in progress.
pub(super) struct Mind {
    chat: Arc<dyn ChatModel>,
    brief: Arc<Brief>,
    backend: Arc<dyn ToolBackend>,
    events: mpsc::Sender<Event>,
    asks: HashMap<AskId, AbortHandle>,
}

impl Mind {
    pub(super) fn new(
        chat: Arc<dyn ChatModel>,
        brief: Arc<Brief>,
        backend: Arc<dyn ToolBackend>,
        events: mpsc::Sender<Event>,
    ) -> Self {
        let prepared = chat.prepare(Arc::clone(&brief), tools::tool_specs(&brief));
        tokio::spawn(prepared.in_current_span());
        Self {
            chat,
            brief,
            backend,
            events,
            asks: HashMap::new(),
        }
    }

    pub(super) fn ask(&mut self, ask: AskId, messages: Vec<Message>) {
        let request = ChatRequest {
            brief: Arc::clone(&self.brief),
            messages,
            // Made anew: schemas are 20 KiB that a call would hold while nobody asks.
            tools: tools::tool_specs(&self.brief),
        };
        let mut answer = self.chat.ask(request);
        let events = self.events.clone();
        let task = async move {
            while let Some(piece) = answer.next().await {
                let event = match piece {
                    Ok(event) => Event::Chat { ask, event },
                    Err(error) => Event::ChatFailed { ask, error },
                };
                if events.send(event).await.is_err() {
                    return;
                }
            }
        };
        let handle = tokio::spawn(task.in_current_span()).abort_handle();
        self.asks.retain(|_, task| !task.is_finished());
        self.asks.insert(ask, handle);
    }

    /// Drops the request: the model is told nothing, the connection closes.
    pub(super) fn cancel(&mut self, ask: AskId) {
        if let Some(task) = self.asks.remove(&ask) {
            task.abort();
        }
    }

    /// Runs a tool to its end, whatever becomes of the call meanwhile.
    pub(super) fn run_tool(&self, call: ToolCall) {
        let (backend, brief) = (Arc::clone(&self.backend), Arc::clone(&self.brief));
        let events = self.events.clone();
        let task = async move {
            let outcome = tools::execute(&backend, &call, &brief).await;
            if let Some(failure) = &outcome.failure {
                metrics::counter!("trunkline_tool_failures_total", "tool" => failure.tool)
                    .increment(1);
                tracing::error!(%failure, "tool failed");
            }
            let event = Event::Tool {
                id: call.id,
                content: outcome.content,
                control: outcome.control,
            };
            let _ = events.send(event).await;
        };
        tokio::spawn(task.in_current_span());
    }
}

impl Drop for Mind {
    fn drop(&mut self) {
        for task in self.asks.values() {
            task.abort();
        }
    }
}
