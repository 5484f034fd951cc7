//! Recognition over `/audio/transcriptions`: one upload per transcript asked for.
//!
//! The API takes whole files, so the audio of an utterance is kept until its transcript is
//! wanted. It goes up as it came, 8 kHz: servers resample to what their model needs.

use std::{io::Cursor, sync::Arc};

use agents::{
    ProviderError, Stage,
    asr::{Recognition, SpeechRecognizer, Transcript, Word},
};
use async_openai::types::{
    InputSource,
    audio::{AudioInput, AudioResponseFormat, CreateTranscriptionRequest, TimestampGranularity},
};
use futures_util::future::BoxFuture;
use media::frame::SAMPLE_RATE;
use serde::Deserialize;

use crate::{
    ConfigError, OpenAiConfig, config,
    deadline::Deadlines,
    fault::Who,
    transport::{self, OpenAiClient},
};

/// A recognizer behind an OpenAI-compatible server. Cheap to clone.
#[derive(Clone)]
pub struct OpenAiRecognizer {
    client: OpenAiClient,
    config: OpenAiConfig,
    /// ISO 639-1, such as `en`; `None` lets the server guess.
    language: Option<String>,
    /// Words that are likely, as a transcript's beginning; `None` where none are known.
    prompt: Option<String>,
    who: Who,
}

impl OpenAiRecognizer {
    /// Makes no connection. `language` is ISO 639-1, such as `en`; with `None` the server
    /// guesses, which costs accuracy on short utterances.
    pub fn new(config: OpenAiConfig, language: Option<&str>) -> Result<Self, ConfigError> {
        let client = transport::client(&config)?;
        let language = language
            .map(|name| config::parse_name("language", name))
            .transpose()?;
        let who = Who {
            provider: format!("openai:{}", config.model()),
            stage: Stage::Asr,
        };
        Ok(Self {
            client,
            config,
            language,
            prompt: None,
            who,
        })
    }

    async fn transcribe(&self, samples: &[i16]) -> Result<Transcript, ProviderError> {
        if samples.is_empty() {
            return Ok(Transcript::default());
        }
        let wav = wav(samples).map_err(|error| self.who.invalid(format!("no WAV: {error}")))?;
        let request = self.request(wav);
        let audio = self.client.audio();
        let answer = Deadlines::start(self.config.timeouts())
            .first(audio.transcription().create_raw(request))
            .await
            .map_err(|late| self.who.late(late))?
            .map_err(|error| self.who.openai(error))?;
        let answer: Answer =
            serde_json::from_slice(&answer).map_err(|error| self.who.unreadable(&error))?;
        Ok(answer.into_transcript())
    }

    fn request(&self, wav: Vec<u8>) -> CreateTranscriptionRequest {
        let file = InputSource::VecU8 {
            filename: "caller.wav".to_owned(),
            vec: wav,
        };
        let mut request = CreateTranscriptionRequest {
            file: AudioInput { source: file },
            model: self.config.model().to_owned(),
            language: self.language.clone(),
            prompt: self.prompt.clone(),
            response_format: Some(AudioResponseFormat::Json),
            ..CreateTranscriptionRequest::default()
        };
        // The public service's gpt-… models take `json` only; Whisper and its kin tell words.
        if !self.config.model().starts_with("gpt-") {
            request.response_format = Some(AudioResponseFormat::VerboseJson);
            request.timestamp_granularities = Some(vec![
                TimestampGranularity::Word,
                TimestampGranularity::Segment,
            ]);
        }
        request
    }
}

impl SpeechRecognizer for OpenAiRecognizer {
    fn name(&self) -> &str {
        &self.who.provider
    }

    fn expecting(&self, words: &[String]) -> Option<Arc<dyn SpeechRecognizer>> {
        let prompt = glossary(words);
        Some(Arc::new(Self {
            prompt,
            ..self.clone()
        }))
    }

    fn begin(&self) -> Box<dyn Recognition> {
        Box::new(Utterance {
            recognizer: self.clone(),
            samples: Vec::new(),
        })
    }
}

struct Utterance {
    recognizer: OpenAiRecognizer,
    samples: Vec<i16>,
}

impl Recognition for Utterance {
    fn push(&mut self, samples: &[i16]) {
        let room = MAX_SAMPLES.saturating_sub(self.samples.len());
        self.samples
            .extend_from_slice(samples.get(..room).unwrap_or(samples));
    }

    fn transcript(&mut self) -> BoxFuture<'_, Result<Transcript, ProviderError>> {
        Box::pin(self.recognizer.transcribe(&self.samples))
    }
}

/// The words as a model reads them before it listens. Whisper heeds the last 224 tokens of a prompt
/// (OpenAI, "Speech to text", prompting), so what does not fit is left out at the end and not at the
/// beginning. `None` without words.
fn glossary(words: &[String]) -> Option<String> {
    let mut text = String::new();
    for word in words
        .iter()
        .map(|word| word.trim())
        .filter(|word| !word.is_empty())
    {
        let separator = if text.is_empty() { "Glossary: " } else { ", " };
        if text.len() + separator.len() + word.len() > LONGEST_PROMPT {
            break;
        }
        text.push_str(separator);
        text.push_str(word);
    }
    (!text.is_empty()).then(|| text + ".")
}

/// In bytes: fewer than 224 tokens, also of rare words at three letters each.
const LONGEST_PROMPT: usize = 600;

/// 16-bit mono at 8 kHz, at least as long as servers accept.
fn wav(samples: &[i16]) -> Result<Vec<u8>, hound::Error> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: SAMPLE_RATE,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = Cursor::new(Vec::with_capacity(44 + samples.len() * 2));
    let mut writer = hound::WavWriter::new(&mut file, spec)?;
    let silence = MIN_SAMPLES.saturating_sub(samples.len());
    for sample in samples
        .iter()
        .copied()
        .chain(std::iter::repeat_n(0, silence))
    {
        writer.write_sample(sample)?;
    }
    writer.finalize()?;
    Ok(file.into_inner())
}

/// `json` and `verbose_json` in one; every server leaves out what it likes.
#[derive(Deserialize)]
struct Answer {
    text: String,
    words: Option<Vec<AnswerWord>>,
    segments: Option<Vec<Segment>>,
}

#[derive(Deserialize)]
struct AnswerWord {
    word: String,
    /// Seconds.
    start: f32,
    end: f32,
}

#[derive(Deserialize)]
struct Segment {
    avg_logprob: Option<f32>,
}

impl Answer {
    fn into_transcript(self) -> Transcript {
        let word = |word: AnswerWord| Word {
            text: word.word.trim().to_owned(),
            start_ms: ms(word.start),
            end_ms: ms(word.end),
        };
        // Whisper's own measure: the mean log probability of a segment's tokens.
        let likely: Vec<f32> = self
            .segments
            .iter()
            .flatten()
            .filter_map(|s| s.avg_logprob)
            .map(f32::exp)
            .collect();
        let mean = likely.iter().sum::<f32>() / likely.len() as f32;
        Transcript {
            text: self.text.trim().to_owned(),
            confidence: (!likely.is_empty()).then(|| mean.clamp(0.0, 1.0)),
            words: self
                .words
                .unwrap_or_default()
                .into_iter()
                .map(word)
                .collect(),
        }
    }
}

/// Saturates: a negative or absurd time becomes the nearest that fits.
fn ms(seconds: f32) -> u32 {
    (seconds * 1000.0).round() as u32
}

/// The public service refuses less than 0.1 s; some margin for its rounding.
const MIN_SAMPLES: usize = SAMPLE_RATE as usize / 5;
/// Ten minutes, far beyond a turn and below the 25 MB that servers take.
const MAX_SAMPLES: usize = SAMPLE_RATE as usize * 600;

#[cfg(test)]
mod tests;
