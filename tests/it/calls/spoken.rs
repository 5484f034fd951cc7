//! A call with real speech both ways and the models that the product ships with.

use std::{sync::Arc, time::Duration};

use agents::{receptionist::Receptionist, tts::SpeechSynthesizer};
use bench::{Ending, Step};
use futures_util::StreamExt;
use local_speech::{LocalSpeech, LocalSpeechOptions, ModelPaths, VoiceWish, default_models_dir};
use trunkline::session::{choice::Choice, providers::Providers};

use crate::{node::Node, tape::recording};

fn local_speech() -> LocalSpeech {
    let dir = default_models_dir().expect("TRUNKLINE_MODELS or HOME is set");
    let mut options = LocalSpeechOptions::for_cores(2);
    options.voice = VoiceWish::Named("piper:en_US-joe-medium".into());
    LocalSpeech::load(&ModelPaths::new(dir), &options)
        .unwrap_or_else(|error| panic!("{error}: run scripts/test, which fetches the models"))
}

async fn speak(voice: &Arc<dyn SpeechSynthesizer>, text: &str) -> Step {
    let mut samples = Vec::new();
    let mut pieces = voice.speak(text);
    while let Some(piece) = pieces.next().await {
        samples.extend(piece.unwrap());
    }
    Step::Say {
        name: text.to_owned(),
        samples_8k: samples.into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spoken_call_books_an_appointment_and_its_recording_reads_as_it_went() {
    let local = local_speech();
    // Another voice than the agent's, so that nobody is understood for being the same.
    let caller = local.voices.open("kokoro:af_heart").unwrap();
    let mut steps = Vec::new();
    for text in [
        "Hi. How much is a teeth cleaning?",
        "Can I book one for next Tuesday at three PM?",
        "My name is Sarah Miller.",
        "Yes, please.",
        "No, that's all. Goodbye.",
    ] {
        steps.push(speak(&caller, text).await);
    }
    let node = Node::start(Providers {
        voice_activity: local.vad,
        recognizer: Arc::clone(&local.recognizer),
        turn_end: local.turn_end,
        chat: Arc::new(Receptionist::new()),
        voice: local.voice,
        choice: Choice::default(),
    })
    .await;
    let mut options = node.call(steps);
    options.max_duration = Duration::from_mins(4);
    options.script.manners.linger = Duration::from_secs(15);
    let report = bench::place_call(&options).await.unwrap();
    node.settled().await;

    let said =
        "SELECT string_agg(speaker || ': ' || text, E'\\n' ORDER BY seq) FROM app.call_turns";
    let said = node.db.value(said).await.unwrap();
    let booked = "SELECT customer_name || ' ' || to_char(starts_at AT TIME ZONE 'America/Chicago', 'FMDay HH24:MI')
        FROM app.appointments";
    assert_eq!(
        node.db.value(booked).await.as_deref(),
        Some("Sarah Miller Tuesday 15:00"),
        "{said}"
    );
    assert_eq!(report.ending, Ending::AgentHungUp, "{said}");
    assert_eq!(report.streams[0].violations, []);

    // The recording, transcribed back: each piece of the agent, a little wider than it was heard.
    let (_, agent) = recording(&node).await;
    let mut heard = String::new();
    for segment in report.streams[0].agent_segments() {
        let from = (segment.start.0 as usize).saturating_sub(1_600);
        let until = (segment.end.0 as usize + 1_600).min(agent.len());
        let mut recognition = local.recognizer.begin();
        recognition.push(&agent[from.min(until)..until]);
        heard.push_str(&recognition.transcript().await.unwrap().text.to_lowercase());
        heard.push('\n');
    }
    for word in [
        "bright smile",
        "120",
        "tuesday",
        "november",
        "sarah miller",
        "goodbye",
    ] {
        assert!(
            heard.contains(word),
            "{word:?} is not in the recording:\n{heard}"
        );
    }
}
