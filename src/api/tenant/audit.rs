//! Who did what in the tenant. Rows are chained by their hashes and never change.

use axum::Json;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::audit::{AuditFilter, AuditRow};
use tenant_config::id::ImpersonationId;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    body::Params,
    caller::InTenant,
    page::{Page, PageParams, storable},
    problem::{Code, Outcome, Problem},
};

/// Which rows.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AuditParams {
    /// So many at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    pub actor_id: Option<Uuid>,
    /// What was done during one impersonation.
    pub impersonation_id: Option<Uuid>,
    /// Such as `phone_config.edited`.
    pub action: Option<String>,
    /// Such as `phone_config`.
    pub object_kind: Option<String>,
    pub object_id: Option<String>,
    #[serde(rename = "at[gte]")]
    #[param(rename = "at[gte]")]
    pub from: Option<DateTime<Utc>>,
    #[serde(rename = "at[lt]")]
    #[param(rename = "at[lt]")]
    pub until: Option<DateTime<Utc>>,
}

/// One row of the log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditView {
    /// Its number in the tenant's log, without gaps.
    pub seq: i64,
    pub id: Uuid,
    pub at: DateTime<Utc>,
    /// `user`, `api_key`, `platform`, `operator`, `call`, `worker` or `system`.
    pub actor_kind: &'static str,
    pub actor_id: Option<Uuid>,
    pub actor_name: Option<String>,
    /// Set where somebody of the platform worked in the tenant's place.
    pub impersonation_id: Option<Uuid>,
    #[schema(example = "phone_config.edited")]
    pub action: String,
    #[schema(example = "phone_config")]
    pub object_kind: String,
    pub object_id: Option<String>,
    /// How it was, without secrets.
    pub before: Option<Value>,
    /// How it is since, without secrets.
    pub after: Option<Value>,
    pub reason: Option<String>,
    pub ip: Option<String>,
    pub request_id: Option<String>,
}

impl From<AuditRow> for AuditView {
    fn from(row: AuditRow) -> Self {
        Self {
            seq: row.seq,
            id: row.id,
            at: row.at,
            actor_kind: row.actor_kind.as_str(),
            actor_id: row.actor_id,
            actor_name: row.actor_name,
            impersonation_id: row.impersonation.map(|id| id.0),
            action: row.action,
            object_kind: row.object_kind,
            object_id: row.object_id,
            before: row.before,
            after: row.after,
            reason: row.reason,
            ip: row.ip,
            request_id: row.request_id,
        }
    }
}

impl AuditParams {
    pub(in crate::api) fn filter(&self) -> Outcome<AuditFilter> {
        let page = PageParams {
            limit: self.limit,
            cursor: None,
        };
        let before_seq = self.cursor.as_deref().map(str::parse::<i64>).transpose();
        let before_seq = before_seq.map_err(|_| {
            Problem::new(
                Code::InvalidCursor,
                "Take the cursor from `next_cursor` of the page before.",
            )
        })?;
        let text = |text: &Option<String>| text.clone().filter(|text| !text.contains('\0'));
        Ok(AuditFilter {
            before_seq,
            actor_id: self.actor_id,
            impersonation: self.impersonation_id.map(ImpersonationId),
            action: text(&self.action),
            object_kind: text(&self.object_kind),
            object_id: text(&self.object_id),
            from: self.from.map(storable),
            until: self.until.map(storable),
            at_most: page.fetch()?,
        })
    }

    /// The page out of rows, one more than are shown.
    pub(in crate::api) fn page(mut rows: Vec<AuditRow>, filter: &AuditFilter) -> Page<AuditView> {
        let shown = usize::from(filter.at_most.saturating_sub(1));
        let has_more = rows.len() > shown;
        rows.truncate(shown);
        Page {
            next_cursor: rows
                .last()
                .filter(|_| has_more)
                .map(|row| row.seq.to_string()),
            data: rows.into_iter().map(AuditView::from).collect(),
            has_more,
        }
    }
}

/// The tenant's log.
#[utoipa::path(
    get, path = "/audit-log", tag = "Audit log", params(AuditParams),
    responses((status = 200, description = "The latest first", body = Page<AuditView>))
)]
pub async fn list_audit(
    who: InTenant,
    Params(params): Params<AuditParams>,
) -> Outcome<Json<Page<AuditView>>> {
    let filter = params.filter()?;
    let rows = who.begin().await?.audit_log(&filter).await?;
    Ok(Json(AuditParams::page(rows, &filter)))
}
