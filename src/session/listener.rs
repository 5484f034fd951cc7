//! The ears of a call: has turns transcribed and judged.
//!
//! Transcription begins while the caller pauses and is dropped when they go on, so that a final
//! transcript costs no more time than the pause that ended the turn. The sound itself lies with
//! the driver ([`super::caller_audio`]).

use std::sync::Arc;

use agents::{
    asr::{Recognition, SpeechRecognizer},
    turn_end::TurnEnd,
};
use call::io::TurnId;
use media::frame::MediaTime;
use tokio::sync::mpsc;

use super::event::Event;

/// What the listener is told. Samples are 8 kHz.
#[derive(Debug)]
pub(super) enum Heard {
    /// A turn begins; its sound will be counted from here.
    Begin {
        turn: TurnId,
        from: MediaTime,
    },
    /// The caller pauses: this was added to the turn since the last time.
    Transcribe {
        turn: TurnId,
        samples: Vec<i16>,
    },
    /// The caller goes on: the transcript at hand is of no use.
    Resume,
    Finish {
        turn: TurnId,
    },
    /// Whether a turn that sounds like this is over.
    Judge {
        turn: TurnId,
        samples: Vec<i16>,
    },
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
        turn: None,
    };
    let mut next = heard.recv().await;
    while let Some(input) = next {
        next = match listener.handle(input) {
            Some(turn) => listener.transcribe(turn, &mut heard).await,
            None => heard.recv().await,
        };
    }
}

struct Listener {
    recognizer: Arc<dyn SpeechRecognizer>,
    turn_end: Arc<dyn TurnEnd>,
    events: mpsc::Sender<Event>,
    turn: Option<Turn>,
}

struct Turn {
    id: TurnId,
    began: MediaTime,
    recognition: Box<dyn Recognition>,
}

impl Listener {
    /// Takes one input; returns a turn that is to be transcribed.
    fn handle(&mut self, input: Heard) -> Option<TurnId> {
        match input {
            Heard::Begin { turn, from } => {
                self.turn = Some(Turn {
                    id: turn,
                    began: from,
                    recognition: self.recognizer.begin(),
                });
            }
            Heard::Transcribe { turn, samples } => {
                let open = self.turn.as_mut().filter(|open| open.id == turn)?;
                open.recognition.push(&samples);
                return Some(turn);
            }
            Heard::Judge { turn, samples } => {
                spawn_judgement(&self.turn_end, &self.events, turn, samples);
            }
            // A transcription in progress was dropped when this came.
            Heard::Resume => {}
            Heard::Finish { turn } => self.turn = self.turn.take().filter(|open| open.id != turn),
        }
        None
    }

    /// Transcribes until there is a transcript or something comes that makes it useless. Returns
    /// the input to go on with.
    async fn transcribe(&mut self, id: TurnId, heard: &mut mpsc::Receiver<Heard>) -> Option<Heard> {
        let Self {
            turn,
            events,
            turn_end,
            ..
        } = self;
        let Some(turn) = turn.as_mut().filter(|turn| turn.id == id) else {
            return heard.recv().await;
        };
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
                    Some(Heard::Judge { turn, samples }) => {
                        spawn_judgement(turn_end, events, turn, samples);
                    }
                    // The caller went on, or the turn is over: this transcript is of no use.
                    other => return other,
                },
            }
        }
    }
}

fn spawn_judgement(
    turn_end: &Arc<dyn TurnEnd>,
    events: &mpsc::Sender<Event>,
    turn: TurnId,
    audio: Vec<i16>,
) {
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
