//! The minds of a node: local by default, an OpenAI-compatible server where one is named.

use std::{path::PathBuf, sync::Arc};

use agents::{
    asr::SpeechRecognizer, llm::ChatModel, receptionist::Receptionist, tts::SpeechSynthesizer,
};
use anyhow::Context;
use local_speech::{LocalSpeech, LocalSpeechOptions, ModelPaths, VoiceWish, default_models_dir};
use openai_compatible::{
    OpenAiChat, OpenAiConfig, OpenAiRecognizer, OpenAiSpeech, PUBLIC_BASE_URL, Timeouts,
};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::{
    config::{Config, ProviderSettings},
    session::{choice::Choice, line::Line, providers::Providers},
};

/// Loads the local models and sets up the servers that are named. Blocks for some seconds.
pub fn load(config: &Config) -> anyhow::Result<Providers> {
    let dir = models_dir(config)?;
    tracing::info!(path = %dir.display(), "loading the speech models");
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let mut options = LocalSpeechOptions::for_cores(cores);
    if let Some(workers) = config.whisper_workers {
        options.whisper.workers = workers.max(1);
        options.whisper_threads = (cores / workers.max(1)).clamp(1, 4);
    }
    if let Some(voice) = &config.voice {
        options.voice = VoiceWish::Named(voice.clone());
    }
    let local = LocalSpeech::load(&ModelPaths::new(dir), &options)?;
    let settings = &config.providers;
    let recognizer = recognizer(settings)?.unwrap_or(local.recognizer);
    let voices = Arc::clone(&local.voices);
    let speech = speech(settings)?;
    let voice: Arc<dyn SpeechSynthesizer> = if let Some(speech) = &speech {
        Arc::new(speech.clone())
    } else {
        let choice = &local.voice_choice;
        tracing::info!(
            voice = choice.name,
            first_audio_ms = choice.first_audio.as_millis() as u64,
            why = choice.why,
            "voice chosen"
        );
        local.voice
    };
    Ok(Providers {
        voice_activity: local.vad,
        recognizer,
        turn_end: local.turn_end,
        chat: chat_model(settings)?,
        voice,
        choice: Choice {
            local: Some(voices),
            speech: speech.map(Arc::new),
            chat: chat(settings)?.map(Arc::new),
            ..Choice::default()
        },
    })
}

/// The language model that is named, or the receptionist.
pub fn chat_model(settings: &ProviderSettings) -> anyhow::Result<Arc<dyn ChatModel>> {
    Ok(match chat(settings)? {
        Some(chat) => Arc::new(chat),
        None => Arc::new(Receptionist::new()),
    })
}

/// What agents may name in place of [`chat_model`].
pub fn chat_choice(settings: &ProviderSettings) -> anyhow::Result<Choice> {
    Ok(Choice {
        chat: chat(settings)?.map(Arc::new),
        ..Choice::default()
    })
}

/// Whether the servers that are named can be set up; asks none of them.
pub fn check(settings: &ProviderSettings) -> anyhow::Result<()> {
    recognizer(settings)?;
    chat(settings)?;
    speech(settings)?;
    Ok(())
}

/// What works for this node, by name, for `/health`.
pub fn describe(line: &Line) -> Value {
    let providers = match line {
        Line::Agent(providers) => providers,
        Line::Echo => return json!({ "echo": "no agent: callers hear their own sound" }),
    };
    json!({
        "voice_activity": providers.voice_activity.name(),
        "recognizer": providers.recognizer.name(),
        "turn_end": providers.turn_end.name(),
        "chat": providers.chat.name(),
        "voice": providers.voice.name(),
    })
}

/// Where the models are.
pub fn models_dir(config: &Config) -> anyhow::Result<PathBuf> {
    config
        .models_dir
        .clone()
        .or_else(default_models_dir)
        .context("no folder for models: set TRUNKLINE_MODELS or HOME")
}

fn chat(settings: &ProviderSettings) -> anyhow::Result<Option<OpenAiChat>> {
    let Some(model) = &settings.llm_model else {
        anyhow::ensure!(
            settings.llm_url.is_none(),
            "TRUNKLINE_LLM_URL is set, but no model to ask for: set TRUNKLINE_LLM_MODEL"
        );
        return Ok(None);
    };
    let server = server(
        settings,
        settings.llm_url.as_deref(),
        settings.llm_key.as_ref(),
        model,
    )
    .context("TRUNKLINE_LLM_*")?;
    Ok(Some(OpenAiChat::new(server).context("TRUNKLINE_LLM_*")?))
}

fn recognizer(settings: &ProviderSettings) -> anyhow::Result<Option<Arc<dyn SpeechRecognizer>>> {
    let Some(model) = &settings.asr_model else {
        anyhow::ensure!(
            settings.asr_url.is_none(),
            "TRUNKLINE_ASR_URL is set, but no model to ask for: set TRUNKLINE_ASR_MODEL"
        );
        return Ok(None);
    };
    let server = server(
        settings,
        settings.asr_url.as_deref(),
        settings.asr_key.as_ref(),
        model,
    )
    .context("TRUNKLINE_ASR_*")?;
    let recognizer = OpenAiRecognizer::new(server, settings.asr_language.as_deref())
        .context("TRUNKLINE_ASR_*")?;
    Ok(Some(Arc::new(recognizer)))
}

fn speech(settings: &ProviderSettings) -> anyhow::Result<Option<OpenAiSpeech>> {
    let Some(model) = &settings.tts_model else {
        anyhow::ensure!(
            settings.tts_url.is_none(),
            "TRUNKLINE_TTS_URL is set, but no model to ask for: set TRUNKLINE_TTS_MODEL"
        );
        return Ok(None);
    };
    let server = server(
        settings,
        settings.tts_url.as_deref(),
        settings.tts_key.as_ref(),
        model,
    )
    .context("TRUNKLINE_TTS_*")?;
    let voice = settings.tts_voice.as_deref().unwrap_or("alloy");
    let rate = settings.tts_rate.unwrap_or(OpenAiSpeech::PCM_RATE);
    let speech = OpenAiSpeech::new(server, voice, rate).context("TRUNKLINE_TTS_*")?;
    Ok(Some(speech))
}

fn server(
    settings: &ProviderSettings,
    url: Option<&str>,
    key: Option<&SecretString>,
    model: &str,
) -> anyhow::Result<OpenAiConfig> {
    let shared = settings.openai_api_key.as_ref();
    // A key for the public service is not sent to just any server.
    let key = key.or_else(|| shared.filter(|_| url.is_none_or(|url| url == PUBLIC_BASE_URL)));
    let url = url.unwrap_or(PUBLIC_BASE_URL);
    anyhow::ensure!(
        key.is_some() || url != PUBLIC_BASE_URL,
        "a model is named, but neither a URL nor a key: set the _URL of the server, or a key"
    );
    Ok(OpenAiConfig::parse(
        url,
        key.cloned(),
        model,
        Timeouts::default(),
    )?)
}
