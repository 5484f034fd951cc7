//! The minds that a node gives its calls.

use std::sync::Arc;

use agents::{
    asr::SpeechRecognizer, llm::ChatModel, tts::SpeechSynthesizer, turn_end::TurnEnd,
    vad::VoiceActivity,
};

/// One of each, shared by all calls.
#[derive(Clone)]
pub struct Providers {
    pub voice_activity: Arc<dyn VoiceActivity>,
    pub recognizer: Arc<dyn SpeechRecognizer>,
    pub turn_end: Arc<dyn TurnEnd>,
    pub chat: Arc<dyn ChatModel>,
    pub voice: Arc<dyn SpeechSynthesizer>,
}

impl std::fmt::Debug for Providers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Providers")
            .field("voice_activity", &self.voice_activity.name())
            .field("recognizer", &self.recognizer.name())
            .field("turn_end", &self.turn_end.name())
            .field("chat", &self.chat.name())
            .field("voice", &self.voice.name())
            .finish()
    }
}
