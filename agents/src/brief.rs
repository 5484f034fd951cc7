//! What an agent knows.

use chrono::{DateTime, Utc};
use tenant_config::{
    hours::BusinessHours,
    knowledge::{Faq, Service},
    phone::E164,
};

/// How the two sides speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Medium {
    /// A call.
    #[default]
    Voice,
    /// Texts, with hours between them perhaps.
    Text,
}

/// What an agent knows of the tenant and of this call; the only facts it may state.
#[derive(Debug, Clone)]
pub struct Brief {
    pub company: String,
    pub agent_name: String,
    /// The tenant's own instructions for a language model.
    pub instructions: String,
    /// Words of the trade that a recognizer may mishear.
    pub vocabulary: Vec<String>,
    pub address: Option<String>,
    /// ISO 4217, such as `USD`.
    pub currency: String,
    pub hours: BusinessHours,
    pub services: Vec<Service>,
    pub faqs: Vec<Faq>,
    /// The caller's number where the carrier told it.
    pub caller: Option<E164>,
    /// When the call began: relative dates are counted from here.
    pub call_started_at: DateTime<Utc>,
    pub medium: Medium,
    /// Whether a person can be reached by a transfer.
    pub can_transfer: bool,
    /// What the caller was greeted with.
    pub greeting: String,
}
