//! The adapters with their real models, through the telephone's 8 kHz.
//!
//! The models folder is `TRUNKLINE_MODELS` or the default one; without the models these tests
//! fail and say so, they are never skipped.

mod hearing;
mod speaking;

use std::sync::LazyLock;

use agents::tts::SpeechSynthesizer;
use futures_util::StreamExt;

use crate::{
    G2p, ModelPaths, OnnxRuntime, PoolSize, Voices, default_models_dir, paths::ONNX_RUNTIME,
};

/// Small enough for a shared test machine.
const POOL: PoolSize = PoolSize {
    workers: 1,
    queue: 32,
};

/// The models folder of this machine, complete or the test ends here.
fn models() -> ModelPaths {
    let dir = default_models_dir().expect("set TRUNKLINE_MODELS or HOME");
    let paths = ModelPaths::new(dir);
    if let Err(error) = paths.file(ONNX_RUNTIME) {
        panic!("{error} (or scripts/models/fetch); these tests need the real models");
    }
    paths
}

fn runtime() -> OnnxRuntime {
    OnnxRuntime::load(&models().file(ONNX_RUNTIME).unwrap()).unwrap()
}

fn g2p() -> G2p {
    static G2P: LazyLock<G2p> = LazyLock::new(G2p::load);
    G2P.clone()
}

/// Piper, shared by the tests: fast, and other tests need speech to listen to.
fn piper() -> std::sync::Arc<dyn SpeechSynthesizer> {
    static VOICES: LazyLock<Voices> =
        LazyLock::new(|| Voices::new(models(), runtime(), g2p(), POOL, 1 << 20));
    VOICES.open("piper:en_US-joe-medium").unwrap()
}

async fn say(voice: &dyn SpeechSynthesizer, text: &str) -> Vec<i16> {
    let pieces: Vec<_> = voice.speak(text).collect().await;
    pieces
        .into_iter()
        .flat_map(|piece| piece.unwrap())
        .collect()
}
