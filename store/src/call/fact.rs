//! Facts of a call, as values: they can wait on a disk, and writing one again changes nothing.
//!
//! A fact has its id from the moment it comes about. Turns have their number in the call, events
//! their id, an end is written once, a status never goes backwards, a recording has its place; so
//! a commit whose answer was lost may be tried again. Keys are appended only with the event that
//! tells of them.

use call::{
    Resume,
    record::{NextAction, TurnRecord},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tenant_config::id::TenantId;
use uuid::Uuid;

use super::{CallEnd, CallRef, RecordingRow, StatusChange, StatusReport};
use crate::{Actor, Store, StoreError, TenantScope, TenantTx};

/// One fact of a stored call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// UUIDv7, made when it came about.
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub call: CallRef,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Turn(Box<TurnRecord>),
    Event(EventFact),
    /// Where the caller is, as [`TenantTx::set_ivr_state`] stores it, and by when something must
    /// be heard again.
    Place {
        state: serde_json::Value,
        quiet_until: DateTime<Utc>,
    },
    /// `next`: what the carrier shall do after the stream.
    End {
        next: Option<NextAction>,
        end: Box<CallEnd>,
    },
    Recording(Box<RecordingRow>),
    /// The conversation goes on in another stream.
    HandOver(Box<Resume>),
    /// `end`: for a call that is over by it and that nobody closed.
    Status {
        report: StatusReport,
        end: Option<Box<CallEnd>>,
    },
}

/// Something worth keeping beside the turns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventFact {
    pub kind: String,
    /// ms of media time; `None` for what happened outside the stream.
    pub media_ms: Option<u64>,
    pub payload: serde_json::Value,
    /// Keys to be added to those of the call.
    pub digits: Option<String>,
}

impl Fact {
    /// A fact that comes about at this moment.
    pub fn new(call: CallRef, at: DateTime<Utc>, what: What) -> Self {
        Self {
            id: Uuid::now_v7(),
            at,
            call,
            what,
        }
    }

    /// The kind, for metrics.
    pub const fn kind(&self) -> &'static str {
        match self.what {
            What::Turn(_) => "turn",
            What::Event(_) => "event",
            What::Place { .. } => "place",
            What::End { .. } => "end",
            What::Recording(_) => "recording",
            What::HandOver(_) => "hand_over",
            What::Status { .. } => "status",
        }
    }

    /// Without it the CDR would be wrong; turns and events are detail.
    pub const fn is_of_record(&self) -> bool {
        match self.what {
            What::Turn(_) | What::Event(_) => false,
            What::Place { .. }
            | What::End { .. }
            | What::Recording(_)
            | What::HandOver(_)
            | What::Status { .. } => true,
        }
    }
}

impl Store {
    /// Writes facts of one tenant's calls, in order, all or none.
    pub async fn keep_facts(
        &self,
        tenant: TenantId,
        facts: impl IntoIterator<Item = &Fact>,
    ) -> Result<(), StoreError> {
        let mut tx = self
            .tenant(&TenantScope::new(tenant, Actor::Worker))
            .await?;
        for fact in facts {
            tx.keep_fact(fact).await?;
        }
        tx.commit().await
    }
}

impl TenantTx {
    /// Writes one fact. Whether it changed anything: a fact that is there already stays as it is.
    pub async fn keep_fact(&mut self, fact: &Fact) -> Result<bool, StoreError> {
        let call = &fact.call;
        match &fact.what {
            What::Turn(turn) => self.add_turn(call, turn).await,
            What::Event(event) => self.keep_event(fact, event).await,
            What::Place { state, quiet_until } => {
                self.set_ivr_state(call, state, *quiet_until).await?;
                Ok(true)
            }
            What::End { next, end } => {
                if let Some(next) = next {
                    self.set_next_action(call, next).await?;
                }
                self.end_call(call, end).await
            }
            What::Recording(row) => {
                self.finish_recording(call, row).await?;
                Ok(true)
            }
            What::HandOver(resume) => self.hand_over(call, resume, fact.at).await,
            What::Status { report, end } => {
                let change = self.apply_status(call, report).await?;
                let is_closed = match end {
                    Some(end) => self.end_call(call, end).await?,
                    None => false,
                };
                Ok(is_closed || change == StatusChange::Applied)
            }
        }
    }

    async fn keep_event(&mut self, fact: &Fact, event: &EventFact) -> Result<bool, StoreError> {
        let is_told_first = self
            .add_event_once(fact.id, Some(fact.at), &fact.call, event)
            .await?;
        if let Some(digits) = &event.digits
            && is_told_first
        {
            self.append_digits(&fact.call, digits).await?;
        }
        Ok(is_told_first)
    }
}
