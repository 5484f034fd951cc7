//! Minds for a measurement: local speech as a node loads it, and a mind with one thing to say.

use std::{path::PathBuf, sync::Arc};

use agents::{
    ProviderError,
    llm::{ChatEvent, ChatModel, ChatRequest, Usage},
    tts::SpeechSynthesizer,
};
use anyhow::Context;
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};
use local_speech::{LocalSpeech, LocalSpeechOptions, ModelPaths, VoiceWish, default_models_dir};
use trunkline::session::{choice::Choice, providers::Providers};

/// Loads what a node loads, with its options for this machine. Blocks for some seconds.
pub(crate) fn local_speech(
    models: Option<PathBuf>,
    voice: Option<String>,
) -> anyhow::Result<LocalSpeech> {
    let dir = models
        .or_else(default_models_dir)
        .context("set TRUNKLINE_MODELS or HOME")?;
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let mut options = LocalSpeechOptions::for_cores(cores);
    if let Some(name) = voice {
        options.voice = VoiceWish::Named(name);
    }
    Ok(LocalSpeech::load(&ModelPaths::new(dir), &options)?)
}

/// The minds that a node has by default, but for what is to answer.
pub(crate) fn providers(local: LocalSpeech, chat: Arc<dyn ChatModel>) -> Providers {
    Providers {
        voice_activity: local.vad,
        recognizer: local.recognizer,
        turn_end: local.turn_end,
        chat,
        voice: local.voice,
        choice: Choice {
            local: Some(local.voices),
            ..Choice::default()
        },
    }
}

/// All of a text's sound, 8 kHz.
pub(crate) async fn speak(
    voice: &Arc<dyn SpeechSynthesizer>,
    text: &str,
) -> anyhow::Result<Arc<[i16]>> {
    let (mut samples, mut pieces) = (Vec::new(), voice.speak(text));
    while let Some(piece) = pieces.next().await {
        samples.extend(piece?);
    }
    Ok(samples.into())
}

/// Says the same whatever it is told, at once and in every call.
#[derive(Debug)]
pub(crate) struct Parrot(pub(crate) &'static str);

impl ChatModel for Parrot {
    fn name(&self) -> &'static str {
        "parrot"
    }

    fn ask(&self, _: ChatRequest) -> BoxStream<'static, Result<ChatEvent, ProviderError>> {
        let words = ChatEvent::Text(self.0.to_owned());
        stream::iter([Ok(words), Ok(ChatEvent::Finished(Usage::default()))]).boxed()
    }
}
