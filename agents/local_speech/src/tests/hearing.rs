//! Whisper, Silero and smart-turn on speech of our own voice.

use std::time::{Duration, Instant};

use agents::{
    ProviderFault,
    asr::{SpeechRecognizer, Transcript},
    turn_end::TurnEnd,
    vad::{SpeechProbability, VoiceActivity},
};
use media::frame::{Frame, MediaTime, SAMPLES_PER_FRAME};
use tokio::sync::mpsc;

use super::{POOL, g2p, models, piper, runtime, say};
use crate::{
    PoolSize, Silero, SmartTurn, Voices, Whisper,
    paths::{SILERO, SMART_TURN, WHISPER},
};

fn whisper(pool: PoolSize) -> Whisper {
    Whisper::load(&models().file(WHISPER).unwrap(), pool, 1).unwrap()
}

async fn heard(whisper: &Whisper, samples: &[i16]) -> String {
    let mut utterance = whisper.begin();
    utterance.push(samples);
    utterance.transcript().await.unwrap().text.to_lowercase()
}

#[tokio::test]
async fn what_our_voice_says_is_understood() {
    let whisper = whisper(POOL);
    assert_eq!(whisper.name(), "whisper:tiny.en");
    let speech = say(
        &*piper(),
        "I would like to book an appointment for tomorrow morning.",
    )
    .await;
    let text = heard(&whisper, &speech).await;
    for word in ["appointment", "tomorrow", "morning"] {
        assert!(text.contains(word), "{text:?}");
    }
}

#[tokio::test]
async fn each_word_has_its_time_in_the_utterance() {
    let whisper = whisper(POOL);
    let first = say(&*piper(), "I would like to book an appointment.").await;
    let second = say(&*piper(), "Tomorrow morning would be best.").await;
    let pause = vec![0; 12_000];
    let mut utterance = whisper.begin();
    for samples in [&first, &pause, &second] {
        utterance.push(samples);
    }
    let Transcript { text, words, .. } = utterance.transcript().await.unwrap();
    assert!(
        words
            .iter()
            .map(|w| w.text.as_str())
            .eq(text.split_whitespace()),
        "{words:?}"
    );
    let ms = |samples: usize| samples as u32 / 8;
    let tomorrow = words
        .iter()
        .find(|word| word.text.to_lowercase().starts_with("tomorrow"))
        .expect("it is understood");
    let after_pause = ms(first.len() + pause.len());
    // Times are spread over letters: a word is taken for a little before or after where it is.
    let off = tomorrow.start_ms.abs_diff(after_pause);
    assert!(off < 600, "{tomorrow:?} of {after_pause}");
    let end = ms(first.len() + pause.len() + second.len());
    assert!(
        words.iter().all(|word| word.end_ms <= end + 20),
        "{words:?}"
    );
}

#[tokio::test]
async fn silence_noise_and_nothing_are_not_understood() {
    let whisper = whisper(POOL);
    for samples in [vec![], vec![0; 100], vec![0; 16_000]] {
        assert_eq!(
            heard(&whisper, &samples).await,
            "",
            "{} samples",
            samples.len()
        );
    }
}

#[tokio::test]
async fn an_unchanged_utterance_is_not_decoded_again() {
    let whisper = whisper(POOL);
    let speech = say(&*piper(), "Yes, please.").await;
    let mut utterance = whisper.begin();
    utterance.push(&speech);
    let first = utterance.transcript().await.unwrap();
    let began = Instant::now();
    assert_eq!(utterance.transcript().await.unwrap(), first);
    assert!(
        began.elapsed() < Duration::from_millis(10),
        "{:?}",
        began.elapsed()
    );
    assert!(
        first.confidence.is_some_and(|c| c > 0.3 && c <= 1.0),
        "{first:?}"
    );
    utterance.push(&say(&*piper(), "And a cup of coffee.").await);
    let both = utterance.transcript().await.unwrap();
    assert!(both.text.to_lowercase().contains("coffee"), "{both:?}");
}

#[tokio::test]
async fn a_long_utterance_is_understood_to_its_end() {
    let whisper = whisper(POOL);
    let mut speech = Vec::new();
    while speech.len() < 32 * 8_000 {
        speech.extend(
            say(
                &*piper(),
                "The weather is nice today, and we walk in the park.",
            )
            .await,
        );
    }
    speech.extend(say(&*piper(), "The very last word is banana.").await);
    let text = heard(&whisper, &speech).await;
    assert!(
        text.contains("weather") && text.contains("banana"),
        "{text:?}"
    );
}

#[tokio::test]
async fn a_full_queue_is_busy_and_dropped_work_makes_room() {
    let whisper = whisper(PoolSize {
        workers: 1,
        queue: 1,
    });
    let speech = vec![100; 8_000];
    let mut utterances: Vec<_> = (0..3).map(|_| whisper.begin()).collect();
    for utterance in &mut utterances {
        utterance.push(&speech);
    }
    let [first, second, third] = utterances.as_mut_slice() else {
        unreachable!()
    };
    let (mut running, mut waiting) = (first.transcript(), second.transcript());
    let soon = Duration::from_millis(20);
    assert!(tokio::time::timeout(soon, &mut running).await.is_err());
    assert!(tokio::time::timeout(soon, &mut waiting).await.is_err());
    assert_eq!(
        third.transcript().await.unwrap_err().fault,
        ProviderFault::Busy
    );
    drop(waiting);
    drop(running);
    // Had the dropped decode run to its end, this would take twice as long; here it is enough
    // that its place is free.
    third.transcript().await.unwrap();
}

/// The probabilities of one call, window by window.
async fn judged(vad: &Silero, samples: &[i16]) -> Vec<SpeechProbability> {
    let (send, mut judgements) = mpsc::channel(samples.len() / 256 + 1);
    let mut stream = vad.open(send);
    for (i, chunk) in samples
        .as_chunks::<SAMPLES_PER_FRAME>()
        .0
        .iter()
        .enumerate()
    {
        let at = MediaTime((i * SAMPLES_PER_FRAME) as u64);
        let sure = stream.push(&Frame {
            at,
            samples: *chunk,
        });
        assert_eq!(sure, None, "while the model is busy it is asked everything");
    }
    drop(stream);
    let mut all = Vec::new();
    while let Some(judgement) = judgements.recv().await {
        all.push(judgement);
    }
    all
}

/// As [`judged`], but as in a call: a frame comes when all before it are judged. Also tells how
/// many windows were sure without the model.
async fn judged_live(vad: &Silero, samples: &[i16]) -> (Vec<SpeechProbability>, usize) {
    let (send, mut judgements) = mpsc::channel(8);
    let mut stream = vad.open(send);
    let (mut all, mut sure) = (Vec::new(), 0);
    for (i, chunk) in samples
        .as_chunks::<SAMPLES_PER_FRAME>()
        .0
        .iter()
        .enumerate()
    {
        let frame = Frame {
            at: MediaTime((i * SAMPLES_PER_FRAME) as u64),
            samples: *chunk,
        };
        let at_once = stream.push(&frame);
        sure += usize::from(at_once.is_some());
        all.extend(at_once);
        while all.len() < (i + 1) * SAMPLES_PER_FRAME / 256 {
            all.extend(judgements.recv().await);
        }
        // The thread has told us before it forgets the window.
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    (all, sure)
}

#[tokio::test]
async fn what_cannot_be_speech_is_never_asked_and_nothing_else_changes() {
    let vad = Silero::start(&runtime(), &models().file(SILERO).unwrap()).unwrap();
    let mut samples = vec![0; 16_000];
    samples.extend(say(&*piper(), "Good morning, I have a question about my bill").await);
    samples.extend(vec![0; 24_000]);
    let all_asked = judged(&vad, &samples).await;
    let (live, sure) = judged_live(&vad, &samples).await;
    assert!(sure > 80, "of 5 s of silence only {sure} windows were sure");
    assert_eq!(all_asked.len(), live.len());
    for (asked, live) in all_asked.iter().zip(&live) {
        assert_eq!(asked.until, live.until);
        // What the model is in doubt about may fall either way.
        let agreed = (asked.probability >= 0.5) == (live.probability >= 0.5);
        let doubt = (asked.probability - live.probability).abs() < 0.1;
        assert!(agreed || doubt, "{asked:?} {live:?}");
    }
}

#[tokio::test]
async fn speech_and_silence_are_told_apart_in_time() {
    let vad = Silero::start(&runtime(), &models().file(SILERO).unwrap()).unwrap();
    let mut samples = vec![0; 8_000];
    samples.extend(say(&*piper(), "Good morning, I have a question about my bill").await);
    let speech_ends = samples.len() as u64;
    samples.extend(vec![0; 8_000]);
    let judgements = judged(&vad, &samples).await;
    assert_eq!(
        judgements.len(),
        samples.len() / SAMPLES_PER_FRAME * SAMPLES_PER_FRAME / 256
    );
    assert!(
        judgements
            .windows(2)
            .all(|pair| pair[1].until.0 == pair[0].until.0 + 256)
    );
    let share = |from: u64, to: u64| {
        let inside: Vec<_> = judgements
            .iter()
            .filter(|j| (from..to).contains(&j.until.0))
            .collect();
        inside.iter().filter(|j| j.probability > 0.5).count() as f32 / inside.len() as f32
    };
    assert!(share(0, 8_000) < 0.05, "silence before");
    assert!(share(9_000, speech_ends - 800) > 0.8, "speech");
    assert!(share(speech_ends + 3_000, u64::MAX) < 0.05, "silence after");
    assert_eq!(vad.dropped(), 0);
}

#[tokio::test]
async fn calls_that_are_judged_together_are_judged_as_if_alone() {
    let vad = Silero::start(&runtime(), &models().file(SILERO).unwrap()).unwrap();
    let speech = say(&*piper(), "One, two, three, four, five.").await;
    let quiet: Vec<i16> = speech.iter().map(|sample| sample / 8).collect();
    let alone = (judged(&vad, &speech).await, judged(&vad, &quiet).await);
    let together = tokio::join!(judged(&vad, &speech), judged(&vad, &quiet));
    for (one, other) in alone
        .0
        .iter()
        .chain(&alone.1)
        .zip(together.0.iter().chain(&together.1))
    {
        assert_eq!(one.until, other.until);
        assert!(
            (one.probability - other.probability).abs() < 1e-4,
            "{one:?} {other:?}"
        );
    }
    assert_eq!(
        (alone.0.len(), alone.1.len()),
        (together.0.len(), together.1.len())
    );
}

#[tokio::test]
async fn a_call_that_does_not_read_its_judgements_loses_them_and_is_counted() {
    let vad = Silero::start(&runtime(), &models().file(SILERO).unwrap()).unwrap();
    let (send, mut judgements) = mpsc::channel(1);
    let mut stream = vad.open(send);
    for i in 0..16 {
        stream.push(&Frame {
            at: MediaTime(i * 160),
            samples: [0; SAMPLES_PER_FRAME],
        });
    }
    drop(stream);
    let deadline = Instant::now() + Duration::from_secs(10);
    while vad.dropped() < 9 && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(vad.dropped(), 9);
    assert_eq!(
        judgements.recv().await.map(|j| j.until),
        Some(MediaTime(256))
    );
}

#[tokio::test]
async fn a_finished_sentence_sounds_more_complete_than_a_cut_one() {
    let model = models().file(SMART_TURN).unwrap();
    let turn_end = SmartTurn::load(&runtime(), &model, POOL).unwrap();
    // Kokoro says a sentence the same way each time; Piper varies its melody.
    let voices = Voices::new(models(), runtime(), g2p(), POOL, 1 << 20);
    let voice = voices.open("kokoro:af_heart").unwrap();
    let whole = say(&*voice, "I would like to come in on Monday afternoon.").await;
    let cut = whole[..whole.len() * 45 / 100].to_vec();
    let complete = turn_end.completion(whole).await.unwrap();
    let incomplete = turn_end.completion(cut).await.unwrap();
    assert!(
        complete > 0.8 && incomplete < 0.2,
        "{complete} {incomplete}"
    );
    assert!((0.0..=1.0).contains(&turn_end.completion(Vec::new()).await.unwrap()));
}
