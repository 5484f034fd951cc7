//! Speech over `/audio/speech`: raw PCM as it is made, down to the telephone's rate.
//!
//! async-openai collects a whole answer before it hands it out, which would cost the caller the
//! whole synthesis; so the request is its type, the bytes are read here as they arrive.

mod pcm;

use agents::{ProviderError, ProviderFault, Stage, tts::SpeechSynthesizer};
use async_openai::{
    config::Config,
    types::audio::{CreateSpeechRequest, SpeechModel, SpeechResponseFormat, Voice},
};
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};
use reqwest::{Response, header::CONTENT_TYPE};

use self::pcm::PcmToTelephone;
use crate::{
    ConfigError, OpenAiConfig, config, deadline::Deadlines, fault::Who, listing, transport,
};

/// A voice behind an OpenAI-compatible server. Cheap to clone.
#[derive(Clone)]
pub struct OpenAiSpeech {
    http: reqwest::Client,
    config: OpenAiConfig,
    voice: String,
    pcm_rate: u32,
    name: String,
    who: Who,
}

impl OpenAiSpeech {
    /// The rate of `response_format: pcm` at the public service, in Hz.
    pub const PCM_RATE: u32 = 24_000;

    /// Makes no connection. `pcm_rate`: samples per second of the server's PCM; see
    /// [`Self::PCM_RATE`].
    pub fn new(config: OpenAiConfig, voice: &str, pcm_rate: u32) -> Result<Self, ConfigError> {
        PcmToTelephone::new(pcm_rate)?;
        let http = transport::http_client(&config)?;
        let voice = config::parse_name("voice", voice)?;
        let provider = format!("openai:{}", config.model());
        let name = format!("{provider}:{voice}");
        let who = Who {
            provider: name.clone(),
            stage: Stage::Tts,
        };
        Ok(Self {
            http,
            config,
            voice,
            pcm_rate,
            name,
            who,
        })
    }

    /// The voices of the API that every one of its speech models speaks with (OpenAI API reference,
    /// "Create speech"); compatible servers map them to voices of theirs.
    pub const VOICES: [&str; 6] = ["alloy", "echo", "fable", "onyx", "nova", "shimmer"];

    /// The same server and model with another voice.
    pub fn with_voice(&self, voice: &str) -> Result<Self, ConfigError> {
        let voice = config::parse_name("voice", voice)?;
        let name = format!("openai:{}:{voice}", self.config.model());
        Ok(Self {
            voice,
            who: Who {
                provider: name.clone(),
                stage: Stage::Tts,
            },
            name,
            ..self.clone()
        })
    }

    /// The voice that is spoken with.
    pub fn voice(&self) -> &str {
        &self.voice
    }

    /// The names of the server's voices. The API has no such question; many compatible servers
    /// answer `/audio/voices` all the same. An error where this one does not.
    pub async fn voices(&self) -> Result<Vec<String>, ProviderError> {
        listing::voices(&self.config, &self.who).await
    }

    async fn request(&self, text: String) -> Result<Response, ProviderError> {
        let body = CreateSpeechRequest {
            input: text,
            model: SpeechModel::Other(self.config.model().to_owned()),
            voice: Voice::Other(self.voice.clone()),
            response_format: Some(SpeechResponseFormat::Pcm),
            ..CreateSpeechRequest::default()
        };
        let endpoint = transport::Endpoint::new(&self.config);
        let request = self
            .http
            .post(endpoint.url("/audio/speech"))
            .headers(endpoint.headers());
        let response = request
            .json(&body)
            .send()
            .await
            .map_err(|error| self.who.http(error))?;
        let response = transport::accepted(response)
            .await
            .map_err(|error| self.who.openai(error))?;
        match response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
        {
            Some(kind) if is_no_pcm(kind) => {
                Err(self.who.invalid("the server sent another format than pcm"))
            }
            Some(_) | None => Ok(response),
        }
    }
}

impl SpeechSynthesizer for OpenAiSpeech {
    fn name(&self) -> &str {
        &self.name
    }

    fn speak(&self, text: &str) -> BoxStream<'static, Result<Vec<i16>, ProviderError>> {
        if text.trim().is_empty() {
            return stream::empty().boxed();
        }
        let speaking = Speaking {
            phase: Phase::New {
                text: text.to_owned(),
            },
            speech: self.clone(),
        };
        stream::unfold(speaking, async |mut speaking| {
            Some((speaking.next().await?, speaking))
        })
        .boxed()
    }
}

/// One text being spoken. Dropping it closes the connection.
struct Speaking {
    phase: Phase,
    speech: OpenAiSpeech,
}

enum Phase {
    New { text: String },
    Streaming(Box<Streaming>),
    Ended,
}

struct Streaming {
    bytes: BoxStream<'static, Result<Vec<u8>, reqwest::Error>>,
    pcm: PcmToTelephone,
    deadlines: Deadlines,
    begun: bool,
}

impl Speaking {
    /// The next samples; `None` after the end or an error.
    async fn next(&mut self) -> Option<Result<Vec<i16>, ProviderError>> {
        loop {
            let phase = std::mem::replace(&mut self.phase, Phase::Ended);
            let stepped = match phase {
                Phase::New { text } => self.open(text).await,
                Phase::Streaming(streaming) => self.read(streaming).await,
                Phase::Ended => return None,
            };
            match stepped {
                Ok(samples) if samples.is_empty() => {}
                Ok(samples) => return Some(Ok(samples)),
                Err(error) => return Some(Err(error)),
            }
        }
    }

    async fn open(&mut self, text: String) -> Result<Vec<i16>, ProviderError> {
        let who = &self.speech.who;
        let deadlines = Deadlines::start(self.speech.config.timeouts());
        let asked = deadlines.first(self.speech.request(text)).await;
        let response = asked.map_err(|late| who.late(late))??;
        let bytes = response
            .bytes_stream()
            .map(|piece| piece.map(Vec::from))
            .boxed();
        let pcm = PcmToTelephone::new(self.speech.pcm_rate)
            .map_err(|error| who.invalid(error.to_string()))?;
        self.phase = Phase::Streaming(Box::new(Streaming {
            bytes,
            pcm,
            deadlines,
            begun: false,
        }));
        Ok(Vec::new())
    }

    async fn read(&mut self, mut on: Box<Streaming>) -> Result<Vec<i16>, ProviderError> {
        let who = &self.speech.who;
        let next = on.bytes.next();
        let waited = if on.begun {
            on.deadlines.between(next).await
        } else {
            on.deadlines.first(next).await
        };
        match waited.map_err(|late| who.late(late))? {
            Some(Ok(piece)) => {
                if !on.begun && is_container(&piece) {
                    return Err(who.invalid("the server sent a sound file instead of pcm"));
                }
                on.begun |= !piece.is_empty();
                let samples = on.pcm.push(&piece);
                self.phase = Phase::Streaming(on);
                Ok(samples)
            }
            Some(Err(error)) => Err(who.http(error)),
            None if !on.begun => Err(who.invalid("the server sent no audio")),
            None => on.pcm.finish().ok_or_else(|| {
                who.fault(
                    ProviderFault::Dropped,
                    "the audio ended in the middle of a sample",
                )
            }),
        }
    }
}

/// Content types whose bytes would be noise when they are played as PCM.
fn is_no_pcm(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    let compressed = ["mpeg", "mp3", "ogg", "opus", "flac", "aac", "webm"];
    kind.starts_with("text/")
        || kind == "application/json"
        || kind
            .strip_prefix("audio/")
            .is_some_and(|kind| compressed.contains(&kind))
}

fn is_container(begin: &[u8]) -> bool {
    [&b"RIFF"[..], b"OggS", b"fLaC", b"ID3"]
        .iter()
        .any(|magic| begin.starts_with(magic))
}

#[cfg(test)]
mod tests;
