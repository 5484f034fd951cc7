//! Scenarios as data: who calls, what is said and pressed, how long. Read from TOML; every error
//! names the file, the line and the field. Places no call.

use std::{
    ops::Range,
    path::{Path, PathBuf},
    time::Duration,
};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use serde::Deserialize;
use toml::Spanned;

use super::{
    clip::{self, ClipError},
    span::Span,
};
use crate::script::{Background, CallerScript, Manners, Step};

/// The scenarios that come with the tool.
const BUILT_IN: &[(&str, &str)] = &[
    ("echo", include_str!("../../scenarios/echo.toml")),
    (
        "scripted-agent",
        include_str!("../../scenarios/scripted-agent.toml"),
    ),
    (
        "barge-in-storm",
        include_str!("../../scenarios/barge-in-storm.toml"),
    ),
    ("dtmf-ivr", include_str!("../../scenarios/dtmf-ivr.toml")),
    (
        "short-call-churn",
        include_str!("../../scenarios/short-call-churn.toml"),
    ),
    ("mixed", include_str!("../../scenarios/mixed.toml")),
];

/// Calls of one or several kinds.
#[derive(Debug, Clone)]
pub(super) struct Scenario {
    pub name: String,
    /// At least one.
    pub kinds: Vec<Kind>,
}

/// One kind of call.
#[derive(Debug, Clone)]
pub(super) struct Kind {
    pub name: String,
    pub weight: u32,
    pub is_echo: bool,
    pub to: Option<String>,
    /// The caller hangs up after this, and up to `spread` more.
    pub length: Duration,
    pub spread: Duration,
    pub script: CallerScript,
    /// A call without a media stream is lost.
    pub needs_stream: bool,
    pub verb_speed: f64,
}

/// Why a scenario cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum ScenarioError {
    #[error(
        "there is no scenario {name:?}: one of {} or a .toml file is expected",
        names()
    )]
    Unknown { name: String },
    #[error("the scenario {file} cannot be read: {source}")]
    Unreadable {
        file: String,
        source: std::io::Error,
    },
    /// Names line, column and field by itself.
    #[error("{file}: {source}")]
    Toml {
        file: String,
        source: Box<toml::de::Error>,
    },
    #[error("{file}, line {line}, {field}: {source}")]
    Clip {
        file: String,
        line: usize,
        field: &'static str,
        source: ClipError,
    },
    #[error("{file}, line {line}, {field}: {what}")]
    Value {
        file: String,
        line: usize,
        field: &'static str,
        what: String,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    about: String,
    #[serde(default)]
    caller: CallerFile,
    to: Option<String>,
    length: Option<Span>,
    #[serde(default)]
    spread: Span,
    quiet: Option<Span>,
    patience: Option<Span>,
    #[serde(default)]
    noise: u16,
    #[serde(default = "yes")]
    stream: bool,
    verb_speed: Option<Spanned<f64>>,
    repeat: Option<u16>,
    #[serde(default)]
    step: Vec<StepFile>,
    #[serde(default)]
    mix: Vec<MixFile>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum CallerFile {
    #[default]
    Script,
    Echo,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum StepFile {
    Say(Spanned<String>),
    BargeIn { say: Spanned<String>, after: Span },
    Press(Spanned<String>),
    Wait(Span),
    WaitForAgent { quiet: Span, at_most: Span },
    HangUp,
    DropSocket,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MixFile {
    scenario: Spanned<String>,
    weight: u32,
}

fn yes() -> bool {
    true
}

impl Scenario {
    /// Reads a built-in scenario, or a file whose name ends in `.toml`.
    pub(super) fn load(name: &str) -> Result<Self, ScenarioError> {
        let source = Source::find(name)?;
        let file = source.read()?;
        let kinds = if file.mix.is_empty() {
            vec![source.kind(&file, 1)?]
        } else {
            source.mixed(&file)?
        };
        Ok(Self {
            name: source.name,
            kinds,
        })
    }

    /// Every call lasts this long.
    pub(super) fn last(&mut self, length: Duration) {
        for kind in &mut self.kinds {
            kind.length = length;
            kind.spread = Duration::ZERO;
        }
    }

    /// The kind and the length of a call, always the same for the same seed and number.
    pub(super) fn pick(&self, seed: u64, number: u64) -> (&Kind, Duration) {
        let mut random = StdRng::seed_from_u64(seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let all: u32 = self.kinds.iter().map(|kind| kind.weight).sum();
        let mut left = random.random_range(0..all.max(1));
        let mut chosen = &self.kinds[0];
        for kind in &self.kinds {
            chosen = kind;
            if left < kind.weight {
                break;
            }
            left -= kind.weight;
        }
        let more = chosen.spread.mul_f64(random.random_range(0.0..1.0));
        (chosen, chosen.length + more)
    }
}

/// Name and purpose of each built-in scenario.
pub(super) fn described() -> Vec<(&'static str, String)> {
    let each = BUILT_IN.iter().map(|&(name, text)| {
        let about =
            toml::from_str::<File>(text).map_or_else(|error| error.to_string(), |f| f.about);
        (name, about)
    });
    each.collect()
}

fn names() -> String {
    let names: Vec<_> = BUILT_IN.iter().map(|(name, _)| *name).collect();
    names.join(", ")
}

/// A text and where it is from.
struct Source {
    name: String,
    text: String,
    folder: PathBuf,
}

impl Source {
    fn find(name: &str) -> Result<Self, ScenarioError> {
        if let Some((known, text)) = BUILT_IN.iter().find(|(known, _)| *known == name) {
            return Ok(Self {
                name: (*known).to_owned(),
                text: (*text).to_owned(),
                folder: PathBuf::from("."),
            });
        }
        let path = Path::new(name);
        if path.extension().is_none_or(|extension| extension != "toml") {
            return Err(ScenarioError::Unknown {
                name: name.to_owned(),
            });
        }
        let text = std::fs::read_to_string(path).map_err(|source| ScenarioError::Unreadable {
            file: name.to_owned(),
            source,
        })?;
        Ok(Self {
            name: name.to_owned(),
            text,
            folder: path.parent().unwrap_or(Path::new(".")).to_owned(),
        })
    }

    fn read(&self) -> Result<File, ScenarioError> {
        toml::from_str(&self.text).map_err(|source| ScenarioError::Toml {
            file: self.name.clone(),
            source: Box::new(source),
        })
    }

    fn mixed(&self, file: &File) -> Result<Vec<Kind>, ScenarioError> {
        let mut kinds = Vec::new();
        for part in &file.mix {
            let at = part.scenario.span();
            if part.weight == 0 {
                return Err(self.value(at, "weight", "at least 1 is expected"));
            }
            let inner = Self::find(part.scenario.get_ref())?;
            let inner_file = inner.read()?;
            if !inner_file.mix.is_empty() {
                return Err(self.value(at, "scenario", "a mix cannot hold another mix"));
            }
            kinds.push(inner.kind(&inner_file, part.weight)?);
        }
        Ok(kinds)
    }

    fn kind(&self, file: &File, weight: u32) -> Result<Kind, ScenarioError> {
        let Some(length) = file.length else {
            return Err(self.value(0..0, "length", "how long a call lasts is missing"));
        };
        let verb_speed = file.verb_speed.as_ref();
        if let Some(speed) = verb_speed
            && !(speed.get_ref().is_finite() && *speed.get_ref() > 0.0)
        {
            return Err(self.value(speed.span(), "verb_speed", "a number above 0 is expected"));
        }
        let steps: Vec<Step> = file
            .step
            .iter()
            .map(|step| self.step(step))
            .collect::<Result<_, _>>()?;
        let repeated = std::iter::repeat_n(steps, usize::from(file.repeat.unwrap_or(1)));
        let defaults = Manners::default();
        let manners = Manners {
            quiet: file.quiet.map_or(defaults.quiet, |span| span.0),
            patience: file.patience.map_or(defaults.patience, |span| span.0),
            // The length of the call alone ends it.
            linger: Duration::from_hours(24),
            background: match file.noise {
                0 => Background::Silence,
                peak => Background::Noise { peak },
            },
        };
        Ok(Kind {
            name: self.name.clone(),
            weight,
            is_echo: file.caller == CallerFile::Echo,
            to: file.to.clone(),
            length: length.0,
            spread: file.spread.0,
            script: CallerScript {
                steps: repeated.flatten().collect(),
                manners,
            },
            needs_stream: file.stream,
            verb_speed: verb_speed.map_or(1.0, |speed| *speed.get_ref()),
        })
    }

    fn step(&self, step: &StepFile) -> Result<Step, ScenarioError> {
        Ok(match step {
            StepFile::Say(name) => Step::Say {
                name: name.get_ref().clone(),
                samples_8k: self.clip("say", name)?,
            },
            StepFile::BargeIn { say, after } => Step::BargeIn {
                after: after.0,
                samples_8k: self.clip("barge_in.say", say)?,
            },
            StepFile::Press(digits) => {
                let keys = digits.get_ref();
                let is_key = |key| matches!(key, '0'..='9' | '*' | '#' | 'A'..='D');
                if keys.is_empty() || !keys.chars().all(is_key) {
                    let what = format!("{keys:?} are no keys: 0-9, *, #, A-D are expected");
                    return Err(self.value(digits.span(), "press", &what));
                }
                Step::Press {
                    digits: keys.clone(),
                }
            }
            StepFile::Wait(span) => Step::Wait(span.0),
            StepFile::WaitForAgent { quiet, at_most } => Step::WaitForAgent {
                quiet: quiet.0,
                at_most: at_most.0,
            },
            StepFile::HangUp => Step::HangUp,
            StepFile::DropSocket => Step::DropSocket,
        })
    }

    fn clip(
        &self,
        field: &'static str,
        name: &Spanned<String>,
    ) -> Result<std::sync::Arc<[i16]>, ScenarioError> {
        clip::load(name.get_ref(), &self.folder).map_err(|source| ScenarioError::Clip {
            file: self.name.clone(),
            line: self.line(name.span().start),
            field,
            source,
        })
    }

    fn value(&self, at: Range<usize>, field: &'static str, what: &str) -> ScenarioError {
        ScenarioError::Value {
            file: self.name.clone(),
            line: self.line(at.start),
            field,
            what: what.to_owned(),
        }
    }

    fn line(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        before.matches('\n').count() + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(text: &str) -> String {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("mine.toml");
        std::fs::write(&path, text).unwrap();
        let loaded = Scenario::load(path.to_str().unwrap());
        loaded.unwrap_err().to_string()
    }

    #[test]
    fn every_scenario_of_ours_is_usable() {
        for (name, about) in described() {
            let scenario = Scenario::load(name).unwrap();
            assert!(
                !scenario.kinds.is_empty() && about.len() > 10,
                "{name}: {about}"
            );
        }
        assert_eq!(Scenario::load("mixed").unwrap().kinds.len(), 4);
    }

    #[test]
    fn errors_name_line_and_field() {
        let head = "about = \"x\"\nlength = \"1s\"\n";
        for (text, expected) in [
            (
                "about = \"x\"\nlenght = \"1s\"\n".to_owned(),
                vec!["line 2", "lenght"],
            ),
            (
                "about = \"x\"\nlength = \"1\"\n".to_owned(),
                vec!["line 2", "\"1\" is no duration"],
            ),
            ("about = \"x\"\n".to_owned(), vec!["length"]),
            (
                format!("{head}step = [\n{{ say = \"hours\" }},\n{{ say = \"hour\" }},\n]"),
                vec!["line 5", "say", "\"hour\""],
            ),
            (
                format!("{head}step = [{{ press = \"12x\" }}]"),
                vec!["line 3", "press", "12x"],
            ),
            (
                format!("{head}step = [{{ sing = \"x\" }}]"),
                vec!["line 3", "sing"],
            ),
            (
                format!("{head}verb_speed = 0.0"),
                vec!["line 3", "verb_speed"],
            ),
            (
                "about = \"x\"\nmix = [{ scenario = \"mixed\", weight = 1 }]".to_owned(),
                vec!["line 2", "another mix"],
            ),
        ] {
            let error = complaint(&text);
            for part in expected {
                assert!(error.contains(part), "{part} is not in: {error}");
            }
        }
        let error = Scenario::load("nothing").unwrap_err().to_string();
        assert!(error.contains("scripted-agent"), "{error}");
    }

    #[test]
    fn a_mix_keeps_its_weights_and_a_seed_its_choice() {
        let mixed = Scenario::load("mixed").unwrap();
        let talks = (0..10_000)
            .filter(|&number| mixed.pick(7, number).0.name == "scripted-agent")
            .count();
        assert!((5_700..6_300).contains(&talks), "{talks} of 10,000");
        for number in 0..50 {
            let (one, other) = (mixed.pick(7, number), mixed.pick(7, number));
            assert_eq!((&one.0.name, one.1), (&other.0.name, other.1));
        }
        let churn = Scenario::load("short-call-churn").unwrap();
        let lengths = (0..100).map(|number| churn.pick(1, number).1.as_millis());
        assert!({ lengths }.all(|ms| (1_000..=3_000).contains(&ms)));
    }
}
