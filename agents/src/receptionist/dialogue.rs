//! Where a conversation stands, rebuilt from its messages.
//!
//! Nothing is kept between answers. [`answer`] walks through the messages from the first on and
//! takes every turn again; the same messages always lead to the same state and the same answer,
//! on any node. What the caller did not hear is not taken for said.

use call::conversation::{Expecting, Message, ToolCall};
use chrono::{NaiveDate, NaiveTime, Weekday};
use serde_json::Value;
use tenant_config::{knowledge::Service, phone::E164};

use super::{Brief, dates::DaySaid, intents::Intent};
use crate::tools::{AppointmentFact, LocalTime, PartOfDay, ToolAnswer};

/// One answer: words, then perhaps a tool.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Reply {
    pub(super) text: String,
    pub(super) tool: Option<(&'static str, Value)>,
    pub(super) expect: Expecting,
    /// A sentence that must reach the caller: it is said again when it was not heard.
    pub(super) must_hear: Option<String>,
}

impl Reply {
    pub(super) fn say(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    pub(super) fn run(lead: &[String], tool: &'static str, arguments: Value) -> Self {
        Self {
            text: lead.join(" "),
            tool: Some((tool, arguments)),
            ..Self::default()
        }
    }
}

/// What is being done for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Task {
    #[default]
    Idle,
    Book,
    Move,
    Cancel,
    Lookup,
    Note,
}

/// What the agent's last words asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Question {
    #[default]
    Open,
    AnythingElse,
    Service,
    /// Of which service the price or the duration is wanted.
    AboutWhich(Intent),
    When,
    /// One of `draft.offered`.
    Choose,
    Name,
    Phone,
    Confirm,
    /// What is to be changed after a "no" to the confirmation.
    WhatToChange,
    /// One of `found`.
    Which,
    NoteText,
    Offer(Offer),
}

/// Something proposed that a yes starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offer {
    Book,
    Person,
    Note,
}

/// An appointment being made, or the new time of one being moved.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Draft {
    /// Place in the brief's services.
    pub(super) service: Option<usize>,
    pub(super) date: Option<NaiveDate>,
    /// Any day from this one on.
    pub(super) from: Option<NaiveDate>,
    pub(super) time: Option<NaiveTime>,
    pub(super) part: Option<PartOfDay>,
    pub(super) after: Option<NaiveTime>,
    pub(super) before: Option<NaiveTime>,
    pub(super) soonest: bool,
    /// Only before this day.
    pub(super) until: Option<NaiveDate>,
    /// Not on this weekday.
    pub(super) avoid: Option<Weekday>,
    /// The day that was talked of last, where it cannot be had.
    pub(super) about: Option<NaiveDate>,
    /// The last answer of `check_availability` was about this; nothing is offered without.
    pub(super) offered: Vec<LocalTime>,
    /// Free by the last answer of `check_availability`, and chosen.
    pub(super) chosen: Option<LocalTime>,
}

/// A message for the staff being taken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Note {
    pub(super) text: Option<String>,
}

/// The state after some messages.
#[derive(Debug, Clone)]
pub(super) struct Dialogue<'a> {
    pub(super) brief: &'a Brief,
    /// When the call began, on the tenant's wall clock.
    pub(super) now: LocalTime,
    pub(super) task: Task,
    pub(super) question: Question,
    pub(super) draft: Draft,
    pub(super) note: Note,
    /// Appointments that were found, and the one that is meant.
    pub(super) found: Vec<AppointmentFact>,
    pub(super) target: Option<AppointmentFact>,
    /// What was said of the appointment meant before it was looked for.
    pub(super) hint: Hint,
    pub(super) name: Option<String>,
    /// A number the caller gave, other than the one called from.
    pub(super) phone: Option<E164>,
    /// The service of what was done last: "how long does it take?"
    pub(super) spoken_of: Option<usize>,
    /// The price or the duration was asked for in the last turn.
    pub(super) asked_fact: Option<Intent>,
    /// Turns in a row that led nowhere.
    pub(super) misses: u32,
    /// The caller's turns so far; varies the wording.
    pub(super) turns: usize,
    pub(super) last: Reply,
    /// The caller heard the last reply to its end.
    pub(super) heard: bool,
    awaiting: Option<&'static str>,
    running: Option<ToolCall>,
}

/// What tells one existing appointment from another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Hint {
    pub(super) day: Option<DaySaid>,
    pub(super) service: Option<usize>,
}

/// The answer to the last message.
pub(super) fn answer(brief: &Brief, messages: &[Message]) -> Reply {
    Dialogue::fold(brief, messages).1
}

impl<'a> Dialogue<'a> {
    pub(super) fn new(brief: &'a Brief) -> Self {
        Self {
            brief,
            now: LocalTime::of(brief.call_started_at, brief.hours.timezone),
            task: Task::Idle,
            question: Question::Open,
            draft: Draft::default(),
            note: Note::default(),
            found: Vec::new(),
            target: None,
            hint: Hint::default(),
            name: None,
            phone: None,
            spoken_of: None,
            asked_fact: None,
            misses: 0,
            turns: 0,
            last: Reply::say(&brief.greeting),
            heard: true,
            awaiting: None,
            running: None,
        }
    }

    /// Where the conversation stands after these messages.
    pub(super) fn after(brief: &'a Brief, messages: &[Message]) -> Self {
        Self::fold(brief, messages).0
    }

    fn fold(brief: &'a Brief, messages: &[Message]) -> (Self, Reply) {
        let mut dialogue = Self::new(brief);
        let mut reply = Reply::say(&brief.greeting);
        for message in messages {
            if let Some(next) = dialogue.handle_message(message) {
                dialogue.note_reply(&next);
                reply = next;
            }
        }
        (dialogue, reply)
    }

    /// Takes one message; an answer when it asks for one.
    fn handle_message(&mut self, message: &Message) -> Option<Reply> {
        match message {
            Message::Caller { text } => {
                self.awaiting = None;
                self.turns += 1;
                Some(self.handle_caller(text))
            }
            Message::Digits { digits } => {
                self.awaiting = None;
                self.turns += 1;
                Some(self.handle_digits(digits))
            }
            Message::NoInput { count } => {
                self.awaiting = None;
                Some(self.handle_no_input(*count))
            }
            Message::Agent { text, interrupted } => {
                self.heard = !interrupted || ends_as(&self.last.text, text);
                None
            }
            Message::ToolCall(call) => {
                self.running = Some(call.clone());
                None
            }
            Message::ToolResult { id, content } => {
                let ours = self.running.take_if(|call| call.id == *id)?;
                let awaited = self.awaiting.take_if(|tool| *tool == ours.name)?;
                let answer = ToolAnswer::from_content(content).unwrap_or(ToolAnswer::Unavailable);
                Some(self.handle_tool(awaited, answer))
            }
        }
    }

    fn note_reply(&mut self, reply: &Reply) {
        self.awaiting = reply.tool.as_ref().map(|(tool, _)| *tool);
        if !reply.text.is_empty() {
            self.heard = false;
            self.last = reply.clone();
        }
    }

    /// The service of the draft, or of the appointment being moved.
    pub(super) fn service(&self) -> Option<&'a Service> {
        let brief = self.brief;
        let by_name = |name: &str| brief.services.iter().find(|s| s.name == name);
        match (self.task, &self.target) {
            (Task::Move, Some(target)) => by_name(&target.service),
            _ => self.draft.service.and_then(|i| brief.services.get(i)),
        }
    }

    /// The number to reach the caller at.
    pub(super) fn reachable_at(&self) -> Option<&E164> {
        self.phone.as_ref().or(self.brief.caller.as_ref())
    }

    pub(super) fn today(&self) -> NaiveDate {
        self.now.naive().date()
    }

    /// Leaves the task at hand; what the caller told of themselves is kept.
    pub(super) fn drop_task(&mut self) {
        self.task = Task::Idle;
        self.draft = Draft::default();
        self.note = Note::default();
        self.found.clear();
        self.target = None;
        self.hint = Hint::default();
    }
}

/// Whether what was heard reaches to the end of what was to be said.
fn ends_as(said: &str, heard: &str) -> bool {
    let tail = |text: &str| -> Vec<String> {
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        words[words.len().saturating_sub(2)..].to_vec()
    };
    !heard.trim().is_empty() && tail(said) == tail(heard)
}
