//! The caller's mouth and ears: texts become sound, and what the agent said becomes text.

use std::{cell::OnceCell, fs::File, io::BufReader, path::Path};

use agents::{asr::SpeechRecognizer, tts::SpeechSynthesizer};
use anyhow::Context;
use bench::{CallReport, StreamReport};
use futures_util::StreamExt;
use local_speech::{ModelPaths, PoolSize, Voices, Whisper};
use media::{
    frame::{MediaTime, SAMPLE_RATE},
    wav::read_telephone,
};

use crate::{boot::minds::models_dir, commands::database::runtime, config::Config};

/// Speaks the caller's texts, with a voice that is opened when the first one comes.
pub(super) struct CallerVoice {
    models: Option<ModelPaths>,
    wish: Option<String>,
    voice: OnceCell<std::sync::Arc<dyn SpeechSynthesizer>>,
}

impl CallerVoice {
    pub(super) fn new(config: &Config, wish: Option<String>) -> Self {
        let models = models_dir(config).ok().map(ModelPaths::new);
        Self {
            models,
            wish,
            voice: OnceCell::new(),
        }
    }

    /// The sound of a WAV file or of a text, at 8 kHz.
    pub(super) fn sound_of(&self, what: &str) -> anyhow::Result<Vec<i16>> {
        let path = Path::new(what);
        if path
            .extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("wav"))
        {
            return read_wav(path);
        }
        self.speak(what)
    }

    fn speak(&self, text: &str) -> anyhow::Result<Vec<i16>> {
        let voice = self.voice()?;
        let mut pieces = voice.speak(text);
        let samples = runtime()?.block_on(async {
            let mut samples = Vec::new();
            while let Some(piece) = pieces.next().await {
                samples.extend(piece?);
            }
            anyhow::Ok(samples)
        })?;
        anyhow::ensure!(!samples.is_empty(), "--say {text:?} has nothing to speak");
        Ok(samples)
    }

    fn voice(&self) -> anyhow::Result<&std::sync::Arc<dyn SpeechSynthesizer>> {
        if let Some(voice) = self.voice.get() {
            return Ok(voice);
        }
        let models = self
            .models
            .as_ref()
            .context("no folder for models: set TRUNKLINE_MODELS")?;
        let pool = PoolSize {
            workers: 1,
            queue: 64,
        };
        let voices = Voices::load(models, pool, 0)?;
        let name = match &self.wish {
            Some(name) => name.as_str(),
            // Another voice than the agent's likely one tells the two apart.
            None => voices.available().first().copied().context(
                "no voice to speak with: run `trunkline models fetch`, or give WAV files",
            )?,
        };
        let voice = voices.open(name)?;
        Ok(self.voice.get_or_init(|| voice))
    }
}

/// Reads a WAV file of any common format as mono at 8 kHz.
fn read_wav(path: &Path) -> anyhow::Result<Vec<i16>> {
    let name = path.display();
    let file = File::open(path).with_context(|| format!("{name} cannot be opened"))?;
    read_telephone(BufReader::new(file)).with_context(|| format!("{name} cannot be spoken"))
}

/// Understands what the agent said, as it was heard.
pub(super) struct Ears(Whisper);

impl Ears {
    pub(super) fn open(config: &Config) -> anyhow::Result<Self> {
        let models = ModelPaths::new(models_dir(config)?);
        let model = models.file(local_speech::WHISPER)?;
        let pool = PoolSize {
            workers: 1,
            queue: 4,
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self(Whisper::load(&model, pool, threads)?))
    }

    pub(super) fn transcribe(
        &self,
        stream: &StreamReport,
        from: MediaTime,
        until: MediaTime,
    ) -> anyhow::Result<String> {
        let samples = &stream.agent.samples;
        let end = (until.0 as usize).min(samples.len());
        let start = (from.0 as usize).min(end);
        let mut recognition = self.0.begin();
        recognition.push(&samples[start..end]);
        Ok(runtime()?.block_on(recognition.transcript())?.text)
    }
}

/// Writes the first stream of a call as the caller heard it: caller left, agent right.
pub(super) fn save(path: &Path, report: &CallReport) -> anyhow::Result<()> {
    let stream = report
        .streams
        .first()
        .context("--save: the call had no media stream")?;
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: SAMPLE_RATE,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = hound::WavWriter::create(path, spec)
        .with_context(|| format!("cannot write {}", path.display()))?;
    let (caller, agent) = (&stream.caller_samples, &stream.agent.samples);
    for at in 0..caller.len().max(agent.len()) {
        file.write_sample(caller.get(at).copied().unwrap_or(0))?;
        file.write_sample(agent.get(at).copied().unwrap_or(0))?;
    }
    Ok(file.finalize()?)
}
