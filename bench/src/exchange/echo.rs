//! An echo line measured frame by frame: which frame of ours comes back, and how long it took.
//!
//! Frames come back in order, so the n-th that arrives is the n-th that was sent, unless the server
//! lost some. Once a second a loud frame shows whether the count still fits; it also proves that
//! what comes back is our sound. Times are ticks of the caller's clock; knows no socket.

use std::{collections::VecDeque, time::Instant};

use media::frame::SAMPLES_PER_FRAME;

use super::{ear::energy, figures::EchoTotals};

/// One loud frame in so many.
pub(crate) const PULSE_EVERY: u64 = 50;
const PULSE_AT: u64 = 25;
/// Half of a pulse's loudness: a resampler smears a pulse over two frames, the louder of which is
/// the right one.
const PULSE_ENERGY: i64 = (PULSE_PEAK as i64).pow(2) * SAMPLES_PER_FRAME as i64 / 4;
const PULSE_PEAK: i16 = 8_000;
/// Frames on their way at most; what is older has been lost.
const MOST_ON_THE_WAY: usize = 512;

/// One echo stream.
#[derive(Debug, Default)]
pub(crate) struct Echo {
    /// When each frame on its way was sent; the first is number `oldest`.
    sent: VecDeque<Instant>,
    oldest: u64,
    /// Whole frames that came back, and the bytes of the next.
    back: u64,
    part: Vec<u8>,
    /// By how much what comes back is behind in number, by the last pulse; `None` before it.
    shift: Option<i64>,
    end: EchoTotals,
    last_pulse: Option<u64>,
}

impl Echo {
    /// The caller's frame of this number.
    pub(crate) fn frame(number: u64) -> [i16; SAMPLES_PER_FRAME] {
        let peak = if is_pulse(number) { PULSE_PEAK } else { 60 };
        // 1 kHz: well inside the telephone's band, so no filter takes it.
        std::array::from_fn(|n| if n % 8 < 4 { peak } else { -peak })
    }

    pub(crate) fn sent(&mut self, at: Instant) {
        if self.sent.len() == MOST_ON_THE_WAY {
            self.sent.pop_front();
            self.oldest += 1;
        }
        self.sent.push_back(at);
    }

    /// Media came back; calls `took` with the round trip of each frame that is complete.
    pub(crate) fn came(
        &mut self,
        bytes: &[u8],
        now: Instant,
        mut took: impl FnMut(std::time::Duration),
    ) {
        let mut rest = bytes;
        while self.part.len() + rest.len() >= SAMPLES_PER_FRAME {
            let (head, tail) = rest.split_at(SAMPLES_PER_FRAME - self.part.len());
            self.part.extend_from_slice(head);
            rest = tail;
            self.complete();
            if let Some(sent) = self.sent_at() {
                took(now.saturating_duration_since(sent));
            }
        }
        self.part.extend_from_slice(rest);
    }

    pub(crate) fn end(&self) -> EchoTotals {
        let sent = self.oldest + self.sent.len() as u64;
        EchoTotals {
            pulses_due: (sent.saturating_sub(PULSE_AT) + PULSE_EVERY - PULSE_AT - 1) / PULSE_EVERY,
            ..self.end
        }
    }

    fn complete(&mut self) {
        let is_loud = energy(&self.part) >= PULSE_ENERGY;
        self.part.clear();
        self.back += 1;
        let number = self.back - 1;
        let is_new = self
            .last_pulse
            .is_none_or(|last| number >= last + PULSE_EVERY / 2);
        if is_loud && is_new {
            self.last_pulse = Some(number);
            self.end.pulses_heard += 1;
            self.count_by(number);
        }
    }

    /// Frame `number` of those that came back is a pulse: the nearest one to where it would be.
    fn count_by(&mut self, number: u64) {
        let before = self.shift.unwrap_or(0);
        let known = (number as i64 + before).max(0) as u64;
        let after_first = (known + PULSE_EVERY / 2).saturating_sub(PULSE_AT);
        let pulse = after_first / PULSE_EVERY * PULSE_EVERY + PULSE_AT;
        let shift = pulse as i64 - number as i64;
        let moved = shift - before;
        self.end.frames_lost += moved.max(0) as u64;
        self.end.frames_added += (-moved).max(0) as u64;
        self.shift = Some(shift);
    }

    /// When the frame that came back last was sent; `None` before the count is known.
    fn sent_at(&self) -> Option<Instant> {
        let number = self.back as i64 - 1 + self.shift?;
        let index = number.checked_sub(self.oldest as i64)?;
        self.sent.get(usize::try_from(index).ok()?).copied()
    }
}

const fn is_pulse(number: u64) -> bool {
    number % PULSE_EVERY == PULSE_AT
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use media::mulaw;

    use super::*;

    fn bytes(number: u64) -> Vec<u8> {
        Echo::frame(number)
            .iter()
            .map(|&s| mulaw::encode(s))
            .collect()
    }

    /// Frames go out every 20 ms; those not in `lost` come back 5 ms later.
    fn run(frames: u64, lost: &[u64]) -> (EchoTotals, Vec<Duration>) {
        let began = Instant::now();
        let mut echo = Echo::default();
        let mut times = Vec::new();
        for number in 0..frames {
            let at = began + Duration::from_millis(number * 20);
            echo.sent(at);
            if !lost.contains(&number) {
                // In two halves, as some servers do.
                let bytes = bytes(number);
                let back = at + Duration::from_millis(5);
                echo.came(&bytes[..80], back, |took| times.push(took));
                echo.came(&bytes[80..], back, |took| times.push(took));
            }
        }
        (echo.end(), times)
    }

    #[test]
    fn every_frame_behind_the_first_pulse_is_timed() {
        let (end, times) = run(1_000, &[]);
        assert_eq!(times.len(), 1_000 - 25);
        assert!(times.iter().all(|&took| took == Duration::from_millis(5)));
        let expected = EchoTotals {
            pulses_due: 19,
            pulses_heard: 20,
            ..EchoTotals::default()
        };
        assert_eq!(end, expected);
    }

    #[test]
    fn lost_frames_are_counted_and_the_times_right_themselves() {
        let (end, times) = run(1_000, &[3, 130, 131]);
        assert_eq!((end.frames_lost, end.pulses_heard), (3, 20));
        assert_eq!(times.last(), Some(&Duration::from_millis(5)));
        let wrong = times.iter().filter(|took| took.as_millis() != 5).count();
        // From the loss to the pulse behind it.
        assert_eq!(wrong, 175 - 132);
    }

    #[test]
    fn silence_is_no_echo() {
        let mut echo = Echo::default();
        for _ in 0..200 {
            echo.sent(Instant::now());
            echo.came(&[mulaw::SILENCE; 160], Instant::now(), |_| panic!("timed"));
        }
        assert_eq!(echo.end().pulses_heard, 0);
        assert_eq!(echo.end().pulses_due, 3);
    }
}
