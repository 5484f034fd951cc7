//! Whether a window of sound could be speech at all, told by its loudness.
//!
//! A model that recognises speech costs far more than all the rest of a call's sound, and most of a
//! call is silence. So this asks only the cheap question first, and is generous: a window that rises
//! above the line's own noise, in all of the band or in its upper part where soft consonants are,
//! could be speech. It does not say that it is; that is the model's to tell.
//!
//! The noise is followed by its minimum: down at once, up slowly, so that speech itself is not taken
//! for noise and a new noise is one after some seconds.

/// Follows the noise of one line.
#[derive(Debug, Default)]
pub struct Presence {
    floor: Option<Loudness>,
}

/// In dB of full scale.
#[derive(Debug, Clone, Copy)]
struct Loudness {
    all: f32,
    /// Of the differences between neighbours, which raises high tones and takes hum away.
    upper: f32,
}

impl Presence {
    /// Takes the next window, 256 samples at 8 kHz or about as many, and tells whether it could be
    /// speech. `rising`: the noise may have risen, because nobody speaks.
    pub fn could_be_speech(&mut self, samples: &[i16], rising: bool) -> bool {
        let now = Loudness::of(samples);
        let floor = self.floor.unwrap_or(now);
        let rise = if rising { RISE } else { 0.0 };
        let follow = |floor: f32, now: f32| now.min(floor + rise).max(QUIETEST);
        self.floor = Some(Loudness {
            all: follow(floor.all, now.all),
            upper: follow(floor.upper, now.upper),
        });
        let above = |floor: f32, now: f32| now > floor.max(QUIETEST) + MARGIN;
        above(floor.all, now.all) || above(floor.upper, now.upper)
    }
}

impl Loudness {
    fn of(samples: &[i16]) -> Self {
        let (mut all, mut upper, mut before) = (0.0, 0.0, None);
        for &sample in samples {
            let sample = f32::from(sample);
            all += sample * sample;
            let step = sample - before.unwrap_or(sample);
            upper += step * step;
            before = Some(sample);
        }
        let count = samples.len().max(1) as f32;
        Self {
            all: decibels(all / count),
            upper: decibels(upper / count),
        }
    }
}

fn decibels(power: f32) -> f32 {
    const FULL: f32 = 32_768.0 * 32_768.0;
    10.0 * (power / FULL).max(1e-10).log10()
}

/// How far above the noise a window must rise, in dB. The loudness of steady noise varies by 0.4 dB
/// from window to window.
const MARGIN: f32 = 3.0;
/// How fast the noise may rise, in dB a window: 3 dB a second.
const RISE: f32 = 0.1;
/// Below this nothing is speech: the steps of mu-law itself are at -78 dB.
const QUIETEST: f32 = -68.0;

#[cfg(test)]
mod tests {
    use super::*;

    /// Noise with samples up to `level`.
    fn noise(level: i32, seed: u32) -> Vec<i16> {
        let mut state = seed.wrapping_mul(2_654_435_761).max(1);
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            (i64::from(state) * i64::from(2 * level) / i64::from(u32::MAX) - i64::from(level))
                as i16
        };
        (0..256).map(|_| next()).collect()
    }

    fn share(presence: &mut Presence, level: i32, windows: u32) -> usize {
        (0..windows)
            .filter(|&n| presence.could_be_speech(&noise(level, n + 1), true))
            .count()
    }

    #[test]
    fn silence_and_steady_noise_are_no_speech() {
        for level in [0, 4, 60, 1_500] {
            let mut presence = Presence::default();
            assert_eq!(share(&mut presence, level, 500), 0, "level {level}");
        }
    }

    #[test]
    fn what_rises_above_the_noise_could_be_speech() {
        let mut presence = Presence::default();
        share(&mut presence, 200, 50);
        assert!(presence.could_be_speech(&noise(400, 9), false));
        let mut soft = noise(200, 10);
        for (n, sample) in soft.iter_mut().enumerate() {
            // Little power, all of it at the upper end.
            *sample += if n % 2 == 0 { 110 } else { -110 };
        }
        assert!(presence.could_be_speech(&soft, false));
    }

    #[test]
    fn a_louder_noise_is_noise_after_some_seconds_but_not_while_somebody_speaks() {
        let mut presence = Presence::default();
        share(&mut presence, 100, 50);
        for n in 0..300 {
            assert!(presence.could_be_speech(&noise(1_000, n + 7), false));
        }
        assert!(share(&mut presence, 1_000, 320) < 200);
        assert_eq!(share(&mut presence, 1_000, 100), 0);
    }

    #[test]
    fn no_sound_at_all_is_no_speech() {
        assert!(!Presence::default().could_be_speech(&[], true));
    }
}
