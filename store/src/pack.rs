//! Industry packs: what a business of a trade begins with. Each is a file of `store/packs` that comes
//! with the program: services, questions, a menu, texts, words of the trade, and what three agents are
//! told.
//!
//! A pack's version is raised with what is added to it or said otherwise. What a tenant was given is
//! its own from then on ([`apply`]). Prices are examples in the pack's currency: a tenant with another
//! one gets services without prices, which are said to depend.

mod apply;
#[cfg(test)]
mod tests;

use std::{collections::HashMap, sync::LazyLock};

use serde::{Deserialize, Serialize};
use tenant_config::{id::IvrMenuId, ivr::IvrMenu, knowledge::Service, voice::VoiceSettings};

use crate::{
    StoreError,
    agent::AgentKind,
    seed::{
        business::{Action, Menu, Offer, Question},
        settle,
    },
};
pub use apply::{AgentOutcome, Applied, AppliedAgent, PackOrder, TenantPack};

/// The pack of who names no trade.
pub const GENERAL: &str = "general";

/// What a business of a trade begins with.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// Small letters and dashes, such as `lawn-care`.
    pub key: String,
    /// From 1; one more with each change.
    pub version: i32,
    pub name: String,
    /// What businesses call their trade.
    pub industries: Vec<String>,
    /// Of the prices; ISO 4217.
    pub currency: String,
    /// Words of the trade that a recognizer may mishear.
    pub vocabulary: Vec<String>,
    #[serde(rename = "service")]
    pub services: Vec<Offer>,
    #[serde(rename = "faq")]
    pub faqs: Vec<Question>,
    /// For a line that answers with keys. `{company}` is filled in.
    pub menu: Menu,
    pub texts: Texts,
    pub agents: Agents,
}

/// Texts (SMS) for a business to use, at most 320 characters each. `{company}`, `{service}` and
/// `{time}` are for who sends them to fill in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    pub booked: String,
    pub reminder: String,
    pub missed_call: String,
}

/// One agent of each kind.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agents {
    pub onboarding: PackAgent,
    pub booking: PackAgent,
    pub support: PackAgent,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackAgent {
    /// In the tenant's list.
    pub name: String,
    /// `{company}` and `{agent}` are filled in.
    pub greeting: String,
    /// For a language model, behind the rules that hold for every agent.
    pub instructions: String,
}

impl Pack {
    /// Every pack, the general one last.
    pub fn all() -> &'static [Self] {
        &PACKS
    }

    pub fn find(key: &str) -> Option<&'static Self> {
        Self::all().iter().find(|pack| pack.key == key)
    }

    /// The pack of a trade as somebody calls it; the general one where nothing fits.
    pub fn of_industry(words: &str) -> &'static Self {
        let words = plain(words);
        let fits = |pack: &&Self| {
            plain(&pack.key) == words
                || plain(&pack.name) == words
                || pack.industries.iter().any(|name| plain(name) == words)
        };
        Self::all().iter().find(fits).unwrap_or_else(Self::general)
    }

    /// The pack of who names no trade.
    pub fn general() -> &'static Self {
        // The last of a list that is never empty.
        let all = Self::all();
        &all[all.len() - 1]
    }

    /// Its services for a tenant that is paid in this currency, with fresh ids.
    pub fn services_in(&self, currency: &str) -> Vec<Service> {
        let offered = self.services.iter().map(|offer| {
            let mut service = settle::service(offer);
            if currency != self.currency {
                service.price_minor = None;
            }
            service
        });
        offered.collect()
    }

    /// Its menu for a company.
    pub fn menu_of(&self, company: &str, id: IvrMenuId) -> Result<IvrMenu, StoreError> {
        let fill = |text: &str| text.replace("{company}", company);
        let mut menu = self.menu.clone();
        menu.prompt = fill(&menu.prompt);
        for option in &mut menu.options {
            if let Action::Say { text } = &mut option.action {
                *text = fill(text);
            }
        }
        let ids = HashMap::from([(self.menu.name.as_str(), id)]);
        settle::ivr_menu(&menu, &ids)
    }

    /// The settings of its agent of a kind.
    pub fn settings_of(&self, kind: AgentKind) -> VoiceSettings {
        let agent = self.agents.of(kind);
        VoiceSettings {
            greeting: agent.greeting.clone(),
            prompt: agent.instructions.clone(),
            vocabulary: self.vocabulary.clone(),
            ..VoiceSettings::default()
        }
    }
}

impl Agents {
    pub const fn of(&self, kind: AgentKind) -> &PackAgent {
        match kind {
            AgentKind::Onboarding => &self.onboarding,
            AgentKind::Booking => &self.booking,
            AgentKind::Support => &self.support,
        }
    }
}

/// Small letters and digits with single spaces between.
fn plain(words: &str) -> String {
    let lower = words.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn parse(text: &str) -> Result<Pack, toml::de::Error> {
    toml::from_str(text)
}

static PACKS: LazyLock<Vec<Pack>> = LazyLock::new(|| {
    // The tests read every file.
    let read = |text: &&str| parse(text).expect("a pack that comes with the program is readable");
    BUILT_IN.iter().map(read).collect()
});

/// The general one is the last.
const BUILT_IN: &[&str] = &[
    include_str!("../packs/cleaning.toml"),
    include_str!("../packs/detailing.toml"),
    include_str!("../packs/electrical.toml"),
    include_str!("../packs/hvac.toml"),
    include_str!("../packs/lawn-care.toml"),
    include_str!("../packs/pet-grooming.toml"),
    include_str!("../packs/plumbing.toml"),
    include_str!("../packs/general.toml"),
];
