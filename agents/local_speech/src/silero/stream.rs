//! One call's side of the detector: frames in, windows out, and the model's memory of the call.
//!
//! Only windows that could be speech go to the model, with the eight before them, so that it hears
//! how the sound began. Once it listens, it goes on until it has itself said eight times in a row
//! that this is no speech: loudness decides when to wake it, never when to put it to sleep. What
//! does not go to it is judged as silence at once, by this side.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
};

use agents::vad::{SpeechProbability, VoiceActivityStream};
use media::{
    frame::{Frame, MediaTime, SAMPLES_PER_FRAME},
    presence::Presence,
};
use tokio::sync::mpsc;

use super::{WINDOW, model::Memory, queue::WindowQueue};

/// What the thread must know of a call; lives as long as the call or a window of it.
pub(super) struct Caller {
    pub(super) memory: Mutex<Memory>,
    judgements: mpsc::Sender<SpeechProbability>,
    /// Windows that the model has not judged yet.
    outstanding: AtomicU32,
    /// Windows in a row that it called silence, up to now.
    silent: AtomicU32,
}

/// 32 ms of a call.
pub(super) struct Window {
    pub(super) caller: Arc<Caller>,
    pub(super) samples: [i16; WINDOW],
    until: MediaTime,
    /// Only for the model's memory: it was judged already.
    told: bool,
}

impl Window {
    /// Tells the call; false when its channel was full and the judgement is lost.
    pub(super) fn tell(&self, probability: f32) -> bool {
        if self.told {
            return true;
        }
        if probability < SURELY_SILENT {
            self.caller.silent.fetch_add(1, Ordering::Relaxed);
        } else {
            self.caller.silent.store(0, Ordering::Relaxed);
        }
        let judgement = SpeechProbability {
            until: self.until,
            probability,
        };
        match self.caller.judgements.try_send(judgement) {
            // A closed channel is a call that has ended.
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => true,
            Err(mpsc::error::TrySendError::Full(_)) => false,
        }
    }
}

impl Drop for Window {
    /// Judged or lost: either way nothing more comes of it. Whoever sees the count fall also sees
    /// what was told before.
    fn drop(&mut self) {
        self.caller.outstanding.fetch_sub(1, Ordering::Release);
    }
}

/// Cuts a call's frames into windows.
pub(super) struct Stream {
    windows: Arc<WindowQueue>,
    caller: Arc<Caller>,
    /// The window being filled; its first `filled` samples are set.
    samples: [i16; WINDOW],
    filled: usize,
    /// Where the next frame should lie.
    expected: MediaTime,
    presence: Presence,
    /// The model listens.
    listening: bool,
    /// Windows that were judged here, the last in front: `before[n]` lies n before the window at
    /// hand. The first `kept` are set.
    before: [[i16; WINDOW]; LEAD_IN],
    kept: usize,
}

impl Stream {
    /// The model listens to the beginning of a call, until its noise is known.
    pub(super) fn new(
        windows: Arc<WindowQueue>,
        judgements: mpsc::Sender<SpeechProbability>,
    ) -> Self {
        let caller = Arc::new(Caller {
            memory: Mutex::default(),
            judgements,
            outstanding: AtomicU32::new(0),
            silent: AtomicU32::new(0),
        });
        Self {
            windows,
            caller,
            samples: [0; WINDOW],
            filled: 0,
            expected: MediaTime::ZERO,
            presence: Presence::default(),
            listening: true,
            before: [[0; WINDOW]; LEAD_IN],
            kept: 0,
        }
    }

    /// A window is full. Returns its judgement if the model need not be asked.
    fn judge(&mut self, until: MediaTime) -> Option<SpeechProbability> {
        let quiet = self.caller.outstanding.load(Ordering::Acquire) == 0
            && self.caller.silent.load(Ordering::Relaxed) >= SILENT_WINDOWS;
        let rising = !self.listening || quiet;
        let could_be = self.presence.could_be_speech(&self.samples, rising);
        if could_be && !self.listening {
            self.listening = true;
            self.caller.silent.store(0, Ordering::Relaxed);
            for n in (0..self.kept).rev() {
                self.ask(&self.before[n], until, true);
            }
            self.kept = 0;
        } else if quiet && !could_be {
            // The judgements of the model are all told, so ours comes in order.
            self.listening = false;
        }
        if self.listening {
            self.ask(&self.samples, until, false);
            return None;
        }
        self.before.rotate_right(1);
        self.before[0] = self.samples;
        self.kept = (self.kept + 1).min(LEAD_IN);
        Some(SpeechProbability {
            until,
            probability: 0.0,
        })
    }

    fn ask(&self, samples: &[i16; WINDOW], until: MediaTime, told: bool) {
        self.caller.outstanding.fetch_add(1, Ordering::Relaxed);
        self.windows.push(Window {
            caller: self.caller.clone(),
            samples: *samples,
            until,
            told,
        });
    }
}

impl VoiceActivityStream for Stream {
    fn push(&mut self, frame: &Frame) -> Option<SpeechProbability> {
        if frame.at != self.expected {
            // A gap: a window never joins sound from two sides of it, nor does what the model hears
            // before it.
            self.filled = 0;
            self.kept = 0;
        }
        self.expected = frame.at.plus_samples(SAMPLES_PER_FRAME as u64);
        let mut taken = 0;
        let mut judged = None;
        while taken < SAMPLES_PER_FRAME {
            let count = (SAMPLES_PER_FRAME - taken).min(WINDOW - self.filled);
            self.samples[self.filled..self.filled + count]
                .copy_from_slice(&frame.samples[taken..taken + count]);
            self.filled += count;
            taken += count;
            if self.filled == WINDOW {
                self.filled = 0;
                // A frame is shorter than a window: this happens at most once.
                judged = self.judge(frame.at.plus_samples(taken as u64));
            }
        }
        judged
    }
}

/// Windows before one that could be speech which the model hears as well, so that it knows the noise
/// again: 256 ms. With three, twice as many edges of speech move (`examples/gate_figures.rs`).
const LEAD_IN: usize = 8;
/// What the model says of silence; it releases speech far above that.
const SURELY_SILENT: f32 = 0.15;
/// 256 ms: longer than the pause that ends a stretch of speech.
const SILENT_WINDOWS: u32 = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(at: u64, value: i16) -> Frame {
        Frame {
            at: MediaTime(at),
            samples: [value; SAMPLES_PER_FRAME],
        }
    }

    fn windows_of(frames: &[Frame]) -> Vec<(u64, i16, i16)> {
        let queue = Arc::new(WindowQueue::default());
        let mut stream = Stream::new(queue.clone(), mpsc::channel(1).0);
        for frame in frames {
            stream.push(frame);
        }
        let mut windows = Vec::new();
        while queue.waiting() > 0 {
            for window in queue.next_batch(1).unwrap() {
                windows.push((
                    window.until.0,
                    window.samples[0],
                    window.samples[WINDOW - 1],
                ));
            }
        }
        windows
    }

    #[test]
    fn frames_become_windows_that_know_where_they_end() {
        let frames: Vec<_> = (0..8).map(|i| frame(i * 160, i as i16)).collect();
        assert_eq!(
            windows_of(&frames),
            [
                (256, 0, 1),
                (512, 1, 3),
                (768, 3, 4),
                (1024, 4, 6),
                (1280, 6, 7)
            ]
        );
    }

    #[test]
    fn a_gap_starts_a_new_window() {
        let frames = [frame(0, 1), frame(8_000, 2), frame(8_160, 3)];
        assert_eq!(windows_of(&frames), [(8_256, 2, 3)]);
    }

    /// A node whose model says the same of every window, at once.
    struct Rig {
        queue: Arc<WindowQueue>,
        stream: Stream,
        judgements: mpsc::Receiver<SpeechProbability>,
        at: u64,
    }

    impl Rig {
        fn new() -> Self {
            let queue = Arc::new(WindowQueue::default());
            let (send, judgements) = mpsc::channel(64);
            let stream = Stream::new(queue.clone(), send);
            Self {
                queue,
                stream,
                judgements,
                at: 0,
            }
        }

        /// Frames of a square wave at this level. Counts the windows that the model was asked, and
        /// checks that each window is judged once.
        fn hear(&mut self, frames: u64, level: i16, says: f32) -> usize {
            let (mut asked, mut judged) = (0, 0);
            let before = self.at / WINDOW as u64;
            for _ in 0..frames {
                let mut frame = frame(self.at, level);
                frame.samples.chunks_mut(8).step_by(2).for_each(|half| {
                    half.fill(-level);
                });
                self.at += SAMPLES_PER_FRAME as u64;
                judged += u64::from(self.stream.push(&frame).is_some());
                while self.queue.waiting() > 0 {
                    for window in self.queue.next_batch(1).unwrap() {
                        asked += 1;
                        assert!(window.tell(says));
                    }
                }
                while self.judgements.try_recv().is_ok() {
                    judged += 1;
                }
            }
            assert_eq!(judged, self.at / WINDOW as u64 - before);
            asked
        }
    }

    #[test]
    fn silence_is_asked_until_the_model_is_sure_and_a_sound_wakes_it_with_what_came_before() {
        let mut rig = Rig::new();
        assert_eq!(rig.hear(80, 0, 0.01), SILENT_WINDOWS as usize);
        assert_eq!(rig.hear(80, 0, 0.01), 0);
        // Five windows of sound, and the silence before them.
        assert_eq!(rig.hear(8, 3_000, 0.9), LEAD_IN + 5);
        // Whoever was heard is heard on until the model itself says otherwise.
        assert_eq!(rig.hear(80, 0, 0.5), 50);
        assert_eq!(rig.hear(80, 0, 0.01), SILENT_WINDOWS as usize);
    }

    #[test]
    fn what_the_model_hears_first_never_comes_from_across_a_gap() {
        let mut rig = Rig::new();
        rig.hear(80, 0, 0.01);
        rig.at += 80 * SAMPLES_PER_FRAME as u64;
        assert_eq!(rig.hear(8, 3_000, 0.9), 5);
    }
}
