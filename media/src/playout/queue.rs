//! Speech that has not been sent: mu-law bytes, and whose they are.
//!
//! A voice is faster than the ear: what waits is by far the largest thing that a call holds. So it
//! lies in pieces of half a second at most, each as long as its sound, and leaves memory as it is sent.

use std::collections::VecDeque;

use super::UtteranceId;
use crate::{frame::SAMPLES_PER_FRAME, mulaw};

#[derive(Debug, Default)]
pub(super) struct Queue {
    pieces: VecDeque<Box<[u8]>>,
    /// Bytes of the first piece that have been sent.
    sent: usize,
    /// Bytes that wait.
    len: usize,
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
        let room = MAX_SAMPLES.saturating_sub(self.len);
        let taken = samples.get(..room).unwrap_or(samples);
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
        for piece in taken.chunks(PIECE) {
            let bytes = piece.iter().map(|&sample| mulaw::encode(sample));
            self.pieces.push_back(bytes.collect());
        }
        self.len += len;
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
        let utterance = first.utterance;
        let mut payload = [mulaw::SILENCE; SAMPLES_PER_FRAME];
        let mut filled = 0;
        while filled < len {
            filled += self.send(&mut payload[filled..len])?;
        }
        Some((utterance, payload, len))
    }

    /// Takes what the first piece has, at most as much as there is room for, and tells how much.
    fn send(&mut self, out: &mut [u8]) -> Option<usize> {
        let rest = self.pieces.front()?.get(self.sent..)?;
        let count = rest.len().min(out.len());
        for (slot, byte) in out.iter_mut().zip(rest) {
            *slot = *byte;
        }
        let is_over = count == rest.len();
        self.sent += count;
        self.len -= count;
        if is_over {
            self.pieces.pop_front();
            self.sent = 0;
        }
        Some(count)
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
        *self = Self::default();
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// Ten minutes: as much as Twilio itself would buffer (its warning 31931), and no voice says more
/// in one go.
const MAX_SAMPLES: usize = 10 * 60 * 8_000;
/// Samples in a piece: half a second.
const PIECE: usize = 4_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_given_back_as_they_are_sent_and_frames_cross_them() {
        let mut queue = Queue::default();
        let samples: Vec<i16> = (0..20_130).map(|n| (n % 97) * 300 - 14_000).collect();
        let utterance = UtteranceId(1);
        for part in [&samples[..50], &samples[50..19_000], &samples[19_000..]] {
            assert_eq!(queue.push(utterance, part), part.len());
        }
        queue.end(utterance);
        assert_eq!((queue.len(), queue.pieces.len()), (20_130, 7));
        let mut bytes = Vec::new();
        while let Some((_, payload, len)) = queue.take_frame() {
            bytes.extend_from_slice(&payload[..len]);
            assert_eq!(queue.len() + bytes.len(), samples.len());
            assert!(queue.pieces.len() <= queue.len() / PIECE + 3);
            if !queue.has_frame() {
                break;
            }
        }
        let expected: Vec<u8> = samples.iter().map(|&s| mulaw::encode(s)).collect();
        assert!(bytes == expected, "not the bytes that were pushed");
        assert!(queue.is_empty() && queue.pieces.is_empty() && queue.drop_finished());
    }
}
