//! Any inputs in any order, fitting or absurd: doubled, late, for things never asked for, with time
//! standing still or jumping. Whatever comes, the call is never stuck, says nothing after its end,
//! keeps a deadline for every wait, counts no sound as heard that it did not send and none as sent
//! that nobody made; and the same inputs give the same outputs, also by way of a written log.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use call::{
    Call, CallConfig, Output,
    conversation::{CallControl, Expecting, ToolCall},
    io::{AskId, ClauseId, Command, Part, Recognize, StreamEnd, TurnId},
    log::{CallLog, LogWriter, OwnedInput, Replay, Tail, replay},
    record::{Failure, Speaker, TurnRecord, WordTime},
};
use media::dtmf::Digit;
use proptest::prelude::*;

use crate::world::{Script, check_agent_turn, config};

/// One thing that happens, some time after the one before.
#[derive(Debug, Clone)]
struct Step {
    after: Duration,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    /// This input, whether it makes sense or not.
    Raw(OwnedInput),
    /// What somebody who works for the call would do now.
    Fitting(Fitting),
}

/// Answers to what the machine last asked for.
#[derive(Debug, Clone)]
enum Fitting {
    Speech { windows: u8 },
    Silence { windows: u8 },
    Frames { count: u8 },
    Transcript(String),
    Judge(f32),
    Words(String),
    Tool,
    ToolAnswer(Option<CallControl>),
    ChatFinished,
    Audio { samples: u16 },
    AudioFinished,
    MarkEcho,
    Timeout,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let after = prop_oneof![
        4 => Just(0),
        6 => 1_000_u64..20_000_000,
        6 => Just(20_000_000),
        3 => 20_000_000_u64..3_000_000_000,
        1 => 3_000_000_000_u64..4_000_000_000_000,
    ]
    .prop_map(Duration::from_nanos);
    let what = prop_oneof![
        1 => raw().prop_map(What::Raw),
        2 => fitting().prop_map(What::Fitting),
    ];
    prop::collection::vec(
        (after, what).prop_map(|(after, what)| Step { after, what }),
        0..120,
    )
}

fn words() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "",
        " ",
        "Yes.",
        "Okay.",
        "mm-hm",
        "Book a cleaning and",
        "What does it cost? I would like to know, before I come.",
        "Dr. Groß opens at 8:30, 9:15\u{a0}and – naturally – \u{1F600} later. Which?",
        "...!?,",
        "a\nb\n\nc",
    ])
    .prop_map(str::to_owned)
}

fn fitting() -> impl Strategy<Value = Fitting> {
    let control = prop::option::weighted(
        0.3,
        prop::sample::select(vec![
            CallControl::HangUp,
            CallControl::Transfer,
            CallControl::Voicemail,
        ]),
    );
    prop_oneof![
        (1_u8..40).prop_map(|windows| Fitting::Speech { windows }),
        (1_u8..60).prop_map(|windows| Fitting::Silence { windows }),
        (1_u8..20).prop_map(|count| Fitting::Frames { count }),
        words().prop_map(Fitting::Transcript),
        (0.0_f32..1.0).prop_map(Fitting::Judge),
        words().prop_map(Fitting::Words),
        Just(Fitting::Tool),
        control.prop_map(Fitting::ToolAnswer),
        Just(Fitting::ChatFinished),
        (0_u16..12_000).prop_map(|samples| Fitting::Audio { samples }),
        Just(Fitting::AudioFinished),
        Just(Fitting::MarkEcho),
        Just(Fitting::Timeout),
    ]
}

fn turns() -> impl Strategy<Value = TurnId> {
    prop_oneof![0_u64..5, any::<u64>()].prop_map(TurnId)
}

fn asks() -> impl Strategy<Value = AskId> {
    prop_oneof![0_u64..5, any::<u64>()].prop_map(AskId)
}

fn clauses() -> impl Strategy<Value = ClauseId> {
    prop_oneof![0_u64..8, any::<u64>()].prop_map(ClauseId)
}

fn failures() -> impl Strategy<Value = Failure> {
    Just(Failure {
        provider: "p".into(),
        stage: "s".into(),
        code: "c".into(),
    })
}

fn raw() -> impl Strategy<Value = OwnedInput> {
    prop_oneof![
        1 => Just(OwnedInput::Started),
        1 => Just(OwnedInput::Timeout),
        1 => prop::sample::select(vec![StreamEnd::Stopped, StreamEnd::Lost])
            .prop_map(OwnedInput::StreamEnded),
        1 => Just(OwnedInput::Command(Command::HangUp)),
        8 => raw_of_the_caller(),
        8 => raw_of_the_minds(),
    ]
}

fn raw_of_the_caller() -> impl Strategy<Value = OwnedInput> {
    let digit = prop::sample::select("0123456789*#ABCD".chars().collect::<Vec<_>>())
        .prop_map(|key| OwnedInput::Digit(Digit::try_from(key).expect("a key")));
    let media = (
        prop_oneof![0_u64..10_000, any::<u64>()],
        prop::option::of(prop_oneof![0_u64..500, any::<u64>()]),
        prop::sample::select(vec![0_usize, 1, 159, 160, 161, 8_000]),
        any::<u8>(),
    )
        .prop_map(|(timestamp_ms, chunk, size, byte)| OwnedInput::Media {
            timestamp_ms,
            chunk,
            payload: vec![byte; size],
        });
    let judged = (
        prop_oneof![0_u64..100_000, any::<u64>()],
        prop_oneof![Just(256_u64), any::<u64>()],
        prop::sample::select(vec![0.0, 0.3, 0.5, 0.99, f32::NAN, f32::INFINITY, -1.0]),
    )
        .prop_map(
            |(until, window_samples, probability)| OwnedInput::SpeechProbability {
                until,
                window_samples,
                probability,
            },
        );
    let transcript = (
        prop::option::of(turns()),
        prop::sample::select(vec![Part::Interim, Part::Segment, Part::Whole]),
        words(),
        prop::option::of(0_u64..2_000),
    )
        .prop_map(|(turn, part, text, word)| OwnedInput::Transcript {
            turn,
            part,
            words: word
                .map(|start_ms| WordTime {
                    text: text.clone(),
                    start_ms,
                    end_ms: start_ms / 2,
                })
                .into_iter()
                .collect(),
            text,
            confidence: None,
        });
    let mark = prop_oneof!["m[0-9]{1,2}", ".{0,8}"].prop_map(OwnedInput::Mark);
    let turn_end = (turns(), prop::option::of(-1.0_f32..2.0))
        .prop_map(|(turn, probability)| OwnedInput::TurnEndJudged { turn, probability });
    let failed = (turns(), failures())
        .prop_map(|(turn, failure)| OwnedInput::RecognizerFailed { turn, failure });
    prop_oneof![digit, media, judged, transcript, mark, turn_end, failed]
}

fn raw_of_the_minds() -> impl Strategy<Value = OwnedInput> {
    let ids = || prop::sample::select(vec!["", "a", "b"]);
    let tool_call = (asks(), ids()).prop_map(|(ask, id)| OwnedInput::ChatToolCall {
        ask,
        call: tool(id),
    });
    let answered = (ids(), words()).prop_map(|(id, content)| OwnedInput::ToolAnswered {
        id: id.to_owned(),
        content,
        control: None,
    });
    let expects = prop::sample::select(vec![
        Expecting::YesNo,
        Expecting::Digits,
        Expecting::Dictation,
    ]);
    prop_oneof![
        (asks(), words()).prop_map(|(ask, text)| OwnedInput::ChatText { ask, text }),
        tool_call,
        (asks(), expects).prop_map(|(ask, expecting)| OwnedInput::ChatExpects { ask, expecting }),
        (asks(), any::<u32>()).prop_map(|(ask, tokens)| OwnedInput::ChatFinished {
            ask,
            tokens_in: tokens,
            tokens_out: tokens,
        }),
        (asks(), failures()).prop_map(|(ask, failure)| OwnedInput::ChatFailed { ask, failure }),
        answered,
        (clauses(), 0_usize..10_000).prop_map(|(clause, samples)| OwnedInput::SpeechAudio {
            clause,
            samples: vec![700; samples],
        }),
        clauses().prop_map(|clause| OwnedInput::SpeechFinished { clause }),
        (clauses(), failures())
            .prop_map(|(clause, failure)| OwnedInput::SpeechFailed { clause, failure }),
    ]
}

fn tool(id: &str) -> ToolCall {
    ToolCall {
        id: id.to_owned(),
        name: "book".into(),
        arguments: "{}".into(),
    }
}

/// The machine, what went in, and what is known from what came out.
struct Bench {
    config: CallConfig,
    call: Call,
    began: Instant,
    at: Duration,
    log: Vec<(Duration, OwnedInput, Vec<Output>)>,
    windows: u64,
    frames: u64,
    turn: TurnId,
    ask: AskId,
    clauses: BTreeSet<ClauseId>,
    tools: Vec<String>,
    marks: Vec<String>,
    /// Samples.
    made: u64,
    sent: u64,
    heard: u64,
    turns: Vec<TurnRecord>,
    ended: bool,
}

impl Bench {
    fn new(greeting: &'static str) -> Self {
        let mut script = Script {
            greeting,
            ..Script::default()
        };
        script.settings.max_duration = Duration::from_secs(30);
        let config = config(&script);
        #[expect(
            clippy::disallowed_methods,
            reason = "an origin for virtual time; nothing reads it again"
        )]
        let began = Instant::now();
        Self {
            call: Call::new(config.clone(), began),
            config,
            began,
            at: Duration::ZERO,
            log: Vec::new(),
            windows: 0,
            frames: 0,
            turn: TurnId(0),
            ask: AskId(0),
            clauses: BTreeSet::new(),
            tools: Vec::new(),
            marks: Vec::new(),
            made: 0,
            sent: 0,
            heard: 0,
            turns: Vec::new(),
            ended: false,
        }
    }

    fn step(&mut self, step: &Step) -> Result<(), TestCaseError> {
        self.at += step.after;
        match &step.what {
            What::Raw(input) => self.input(input.clone()),
            What::Fitting(fitting) => self.fit(fitting),
        }
    }

    fn fit(&mut self, fitting: &Fitting) -> Result<(), TestCaseError> {
        let (turn, ask) = (self.turn, self.ask);
        let clause = self.clauses.first().copied().unwrap_or(ClauseId(0));
        match fitting {
            Fitting::Speech { windows } => self.judge(*windows, 0.95),
            Fitting::Silence { windows } => self.judge(*windows, 0.02),
            Fitting::Frames { count } => (0..*count).try_for_each(|_| self.frame()),
            Fitting::Transcript(text) => self.input(OwnedInput::Transcript {
                turn: Some(turn),
                part: Part::Whole,
                text: text.clone(),
                confidence: Some(0.9),
                words: Vec::new(),
            }),
            Fitting::Judge(probability) => self.input(OwnedInput::TurnEndJudged {
                turn,
                probability: Some(*probability),
            }),
            Fitting::Words(text) => self.input(OwnedInput::ChatText {
                ask,
                text: text.clone(),
            }),
            Fitting::Tool => {
                let id = format!("t{}", self.log.len());
                self.input(OwnedInput::ChatToolCall {
                    ask,
                    call: tool(&id),
                })
            }
            Fitting::ToolAnswer(control) => {
                let id = self.tools.pop().unwrap_or_default();
                self.input(OwnedInput::ToolAnswered {
                    id,
                    content: r#"{"ok":true}"#.into(),
                    control: control.clone(),
                })
            }
            Fitting::ChatFinished => self.input(OwnedInput::ChatFinished {
                ask,
                tokens_in: 1,
                tokens_out: 1,
            }),
            Fitting::Audio { samples } => self.input(OwnedInput::SpeechAudio {
                clause,
                samples: vec![500; usize::from(*samples)],
            }),
            Fitting::AudioFinished => self.input(OwnedInput::SpeechFinished { clause }),
            Fitting::MarkEcho => {
                let name = self.marks.pop().unwrap_or_default();
                self.input(OwnedInput::Mark(name))
            }
            Fitting::Timeout => self.time_out(),
        }
    }

    fn judge(&mut self, windows: u8, probability: f32) -> Result<(), TestCaseError> {
        for _ in 0..windows {
            self.windows += 1;
            self.at = self.at.max(Duration::from_millis(self.windows * 32));
            let until = self.windows * 256;
            self.input(OwnedInput::SpeechProbability {
                until,
                window_samples: 256,
                probability,
            })?;
        }
        Ok(())
    }

    fn frame(&mut self) -> Result<(), TestCaseError> {
        self.frames += 1;
        self.at = self.at.max(Duration::from_millis(self.frames * 20));
        self.input(OwnedInput::Media {
            timestamp_ms: self.frames * 20,
            chunk: Some(self.frames),
            payload: vec![0x55; 160],
        })
    }

    /// Goes to the next deadline.
    fn time_out(&mut self) -> Result<(), TestCaseError> {
        if let Some(at) = self.call.poll_timeout() {
            self.at = self.at.max(at.saturating_duration_since(self.began));
        }
        self.input(OwnedInput::Timeout)
    }

    fn input(&mut self, input: OwnedInput) -> Result<(), TestCaseError> {
        if let OwnedInput::SpeechAudio { samples, .. } = &input {
            self.made += samples.len() as u64;
        }
        if let OwnedInput::SpeechFinished { clause } = &input {
            self.clauses.remove(clause);
        }
        self.call
            .handle_input(input.as_input(), self.began + self.at);
        let outputs: Vec<Output> = std::iter::from_fn(|| self.call.poll_output()).collect();
        for output in &outputs {
            prop_assert!(!self.ended, "nothing follows the end: {output:?}");
            self.note(output);
        }
        self.log.push((self.at, input, outputs));
        let waits = self.call.poll_timeout().is_some();
        prop_assert_eq!(
            waits,
            !self.ended,
            "every wait has a deadline, and the end none"
        );
        prop_assert_eq!(self.call.is_ended(), self.ended);
        prop_assert!(self.clauses.len() <= 2, "two clauses in synthesis at most");
        prop_assert!(
            self.heard <= self.sent,
            "heard {} of {}",
            self.heard,
            self.sent
        );
        // The last frame of each say is filled up with silence.
        let padding = 160 * (self.log.len() as u64 + 1);
        prop_assert!(self.sent <= self.made + padding);
        Ok(())
    }

    fn note(&mut self, output: &Output) {
        match output {
            Output::Recognize(Recognize::Begin { turn, .. }) => self.turn = *turn,
            Output::Ask { ask, .. } => self.ask = *ask,
            Output::Speak { clause, .. } => {
                self.clauses.insert(*clause);
            }
            Output::CancelSpeech { from } => {
                self.clauses.retain(|clause| clause < from);
            }
            Output::RunTool(call) => self.tools.push(call.id.clone()),
            Output::SendMark(name) => self.marks.push(name.to_string()),
            Output::SendMedia(_) => self.sent += 160,
            Output::AgentHeard(played) => self.heard += played.samples().len() as u64,
            Output::TurnDone(turn) => self.turns.push(turn.as_ref().clone()),
            Output::Ended(_) => self.ended = true,
            Output::CallerFrame(_)
            | Output::SendClear
            | Output::Recognize(_)
            | Output::JudgeTurnEnd { .. }
            | Output::CancelAsk { .. }
            | Output::Event(_) => {}
        }
    }

    /// Nothing comes any more but time.
    fn run_out(&mut self) -> Result<(), TestCaseError> {
        let latest = self.at + Duration::from_secs(90);
        let mut standing = 0;
        while !self.ended {
            let before = self.at;
            self.time_out()?;
            standing = if self.at == before { standing + 1 } else { 0 };
            prop_assert!(standing < 100, "deadlines in the past come again and again");
            prop_assert!(self.at < latest, "the call is stuck");
        }
        Ok(())
    }

    fn check_turns(&self) -> Result<(), TestCaseError> {
        for (at, turn) in self.turns.iter().enumerate() {
            prop_assert_eq!(turn.seq as usize, at);
            prop_assert!(turn.start_ms <= turn.end_ms, "{:?}", turn);
            prop_assert!(!turn.text.is_empty(), "{:?}", turn);
            if turn.speaker == Speaker::Agent {
                check_agent_turn(turn);
            }
        }
        let agent = self.turns.iter().filter(|t| t.speaker == Speaker::Agent);
        prop_assert!(agent.is_sorted_by_key(|turn| turn.start_ms));
        Ok(())
    }

    /// The log, written and read back, gives the same outputs.
    fn check_replay(&self) -> Result<(), TestCaseError> {
        let (log, again) = self.replayed();
        prop_assert_eq!(log.tail, Tail::Complete);
        prop_assert_eq!(&log.config, &self.config);
        prop_assert_eq!(again.inputs, self.log.len());
        prop_assert!(again.ended);
        prop_assert_eq!(again.differences, []);
        Ok(())
    }

    fn replayed(&self) -> (CallLog, Replay) {
        let mut writer = LogWriter::begin(Vec::new(), &self.config).expect("a Vec takes all");
        for (at, input, outputs) in &self.log {
            writer.entry(*at, input, outputs).expect("a Vec takes all");
        }
        let written = writer.end(true).expect("a Vec takes all");
        let log = CallLog::read(std::str::from_utf8(&written).expect("JSON is UTF-8"))
            .expect("what is written can be read");
        let later = self.began + Duration::from_secs(1_000);
        let again = replay(&log, later).expect("outputs are JSON");
        (log, again)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_inputs_leave_a_call_that_ends_and_replays(
        greeting in prop::sample::select(vec!["", "Hello.", "Hello, how can I help you, on this fine day?"]),
        steps in steps(),
    ) {
        let mut bench = Bench::new(greeting);
        bench.input(OwnedInput::Started)?;
        for step in &steps {
            bench.step(step)?;
        }
        bench.run_out()?;
        bench.check_turns()?;
        bench.check_replay()?;
    }
}
