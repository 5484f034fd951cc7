//! Tags of calls: words of the tenant's own, to find calls by. Two that differ in case alone are the
//! same tag.

use chrono::{DateTime, Utc};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::{CallMode, CallRef};
use crate::{StoreError, TenantTx};

/// A tag of the tenant's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagCount {
    /// As it is written at some call.
    pub tag: String,
    /// So many calls have it.
    pub calls: i64,
}

/// Which calls have a tag. Where they are few they are named; where they are many, calls are looked
/// at in the list's order and asked whether they have it. The planner, who knows nothing of how tags
/// lie in such an order, reads everything for either.
pub(super) enum Tagged {
    Few(Vec<DateTime<Utc>>, Vec<Uuid>),
    Many { folded: String },
}

impl Tagged {
    pub(super) fn narrow(&self, query: &mut QueryBuilder<Postgres>, tenant: Uuid) {
        match self {
            Self::Few(started_at, ids) => {
                query.push(" AND (c.started_at, c.id) IN (SELECT w.at, w.id FROM unnest(");
                query.push_bind(started_at.clone()).push(", ");
                query.push_bind(ids.clone()).push(") w (at, id))");
            }
            Self::Many { folded } => {
                query.push(" AND EXISTS (SELECT FROM app.call_tags w WHERE w.call_id = c.id AND w.tenant_id = ");
                query.push_bind(tenant).push(" AND w.folded = ");
                // `OFFSET 0` keeps it from being made a join.
                query.push_bind(folded.clone()).push(" OFFSET 0)");
            }
        }
    }
}

impl TenantTx {
    pub(super) async fn tagged(&mut self, tag: &str) -> Result<Tagged, StoreError> {
        let tenant = self.tenant();
        let folded = fold(tag);
        let rows: Vec<(DateTime<Utc>, Uuid)> = sqlx::query_as(
            "SELECT call_started_at, call_id FROM app.call_tags WHERE tenant_id = $1 AND folded = $2 LIMIT $3",
        )
        .bind(tenant)
        .bind(&folded)
        .bind(FEW + 1)
        .fetch_all(self.conn())
        .await?;
        if rows.len() as i64 > FEW {
            return Ok(Tagged::Many { folded });
        }
        let (started_at, ids) = rows.into_iter().unzip();
        Ok(Tagged::Few(started_at, ids))
    }

    /// Gives a call these tags in place of those that it has. No two of them may be the same.
    pub async fn set_tags(&mut self, call: &CallRef, tags: &[String]) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "DELETE FROM app.call_tags WHERE tenant_id = $1 AND call_id = $2",
            tenant,
            call.call_id.0
        )
        .execute(self.conn())
        .await?;
        let folded: Vec<String> = tags.iter().map(|tag| fold(tag)).collect();
        sqlx::query!(
            "INSERT INTO app.call_tags (tenant_id, call_id, call_started_at, folded, tag)
             SELECT $1, $2, $3, t.folded, t.tag FROM unnest($4::text[], $5::text[]) t (folded, tag)",
            tenant,
            call.call_id.0,
            call.started_at,
            &folded,
            tags
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// The tenant's tags, those of most calls first.
    pub async fn tags(&mut self) -> Result<Vec<TagCount>, StoreError> {
        let tenant = self.tenant();
        Ok(sqlx::query_as!(
            TagCount,
            r#"SELECT min(g.tag) AS "tag!", count(*) AS "calls!" FROM app.call_tags g
               WHERE g.tenant_id = $1 GROUP BY g.folded ORDER BY count(*) DESC, g.folded LIMIT 1000"#,
            tenant
        )
        .fetch_all(self.conn())
        .await?)
    }

    /// The same of calls of one mode.
    pub async fn tags_of(&mut self, mode: CallMode) -> Result<Vec<TagCount>, StoreError> {
        let tenant = self.tenant();
        Ok(sqlx::query_as!(
            TagCount,
            r#"SELECT min(g.tag) AS "tag!", count(*) AS "calls!" FROM app.call_tags g
               JOIN app.calls c ON c.tenant_id = g.tenant_id AND c.started_at = g.call_started_at
                 AND c.id = g.call_id
               WHERE g.tenant_id = $1 AND c.mode = $2
               GROUP BY g.folded ORDER BY count(*) DESC, g.folded LIMIT 1000"#,
            tenant,
            mode.as_str()
        )
        .fetch_all(self.conn())
        .await?)
    }
}

/// What makes two tags the same.
fn fold(tag: &str) -> String {
    tag.to_lowercase()
}

/// Calls that are named one by one.
const FEW: i64 = 500;
