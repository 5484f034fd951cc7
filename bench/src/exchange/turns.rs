//! What became of what the caller said: answered when, cleared when. One turn at a time, since a
//! turn is settled when the next begins.

use media::frame::MediaTime;

use super::{figures::Figures, held::of_samples};
use crate::mouth::Utterance;

/// An answer that is not there this long after the caller's last sound counts as missing, in ms,
/// also when the caller never speaks again.
const ANSWER_WITHIN_MS: u64 = 10_000;

/// The caller's turns in one stream.
#[derive(Debug, Default)]
pub(super) struct Turns {
    count: usize,
    last: Option<Turn>,
}

#[derive(Debug, Clone, Copy)]
struct Turn {
    start: MediaTime,
    speech_end: MediaTime,
    /// It was said over the agent, and no `clear` has come.
    awaits_clear: bool,
    awaits_answer: bool,
}

impl Turns {
    /// Looks whether the caller has begun to say something more.
    pub(super) fn caller_said(&mut self, utterances: &[Utterance], figures: &mut Figures) {
        let Some(said) = utterances.last().filter(|_| utterances.len() > self.count) else {
            return;
        };
        self.count = utterances.len();
        self.settle(figures);
        self.last = Some(Turn {
            start: said.start,
            speech_end: said.speech_end,
            awaits_clear: said.barge_in && !said.impatient,
            awaits_answer: true,
        });
    }

    /// The agent is heard to begin at `at`.
    pub(super) fn agent_began(&mut self, at: MediaTime, figures: &mut Figures) {
        let Some(turn) = self.last.as_mut().filter(|turn| turn.awaits_answer) else {
            return;
        };
        if at >= turn.speech_end {
            turn.awaits_answer = false;
            let latency = at.samples_since(turn.speech_end);
            figures.answer.record(of_samples(latency));
        } else if !turn.awaits_clear {
            figures.cut_off += 1;
        }
    }

    /// A `clear` came at `at`.
    pub(super) fn cleared(&mut self, at: MediaTime, figures: &mut Figures) {
        if let Some(turn) = self.last.as_mut().filter(|turn| turn.awaits_clear) {
            turn.awaits_clear = false;
            figures
                .clear
                .record(of_samples(at.samples_since(turn.start)));
        }
    }

    /// The stream is over.
    pub(super) fn end(&mut self, now: MediaTime, figures: &mut Figures) {
        let patience = MediaTime::from_ms(ANSWER_WITHIN_MS).0;
        if self
            .last
            .is_some_and(|turn| now.samples_since(turn.speech_end) >= patience)
        {
            self.settle(figures);
        }
    }

    fn settle(&mut self, figures: &mut Figures) {
        if let Some(turn) = self.last.take() {
            figures.unanswered += u64::from(turn.awaits_answer);
            figures.uncleared += u64::from(turn.awaits_clear);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(start_ms: u64, barge_in: bool) -> Utterance {
        Utterance {
            name: "x".to_owned(),
            start: MediaTime::from_ms(start_ms),
            end: MediaTime::from_ms(start_ms + 1_000),
            speech_end: MediaTime::from_ms(start_ms + 900),
            barge_in,
            impatient: false,
        }
    }

    #[test]
    fn an_answer_is_timed_from_the_last_loud_sample() {
        let (mut turns, mut figures) = (Turns::default(), Figures::default());
        turns.caller_said(&[said(1_000, false)], &mut figures);
        turns.agent_began(MediaTime::from_ms(2_600), &mut figures);
        turns.agent_began(MediaTime::from_ms(9_000), &mut figures);
        assert_eq!(figures.answer.count(), 1);
        assert!((figures.answer.max_ms().unwrap() - 700.0).abs() < 1.0);
        turns.end(MediaTime::from_ms(99_000), &mut figures);
        assert_eq!((figures.unanswered, figures.cut_off), (0, 0));
    }

    #[test]
    fn what_is_never_answered_or_cleared_is_counted() {
        let (mut turns, mut figures) = (Turns::default(), Figures::default());
        let both = [said(1_000, true), said(5_000, true)];
        turns.caller_said(&both[..1], &mut figures);
        turns.caller_said(&both, &mut figures);
        turns.cleared(MediaTime::from_ms(5_200), &mut figures);
        turns.end(MediaTime::from_ms(9_000), &mut figures);
        assert_eq!((figures.unanswered, figures.uncleared), (1, 1));
        assert!((figures.clear.max_ms().unwrap() - 200.0).abs() < 1.0);
    }
}
