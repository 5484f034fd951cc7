//! The platform's list of tenants, newest first.

use chrono::{DateTime, Utc};
use tenant_config::{
    id::TenantId,
    plan::{PlanTier, TenantStatus},
};

use crate::{
    PlatformTx, StoreError,
    error::known,
    page::{LAST_ID, LATEST},
};

/// Which tenants. Those of a page were made before `before`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TenantFilter {
    pub status: Option<TenantStatus>,
    pub tier: Option<PlanTier>,
    /// A part of slug or company name, in any case.
    pub search: Option<String>,
    pub before: Option<(DateTime<Utc>, TenantId)>,
    pub at_most: u16,
}

/// A tenant in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantSummary {
    pub id: TenantId,
    pub slug: String,
    pub company_name: String,
    pub status: TenantStatus,
    pub tier: PlanTier,
    pub is_root: bool,
    pub is_test_mode: bool,
    pub health_score: i16,
    pub members: i64,
    pub lines: i64,
    pub created_at: DateTime<Utc>,
    pub purge_after: Option<DateTime<Utc>>,
}

impl PlatformTx {
    /// Tenants, newest first.
    pub async fn tenants(
        &mut self,
        filter: &TenantFilter,
    ) -> Result<Vec<TenantSummary>, StoreError> {
        let (before, before_id) = filter.before.unwrap_or((LATEST, TenantId(LAST_ID)));
        let rows = sqlx::query!(
            r#"SELECT t.id, t.slug, t.company_name, t.status, t.plan_tier, t.is_root, t.is_test_mode,
                      t.health_score, t.created_at, t.purge_after,
                      (SELECT count(*) FROM app.memberships m WHERE m.tenant_id = t.id) AS "members!",
                      (SELECT count(*) FROM app.tenant_phone_config c WHERE c.tenant_id = t.id) AS "lines!"
               FROM app.tenants t
               WHERE ($1::text IS NULL OR t.status = $1) AND ($2::text IS NULL OR t.plan_tier = $2)
                 AND ($3::text IS NULL OR strpos(t.slug || ' ' || lower(t.company_name), lower($3)) > 0)
                 AND (t.created_at, t.id) < ($4, $5::uuid)
               ORDER BY t.created_at DESC, t.id DESC LIMIT $6"#,
            filter.status.map(TenantStatus::as_str),
            filter.tier.map(PlanTier::as_str),
            filter.search,
            before,
            before_id.0,
            i64::from(filter.at_most)
        )
        .fetch_all(self.conn())
        .await?;
        let row = rows.into_iter().map(|row| {
            Ok(TenantSummary {
                id: TenantId(row.id),
                slug: row.slug,
                company_name: row.company_name,
                status: known("tenants", "status", TenantStatus::parse(&row.status))?,
                tier: known("tenants", "plan_tier", PlanTier::parse(&row.plan_tier))?,
                is_root: row.is_root,
                is_test_mode: row.is_test_mode,
                health_score: row.health_score,
                members: row.members,
                lines: row.lines,
                created_at: row.created_at,
                purge_after: row.purge_after,
            })
        });
        row.collect()
    }
}
