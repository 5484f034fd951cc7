//! Minds for a stand: what stands in for them when the machine itself is measured.
//!
//! Never on a line with real callers; the command that starts a node sees to that.

use std::{sync::Arc, time::Duration};

use agents::scripted::{
    ScriptedAnswer, ScriptedChat, ScriptedRecognizer, ScriptedSynthesizer, ScriptedTurnEnd, Sound,
};
use anyhow::Context;
use local_speech::{ModelPaths, Silero};

use super::minds;
use crate::{
    config::{Config, MindsChoice},
    session::{choice::Choice, line::Line, providers::Providers},
};

/// What the node's streams are connected with. Blocks while models are loaded.
pub fn line(config: &Config) -> anyhow::Result<Line> {
    if config.minds == MindsChoice::Real {
        return minds::load(config).map(Line::Agent);
    }
    anyhow::ensure!(
        config.auth_tokens().is_empty(),
        "minds = {:?} is for measurements only and refuses a carrier's callers: unset \
         TWILIO_AUTH_TOKEN, or leave --minds (TRUNKLINE_MINDS) away",
        config.minds
    );
    tracing::warn!(minds = ?config.minds, "a stand for measurements: nobody is answered by an agent");
    match config.minds {
        MindsChoice::Real | MindsChoice::Scripted => scripted(config).map(Line::Agent),
        MindsChoice::Echo => Ok(Line::Echo),
    }
}

/// Deterministic minds with the delays of good real ones, and the real voice activity detector.
fn scripted(config: &Config) -> anyhow::Result<Providers> {
    let paths = ModelPaths::new(minds::models_dir(config)?);
    let silero = Silero::load(&paths).context("the voice activity detector")?;
    let recognizer = ScriptedRecognizer::new([HEARD]).endless();
    let chat = ScriptedChat::new(REPLIES.map(ScriptedAnswer::say)).endless();
    let voice = ScriptedSynthesizer::new(Sound::Babble { ms_per_char: 65 }).forgetful();
    Ok(Providers {
        voice_activity: Arc::new(silero),
        recognizer: Arc::new(recognizer.with_delay(Duration::from_millis(100))),
        turn_end: Arc::new(ScriptedTurnEnd::new([1.0]).with_delay(Duration::from_millis(30))),
        chat: Arc::new(chat.with_delays(Duration::from_millis(150), Duration::ZERO)),
        voice: Arc::new(voice.with_delays(Duration::from_millis(60), Duration::ZERO)),
        choice: Choice::default(),
    })
}

/// What every caller of a stand is taken to say.
const HEARD: &str = "I would like to know what a teeth cleaning costs, please.";
/// What they are told, one after the other.
const REPLIES: [&str; 4] = [
    "A teeth cleaning costs one hundred and twenty dollars. It takes about forty five minutes. \
     Would you like to book one?",
    "We are open from Monday to Friday, from eight in the morning until five in the afternoon.",
    "I can offer you next Tuesday at three. Does that suit you?",
    "Very well. Is there anything else that I can do for you today?",
];
