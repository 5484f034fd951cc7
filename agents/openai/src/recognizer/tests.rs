//! The recognizer against a real server on loopback.

use std::time::Duration;

use agents::ProviderFault;
use secrecy::SecretString;
use serde_json::json;

use super::*;
use crate::{
    Timeouts,
    standin::{KEY, Reply, StandIn},
};

fn recognizer(base_url: &str, model: &str) -> OpenAiRecognizer {
    let timeouts = Timeouts {
        first: Duration::from_millis(500),
        ..Timeouts::default()
    };
    let key = Some(SecretString::from(KEY));
    let config = OpenAiConfig::parse(base_url, key, model, timeouts).unwrap();
    OpenAiRecognizer::new(config, Some("en")).unwrap()
}

fn ramp(samples: usize) -> Vec<i16> {
    (0..samples).map(|n| n as i16).collect()
}

async fn failing(server: &StandIn, reply: Reply) -> ProviderError {
    server.reply_to_transcription(reply);
    let mut utterance = recognizer(&server.base_url(), "whisper-1").begin();
    utterance.push(&ramp(8_000));
    utterance.transcript().await.unwrap_err()
}

#[tokio::test]
async fn all_audio_goes_up_as_a_valid_wav_and_may_grow() {
    let server = StandIn::start().await.unwrap();
    let mut utterance = recognizer(&server.base_url(), "whisper-1").begin();
    utterance.push(&ramp(4_000));
    utterance.push(&ramp(4_000));
    assert_eq!(utterance.transcript().await.unwrap().text, "hello");
    utterance.push(&[7; 160]);
    utterance.transcript().await.unwrap();
    assert_eq!(server.violations(), Vec::<String>::new());
    let uploads = server.uploads();
    assert_eq!(uploads[0].sample_rate, 8_000);
    assert_eq!(uploads[0].samples, [ramp(4_000), ramp(4_000)].concat());
    assert_eq!(
        uploads[1].samples,
        [ramp(4_000), ramp(4_000), vec![7; 160]].concat()
    );
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        uploads[0].fields,
        [
            field("model", "whisper-1"),
            field("language", "en"),
            field("response_format", "verbose_json"),
            field("timestamp_granularities[]", "word"),
            field("timestamp_granularities[]", "segment"),
        ]
    );
}

#[tokio::test]
async fn words_and_confidence_are_read_where_they_are_told() {
    let server = StandIn::start().await.unwrap();
    server.reply_to_transcription(Reply::json(&json!({
        "text": " Hello there. ", "language": "english", "duration": 1.0,
        "words": [{"word": " Hello", "start": 0.1, "end": 0.48}],
        "segments": [{"id": 0, "avg_logprob": -0.5}, {"id": 1, "avg_logprob": -0.5}],
    })));
    let mut utterance = recognizer(&server.base_url(), "whisper-1").begin();
    utterance.push(&ramp(8_000));
    let transcript = utterance.transcript().await.unwrap();
    assert_eq!(transcript.text, "Hello there.");
    let word = Word {
        text: "Hello".into(),
        start_ms: 100,
        end_ms: 480,
    };
    assert_eq!(transcript.words, [word]);
    assert!((transcript.confidence.unwrap() - 0.6065).abs() < 0.001);
}

#[tokio::test]
async fn models_that_know_only_json_are_asked_for_it() {
    let server = StandIn::start().await.unwrap();
    let mut utterance = recognizer(&server.base_url(), "gpt-4o-transcribe").begin();
    utterance.push(&ramp(10));
    utterance.transcript().await.unwrap();
    let upload = &server.uploads()[0];
    assert!(
        upload
            .fields
            .contains(&("response_format".into(), "json".into()))
    );
    assert_eq!(
        upload.samples.len(),
        MIN_SAMPLES,
        "too short for the public service"
    );
}

#[tokio::test]
async fn likely_words_are_told_and_what_is_too_much_is_left_out() {
    let server = StandIn::start().await.unwrap();
    let told = |n: usize| {
        let uploads = server.uploads();
        let mut fields = uploads[n].fields.clone().into_iter();
        fields
            .find(|(name, _)| name == "prompt")
            .map(|(_, text)| text)
    };
    let plain = recognizer(&server.base_url(), "whisper-1");
    let words = ["Ceramic coating", " clay bar ", ""].map(str::to_owned);
    let many: Vec<String> = (0..500).map(|n| format!("word{n}")).collect();
    let hinted = [
        plain.expecting(&words),
        plain.expecting(&many),
        plain.expecting(&[]),
    ];
    for recognizer in hinted.iter().flatten() {
        let mut utterance = recognizer.begin();
        utterance.push(&ramp(8_000));
        utterance.transcript().await.unwrap();
    }
    assert_eq!(
        told(0).as_deref(),
        Some("Glossary: Ceramic coating, clay bar.")
    );
    let long = told(1).unwrap();
    assert!(
        long.starts_with("Glossary: word0, word1") && long.len() <= 601,
        "{long}"
    );
    assert_eq!(told(2), None);
    assert_eq!(server.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn silence_is_not_sent() {
    let server = StandIn::start().await.unwrap();
    let mut utterance = recognizer(&server.base_url(), "whisper-1").begin();
    assert_eq!(utterance.transcript().await.unwrap(), Transcript::default());
    assert_eq!(server.uploads().len(), 0);
}

#[tokio::test]
async fn every_failure_has_its_fault() {
    let server = StandIn::start().await.unwrap();
    let never = Duration::from_mins(10);
    for (reply, fault) in [
        (
            Reply::error(503, "overloaded"),
            ProviderFault::Refused { status: Some(503) },
        ),
        (Reply::garbage(), ProviderFault::Invalid),
        (Reply::json(&json!({"words": []})), ProviderFault::Invalid),
        (
            Reply::transcript("x").break_off_after(0),
            ProviderFault::Dropped,
        ),
        (
            Reply::transcript("x").wait_before(0, never),
            ProviderFault::TimedOut,
        ),
    ] {
        let error = failing(&server, reply).await;
        assert_eq!((error.stage, &error.fault), (Stage::Asr, &fault), "{error}");
    }
    let mut utterance = recognizer(&StandIn::dead_url().await.unwrap(), "whisper-1").begin();
    utterance.push(&ramp(8_000));
    assert_eq!(
        utterance.transcript().await.unwrap_err().fault,
        ProviderFault::Unreachable
    );
}

#[tokio::test]
async fn dropping_the_future_closes_the_connection() {
    let server = StandIn::start().await.unwrap();
    let never = Duration::from_mins(10);
    server.reply_to_transcription(Reply::transcript("x").wait_before(0, never));
    let mut utterance = recognizer(&server.base_url(), "whisper-1").begin();
    utterance.push(&ramp(8_000));
    let early = tokio::time::timeout(Duration::from_millis(200), utterance.transcript()).await;
    assert!(early.is_err(), "{early:?}");
    assert!(server.wait_cancelled(1, Duration::from_secs(5)).await);
}
