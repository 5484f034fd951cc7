//! The caller's ear, light enough for hundreds at once: what is heard, what is late, which marks
//! are reached. Keeps stretches of sound where [`crate::playout`] keeps every sample.
//!
//! Reads no clock: time comes in as media time of the stream.

use std::collections::VecDeque;

use media::{
    frame::{MediaTime, SAMPLES_PER_FRAME},
    mulaw,
};

use crate::{
    activity::{JOIN_MS, LOUD_RMS, Segment},
    mouth::Hearing,
    playout::{LONGEST_QUEUE, LONGEST_UNDERRUN_MS},
};

/// A telephone holds back the beginning of speech this long, in ms, so that small delays on the
/// way are not heard: usual jitter buffers hold two frames.
pub(crate) const CUSHION_MS: u64 = 40;

/// What one media message was to the ear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Arrival {
    /// Samples of silence that the caller heard because this came too late.
    pub gap: u64,
    /// How much later than the best of its piece this came, in samples.
    pub off_pace: u64,
    /// There is sound in it, and the agent had been quiet: where that is played.
    pub onset: Option<MediaTime>,
    /// More than ten minutes are queued; this was discarded.
    pub overflow: bool,
}

/// Hears one stream.
#[derive(Debug, Default)]
pub(crate) struct Ear {
    now: MediaTime,
    queue_end: MediaTime,
    /// Loud stretches still to be played, in order.
    coming: VecDeque<Segment>,
    heard: Option<Segment>,
    marks: VecDeque<(MediaTime, String)>,
    piece: Option<Piece>,
}

/// A stretch of media without a pause of the sender.
#[derive(Debug, Clone, Copy)]
struct Piece {
    /// When a telephone with a cushion runs dry.
    dry: MediaTime,
    /// Samples that came.
    samples: u64,
    /// The least of arrival minus samples before it: the sender's own pace.
    pace: i64,
}

impl Ear {
    /// Plays up to `to`; time never goes back.
    pub(crate) fn advance(&mut self, to: MediaTime) {
        self.now = self.now.max(to);
        while let Some(next) = self.coming.front_mut()
            && next.start < self.now
        {
            let played = Segment {
                start: next.start,
                end: next.end.min(self.now),
            };
            if next.end <= self.now {
                self.coming.pop_front();
            } else {
                next.start = self.now;
            }
            self.heard = Some(joined(self.heard, played));
        }
    }

    /// Media came.
    pub(crate) fn media(&mut self, mulaw: &[u8]) -> Arrival {
        let samples = mulaw.len() as u64;
        let start = self.queue_end.max(self.now);
        let waiting = start.samples_since(self.now);
        if waiting + samples > LONGEST_QUEUE {
            return Arrival {
                overflow: true,
                ..Arrival::default()
            };
        }
        self.queue_end = start.plus_samples(samples);
        let (gap, off_pace) = self.keep_pace(samples);
        let onset = is_loud(mulaw)
            .then(|| self.sound(start, self.queue_end))
            .flatten();
        Arrival {
            gap,
            off_pace,
            onset,
            overflow: false,
        }
    }

    /// A mark came; given back when there is nothing before it.
    pub(crate) fn mark(&mut self, name: String) -> Option<String> {
        if self.marks.is_empty() && self.queue_end <= self.now {
            return Some(name);
        }
        self.marks.push_back((self.queue_end, name));
        None
    }

    /// The next mark that has been reached.
    pub(crate) fn reached(&mut self) -> Option<String> {
        let (due, _) = self.marks.front()?;
        if *due > self.now {
            return None;
        }
        self.marks.pop_front().map(|(_, name)| name)
    }

    /// A clear came: what was queued is not heard, and all marks fall due.
    pub(crate) fn clear(&mut self) {
        self.queue_end = self.now;
        self.coming.clear();
        self.piece = None;
        for (due, _) in &mut self.marks {
            *due = self.now;
        }
    }

    fn keep_pace(&mut self, samples: u64) -> (u64, u64) {
        let underrun = MediaTime::from_ms(LONGEST_UNDERRUN_MS).0;
        let now = self.now.0 as i64;
        let Some(piece) = &mut self.piece else {
            self.piece = Some(Piece::begun(self.now, samples));
            return (0, 0);
        };
        let hole = self.now.samples_since(piece.dry);
        if hole > underrun {
            // The agent paused, or waits for the caller.
            self.piece = Some(Piece::begun(self.now, samples));
            return (0, 0);
        }
        let ahead = now - piece.samples as i64;
        let off_pace = (ahead - piece.pace).max(0) as u64;
        piece.pace = piece.pace.min(ahead);
        piece.samples += samples;
        if hole > 0 {
            // The telephone fills its cushion again, and what follows has a pace of its own.
            piece.pace = ahead;
            piece.dry = self.now.plus_samples(MediaTime::from_ms(CUSHION_MS).0);
        }
        piece.dry = piece.dry.plus_samples(samples);
        (hole, off_pace)
    }

    fn sound(&mut self, start: MediaTime, end: MediaTime) -> Option<MediaTime> {
        let join = MediaTime::from_ms(JOIN_MS).0;
        match self.coming.back_mut() {
            Some(last) if start.samples_since(last.end) < join => {
                last.end = end;
                return None;
            }
            _ => self.coming.push_back(Segment { start, end }),
        }
        let before = self.heard.map(|segment| segment.end);
        let goes_on = before.is_some_and(|before| start.samples_since(before) < join);
        (!goes_on).then_some(start)
    }
}

impl Piece {
    fn begun(now: MediaTime, samples: u64) -> Self {
        let cushion = MediaTime::from_ms(CUSHION_MS).0;
        Self {
            dry: now.plus_samples(cushion + samples),
            samples,
            pace: now.0 as i64,
        }
    }
}

impl Hearing for Ear {
    fn last_heard(&self) -> Option<MediaTime> {
        self.heard.map(|segment| segment.end)
    }

    fn ongoing(&self, now: MediaTime) -> Option<Segment> {
        let join = MediaTime::from_ms(JOIN_MS).0;
        self.heard
            .filter(|segment| now.samples_since(segment.end) < join)
    }
}

fn joined(before: Option<Segment>, next: Segment) -> Segment {
    let join = MediaTime::from_ms(JOIN_MS).0;
    match before {
        Some(before) if next.start.samples_since(before.end) < join => Segment {
            start: before.start,
            end: next.end,
        },
        _ => next,
    }
}

/// Whether there is sound in any frame of it.
fn is_loud(mulaw: &[u8]) -> bool {
    mulaw.chunks(SAMPLES_PER_FRAME).any(|frame| {
        let energy = energy(frame);
        energy >= LOUD_RMS * LOUD_RMS * frame.len() as i64
    })
}

/// The sum of the squares.
pub(crate) fn energy(mulaw: &[u8]) -> i64 {
    mulaw
        .iter()
        .map(|&byte| i64::from(mulaw::decode(byte)).pow(2))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> MediaTime {
        MediaTime::from_ms(ms)
    }

    fn loud(ms: usize) -> Vec<u8> {
        vec![mulaw::encode(5_000); ms * 8]
    }

    fn silent(ms: usize) -> Vec<u8> {
        vec![mulaw::SILENCE; ms * 8]
    }

    #[test]
    fn sound_is_heard_when_it_is_played_and_not_when_it_came() {
        let mut ear = Ear::default();
        ear.advance(ms(100));
        let arrival = ear.media(&[silent(40), loud(20)].concat());
        assert_eq!(arrival.onset, Some(ms(100)));
        assert_eq!(ear.media(&loud(1_000)).onset, None);
        assert_eq!(ear.last_heard(), None);
        ear.advance(ms(400));
        assert_eq!(ear.last_heard(), Some(ms(400)));
        assert!(ear.ongoing(ms(600)).is_some());
        ear.advance(ms(2_000));
        assert_eq!(ear.last_heard(), Some(ms(1_160)));
        assert!(ear.ongoing(ms(2_000)).is_none());
    }

    #[test]
    fn marks_are_reached_with_the_audio_before_them_or_by_a_clear() {
        let mut ear = Ear::default();
        assert_eq!(ear.mark("now".to_owned()), Some("now".to_owned()));
        ear.media(&loud(60));
        assert_eq!(ear.mark("a".to_owned()), None);
        ear.media(&loud(60));
        assert_eq!(ear.mark("b".to_owned()), None);
        ear.advance(ms(59));
        assert_eq!(ear.reached(), None);
        ear.advance(ms(60));
        assert_eq!(ear.reached().as_deref(), Some("a"));
        assert_eq!(ear.reached(), None);
        ear.clear();
        assert_eq!(ear.reached().as_deref(), Some("b"));
        ear.advance(ms(200));
        assert_eq!(ear.last_heard(), Some(ms(60)));
    }

    #[test]
    fn a_late_frame_is_a_gap_only_beyond_the_cushion() {
        let mut ear = Ear::default();
        ear.media(&loud(20));
        // 40 ms late: the cushion carries it.
        ear.advance(ms(60));
        assert_eq!(
            (ear.media(&loud(20)).gap, ear.piece.unwrap().dry),
            (0, ms(80))
        );
        ear.advance(ms(110));
        let arrival = ear.media(&loud(20));
        assert_eq!(arrival.gap, ms(30).0);
        assert_eq!(arrival.off_pace, ms(70).0);
        // What was kept back comes at once and is late too, but no second gap.
        assert_eq!(ear.media(&loud(20)).gap, 0);
    }

    #[test]
    fn a_pause_is_no_gap_and_a_burst_is_not_off_pace() {
        let mut ear = Ear::default();
        // A lead of 200 ms at once, then one frame every 20 ms, one of them 5 ms late.
        for _ in 0..10 {
            assert_eq!(ear.media(&loud(20)).off_pace, 0);
        }
        let late: Vec<_> = [20, 40, 65, 80]
            .map(|at| {
                ear.advance(ms(at));
                ear.media(&loud(20)).off_pace
            })
            .to_vec();
        assert_eq!(late, [ms(0).0, ms(0).0, ms(5).0, ms(0).0]);
        ear.advance(ms(3_000));
        assert_eq!(ear.media(&loud(20)).gap, 0);
    }

    #[test]
    fn more_than_ten_minutes_are_too_much() {
        let mut ear = Ear::default();
        assert!(!ear.media(&silent(600_000)).overflow);
        assert!(ear.media(&silent(20)).overflow);
    }
}
