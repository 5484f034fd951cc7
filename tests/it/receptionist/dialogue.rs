//! A dialogue as it is written down in `tests/receptionist/dialogues/**.toml`.
//!
//! ```toml
//! id = "dental-book-polite"
//! business = "bright-dental"            # a file of tests/receptionist/businesses
//! style = ["polite"]
//! clock = "2026-03-03T10:00:00-06:00"   # when the call comes in
//! from = "+19185550142"                 # left out, or "anonymous": withheld
//! [[setup.appointment]]                 # in the calendar before the call: service, start (local),
//!                                       # name, phone
//! [[setup.busy]]                        # from, until (local): nothing is free
//! [[turn]]
//! interrupt_after = "We have"           # the caller cuts in after these words of the agent
//! caller = "A cleaning on Tuesday."     # left out: silence, until the agent speaks
//! agent_says = ["3 PM"]                 # each is in the answer, whatever the case
//! agent_not_says = ["Friday"]           # none is
//! [outcome]
//! ends = "agent-goodbye"                # caller-hangup, agent-goodbye, transfer, voicemail, no-input
//! none = true                           # instead of what follows: calendar and messages stay empty
//! [[outcome.appointment]]               # the whole calendar after the call: service, start, name,
//!                                       # and phone where it matters
//! [outcome.message]                     # text = [words, ...], name, phone
//! ```

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use call::record::EndReason;
use chrono::{DateTime, FixedOffset, NaiveDateTime};
use serde::{Deserialize, Deserializer, de::Error as _};
use tenant_config::phone::E164;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dialogue {
    pub(crate) id: String,
    pub(crate) business: String,
    pub(crate) style: Vec<String>,
    pub(crate) clock: DateTime<FixedOffset>,
    #[serde(default, deserialize_with = "caller")]
    pub(crate) from: Option<E164>,
    #[serde(default)]
    pub(crate) setup: Setup,
    #[serde(rename = "turn")]
    pub(crate) turns: Vec<Turn>,
    pub(crate) outcome: Outcome,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Setup {
    pub(crate) appointment: Vec<Appointment>,
    pub(crate) busy: Vec<Busy>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Appointment {
    pub(crate) service: String,
    #[serde(deserialize_with = "local")]
    pub(crate) start: NaiveDateTime,
    pub(crate) name: String,
    pub(crate) phone: Option<E164>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Busy {
    #[serde(deserialize_with = "local")]
    pub(crate) from: NaiveDateTime,
    #[serde(deserialize_with = "local")]
    pub(crate) until: NaiveDateTime,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Turn {
    pub(crate) interrupt_after: Option<String>,
    #[serde(default)]
    pub(crate) caller: String,
    #[serde(default)]
    pub(crate) agent_says: Vec<String>,
    #[serde(default)]
    pub(crate) agent_not_says: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Outcome {
    pub(crate) ends: Ends,
    #[serde(default)]
    pub(crate) none: bool,
    #[serde(default, rename = "appointment")]
    pub(crate) appointments: Vec<Appointment>,
    pub(crate) message: Option<Message>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Message {
    pub(crate) text: Vec<String>,
    pub(crate) name: Option<String>,
    pub(crate) phone: Option<E164>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Ends {
    CallerHangup,
    AgentGoodbye,
    Transfer,
    Voicemail,
    NoInput,
}

impl Ends {
    pub(crate) const fn reason(self) -> EndReason {
        match self {
            Self::CallerHangup => EndReason::CallerHungUp,
            Self::AgentGoodbye => EndReason::AgentHungUp,
            Self::Transfer => EndReason::Transferred,
            Self::Voicemail => EndReason::Voicemail,
            Self::NoInput => EndReason::NoInput,
        }
    }
}

/// Every dialogue, by its id.
pub(crate) fn read_all() -> Vec<Dialogue> {
    let mut files = Vec::new();
    collect(&data().join("dialogues"), &mut files);
    let mut dialogues: Vec<Dialogue> = files.iter().map(|path| read(path)).collect();
    dialogues.sort_by(|a, b| a.id.cmp(&b.id));
    let ids: HashSet<_> = dialogues.iter().map(|dialogue| &dialogue.id).collect();
    assert_eq!(ids.len(), dialogues.len(), "an id is there twice");
    dialogues
}

/// Where the businesses and the dialogues are.
pub(crate) fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/receptionist")
}

fn read(path: &Path) -> Dialogue {
    let text = std::fs::read_to_string(path).unwrap();
    let dialogue: Dialogue =
        toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let outcome = &dialogue.outcome;
    let is_empty = outcome.appointments.is_empty() && outcome.message.is_none();
    assert_eq!(
        is_empty,
        outcome.none,
        "{}: outcome.none says that nothing is expected, and nothing else says so",
        path.display()
    );
    dialogue
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            found.push(path);
        }
    }
}

fn local<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveDateTime, D::Error> {
    let text = String::deserialize(from)?;
    NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M").map_err(D::Error::custom)
}

fn caller<'de, D: Deserializer<'de>>(from: D) -> Result<Option<E164>, D::Error> {
    match String::deserialize(from)?.as_str() {
        "anonymous" => Ok(None),
        number => E164::normalise(number).map(Some).map_err(D::Error::custom),
    }
}
