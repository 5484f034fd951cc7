//! A world around the machine: a carrier that plays what it is sent, scripted minds with known
//! delays, and a caller whose speech is a list of intervals. Time is virtual.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap, VecDeque},
    time::{Duration, Instant},
};

use call::{
    Call, CallConfig, Input, Output, Resume,
    config::{Limits, Phrases, ProviderNames},
    conversation::{CallControl, Expecting, Message, ToolCall},
    io::{AskId, ClauseId, Command, Part, Recognize, StreamEnd, TurnId},
    record::{CallSummary, EventKind, Failure, Speaker, TurnRecord},
};
use media::{dtmf::Digit, frame::MediaTime, playout::PlayoutConfig};
use tenant_config::voice::VoiceSettings;

/// What the scripted chat model does when it is asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    pub(crate) text: &'static str,
    pub(crate) expecting: Expecting,
    pub(crate) tool: Option<&'static str>,
    pub(crate) fails: bool,
    pub(crate) never: bool,
    /// A piece of a word every two seconds, and never an end.
    pub(crate) trickles: bool,
}

pub(crate) fn say(text: &'static str) -> Answer {
    Answer {
        text,
        ..Answer::default()
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Script {
    pub(crate) greeting: &'static str,
    pub(crate) resume: Option<Resume>,
    pub(crate) settings: VoiceSettings,
    /// When the caller speaks, in ms, and what the recognizer makes of each turn.
    pub(crate) speech: Vec<(u64, u64)>,
    pub(crate) transcripts: Vec<Result<&'static str, &'static str>>,
    pub(crate) answers: Vec<Answer>,
    pub(crate) digits: Vec<(u64, char)>,
    pub(crate) hang_up_at: Option<u64>,
    pub(crate) asr: Duration,
    pub(crate) chat: Duration,
    pub(crate) tts: Duration,
    pub(crate) tool: Duration,
    pub(crate) control: Option<CallControl>,
    pub(crate) tts_fails: bool,
    /// The voice sends empty audio every two seconds, and never an end.
    pub(crate) tts_trickles: bool,
    /// The carrier sends nothing from here on, in ms.
    pub(crate) media_stops_at: Option<u64>,
    /// Nobody judges the caller's sound from here on, in ms.
    pub(crate) judging_stops_at: Option<u64>,
    pub(crate) hand_over_at: Option<u64>,
    pub(crate) echo_marks: bool,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            greeting: "Hello.",
            resume: None,
            settings: VoiceSettings::default(),
            speech: Vec::new(),
            transcripts: Vec::new(),
            answers: Vec::new(),
            digits: Vec::new(),
            hang_up_at: None,
            asr: Duration::from_millis(300),
            chat: Duration::from_millis(100),
            tts: Duration::from_millis(100),
            tool: Duration::from_millis(200),
            control: None,
            tts_fails: false,
            tts_trickles: false,
            media_stops_at: None,
            judging_stops_at: None,
            hand_over_at: None,
            echo_marks: true,
        }
    }
}

#[derive(Debug)]
enum Event {
    Media(u64),
    Window(u64),
    Timeout,
    Digit(char),
    HangUp,
    HandOver,
    Trickle(AskId),
    Mark(String),
    Judged(TurnId),
    Transcript(TurnId, u64),
    Chat(AskId),
    Audio(ClauseId),
    Tool(String),
}

/// What was seen from outside, in ms.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Seen {
    Media(u64),
    Clear(u64),
    Ask(u64, Vec<Message>),
    Speak(u64, String),
}

pub(crate) struct World {
    pub(crate) call: Call,
    pub(crate) script: Script,
    pub(crate) seen: Vec<Seen>,
    pub(crate) turns: Vec<TurnRecord>,
    pub(crate) events: Vec<(u64, EventKind)>,
    pub(crate) ended: Option<(u64, CallSummary)>,
    pub(crate) heard_samples: u64,
    /// Samples the carrier really played.
    pub(crate) played_samples: u64,
    began: Instant,
    now: Instant,
    queue: BinaryHeap<Reverse<(Instant, u64)>>,
    waiting: BTreeMap<u64, Event>,
    next: u64,
    carrier: Carrier,
    clauses: BTreeMap<u64, String>,
    attempt: u64,
    turn_texts: BTreeMap<u64, usize>,
    asks: usize,
    scheduled_timeout: Option<Instant>,
}

/// The carrier's buffer: plays frames one after the other, echoes marks when it gets to them.
#[derive(Debug, Default)]
struct Carrier {
    plays_until: Option<Instant>,
    frames: VecDeque<Instant>,
    marks: VecDeque<(Instant, String)>,
}

pub(crate) fn config(script: &Script) -> CallConfig {
    CallConfig {
        settings: script.settings.clone(),
        greeting: script.greeting.to_owned(),
        resume: script.resume.clone(),
        playout: PlayoutConfig::default(),
        phrases: Phrases::default(),
        limits: Limits::default(),
        providers: ProviderNames {
            asr: "asr".into(),
            chat: "chat".into(),
            tts: "tts".into(),
            vad: "vad".into(),
        },
    }
}

impl World {
    pub(crate) fn new(script: Script) -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "an origin for virtual time; nothing reads it again"
        )]
        let began = Instant::now();
        let mut world = Self {
            call: Call::new(config(&script), began),
            seen: Vec::new(),
            turns: Vec::new(),
            events: Vec::new(),
            ended: None,
            heard_samples: 0,
            played_samples: 0,
            began,
            now: began,
            queue: BinaryHeap::new(),
            waiting: BTreeMap::new(),
            next: 0,
            carrier: Carrier::default(),
            clauses: BTreeMap::new(),
            attempt: 0,
            turn_texts: BTreeMap::new(),
            asks: 0,
            scheduled_timeout: None,
            script,
        };
        world.at_ms(0, Event::Media(0));
        world.at_ms(32, Event::Window(0));
        for (at, digit) in world.script.digits.clone() {
            world.at_ms(at, Event::Digit(digit));
        }
        if let Some(at) = world.script.hang_up_at {
            world.at_ms(at, Event::HangUp);
        }
        if let Some(at) = world.script.hand_over_at {
            world.at_ms(at, Event::HandOver);
        }
        world.input(Input::Started);
        world
    }

    /// Runs until the call ends or `ms` have passed.
    pub(crate) fn run_until(&mut self, ms: u64) -> &mut Self {
        let end = self.began + Duration::from_millis(ms);
        while self.ended.is_none() {
            let Some(Reverse((at, _))) = self.queue.peek() else {
                break;
            };
            if *at > end {
                break;
            }
            let Some(Reverse((at, id))) = self.queue.pop() else {
                break;
            };
            self.now = at;
            if let Some(event) = self.waiting.remove(&id) {
                self.happen(event);
            }
        }
        self
    }

    pub(crate) fn run(script: Script, ms: u64) -> Self {
        let mut world = Self::new(script);
        world.run_until(ms);
        world
    }

    pub(crate) fn ms(&self) -> u64 {
        (self.now - self.began).as_millis() as u64
    }

    pub(crate) fn said(&self, speaker: Speaker) -> Vec<&str> {
        self.turns
            .iter()
            .filter(|t| t.speaker == speaker)
            .map(|t| t.text.as_str())
            .collect()
    }

    pub(crate) fn asked(&self) -> Vec<&Vec<Message>> {
        self.seen
            .iter()
            .filter_map(|seen| match seen {
                Seen::Ask(_, messages) => Some(messages),
                Seen::Media(_) | Seen::Clear(_) | Seen::Speak(..) => None,
            })
            .collect()
    }

    pub(crate) fn count(&self, matches: impl Fn(&EventKind) -> bool) -> usize {
        self.events.iter().filter(|(_, kind)| matches(kind)).count()
    }

    fn at_ms(&mut self, ms: u64, event: Event) {
        self.at(self.began + Duration::from_millis(ms), event);
    }

    fn at(&mut self, at: Instant, event: Event) {
        self.next += 1;
        self.queue.push(Reverse((at, self.next)));
        self.waiting.insert(self.next, event);
    }

    fn later(&mut self, after: Duration, event: Event) {
        self.at(self.now + after, event);
    }

    fn speaks_at(&self, ms: u64) -> bool {
        self.script
            .speech
            .iter()
            .any(|(from, to)| (*from..*to).contains(&ms))
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Media(n) if is_over(self.script.media_stops_at, n * 20) => {}
            Event::Window(n) if is_over(self.script.judging_stops_at, n * 32) => {}
            Event::Media(n) => {
                self.input(Input::Media {
                    timestamp_ms: n * 20,
                    chunk: Some(n + 1),
                    payload: &[0xff; 160],
                });
                self.at_ms((n + 1) * 20, Event::Media(n + 1));
            }
            Event::Window(n) => {
                let probability = if self.speaks_at(n * 32 + 16) {
                    0.95
                } else {
                    0.02
                };
                self.input(Input::SpeechProbability {
                    until: MediaTime::from_ms((n + 1) * 32),
                    window_samples: 256,
                    probability,
                });
                self.at_ms((n + 2) * 32, Event::Window(n + 1));
            }
            Event::Timeout => {
                self.scheduled_timeout = None;
                self.input(Input::Timeout);
            }
            Event::Digit(digit) => {
                self.input(Input::Digit(Digit::try_from(digit).expect("a key")));
            }
            Event::HangUp => {
                self.clear();
                self.input(Input::StreamEnded(StreamEnd::Stopped));
            }
            Event::HandOver => self.input(Input::Command(Command::HandOver)),
            Event::Trickle(ask) => {
                self.input(Input::ChatText { ask, text: "a" });
                self.later(Duration::from_secs(2), Event::Trickle(ask));
            }
            Event::Mark(name) => self.input(Input::Mark(&name)),
            Event::Judged(turn) => {
                self.input(Input::TurnEndJudged {
                    turn,
                    probability: Some(0.9),
                });
            }
            Event::Transcript(turn, attempt) => self.transcribe(turn, attempt),
            Event::Chat(ask) => self.answer(ask),
            Event::Audio(clause) => self.speak(clause),
            Event::Tool(id) => self.input(Input::ToolAnswered {
                id,
                content: "{\"ok\":true}".into(),
                control: self.script.control.clone(),
            }),
        }
    }

    fn transcribe(&mut self, turn: TurnId, attempt: u64) {
        if attempt != self.attempt {
            return;
        }
        let next = self.turn_texts.len();
        let nth = *self.turn_texts.entry(turn.0).or_insert(next);
        match self.script.transcripts.get(nth).copied().unwrap_or(Ok("")) {
            Ok(text) => self.input(Input::Transcript {
                turn: Some(turn),
                part: Part::Whole,
                text,
                confidence: Some(0.9),
                words: &[],
            }),
            Err(code) => {
                self.input(Input::RecognizerFailed {
                    turn,
                    failure: failure("asr", code),
                });
            }
        }
    }

    fn answer(&mut self, ask: AskId) {
        let answer = self
            .script
            .answers
            .get(self.asks)
            .cloned()
            .unwrap_or_else(|| say("Okay."));
        self.asks += 1;
        if answer.trickles {
            self.later(Duration::ZERO, Event::Trickle(ask));
        }
        if answer.never || answer.trickles {
            return;
        }
        if answer.fails {
            self.input(Input::ChatFailed {
                ask,
                failure: failure("llm", "refused_503"),
            });
            return;
        }
        for piece in answer.text.split_inclusive(' ') {
            self.input(Input::ChatText { ask, text: piece });
        }
        self.input(Input::ChatExpects {
            ask,
            expecting: answer.expecting,
        });
        if let Some(name) = answer.tool {
            let id = format!("{name}-{}", self.asks);
            let call = ToolCall {
                id,
                name: name.into(),
                arguments: "{}".into(),
            };
            self.input(Input::ChatToolCall { ask, call });
        }
        self.input(Input::ChatFinished {
            ask,
            tokens_in: 1,
            tokens_out: 1,
        });
    }

    /// 60 ms of audio a letter, all at once.
    fn speak(&mut self, clause: ClauseId) {
        if self.script.tts_trickles && self.clauses.contains_key(&clause.0) {
            let samples = &[];
            self.input(Input::SpeechAudio { clause, samples });
            self.later(Duration::from_secs(2), Event::Audio(clause));
            return;
        }
        let Some(text) = self.clauses.remove(&clause.0) else {
            return;
        };
        if self.script.tts_fails {
            self.input(Input::SpeechFailed {
                clause,
                failure: failure("tts", "unreachable"),
            });
            return;
        }
        let samples = vec![1000_i16; text.len() * 480];
        self.input(Input::SpeechAudio {
            clause,
            samples: &samples,
        });
        self.input(Input::SpeechFinished { clause });
    }

    pub(crate) fn input(&mut self, input: Input<'_>) {
        self.call.handle_input(input, self.now);
        while let Some(output) = self.call.poll_output() {
            assert!(self.ended.is_none(), "nothing follows the end: {output:?}");
            self.carry_out(output);
        }
        let Some(at) = self.call.poll_timeout() else {
            return;
        };
        if self
            .scheduled_timeout
            .is_none_or(|scheduled| at < scheduled)
        {
            self.scheduled_timeout = Some(at);
            self.at(at.max(self.now), Event::Timeout);
        }
    }

    fn carry_out(&mut self, output: Output) {
        let ms = self.ms();
        match output {
            Output::CallerFrame(_)
            | Output::CancelAsk { .. }
            | Output::Recognize(Recognize::Begin { .. }) => {}
            Output::AgentHeard(played) => self.heard_samples += played.samples().len() as u64,
            Output::SendMedia(_) => {
                self.seen.push(Seen::Media(ms));
                self.play();
            }
            Output::SendMark(name) => {
                let at = self.carrier.plays_until.unwrap_or(self.now).max(self.now);
                self.carrier.marks.push_back((at, name.to_string()));
                if self.script.echo_marks {
                    self.at(at + Duration::from_millis(5), Event::Mark(name.to_string()));
                }
            }
            Output::SendClear => {
                self.seen.push(Seen::Clear(ms));
                self.clear();
            }
            Output::Recognize(Recognize::Transcribe { turn }) => {
                self.attempt += 1;
                let attempt = self.attempt;
                self.later(self.script.asr, Event::Transcript(turn, attempt));
            }
            Output::Recognize(Recognize::Resume { .. } | Recognize::Finish { .. }) => {
                self.attempt += 1;
            }
            Output::JudgeTurnEnd { turn } => {
                self.later(Duration::from_millis(40), Event::Judged(turn));
            }
            Output::Ask { ask, messages } => {
                self.seen.push(Seen::Ask(ms, messages));
                self.later(self.script.chat, Event::Chat(ask));
            }
            Output::Speak { clause, text } => {
                self.seen.push(Seen::Speak(ms, text.clone()));
                self.clauses.insert(clause.0, text);
                self.later(self.script.tts, Event::Audio(clause));
            }
            Output::CancelSpeech { from } => self.clauses.retain(|id, _| *id < from.0),
            Output::RunTool(call) => self.later(self.script.tool, Event::Tool(call.id)),
            Output::TurnDone(turn) => self.turns.push(*turn),
            Output::Event(event) => self.events.push((event.at_ms, event.kind)),
            Output::Ended(summary) => self.ended = Some((ms, *summary)),
        }
    }

    fn play(&mut self) {
        let from = self.carrier.plays_until.unwrap_or(self.now).max(self.now);
        let until = from + Duration::from_millis(20);
        let ahead = until - self.now;
        assert!(
            ahead <= Duration::from_millis(300),
            "{ahead:?} ahead of the ear"
        );
        self.carrier.plays_until = Some(until);
        self.carrier.frames.push_back(from);
        self.played_samples += 160;
    }

    fn clear(&mut self) {
        let unplayed: u64 = self
            .carrier
            .frames
            .iter()
            .map(|from| {
                let played = self.now.saturating_duration_since(*from);
                160 - (played.as_micros() as u64 / 125).min(160)
            })
            .sum();
        self.played_samples -= unplayed;
        self.carrier.frames.clear();
        self.carrier.plays_until = Some(self.now);
        let pending: Vec<String> = self.carrier.marks.drain(..).map(|(_, name)| name).collect();
        if !self.script.echo_marks {
            return;
        }
        for name in pending {
            self.later(Duration::from_millis(5), Event::Mark(name));
        }
    }
}

fn is_over(stops_at: Option<u64>, ms: u64) -> bool {
    stops_at.is_some_and(|at| at <= ms)
}

fn failure(stage: &str, code: &str) -> Failure {
    Failure {
        provider: format!("scripted-{stage}"),
        stage: stage.into(),
        code: code.into(),
    }
}

/// What holds of every say of the agent: the text is what was heard, and each of its words has a time within it.
pub(crate) fn check_agent_turn(turn: &TurnRecord) {
    assert!(turn.generated.starts_with(&turn.text), "{turn:?}");
    assert_eq!(turn.interrupted, turn.generated != turn.text, "{turn:?}");
    if turn.words.is_empty() {
        assert_eq!(turn.start_ms, turn.end_ms, "there was no sound: {turn:?}");
        return;
    }
    let spoken = turn.words.iter().map(|word| word.text.as_str());
    assert!(spoken.eq(turn.text.split_whitespace()), "{turn:?}");
    let times = turn
        .words
        .iter()
        .flat_map(|word| [word.start_ms, word.end_ms]);
    assert!(times.clone().is_sorted(), "{turn:?}");
    let whole = turn.start_ms..=turn.end_ms;
    assert!(times.clone().all(|at| whole.contains(&at)), "{turn:?}");
}
