//! The caller's recent sound, kept small: a byte a sample, a second or two, and all of the turn in
//! progress.
//!
//! It lies with the driver, so that no task wakes for a frame; the listener is given what it needs
//! when there is something to recognize or to judge.

use std::collections::VecDeque;

use call::io::{Recognize, TurnId};
use media::{
    frame::{Frame, MediaTime, SAMPLE_RATE, SAMPLES_PER_FRAME},
    mulaw,
};

/// The caller's recent sound and which of it belongs to a turn.
#[derive(Debug, Default)]
pub(super) struct CallerAudio {
    /// Where the oldest kept sample lies.
    began: MediaTime,
    /// Mu-law, as it came: decoding and encoding again changes no sample.
    bytes: VecDeque<u8>,
    turn: Option<Turn>,
}

#[derive(Debug)]
struct Turn {
    id: TurnId,
    began: MediaTime,
    /// The recognizer has everything before.
    given: MediaTime,
}

impl CallerAudio {
    pub(super) fn push(&mut self, frame: &Frame) {
        if self.bytes.is_empty() || frame.at.samples_since(self.end()) > 0 {
            self.align(frame.at);
        }
        if self.bytes.capacity() < self.bytes.len() + SAMPLES_PER_FRAME {
            self.bytes.reserve_exact(KEPT);
        }
        self.bytes
            .extend(frame.samples.iter().map(|&sample| mulaw::encode(sample)));
        self.forget();
    }

    /// Notes which turn is open. Returns where it really begins, if this begins one.
    pub(super) fn follow(&mut self, command: Recognize) -> Option<MediaTime> {
        match command {
            Recognize::Begin { turn, from } => {
                let began = from.max(self.began);
                self.turn = Some(Turn {
                    id: turn,
                    began,
                    given: began,
                });
                Some(began)
            }
            Recognize::Finish { turn } => {
                self.turn = self.turn.take().filter(|open| open.id != turn);
                self.forget();
                // A long turn's memory goes back.
                self.bytes.shrink_to(KEPT);
                None
            }
            Recognize::Transcribe { .. } | Recognize::Resume { .. } => None,
        }
    }

    /// What the recognizer does not have of this turn; it has it then.
    pub(super) fn give(&mut self, turn: TurnId) -> Vec<i16> {
        let end = self.end();
        let Some(open) = self.turn.as_mut().filter(|open| open.id == turn) else {
            return Vec::new();
        };
        let given = std::mem::replace(&mut open.given, end);
        self.between(given, end)
    }

    /// The last seconds of this turn, as much as a turn-end model looks at.
    pub(super) fn last_of(&self, turn: TurnId) -> Option<Vec<i16>> {
        let open = self.turn.as_ref().filter(|open| open.id == turn)?;
        let end = self.end();
        let from = MediaTime(end.0.saturating_sub(JUDGED)).max(open.began);
        Some(self.between(from, end))
    }

    /// A jump of the stream's clock: silence if it is short, a new beginning if it is long.
    fn align(&mut self, at: MediaTime) {
        let gap = at.samples_since(self.end());
        if self.bytes.is_empty() || gap > u64::from(SAMPLE_RATE) {
            self.bytes.clear();
            self.began = at;
            return;
        }
        let silence = std::iter::repeat_n(mulaw::SILENCE, gap as usize);
        self.bytes.extend(silence);
    }

    fn forget(&mut self) {
        let idle = self.end().0.saturating_sub(IDLE as u64);
        let wanted = self.turn.as_ref().map_or(idle, |open| open.began.0);
        let from = wanted.max(self.end().0.saturating_sub(LONGEST));
        let excess = MediaTime(from).samples_since(self.began);
        self.bytes.drain(..excess as usize);
        self.began = self.began.plus_samples(excess);
    }

    fn end(&self) -> MediaTime {
        self.began.plus_samples(self.bytes.len() as u64)
    }

    fn between(&self, from: MediaTime, until: MediaTime) -> Vec<i16> {
        let start = from.samples_since(self.began) as usize;
        let end = (until.samples_since(self.began) as usize).min(self.bytes.len());
        if start >= end {
            return Vec::new();
        }
        self.bytes
            .range(start..end)
            .map(|&byte| mulaw::decode(byte))
            .collect()
    }
}

/// Samples kept while there is no turn: speech is noticed later than it begins, and a turn begins
/// a little before its speech. 1 s.
const IDLE: usize = SAMPLE_RATE as usize;
/// These and the frame that comes next.
const KEPT: usize = IDLE + SAMPLES_PER_FRAME;
/// More than the longest turn: 70 s.
const LONGEST: u64 = 70 * SAMPLE_RATE as u64;
/// What a turn-end model looks at: 8 s.
const JUDGED: u64 = 8 * SAMPLE_RATE as u64;

#[cfg(test)]
mod tests {
    use super::*;

    /// A level that mu-law keeps exactly.
    fn level(n: u64) -> i16 {
        mulaw::decode((n % 100) as u8)
    }

    fn push(audio: &mut CallerAudio, frames: std::ops::Range<u64>) {
        for n in frames {
            audio.push(&Frame {
                at: MediaTime(n * 160),
                samples: [level(n); 160],
            });
        }
    }

    #[test]
    fn a_turn_is_given_once_from_before_its_speech_and_across_gaps() {
        let mut audio = CallerAudio::default();
        push(&mut audio, 0..10);
        let turn = TurnId(1);
        let from = MediaTime(9 * 160 + 159);
        assert_eq!(audio.follow(Recognize::Begin { turn, from }), Some(from));
        push(&mut audio, 12..13);
        let given = audio.give(turn);
        assert_eq!(given.len(), 1 + 320 + 160);
        assert_eq!((given[0], given[1], given[321]), (level(9), 0, level(12)));
        assert!(audio.give(turn).is_empty());
        push(&mut audio, 13..14);
        assert_eq!(audio.give(turn), [level(13); 160]);
        assert!(audio.give(TurnId(2)).is_empty());
        assert_eq!(audio.last_of(turn).map(|all| all.len()), Some(641));
        assert_eq!(audio.last_of(TurnId(2)), None);
    }

    #[test]
    fn little_is_kept_without_a_turn_and_a_turn_is_kept_whole() {
        let mut audio = CallerAudio::default();
        push(&mut audio, 0..1_000);
        assert_eq!(audio.bytes.len(), IDLE);
        let turn = TurnId(1);
        let early = audio.follow(Recognize::Begin {
            turn,
            from: MediaTime::ZERO,
        });
        assert_eq!(
            early,
            Some(MediaTime(950 * 160)),
            "what is forgotten is gone"
        );
        push(&mut audio, 1_000..3_000);
        assert_eq!(audio.bytes.len(), 2_050 * 160);
        assert_eq!(audio.last_of(turn).map(|last| last.len()), Some(64_000));
        push(&mut audio, 3_000..10_000);
        assert_eq!(audio.bytes.len() as u64, LONGEST);
        audio.follow(Recognize::Finish { turn });
        assert_eq!(audio.bytes.len(), IDLE);
        assert_eq!(audio.bytes.capacity(), KEPT);
    }
}
