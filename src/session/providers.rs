//! The minds that a node gives its calls.

use std::sync::Arc;

use agents::{
    asr::SpeechRecognizer, llm::ChatModel, tts::SpeechSynthesizer, turn_end::TurnEnd,
    vad::VoiceActivity,
};
use local_speech::Voices;

/// One of each, shared by all calls.
#[derive(Clone)]
pub struct Providers {
    pub voice_activity: Arc<dyn VoiceActivity>,
    pub recognizer: Arc<dyn SpeechRecognizer>,
    pub turn_end: Arc<dyn TurnEnd>,
    pub chat: Arc<dyn ChatModel>,
    /// The voice of agents that name none.
    pub voice: Arc<dyn SpeechSynthesizer>,
    /// The voices that agents may name.
    pub voices: Option<Arc<Voices>>,
}

impl Providers {
    /// The same minds with the voice that an agent names. A voice that cannot be had is said in
    /// the log, and the agent speaks with the node's own.
    pub async fn with_voice(mut self, name: &str) -> Self {
        let Some(voices) = self.voices.clone().filter(|_| name != self.voice.name()) else {
            return self;
        };
        let wanted = name.to_owned();
        // The first use of a voice loads it.
        match tokio::task::spawn_blocking(move || voices.open(&wanted)).await {
            Ok(Ok(voice)) => self.voice = voice,
            Ok(Err(error)) => tracing::error!(%error, "the agent's voice cannot be had"),
            Err(error) => tracing::error!(%error, "the agent's voice cannot be had"),
        }
        self
    }
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
