//! One turn of the caller, from its first sound to its transcript.

use media::frame::MediaTime;

use crate::{
    io::{Part, TurnId},
    record::WordTime,
};

/// Where a turn stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnPhase {
    Speaking,
    /// Silent, but the turn may go on.
    Paused,
    /// Over; only the transcript is missing.
    Ended,
}

/// A turn in progress.
#[derive(Debug, Clone)]
pub struct CallerTurn {
    pub id: TurnId,
    pub phase: TurnPhase,
    pub began: MediaTime,
    /// Where the latest stretch of speech began; barge-in is measured from here.
    pub stretch_began: MediaTime,
    /// The caller's last sound so far.
    pub speech_end: MediaTime,
    /// The turn-end model's judgement of the current pause.
    pub judged: Option<f32>,
    /// The agent was interrupted by this turn.
    pub took_the_word: bool,
    pub confidence: Option<f32>,
    pub words: Vec<WordTime>,
    pub endpoint_ms: Option<u64>,
    pub asr_final_ms: Option<u64>,
    whole: Option<String>,
    segments: String,
    /// The transcript covers everything said.
    current: bool,
}

impl CallerTurn {
    pub fn new(id: TurnId, began: MediaTime) -> Self {
        Self {
            id,
            phase: TurnPhase::Speaking,
            began,
            stretch_began: began,
            speech_end: began,
            judged: None,
            took_the_word: false,
            confidence: None,
            words: Vec::new(),
            endpoint_ms: None,
            asr_final_ms: None,
            whole: None,
            segments: String::new(),
            current: false,
        }
    }

    /// The caller speaks on after a pause.
    pub fn resume(&mut self, at: MediaTime) {
        self.phase = TurnPhase::Speaking;
        self.stretch_began = at;
        self.judged = None;
        self.endpoint_ms = None;
        self.asr_final_ms = None;
        self.current = false;
    }

    /// `speech_end` may lie before the turn's beginning when a recognizer heard it first: the two
    /// keep different clocks.
    pub fn pause(&mut self, speech_end: MediaTime) {
        self.phase = TurnPhase::Paused;
        self.speech_end = speech_end.max(self.began);
    }

    /// Takes in what the recognizer heard.
    pub fn hear(&mut self, part: Part, text: &str) {
        match part {
            Part::Interim => {}
            Part::Segment => {
                if !self.segments.is_empty() {
                    self.segments.push(' ');
                }
                self.segments.push_str(text.trim());
                self.current = true;
            }
            Part::Whole => {
                self.whole = Some(text.trim().to_owned());
                // Made before the caller went on, it lacks what is being said.
                self.current = self.phase != TurnPhase::Speaking;
            }
        }
    }

    /// The transcript, once it covers everything said.
    pub fn text(&self) -> Option<&str> {
        self.current
            .then(|| self.whole.as_deref().unwrap_or(&self.segments))
    }

    /// The best that is known of the words, complete or not.
    pub fn best_text(&self) -> &str {
        self.whole.as_deref().unwrap_or(&self.segments)
    }
}
