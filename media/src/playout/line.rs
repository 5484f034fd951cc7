//! What was sent, from then until it has been played: the playout clock.

use std::collections::VecDeque;

use super::{UtteranceId, ledger::Ledger};
use crate::{
    frame::{MediaTime, SAMPLES_PER_FRAME},
    mulaw,
};

/// Agent audio as the caller heard it, through mu-law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlayedFrame {
    /// When its first sample reached the ear.
    pub at: MediaTime,
    pub utterance: UtteranceId,
    samples: [i16; SAMPLES_PER_FRAME],
    len: usize,
}

impl PlayedFrame {
    /// What was heard: a whole frame, or less at the end of an utterance or where it was cut.
    pub fn samples(&self) -> &[i16] {
        self.samples.get(..self.len).unwrap_or(&self.samples)
    }
}

#[derive(Debug, Default)]
pub(super) struct Line {
    /// Where the next frame will play, unless that has gone by.
    pub(super) next_at: MediaTime,
    /// Sent and not yet taken as played, by growing time.
    frames: VecDeque<SentFrame>,
}

#[derive(Debug)]
struct SentFrame {
    at: MediaTime,
    utterance: UtteranceId,
    payload: [u8; SAMPLES_PER_FRAME],
    /// Samples of speech; the rest is padding.
    len: usize,
    /// Samples of the utterance sent up to its end.
    upto: u64,
}

impl Line {
    /// Everything sent has been played.
    pub(super) fn is_quiet(&self, now: MediaTime) -> bool {
        self.next_at <= now
    }

    /// Notes a frame that goes out now; it plays behind the last one, or at once when the line is
    /// quiet. Tells how many played frames were given up because nobody took them.
    pub(super) fn send(
        &mut self,
        now: MediaTime,
        utterance: UtteranceId,
        payload: &[u8; SAMPLES_PER_FRAME],
        len: usize,
        upto: u64,
    ) -> u64 {
        let at = self.next_at.max(now);
        self.next_at = at.plus_samples(SAMPLES_PER_FRAME as u64);
        self.frames.push_back(SentFrame {
            at,
            utterance,
            payload: *payload,
            len,
            upto,
        });
        if self.frames.len() <= MAX_FRAMES {
            return 0;
        }
        self.frames.pop_front();
        1
    }

    /// Samples of an utterance that were sent and are still to be heard.
    pub(super) fn unheard(&self, utterance: UtteranceId, now: MediaTime, confirmed: u64) -> u64 {
        self.frames
            .iter()
            .rev()
            .take_while(|frame| frame.end() > now)
            .filter(|frame| frame.utterance == utterance)
            .map(|frame| (frame.len - frame.heard(now, confirmed)) as u64)
            .sum()
    }

    /// Shortens what was sent to what was heard, here and in the ledger.
    pub(super) fn cut(&mut self, now: MediaTime, ledger: &mut Ledger) {
        self.frames.retain_mut(|frame| {
            let Some(entry) = ledger.get_mut(frame.utterance) else {
                return false;
            };
            let heard = frame.heard(now, entry.confirmed);
            entry.sent -= (frame.len - heard) as u64;
            frame.len = heard;
            heard > 0
        });
        // A frame that a mark vouched for ahead of the clock keeps its place.
        self.next_at = self.frames.back().map_or(now, |last| last.end().max(now));
    }

    pub(super) fn poll_played(&mut self, now: MediaTime) -> Option<PlayedFrame> {
        let frame = self.frames.pop_front_if(|first| first.end() <= now)?;
        let mut samples = [0; SAMPLES_PER_FRAME];
        mulaw::decode_slice(&frame.payload, &mut samples);
        Some(PlayedFrame {
            at: frame.at,
            utterance: frame.utterance,
            samples,
            len: frame.len,
        })
    }
}

impl SentFrame {
    const fn end(&self) -> MediaTime {
        self.at.plus_samples(self.len as u64)
    }

    fn heard(&self, now: MediaTime, confirmed: u64) -> usize {
        if self.upto <= confirmed {
            return self.len;
        }
        self.len
            .min(usize::try_from(now.samples_since(self.at)).unwrap_or(usize::MAX))
    }
}

/// Ten seconds: a recorder that takes frames at all takes them far sooner.
const MAX_FRAMES: usize = 500;
