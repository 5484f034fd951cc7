//! The mind's side of the machine: questions to the chat model, its words, its tools.

use std::time::Instant;

use super::{Call, Life, PendingTool};
use crate::{
    agent::response::{Response, ResponseStage},
    conversation::{CallControl, Expecting, Message, ToolCall},
    io::{AskId, Output},
    record::{EventKind, Failure},
    timer::Timer,
};

impl Call {
    /// Asks for an answer once nothing stands in the way: no turn in progress, no tool that may
    /// still change the facts, no say that must be heard first.
    pub(super) fn ask_if_free(&mut self, now: Instant) {
        let free = self.turn.is_none() && self.response.is_none() && self.pending_tools.is_empty();
        if !self.wants_answer || !free || self.life != Life::Live || !self.digits.is_empty() {
            return;
        }
        self.wants_answer = false;
        self.timers.stop(Timer::NoInput);
        let ask = self.new_ask_id();
        let utterance = self.new_utterance_id();
        let latency = std::mem::take(&mut self.answer_latency);
        self.response = Some(Response::new(utterance, Some(ask), latency));
        self.last_expecting = Expecting::Anything;
        self.send_ask(ask, now);
    }

    fn send_ask(&mut self, ask: AskId, now: Instant) {
        self.outputs.push_back(Output::Ask {
            ask,
            messages: self.conversation.clone(),
        });
        self.timers.set(Timer::Chat, now + self.config.limits.chat);
    }

    fn answers(&self, ask: AskId) -> bool {
        self.response
            .as_ref()
            .is_some_and(|r| r.ask == Some(ask) && !r.text_complete())
    }

    pub(super) fn handle_chat_text(&mut self, ask: AskId, text: &str, now: Instant) {
        if !self.answers(ask) || text.is_empty() {
            return;
        }
        self.timers.set(Timer::Chat, now + self.config.limits.chat);
        let at = self.ms(now);
        let Some(response) = &mut self.response else {
            return;
        };
        response.latency.llm_first_token_ms.get_or_insert(at);
        response.splitter.push(text);
        while let Some(clause) = self
            .response
            .as_mut()
            .and_then(|r| r.splitter.next_clause())
        {
            self.add_clause(clause);
        }
    }

    /// What is left in the splitter becomes the last clause.
    fn flush_text(&mut self) {
        if let Some(rest) = self.response.as_mut().and_then(|r| r.splitter.finish()) {
            self.add_clause(rest);
        }
    }

    pub(super) fn handle_expectation(&mut self, ask: AskId, expecting: Expecting) {
        if self.answers(ask) {
            if let Some(response) = &mut self.response {
                response.expecting = expecting;
            }
            self.last_expecting = expecting;
        }
    }

    pub(super) fn handle_tool_call(&mut self, ask: AskId, call: ToolCall, now: Instant) {
        if !self.answers(ask) {
            return;
        }
        self.flush_text();
        let at = self.ms(now);
        let Some(response) = &mut self.response else {
            return;
        };
        response.latency.llm_first_token_ms.get_or_insert(at);
        self.pending_tools.push(PendingTool {
            id: call.id.clone(),
            name: call.name.clone(),
            utterance: response.utterance,
        });
        self.conversation.push(Message::ToolCall(call.clone()));
        self.event(
            EventKind::ToolCalled {
                name: call.name.clone(),
            },
            now,
        );
        self.timers.set(Timer::Tool, now + self.config.limits.tool);
        self.outputs.push_back(Output::RunTool(call));
    }

    pub(super) fn handle_chat_finished(&mut self, ask: AskId, tokens_in: u32, tokens_out: u32) {
        if !self.answers(ask) {
            return;
        }
        self.timers.stop(Timer::Chat);
        self.flush_text();
        if let Some(response) = &mut self.response {
            response.stage = ResponseStage::Voicing;
            response.tokens_in += tokens_in;
            response.tokens_out += tokens_out;
        }
    }

    /// A tool answered. Its answer stays in the conversation even when the say it was asked for
    /// has been interrupted: what was done was done.
    pub(super) fn handle_tool_answer(
        &mut self,
        id: &str,
        content: String,
        control: Option<CallControl>,
        now: Instant,
    ) {
        let Some(at) = self.pending_tools.iter().position(|tool| tool.id == id) else {
            return;
        };
        let tool = self.pending_tools.remove(at);
        let ok = !content.contains("\"error\"");
        self.event(
            EventKind::ToolAnswered {
                name: tool.name,
                ok,
            },
            now,
        );
        self.insert_tool_result(id, content);
        if self.pending_tools.is_empty() {
            self.timers.stop(Timer::Tool);
        }
        if let Some(response) = self
            .response
            .as_mut()
            .filter(|r| r.utterance == tool.utterance)
        {
            response.control = control.or(response.control.take());
            response.wants_follow_up = true;
        }
    }

    /// Models want an answer right behind its call, whatever was said in between.
    fn insert_tool_result(&mut self, id: &str, content: String) {
        let call = self
            .conversation
            .iter()
            .rposition(|message| matches!(message, Message::ToolCall(call) if call.id == id));
        let mut place = call.map_or(self.conversation.len(), |at| at + 1);
        while matches!(
            self.conversation.get(place),
            Some(Message::ToolCall(_) | Message::ToolResult { .. })
        ) {
            place += 1;
        }
        if let Some(response) = &mut self.response {
            response.message_inserted(place);
        }
        let result = Message::ToolResult {
            id: id.to_owned(),
            content,
        };
        self.conversation.insert(place, result);
    }

    /// All tools of the response have answered: the model is told, unless the call is to end.
    pub(super) fn follow_up_if_ready(&mut self, now: Instant) {
        let tools_done = self.pending_tools.is_empty();
        let Some(response) = &mut self.response else {
            return;
        };
        if !(response.wants_follow_up && response.text_complete() && tools_done) {
            return;
        }
        response.wants_follow_up = false;
        if response.control.is_some() {
            return;
        }
        let ask = self.new_ask_id();
        if let Some(response) = &mut self.response {
            response.ask = Some(ask);
            response.stage = ResponseStage::Wording;
        }
        self.send_ask(ask, now);
    }

    pub(super) fn miss_chat(&mut self, now: Instant) {
        let failure = Failure {
            provider: self.config.providers.chat.clone(),
            stage: "llm".into(),
            code: "timed_out".into(),
        };
        if let Some(ask) = self.response.as_ref().and_then(|r| r.ask) {
            self.outputs.push_back(Output::CancelAsk { ask });
            self.handle_chat_failure(ask, failure, now);
        }
    }

    pub(super) fn handle_chat_failure(&mut self, ask: AskId, failure: Failure, now: Instant) {
        if !self.answers(ask) {
            return;
        }
        self.timers.stop(Timer::Chat);
        if let Some(response) = &mut self.response {
            response.stage = ResponseStage::Voicing;
        }
        self.event(
            EventKind::ProviderFailed {
                failure: failure.clone(),
            },
            now,
        );
        self.give_up(failure, now);
    }

    pub(super) fn miss_tools(&mut self, now: Instant) {
        self.event(
            EventKind::DeadlineMissed {
                what: "tool".into(),
            },
            now,
        );
        self.give_up_tools(now);
    }

    /// What is asked of tools is answered with that nobody knows.
    pub(super) fn give_up_tools(&mut self, now: Instant) {
        for id in self
            .pending_tools
            .iter()
            .map(|tool| tool.id.clone())
            .collect::<Vec<_>>()
        {
            self.handle_tool_answer(&id, TOOL_TIMED_OUT.to_owned(), None, now);
        }
    }
}

const TOOL_TIMED_OUT: &str = r#"{"error":"timed_out","detail":"The tool did not answer in time; it may or may not have taken effect."}"#;
