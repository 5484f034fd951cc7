//! Whisper through whisper.cpp: one model in memory, a pool of decoders, whole utterances.
//!
//! There are no streaming English weights to be had, so a transcript is a decode of everything
//! heard so far. The caller of this adapter asks while the caller pauses and asks again only if
//! they went on; an unchanged utterance is answered from memory, and a decode that nobody waits
//! for any more is aborted within one graph evaluation.

mod decode;
mod plan;
mod text;
mod times;

use std::{path::Path, sync::Arc};

use agents::{
    ProviderError, Stage,
    asr::{Recognition, SpeechRecognizer, Transcript},
};
use futures_util::future::BoxFuture;
use tokio::sync::oneshot;
use whisper_rs::{WhisperContext, WhisperContextParameters};

use self::decode::Decoder;
use crate::{
    LoadError, PoolSize,
    error::Provider,
    jobs::{Job, Jobs, Pool},
};

/// A shared whisper model. Cheap to begin an utterance on; see [`SpeechRecognizer`].
pub struct Whisper {
    inner: Arc<Inner>,
}

struct Inner {
    provider: Provider,
    pool: Pool<DecodeJob>,
}

/// One decode. The sender doubles as the sign whether anybody still waits.
struct DecodeJob {
    /// 8 kHz mono.
    samples: Vec<i16>,
    reply: oneshot::Sender<Result<Transcript, String>>,
}

impl Job for DecodeJob {
    fn is_cancelled(&self) -> bool {
        self.reply.is_closed()
    }
}

impl Whisper {
    /// Loads a ggml model file (0.12 s for tiny.en) and starts `pool.workers` decoders; each
    /// keeps about 100 MB of its own state for tiny.en and works with `threads` threads.
    pub fn load(model: &Path, pool: PoolSize, threads: usize) -> Result<Self, LoadError> {
        if !model.is_file() {
            return Err(LoadError::Missing {
                path: model.to_path_buf(),
            });
        }
        whisper_rs::install_logging_hooks();
        let context = WhisperContext::new_with_params(model, WhisperContextParameters::default())
            .map_err(|e| LoadError::unusable(model, e))?;
        let decoders = (0..pool.workers.max(1))
            .map(|_| context.create_state())
            .collect::<Result<Vec<_>, _>>()
            .map_err(|e| LoadError::unusable(model, e))?;
        let workers = decoders
            .into_iter()
            .map(|state| move |jobs: Jobs<DecodeJob>| serve(Decoder::new(state, threads), &jobs));
        let provider = Provider::new(format!("whisper:{}", model_name(model)), Stage::Asr);
        let pool = Pool::start("whisper", pool.queue, workers)?;
        Ok(Self {
            inner: Arc::new(Inner { provider, pool }),
        })
    }
}

impl SpeechRecognizer for Whisper {
    fn name(&self) -> &str {
        &self.inner.provider.name
    }

    fn begin(&self) -> Box<dyn Recognition> {
        Box::new(Utterance {
            whisper: self.inner.clone(),
            samples: Vec::new(),
            known: None,
        })
    }
}

/// One utterance: its audio, and its transcript while nothing new was heard.
struct Utterance {
    whisper: Arc<Inner>,
    samples: Vec<i16>,
    known: Option<Transcript>,
}

impl Recognition for Utterance {
    fn push(&mut self, samples: &[i16]) {
        if samples.is_empty() {
            return;
        }
        // What exceeds the bound is not transcribed; the call's own limits end a turn far earlier.
        let room = MAX_SAMPLES.saturating_sub(self.samples.len());
        self.samples
            .extend_from_slice(samples.get(..room).unwrap_or(samples));
        self.known = None;
    }

    fn transcript(&mut self) -> BoxFuture<'_, Result<Transcript, ProviderError>> {
        Box::pin(async move {
            if let Some(known) = &self.known {
                return Ok(known.clone());
            }
            let provider = &self.whisper.provider;
            let (reply, answer) = oneshot::channel();
            let job = DecodeJob {
                samples: self.samples.clone(),
                reply,
            };
            self.whisper.pool.submit(job).map_err(|_| provider.busy())?;
            let transcript = answer
                .await
                .map_err(|_| provider.gone())?
                .map_err(|detail| provider.invalid(detail))?;
            self.known = Some(transcript.clone());
            Ok(transcript)
        })
    }
}

fn serve(mut decoder: Decoder, jobs: &Jobs<DecodeJob>) {
    while let Some(DecodeJob { samples, reply }) = jobs.next() {
        decoder.transcribe(&samples, reply);
    }
}

/// `ggml-tiny.en.bin` is called `tiny.en`.
fn model_name(model: &Path) -> String {
    let stem = model.file_stem().unwrap_or_default().to_string_lossy();
    stem.strip_prefix("ggml-").unwrap_or(&stem).to_owned()
}

/// The most one utterance may hold: 2 minutes at 8 kHz, 1.9 MB.
const MAX_SAMPLES: usize = 120 * media::frame::SAMPLE_RATE as usize;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_named_after_its_file() {
        assert_eq!(model_name(Path::new("/m/ggml-tiny.en.bin")), "tiny.en");
        assert_eq!(model_name(Path::new("base-q8_0.bin")), "base-q8_0");
    }
}
