//! Lives of nodes: who is there, who is gone, and which calls nobody will close any more.
//!
//! A life lasts from a start of the server to its stop. While it lasts it says so now and then;
//! all times come from the caller, so that nodes agree on one clock or on synchronised ones.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tenant_config::id::{CallId, TenantId};
use uuid::Uuid;

use crate::{Store, StoreError, call::CallRef};

/// A node: the same after a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(pub Uuid);

/// One life of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LifeId(pub Uuid);

/// A node in one of its lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeLife {
    pub node: NodeId,
    pub life: LifeId,
}

/// When a call counts as abandoned.
#[derive(Debug, Clone, Copy)]
pub struct AbandonedQuery {
    pub at: DateTime<Utc>,
    /// A life that was not seen since is over.
    pub gone_before: DateTime<Utc>,
    /// A call that began before and never came to any place is over.
    pub begun_before: DateTime<Utc>,
    pub at_most: u16,
}

/// A call that nobody will close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AbandonedCall {
    pub call: CallRef,
    /// Who had its stream.
    pub held_by: Option<LifeId>,
    /// When that life was last seen.
    pub last_seen: Option<DateTime<Utc>>,
}

/// A recording that a life left open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRecording {
    pub call: CallRef,
    /// Below the data folder of the life's node.
    pub storage_key: String,
}

impl Store {
    /// Says that a life has begun or goes on.
    pub async fn sign_of_life(&self, node: NodeLife, at: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query!(
            "INSERT INTO app.node_lives (id, node_id, began_at, seen_at) VALUES ($1, $2, $3, $3)
             ON CONFLICT (id) DO UPDATE SET seen_at = GREATEST(node_lives.seen_at, excluded.seen_at)",
            node.life.0,
            node.node.0,
            at
        )
        .execute(self.worker_pool())
        .await?;
        Ok(())
    }

    /// Earlier lives of a node whose calls were never put in order.
    pub async fn former_lives(&self, node: NodeLife) -> Result<Vec<LifeId>, StoreError> {
        let lives = sqlx::query_scalar!(
            "SELECT id FROM app.node_lives WHERE node_id = $1 AND id <> $2 AND closed_at IS NULL",
            node.node.0,
            node.life.0
        )
        .fetch_all(self.worker_pool())
        .await?;
        Ok(lives.into_iter().map(LifeId).collect())
    }

    /// Closes a life: it stopped in order, or its calls have been put in order.
    pub async fn close_life(&self, life: LifeId, at: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query!(
            "UPDATE app.node_lives SET closed_at = COALESCE(closed_at, $2) WHERE id = $1",
            life.0,
            at
        )
        .execute(self.worker_pool())
        .await?;
        Ok(())
    }

    /// Forgets lives that were closed before `before`; how many.
    pub async fn forget_lives(&self, before: DateTime<Utc>) -> Result<u64, StoreError> {
        let done = sqlx::query!("DELETE FROM app.node_lives WHERE closed_at < $1", before)
            .execute(self.worker_pool())
            .await?;
        Ok(done.rows_affected())
    }

    /// Calls of all tenants that nobody will close, oldest first. Of `own`'s life those are among
    /// them that it may still hold: it knows better.
    pub async fn abandoned_calls(
        &self,
        own: NodeLife,
        query: &AbandonedQuery,
    ) -> Result<Vec<AbandonedCall>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT tenant_id AS "tenant_id!", call_id AS "call_id!", started_at AS "started_at!",
                      held_by, last_seen
               FROM app.abandoned_calls($1, $2, $3, $4, $5, $6)"#,
            query.at,
            query.gone_before,
            query.begun_before,
            own.life.0,
            own.node.0,
            i32::from(query.at_most)
        )
        .fetch_all(self.worker_pool())
        .await?;
        let row = rows.into_iter().map(|row| AbandonedCall {
            call: CallRef {
                tenant_id: TenantId(row.tenant_id),
                call_id: CallId(row.call_id),
                started_at: row.started_at,
            },
            held_by: row.held_by.map(LifeId),
            last_seen: row.last_seen,
        });
        Ok(row.collect())
    }

    /// Recordings that a life left open, of all tenants.
    pub async fn open_recordings(&self, life: LifeId) -> Result<Vec<OpenRecording>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT tenant_id AS "tenant_id!", call_id AS "call_id!", started_at AS "started_at!",
                      storage_key AS "storage_key!"
               FROM app.open_recordings($1)"#,
            life.0
        )
        .fetch_all(self.worker_pool())
        .await?;
        let row = rows.into_iter().map(|row| OpenRecording {
            call: CallRef {
                tenant_id: TenantId(row.tenant_id),
                call_id: CallId(row.call_id),
                started_at: row.started_at,
            },
            storage_key: row.storage_key,
        });
        Ok(row.collect())
    }
}
