//! The fourteen orders in which speech start (S), interim (I), final transcript (T) and speech
//! end (E) can reach a turn controller, named as a public voice framework names its own tests for
//! them. Whatever the order: the turn ends once, its words are asked once, nothing is stuck.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test looks at what it is about"
)]

use std::time::{Duration, Instant};

use call::{
    Call, Input, Output,
    conversation::Message,
    io::{Part, Recognize, TurnId},
};
use media::frame::MediaTime;
use rstest::rstest;
use tenant_config::voice::VoiceSettings;

use crate::world::{Script, config};

/// A call without a greeting, driven event by event on a 10 ms grid.
struct Bench {
    call: Call,
    began: Instant,
    ms: u64,
    windows: u64,
    speaking: bool,
    turn: Option<TurnId>,
    finals: u32,
    asked: Vec<Vec<Message>>,
}

impl Bench {
    fn new() -> Self {
        let script = Script {
            greeting: "",
            settings: VoiceSettings::default(),
            ..Script::default()
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "an origin for virtual time; nothing reads it again"
        )]
        let began = Instant::now();
        let mut bench = Self {
            call: Call::new(config(&script), began),
            began,
            ms: 0,
            windows: 0,
            speaking: false,
            turn: None,
            finals: 0,
            asked: Vec::new(),
        };
        bench.input(Input::Started);
        bench
    }

    fn input(&mut self, input: Input<'_>) {
        let now = self.began + Duration::from_millis(self.ms);
        self.call.handle_input(input, now);
        while let Some(output) = self.call.poll_output() {
            match output {
                Output::Recognize(Recognize::Begin { turn, .. }) => self.turn = Some(turn),
                Output::Ask { messages, .. } => self.asked.push(messages),
                _ => {}
            }
        }
    }

    fn wait(&mut self, ms: u64) {
        let end = self.ms + ms;
        while self.ms < end {
            self.ms += 10;
            if self.ms.is_multiple_of(20) {
                self.input(Input::Media {
                    timestamp_ms: self.ms,
                    chunk: None,
                    payload: &[0xff; 160],
                });
            }
            while (self.windows + 1) * 32 <= self.ms {
                self.windows += 1;
                let probability = if self.speaking { 0.9 } else { 0.01 };
                let until = MediaTime::from_ms(self.windows * 32);
                self.input(Input::SpeechProbability {
                    until,
                    window_samples: 256,
                    probability,
                });
            }
            self.input(Input::Timeout);
        }
    }

    fn event(&mut self, event: char) {
        match event {
            'S' => {
                self.speaking = true;
                self.wait(300);
            }
            'E' => {
                self.speaking = false;
                self.wait(300);
            }
            'I' => self.transcript(Part::Interim, "Hel"),
            'T' => {
                self.finals += 1;
                let text = if self.finals == 1 {
                    "Hello!"
                } else {
                    "How are you?"
                };
                self.transcript(Part::Segment, text);
            }
            // Time passes.
            '.' => self.wait(600),
            other => panic!("no such event: {other}"),
        }
    }

    fn transcript(&mut self, part: Part, text: &str) {
        let turn = self.turn;
        self.input(Input::Transcript {
            turn,
            part,
            text,
            confidence: None,
            words: &[],
        });
        self.wait(50);
    }

    fn caller_said(&self) -> String {
        let last = self.asked.last().expect("the turn was answered");
        last.iter()
            .filter_map(|message| match message {
                Message::Caller { text } => Some(text.as_str()),
                _ => None,
            })
            .collect::<Vec<_>>()
            .join(" ")
    }
}

#[rstest]
#[case::ste("STE", "Hello!")]
#[case::site("SITE", "Hello!")]
#[case::st1iest2e("STIESTE", "Hello! How are you?")]
#[case::siet("SIET", "Hello!")]
#[case::sieit("SIEIT", "Hello!")]
#[case::set("SET", "Hello!")]
#[case::seit("SEIT", "Hello!")]
#[case::st1et2("STET", "Hello! How are you?")]
#[case::set1t2("SETT", "Hello! How are you?")]
#[case::siet1it2("SIETIT", "Hello! How are you?")]
#[case::t("T", "Hello!")]
#[case::it("IT", "Hello!")]
#[case::sie_delay_it("SIE.IT", "Hello!")]
#[case::se_delay_t("SE.T", "Hello!")]
fn every_order_of_events_gives_one_turn(#[case] order: &str, #[case] said: &str) {
    let mut bench = Bench::new();
    bench.wait(200);
    order.chars().for_each(|event| bench.event(event));
    bench.wait(4_000);
    assert_eq!(bench.caller_said(), said, "{order}");
    assert_eq!(bench.asked.len(), 1, "{order} is answered once");
    assert!(
        bench.call.poll_timeout().is_some(),
        "{order} leaves a deadline"
    );
}

#[test]
fn speech_without_a_transcript_does_not_leave_the_call_stuck() {
    let mut bench = Bench::new();
    for event in "SE".chars() {
        bench.event(event);
    }
    bench.wait(12_000);
    assert!(bench.asked.is_empty());
    assert!(bench.call.poll_timeout().is_some());
    bench.wait(60_000);
    assert!(bench.call.is_ended() || !bench.asked.is_empty());
}
