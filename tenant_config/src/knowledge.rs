//! What an agent may say about a tenant: services with prices and durations, and FAQs.

use serde::{Deserialize, Serialize};

use crate::id::ServiceId;

/// Something a caller can book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    pub id: ServiceId,
    pub name: String,
    /// Other words callers use for it, such as "teeth cleaning".
    pub aliases: Vec<String>,
    pub description: String,
    pub duration_min: u32,
    /// In minor units of the tenant's currency; `None` when the price is given on request.
    pub price_minor: Option<i64>,
    /// Services that are offered along with it, by name.
    #[serde(default)]
    pub upsells: Vec<String>,
}

/// A question callers ask and the answer the tenant gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faq {
    pub question: String,
    pub answer: String,
    /// Words that point to this question beside those in it.
    pub keywords: Vec<String>,
}
