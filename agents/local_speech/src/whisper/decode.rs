//! One decoder: a whisper state that turns an utterance into text, piece by piece.

use std::sync::{Arc, Mutex, PoisonError};

use agents::asr::{Transcript, Word};
use tokio::sync::oneshot;
use whisper_rs::{FullParams, SamplingStrategy, WhisperError, WhisperState};

use super::{
    plan::{Limits, pieces},
    text::spoken_text,
    times::word_times,
};
use crate::dsp::{MODEL_RATE, to_model_rate};

type Reply = oneshot::Sender<Result<Transcript, String>>;

/// The reply of the decode in hand, where whisper's abort callback can see whether it is awaited.
type InHand = Arc<Mutex<Option<Reply>>>;

pub(super) struct Decoder {
    state: WhisperState,
    params: FullParams<'static, 'static>,
    in_hand: InHand,
}

impl Decoder {
    pub(super) fn new(state: WhisperState, threads: usize) -> Self {
        let in_hand = InHand::default();
        Self {
            state,
            params: params(&in_hand, threads),
            in_hand,
        }
    }

    /// Decodes 8 kHz samples and answers, unless the answer is no longer awaited.
    pub(super) fn transcribe(&mut self, samples: &[i16], reply: Reply) {
        *self.in_hand.lock().unwrap_or_else(PoisonError::into_inner) = Some(reply);
        let outcome = self.decode(&padded(to_model_rate(samples)));
        let reply = self
            .in_hand
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(reply) = reply {
            // A send fails when the caller has gone; then there is nobody to tell.
            let _ = reply.send(outcome);
        }
    }

    fn decode(&mut self, samples: &[f32]) -> Result<Transcript, String> {
        let mut heard = Heard::default();
        for piece in pieces(samples) {
            // Whisper writes "you" or thanks for watching when it is given silence.
            if is_audible(&samples[piece.clone()]) && awaited(&self.in_hand) {
                let raw = self
                    .decode_piece(&samples[piece.clone()], &mut heard)
                    .map_err(|e| e.to_string())?;
                heard.add(&spoken_text(&raw), piece.start, &samples[piece]);
            }
        }
        Ok(heard.into_transcript())
    }

    /// The raw text of a piece; how sure it is of it goes to `heard`.
    fn decode_piece(&mut self, piece: &[f32], heard: &mut Heard) -> Result<String, WhisperError> {
        let mut raw = String::new();
        let limits = Limits::for_samples(piece.len());
        let mut params = self.params.clone();
        params.set_audio_ctx(limits.audio_ctx);
        params.set_max_tokens(limits.max_tokens);
        self.state.full(params, piece)?;
        for segment in self.state.as_iter() {
            let probabilities: Vec<f32> = (0..segment.n_tokens())
                .filter_map(|index| segment.get_token(index))
                .filter(|token| token.token_id() < FIRST_SPECIAL_TOKEN)
                .map(|token| token.token_probability())
                .collect();
            let sum: f32 = probabilities.iter().sum();
            let doubtful = sum < DOUBTFUL * probabilities.len() as f32;
            if segment.no_speech_probability() > NO_SPEECH && doubtful {
                continue;
            }
            raw.push_str(&segment.to_str_lossy()?);
            heard.probability += sum;
            heard.tokens += probabilities.len();
        }
        Ok(raw)
    }
}

/// What the pieces decoded so far amount to.
#[derive(Default)]
struct Heard {
    text: String,
    words: Vec<Word>,
    /// Sum over text tokens.
    probability: f32,
    tokens: usize,
}

impl Heard {
    /// The text of a piece that began `at` that sample of the padded utterance.
    fn add(&mut self, text: &str, at: usize, samples: &[f32]) {
        if !self.text.is_empty() && !text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(text);
        let in_utterance = |ms: u32| (ms + to_ms(at)).saturating_sub(to_ms(LEAD));
        self.words
            .extend(word_times(text, samples).into_iter().map(|word| Word {
                start_ms: in_utterance(word.start_ms),
                end_ms: in_utterance(word.end_ms),
                ..word
            }));
    }

    fn into_transcript(self) -> Transcript {
        let confidence = (!self.text.is_empty() && self.tokens > 0)
            .then(|| (self.probability / self.tokens as f32).clamp(0.0, 1.0));
        Transcript {
            text: self.text,
            confidence,
            words: self.words,
        }
    }
}

fn to_ms(samples: usize) -> u32 {
    (samples / (MODEL_RATE as usize / 1000)) as u32
}

fn params(in_hand: &InHand, threads: usize) -> FullParams<'static, 'static> {
    let mut params = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
    params.set_n_threads(i32::try_from(threads.max(1)).unwrap_or(1));
    params.set_language(Some("en"));
    params.set_single_segment(true);
    params.set_no_context(true);
    params.set_temperature_inc(0.0);
    params.set_print_progress(false);
    params.set_print_realtime(false);
    params.set_print_timestamps(false);
    params.set_print_special(false);
    let in_hand = in_hand.clone();
    // whisper-rs hands the callback's address on as that of a `Box<dyn FnMut>`, whatever its
    // type, so the closure must be exactly that. It is never freed: hence one per decoder, not
    // one per decode.
    let abort: Box<dyn FnMut() -> bool> = Box::new(move || !awaited(&in_hand));
    params.set_abort_callback_safe::<_, Box<dyn FnMut() -> bool>>(abort);
    params
}

fn awaited(in_hand: &InHand) -> bool {
    let reply = in_hand.lock().unwrap_or_else(PoisonError::into_inner);
    reply.as_ref().is_some_and(|reply| !reply.is_closed())
}

/// Whether any 20 ms of it are louder than a quiet line's noise.
fn is_audible(samples: &[f32]) -> bool {
    samples.chunks(MODEL_RATE as usize / 50).any(|chunk| {
        let power = chunk.iter().map(|sample| sample * sample).sum::<f32>() / chunk.len() as f32;
        power > AUDIBLE_POWER
    })
}

/// Puts silence around the utterance: whisper drops a first word that starts at once, finishes
/// its sentence when it hears an end, and refuses less than 1 s.
fn padded(samples: Vec<f32>) -> Vec<f32> {
    let length = (samples.len() + LEAD + TAIL).max(SHORTEST);
    let mut padded = Vec::with_capacity(length);
    padded.resize(LEAD, 0.0);
    padded.extend(samples);
    padded.resize(length, 0.0);
    padded
}

const LEAD: usize = MODEL_RATE as usize / 10;
const TAIL: usize = MODEL_RATE as usize * 3 / 10;
const SHORTEST: usize = MODEL_RATE as usize * 12 / 10;

/// -60 dBFS.
const AUDIBLE_POWER: f32 = 1e-6;

/// A segment is dropped when whisper itself finds no speech and doubts its words: the rule of the
/// reference decoder, which puts the mean log probability at -1.
const NO_SPEECH: f32 = 0.6;
const DOUBTFUL: f32 = 0.37;

/// Text tokens come first in whisper's vocabulary; from here on they steer (end of text, times).
const FIRST_SPECIAL_TOKEN: i32 = 50_256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_an_empty_utterance_reaches_whispers_minimum() {
        assert_eq!(padded(Vec::new()).len(), SHORTEST);
        assert_eq!(padded(vec![0.5; 32_000]).len(), LEAD + 32_000 + TAIL);
    }
}
