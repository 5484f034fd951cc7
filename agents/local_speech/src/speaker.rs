//! A local voice: text to words, words to clauses, clauses to 8 kHz audio as each is ready.
//!
//! What a worker does is one clause; the rest of a text goes back behind whoever waits, so that
//! a long answer in one call does not silence another. Clauses said before come from the cache
//! without waiting at all. Dropping the stream ends the work after the clause in hand.

use std::{collections::VecDeque, sync::Arc, time::Instant};

use agents::{ProviderError, Stage, tts::SpeechSynthesizer};
use futures_util::stream::{self, BoxStream, StreamExt};
use tokio::sync::mpsc;

use crate::{
    LoadError, PhraseCache,
    clauses::clauses,
    error::Provider,
    jobs::{Job, Jobs, Pool},
    loudness::for_telephone,
    spoken::spoken,
};

/// A model that turns words into sound, owned by one worker.
pub(crate) trait Engine: Send + 'static {
    /// Of what [`Self::synthesise`] gives, in Hz.
    fn sample_rate(&self) -> u32;

    /// The audio of one clause of words, -1.0..1.0, mono.
    fn synthesise(&mut self, words: &str) -> Result<Vec<f32>, String>;
}

/// One voice with its workers and its cache; see [`SpeechSynthesizer`].
pub struct LocalVoice {
    provider: Arc<Provider>,
    cache: Arc<PhraseCache>,
    pool: Pool<Speech>,
}

/// What is left of a text that is being spoken.
struct Speech {
    clauses: VecDeque<String>,
    /// Holds as many pieces as there are clauses, so that a worker never waits on it.
    audio: mpsc::Sender<Result<Vec<i16>, ProviderError>>,
}

impl Job for Speech {
    fn is_cancelled(&self) -> bool {
        self.audio.is_closed()
    }
}

impl LocalVoice {
    pub(crate) fn start<E: Engine>(
        name: &str,
        engines: Vec<E>,
        queue: usize,
        cache: PhraseCache,
    ) -> Result<Self, LoadError> {
        let provider = Arc::new(Provider::new(name, Stage::Tts));
        let cache = Arc::new(cache);
        let workers = engines.into_iter().map(|mut engine| {
            let (provider, cache) = (provider.clone(), cache.clone());
            move |jobs: Jobs<Speech>| {
                while let Some(speech) = jobs.next() {
                    speak_next(&mut engine, &provider, &cache, &jobs, speech);
                }
            }
        });
        let pool = Pool::start("voice", queue, workers)?;
        Ok(Self {
            provider,
            cache,
            pool,
        })
    }
}

impl SpeechSynthesizer for LocalVoice {
    fn name(&self) -> &str {
        &self.provider.name
    }

    fn speak(&self, text: &str) -> BoxStream<'static, Result<Vec<i16>, ProviderError>> {
        let mut clauses: VecDeque<_> = clauses(&spoken(text)).into();
        let mut known = Vec::new();
        while let Some(audio) = clauses.front().and_then(|clause| self.cache.get(clause)) {
            known.push(Ok(audio.to_vec()));
            clauses.pop_front();
        }
        let known = stream::iter(known);
        if clauses.is_empty() {
            return known.boxed();
        }
        let awaited = clauses.len();
        let (audio, pieces) = mpsc::channel(awaited);
        match self.pool.submit(Speech { clauses, audio }) {
            Ok(()) => known
                .chain(received(pieces, awaited, self.provider.clone()))
                .boxed(),
            Err(_) => known
                .chain(stream::iter([Err(self.provider.busy())]))
                .boxed(),
        }
    }
}

/// `awaited` pieces as they arrive; an error when the workers end before, and after any error
/// nothing more.
fn received(
    pieces: mpsc::Receiver<Result<Vec<i16>, ProviderError>>,
    awaited: usize,
    provider: Arc<Provider>,
) -> impl futures_util::Stream<Item = Result<Vec<i16>, ProviderError>> + Send {
    stream::unfold((pieces, awaited), move |(mut pieces, awaited)| {
        let provider = provider.clone();
        async move {
            let left = awaited.checked_sub(1)?;
            match pieces.recv().await {
                Some(Ok(piece)) => Some((Ok(piece), (pieces, left))),
                Some(Err(error)) => Some((Err(error), (pieces, 0))),
                None => Some((Err(provider.gone()), (pieces, 0))),
            }
        }
    })
}

/// Speaks the first clause of a text and puts the rest back into the queue.
fn speak_next(
    engine: &mut impl Engine,
    provider: &Provider,
    cache: &PhraseCache,
    jobs: &Jobs<Speech>,
    mut speech: Speech,
) {
    let Some(clause) = speech.clauses.pop_front() else {
        return;
    };
    let audio = match cache.get(&clause) {
        Some(audio) => Ok(audio),
        None => synthesise(engine, &provider.name, &clause).inspect(|audio| {
            cache.insert(&clause, audio.clone());
        }),
    };
    let piece = audio
        .map(|audio| audio.to_vec())
        .map_err(|detail| provider.invalid(detail));
    let failed = piece.is_err();
    // A send fails when the call has gone; then there is nobody to tell.
    let gone = speech.audio.try_send(piece).is_err();
    if !failed && !gone && !speech.clauses.is_empty() {
        jobs.yield_job(speech);
    }
}

fn synthesise(engine: &mut impl Engine, voice: &str, clause: &str) -> Result<Arc<[i16]>, String> {
    let began = Instant::now();
    let audio = engine.synthesise(clause)?;
    if audio.iter().any(|sample| !sample.is_finite()) {
        return Err("the voice gave samples that are not numbers".into());
    }
    let samples = for_telephone(&audio, engine.sample_rate(), clause).map_err(|e| e.to_string())?;
    let took_ms = began.elapsed().as_millis() as u64;
    tracing::trace!(
        voice,
        took_ms,
        samples = samples.len(),
        "clause synthesised"
    );
    Ok(samples.into())
}
