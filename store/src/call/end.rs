//! How a call ended: the facts of the CDR, written once by each who may close a call.
//!
//! Who led the call knows best. Where it was cut off, the carrier's status callback or the reaper
//! closes the call; should the leader's word come later, from a disk, it replaces theirs.

use call::record::{EndReason, Failure};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{CallRef, CallStatus, turn::ms};
use crate::{StoreError, TenantTx, news::CallChange};

/// Who ended the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HangupBy {
    Caller,
    Agent,
    Carrier,
    System,
}

impl HangupBy {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::Agent => "agent",
            Self::Carrier => "carrier",
            Self::System => "system",
        }
    }
}

/// Who wrote the end of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosedBy {
    /// Who led the call: the driver of its stream, or the webhook that told the carrier to hang up.
    Holder,
    /// The carrier's status callback.
    Carrier,
    /// The reaper, since nobody else did.
    Reaper,
}

impl ClosedBy {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Holder => "holder",
            Self::Carrier => "carrier",
            Self::Reaper => "reaper",
        }
    }
}

/// What a call achieved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    AppointmentScheduled,
    AppointmentMoved,
    AppointmentCancelled,
    MessageTaken,
    Transferred,
    Voicemail,
    /// Questions were answered, nothing was written.
    Informed,
}

impl CallOutcome {
    pub const ALL: [Self; 7] = [
        Self::AppointmentScheduled,
        Self::AppointmentMoved,
        Self::AppointmentCancelled,
        Self::MessageTaken,
        Self::Transferred,
        Self::Voicemail,
        Self::Informed,
    ];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.as_str() == text)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AppointmentScheduled => "appointment_scheduled",
            Self::AppointmentMoved => "appointment_moved",
            Self::AppointmentCancelled => "appointment_cancelled",
            Self::MessageTaken => "message_taken",
            Self::Transferred => "transferred",
            Self::Voicemail => "voicemail",
            Self::Informed => "informed",
        }
    }
}

/// The end of a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallEnd {
    pub closed_by: ClosedBy,
    pub ended_at: DateTime<Utc>,
    pub reason: EndReason,
    pub hangup_by: HangupBy,
    pub duration_ms: u64,
    /// End of speech to first audio; `None` without an answered turn.
    pub latency_p50_ms: Option<u64>,
    pub latency_p95_ms: Option<u64>,
    /// How often the caller interrupted the agent.
    pub interruptions: u32,
    pub outcome: Option<CallOutcome>,
    pub failure: Option<Failure>,
    /// A final word where no callback of the carrier will come; it never replaces one that came.
    pub status: Option<CallStatus>,
}

impl TenantTx {
    /// Writes the end of a call; `false` when it was written before, which then stays. Only the
    /// holder's word replaces the carrier's and the reaper's.
    pub async fn end_call(&mut self, call: &CallRef, end: &CallEnd) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let failure = end.failure.as_ref();
        let done = sqlx::query!(
            "UPDATE app.calls SET
               finalized_at = $4, ended_at = COALESCE(ended_at, $4), end_reason = $5, hangup_by = $6,
               duration_ms = $7, latency_p50_ms = $8, latency_p95_ms = $9, interruptions_caller = $10,
               outcome = COALESCE($11, outcome), failed_provider = $12, failed_stage = $13, failed_code = $14,
               status = CASE WHEN status IN ('completed', 'busy', 'failed', 'no-answer', 'canceled')
                             THEN status ELSE COALESCE($15, status) END,
               closed_by = $16
             WHERE tenant_id = $1 AND started_at = $2 AND id = $3
               AND (finalized_at IS NULL OR ($16 = 'holder' AND closed_by IN ('carrier', 'reaper')))",
            tenant,
            call.started_at,
            call.call_id.0,
            end.ended_at,
            end.reason.as_str(),
            end.hangup_by.as_str(),
            ms("call.duration_ms", end.duration_ms)?,
            end.latency_p50_ms.map(|v| ms("call.latency_p50_ms", v)).transpose()?,
            end.latency_p95_ms.map(|v| ms("call.latency_p95_ms", v)).transpose()?,
            i32::try_from(end.interruptions).unwrap_or(i32::MAX),
            end.outcome.map(CallOutcome::as_str),
            failure.map(|f| f.provider.as_str()),
            failure.map(|f| f.stage.as_str()),
            failure.map(|f| f.code.as_str()),
            end.status.map(CallStatus::as_str),
            end.closed_by.as_str(),
        )
        .execute(self.conn())
        .await?;
        if done.rows_affected() == 1 {
            self.judge_later(call, end.ended_at).await?;
            self.tell(call, CallChange::Ended);
            return Ok(true);
        }
        self.call_exists(call).await.map(|()| false)
    }

    /// What a call has achieved, by what it left behind: for a call whose agent cannot be asked.
    pub async fn achievement(&mut self, call: &CallRef) -> Result<Option<CallOutcome>, StoreError> {
        let tenant = self.tenant();
        let left = sqlx::query!(
            r#"SELECT
                 EXISTS (SELECT FROM app.appointments WHERE tenant_id = $1 AND call_id = $3)
                   AS "appointment!",
                 EXISTS (SELECT FROM app.messages WHERE tenant_id = $1 AND call_id = $3)
                   AS "message!",
                 EXISTS (SELECT FROM app.call_turns WHERE tenant_id = $1 AND call_started_at = $2
                         AND call_id = $3 AND speaker = 'agent' AND total_ms IS NOT NULL)
                   AS "answer!""#,
            tenant,
            call.started_at,
            call.call_id.0
        )
        .fetch_one(self.conn())
        .await?;
        let scheduled = left
            .appointment
            .then_some(CallOutcome::AppointmentScheduled);
        Ok(scheduled
            .or(left.message.then_some(CallOutcome::MessageTaken))
            .or(left.answer.then_some(CallOutcome::Informed)))
    }

    /// When a call was last alive, as far as anything that it left behind tells: its stream began,
    /// it was answered, something happened or was said or recorded in it. `None` when nothing did.
    pub async fn last_trace(
        &mut self,
        call: &CallRef,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let tenant = self.tenant();
        let last = sqlx::query_scalar!(
            r#"SELECT GREATEST(
                 c.answered_at,
                 CASE WHEN c.held_by IS NOT NULL THEN c.quiet_until END,
                 (SELECT max(e.created_at) FROM app.call_events e
                  WHERE e.tenant_id = $1 AND e.call_started_at = $2 AND e.call_id = $3),
                 c.started_at + interval '1 ms' * (SELECT max(t.end_ms) FROM app.call_turns t
                  WHERE t.tenant_id = $1 AND t.call_started_at = $2 AND t.call_id = $3),
                 c.started_at + interval '1 ms' * (SELECT sum(r.duration_ms)::bigint
                  FROM app.recordings r
                  WHERE r.tenant_id = $1 AND r.call_id = $3 AND r.kind = 'conversation'))
               FROM app.calls c
               WHERE c.tenant_id = $1 AND c.started_at = $2 AND c.id = $3"#,
            tenant,
            call.started_at,
            call.call_id.0
        )
        .fetch_optional(self.conn())
        .await?;
        Ok(last.flatten())
    }
}
