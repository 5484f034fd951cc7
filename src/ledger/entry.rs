//! What the ledger keeps: facts of stored calls, and words of the carrier about calls and texts that
//! could not be looked up.

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use store::{StoreError, call::Fact};

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    Fact(Fact),
    Word(CarrierWord),
}

/// A verified form of the carrier that could not be acted on when it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarrierWord {
    pub at: DateTime<Utc>,
    pub kind: WordKind,
    /// The form's fields in order.
    pub form: Vec<(String, String)>,
    /// Those of the address.
    pub query: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WordKind {
    /// A caller heard an apology, and the call was hung up.
    TurnedAway,
    /// A status callback.
    Status,
    /// The carrier recorded something.
    CarrierRecording,
    /// A text came in.
    Text,
    /// A report on a text that went out.
    TextStatus,
}

/// Hears again what the carrier said, as if it had been said at its time.
pub trait Carrier: Send + Sync {
    fn hear<'a>(&'a self, word: &'a CarrierWord) -> BoxFuture<'a, Result<(), HearError>>;
}

/// For where no carrier speaks.
#[derive(Debug, Clone, Copy)]
pub(super) struct NoCarrier;

impl Carrier for NoCarrier {
    fn hear<'a>(&'a self, _word: &'a CarrierWord) -> BoxFuture<'a, Result<(), HearError>> {
        let refused = HearError::Refused("no carrier is heard here".to_owned());
        Box::pin(std::future::ready(Err(refused)))
    }
}

/// A word that could not be acted on.
#[derive(Debug, thiserror::Error)]
pub enum HearError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It can never be acted on.
    #[error("{0}")]
    Refused(String),
}

impl Entry {
    /// The kind, for metrics.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Fact(fact) => fact.kind(),
            Self::Word(word) => match word.kind {
                WordKind::TurnedAway => "turned_away",
                WordKind::Status => "status",
                WordKind::CarrierRecording => "recording",
                WordKind::Text => "text",
                WordKind::TextStatus => "text_status",
            },
        }
    }

    /// Without it the CDR would be wrong; turns and events are detail.
    pub const fn is_of_record(&self) -> bool {
        match self {
            Self::Fact(fact) => fact.is_of_record(),
            Self::Word(_) => true,
        }
    }

    pub const fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Fact(fact) => fact.at,
            Self::Word(word) => word.at,
        }
    }
}
