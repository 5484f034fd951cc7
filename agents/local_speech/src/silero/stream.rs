//! One call's side of the detector: frames in, windows out, and the model's memory of the call.

use std::sync::{Arc, Mutex};

use agents::vad::{SpeechProbability, VoiceActivityStream};
use media::frame::{Frame, MediaTime, SAMPLES_PER_FRAME};
use tokio::sync::mpsc;

use super::{WINDOW, model::Memory, queue::WindowQueue};

/// What the thread must know of a call; lives as long as the call or a window of it.
pub(super) struct Caller {
    pub(super) memory: Mutex<Memory>,
    judgements: mpsc::Sender<SpeechProbability>,
}

/// 32 ms of a call.
pub(super) struct Window {
    pub(super) caller: Arc<Caller>,
    pub(super) samples: [i16; WINDOW],
    until: MediaTime,
}

impl Window {
    /// Tells the call; false when its channel was full and the judgement is lost.
    pub(super) fn tell(&self, probability: f32) -> bool {
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

/// Cuts a call's frames into windows.
pub(super) struct Stream {
    windows: Arc<WindowQueue>,
    caller: Arc<Caller>,
    /// The window being filled; its first `filled` samples are set.
    samples: [i16; WINDOW],
    filled: usize,
    /// Where the next frame should lie.
    expected: MediaTime,
}

impl Stream {
    pub(super) fn new(
        windows: Arc<WindowQueue>,
        judgements: mpsc::Sender<SpeechProbability>,
    ) -> Self {
        let caller = Arc::new(Caller {
            memory: Mutex::default(),
            judgements,
        });
        Self {
            windows,
            caller,
            samples: [0; WINDOW],
            filled: 0,
            expected: MediaTime::ZERO,
        }
    }
}

impl VoiceActivityStream for Stream {
    fn push(&mut self, frame: &Frame) -> Option<SpeechProbability> {
        if frame.at != self.expected {
            // A gap: a window never joins sound from two sides of it.
            self.filled = 0;
        }
        self.expected = frame.at.plus_samples(SAMPLES_PER_FRAME as u64);
        let mut taken = 0;
        while taken < SAMPLES_PER_FRAME {
            let count = (SAMPLES_PER_FRAME - taken).min(WINDOW - self.filled);
            self.samples[self.filled..self.filled + count]
                .copy_from_slice(&frame.samples[taken..taken + count]);
            self.filled += count;
            taken += count;
            if self.filled == WINDOW {
                self.filled = 0;
                let until = frame.at.plus_samples(taken as u64);
                let caller = self.caller.clone();
                self.windows.push(Window {
                    caller,
                    samples: self.samples,
                    until,
                });
            }
        }
        None
    }
}

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
}
