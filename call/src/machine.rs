//! The machine itself: its state, the one input, the drain.

mod answering;
mod ending;
mod handing_over;
mod listening;
mod speaking;
mod watching;

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use watching::Watch;

use media::{
    frame::MediaTime,
    jitter::{ArrivalStats, Arrivals},
    playout::{Playout, PlayoutStep, UtteranceId},
    vad::{SpeechGate, SpeechGateConfig},
};
use tenant_config::pronunciation::Pronouncer;

use crate::{
    agent::response::Response,
    caller::turn::CallerTurn,
    config::CallConfig,
    conversation::{Expecting, Message},
    io::{AskId, ClauseId, Command, Input, Output, TurnId},
    record::{
        CallEvent, CallSummary, EndReason, EventKind, Failure, Latency, NextAction, TurnRecord,
    },
    timer::{Timer, TimerTable},
};

/// One spoken conversation.
pub struct Call {
    config: CallConfig,
    pronouncer: Pronouncer,
    began: Instant,
    life: Life,
    timers: TimerTable,
    outputs: VecDeque<Output>,

    arrivals: Arrivals,
    gate: SpeechGate,
    playout: Playout,

    turn: Option<CallerTurn>,
    response: Option<Response>,
    /// What the caller last interrupted, until it is clear that they meant to.
    interrupted: Option<Interrupted>,
    /// What is left to say once the call was handed over.
    handed_over: Option<Unsaid>,
    conversation: Vec<Message>,
    pending_tools: Vec<PendingTool>,
    /// The conversation must be answered as soon as nothing stands in the way.
    wants_answer: bool,
    /// When the caller's side of the next answer was over.
    answer_latency: Latency,
    /// What our last words asked for.
    last_expecting: Expecting,
    stream_open: bool,
    digits: String,
    no_inputs: u32,
    asr_failures: u32,
    silent_answers: u32,

    seq: u32,
    next_turn: u64,
    next_ask: u64,
    next_clause: u64,
    next_utterance: u64,
    barge_ins: u32,
    failure: Option<Failure>,
    latencies_ms: Vec<u64>,
    watch: Watch,
}

/// Where the call stands as a whole.
#[derive(Debug, Clone, PartialEq)]
enum Life {
    /// The stream is not open yet.
    Waiting,
    Live,
    /// The stream is gone; the transcript of the caller's last words is awaited.
    LastWords(EndReason, NextAction),
    Ended,
}

/// An agent's say that the caller cut off.
#[derive(Debug)]
struct Interrupted {
    rest: String,
    response: Response,
}

/// What the agent still owed the caller when the call was handed over.
#[derive(Debug, Default)]
struct Unsaid {
    rest: String,
    expecting: Expecting,
    owes_answer: bool,
}

/// A tool that was asked for and has not answered.
#[derive(Debug)]
struct PendingTool {
    id: String,
    name: String,
    /// The response it was asked for in.
    utterance: UtteranceId,
}

impl Call {
    /// A call whose stream began at `now`: media time zero.
    pub fn new(config: CallConfig, now: Instant) -> Self {
        let turn = &config.settings.turn;
        let gate = SpeechGate::new(SpeechGateConfig {
            threshold: turn.speech_threshold,
            release_threshold: (turn.speech_threshold - 0.15).max(0.05),
            start: SPEECH_START,
            stop: SPEECH_STOP,
        });
        Self {
            pronouncer: Pronouncer::new(&config.settings.pronunciations),
            began: now,
            life: Life::Waiting,
            timers: TimerTable::default(),
            outputs: VecDeque::new(),
            arrivals: Arrivals::default(),
            gate,
            playout: Playout::new(config.playout, now),
            turn: None,
            response: None,
            interrupted: None,
            handed_over: None,
            conversation: Vec::new(),
            pending_tools: Vec::new(),
            wants_answer: false,
            answer_latency: Latency::default(),
            last_expecting: Expecting::Anything,
            stream_open: true,
            digits: String::new(),
            no_inputs: 0,
            asr_failures: 0,
            silent_answers: 0,
            seq: 0,
            next_turn: 0,
            next_ask: 0,
            next_clause: 0,
            next_utterance: 0,
            barge_ins: 0,
            failure: None,
            latencies_ms: Vec::new(),
            watch: Watch::default(),
            config,
        }
    }

    /// Takes exactly one input. Afterwards, drain [`Call::poll_output`].
    pub fn handle_input(&mut self, input: Input<'_>, now: Instant) {
        if self.life == Life::Ended {
            return;
        }
        self.dispatch(input, now);
        while let Some(timer) = self.timers.take_due(now) {
            self.handle_timer(timer, now);
        }
        self.settle(now);
        self.pump(now);
        self.watch(now);
    }

    /// What is to be done, in order. `None` when everything has been said.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Input::Timeout`] is due at the latest.
    pub fn poll_timeout(&self) -> Option<Instant> {
        if self.life == Life::Ended {
            return None;
        }
        [self.timers.next(), self.playout.poll_timeout()]
            .into_iter()
            .flatten()
            .min()
    }

    pub fn is_ended(&self) -> bool {
        self.life == Life::Ended
    }

    /// Nothing is being said, thought or done: the word is the caller's.
    pub fn awaits_caller(&self) -> bool {
        let idle = self.turn.is_none() && self.response.is_none() && self.pending_tools.is_empty();
        self.life == Life::Live && idle && !self.wants_answer && self.digits.is_empty()
    }

    pub fn arrival_stats(&self) -> ArrivalStats {
        self.arrivals.stats()
    }

    fn dispatch(&mut self, input: Input<'_>, now: Instant) {
        match input {
            Input::Started => self.start(now),
            Input::Media {
                timestamp_ms,
                chunk,
                payload,
            } => {
                self.arrivals.push(timestamp_ms, chunk, payload);
                self.watch_media(now);
            }
            Input::Digit(digit) => self.handle_digit(digit, now),
            Input::Mark(name) => self.handle_mark(name, now),
            Input::StreamEnded(end) => self.handle_stream_end(end, now),
            Input::SpeechProbability {
                until,
                window_samples,
                probability,
            } => {
                self.handle_speech(until, window_samples, probability, now);
            }
            Input::TurnEndJudged { turn, probability } => {
                self.handle_judgement(turn, probability, now);
            }
            Input::Transcript {
                turn,
                part,
                text,
                confidence,
                words,
            } => {
                self.handle_transcript(turn, part, text, confidence, words, now);
            }
            Input::RecognizerFailed { turn, failure } => {
                self.handle_recognizer_failure(turn, failure, now);
            }
            Input::ChatText { ask, text } => self.handle_chat_text(ask, text, now),
            Input::ChatToolCall { ask, call } => self.handle_tool_call(ask, call, now),
            Input::ChatExpects { ask, expecting } => self.handle_expectation(ask, expecting),
            Input::ChatFinished {
                ask,
                tokens_in,
                tokens_out,
            } => {
                self.handle_chat_finished(ask, tokens_in, tokens_out);
            }
            Input::ChatFailed { ask, failure } => self.handle_chat_failure(ask, failure, now),
            Input::ToolAnswered {
                id,
                content,
                control,
            } => {
                self.handle_tool_answer(&id, content, control, now);
            }
            Input::SpeechAudio { clause, samples } => self.handle_audio(clause, samples, now),
            Input::SpeechFinished { clause } => self.handle_audio_finished(clause),
            Input::SpeechFailed { clause, failure } => {
                self.handle_speech_failure(clause, failure, now);
            }
            Input::Command(Command::HangUp) => {
                self.end(EndReason::Operator, NextAction::HangUp, now);
            }
            Input::Command(Command::HandOver) => self.hand_over(now),
            Input::Timeout => {}
        }
    }

    fn start(&mut self, now: Instant) {
        if self.life != Life::Waiting {
            return;
        }
        self.life = Life::Live;
        self.timers
            .set(Timer::MaxDuration, now + self.config.settings.max_duration);
        self.event(EventKind::StreamStarted, now);
        if let Some(resume) = self.config.resume.take() {
            self.go_on(resume, now);
            return;
        }
        if self.config.greeting.trim().is_empty() {
            self.await_caller(now);
            return;
        }
        let greeting = self.config.greeting.clone();
        let interruptible = !self.config.settings.greeting_uninterruptible;
        self.say(&greeting, now);
        if let Some(response) = &mut self.response {
            response.interruptible = interruptible;
        }
    }

    fn handle_timer(&mut self, timer: Timer, now: Instant) {
        match timer {
            Timer::Endpoint => self.handle_endpoint(now),
            Timer::Transcript => self.miss_transcript(now),
            Timer::Chat => self.miss_chat(now),
            Timer::Tool => self.miss_tools(now),
            Timer::Synthesis => self.miss_synthesis(now),
            // The audio was played by the clock: the caller heard it, whatever became of the mark.
            Timer::Mark => {
                self.event(
                    EventKind::DeadlineMissed {
                        what: "mark".into(),
                    },
                    now,
                );
                self.finish_response(now);
            }
            Timer::NoInput => self.handle_no_input(now),
            Timer::Digits => self.finish_digits(now),
            Timer::LongTurn => self.end_long_turn(now),
            Timer::MaxDuration => self.handle_max_duration(now),
            Timer::LastWords => self.finish_last_words(now),
            Timer::Speaking => self.handle_silent_agent(now),
            Timer::Media => self.handle_silent_stream(now),
            Timer::Judgement => self.handle_unjudged(now),
        }
    }

    /// Moves sound: caller audio that is in order, agent audio that is due, and what of it has
    /// been heard.
    fn pump(&mut self, now: Instant) {
        while let Some(frame) = self.arrivals.pop() {
            self.watch_judgement(&frame, now);
            self.outputs.push_back(Output::CallerFrame(frame));
        }
        while let Some(step) = self.playout.poll(now) {
            match step {
                PlayoutStep::Media { utterance, payload } => {
                    self.note_first_frame(utterance, now);
                    self.watch_speaking(now);
                    self.outputs.push_back(Output::SendMedia(payload));
                }
                PlayoutStep::Mark { name } => self.outputs.push_back(Output::SendMark(name)),
            }
        }
        self.pump_heard(now);
    }

    fn pump_heard(&mut self, now: Instant) {
        while let Some(played) = self.playout.poll_played(now) {
            if let Some(response) = &mut self.response
                && response.utterance == played.utterance
            {
                response.note_heard(&played);
            }
            self.outputs.push_back(Output::AgentHeard(played));
        }
    }

    fn media_now(&self, now: Instant) -> MediaTime {
        MediaTime::from_duration(now.saturating_duration_since(self.began))
    }

    fn ms(&self, now: Instant) -> u64 {
        self.media_now(now).as_ms()
    }

    fn event(&mut self, kind: EventKind, now: Instant) {
        let at_ms = self.ms(now);
        self.outputs
            .push_back(Output::Event(CallEvent { at_ms, kind }));
    }

    fn keep_turn(&mut self, mut turn: TurnRecord) {
        turn.seq = self.seq;
        self.seq += 1;
        self.outputs.push_back(Output::TurnDone(Box::new(turn)));
    }

    fn new_turn_id(&mut self) -> TurnId {
        self.next_turn += 1;
        TurnId(self.next_turn)
    }

    fn new_ask_id(&mut self) -> AskId {
        self.next_ask += 1;
        AskId(self.next_ask)
    }

    fn new_clause_id(&mut self) -> ClauseId {
        self.next_clause += 1;
        ClauseId(self.next_clause)
    }

    fn new_utterance_id(&mut self) -> UtteranceId {
        self.next_utterance += 1;
        UtteranceId(self.next_utterance)
    }

    fn summary(&mut self, reason: EndReason, next: NextAction, now: Instant) -> CallSummary {
        let resume = (next == NextAction::Reconnect).then(|| Box::new(self.stands_at()));
        CallSummary {
            resume,
            reason,
            next,
            duration_ms: self.ms(now),
            barge_ins: self.barge_ins,
            failure: self.failure.clone(),
            latencies_ms: self.latencies_ms.clone(),
        }
    }
}

/// Speech that lasts this long is speech and no click.
const SPEECH_START: Duration = Duration::from_millis(96);
/// Silence that lasts this long is a pause; recognition begins in it.
const SPEECH_STOP: Duration = Duration::from_millis(180);
