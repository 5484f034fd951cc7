//! A call whose caller types: the same [`Call`] machine, mind, tools and record as a spoken one.
//!
//! Only the edge differs. What the agent says lasts as long as its letters, without a sound, and the
//! marks come back when it is over; a typed line is speech of the length of its letters, with its
//! own text as transcript. So turn taking, tool rounds, interruptions, goodbyes and fallbacks are
//! decided by the very code that decides them in a call. Time is a number that runs ahead as fast as
//! it can be computed, and waits only while a mind or a tool is at work; between two lines of the
//! caller it stands still. The times in the record are those of the conversation had it been spoken.

mod line;
mod mouth;
mod open;

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use agents::llm::{ChatEvent, ChatModel};
use call::{
    Call, Input, Output,
    conversation::ToolCall,
    io::{AskId, ClauseId, Part, Recognize, StreamEnd, TurnId},
    record::{CallSummary, Speaker},
};
use media::{dtmf::Digit, frame::MediaTime};
use store::{
    Store,
    call::{CallOutcome, CallRef},
};
use tokio::sync::mpsc;

use super::{
    choice::Choice,
    event::{Event, failure},
    keeper::{Desk, Keeper},
    mind::Mind,
};
use crate::clock::Clock;
use line::Line;
use mouth::Mouth;
pub use open::Dialled;

/// What typed calls are held with.
#[derive(Clone)]
pub struct TypingDesk {
    pub store: Store,
    pub clock: Clock,
    /// The language model of agents that name none.
    pub chat: Arc<dyn ChatModel>,
    /// What agents may name instead; of voices there is no need.
    pub choice: Choice,
}

/// What the caller notices, and what is done behind it.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// The agent's whole say, as far as it was heard.
    Agent { text: String, interrupted: bool },
    /// A tool was run. `arguments` and `result` are the JSON texts that went in and came out.
    Tool {
        name: String,
        arguments: String,
        result: String,
    },
    /// A provider or a tool failed; the record has it too.
    Trouble { stage: String, code: String },
}

/// A conversation in progress.
pub struct TypedCall {
    call: Call,
    began: Instant,
    now: Instant,
    line: Line,
    mouth: Option<Mouth>,
    /// Inputs that an output brought about, to be fed one by one.
    replies: VecDeque<Reply>,
    mind: Mind,
    events: mpsc::Receiver<Event>,
    asks: HashSet<AskId>,
    tools: HashMap<String, ToolCall>,
    store: Store,
    desk: Desk,
    keeper: Option<Keeper>,
    outcome: Arc<Mutex<Option<CallOutcome>>>,
    said: Vec<Said>,
    ended: Option<Box<CallSummary>>,
}

enum Reply {
    Audio(ClauseId, String),
    Transcript(TurnId, String),
    Judged(TurnId),
}

impl TypedCall {
    /// The call as stored.
    pub const fn call(&self) -> &CallRef {
        &self.desk.call
    }

    /// How it ended; `None` while it goes on.
    pub fn ended(&self) -> Option<&CallSummary> {
        self.ended.as_deref()
    }

    /// What was said and done since this was last asked.
    pub fn take_said(&mut self) -> Vec<Said> {
        std::mem::take(&mut self.said)
    }

    /// Listens until the word is the caller's, or the call is over.
    pub async fn listen(&mut self) {
        while self.ended.is_none() && !self.awaits_caller() {
            self.step().await;
        }
    }

    /// Listens until these words of the agent's say were heard. What the caller says next then
    /// interrupts it. `false`: they did not come, and the word is the caller's.
    pub async fn listen_for(&mut self, words: &str) -> bool {
        while self.ended.is_none() && !self.awaits_caller() {
            if self.mouth.is_none() && self.line.has_been_heard(words) {
                return true;
            }
            self.step().await;
        }
        false
    }

    /// What the caller has heard so far of the agent's present say.
    pub fn heard_so_far(&self) -> String {
        self.line.heard()
    }

    /// The caller says this, over the agent where it still speaks.
    pub fn say(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.mouth = Some(Mouth::open(text.trim(), self.now));
        }
    }

    /// The caller presses these keys.
    pub async fn press(&mut self, digits: &[Digit]) {
        for digit in digits {
            self.now += BETWEEN_KEYS;
            self.input(Input::Digit(*digit)).await;
        }
    }

    /// The caller says nothing until the agent does.
    pub async fn keep_silent(&mut self) {
        while self.ended.is_none() && self.awaits_caller() {
            self.step().await;
        }
    }

    pub async fn hang_up(&mut self) {
        self.input(Input::StreamEnded(StreamEnd::Stopped)).await;
        while self.ended.is_none() {
            self.step().await;
        }
    }

    /// The word is the caller's.
    pub fn awaits_caller(&self) -> bool {
        self.mouth.is_none() && self.replies.is_empty() && self.call.awaits_caller()
    }

    /// One thing happens: a mind reports, or time passes up to the next thing that is due.
    async fn step(&mut self) {
        let due = self.next_due();
        if self.asks.is_empty() && self.tools.is_empty() {
            match due {
                Some(at) => self.pass(at).await,
                // Nothing is due and nobody is at work: only the caller can go on.
                None => self.input(Input::StreamEnded(StreamEnd::Lost)).await,
            }
            return;
        }
        let since = Instant::now();
        let patience = due.map_or(LONGEST_WAIT, |at| at.saturating_duration_since(self.now));
        match tokio::time::timeout(patience, self.events.recv()).await {
            Ok(Some(event)) => {
                self.now += since.elapsed();
                self.event(event).await;
            }
            Ok(None) | Err(_) => self.pass(due.unwrap_or(self.now + patience)).await,
        }
    }

    fn next_due(&self) -> Option<Instant> {
        let mouth = self.mouth.as_ref().map(Mouth::next_window);
        [self.call.poll_timeout(), self.line.next_mark(), mouth]
            .into_iter()
            .flatten()
            .min()
    }

    async fn pass(&mut self, at: Instant) {
        self.now = self.now.max(at);
        if let Some(mark) = self.line.take_mark(self.now) {
            self.input(Input::Mark(&mark)).await;
            return;
        }
        let window = self.mouth.as_mut().and_then(|m| m.window(self.now));
        let Some(probability) = window else {
            self.input(Input::Timeout).await;
            return;
        };
        let until = MediaTime::from_duration(self.now.duration_since(self.began));
        self.input(Input::SpeechProbability {
            until,
            window_samples: mouth::WINDOW_SAMPLES,
            probability,
        })
        .await;
    }

    async fn event(&mut self, event: Event) {
        match event {
            Event::Chat { ask, event } => self.chat(ask, event).await,
            Event::ChatFailed { ask, error } => {
                self.asks.remove(&ask);
                let failure = failure(&error);
                self.trouble(&failure.stage, &failure.code);
                self.input(Input::ChatFailed { ask, failure }).await;
            }
            Event::Tool {
                id,
                content,
                control,
            } => {
                if let Some(tool) = self.tools.remove(&id) {
                    self.said.push(Said::Tool {
                        name: tool.name,
                        arguments: tool.arguments,
                        result: content.clone(),
                    });
                }
                self.input(Input::ToolAnswered {
                    id,
                    content,
                    control,
                })
                .await;
            }
            // Nobody here listens, judges or speaks.
            Event::TurnEnd { .. }
            | Event::Transcript { .. }
            | Event::RecognizerFailed { .. }
            | Event::Audio { .. }
            | Event::AudioFinished { .. }
            | Event::SpeechFailed { .. } => {}
        }
    }

    async fn chat(&mut self, ask: AskId, event: ChatEvent) {
        match event {
            ChatEvent::Text(text) => self.input(Input::ChatText { ask, text: &text }).await,
            ChatEvent::ToolCall(call) => self.input(Input::ChatToolCall { ask, call }).await,
            ChatEvent::Expect(expecting) => {
                self.input(Input::ChatExpects { ask, expecting }).await;
            }
            ChatEvent::Finished(usage) => {
                self.asks.remove(&ask);
                let (tokens_in, tokens_out) = (usage.tokens_in, usage.tokens_out);
                self.input(Input::ChatFinished {
                    ask,
                    tokens_in,
                    tokens_out,
                })
                .await;
            }
        }
    }

    /// One input, one drain, and then what the drain brought about.
    async fn input(&mut self, input: Input<'_>) {
        self.call.handle_input(input, self.now);
        self.drain();
        while let Some(reply) = self.replies.pop_front() {
            self.reply(reply);
            self.drain();
        }
        if self.ended.is_some() {
            self.close().await;
        }
    }

    fn reply(&mut self, reply: Reply) {
        match reply {
            Reply::Audio(clause, text) => {
                let samples = vec![0; self.line.speak(text)];
                let audio = Input::SpeechAudio {
                    clause,
                    samples: &samples,
                };
                self.call.handle_input(audio, self.now);
                self.drain();
                self.call
                    .handle_input(Input::SpeechFinished { clause }, self.now);
            }
            Reply::Transcript(turn, text) => {
                let transcript = Input::Transcript {
                    turn: Some(turn),
                    part: Part::Whole,
                    text: &text,
                    confidence: None,
                    words: &[],
                };
                self.call.handle_input(transcript, self.now);
            }
            Reply::Judged(turn) => {
                let probability = Some(COMPLETE);
                self.call
                    .handle_input(Input::TurnEndJudged { turn, probability }, self.now);
            }
        }
    }

    fn drain(&mut self) {
        while let Some(output) = self.call.poll_output() {
            self.carry_out(output);
        }
    }

    fn carry_out(&mut self, output: Output) {
        match output {
            Output::AgentHeard(played) => self.line.hear(played.samples().len()),
            Output::SendMedia(_) => self.line.send(self.now),
            Output::SendMark(name) => self.line.mark(name, self.now),
            Output::SendClear => self.line.clear(self.now),
            Output::Recognize(Recognize::Transcribe { turn }) => {
                if let Some(mouth) = self.mouth.take() {
                    self.replies
                        .push_back(Reply::Transcript(turn, mouth.into_text()));
                }
            }
            Output::JudgeTurnEnd { turn } => self.replies.push_back(Reply::Judged(turn)),
            Output::Ask { ask, messages } => {
                self.asks.insert(ask);
                self.mind.ask(ask, messages);
            }
            Output::CancelAsk { ask } => {
                self.asks.remove(&ask);
                self.mind.cancel(ask);
            }
            Output::Speak { clause, text } => self.replies.push_back(Reply::Audio(clause, text)),
            // Typed words make no sound, and a clause is spoken in the moment in which it is asked
            // for.
            Output::CallerFrame(_)
            | Output::CancelSpeech { .. }
            | Output::Recognize(
                Recognize::Begin { .. } | Recognize::Resume { .. } | Recognize::Finish { .. },
            ) => {}
            Output::RunTool(call) => {
                self.tools.insert(call.id.clone(), call.clone());
                self.mind.run_tool(call);
            }
            Output::TurnDone(turn) => {
                if turn.speaker == Speaker::Agent {
                    self.line.end_say();
                    self.said.push(Said::Agent {
                        text: turn.text.clone(),
                        interrupted: turn.interrupted,
                    });
                }
                if let Some(keeper) = &self.keeper {
                    keeper.turn(turn);
                }
            }
            Output::Event(event) => {
                if let Some(keeper) = &self.keeper {
                    keeper.event(&event);
                }
            }
            Output::Ended(summary) => self.ended = Some(summary),
        }
    }

    fn trouble(&mut self, stage: &str, code: &str) {
        self.said.push(Said::Trouble {
            stage: stage.to_owned(),
            code: code.to_owned(),
        });
    }

    async fn close(&mut self) {
        let (Some(keeper), Some(summary)) = (self.keeper.take(), &self.ended) else {
            return;
        };
        let outcome = *self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        keeper.finish(summary, outcome).await;
        if let Err(error) = open::complete(&self.store, &self.desk).await {
            tracing::error!(%error, "the typed call's status was not stored");
            self.trouble("store", "status_not_stored");
        }
    }
}

const BETWEEN_KEYS: Duration = Duration::from_millis(200);
/// The turn-end model's judgement of a typed line: it is complete.
const COMPLETE: f32 = 1.0;
/// The machine has a deadline for everything, so this is never waited for.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
