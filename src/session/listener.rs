//! The ears of a call: keeps the caller's recent audio, has turns transcribed and judged.
//!
//! Transcription begins while the caller pauses and is dropped when they go on, so that a final
//! transcript costs no more time than the pause that ended the turn.

use std::{collections::VecDeque, sync::Arc};

use agents::{
    asr::{Recognition, SpeechRecognizer},
    turn_end::TurnEnd,
};
use call::io::{Recognize, TurnId};
use media::frame::{Frame, MediaTime, SAMPLE_RATE};
use tokio::sync::mpsc;

use super::event::Event;

/// What the listener is told. Frames come in order.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all are frames; a box for each would allocate fifty times a second"
)]
pub(super) enum Heard {
    Frame(Frame),
    Recognize(Recognize),
    Judge(TurnId),
}

/// Runs until its channel closes.
pub(super) async fn run(
    recognizer: Arc<dyn SpeechRecognizer>,
    turn_end: Arc<dyn TurnEnd>,
    mut heard: mpsc::Receiver<Heard>,
    events: mpsc::Sender<Event>,
) {
    let mut listener = Listener {
        recognizer,
        turn_end,
        events,
        audio: Audio::default(),
        turn: None,
    };
    let mut next = heard.recv().await;
    while let Some(input) = next {
        next = match listener.handle(&input) {
            Some(turn) => listener.transcribe(turn, &mut heard).await,
            None => heard.recv().await,
        };
    }
}

struct Listener {
    recognizer: Arc<dyn SpeechRecognizer>,
    turn_end: Arc<dyn TurnEnd>,
    events: mpsc::Sender<Event>,
    audio: Audio,
    turn: Option<Turn>,
}

struct Turn {
    id: TurnId,
    began: MediaTime,
    /// Audio up to here is with the recognition.
    given: MediaTime,
    recognition: Box<dyn Recognition>,
}

impl Listener {
    /// Takes one input; returns a turn that is to be transcribed.
    fn handle(&mut self, input: &Heard) -> Option<TurnId> {
        match input {
            Heard::Frame(frame) => self.audio.push(frame),
            Heard::Judge(turn) => self.judge(*turn),
            Heard::Recognize(Recognize::Begin { turn, from }) => {
                let from = (*from).max(self.audio.began);
                let recognition = self.recognizer.begin();
                self.turn = Some(Turn {
                    id: *turn,
                    began: from,
                    given: from,
                    recognition,
                });
            }
            Heard::Recognize(Recognize::Transcribe { turn }) => return Some(*turn),
            // A transcription in progress was dropped when this came.
            Heard::Recognize(Recognize::Resume { .. }) => {}
            Heard::Recognize(Recognize::Finish { turn }) => {
                if self.turn.as_ref().is_some_and(|t| t.id == *turn) {
                    self.turn = None;
                }
            }
        }
        None
    }

    /// Transcribes until there is a transcript or something comes that makes it useless. Returns
    /// the input to go on with.
    async fn transcribe(&mut self, id: TurnId, heard: &mut mpsc::Receiver<Heard>) -> Option<Heard> {
        let Self {
            audio,
            turn,
            events,
            turn_end,
            ..
        } = self;
        let Some(turn) = turn.as_mut().filter(|turn| turn.id == id) else {
            return heard.recv().await;
        };
        turn.recognition
            .push(&audio.between(turn.given, audio.end()));
        turn.given = audio.end();
        let from = turn.began;
        let mut transcript = turn.recognition.transcript();
        loop {
            tokio::select! {
                result = &mut transcript => {
                    drop(transcript);
                    let event = match result {
                        Ok(transcript) => Event::Transcript { turn: id, from, transcript },
                        Err(error) => Event::RecognizerFailed { turn: id, error },
                    };
                    let _ = events.send(event).await;
                    return heard.recv().await;
                }
                input = heard.recv() => match input {
                    Some(Heard::Frame(frame)) => audio.push(&frame),
                    Some(Heard::Judge(turn)) => {
                        spawn_judgement(turn_end, events, turn, audio.between(from, audio.end()));
                    }
                    // The caller went on, or the turn is over: this transcript is of no use.
                    Some(other @ Heard::Recognize(_)) => return Some(other),
                    None => return None,
                },
            }
        }
    }

    fn judge(&self, turn: TurnId) {
        let Some(current) = self.turn.as_ref().filter(|t| t.id == turn) else {
            return;
        };
        let audio = self.audio.between(current.began, self.audio.end());
        spawn_judgement(&self.turn_end, &self.events, turn, audio);
    }
}

fn spawn_judgement(
    turn_end: &Arc<dyn TurnEnd>,
    events: &mpsc::Sender<Event>,
    turn: TurnId,
    mut audio: Vec<i16>,
) {
    let window = (JUDGED_SECONDS * SAMPLE_RATE) as usize;
    if audio.len() > window {
        audio.drain(..audio.len() - window);
    }
    let (turn_end, events) = (Arc::clone(turn_end), events.clone());
    tokio::spawn(async move {
        let probability = turn_end.completion(audio).await.inspect_err(|error| {
            metrics::counter!("trunkline_provider_failures_total", "stage" => "turn_end")
                .increment(1);
            tracing::debug!(%error, "turn end not judged");
        });
        let _ = events
            .send(Event::TurnEnd {
                turn,
                probability: probability.ok(),
            })
            .await;
    });
}

/// The caller's recent audio.
#[derive(Default)]
struct Audio {
    /// Where the oldest kept sample lies.
    began: MediaTime,
    samples: VecDeque<i16>,
}

impl Audio {
    fn push(&mut self, frame: &Frame) {
        if self.samples.is_empty() || frame.at.samples_since(self.end()) > 0 {
            self.align(frame.at);
        }
        self.samples.extend(frame.samples);
        let kept = (KEPT_SECONDS * SAMPLE_RATE) as usize;
        let excess = self.samples.len().saturating_sub(kept);
        self.samples.drain(..excess);
        self.began = self.began.plus_samples(excess as u64);
    }

    /// A jump of the stream's clock: silence if it is short, a new beginning if it is long.
    fn align(&mut self, at: MediaTime) {
        let gap = at.samples_since(self.end());
        if self.samples.is_empty() || gap > u64::from(SAMPLE_RATE) {
            self.samples.clear();
            self.began = at;
            return;
        }
        self.samples.extend(std::iter::repeat_n(0, gap as usize));
    }

    fn end(&self) -> MediaTime {
        self.began.plus_samples(self.samples.len() as u64)
    }

    fn between(&self, from: MediaTime, until: MediaTime) -> Vec<i16> {
        let start = from.samples_since(self.began) as usize;
        let end = (until.samples_since(self.began) as usize).min(self.samples.len());
        if start >= end {
            return Vec::new();
        }
        self.samples.range(start..end).copied().collect()
    }
}

/// More than the longest turn.
const KEPT_SECONDS: u32 = 70;
/// What a turn-end model looks at.
const JUDGED_SECONDS: u32 = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(n: u64) -> Frame {
        Frame {
            at: MediaTime(n * 160),
            samples: [n as i16; 160],
        }
    }

    #[test]
    fn audio_is_found_by_its_time_across_gaps_and_forgetting() {
        let mut audio = Audio::default();
        for n in 0..10 {
            audio.push(&frame(n));
        }
        audio.push(&frame(12));
        assert_eq!(audio.end(), MediaTime(13 * 160));
        assert_eq!(
            audio.between(MediaTime(9 * 160 + 159), MediaTime(10 * 160 + 1)),
            [9, 0]
        );
        for n in 13..10_000 {
            audio.push(&frame(n));
        }
        assert_eq!(audio.samples.len(), (KEPT_SECONDS * SAMPLE_RATE) as usize);
        assert_eq!(
            audio.between(MediaTime(9_999 * 160), audio.end()),
            [9_999; 160]
        );
        assert!(
            audio
                .between(MediaTime(10_000 * 160), audio.end())
                .is_empty()
        );
    }
}
