//! The caller's mouth in a typed call: a line of text as speech that lasts as long as its letters.

use std::time::{Duration, Instant};

use super::line::samples_of;

/// A line that is being said.
#[derive(Debug)]
pub(super) struct Mouth {
    text: String,
    ends: Instant,
    next_window: Instant,
}

impl Mouth {
    pub(super) fn open(text: &str, now: Instant) -> Self {
        let lasts = Duration::from_micros(samples_of(text) as u64 * 125).max(SHORTEST);
        Self {
            text: text.to_owned(),
            ends: now + lasts,
            next_window: now + WINDOW,
        }
    }

    /// When the next window is judged.
    pub(super) const fn next_window(&self) -> Instant {
        self.next_window
    }

    /// The speech probability of the window that ends at `now`; `None` when none does. Windows go
    /// on in the silence behind the words until somebody takes the text.
    pub(super) fn window(&mut self, now: Instant) -> Option<f32> {
        if now < self.next_window {
            return None;
        }
        self.next_window = now + WINDOW;
        Some(if now <= self.ends { 1.0 } else { 0.0 })
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

/// A window of the voice activity, as Silero's.
pub(super) const WINDOW_SAMPLES: u64 = 256;
const WINDOW: Duration = Duration::from_millis(32);
/// A shorter sound would be taken for a click.
const SHORTEST: Duration = Duration::from_millis(320);
