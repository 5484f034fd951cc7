//! A tenant's calls, the latest first.

use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;
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

impl CallFilter {
    /// Columns and the words that they must have.
    fn words(&self) -> [(&'static str, Option<&str>); 5] {
        [
            ("status", self.status.map(CallStatus::as_str)),
            ("mode", self.mode.map(CallMode::as_str)),
            ("direction", self.direction.map(Direction::as_str)),
            ("ivr_mode", self.ivr_mode.map(IvrMode::as_str)),
            ("from_e164", self.from.as_ref().map(E164::as_str)),
        ]
    }
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
        // Only what is asked for stands in the query: a condition that may be none keeps the others from
        // their indexes.
        let mut query = QueryBuilder::new(
            "SELECT id, started_at, direction, mode, from_e164, to_e164, ivr_mode, phone_config_id,
                    agent_version_id, status, answered_at, ended_at, end_reason, duration_ms,
                    latency_p50_ms, latency_p95_ms, outcome
             FROM app.calls WHERE tenant_id = ",
        );
        query.push_bind(tenant);
        for (column, value) in filter.words() {
            if let Some(value) = value {
                query
                    .push(" AND ")
                    .push(column)
                    .push(" = ")
                    .push_bind(value);
            }
        }
        if let Some(line) = filter.phone_config {
            query.push(" AND phone_config_id = ").push_bind(line.0);
        }
        if filter.live {
            query.push(" AND ended_at IS NULL");
        }
        query
            .push(" AND started_at >= ")
            .push_bind(filter.started_from.unwrap_or(DateTime::UNIX_EPOCH))
            .push(" AND started_at < ")
            .push_bind(filter.started_until.unwrap_or(LATEST))
            .push(" AND (started_at, id) < (")
            .push_bind(before)
            .push(", ")
            .push_bind(before_id.0)
            .push(") ORDER BY started_at DESC, id DESC LIMIT ")
            .push_bind(i64::from(filter.at_most));
        // Planned for these values each time: what is rare has an index of its own, and a plan for any
        // value would read everything.
        let rows: Vec<Row> = query
            .build_query_as()
            .persistent(false)
            .fetch_all(self.conn())
            .await?;
        let tenant_id = self.tenant_id();
        let row = rows.into_iter().map(|row| row.summary(tenant_id));
        row.collect()
    }
}

#[derive(sqlx::FromRow)]
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
