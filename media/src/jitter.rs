//! Caller audio as it arrives, made into frames on the stream's own timeline.
//!
//! The stream comes over TCP, in order; what is missing was lost before the carrier sent it and
//! will not come. So nothing waits here: audio that is next in line can be taken at once, a hole is
//! filled with silence so that the timeline stays true, and a chunk that comes late or twice is
//! dropped, because its place has been passed on already. All of it is counted, none of it is
//! fatal: counters and clocks of a peer are outside data and may be anything.
//!
//! Positions are believed as follows.
//! - Within [`SLACK`] of where the last payload ended: contiguous (the peer's clock counts whole
//!   milliseconds, payloads may be any number of samples).
//! - Ahead by up to [`MAX_FILL`]: a hole; silence is made for it.
//! - Ahead by more: not believed until the next payload agrees. Then the timeline jumps, without
//!   making the silence: the next frame simply lies further on.
//! - Behind: dropped, unless its chunk number says it is new; then the clock is wrong and the audio
//!   is appended.

use std::collections::VecDeque;

use crate::{
    frame::{Frame, MediaTime, SAMPLES_PER_FRAME},
    mulaw,
};

/// Makes frames of what arrives.
#[derive(Debug)]
pub struct Arrivals {
    ready: VecDeque<Frame>,
    /// Being filled; `filled` samples of it are there.
    partial: Frame,
    filled: usize,
    chunks: ChunkOrder,
    /// Where the next payload would begin if a jump that is not yet believed were true.
    claimed: Option<u64>,
    /// No audio has come yet.
    is_first: bool,
    stats: ArrivalStats,
}

/// What arrived so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ArrivalStats {
    /// Payloads, whatever became of them.
    pub received: u64,
    /// Samples that never came.
    pub lost_samples: u64,
    /// Payloads dropped because they had come before, or their place was taken.
    pub duplicated: u64,
    /// Payloads dropped because later ones had come before them.
    pub reordered: u64,
    /// Payloads that were not a whole number of frames.
    pub odd_sized: u64,
    /// Payloads without audio.
    pub empty: u64,
    /// Payloads whose clock could not be true.
    pub bad_timestamps: u64,
    /// Samples dropped because nobody took the frames.
    pub overflowed_samples: u64,
}

impl Default for Arrivals {
    fn default() -> Self {
        Self::new()
    }
}

impl Arrivals {
    pub fn new() -> Self {
        Self {
            ready: VecDeque::new(),
            partial: silent_frame(MediaTime::ZERO),
            filled: 0,
            chunks: ChunkOrder::default(),
            claimed: None,
            is_first: true,
            stats: ArrivalStats::default(),
        }
    }

    /// Takes a payload of any size. `timestamp_ms` is the peer's: when its first sample was spoken,
    /// in ms since the stream began. `chunk` is the peer's count of payloads, if it gives one.
    pub fn push(&mut self, timestamp_ms: u64, chunk: Option<u64>, payload_mulaw: &[u8]) {
        self.stats.received += 1;
        let order = chunk.map_or(Order::Unknown, |chunk| self.chunks.see(chunk));
        match order {
            Order::Again => {
                self.stats.duplicated += 1;
                return;
            }
            Order::Late => {
                self.stats.reordered += 1;
                return;
            }
            Order::Next | Order::Unknown => {}
        }
        if payload_mulaw.is_empty() {
            self.stats.empty += 1;
            return;
        }
        if !payload_mulaw.len().is_multiple_of(SAMPLES_PER_FRAME) {
            self.stats.odd_sized += 1;
        }
        let claimed = MediaTime::from_ms(timestamp_ms.min(MAX_TIMESTAMP_MS)).0;
        match self.place(claimed, order, payload_mulaw.len() as u64) {
            Place::Next => {}
            Place::After { lost } => self.fill(lost),
            Place::Jump { to } => self.jump(to),
            Place::Taken => {
                self.stats.duplicated += 1;
                return;
            }
        }
        self.is_first = false;
        self.append(payload_mulaw);
    }

    /// The next frame of the timeline. Frames follow each other without a gap, except where the
    /// timeline jumped; there `at` says so.
    pub fn pop(&mut self) -> Option<Frame> {
        self.ready.pop_front()
    }

    pub const fn stats(&self) -> ArrivalStats {
        self.stats
    }

    /// Where a payload belongs whose clock says `at`.
    fn place(&mut self, at: u64, order: Order, len: u64) -> Place {
        let next = self.next_at();
        let jump_agreed = self
            .claimed
            .take()
            .is_some_and(|expected| at.abs_diff(expected) <= SLACK);
        if at.abs_diff(next) <= SLACK {
            return Place::Next;
        }
        if at < next {
            if order == Order::Next {
                self.stats.bad_timestamps += 1;
                return Place::Next;
            }
            return Place::Taken;
        }
        // A stream may begin anywhere: nothing was lost before its first audio.
        if at - next <= MAX_FILL {
            return if self.is_first {
                Place::Jump { to: at }
            } else {
                Place::After { lost: at - next }
            };
        }
        if jump_agreed {
            return Place::Jump { to: at };
        }
        self.stats.bad_timestamps += 1;
        self.claimed = Some(at + len);
        Place::Next
    }

    fn next_at(&self) -> u64 {
        self.partial.at.0 + self.filled as u64
    }

    fn fill(&mut self, samples: u64) {
        self.stats.lost_samples += samples;
        let mut left = samples;
        while left > 0 {
            // What is not filled of a frame is silence already.
            let step = left.min((SAMPLES_PER_FRAME - self.filled) as u64);
            left -= step;
            self.grow(step as usize);
        }
    }

    /// Ends the frame at hand with silence and goes on elsewhere.
    fn jump(&mut self, to: u64) {
        if self.filled > 0 {
            self.finish_frame();
        }
        if !self.is_first {
            self.stats.lost_samples += to - self.partial.at.0;
        }
        self.partial.at = MediaTime(to);
    }

    fn append(&mut self, payload: &[u8]) {
        let mut left = payload;
        while !left.is_empty() {
            // Never empty: a full frame is taken away at once.
            let free = &mut self.partial.samples[self.filled..];
            let (piece, rest) = left.split_at(left.len().min(free.len()));
            mulaw::decode_slice(piece, free);
            left = rest;
            self.grow(piece.len());
        }
    }

    fn grow(&mut self, samples: usize) {
        self.filled += samples;
        if self.filled == SAMPLES_PER_FRAME {
            self.finish_frame();
        }
    }

    fn finish_frame(&mut self) {
        let next = silent_frame(self.partial.at.plus_samples(SAMPLES_PER_FRAME as u64));
        let done = std::mem::replace(&mut self.partial, next);
        self.filled = 0;
        if self.ready.len() < MAX_READY {
            self.ready.push_back(done);
        } else {
            self.stats.overflowed_samples += SAMPLES_PER_FRAME as u64;
        }
    }
}

enum Place {
    Next,
    After { lost: u64 },
    Jump { to: u64 },
    Taken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Next,
    Again,
    Late,
    /// The number tells nothing.
    Unknown,
}

/// Which chunk numbers were seen lately.
#[derive(Debug, Default)]
struct ChunkOrder {
    newest: Option<u64>,
    /// Bit n: `newest - n` was seen.
    seen: u64,
}

impl ChunkOrder {
    fn see(&mut self, chunk: u64) -> Order {
        let Some(newest) = self.newest else {
            return self.restart(chunk, Order::Next);
        };
        if chunk > newest {
            let ahead = chunk - newest;
            if ahead > MAX_CHUNK_STEP {
                return self.restart(chunk, Order::Unknown);
            }
            self.seen = u32::try_from(ahead)
                .ok()
                .and_then(|n| self.seen.checked_shl(n))
                .unwrap_or(0)
                | 1;
            self.newest = Some(chunk);
            return Order::Next;
        }
        let behind = newest - chunk;
        if behind >= u64::from(u64::BITS) {
            return self.restart(chunk, Order::Unknown);
        }
        let bit = 1 << behind;
        let order = if self.seen & bit == 0 {
            Order::Late
        } else {
            Order::Again
        };
        self.seen |= bit;
        order
    }

    /// A count that went elsewhere is followed, so that one wrong number cannot make all later
    /// audio look late.
    fn restart(&mut self, chunk: u64, order: Order) -> Order {
        self.newest = Some(chunk);
        self.seen = 1;
        order
    }
}

const fn silent_frame(at: MediaTime) -> Frame {
    Frame {
        at,
        samples: [0; SAMPLES_PER_FRAME],
    }
}

/// 10 ms: more than a clock of whole milliseconds can be off, less than a frame.
pub const SLACK: u64 = 80;
/// 2 s of silence, made at once.
pub const MAX_FILL: u64 = 16_000;
/// 10 s of frames that nobody took.
const MAX_READY: usize = 500;
/// A minute of 20 ms chunks.
const MAX_CHUNK_STEP: u64 = 3_000;
/// Two days: twice the longest call a carrier allows.
const MAX_TIMESTAMP_MS: u64 = 2 * 24 * 60 * 60 * 1000;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn drain(arrivals: &mut Arrivals) -> Vec<Frame> {
        std::iter::from_fn(|| arrivals.pop()).collect()
    }

    /// A payload whose bytes tell which chunk it was.
    fn payload(chunk: u64) -> Vec<u8> {
        vec![chunk as u8; 160]
    }

    #[test]
    fn a_frame_in_order_can_be_taken_at_once() {
        let mut arrivals = Arrivals::new();
        for chunk in 1..=50 {
            arrivals.push((chunk - 1) * 20, Some(chunk), &payload(chunk));
            let frames = drain(&mut arrivals);
            assert_eq!(frames.len(), 1);
            assert_eq!(frames[0].at, MediaTime::from_ms((chunk - 1) * 20));
            assert_eq!(frames[0].samples, [mulaw::decode(chunk as u8); 160]);
        }
        assert_eq!(
            arrivals.stats(),
            ArrivalStats {
                received: 50,
                ..ArrivalStats::default()
            }
        );
    }

    #[test]
    fn a_hole_becomes_silence_and_what_comes_late_is_dropped() {
        let mut arrivals = Arrivals::new();
        for chunk in [1, 3, 2, 3, 4] {
            arrivals.push((chunk - 1) * 20, Some(chunk), &payload(chunk));
        }
        let frames = drain(&mut arrivals);
        let firsts: Vec<_> = frames
            .iter()
            .map(|f| (f.at.as_ms(), f.samples[0]))
            .collect();
        let sound = mulaw::decode;
        assert_eq!(
            firsts,
            [(0, sound(1)), (20, 0), (40, sound(3)), (60, sound(4))]
        );
        let stats = arrivals.stats();
        assert_eq!(
            (stats.lost_samples, stats.reordered, stats.duplicated),
            (160, 1, 1)
        );
    }

    #[rstest]
    #[case(1)]
    #[case(159)]
    #[case(160)]
    #[case(161)]
    #[case(8_000)]
    fn payloads_of_any_size_keep_every_sample(#[case] size: usize) {
        let mut arrivals = Arrivals::new();
        let bytes: Vec<u8> = (0..16_000).map(|n| (n % 251) as u8).collect();
        let mut frames = Vec::new();
        for (n, payload) in bytes.chunks(size).enumerate() {
            arrivals.push((n * size / 8) as u64, Some(n as u64 + 1), payload);
            frames.extend(drain(&mut arrivals));
        }
        let samples: Vec<i16> = frames.iter().flat_map(|f| f.samples).collect();
        let expected: Vec<i16> = bytes.iter().map(|&b| mulaw::decode(b)).collect();
        assert_eq!(samples, expected);
        assert_eq!(arrivals.stats().lost_samples, 0);
    }

    #[test]
    fn empty_payloads_are_counted_only() {
        let mut arrivals = Arrivals::new();
        arrivals.push(0, Some(1), &[]);
        assert_eq!(arrivals.pop(), None);
        assert_eq!(arrivals.stats().empty, 1);
    }

    #[test]
    fn a_stream_may_begin_late_without_loss() {
        let mut arrivals = Arrivals::new();
        arrivals.push(157, Some(8), &payload(8));
        assert_eq!(arrivals.pop().unwrap().at, MediaTime::from_ms(157));
        assert_eq!(arrivals.stats().lost_samples, 0);
    }

    #[test]
    fn a_far_jump_needs_a_second_witness_and_makes_no_silence() {
        let mut arrivals = Arrivals::new();
        arrivals.push(0, Some(1), &payload(1));
        arrivals.push(60_000, Some(2), &payload(2));
        arrivals.push(60_020, Some(3), &payload(3));
        let at: Vec<_> = drain(&mut arrivals).iter().map(|f| f.at.as_ms()).collect();
        assert_eq!(at, [0, 20, 60_020]);
        assert_eq!(arrivals.stats().bad_timestamps, 1);
    }

    #[test]
    fn one_mad_message_does_not_deafen_us() {
        let mut arrivals = Arrivals::new();
        arrivals.push(0, Some(1), &payload(1));
        arrivals.push(u64::MAX, Some(u64::MAX), &payload(2));
        for chunk in 3..=52 {
            arrivals.push((chunk - 1) * 20, Some(chunk), &payload(chunk));
        }
        let frames = drain(&mut arrivals);
        assert_eq!(frames.len(), 52);
        assert_eq!(frames[51].at, MediaTime::from_ms(51 * 20));
    }

    #[test]
    fn a_clock_that_stands_still_loses_nothing() {
        let mut arrivals = Arrivals::new();
        for chunk in 1..=100 {
            arrivals.push(0, Some(chunk), &payload(chunk));
        }
        assert_eq!(drain(&mut arrivals).len(), 100);
    }

    #[test]
    fn without_chunk_numbers_the_clock_orders() {
        let mut arrivals = Arrivals::new();
        for ms in [0, 20, 20, 0, 40] {
            arrivals.push(ms, None, &payload(ms));
        }
        assert_eq!(drain(&mut arrivals).len(), 3);
        assert_eq!(arrivals.stats().duplicated, 2);
    }

    /// What arrivals should sound like, told frame by frame of well-formed messages: which chunk is
    /// played in each frame (`None`: silence), and what is counted.
    #[derive(Debug, Default, PartialEq)]
    struct Model {
        played: Vec<Option<u64>>,
        lost: u64,
        duplicated: u64,
        reordered: u64,
    }

    impl Model {
        fn of(arriving: &[u64]) -> Self {
            let mut model = Self::default();
            let mut seen = std::collections::BTreeSet::new();
            let mut next = None;
            for &chunk in arriving {
                let is_new = seen.insert(chunk);
                let due = next.unwrap_or(chunk);
                if !is_new {
                    model.duplicated += 1;
                } else if chunk < due {
                    model.reordered += 1;
                } else {
                    model.lost += chunk - due;
                    model.played.extend((due..chunk).map(|_| None));
                    model.played.push(Some(chunk));
                    next = Some(chunk + 1);
                }
            }
            model
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_twice_late_or_never_sounds_as_the_model_says(
            fates in prop::collection::vec(prop::collection::vec(0u64..12, 0..3), 1..60),
        ) {
            // For each chunk: how long after its turn each of its copies comes.
            let copies = |(n, delays): (usize, &Vec<u64>)| {
                let chunk = n as u64 + 1;
                delays.iter().map(move |delay| (chunk + delay, chunk)).collect::<Vec<_>>()
            };
            let mut arriving: Vec<(u64, u64)> = fates.iter().enumerate().flat_map(copies).collect();
            arriving.sort_by_key(|(at, _)| *at);
            let arriving: Vec<u64> = arriving.into_iter().map(|(_, chunk)| chunk).collect();

            let mut arrivals = Arrivals::new();
            for &chunk in &arriving {
                arrivals.push((chunk - 1) * 20, Some(chunk), &payload(chunk));
            }
            let frames = drain(&mut arrivals);
            let sounds: Vec<i16> = frames.iter().map(|frame| frame.samples[0]).collect();
            let model = Model::of(&arriving);
            let expected = |chunk: &Option<u64>| chunk.map_or(0, |chunk| mulaw::decode(chunk as u8));
            prop_assert_eq!(sounds, model.played.iter().map(expected).collect::<Vec<_>>());
            let first = arriving.first().map(|chunk| MediaTime::from_ms((chunk - 1) * 20));
            prop_assert_eq!(frames.first().map(|frame| frame.at), first);
            let stats = arrivals.stats();
            prop_assert_eq!(
                (stats.lost_samples, stats.duplicated, stats.reordered, stats.bad_timestamps),
                (model.lost * 160, model.duplicated, model.reordered, 0)
            );
        }

        #[test]
        fn anything_at_all_keeps_time_growing_and_memory_bounded(
            pushes in prop::collection::vec(
                (
                    prop_oneof![0u64..10_000, any::<u64>()],
                    prop_oneof![Just(None), (0u64..500).prop_map(Some), any::<u64>().prop_map(Some)],
                    prop::sample::select(vec![0usize, 1, 159, 160, 161, 8_000]),
                ),
                0..100,
            ),
        ) {
            let mut arrivals = Arrivals::new();
            let mut last = None;
            for (n, (timestamp, chunk, size)) in pushes.iter().enumerate() {
                arrivals.push(*timestamp, *chunk, &vec![0; *size]);
                prop_assert!(arrivals.ready.len() <= MAX_READY);
                if n % 3 == 0 {
                    for frame in drain(&mut arrivals) {
                        prop_assert!(last.is_none_or(|last: MediaTime| frame.at.0 >= last.0 + 160));
                        last = Some(frame.at);
                    }
                }
            }
            prop_assert_eq!(arrivals.stats().received, pushes.len() as u64);
        }
    }
}
