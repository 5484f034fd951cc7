//! The local voices, opened by name or chosen by what this machine can speak in time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use agents::tts::SpeechSynthesizer;

use crate::{
    G2p, KokoroVoice, LoadError, LocalVoice, ModelPaths, OnnxRuntime, PhraseCache, PoolSize,
    kokoro::Kokoro,
    paths::{KOKORO, KOKORO_VOCAB, ONNX_RUNTIME, PIPER, PIPER_CONFIG},
    piper::Piper,
    speaker::Engine,
};

/// The voices of this node. A voice is opened when it is first asked for and then kept; opening
/// takes up to a second, so it belongs on a thread that may block.
pub struct Voices {
    paths: ModelPaths,
    runtime: OnnxRuntime,
    g2p: G2p,
    pool: PoolSize,
    cache_bytes: usize,
    open: Mutex<HashMap<&'static str, Arc<LocalVoice>>>,
}

/// How long a caller may wait for the first sound of a short clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VoiceBudget(pub Duration);

/// Which voice a node should speak with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VoiceWish {
    /// The best one that speaks within the budget.
    Best(VoiceBudget),
    /// This one, whatever it takes.
    Named(String),
}

/// The voice that was taken, and why; for the log and for `doctor`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceChoice {
    pub name: String,
    /// Measured on this machine for a short clause, uncached.
    pub first_audio: Duration,
    pub why: String,
}

/// A voice this crate can speak with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Kokoro(KokoroVoice),
    PiperJoe,
}

/// Best first.
const KNOWN: [Known; 3] = [
    Known::Kokoro(KokoroVoice::AfHeart),
    Known::Kokoro(KokoroVoice::AmMichael),
    Known::PiperJoe,
];

/// The two that [`choose_voice`] weighs: quality, then speed.
const QUALITY: Known = Known::Kokoro(KokoroVoice::AfHeart);
const SPEED: Known = Known::PiperJoe;

impl Known {
    const fn name(self) -> &'static str {
        match self {
            Self::Kokoro(KokoroVoice::AfHeart) => "kokoro:af_heart",
            Self::Kokoro(KokoroVoice::AmMichael) => "kokoro:am_michael",
            Self::PiperJoe => "piper:en_US-joe-medium",
        }
    }

    const fn files(self) -> [&'static str; 3] {
        match self {
            Self::Kokoro(voice) => [KOKORO, KOKORO_VOCAB, voice.style_file()],
            Self::PiperJoe => [PIPER, PIPER_CONFIG, PIPER_CONFIG],
        }
    }

    fn named(name: &str) -> Result<Self, LoadError> {
        KNOWN
            .into_iter()
            .find(|known| known.name() == name)
            .ok_or_else(|| LoadError::NoSuchVoice {
                name: name.to_owned(),
                known: KNOWN.iter().map(|known| known.name().to_owned()).collect(),
            })
    }
}

impl Voices {
    /// The voices alone, for whoever only speaks. Loads the runtime and the dictionaries.
    pub fn load(paths: &ModelPaths, pool: PoolSize, cache_bytes: usize) -> Result<Self, LoadError> {
        let runtime = OnnxRuntime::load(&paths.file(ONNX_RUNTIME)?)?;
        Ok(Self::new(
            paths.clone(),
            runtime,
            G2p::load(),
            pool,
            cache_bytes,
        ))
    }

    /// `pool` and `cache_bytes` are for each voice. Opens nothing yet.
    pub fn new(
        paths: ModelPaths,
        runtime: OnnxRuntime,
        g2p: G2p,
        pool: PoolSize,
        cache_bytes: usize,
    ) -> Self {
        Self {
            paths,
            runtime,
            g2p,
            pool,
            cache_bytes,
            open: Mutex::default(),
        }
    }

    /// The names of the voices whose files are there, best first.
    pub fn available(&self) -> Vec<&'static str> {
        let present = KNOWN
            .into_iter()
            .filter(|known| self.paths.has(&known.files()));
        present.map(Known::name).collect()
    }

    /// The voice of that name, such as `piper:en_US-joe-medium`. May block for a second.
    pub fn open(&self, name: &str) -> Result<Arc<dyn SpeechSynthesizer>, LoadError> {
        Ok(self.open_known(Known::named(name)?)?)
    }

    fn open_known(&self, known: Known) -> Result<Arc<LocalVoice>, LoadError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(voice) = open.get(known.name()) {
            return Ok(voice.clone());
        }
        let voice = match known {
            Known::Kokoro(speaker) => self.start(known, || self.kokoro(speaker))?,
            Known::PiperJoe => self.start(known, || self.piper())?,
        };
        let voice = Arc::new(voice);
        open.insert(known.name(), voice.clone());
        Ok(voice)
    }

    fn start<E: Engine>(
        &self,
        known: Known,
        engine: impl Fn() -> Result<E, LoadError>,
    ) -> Result<LocalVoice, LoadError> {
        let engines = (0..self.pool.workers.max(1))
            .map(|_| engine())
            .collect::<Result<Vec<_>, _>>()?;
        let cache = PhraseCache::new(self.cache_bytes);
        LocalVoice::start(known.name(), engines, self.pool.queue, cache)
    }

    fn kokoro(&self, voice: KokoroVoice) -> Result<Kokoro, LoadError> {
        let file = |name| self.paths.file(name);
        Kokoro::load(
            &self.runtime,
            &file(KOKORO)?,
            &file(KOKORO_VOCAB)?,
            &file(voice.style_file())?,
            self.g2p.clone(),
        )
    }

    fn piper(&self) -> Result<Piper, LoadError> {
        let (model, config) = (self.paths.file(PIPER)?, self.paths.file(PIPER_CONFIG)?);
        Piper::load(&self.runtime, &model, &config, self.g2p.clone())
    }

    /// The time this machine takes to the first sound of a short clause, models warm.
    fn first_audio(&self, known: Known) -> Result<Duration, LoadError> {
        match known {
            Known::Kokoro(voice) => measure(known, &mut self.kokoro(voice)?),
            Known::PiperJoe => measure(known, &mut self.piper()?),
        }
    }
}

/// Takes the voice that `wish` names, or measures this machine and takes the best that is in
/// time. A voice whose files are missing is passed over and said to be; without any voice it is
/// an error. Blocks for up to some seconds.
pub fn choose_voice(
    voices: &Voices,
    wish: &VoiceWish,
) -> Result<(Arc<dyn SpeechSynthesizer>, VoiceChoice), LoadError> {
    let (known, first_audio, why) = match wish {
        VoiceWish::Named(name) => {
            let known = Known::named(name)?;
            (
                known,
                voices.first_audio(known)?,
                "it was asked for by name".to_owned(),
            )
        }
        VoiceWish::Best(budget) => best(voices, *budget)?,
    };
    let choice = VoiceChoice {
        name: known.name().to_owned(),
        first_audio,
        why,
    };
    Ok((voices.open_known(known)?, choice))
}

fn best(
    voices: &Voices,
    VoiceBudget(budget): VoiceBudget,
) -> Result<(Known, Duration, String), LoadError> {
    let (quality, speed) = (QUALITY.name(), SPEED.name());
    if !voices.paths.has(&QUALITY.files()) {
        let why = format!("{quality} would sound better, but its model files are not there");
        return Ok((SPEED, voices.first_audio(SPEED)?, why));
    }
    let took = voices.first_audio(QUALITY)?;
    if took <= budget {
        let why = format!(
            "it is the best voice and speaks within {} ms",
            budget.as_millis()
        );
        return Ok((QUALITY, took, why));
    }
    if !voices.paths.has(&SPEED.files()) {
        let why = format!(
            "it takes longer than {} ms, but the model files of {speed} are not there",
            budget.as_millis()
        );
        return Ok((QUALITY, took, why));
    }
    let why = format!(
        "{quality} takes {} ms to its first sound on this machine, longer than {} ms",
        took.as_millis(),
        budget.as_millis()
    );
    Ok((SPEED, voices.first_audio(SPEED)?, why))
}

/// The better of two runs after one that warms the model up.
fn measure(known: Known, engine: &mut impl Engine) -> Result<Duration, LoadError> {
    let mut best = Duration::MAX;
    for run in 0..3 {
        let began = Instant::now();
        engine
            .synthesise(SHORT_CLAUSE)
            .map_err(|reason| LoadError::unusable(known.files()[0], reason))?;
        if run > 0 {
            best = best.min(began.elapsed());
        }
    }
    Ok(best)
}

/// As long as the first clause of most answers.
const SHORT_CLAUSE: &str = "Sure, I can help you with that.";
