//! The minds that a node gives its calls.

use std::sync::Arc;

use agents::{
    asr::SpeechRecognizer, brief::Brief, llm::ChatModel, tts::SpeechSynthesizer, turn_end::TurnEnd,
    vad::VoiceActivity,
};

use super::{choice::Choice, watched::Watched};
use crate::clock::Clock;

/// One of each, shared by all calls.
#[derive(Clone)]
pub struct Providers {
    pub voice_activity: Arc<dyn VoiceActivity>,
    pub recognizer: Arc<dyn SpeechRecognizer>,
    pub turn_end: Arc<dyn TurnEnd>,
    pub chat: Arc<dyn ChatModel>,
    /// The voice of agents that name none.
    pub voice: Arc<dyn SpeechSynthesizer>,
    /// What agents may name instead.
    pub choice: Choice,
}

impl Providers {
    /// The same minds with what an agent names. What cannot be had is said in the log, and the agent
    /// goes on with the node's own.
    pub async fn chosen(mut self, voice: Option<&str>, model: Option<&str>) -> Self {
        if let Some(name) = voice.filter(|name| *name != self.voice.name()) {
            match self.choice.voice(name).await {
                Ok(voice) => self.voice = voice,
                Err(error) => tracing::error!(%error, "the agent's voice cannot be had"),
            }
        }
        if let Some(model) = model {
            self.chat = self.chat_of(model);
        }
        self
    }

    /// The same minds, the recognizer told which words are likely, if it can be: an agent's vocabulary
    /// and the names of what can be booked.
    #[must_use]
    pub fn expecting(mut self, brief: &Brief) -> Self {
        if let Some(recognizer) = self.recognizer.expecting(&likely_words(brief)) {
            self.recognizer = recognizer;
        }
        self
    }

    /// The language model of this name, or the node's own.
    pub fn chat_of(&self, model: &str) -> Arc<dyn ChatModel> {
        self.choice.model_or(model, &self.chat)
    }

    /// The same, with their answers noted in [`Choice::pulses`].
    #[must_use]
    pub fn watched(mut self, clock: Clock) -> Self {
        self.choice.clock = Some(clock);
        let pulses = &self.choice.pulses;
        self.recognizer = Watched::over(self.recognizer, &pulses.recognizer, clock);
        self.chat = Watched::over_chat(self.chat, &pulses.chat, clock);
        self.voice = Watched::over_voice(self.voice, &pulses.voice, clock);
        self
    }
}

/// Services first: they are fewer, and asked for by name. Each word once, however it is written.
fn likely_words(brief: &Brief) -> Vec<String> {
    let services = brief.services.iter().map(|service| &service.name);
    let mut words: Vec<String> = Vec::new();
    for word in services.chain(&brief.vocabulary) {
        if !words.iter().any(|known| known.eq_ignore_ascii_case(word)) {
            words.push(word.clone());
        }
    }
    words
}

impl std::fmt::Debug for Providers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Providers")
            .field("voice_activity", &self.voice_activity.name())
            .field("recognizer", &self.recognizer.name())
            .field("turn_end", &self.turn_end.name())
            .field("chat", &self.chat.name())
            .field("voice", &self.voice.name())
            .finish_non_exhaustive()
    }
}
