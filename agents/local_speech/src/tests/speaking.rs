//! The voices: complete, in time, cancellable, from the cache when known.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use agents::{ProviderFault, tts::SpeechSynthesizer};
use futures_util::StreamExt;

use super::{POOL, g2p, models, piper, runtime, say};
use crate::{
    LoadError, LocalVoice, ModelPaths, PhraseCache, VoiceBudget, VoiceWish, Voices, choose_voice,
    speaker::Engine,
};

/// An engine that needs no model: a tone of 10 ms per letter, and a count of its runs.
struct Tone {
    runs: Arc<AtomicUsize>,
    takes: Duration,
}

impl Engine for Tone {
    fn sample_rate(&self) -> u32 {
        16_000
    }

    fn synthesise(&mut self, words: &str) -> Result<Vec<f32>, String> {
        self.runs.fetch_add(1, Ordering::SeqCst);
        std::thread::sleep(self.takes);
        if words.contains("unspeakable") {
            return Err("no such sound".into());
        }
        Ok((0..words.len() * 160)
            .map(|i| (i as f32 * 0.3).sin())
            .collect())
    }
}

fn tone(takes_ms: u64, queue: usize) -> (LocalVoice, Arc<AtomicUsize>) {
    let runs = Arc::new(AtomicUsize::new(0));
    let engine = Tone {
        runs: runs.clone(),
        takes: Duration::from_millis(takes_ms),
    };
    let cache = PhraseCache::new(1 << 20);
    (
        LocalVoice::start("tone", vec![engine], queue, cache).unwrap(),
        runs,
    )
}

#[tokio::test]
async fn each_clause_is_a_piece_and_known_ones_are_not_made_again() {
    let (voice, runs) = tone(0, 4);
    let text = "Thank you for calling. How can I help you?";
    let first: Vec<_> = voice.speak(text).map(Result::unwrap).collect().await;
    assert_eq!((first.len(), runs.load(Ordering::SeqCst)), (2, 2));
    let again: Vec<_> = voice.speak(text).map(Result::unwrap).collect().await;
    assert_eq!(again, first);
    let longer: Vec<_> = voice
        .speak(&format!("{text} Goodbye."))
        .map(Result::unwrap)
        .collect()
        .await;
    assert_eq!((longer.len(), runs.load(Ordering::SeqCst)), (3, 3));
    assert_eq!(voice.speak("").count().await, 0);
}

#[tokio::test]
async fn a_dropped_speech_is_not_finished() {
    let (voice, runs) = tone(50, 4);
    let mut speech = voice.speak("One thing. Two things. Three things. Four things.");
    assert!(speech.next().await.unwrap().is_ok());
    drop(speech);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(runs.load(Ordering::SeqCst) <= 2);
}

#[tokio::test]
async fn a_long_speech_does_not_silence_another_call() {
    let (voice, _) = tone(30, 4);
    let long = "First thing. Second thing. Third thing. Fourth thing. Fifth thing. Sixth thing.";
    let mut long = voice.speak(long);
    assert!(long.next().await.unwrap().is_ok());
    let began = Instant::now();
    assert!(voice.speak("Hello there.").next().await.unwrap().is_ok());
    assert!(
        began.elapsed() < Duration::from_millis(120),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(long.count().await, 5);
}

#[tokio::test]
async fn a_full_queue_is_busy_and_a_failure_ends_the_speech() {
    let (voice, _) = tone(100, 1);
    let _first = voice.speak("One thing.");
    tokio::time::sleep(Duration::from_millis(30)).await;
    let _second = voice.speak("Two things.");
    let third: Vec<_> = voice.speak("Three things.").collect().await;
    assert_eq!(third.len(), 1);
    assert_eq!(third[0].as_ref().unwrap_err().fault, ProviderFault::Busy);

    let (voice, _) = tone(0, 4);
    let pieces: Vec<_> = voice
        .speak("Fine. This is unspeakable. Never said.")
        .collect()
        .await;
    assert_eq!(pieces.len(), 2);
    assert_eq!(
        pieces[1].as_ref().unwrap_err().fault,
        ProviderFault::Invalid
    );
}

#[tokio::test]
async fn piper_speaks_at_telephone_level_and_length() {
    let speech = say(&*piper(), "Thank you for calling Bright Dental.").await;
    let seconds = speech.len() as f32 / 8_000.0;
    assert!((1.2..4.5).contains(&seconds), "{seconds} s");
    let power = speech
        .iter()
        .map(|&s| (f32::from(s) / 32_768.0).powi(2))
        .sum::<f32>();
    let level = 10.0 * (power / speech.len() as f32).log10();
    assert!((-28.0..-17.0).contains(&level), "{level} dBFS");
}

#[tokio::test]
async fn kokoro_speaks_and_an_impossible_budget_takes_piper() {
    let voices = Voices::new(models(), runtime(), g2p(), POOL, 1 << 20);
    let wish = VoiceWish::Named("kokoro:af_heart".into());
    let (kokoro, choice) = choose_voice(&voices, &wish).unwrap();
    assert_eq!(choice.name, kokoro.name());
    assert!(say(&*kokoro, "Sure.").await.len() > 2_000);

    let wish = VoiceWish::Best(VoiceBudget(Duration::ZERO));
    let (voice, choice) = choose_voice(&voices, &wish).unwrap();
    assert_eq!(voice.name(), "piper:en_US-joe-medium");
    assert!(choice.why.contains("kokoro:af_heart takes"), "{choice:?}");

    let wish = VoiceWish::Best(VoiceBudget(Duration::from_hours(1)));
    assert_eq!(
        choose_voice(&voices, &wish).unwrap().0.name(),
        "kokoro:af_heart"
    );
}

#[test]
fn an_unknown_or_missing_voice_is_a_clear_error() {
    let voices = Voices::new(models(), runtime(), g2p(), POOL, 1 << 20);
    let error = voices.open("piper:nobody").err().unwrap().to_string();
    assert!(
        error.contains("piper:nobody") && error.contains("kokoro:af_heart"),
        "{error}"
    );
    let empty = Voices::new(ModelPaths::new("/nowhere"), runtime(), g2p(), POOL, 1 << 20);
    assert!(empty.available().is_empty());
    let wish = VoiceWish::Best(VoiceBudget(Duration::ZERO));
    assert!(matches!(
        choose_voice(&empty, &wish),
        Err(LoadError::Missing { .. })
    ));
}
