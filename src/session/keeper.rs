//! Writes down what happens in a call, behind its back: turns, events, the end.
//!
//! The driver hands facts over and goes on. A database that is away for a moment is tried again;
//! one that stays away costs facts, loudly, but never the conversation.

use std::{sync::Arc, time::Duration};

use call::Resume;
use call::record::{CallEvent, CallSummary, EndReason, EventKind, NextAction, TurnRecord};
use store::{
    Actor, Store, StoreError, TenantScope, TenantTx,
    call::{CallEnd, CallOutcome, CallRef, HangupBy, RecordingKind, RecordingRow},
};
use tokio::{sync::mpsc, task::JoinHandle};
use tracing::Instrument;

use super::recorder::Recording;
use crate::clock::Clock;

/// Something to be kept.
#[derive(Debug)]
enum Fact {
    Turn(Box<TurnRecord>),
    Event(CallEvent),
}

/// Where a call's facts go.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) call: CallRef,
}

/// The driver's end of the desk.
pub(super) struct Keeper {
    facts: mpsc::Sender<Fact>,
    writer: JoinHandle<()>,
    desk: Arc<Desk>,
}

impl Keeper {
    /// Its channel holds 512 facts, minutes of conversation; more are dropped and counted.
    pub(super) fn start(desk: Desk) -> Self {
        let desk = Arc::new(desk);
        let (facts, mut received) = mpsc::channel(512);
        let writer = Arc::clone(&desk);
        let writer = async move {
            while let Some(fact) = received.recv().await {
                writer.keep(&fact).await;
            }
        };
        let writer = tokio::spawn(writer.in_current_span());
        Self {
            facts,
            writer,
            desk,
        }
    }

    pub(super) fn turn(&self, turn: Box<TurnRecord>) {
        self.hand_over(Fact::Turn(turn));
    }

    pub(super) fn event(&self, event: CallEvent) {
        self.hand_over(Fact::Event(event));
    }

    fn hand_over(&self, fact: Fact) {
        if self.facts.try_send(fact).is_err() {
            lost("queue_full");
        }
    }

    /// Writes everything that is left, then the end of the call. What the carrier shall do next
    /// is stored before this returns, or the time is up.
    pub(super) async fn finish(self, summary: &CallSummary, outcome: Option<CallOutcome>) {
        let Self {
            facts,
            writer,
            desk,
        } = self;
        drop(facts);
        let end = async {
            if writer.await.is_err() {
                lost("writer_panicked");
            }
            desk.end(summary, outcome).await;
        };
        if tokio::time::timeout(FINISH, end).await.is_err() {
            lost("end_timed_out");
        }
    }
}

/// What one transaction writes.
enum Write<'a> {
    Turn(&'a TurnRecord),
    Event(&'a CallEvent),
    End(&'a NextAction, &'a CallEnd),
    HandOver(&'a Resume),
    Recording(&'a RecordingRow),
}

impl Write<'_> {
    const fn name(&self) -> &'static str {
        match self {
            Self::Turn(_) => "turn",
            Self::Event(_) => "event",
            Self::End(..) => "end",
            Self::HandOver(_) => "hand_over",
            Self::Recording(_) => "recording",
        }
    }

    async fn to(&self, tx: &mut TenantTx, call: &CallRef) -> Result<(), StoreError> {
        match self {
            Self::Turn(turn) => tx.add_turn(call, turn).await.map(drop),
            Self::Event(event) => {
                let payload = serde_json::to_value(&event.kind).unwrap_or_default();
                let at = i64::try_from(event.at_ms).ok();
                if let EventKind::Dtmf { digits } = &event.kind {
                    tx.append_digits(call, digits).await?;
                }
                tx.add_event(call, event.kind.name(), at, &payload).await
            }
            Self::End(next, end) => {
                tx.set_next_action(call, next).await?;
                tx.end_call(call, end).await.map(drop)
            }
            Self::HandOver(resume) => tx.hand_over(call, resume).await,
            Self::Recording(row) => tx.finish_recording(call, row).await.map(drop),
        }
    }
}

impl Desk {
    async fn keep(&self, fact: &Fact) {
        match fact {
            Fact::Turn(turn) => self.write(Write::Turn(turn)).await,
            Fact::Event(event) => self.write(Write::Event(event)).await,
        }
    }

    async fn end(&self, summary: &CallSummary, outcome: Option<CallOutcome>) {
        // The call is not over: whoever goes on with it writes its end.
        if let Some(resume) = &summary.resume {
            return self.write(Write::HandOver(resume)).await;
        }
        let end = CallEnd {
            ended_at: self.clock.now(),
            reason: summary.reason,
            hangup_by: hangup_by(summary.reason),
            duration_ms: summary.duration_ms,
            latency_p50_ms: percentile(&summary.latencies_ms, 50),
            latency_p95_ms: percentile(&summary.latencies_ms, 95),
            interruptions: summary.barge_ins,
            outcome: outcome.or_else(|| informed(summary)),
            failure: summary.failure.clone(),
            status: None,
        };
        self.write(Write::End(&summary.next, &end)).await;
    }

    /// One transaction, tried again while the database cannot be reached.
    async fn write(&self, write: Write<'_>) {
        let what = write.name();
        let scope = TenantScope::new(self.call.tenant_id, Actor::Call(self.call.call_id));
        for pause in RETRIES {
            let done = async {
                let mut tx = self.store.tenant(&scope).await?;
                write.to(&mut tx, &self.call).await?;
                tx.commit().await
            };
            match done.await {
                Ok(()) => return,
                Err(StoreError::Unavailable(error)) => {
                    tracing::warn!(what, %error, "database away, trying again");
                    tokio::time::sleep(pause).await;
                }
                Err(error) => {
                    tracing::error!(what, %error, "fact of a call not kept");
                    lost(what);
                    return;
                }
            }
        }
        tracing::error!(what, "fact of a call not kept: the database stays away");
        lost(what);
    }
}

/// Stores what a finished recording is. Runs after the call; nothing waits for it.
pub(super) async fn keep_recording(desk: Desk, recording: Recording) {
    let row = RecordingRow {
        kind: RecordingKind::Conversation,
        provider_recording_id: None,
        storage_key: recording.storage_key,
        channels: 2,
        sample_rate: Some(media::frame::SAMPLE_RATE),
        bytes: Some(recording.facts.bytes),
        sha256: Some(recording.sha256),
        duration_ms: Some(recording.facts.duration.as_millis() as u64),
        complete: recording.complete,
    };
    desk.write(Write::Recording(&row)).await;
}

fn lost(what: &'static str) {
    metrics::counter!("trunkline_facts_lost_total", "what" => what).increment(1);
}

fn hangup_by(reason: EndReason) -> HangupBy {
    match reason {
        EndReason::CallerHungUp => HangupBy::Caller,
        EndReason::AgentHungUp
        | EndReason::Transferred
        | EndReason::Voicemail
        | EndReason::NoInput => HangupBy::Agent,
        EndReason::MaxDuration
        | EndReason::AgentUnavailable
        | EndReason::Operator
        | EndReason::Forwarded
        | EndReason::Unanswered
        | EndReason::MenuEnded
        | EndReason::NumberUnassigned
        | EndReason::TenantUnavailable
        | EndReason::Misconfigured
        | EndReason::Overflow
        | EndReason::NodeDraining
        | EndReason::HandedOver => HangupBy::System,
        EndReason::StreamLost | EndReason::CarrierFailed => HangupBy::Carrier,
    }
}

/// A conversation in which something was answered has informed the caller.
fn informed(summary: &CallSummary) -> Option<CallOutcome> {
    match summary.next {
        NextAction::Transfer => Some(CallOutcome::Transferred),
        NextAction::Voicemail => Some(CallOutcome::Voicemail),
        NextAction::HangUp | NextAction::Fallback { .. } | NextAction::Reconnect => {
            (!summary.latencies_ms.is_empty()).then_some(CallOutcome::Informed)
        }
    }
}

/// Nearest-rank percentile.
fn percentile(values: &[u64], percent: usize) -> Option<u64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

/// How long a call's end may hold its stream open.
const FINISH: Duration = Duration::from_secs(4);
const RETRIES: [Duration; 4] = [
    Duration::from_millis(50),
    Duration::from_millis(200),
    Duration::from_millis(800),
    Duration::from_millis(1500),
];

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn percentiles_are_values_that_occurred() {
        assert_eq!(percentile(&[], 50), None);
        assert_eq!(percentile(&[7], 95), Some(7));
        assert_eq!(percentile(&[40, 10, 30, 20], 50), Some(20));
        assert_eq!(percentile(&[40, 10, 30, 20], 95), Some(40));
    }
}
