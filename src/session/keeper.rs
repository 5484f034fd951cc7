//! Hands what happens in a call to the ledger: turns, events, the end, the recording.
//!
//! The driver goes on at once. Only the end is waited for: what comes next must be safe before the
//! stream closes, because the carrier then asks.

use std::time::Duration;

use call::record::{CallEvent, CallSummary, EndReason, EventKind, NextAction, TurnRecord};
use store::call::{
    CallEnd, CallOutcome, CallRef, ClosedBy, EventFact, Fact, HangupBy, RecordingKind,
    RecordingRow, What,
};
use tokio::time::Instant;

use super::recorder::{Kept, Recording};
use crate::{
    clock::Clock,
    ledger::{Ledger, Share, entry::Entry},
};

/// Where a call's facts go.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub(crate) ledger: Ledger,
    pub(crate) clock: Clock,
    pub(crate) call: CallRef,
    /// The carrier's name of the call.
    pub(crate) call_sid: String,
    /// Of the ledger's queue.
    pub(crate) share: Share,
}

/// The driver's end of the desk.
pub(super) struct Keeper {
    desk: Desk,
}

impl Keeper {
    pub(super) const fn start(desk: Desk) -> Self {
        Self { desk }
    }

    pub(super) fn turn(&self, turn: Box<TurnRecord>) {
        self.desk.hand_over(What::Turn(turn));
    }

    pub(super) fn event(&self, event: &CallEvent) {
        let digits = if let EventKind::Dtmf { digits } = &event.kind {
            Some(digits.clone())
        } else {
            None
        };
        self.desk.hand_over(What::Event(EventFact {
            kind: event.kind.name().to_owned(),
            media_ms: Some(event.at_ms),
            payload: serde_json::to_value(&event.kind).unwrap_or_default(),
            digits,
        }));
    }

    /// Hands over the end of the call. When this returns it is in the database or on the disk, or
    /// the time is up; then it still is on its way.
    pub(super) async fn finish(self, summary: &CallSummary, outcome: Option<CallOutcome>) {
        let Desk {
            ledger,
            clock,
            call_sid,
            ..
        } = &self.desk;
        let now = Instant::now().into_std();
        ledger.memory().decide(call_sid, &summary.next, now);
        // The call is not over: whoever goes on with it writes its end.
        if let Some(resume) = &summary.resume {
            let fact = self.desk.fact(What::HandOver(resume.clone()));
            if ledger.keep(fact, FINISH).await == Ok(false) {
                tracing::warn!("where the conversation stood is not written yet");
            }
            return;
        }
        let end = CallEnd {
            closed_by: ClosedBy::Holder,
            ended_at: clock.now(),
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
        let end = self.desk.fact(What::End {
            next: Some(summary.next.clone()),
            end: Box::new(end),
        });
        if ledger.keep(end, FINISH).await == Ok(false) {
            tracing::warn!("the end of the call is not written yet");
        }
    }
}

impl Desk {
    fn fact(&self, what: What) -> Entry {
        Entry::Fact(Fact::new(self.call, self.clock.now(), what))
    }

    fn hand_over(&self, what: What) {
        // A full queue has counted it.
        let _ = self.ledger.hand_over(self.fact(what), &self.share);
    }
}

/// Stores what a finished recording is. Runs after the call; nothing waits for it.
pub(super) fn keep_recording(desk: &Desk, recording: Recording) {
    let Recording {
        storage_key,
        kept,
        complete,
    } = recording;
    let (bytes, duration_ms, sha256) = match kept {
        Some(Kept { facts, sha256 }) => (
            Some(facts.bytes),
            Some(facts.duration.as_millis() as u64),
            Some(sha256),
        ),
        None => (None, None, None),
    };
    desk.hand_over(What::Recording(Box::new(RecordingRow {
        kind: RecordingKind::Conversation,
        provider_recording_id: None,
        storage_key,
        channels: 2,
        sample_rate: Some(media::frame::SAMPLE_RATE),
        bytes,
        sha256,
        duration_ms,
        complete,
    })));
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
        | EndReason::HandedOver
        | EndReason::NodeLost
        | EndReason::Abandoned
        | EndReason::DatabaseAway => HangupBy::System,
        EndReason::StreamLost | EndReason::CarrierFailed => HangupBy::Carrier,
    }
}

/// A conversation in which something was answered has informed the caller.
fn informed(summary: &CallSummary) -> Option<CallOutcome> {
    match summary.next {
        NextAction::Transfer => Some(CallOutcome::Transferred),
        NextAction::Voicemail => Some(CallOutcome::Voicemail),
        NextAction::HangUp | NextAction::Reconnect | NextAction::Fallback { .. } => {
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
