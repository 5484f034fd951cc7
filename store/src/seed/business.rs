//! A tenant described as data: what `trunkline seed --business FILE.toml` reads.
//!
//! ```toml
//! slug = "corner-salon"                  # the tenant's name in links: a-z, 0-9 and dashes
//! company = "Corner Salon"
//! timezone = "America/New_York"          # IANA name
//! currency = "USD"                       # ISO 4217
//! address = "84 Court Street, Brooklyn"  # may be left out
//!
//! [agent]
//! name = "Mia"
//! prompt = "You are Mia ..."             # for a language model
//! greeting = "Corner Salon, hello."      # may be left out; {company} and {agent} are filled in
//!
//! [[hours]]                              # local time; days without an entry are closed
//! days = ["tue", "wed", "thu"]
//! opens = "09:00"
//! closes = "19:00"
//!
//! [[exception]]                          # a date that differs; without `open` it is closed
//! date = "2026-12-24"
//! reason = "Christmas Eve"               # may be left out
//! open = [{ opens = "09:00", closes = "13:00" }]
//!
//! [[service]]
//! name = "Haircut"
//! aliases = ["cut"]                      # other words of callers; may be left out
//! description = "Wash and cut."          # may be left out
//! minutes = 45                           # 5 to 1440
//! price_minor = 4500                     # minor units, so 45.00; left out: on request
//! upsells = ["Beard trim"]               # services that are offered along; may be left out
//!
//! [[faq]]
//! question = "Do you take walk-ins?"
//! answer = "When a chair is free."
//! keywords = ["walk in"]                 # may be left out
//!
//! [[menu]]                               # for lines of mode `ivr`
//! name = "Main menu"
//! prompt = "To book, press 1."
//! no_input = "I did not hear a key."
//! no_match = "That key is not in use."
//! fallback = { do = "voicemail" }
//! [[menu.option]]                        # do: agent, voicemail, hang-up, dial (to), say (text),
//! key = "1"                              #     menu (name)
//! label = "Appointments"
//! action = { do = "agent" }
//!
//! [[line]]
//! number = "+17185550143"                # E.164
//! mode = "ai-voice"                      # simple, ivr or ai-voice
//! forward_to = "+17185550199"            # transfers and mode `simple`; may be left out
//! fallback = "voicemail"                 # forward or voicemail
//! menu = "Main menu"                     # and closed_menu; may be left out
//! ```
//!
//! Knows no database.

use std::time::Duration;

use chrono::{NaiveDate, NaiveTime, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, de::Error as _};
use tenant_config::{
    knowledge::Faq,
    phone::{DialTarget, E164, IvrMode},
};

use super::check;

/// A tenant with everything that it chose.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Business {
    pub slug: String,
    pub company: String,
    pub timezone: Tz,
    pub currency: String,
    pub address: Option<String>,
    pub agent: Agent,
    #[serde(default)]
    pub hours: Vec<Hours>,
    #[serde(default, rename = "exception")]
    pub exceptions: Vec<Exception>,
    #[serde(default, rename = "service")]
    pub services: Vec<Offer>,
    #[serde(default, rename = "faq")]
    pub faqs: Vec<Question>,
    #[serde(default, rename = "menu")]
    pub menus: Vec<Menu>,
    #[serde(default, rename = "line")]
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    pub name: String,
    #[serde(default)]
    pub prompt: String,
    pub greeting: Option<String>,
}

/// The same hours on some weekdays; a weekday may have several.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    pub days: Vec<Weekday>,
    #[serde(deserialize_with = "clock")]
    pub opens: NaiveTime,
    #[serde(deserialize_with = "clock")]
    pub closes: NaiveTime,
}

/// A date that differs from its weekday.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    pub date: NaiveDate,
    pub reason: Option<String>,
    /// None: closed.
    #[serde(default)]
    pub open: Vec<Span>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    #[serde(deserialize_with = "clock")]
    pub opens: NaiveTime,
    #[serde(deserialize_with = "clock")]
    pub closes: NaiveTime,
}

/// A service that can be booked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    pub name: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    #[serde(default)]
    pub description: String,
    pub minutes: u32,
    pub price_minor: Option<i64>,
    /// Names of other services.
    #[serde(default)]
    pub upsells: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub question: String,
    pub answer: String,
    #[serde(default)]
    pub keywords: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Menu {
    pub name: String,
    pub prompt: String,
    pub no_input: String,
    pub no_match: String,
    /// For a key, after the prompt; 500 to 60,000 ms.
    #[serde(default = "six_seconds")]
    pub timeout_ms: u32,
    /// Prompts in all, 1 to 10.
    #[serde(default = "three")]
    pub attempts: u32,
    pub fallback: Action,
    #[serde(default, rename = "option")]
    pub options: Vec<Choice>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub key: char,
    pub label: String,
    pub action: Action,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Action {
    Agent,
    Voicemail,
    HangUp,
    Dial {
        #[serde(deserialize_with = "target")]
        to: DialTarget,
    },
    Say {
        text: String,
    },
    Menu {
        name: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub number: E164,
    pub mode: IvrMode,
    #[serde(default, deserialize_with = "maybe_target")]
    pub forward_to: Option<DialTarget>,
    pub fallback: LineFallback,
    pub menu: Option<String>,
    pub closed_menu: Option<String>,
    #[serde(default = "yes")]
    pub record: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineFallback {
    Forward,
    Voicemail,
}

/// Why a description cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadBusiness {
    /// Not TOML, or a field that is missing, unknown or of another kind; the text says which, and
    /// in which line.
    #[error("{0}")]
    Unreadable(String),
    #[error("{field} {problem}")]
    Field { field: String, problem: String },
}

impl Business {
    /// Reads and checks a description.
    pub fn parse(text: &str) -> Result<Self, BadBusiness> {
        let business: Self = toml::from_str(text)
            .map_err(|error| BadBusiness::Unreadable(error.to_string().trim().to_owned()))?;
        check::business(&business)?;
        Ok(business)
    }

    /// A built-in description by its slug.
    pub fn built_in(slug: &str) -> Option<Result<Self, BadBusiness>> {
        let (_, text) = BUILT_IN.iter().find(|(name, _)| *name == slug)?;
        Some(Self::parse(text))
    }
}

impl From<Question> for Faq {
    fn from(question: Question) -> Self {
        Self {
            question: question.question,
            answer: question.answer,
            keywords: question.keywords,
        }
    }
}

impl Menu {
    pub(super) const fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms as u64)
    }
}

/// Slugs and texts of the descriptions that need no file.
pub const BUILT_IN: &[(&str, &str)] = &[("bright-dental", include_str!("bright-dental.toml"))];

/// `08:00`.
fn clock<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveTime, D::Error> {
    let text = String::deserialize(from)?;
    NaiveTime::parse_from_str(&text, "%H:%M")
        .map_err(|_| D::Error::custom(format!("{text:?} is no time of day such as \"08:00\"")))
}

fn target<'de, D: Deserializer<'de>>(from: D) -> Result<DialTarget, D::Error> {
    let text = String::deserialize(from)?;
    DialTarget::parse(&text).map_err(|error| D::Error::custom(format!("{text:?}: {error}")))
}

fn maybe_target<'de, D: Deserializer<'de>>(from: D) -> Result<Option<DialTarget>, D::Error> {
    target(from).map(Some)
}

const fn six_seconds() -> u32 {
    6_000
}

const fn three() -> u32 {
    3
}

const fn yes() -> bool {
    true
}
