//! A caller in text: says something, runs the tools, hears the answer.

use std::sync::Arc;

use call::conversation::{CallControl, Expecting, Message, ToolCall};
use futures_util::StreamExt;

use super::{calendar::Calendar, invented};
use crate::{
    brief::Brief,
    llm::{ChatEvent, ChatModel, ChatRequest},
    receptionist::{Receptionist, sample},
    tools::{ToolBackend, ToolRequest, execute, tool_specs},
};

pub(super) struct Dialogue {
    pub(super) brief: Arc<Brief>,
    pub(super) calendar: Arc<Calendar>,
    pub(super) messages: Vec<Message>,
    pub(super) expect: Expecting,
    pub(super) control: Option<CallControl>,
}

impl Dialogue {
    pub(super) fn new() -> Self {
        Self::with(sample::dentist())
    }

    pub(super) fn with(brief: Brief) -> Self {
        let greeting = Message::Agent {
            text: brief.greeting.clone(),
            interrupted: false,
        };
        Self {
            calendar: Arc::new(Calendar::new(brief.clone())),
            brief: Arc::new(brief),
            messages: vec![greeting],
            expect: Expecting::Anything,
            control: None,
        }
    }

    /// The caller says this and hears all of the answer, which is returned.
    pub(super) fn say(&mut self, text: &str) -> String {
        self.take(Message::Caller { text: text.into() })
    }

    pub(super) fn press(&mut self, digits: &str) -> String {
        self.take(Message::Digits {
            digits: digits.into(),
        })
    }

    pub(super) fn silence(&mut self, count: u32) -> String {
        self.take(Message::NoInput { count })
    }

    /// All of several turns; the last answer.
    pub(super) fn say_all(&mut self, turns: &[&str]) -> String {
        turns
            .iter()
            .map(|turn| self.say(turn))
            .last()
            .unwrap_or_default()
    }

    /// The last answer was spoken over: only this much of it was heard.
    pub(super) fn cut_last_to(&mut self, heard: &str) {
        let Some(Message::Agent { text, interrupted }) = self.messages.last_mut() else {
            panic!("the agent said nothing last");
        };
        if heard.is_empty() {
            self.messages.pop();
        } else {
            (*text, *interrupted) = (heard.into(), true);
        }
    }

    fn take(&mut self, message: Message) -> String {
        self.messages.push(message);
        let mut said = Vec::new();
        for _ in 0..6 {
            let (text, call) = self.ask();
            if !text.is_empty() {
                check_style(&text);
                self.messages.push(Message::Agent {
                    text: text.clone(),
                    interrupted: false,
                });
                said.push(text);
            }
            let Some(call) = call else { break };
            let backend: Arc<dyn ToolBackend> = self.calendar.clone();
            let outcome = block_on(execute(&backend, &call, &self.brief));
            self.control = self.control.clone().or(outcome.control);
            let id = call.id.clone();
            self.messages.push(Message::ToolCall(call));
            self.messages.push(Message::ToolResult {
                id,
                content: outcome.content,
            });
        }
        invented::check(&self.brief, &self.messages);
        said.join(" ")
    }

    fn ask(&mut self) -> (String, Option<ToolCall>) {
        let request = ChatRequest {
            brief: Arc::clone(&self.brief),
            messages: self.messages.clone(),
            tools: tool_specs(&self.brief),
        };
        let (mut text, mut call) = (String::new(), None);
        let mut finished = false;
        for event in block_on(Receptionist::new().ask(request).collect::<Vec<_>>()) {
            assert!(!finished, "something after the end");
            match event.unwrap() {
                ChatEvent::Text(piece) => text.push_str(&piece),
                ChatEvent::ToolCall(tool) => call = Some(tool),
                ChatEvent::Expect(expect) => self.expect = expect,
                ChatEvent::Finished(_) => finished = true,
            }
        }
        assert!(finished, "no end");
        (text, call)
    }

    /// Names of the tools run so far.
    pub(super) fn tools(&self) -> Vec<&'static str> {
        self.calendar
            .with(|d| d.requests.iter().map(ToolRequest::tool).collect())
    }

    /// The appointments that stand, as "Service start name".
    pub(super) fn booked(&self) -> Vec<String> {
        self.calendar.with(|d| {
            d.entries
                .iter()
                .map(|e| format!("{} {} {}", e.fact.service, e.fact.starts_at, e.fact.name))
                .collect()
        })
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

/// Short sentences, nothing a voice cannot say.
fn check_style(text: &str) {
    assert!(
        !text.contains(['$', '*', '\n', '_', '{', '[']),
        "not for a voice: {text}"
    );
    assert!(!text.contains("  "), "two spaces: {text}");
    for sentence in text.split_inclusive(['.', '?', '!']) {
        let words = sentence.split_whitespace().count();
        assert!(words <= 32, "{words} words: {sentence}");
    }
}

#[track_caller]
pub(super) fn has(answer: &str, parts: &[&str]) {
    for part in parts {
        assert!(answer.contains(part), "no {part:?} in {answer:?}");
    }
}
