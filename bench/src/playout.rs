//! The carrier's playout of what the server sends, and so what the caller truly hears: sample by
//! sample in media time, with marks, clears and holes.
//!
//! Contract: media plays in the order received; a mark is echoed when all audio before it has been
//! played, at once when there is none; a clear drops all audio and echoes every pending mark.
//! Reads no clock: the time comes in as samples since the stream began.

use std::collections::VecDeque;

use media::frame::MediaTime;

use crate::activity::Activity;

/// Twilio discards audio beyond ten minutes of buffer (its warning 31931).
pub(crate) const LONGEST_QUEUE: u64 = MediaTime::from_ms(600_000).0;

/// A hole in playout up to this long, in ms, counts as an underrun; a longer one is a pause.
pub(crate) const LONGEST_UNDERRUN_MS: u64 = 200;

/// One media message as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    pub at: MediaTime,
    /// Bytes of mu-law, which is samples.
    pub bytes: usize,
    /// Samples still to be played when it came.
    pub queued_before: u64,
}

/// A mark and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkEvent {
    pub name: String,
    pub received: MediaTime,
    /// When it was reached, or cleared; `None` when the stream ended first.
    pub echoed: Option<MediaTime>,
    /// It came back because of a clear: its audio was not heard to the end.
    pub cleared: bool,
}

/// A clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClearEvent {
    pub at: MediaTime,
    /// Samples that were never heard.
    pub dropped: u64,
}

/// A hole between two pieces that should have been one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Underrun {
    pub at: MediaTime,
    pub samples: u64,
}

/// The playout of one stream.
#[derive(Debug, Default)]
pub struct Playout {
    now: MediaTime,
    queue: VecDeque<i16>,
    /// Indices into `marks` with the time at which each falls due; in order.
    pending: VecDeque<(MediaTime, usize)>,
    /// When audio last ran out by being played.
    ran_dry: Option<MediaTime>,
    keep_heard: bool,
    heard: Vec<i16>,
    activity: Activity,
    arrivals: Vec<Arrival>,
    marks: Vec<MarkEvent>,
    clears: Vec<ClearEvent>,
    underruns: Vec<Underrun>,
}

/// All that happened in a playout.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    /// Every sample from the start of the stream; empty when it was not to be kept.
    pub samples: Vec<i16>,
    pub activity: Activity,
    pub arrivals: Vec<Arrival>,
    pub marks: Vec<MarkEvent>,
    pub clears: Vec<ClearEvent>,
    pub underruns: Vec<Underrun>,
}

impl Playout {
    /// `keep_heard`: whether every sample is kept (16 kB per second).
    pub fn new(keep_heard: bool) -> Self {
        Self {
            keep_heard,
            ..Self::default()
        }
    }

    /// Plays up to `to`; the names of the marks that were reached, in order. Time never goes back.
    pub fn advance(&mut self, to: MediaTime) -> Vec<String> {
        let due = to.samples_since(self.now);
        let played = due.min(self.queue.len() as u64);
        let audio: Vec<i16> = self.queue.drain(..played as usize).collect();
        self.hear(&audio);
        if played > 0 && self.queue.is_empty() {
            self.ran_dry = Some(self.now.plus_samples(played));
        }
        self.hear_silence(due - played);
        self.now = self.now.max(to);
        self.reached()
    }

    /// Audio came, at the time last advanced to. Whether the queue is within Twilio's limit; what
    /// is beyond it is discarded.
    pub fn media(&mut self, samples: impl ExactSizeIterator<Item = i16>) -> bool {
        self.arrivals.push(Arrival {
            at: self.now,
            bytes: samples.len(),
            queued_before: self.queue.len() as u64,
        });
        if samples.len() == 0 {
            return true;
        }
        if let Some(dry) = self.ran_dry.take() {
            let hole = self.now.samples_since(dry);
            if (1..=MediaTime::from_ms(LONGEST_UNDERRUN_MS).0).contains(&hole) {
                self.underruns.push(Underrun {
                    at: dry,
                    samples: hole,
                });
            }
        }
        if self.queue.len() as u64 + samples.len() as u64 > LONGEST_QUEUE {
            return false;
        }
        self.queue.extend(samples);
        true
    }

    /// A mark came; the names to echo at once.
    pub fn mark(&mut self, name: String) -> Vec<String> {
        let due = self.now.plus_samples(self.queue.len() as u64);
        self.pending.push_back((due, self.marks.len()));
        self.marks.push(MarkEvent {
            name,
            received: self.now,
            echoed: None,
            cleared: false,
        });
        self.reached()
    }

    /// A clear came; the names to echo at once.
    pub fn clear(&mut self) -> Vec<String> {
        self.clears.push(ClearEvent {
            at: self.now,
            dropped: self.queue.len() as u64,
        });
        self.queue.clear();
        self.ran_dry = None;
        let pending = std::mem::take(&mut self.pending);
        pending
            .into_iter()
            .filter_map(|(_, index)| self.echo(index, self.now, true))
            .collect()
    }

    /// When the next mark falls due.
    pub fn next_mark(&self) -> Option<MediaTime> {
        self.pending.front().map(|(due, _)| *due)
    }

    /// What has been heard of the agent so far.
    pub fn activity(&self) -> &Activity {
        &self.activity
    }

    /// Ends the playout.
    pub fn finish(self) -> Heard {
        Heard {
            samples: self.heard,
            activity: self.activity,
            arrivals: self.arrivals,
            marks: self.marks,
            clears: self.clears,
            underruns: self.underruns,
        }
    }

    fn reached(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        while let Some(&(due, index)) = self.pending.front()
            && due <= self.now
        {
            self.pending.pop_front();
            names.extend(self.echo(index, due, false));
        }
        names
    }

    fn echo(&mut self, index: usize, at: MediaTime, cleared: bool) -> Option<String> {
        let mark = self.marks.get_mut(index)?;
        mark.echoed = Some(at);
        mark.cleared = cleared;
        Some(mark.name.clone())
    }

    fn hear(&mut self, samples: &[i16]) {
        self.activity.push(samples);
        if self.keep_heard {
            self.heard.extend_from_slice(samples);
        }
    }

    fn hear_silence(&mut self, samples: u64) {
        const SILENCE: [i16; 800] = [0; 800];
        let mut left = samples as usize;
        while left > 0 {
            let part = left.min(SILENCE.len());
            self.hear(&SILENCE[..part]);
            left -= part;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> MediaTime {
        MediaTime::from_ms(ms)
    }

    fn tone(ms: usize) -> std::vec::IntoIter<i16> {
        vec![1_000; ms * 8].into_iter()
    }

    #[test]
    fn a_mark_is_reached_with_the_last_sample_before_it() {
        let mut playout = Playout::new(true);
        assert!(playout.advance(ms(100)).is_empty());
        assert!(playout.media(tone(60)));
        assert!(playout.mark("a".to_owned()).is_empty());
        assert_eq!(playout.next_mark(), Some(ms(160)));
        assert!(playout.advance(MediaTime(1_279)).is_empty());
        assert_eq!(playout.advance(ms(160)), ["a"]);
        let heard = playout.finish();
        assert_eq!(heard.samples, [vec![0; 800], vec![1_000; 480]].concat());
        assert_eq!(heard.marks[0].echoed, Some(ms(160)));
        assert!(!heard.marks[0].cleared);
    }

    #[test]
    fn a_late_look_echoes_at_the_true_time() {
        let mut playout = Playout::new(false);
        playout.media(tone(20));
        playout.mark("a".to_owned());
        assert_eq!(playout.advance(ms(500)), ["a"]);
        assert_eq!(playout.finish().marks[0].echoed, Some(ms(20)));
    }

    #[test]
    fn a_mark_behind_nothing_is_echoed_at_once() {
        let mut playout = Playout::new(false);
        playout.advance(ms(40));
        assert_eq!(playout.mark("a".to_owned()), ["a"]);
    }

    #[test]
    fn a_clear_echoes_every_pending_mark_and_silences() {
        let mut playout = Playout::new(true);
        playout.media(tone(100));
        playout.mark("a".to_owned());
        playout.media(tone(100));
        playout.mark("b".to_owned());
        playout.advance(ms(50));
        assert_eq!(playout.clear(), ["a", "b"]);
        assert_eq!(playout.next_mark(), None);
        playout.advance(ms(300));
        let heard = playout.finish();
        assert_eq!(heard.samples, [vec![1_000; 400], vec![0; 2_000]].concat());
        assert_eq!(
            heard.clears,
            [ClearEvent {
                at: ms(50),
                dropped: 1_200
            }]
        );
        assert!(heard.marks.iter().all(|mark| mark.cleared));
    }

    #[test]
    fn a_short_hole_is_an_underrun_and_a_pause_is_not() {
        let mut playout = Playout::new(false);
        playout.media(tone(20));
        playout.advance(ms(30));
        playout.media(tone(20));
        playout.advance(ms(1_000));
        playout.media(tone(20));
        let underruns = playout.finish().underruns;
        assert_eq!(
            underruns,
            [Underrun {
                at: ms(20),
                samples: 80
            }]
        );
    }

    #[test]
    fn beyond_ten_minutes_audio_is_discarded() {
        let mut playout = Playout::new(false);
        assert!(playout.media(tone(600_000)));
        assert!(!playout.media(tone(1)));
        assert_eq!(playout.queue.len() as u64, LONGEST_QUEUE);
    }
}
