//! Everything a node needs to listen and speak by itself, opened in one go.

use std::{sync::Arc, time::Duration};

use agents::{
    asr::SpeechRecognizer, tts::SpeechSynthesizer, turn_end::TurnEnd, vad::VoiceActivity,
};

use crate::{
    G2p, LoadError, ModelPaths, OnnxRuntime, PoolSize, Silero, SmartTurn, VoiceBudget, VoiceChoice,
    VoiceWish, Voices, Whisper, choose_voice,
    paths::{ONNX_RUNTIME, SILERO, SMART_TURN, WHISPER},
};

/// The local models of a node, shared by all its calls.
#[derive(Clone)]
pub struct LocalSpeech {
    pub recognizer: Arc<dyn SpeechRecognizer>,
    pub vad: Arc<dyn VoiceActivity>,
    pub turn_end: Arc<dyn TurnEnd>,
    /// The voice of every call whose agent names none.
    pub voice: Arc<dyn SpeechSynthesizer>,
    /// Which voice that is, and why.
    pub voice_choice: VoiceChoice,
    /// The other voices, by name.
    pub voices: Arc<Voices>,
}

/// How much of the machine local speech may use.
#[derive(Debug, Clone)]
pub struct LocalSpeechOptions {
    pub whisper: PoolSize,
    /// For each worker that recognises: an utterance is waited for, so a core that idles helps.
    pub whisper_threads: usize,
    pub turn_end: PoolSize,
    /// For each voice that is opened.
    pub synthesis: PoolSize,
    /// Bytes of audio kept of phrases that come back, for each voice.
    pub phrase_cache: usize,
    pub voice: VoiceWish,
}

impl LocalSpeechOptions {
    /// For a machine with `cores`: half of them recognise, and one voice may use as many.
    pub fn for_cores(cores: usize) -> Self {
        let workers = (cores / 2).max(1);
        Self {
            // A caller waits for each of these, so a long queue only hides that we are late.
            whisper: PoolSize {
                workers,
                queue: 8 * workers,
            },
            whisper_threads: (cores / workers).clamp(1, 4),
            turn_end: PoolSize {
                workers: 1,
                queue: 32,
            },
            synthesis: PoolSize {
                workers,
                queue: 16 * workers,
            },
            phrase_cache: 64 * 1024 * 1024,
            voice: VoiceWish::Best(VoiceBudget(Duration::from_millis(350))),
        }
    }
}

impl LocalSpeech {
    /// Opens the models of `paths`. Blocks for some seconds: the voice is measured.
    pub fn load(paths: &ModelPaths, options: &LocalSpeechOptions) -> Result<Self, LoadError> {
        let runtime = OnnxRuntime::load(&paths.file(ONNX_RUNTIME)?)?;
        let recognizer = Whisper::load(
            &paths.file(WHISPER)?,
            options.whisper,
            options.whisper_threads,
        )?;
        let vad = Silero::start(&runtime, &paths.file(SILERO)?)?;
        let turn_end = SmartTurn::load(&runtime, &paths.file(SMART_TURN)?, options.turn_end)?;
        let voices = Voices::new(
            paths.clone(),
            runtime,
            G2p::load(),
            options.synthesis,
            options.phrase_cache,
        );
        let (voice, voice_choice) = choose_voice(&voices, &options.voice)?;
        Ok(Self {
            recognizer: Arc::new(recognizer),
            vad: Arc::new(vad),
            turn_end: Arc::new(turn_end),
            voice,
            voice_choice,
            voices: Arc::new(voices),
        })
    }
}
