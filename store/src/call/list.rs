//! A tenant's calls, the latest first.

use chrono::{DateTime, Utc};
use tenant_config::{
    id::{AgentVersionId, CallId, PhoneConfigId},
    phone::{E164, IvrMode},
};

use super::{CallMode, CallRef, CallStatus, Direction};
use crate::{
    StoreError, TenantTx,
    error::{known, read},
    page::{LAST_ID, LATEST},
};

/// Which calls. Those of a page began before `before`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallFilter {
    pub status: Option<CallStatus>,
    pub mode: Option<CallMode>,
    pub direction: Option<Direction>,
    pub ivr_mode: Option<IvrMode>,
    pub from: Option<E164>,
    pub phone_config: Option<PhoneConfigId>,
    /// Without an end.
    pub live: bool,
    pub started_from: Option<DateTime<Utc>>,
    /// Not included.
    pub started_until: Option<DateTime<Utc>>,
    pub before: Option<(DateTime<Utc>, CallId)>,
    pub at_most: u16,
}

/// A call in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallSummary {
    pub call: CallRef,
    pub direction: Direction,
    pub mode: CallMode,
    pub from: Option<E164>,
    pub to: Option<E164>,
    pub ivr_mode: IvrMode,
    pub phone_config_id: Option<PhoneConfigId>,
    pub agent_version_id: Option<AgentVersionId>,
    pub status: CallStatus,
    pub answered_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub end_reason: Option<String>,
    pub duration_ms: Option<i64>,
    /// First-audio latency of the conversation's turns.
    pub latency_p50_ms: Option<i64>,
    pub latency_p95_ms: Option<i64>,
    pub outcome: Option<String>,
}

impl TenantTx {
    /// The key of a call by its id alone; `None` for an id that is not the tenant's.
    pub async fn call_ref(&mut self, id: CallId) -> Result<Option<CallRef>, StoreError> {
        let tenant_id = self.tenant_id();
        let started_at = sqlx::query_scalar!(
            "SELECT started_at FROM app.call_keys WHERE tenant_id = $1 AND call_id = $2",
            tenant_id.0,
            id.0
        )
        .fetch_optional(self.conn())
        .await?;
        Ok(started_at.map(|started_at| CallRef {
            tenant_id,
            call_id: id,
            started_at,
        }))
    }

    /// One call as the list shows it.
    pub async fn call_summary(
        &mut self,
        call: &CallRef,
    ) -> Result<Option<CallSummary>, StoreError> {
        let tenant_id = self.tenant_id();
        let row = sqlx::query_as!(
            Row,
            "SELECT id, started_at, direction, mode, from_e164, to_e164, ivr_mode, phone_config_id,
                    agent_version_id, status, answered_at, ended_at, end_reason, duration_ms,
                    latency_p50_ms, latency_p95_ms, outcome
             FROM app.calls WHERE tenant_id = $1 AND started_at = $2 AND id = $3",
            tenant_id.0,
            call.started_at,
            call.call_id.0
        )
        .fetch_optional(self.conn())
        .await?;
        row.map(|row| row.summary(tenant_id)).transpose()
    }

    /// The tenant's calls, the latest first.
    pub async fn calls(&mut self, filter: &CallFilter) -> Result<Vec<CallSummary>, StoreError> {
        let tenant = self.tenant();
        let (before, before_id) = filter.before.unwrap_or((LATEST, CallId(LAST_ID)));
        let rows = sqlx::query_as!(
            Row,
            "SELECT id, started_at, direction, mode, from_e164, to_e164, ivr_mode, phone_config_id,
                    agent_version_id, status, answered_at, ended_at, end_reason, duration_ms,
                    latency_p50_ms, latency_p95_ms, outcome
             FROM app.calls
             WHERE tenant_id = $1 AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR mode = $3)
               AND ($4::text IS NULL OR direction = $4) AND ($5::text IS NULL OR ivr_mode = $5)
               AND ($6::text IS NULL OR from_e164 = $6) AND ($7::uuid IS NULL OR phone_config_id = $7)
               AND (NOT $8 OR ended_at IS NULL)
               AND started_at >= $9 AND started_at < $10 AND (started_at, id) < ($11, $12::uuid)
             ORDER BY started_at DESC, id DESC LIMIT $13",
            tenant,
            filter.status.map(CallStatus::as_str),
            filter.mode.map(CallMode::as_str),
            filter.direction.map(Direction::as_str),
            filter.ivr_mode.map(IvrMode::as_str),
            filter.from.as_ref().map(E164::as_str),
            filter.phone_config.map(|id| id.0),
            filter.live,
            filter.started_from.unwrap_or(DateTime::UNIX_EPOCH),
            filter.started_until.unwrap_or(LATEST),
            before,
            before_id.0,
            i64::from(filter.at_most)
        )
        .fetch_all(self.conn())
        .await?;
        let tenant_id = self.tenant_id();
        let row = rows.into_iter().map(|row| row.summary(tenant_id));
        row.collect()
    }
}

struct Row {
    id: uuid::Uuid,
    started_at: DateTime<Utc>,
    direction: String,
    mode: String,
    from_e164: Option<String>,
    to_e164: Option<String>,
    ivr_mode: String,
    phone_config_id: Option<uuid::Uuid>,
    agent_version_id: Option<uuid::Uuid>,
    status: String,
    answered_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    end_reason: Option<String>,
    duration_ms: Option<i64>,
    latency_p50_ms: Option<i64>,
    latency_p95_ms: Option<i64>,
    outcome: Option<String>,
}

impl Row {
    fn summary(self, tenant_id: tenant_config::id::TenantId) -> Result<CallSummary, StoreError> {
        const TABLE: &str = "calls";
        let number = |column, text: Option<String>| {
            read(TABLE, column, text.map(E164::try_from).transpose())
        };
        Ok(CallSummary {
            call: CallRef {
                tenant_id,
                call_id: CallId(self.id),
                started_at: self.started_at,
            },
            direction: known(TABLE, "direction", Direction::parse(&self.direction))?,
            mode: known(TABLE, "mode", CallMode::parse(&self.mode))?,
            from: number("from_e164", self.from_e164)?,
            to: number("to_e164", self.to_e164)?,
            ivr_mode: known(TABLE, "ivr_mode", IvrMode::parse(&self.ivr_mode))?,
            phone_config_id: self.phone_config_id.map(PhoneConfigId),
            agent_version_id: self.agent_version_id.map(AgentVersionId),
            status: known(TABLE, "status", CallStatus::parse(&self.status))?,
            answered_at: self.answered_at,
            ended_at: self.ended_at,
            end_reason: self.end_reason,
            duration_ms: self.duration_ms,
            latency_p50_ms: self.latency_p50_ms,
            latency_p95_ms: self.latency_p95_ms,
            outcome: self.outcome,
        })
    }
}
