//! A synthesizer whose sound has a length that tests can count on.

use std::{
    f32::consts::TAU,
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::Duration,
};

use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};

use super::trouble::{Trouble, Troubles, pause};
use crate::{ProviderError, Stage, tts::SpeechSynthesizer};

/// What a text sounds like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sound {
    /// A square tone of 500 Hz, this many ms per character.
    Tone { ms_per_char: u32 },
    /// Like a voice to a detector of speech, this many ms per character: syllables of a buzzing
    /// 120 Hz under two formants, four a second, and no words.
    Babble { ms_per_char: u32 },
    /// The same samples (8 kHz) for every text.
    Samples(Vec<i16>),
}

/// Speaks in chunks of 40 ms and remembers the texts it was given, unless it is told not to.
#[derive(Debug)]
pub struct ScriptedSynthesizer {
    sound: Arc<Sound>,
    first_delay: Duration,
    chunk_delay: Duration,
    chunk: usize,
    forgetful: bool,
    troubles: Arc<Troubles>,
    spoken: Mutex<Vec<String>>,
}

impl ScriptedSynthesizer {
    pub fn new(sound: Sound) -> Self {
        Self {
            sound: Arc::new(sound),
            first_delay: Duration::ZERO,
            chunk_delay: Duration::ZERO,
            chunk: CHUNK,
            forgetful: false,
            troubles: Arc::new(Troubles::none(NAME, Stage::Tts)),
            spoken: Mutex::new(Vec::new()),
        }
    }

    /// Time to the first chunk, and between chunks.
    #[must_use]
    pub const fn with_delays(mut self, first: Duration, between: Duration) -> Self {
        self.first_delay = first;
        self.chunk_delay = between;
        self
    }

    /// Remembers no text, and speaks in chunks of 400 ms, as long as a neural voice makes them:
    /// it can serve for days.
    #[must_use]
    pub const fn forgetful(mut self) -> Self {
        self.forgetful = true;
        self.chunk = 10 * CHUNK;
        self
    }

    #[must_use]
    pub fn with_trouble(mut self, trouble: Trouble) -> Self {
        if let Some(troubles) = Arc::get_mut(&mut self.troubles) {
            troubles.add(trouble);
        }
        self
    }

    /// The texts it was asked to speak, in order.
    pub fn spoken(&self) -> Vec<String> {
        self.spoken
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// How long this text is in the air.
    pub fn length_of(&self, text: &str) -> Duration {
        let samples = self.sound.length(text) as u64;
        Duration::from_micros(samples * 1_000_000 / u64::from(media::frame::SAMPLE_RATE))
    }
}

impl Sound {
    /// How many samples this text has.
    fn length(&self, text: &str) -> usize {
        match self {
            Self::Samples(samples) => samples.len(),
            Self::Tone { ms_per_char } | Self::Babble { ms_per_char } => {
                let samples_per_char = media::frame::SAMPLE_RATE / 1_000 * ms_per_char;
                text.chars().count() * samples_per_char as usize
            }
        }
    }

    /// This sample of any text that is as long.
    fn sample(&self, at: usize) -> i16 {
        match self {
            Self::Samples(samples) => samples.get(at).copied().unwrap_or(0),
            Self::Babble { .. } => BABBLE[at % BABBLE.len()],
            Self::Tone { .. } if (at / HALF_WAVE).is_multiple_of(2) => LEVEL,
            Self::Tone { .. } => -LEVEL,
        }
    }
}

impl SpeechSynthesizer for ScriptedSynthesizer {
    fn name(&self) -> &str {
        NAME
    }

    fn speak(&self, text: &str) -> BoxStream<'static, Result<Vec<i16>, ProviderError>> {
        if !self.forgetful {
            self.spoken
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(text.to_owned());
        }
        let (_, trouble) = self.troubles.next_call();
        let (sound, chunk) = (Arc::clone(&self.sound), self.chunk);
        let length = sound.length(text);
        let whole = trouble
            .as_ref()
            .map_or(usize::MAX, |trouble| trouble.pieces);
        let (first, between) = (self.first_delay, self.chunk_delay);
        // Made one by one: a clause that waits for the ear does not wait as sound.
        let chunks = stream::iter((0..length).step_by(chunk).take(whole)).then(move |from| {
            let sound = Arc::clone(&sound);
            async move {
                pause(if from == 0 { first } else { between }).await;
                let upto = length.min(from + chunk);
                Ok((from..upto).map(|at| sound.sample(at)).collect())
            }
        });
        let troubles = Arc::clone(&self.troubles);
        let failure = stream::iter(trouble).then(move |trouble| {
            let error = troubles.error(trouble.fault);
            async move {
                tokio::time::sleep(trouble.after).await;
                Err(error)
            }
        });
        chunks.chain(failure).boxed()
    }
}

/// A second of babble, made once: it begins and ends in silence, so it can be repeated.
static BABBLE: LazyLock<Vec<i16>> = LazyLock::new(|| {
    let rate = media::frame::SAMPLE_RATE;
    let sample = |n: u32| {
        let second = n as f32 / rate as f32;
        let syllable = (TAU / 2.0 * (second * 4.0).fract()).sin();
        let voiced: f32 = (1..=25_u8)
            .map(|harmonic| {
                let hz = 120.0 * f32::from(harmonic);
                let formants = resonance(hz, 600.0) + 0.6 * resonance(hz, 1_500.0);
                formants * (TAU * hz * second).sin()
            })
            .sum();
        (3_000.0 * syllable * voiced).clamp(-20_000.0, 20_000.0) as i16
    };
    (0..rate).map(sample).collect()
});

fn resonance(hz: f32, centre: f32) -> f32 {
    1.0 / (1.0 + ((hz - centre) / 150.0).powi(2))
}

const NAME: &str = "scripted-tts";
/// Samples in 40 ms.
const CHUNK: usize = 320;
/// Samples in half a wave of 500 Hz.
const HALF_WAVE: usize = 8;
const LEVEL: i16 = 8_000;

#[cfg(test)]
mod tests {
    use super::super::Calls;
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_tone_is_as_long_as_its_text() {
        let voice = ScriptedSynthesizer::new(Sound::Tone { ms_per_char: 40 });
        let chunks: Vec<_> = voice.speak("hello").map(Result::unwrap).collect().await;
        assert_eq!(chunks.iter().map(Vec::len).sum::<usize>(), 5 * 320);
        assert_eq!(voice.length_of("hello"), Duration::from_millis(200));
        assert_eq!(voice.spoken(), ["hello"]);
    }

    #[tokio::test(start_paused = true)]
    async fn babble_is_as_long_as_its_text_and_loud_enough_to_be_heard() {
        let voice = ScriptedSynthesizer::new(Sound::Babble { ms_per_char: 65 }).forgetful();
        let chunks: Vec<_> = voice
            .speak("what a day")
            .map(Result::unwrap)
            .collect()
            .await;
        assert_eq!(chunks.len(), 2, "pieces of 400 ms");
        let samples = chunks.concat();
        assert_eq!(samples.len(), 10 * 65 * 8);
        assert!(media::vad::rms_dbfs(&samples) > -30.0);
        assert!(voice.spoken().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn given_samples_arrive_whole_and_in_order() {
        let samples: Vec<i16> = (0..777).collect();
        let voice = ScriptedSynthesizer::new(Sound::Samples(samples.clone()));
        let chunks: Vec<_> = voice.speak("anything").map(Result::unwrap).collect().await;
        assert_eq!(chunks.concat(), samples);
    }

    #[tokio::test(start_paused = true)]
    async fn a_voice_breaks_off_in_mid_word() {
        let voice = ScriptedSynthesizer::new(Sound::Tone { ms_per_char: 40 })
            .with_trouble(Trouble::dropped_after(Calls::Nth(1), 3));
        let chunks: Vec<_> = voice.speak("hello").collect().await;
        assert_eq!(chunks.iter().filter(|c| c.is_ok()).count(), 3);
        assert!(chunks[3].is_err());
        assert!(voice.speak("hello").all(|c| async move { c.is_ok() }).await);
    }
}
