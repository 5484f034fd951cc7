//! Speech that has not been sent: one ring of mu-law bytes, and whose they are.

use std::collections::VecDeque;

use super::UtteranceId;
use crate::{frame::SAMPLES_PER_FRAME, mulaw};

#[derive(Debug, Default)]
pub(super) struct Queue {
    bytes: VecDeque<u8>,
    /// Whose bytes these are, in order. Only the last can still grow.
    segments: VecDeque<Segment>,
}

#[derive(Debug)]
struct Segment {
    utterance: UtteranceId,
    len: usize,
    ended: bool,
}

impl Queue {
    /// Appends as much as there is room for and tells how much. Ends every earlier utterance.
    pub(super) fn push(&mut self, utterance: UtteranceId, samples: &[i16]) -> usize {
        let room = MAX_SAMPLES.saturating_sub(self.bytes.len());
        let taken = samples.iter().take(room);
        let len = taken.len();
        match self.segments.back_mut() {
            Some(last) if last.utterance == utterance => last.len += len,
            previous => {
                if let Some(previous) = previous {
                    previous.ended = true;
                }
                self.segments.push_back(Segment {
                    utterance,
                    len,
                    ended: false,
                });
            }
        }
        self.bytes
            .extend(taken.map(|&sample| mulaw::encode(sample)));
        len
    }

    pub(super) fn end(&mut self, utterance: UtteranceId) {
        if let Some(last) = self
            .segments
            .back_mut()
            .filter(|last| last.utterance == utterance)
        {
            last.ended = true;
        }
    }

    /// A whole frame is there, or the last piece of an utterance.
    pub(super) fn has_frame(&self) -> bool {
        self.segments
            .front()
            .is_some_and(|first| first.len >= SAMPLES_PER_FRAME || (first.ended && first.len > 0))
    }

    /// The next frame, padded with silence, and how much of it is speech.
    pub(super) fn take_frame(&mut self) -> Option<(UtteranceId, [u8; SAMPLES_PER_FRAME], usize)> {
        let first = self.segments.front_mut()?;
        let len = first.len.min(SAMPLES_PER_FRAME);
        first.len -= len;
        let mut payload = [mulaw::SILENCE; SAMPLES_PER_FRAME];
        for (slot, byte) in payload.iter_mut().zip(self.bytes.drain(..len)) {
            *slot = byte;
        }
        Some((first.utterance, payload, len))
    }

    /// Leaves behind ended utterances of which nothing is left; tells whether there was one.
    pub(super) fn drop_finished(&mut self) -> bool {
        let before = self.segments.len();
        while self
            .segments
            .front()
            .is_some_and(|first| first.ended && first.len == 0)
        {
            self.segments.pop_front();
        }
        self.segments.len() < before
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.segments.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

/// Ten minutes: as much as Twilio itself would buffer (its warning 31931), and no voice says more
/// in one go.
const MAX_SAMPLES: usize = 10 * 60 * 8_000;
