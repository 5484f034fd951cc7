//! Silero VAD for all calls of a node: one session, one thread, windows judged in batches.
//!
//! A window alone costs 143 µs; sixteen of different calls in one run cost 38 µs each, and the
//! answers are bit for bit the same. So windows that wait together run together, and load makes
//! the work cheaper. A call's own windows run one after another, because the model carries its
//! state from window to window.
//!
//! Windows that cannot be speech are not judged by it at all: see [`stream`].

mod model;
mod queue;
mod stream;

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use agents::vad::{SpeechProbability, VoiceActivity, VoiceActivityStream};
use tokio::sync::mpsc;

use self::{model::Model, queue::WindowQueue, stream::Stream};
use crate::{
    LoadError, ModelPaths, OnnxRuntime,
    paths::{ONNX_RUNTIME, SILERO},
};

/// Samples in a window: 32 ms at 8 kHz.
const WINDOW: usize = 256;

/// The node's voice activity detector; see [`VoiceActivity`].
pub struct Silero {
    windows: Arc<WindowQueue>,
}

impl Silero {
    /// The detector alone, without any other model of [`crate::LocalSpeech`].
    pub fn load(paths: &ModelPaths) -> Result<Self, LoadError> {
        let runtime = OnnxRuntime::load(&paths.file(ONNX_RUNTIME)?)?;
        Self::start(&runtime, &paths.file(SILERO)?)
    }

    /// Opens the model and starts its thread, which ends when the detector and all its streams
    /// are gone.
    pub fn start(runtime: &OnnxRuntime, model: &Path) -> Result<Self, LoadError> {
        let model = Model::load(runtime, model)?;
        let windows = Arc::new(WindowQueue::default());
        let served = windows.clone();
        std::thread::Builder::new()
            .name("silero".into())
            .spawn(move || serve(model, &served))
            .map_err(|source| LoadError::Thread {
                what: "silero",
                source,
            })?;
        Ok(Self { windows })
    }

    /// Windows and judgements lost so far because the thread or a call did not keep up.
    pub fn dropped(&self) -> u64 {
        self.windows.dropped()
    }
}

impl VoiceActivity for Silero {
    fn name(&self) -> &'static str {
        "silero:8k"
    }

    fn open(&self, judgements: mpsc::Sender<SpeechProbability>) -> Box<dyn VoiceActivityStream> {
        Box::new(Stream::new(self.windows.clone(), judgements))
    }
}

impl Drop for Silero {
    fn drop(&mut self) {
        self.windows.close();
    }
}

fn serve(mut model: Model, windows: &WindowQueue) {
    while let Some(batch) = windows.next_batch(MAX_BATCH) {
        let began = Instant::now();
        match model.judge(&batch) {
            Ok(probabilities) => {
                for (window, probability) in batch.iter().zip(probabilities) {
                    if !window.tell(probability) {
                        windows.count_dropped();
                    }
                }
            }
            Err(error) => tracing::error!(%error, windows = batch.len(), "voice activity failed"),
        }
        drop(batch);
        // The windows of many calls trickle in; a run for each would cost four times as much. A
        // single call has a window each 32 ms and never waits here.
        if windows.is_empty() {
            std::thread::sleep(APART.saturating_sub(began.elapsed()));
        }
    }
}

/// Between the beginnings of two runs.
const APART: Duration = Duration::from_millis(8);
/// Beyond this a larger batch saves little and delays its first window.
const MAX_BATCH: usize = 32;
