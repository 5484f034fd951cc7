//! What we still owe the caller's ear: agent speech queued, paced, and known as heard.
//!
//! A carrier buffers whatever it is sent and plays it at its own pace; whatever lies in that
//! buffer can only be dropped whole. So audio leaves here on absolute deadlines, never more than
//! [`PlayoutConfig::lead`] ahead of the ear: enough to ride out a late wake-up, little enough that
//! a barge-in cuts at once. What was *heard* comes from two sources: the playout clock (the first
//! frame plays when it is sent, each next one behind it) and marks, names sent behind audio that
//! the carrier echoes when it got there. A mark can only add to what the clock says.
//!
//! ```
//! use std::time::{Duration, Instant};
//! use media::playout::{Playout, PlayoutConfig, PlayoutStep, UtteranceId};
//! # let began = Instant::now();
//! let mut playout = Playout::new(PlayoutConfig::default(), began);
//! playout.push(UtteranceId(1), &[0; 160]);
//! playout.end(UtteranceId(1));
//! assert!(matches!(playout.poll(began), Some(PlayoutStep::Media { .. })));
//! assert!(matches!(playout.poll(began), Some(PlayoutStep::Mark { .. })));
//! assert!(playout.poll(began).is_none());
//! assert_eq!(playout.heard_samples(UtteranceId(1), began + Duration::from_millis(10)), 80);
//! ```
//!
//! After each change call [`Playout::poll`] until it gives nothing, then again at
//! [`Playout::poll_timeout`]. It knows no socket, no clock, and not what the words were.

mod ledger;
mod line;
mod marks;
mod queue;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::frame::{MediaTime, SAMPLES_PER_FRAME};
pub use line::PlayedFrame;
pub use marks::MarkName;
use {ledger::Ledger, line::Line, marks::Marks, queue::Queue};

/// One stretch of agent speech; grows by use within a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtteranceId(pub u64);

/// How speech is paced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlayoutConfig {
    /// How far the end of what was sent may lie ahead of the ear. Kept within 40 to 300 ms:
    /// below, each late wake-up is heard; above, a barge-in throws away too much.
    pub lead: Duration,
    /// How much audio lies between two marks. At least one frame.
    pub mark_every: Duration,
}

impl Default for PlayoutConfig {
    fn default() -> Self {
        Self {
            lead: Duration::from_millis(200),
            mark_every: Duration::from_millis(200),
        }
    }
}

/// Something to put on the wire now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlayoutStep {
    /// 20 ms of mu-law.
    Media {
        utterance: UtteranceId,
        payload: [u8; SAMPLES_PER_FRAME],
    },
    /// To be sent behind the audio that went before.
    Mark { name: MarkName },
}

/// What became of an utterance that a clear cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CutUtterance {
    pub utterance: UtteranceId,
    /// Samples the caller heard of it.
    pub heard_samples: u64,
    /// Samples that had been pushed.
    pub pushed_samples: u64,
}

/// What happened so far, for metrics and the call's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PlayoutStats {
    pub sent_frames: u64,
    /// Times the caller heard a hole within an utterance because the next frame came too late.
    pub underruns: u64,
    /// Samples pushed for an utterance that had ended, was cut, or over the queue's bound.
    pub refused_samples: u64,
    pub marks_sent: u64,
    /// Marks echoed, or passed over by the echo of a later one.
    pub marks_echoed: u64,
    /// Marks given up at a clear, or after minutes without any echo.
    pub marks_cleared: u64,
    /// Echoes of no mark that was waited for.
    pub marks_unknown: u64,
    /// Played frames that nobody took with [`Playout::poll_played`] in time.
    pub untaken_frames: u64,
}

/// The queue of agent speech of one stream.
#[derive(Debug)]
pub struct Playout {
    stream_began: Instant,
    lead_samples: u64,
    /// How late a frame may go out when nothing else wakes us: then it goes with the next message of
    /// the caller, and a call costs one wake-up for each 20 ms and not two.
    patience: Duration,
    mark_every_samples: u64,
    queue: Queue,
    ledger: Ledger,
    line: Line,
    marks: Marks,
    /// Samples sent since the last mark.
    unmarked_samples: u64,
    /// A mark goes out before any more audio.
    mark_is_due: bool,
    /// Whose audio was sent last.
    last_sent: Option<UtteranceId>,
    stats: PlayoutStats,
}

impl Playout {
    /// Media time zero is `stream_began`.
    pub fn new(config: PlayoutConfig, stream_began: Instant) -> Self {
        let lead = config.lead.clamp(MIN_LEAD, MAX_LEAD);
        Self {
            stream_began,
            lead_samples: MediaTime::from_duration(lead).0,
            patience: (lead / 8).min(MAX_PATIENCE),
            mark_every_samples: MediaTime::from_duration(config.mark_every).0.max(FRAME),
            queue: Queue::default(),
            ledger: Ledger::default(),
            line: Line::default(),
            marks: Marks::default(),
            unmarked_samples: 0,
            mark_is_due: false,
            last_sent: None,
            stats: PlayoutStats::default(),
        }
    }

    /// Appends audio, 8 kHz. The first audio of a new utterance ends the one before it. Audio for
    /// an utterance that has ended or was cut is refused and counted.
    pub fn push(&mut self, utterance: UtteranceId, samples: &[i16]) {
        let Some(entry) = self.ledger.admit(utterance) else {
            self.stats.refused_samples += samples.len() as u64;
            return;
        };
        let taken = self.queue.push(utterance, samples);
        entry.pushed += taken as u64;
        self.stats.refused_samples += (samples.len() - taken) as u64;
        self.settle();
    }

    /// No more audio will come: what is left goes out as a frame padded with silence, a mark behind.
    pub fn end(&mut self, utterance: UtteranceId) {
        self.ledger.close(utterance);
        self.queue.end(utterance);
        self.settle();
    }

    /// What to put on the wire now. Call until it gives nothing.
    pub fn poll(&mut self, now: Instant) -> Option<PlayoutStep> {
        let now = self.media_time(now);
        if self.mark_is_due {
            return self.send_mark();
        }
        if !self.queue.has_frame() || self.frame_due_at() > now {
            return None;
        }
        let (utterance, payload, len) = self.queue.take_frame()?;
        let starved = self.line.next_at < now;
        if starved && self.last_sent == Some(utterance) {
            self.stats.underruns += 1;
        }
        let entry = self.ledger.get_mut(utterance)?;
        entry.sent += len as u64;
        self.stats.untaken_frames += self.line.send(now, utterance, &payload, len, entry.sent);
        self.last_sent = Some(utterance);
        self.stats.sent_frames += 1;
        self.unmarked_samples += len as u64;
        self.mark_is_due = self.unmarked_samples >= self.mark_every_samples;
        self.settle();
        Some(PlayoutStep::Media { utterance, payload })
    }

    /// When [`Self::poll`] must be asked at the latest; an instant gone by means at once. `None`
    /// while nothing is queued, or while less than a frame waits for the rest of it. A frame is due
    /// a little earlier, and goes out whenever it is asked for then.
    pub fn poll_timeout(&self) -> Option<Instant> {
        if self.mark_is_due {
            return Some(self.stream_began);
        }
        self.queue
            .has_frame()
            .then(|| self.instant(self.frame_due_at()) + self.patience)
    }

    /// A mark's echo came back. Echoes that are unknown, doubled, or of before a clear only count.
    pub fn handle_mark(&mut self, name: &str) {
        let Some(echoed) = MarkName::parse(name).and_then(|name| self.marks.echoed(name)) else {
            self.stats.marks_unknown += 1;
            return;
        };
        for mark in echoed {
            self.stats.marks_echoed += 1;
            if let Some(entry) = self.ledger.get_mut(mark.utterance) {
                entry.confirmed = entry.confirmed.max(mark.upto);
            }
        }
    }

    /// Barge-in: drops all that is queued and all that was sent but not played. Tells each
    /// utterance that was cut, oldest first; audio that still comes for these is refused, and the
    /// echoes of their marks say nothing any more. Empty: there was nothing to cut, and the
    /// carrier needs no `clear`.
    pub fn clear(&mut self, now: Instant) -> Vec<CutUtterance> {
        let now = self.media_time(now);
        self.queue.clear();
        self.line.cut(now, &mut self.ledger);
        self.stats.marks_cleared += self.marks.clear();
        self.unmarked_samples = 0;
        self.mark_is_due = false;
        self.last_sent = None;
        self.ledger.cut()
    }

    /// Samples of an utterance that the caller has heard: what the playout clock says, or a mark if
    /// it says more. After a clear, what it was at the clear.
    pub fn heard_samples(&self, utterance: UtteranceId, now: Instant) -> u64 {
        let now = self.media_time(now);
        self.ledger.get(utterance).map_or(0, |entry| {
            entry.sent - self.line.unheard(utterance, now, entry.confirmed)
        })
    }

    /// Samples of an utterance that echoed marks vouch for.
    pub fn confirmed_samples(&self, utterance: UtteranceId) -> u64 {
        self.ledger
            .get(utterance)
            .map_or(0, |entry| entry.confirmed)
    }

    /// Samples of an utterance that were pushed and accepted.
    pub fn pushed_samples(&self, utterance: UtteranceId) -> u64 {
        self.ledger.get(utterance).map_or(0, |entry| entry.pushed)
    }

    /// Nothing is queued, and by the playout clock all that was sent has been played.
    pub fn is_idle(&self, now: Instant) -> bool {
        self.queue.is_empty() && self.line.is_quiet(self.media_time(now))
    }

    /// Nothing is queued and every mark has been echoed. Audio that no mark follows yet (its
    /// utterance has not ended) is not vouched for.
    pub fn all_heard(&self) -> bool {
        self.queue.is_empty() && self.unmarked_samples == 0 && self.marks.outstanding() == 0
    }

    /// When, by the playout clock, all that was sent so far has been played.
    pub fn sent_until(&self) -> Instant {
        self.instant(self.line.next_at)
    }

    /// Samples waiting to be sent.
    pub fn queued_samples(&self) -> usize {
        self.queue.len()
    }

    /// The next frame as heard, once it has been; never audio that a clear can still cut.
    pub fn poll_played(&mut self, now: Instant) -> Option<PlayedFrame> {
        let now = self.media_time(now);
        self.line.poll_played(now)
    }

    pub const fn stats(&self) -> PlayoutStats {
        self.stats
    }

    fn send_mark(&mut self) -> Option<PlayoutStep> {
        self.mark_is_due = false;
        self.unmarked_samples = 0;
        let utterance = self.last_sent?;
        let upto = self.ledger.get(utterance)?.sent;
        let (name, given_up) = self.marks.send(utterance, upto);
        self.stats.marks_cleared += given_up;
        self.stats.marks_sent += 1;
        Some(PlayoutStep::Mark { name })
    }

    /// Leaves utterances behind that are wholly sent, and makes the mark due that follows them.
    fn settle(&mut self) {
        if self.queue.drop_finished() && self.unmarked_samples > 0 {
            self.mark_is_due = true;
        }
    }

    /// When the next frame may be sent: its end then lies `lead` ahead.
    fn frame_due_at(&self) -> MediaTime {
        MediaTime((self.line.next_at.0 + FRAME).saturating_sub(self.lead_samples))
    }

    fn media_time(&self, now: Instant) -> MediaTime {
        MediaTime::from_duration(now.saturating_duration_since(self.stream_began))
    }

    fn instant(&self, at: MediaTime) -> Instant {
        self.stream_began + Duration::from_micros(at.0 * MICROS_PER_SAMPLE)
    }
}

const FRAME: u64 = SAMPLES_PER_FRAME as u64;
const MICROS_PER_SAMPLE: u64 = 125;
const MIN_LEAD: Duration = Duration::from_millis(40);
const MAX_LEAD: Duration = Duration::from_millis(300);
/// A frame, so that the caller's next message comes first.
const MAX_PATIENCE: Duration = Duration::from_millis(22);
