//! smart-turn v3: does the turn sound complete? A small model over the last 8 s of sound.

use std::{path::Path, sync::Arc};

use agents::{ProviderError, Stage, turn_end::TurnEnd};
use futures_util::future::BoxFuture;
use ort::session::Session;
use tokio::sync::oneshot;

use crate::{
    LoadError, OnnxRuntime, PoolSize,
    dsp::to_model_rate,
    error::Provider,
    features::{FRAMES, LogMel, MELS},
    jobs::{Job, Jobs, Pool},
    runtime::{InferenceError, floats, run},
};

/// A shared turn-end model, about 30 ms of one core per question; see [`TurnEnd`].
pub struct SmartTurn {
    provider: Provider,
    pool: Pool<Question>,
}

struct Question {
    /// 8 kHz mono.
    audio: Vec<i16>,
    reply: oneshot::Sender<Result<f32, InferenceError>>,
}

impl Job for Question {
    fn is_cancelled(&self) -> bool {
        self.reply.is_closed()
    }
}

impl SmartTurn {
    /// Opens one session per worker (9 MB each).
    pub fn load(runtime: &OnnxRuntime, model: &Path, pool: PoolSize) -> Result<Self, LoadError> {
        let mel = Arc::new(LogMel::new());
        let sessions = (0..pool.workers.max(1))
            .map(|_| runtime.session(model))
            .collect::<Result<Vec<_>, _>>()?;
        let workers = sessions.into_iter().map(|session| {
            let mel = mel.clone();
            move |jobs: Jobs<Question>| serve(session, &mel, &jobs)
        });
        let provider = Provider::new("smart-turn:v3.2", Stage::TurnEnd);
        Ok(Self {
            provider,
            pool: Pool::start("smart-turn", pool.queue, workers)?,
        })
    }
}

impl TurnEnd for SmartTurn {
    fn name(&self) -> &str {
        &self.provider.name
    }

    fn completion(&self, mut audio: Vec<i16>) -> BoxFuture<'static, Result<f32, ProviderError>> {
        let provider = self.provider.clone();
        audio.drain(..audio.len().saturating_sub(LOOKED_AT));
        let (reply, answer) = oneshot::channel();
        let admitted = self.pool.submit(Question { audio, reply });
        Box::pin(async move {
            admitted.map_err(|_| provider.busy())?;
            answer
                .await
                .map_err(|_| provider.gone())?
                .map_err(|e| provider.invalid(e))
        })
    }
}

fn serve(mut session: Session, mel: &LogMel, jobs: &Jobs<Question>) {
    while let Some(Question { audio, reply }) = jobs.next() {
        // A send fails when the caller has gone; then there is nobody to tell.
        let _ = reply.send(judge(&mut session, mel, &audio));
    }
}

fn judge(session: &mut Session, mel: &LogMel, audio: &[i16]) -> Result<f32, InferenceError> {
    let features = mel.features(&to_model_rate(audio));
    let input = floats("input_features", &[1, MELS, FRAMES], features)?;
    // The output is called logits but holds the probability itself.
    let [probability] = run(session, vec![input], ["logits"])?;
    match probability.as_slice() {
        [p] if p.is_finite() => Ok(p.clamp(0.0, 1.0)),
        other => Err(InferenceError(format!(
            "expected one probability, got {other:?}"
        ))),
    }
}

/// 8 s at 8 kHz.
const LOOKED_AT: usize = 8 * media::frame::SAMPLE_RATE as usize;
