//! The voice against a real server on loopback.

use std::time::{Duration, Instant};

use secrecy::SecretString;
use serde_json::json;

use super::*;
use crate::{
    Timeouts,
    standin::{KEY, Reply, StandIn, Step},
};

fn voice(base_url: &str) -> OpenAiSpeech {
    let ms = Duration::from_millis;
    let timeouts = Timeouts {
        first: ms(800),
        between: ms(400),
        ..Timeouts::default()
    };
    let key = Some(SecretString::from(KEY));
    let config = OpenAiConfig::parse(base_url, key, "tts-1", timeouts).unwrap();
    OpenAiSpeech::new(config, "alloy", OpenAiSpeech::PCM_RATE).unwrap()
}

/// A 500 Hz tone at 24 kHz.
fn tone(ms: usize) -> Vec<i16> {
    let step = std::f32::consts::TAU * 500.0 / 24_000.0;
    (0..ms * 24)
        .map(|n| ((n as f32 * step).sin() * 10_000.0) as i16)
        .collect()
}

async fn spoken(server: &StandIn, reply: Reply) -> Result<Vec<i16>, ProviderError> {
    server.reply_to_speech(reply);
    let pieces: Vec<_> = voice(&server.base_url()).speak("Hello.").collect().await;
    Ok(pieces.into_iter().collect::<Result<Vec<_>, _>>()?.concat())
}

#[tokio::test]
async fn speech_is_whole_to_its_last_ms_however_it_is_cut() {
    let server = StandIn::start().await.unwrap();
    let whole = spoken(&server, Reply::pcm(&tone(1_000), 1_000_000))
        .await
        .unwrap();
    assert!((7_999..=8_001).contains(&whole.len()), "{}", whole.len());
    let loud = whole[whole.len() - 40..]
        .iter()
        .map(|s| i32::from(s.abs()))
        .max()
        .unwrap();
    assert!(loud > 7_000, "the last 5 ms are silent: {loud}");
    for bytes in [1_001, 4_801] {
        let cut = spoken(&server, Reply::pcm(&tone(1_000), bytes))
            .await
            .unwrap();
        assert_eq!(cut, whole, "cut into {bytes} bytes");
    }
    assert_eq!(server.violations(), Vec::<String>::new());
    let body = &server.speeches()[0];
    assert_eq!(
        *body,
        json!({"model": "tts-1", "input": "Hello.", "voice": "alloy", "response_format": "pcm"})
    );
}

#[tokio::test]
async fn the_first_audio_does_not_wait_for_the_last() {
    let server = StandIn::start().await.unwrap();
    let reply = Reply::pcm(&tone(1_000), 24_000).wait_before(1, Duration::from_secs(20));
    server.reply_to_speech(reply);
    let asked = Instant::now();
    let mut pieces = voice(&server.base_url()).speak("Hello.");
    let mut heard = 0;
    let error = loop {
        match pieces.next().await.unwrap() {
            Ok(samples) => heard += samples.len(),
            Err(error) => break error,
        }
    };
    assert!(
        heard > 3_000,
        "{heard} of the 4,000 samples sent before the stall"
    );
    assert!(asked.elapsed() < Duration::from_secs(5));
    assert_eq!(error.fault, ProviderFault::TimedOut, "{error}");
    assert!(pieces.next().await.is_none(), "a failed stream goes on");
    assert!(server.wait_cancelled(1, Duration::from_secs(5)).await);
}

#[tokio::test]
async fn nothing_to_say_asks_nothing() {
    let server = StandIn::start().await.unwrap();
    assert_eq!(voice(&server.base_url()).speak(" \n").count().await, 0);
    assert_eq!(server.speeches().len(), 0);
}

#[tokio::test]
async fn every_failure_has_its_fault() {
    let server = StandIn::start().await.unwrap();
    let pcm = || Reply::pcm(&tone(500), 4_800);
    let mp3 = Reply {
        content_type: "audio/mpeg",
        ..pcm()
    };
    let wav = Reply {
        steps: vec![Step::Bytes(b"RIFF....WAVEfmt ".to_vec())],
        ..pcm()
    };
    let odd = Reply {
        steps: vec![Step::Bytes(vec![0; 4_801])],
        ..pcm()
    };
    for (reply, fault) in [
        (
            Reply::error(503, "overloaded"),
            ProviderFault::Refused { status: Some(503) },
        ),
        (
            pcm().wait_before(0, Duration::from_secs(20)),
            ProviderFault::TimedOut,
        ),
        (
            pcm().wait_before(1, Duration::from_secs(20)),
            ProviderFault::TimedOut,
        ),
        (pcm().break_off_after(2), ProviderFault::Dropped),
        (odd, ProviderFault::Dropped),
        (pcm().end_after(0), ProviderFault::Invalid),
        (Reply::json(&json!({})), ProviderFault::Invalid),
        (mp3, ProviderFault::Invalid),
        (wav, ProviderFault::Invalid),
    ] {
        let error = spoken(&server, reply).await.unwrap_err();
        assert_eq!((error.stage, &error.fault), (Stage::Tts, &fault), "{error}");
    }
    let dead = voice(&StandIn::dead_url().await.unwrap());
    let error = dead.speak("Hello.").next().await.unwrap().unwrap_err();
    assert_eq!(error.fault, ProviderFault::Unreachable);
}

#[tokio::test]
async fn dropping_the_stream_closes_the_connection() {
    let server = StandIn::start().await.unwrap();
    let voice = voice(&server.base_url());
    let reply = Reply::pcm(&tone(1_000), 24_000).wait_before(1, Duration::from_mins(10));
    server.reply_to_speech(reply);
    let mut pieces = voice.speak("Hello.");
    pieces.next().await.unwrap().unwrap();
    drop(pieces);
    assert!(server.wait_cancelled(1, Duration::from_secs(5)).await);
}

#[test]
fn a_strange_rate_is_refused_with_its_value() {
    let config = OpenAiConfig::parse("http://h/v1", None, "tts-1", Timeouts::default()).unwrap();
    let error = OpenAiSpeech::new(config, "alloy", 12).err().unwrap();
    assert!(matches!(&error, ConfigError::PcmRate(_)), "{error}");
    assert!(error.to_string().contains("12"), "{error}");
}
