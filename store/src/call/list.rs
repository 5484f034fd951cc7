//! A tenant's calls, in an order and page by page; without those that were deleted.

use chrono::{DateTime, Utc};
use sqlx::{Postgres, QueryBuilder};
use tenant_config::{
    id::{AgentId, AgentVersionId, CallId, PhoneConfigId},
    phone::{E164, IvrMode},
};

use super::{
    CallMode, CallOutcome, CallPlace, CallRef, CallSort, CallStatus, Direction, sort::Stretch,
};
use crate::{
    StoreError, TenantTx,
    error::{known, read},
    page::LATEST,
};

/// Which calls, and in which order. Those of a page come behind `after`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallFilter {
    pub status: Option<CallStatus>,
    pub mode: Option<CallMode>,
    pub direction: Option<Direction>,
    pub ivr_mode: Option<IvrMode>,
    pub from: Option<E164>,
    pub to: Option<E164>,
    pub phone_config: Option<PhoneConfigId>,
    /// Of any of its versions.
    pub agent: Option<AgentId>,
    pub outcome: Option<CallOutcome>,
    /// In whatever case.
    pub tag: Option<String>,
    /// Whether there is sound of it.
    pub has_recording: Option<bool>,
    /// In ms, included.
    pub lasted_from: Option<i64>,
    /// In ms, not included.
    pub lasted_until: Option<i64>,
    /// Without an end.
    pub live: bool,
    pub started_from: Option<DateTime<Utc>>,
    /// Not included.
    pub started_until: Option<DateTime<Utc>>,
    pub sort: CallSort,
    /// A place in a list of this order.
    pub after: Option<CallPlace>,
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
    pub tags: Vec<String>,
    /// There is sound of it.
    pub has_recording: bool,
}

impl CallFilter {
    /// Columns and the words that they must have.
    fn words(&self) -> [(&'static str, Option<&str>); 7] {
        [
            ("c.status", self.status.map(CallStatus::as_str)),
            ("c.mode", self.mode.map(CallMode::as_str)),
            ("c.direction", self.direction.map(Direction::as_str)),
            ("c.ivr_mode", self.ivr_mode.map(IvrMode::as_str)),
            ("c.from_e164", self.from.as_ref().map(E164::as_str)),
            ("c.to_e164", self.to.as_ref().map(E164::as_str)),
            ("c.outcome", self.outcome.map(CallOutcome::as_str)),
        ]
    }

    /// The conditions, each a plain comparison with a value.
    fn narrow(&self, query: &mut QueryBuilder<Postgres>, tenant: uuid::Uuid) {
        for (column, value) in self.words() {
            if let Some(value) = value {
                query.push(" AND ").push(column).push(" = ");
                query.push_bind(value.to_owned());
            }
        }
        if let Some(line) = self.phone_config {
            query.push(" AND c.phone_config_id = ").push_bind(line.0);
        }
        if let Some(wanted) = self.has_recording {
            query.push(if wanted { " AND " } else { " AND NOT " }).push(
                "EXISTS (SELECT FROM app.recordings r WHERE r.call_started_at = c.started_at
                   AND r.call_id = c.id AND r.purged_at IS NULL AND r.tenant_id = ",
            );
            query.push_bind(tenant).push(")");
        }
        for (test, bound) in [(" >= ", self.lasted_from), (" < ", self.lasted_until)] {
            if let Some(bound) = bound {
                query.push(" AND c.duration_ms").push(test).push_bind(bound);
            }
        }
        if self.live {
            query.push(" AND c.ended_at IS NULL");
        }
        query
            .push(" AND c.started_at >= ")
            .push_bind(self.started_from.unwrap_or(DateTime::UNIX_EPOCH))
            .push(" AND c.started_at < ")
            .push_bind(self.started_until.unwrap_or(LATEST));
    }

    /// The rows of a stretch that come behind the place, in order.
    fn follow(&self, query: &mut QueryBuilder<Postgres>, stretch: Stretch) {
        let (behind, way) = if self.sort.descending {
            (" < ", " DESC")
        } else {
            (" > ", " ASC")
        };
        let after = self.after.as_ref();
        let value = after.and_then(|after| after.value.as_ref());
        let mut compare = |column: &str, test: &str| {
            query.push(" AND ").push(column).push(test);
            if let Some(value) = value {
                value.bind(query);
            }
        };
        let (first, by_place) = match stretch {
            Stretch::ByTime => (None, true),
            Stretch::Tied(column) => {
                compare(column, " = ");
                (None, true)
            }
            Stretch::Beyond(column) => {
                compare(column, behind);
                (Some(column), false)
            }
            Stretch::Valued(column) => {
                query.push(" AND ").push(column).push(" IS NOT NULL");
                (Some(column), false)
            }
            Stretch::Valueless(column) => {
                query.push(" AND ").push(column).push(" IS NULL");
                (None, value.is_none())
            }
        };
        if let Some(after) = after.filter(|_| by_place) {
            query
                .push(" AND (c.started_at, c.id)")
                .push(behind)
                .push("(");
            query.push_bind(after.started_at).push(", ");
            query.push_bind(after.id.0).push(")");
        }
        query.push(" ORDER BY ");
        for column in first.into_iter().chain(["c.started_at"]) {
            query.push(column).push(way).push(", ");
        }
        query.push("c.id").push(way);
    }
}

/// Calls that were deleted are in no list.
const SELECT: &str = "SELECT c.id, c.started_at, c.direction, c.mode, c.from_e164, c.to_e164, c.ivr_mode,
         c.phone_config_id, c.agent_version_id, c.status, c.answered_at, c.ended_at, c.end_reason,
         c.duration_ms, c.latency_p50_ms, c.latency_p95_ms, c.outcome,
         ARRAY(SELECT g.tag FROM app.call_tags g WHERE g.tenant_id = c.tenant_id AND g.call_id = c.id
               ORDER BY g.folded) AS tags,
         EXISTS (SELECT FROM app.recordings r WHERE r.tenant_id = c.tenant_id
                 AND r.call_started_at = c.started_at AND r.call_id = c.id
                 AND r.purged_at IS NULL) AS has_recording
       FROM app.calls c";
/// Of the tenant that is bound behind it.
const WHOSE: &str = " WHERE c.deleted_at IS NULL AND c.tenant_id = ";

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

    /// One call as the list shows it; `None` for one that was deleted.
    pub async fn call_summary(
        &mut self,
        call: &CallRef,
    ) -> Result<Option<CallSummary>, StoreError> {
        let tenant_id = self.tenant_id();
        let mut query = QueryBuilder::new(SELECT);
        query.push(WHOSE);
        query.push_bind(tenant_id.0).push(" AND c.started_at = ");
        query.push_bind(call.started_at).push(" AND c.id = ");
        query.push_bind(call.call_id.0);
        let row: Option<Row> = query.build_query_as().fetch_optional(self.conn()).await?;
        row.map(|row| row.summary(tenant_id)).transpose()
    }

    /// A page of the tenant's calls.
    pub async fn calls(&mut self, filter: &CallFilter) -> Result<Vec<CallSummary>, StoreError> {
        let tenant_id = self.tenant_id();
        let versions = match filter.agent {
            Some(agent) => Some(self.versions_of(agent).await?),
            None => None,
        };
        let tagged = match &filter.tag {
            Some(tag) => Some(self.tagged(tag).await?),
            None => None,
        };
        let mut found = Vec::new();
        for stretch in filter.sort.stretches(filter.after.as_ref()) {
            let left = i64::from(filter.at_most) - found.len() as i64;
            if left <= 0 {
                break;
            }
            // Only what is asked for stands in the query: a condition that may be none keeps the others
            // from their indexes.
            let mut query = QueryBuilder::new(SELECT);
            query.push(WHOSE).push_bind(tenant_id.0);
            filter.narrow(&mut query, tenant_id.0);
            if let Some(tagged) = &tagged {
                tagged.narrow(&mut query, tenant_id.0);
            }
            if let Some(versions) = &versions {
                query.push(" AND c.agent_version_id = ANY (");
                query.push_bind(versions.clone()).push(")");
            }
            filter.follow(&mut query, stretch);
            query.push(" LIMIT ").push_bind(left);
            // Planned for these values each time: what is rare has an index of its own, and a plan for
            // any value would read everything.
            let query = query.build_query_as().persistent(false);
            let rows: Vec<Row> = query.fetch_all(self.conn()).await?;
            found.extend(rows);
        }
        let row = found.into_iter().map(|row| row.summary(tenant_id));
        row.collect()
    }

    async fn versions_of(&mut self, agent: AgentId) -> Result<Vec<uuid::Uuid>, StoreError> {
        let tenant = self.tenant();
        Ok(sqlx::query_scalar!(
            "SELECT id FROM app.agent_versions WHERE tenant_id = $1 AND agent_id = $2",
            tenant,
            agent.0
        )
        .fetch_all(self.conn())
        .await?)
    }

    /// Takes a call out of every list, and its tags from it; `false` when it was.
    pub async fn delete_call(
        &mut self,
        call: &CallRef,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "UPDATE app.calls SET deleted_at = $4
             WHERE tenant_id = $1 AND started_at = $2 AND id = $3 AND deleted_at IS NULL",
            tenant,
            call.started_at,
            call.call_id.0,
            at
        )
        .execute(self.conn())
        .await?;
        // Tags are counted by themselves.
        self.set_tags(call, &[]).await?;
        Ok(done.rows_affected() == 1)
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
    tags: Vec<String>,
    has_recording: bool,
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
            tags: self.tags,
            has_recording: self.has_recording,
        })
    }
}
