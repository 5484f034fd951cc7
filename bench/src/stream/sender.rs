//! The caller's audio on its way to the server: cut into messages, and spoilt as asked. What a
//! message holds is decided here, when it is sent is not.

use std::collections::VecDeque;

use media::{
    frame::{MediaTime, SAMPLES_PER_FRAME},
    mulaw,
};

use super::MessageWriter;
use crate::fault::{Delivery, Faults};

/// Makes media messages of frames.
#[derive(Debug)]
pub(crate) struct MediaSender {
    sizes: Vec<usize>,
    next_size: usize,
    delivery: Delivery,
    corrupt_every: Option<u32>,
    waiting: VecDeque<u8>,
    at: MediaTime,
    made: u32,
    held_back: Option<String>,
}

impl MediaSender {
    pub(crate) fn new(faults: &Faults) -> Self {
        let mut sizes = faults.payload_sizes.clone();
        // Nothing but empty payloads would never carry the audio away.
        if sizes.iter().all(|&size| size == 0) {
            sizes.push(SAMPLES_PER_FRAME);
        }
        Self {
            sizes,
            next_size: 0,
            delivery: faults.delivery,
            corrupt_every: faults.corrupt_every.map(std::num::NonZero::get),
            waiting: VecDeque::new(),
            at: MediaTime::ZERO,
            made: 0,
            held_back: None,
        }
    }

    /// The messages to send for one more frame, in order; often one.
    pub(crate) fn frame(
        &mut self,
        samples: &[i16; SAMPLES_PER_FRAME],
        writer: &mut MessageWriter,
    ) -> Vec<String> {
        self.waiting
            .extend(samples.iter().map(|&sample| mulaw::encode(sample)));
        let mut messages = Vec::new();
        while let Some(size) = self.sizes.get(self.next_size).copied()
            && self.waiting.len() >= size
            && !(self.waiting.is_empty() && size == 0)
        {
            self.next_size = (self.next_size + 1) % self.sizes.len();
            let payload: Vec<u8> = self.waiting.drain(..size).collect();
            let message = self.message(&payload, writer);
            self.deliver(message, &mut messages);
        }
        messages
    }

    fn message(&mut self, payload: &[u8], writer: &mut MessageWriter) -> String {
        self.made += 1;
        let at = self.at;
        self.at = at.plus_samples(payload.len() as u64);
        if self
            .corrupt_every
            .is_some_and(|n| self.made.is_multiple_of(n))
        {
            return writer.media_text("%%% no base64 %%%", at.as_ms());
        }
        writer.media(payload, at.as_ms())
    }

    fn deliver(&mut self, message: String, messages: &mut Vec<String>) {
        let late = self.held_back.take();
        match self.delivery {
            Delivery::InOrder => messages.push(message),
            Delivery::DuplicateEvery(n) if self.made.is_multiple_of(n.get()) => {
                messages.push(message.clone());
                messages.push(message);
            }
            Delivery::SwapEvery(n) if self.made.is_multiple_of(n.get()) => {
                self.held_back = Some(message);
            }
            Delivery::DropEvery(n) if self.made.is_multiple_of(n.get()) => {}
            Delivery::DuplicateEvery(_) | Delivery::SwapEvery(_) | Delivery::DropEvery(_) => {
                messages.push(message);
            }
        }
        messages.extend(late);
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use media::twilio::{StreamMessage, decode_payload, parse};

    use super::*;
    use crate::fault::CounterStyle;

    /// (chunk, bytes; `None` when the payload is no base64) of each message for so many frames.
    fn sent(faults: &Faults, frames: usize) -> Vec<(u64, Option<usize>)> {
        let mut sender = MediaSender::new(faults);
        let mut writer = MessageWriter::new("MZ1".parse().unwrap(), CounterStyle::Strings);
        (0..frames)
            .flat_map(|_| sender.frame(&[100; 160], &mut writer))
            .map(|text| {
                let StreamMessage::Media(media) = parse(&text).unwrap() else {
                    panic!("{text}");
                };
                let mut bytes = Vec::new();
                let decoded = decode_payload(&media.payload, &mut bytes);
                (media.chunk.unwrap(), decoded.ok().map(|()| bytes.len()))
            })
            .collect()
    }

    fn every(n: u32) -> NonZeroU32 {
        NonZeroU32::new(n).unwrap()
    }

    #[test]
    fn frames_are_messages_unless_told_otherwise() {
        let expected: Vec<_> = (1..=3).map(|n| (n, Some(160))).collect();
        assert_eq!(sent(&Faults::default(), 3), expected);
    }

    #[test]
    fn sizes_are_used_in_turn_and_no_byte_is_lost() {
        let faults = Faults {
            payload_sizes: vec![0, 1, 159, 160, 161, 8_000],
            ..Faults::default()
        };
        let sizes: Vec<_> = sent(&faults, 54)
            .into_iter()
            .map(|(_, n)| n.unwrap())
            .collect();
        assert_eq!(sizes[..6], [0, 1, 159, 160, 161, 8_000]);
    }

    #[test]
    fn messages_are_doubled_swapped_lost_and_corrupted() {
        let chunks = |delivery| {
            let faults = Faults {
                delivery,
                ..Faults::default()
            };
            sent(&faults, 4)
                .into_iter()
                .map(|(chunk, _)| chunk)
                .collect::<Vec<_>>()
        };
        assert_eq!(chunks(Delivery::DuplicateEvery(every(3))), [1, 2, 3, 3, 4]);
        assert_eq!(chunks(Delivery::SwapEvery(every(2))), [1, 3, 2]);
        assert_eq!(chunks(Delivery::DropEvery(every(2))), [1, 3]);
        let corrupt = Faults {
            corrupt_every: Some(every(2)),
            ..Faults::default()
        };
        assert_eq!(sent(&corrupt, 2)[1], (2, None));
    }
}
