//! The platform's people in a tenant's place: for a reason, for at most an hour, one tenant at a
//! time, and in that tenant's own log.
//!
//! The database holds the rules too: only owners, never root's tenant, no second while one runs.
//! An [`Impersonation`] is proof that one is running; it makes a [`TenantScope`](crate::TenantScope).

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use tenant_config::id::{ImpersonationId, TenantId, UserId};
use uuid::Uuid;

use crate::{
    PlatformTx, Store, StoreError, TenantTx,
    audit::{AuditEntry, Origin},
    error::known,
    page::{LAST_ID, LATEST},
    platform::PlatformRole,
    word::words,
};

/// The longest that one lasts.
pub const LONGEST: TimeDelta = TimeDelta::minutes(60);

words! {
    pub enum ImpersonationMode {
        /// A read-only transaction: the database refuses every write.
        ReadOnly = "read_only",
        Full = "full",
    }
}

words! {
    /// How it came to its end.
    pub enum ImpersonationEnd {
        Ended = "ended",
        /// Nobody ended it in time.
        Expired = "expired",
        /// Somebody else ended it.
        Revoked = "revoked",
    }
}

/// What starts one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewImpersonation {
    pub id: ImpersonationId,
    pub tenant: TenantId,
    pub mode: ImpersonationMode,
    /// At least ten characters; the tenant reads it.
    pub reason: String,
    pub ticket: Option<String>,
    pub started_at: DateTime<Utc>,
    /// At most [`LONGEST`].
    pub lasts: TimeDelta,
}

/// One that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Impersonation {
    pub(crate) id: ImpersonationId,
    pub(crate) tenant: TenantId,
    pub(crate) actor: UserId,
    pub(crate) mode: ImpersonationMode,
    pub(crate) expires_at: DateTime<Utc>,
}

impl Impersonation {
    pub const fn id(&self) -> ImpersonationId {
        self.id
    }

    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Who really acts.
    pub const fn actor(&self) -> UserId {
        self.actor
    }

    pub const fn mode(&self) -> ImpersonationMode {
        self.mode
    }

    pub const fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at
    }
}

/// One as it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImpersonationRow {
    pub id: ImpersonationId,
    pub tenant: TenantId,
    pub actor: UserId,
    pub mode: ImpersonationMode,
    pub reason: String,
    pub ticket: Option<String>,
    pub started_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub ended: Option<(DateTime<Utc>, ImpersonationEnd)>,
}

impl Store {
    /// The impersonation of an id, while it runs and its owner still is one. Ask before each use:
    /// it may be revoked at any moment.
    pub async fn running_impersonation(
        &self,
        id: ImpersonationId,
        now: DateTime<Utc>,
    ) -> Result<Option<Impersonation>, StoreError> {
        let row = sqlx::query!(
            r#"SELECT tenant_id AS "tenant_id!", actor_id AS "actor_id!", mode AS "mode!",
                      expires_at AS "expires_at!", ended_at
               FROM app.impersonation_lookup($1)"#,
            id.0
        )
        .fetch_optional(self.app_pool())
        .await?;
        let Some(row) = row.filter(|row| row.ended_at.is_none() && row.expires_at > now) else {
            return Ok(None);
        };
        Ok(Some(Impersonation {
            id,
            tenant: TenantId(row.tenant_id),
            actor: UserId(row.actor_id),
            mode: mode(&row.mode)?,
            expires_at: row.expires_at,
        }))
    }
}

impl PlatformTx {
    /// Starts one, and writes it into the tenant's log and root's. A [`StoreError::Refused`] for who
    /// is no owner and for root's tenant, a [`StoreError::Conflict`] while another of the same person
    /// runs, a [`StoreError::Invalid`] for a short reason or a long time.
    pub async fn start_impersonation(
        &mut self,
        new: &NewImpersonation,
        origin: &Origin,
    ) -> Result<Impersonation, StoreError> {
        let actor = self.actor();
        let owner = actor.user().filter(|_| actor.role() == PlatformRole::Owner);
        let owner = owner.ok_or_else(|| StoreError::Refused {
            rule: "impersonation_sessions_by_owner".to_owned(),
        })?;
        self.close_expired(owner, new.started_at).await?;
        let expires_at = new.started_at + new.lasts;
        let tx = self.enter(new.tenant).await?;
        sqlx::query!(
            "INSERT INTO app.impersonation_sessions
               (id, tenant_id, actor_id, mode, reason, ticket, started_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            new.id.0,
            new.tenant.0,
            owner.0,
            new.mode.as_str(),
            new.reason.trim(),
            new.ticket,
            new.started_at,
            expires_at
        )
        .execute(tx.conn())
        .await?;
        let facts = json!({"mode": new.mode, "ticket": new.ticket, "expires_at": expires_at});
        let entry = AuditEntry::new(new.started_at, "impersonation.started", "impersonation")
            .of(&new.id)
            .after(facts)
            .because(&new.reason);
        self.audit(new.tenant, &entry, origin).await?;
        Ok(Impersonation {
            id: new.id,
            tenant: new.tenant,
            actor: owner,
            mode: new.mode,
            expires_at,
        })
    }

    /// Ends one at once; `false` when it was over or is unknown. Written into both logs.
    pub async fn end_impersonation(
        &mut self,
        id: ImpersonationId,
        end: ImpersonationEnd,
        at: DateTime<Utc>,
        origin: &Origin,
    ) -> Result<bool, StoreError> {
        let tenant = sqlx::query_scalar!(
            "SELECT tenant_id FROM app.impersonation_sessions WHERE id = $1 AND ended_at IS NULL",
            id.0
        )
        .fetch_optional(self.conn())
        .await?;
        let Some(tenant) = tenant.map(TenantId) else {
            return Ok(false);
        };
        if !self.close(tenant, id, end, at).await? {
            return Ok(false);
        }
        let entry = AuditEntry::new(at, "impersonation.ended", "impersonation")
            .of(&id)
            .after(json!({"end_reason": end}));
        self.audit(tenant, &entry, origin).await?;
        Ok(true)
    }

    /// The latest first, of all tenants; further back with the last one's time and id.
    pub async fn impersonations(
        &mut self,
        before: Option<(DateTime<Utc>, ImpersonationId)>,
        at_most: u16,
    ) -> Result<Vec<ImpersonationRow>, StoreError> {
        let (before, before_id) = before.unwrap_or((LATEST, ImpersonationId(LAST_ID)));
        let rows = sqlx::query_as!(
            Row,
            "SELECT id, tenant_id, actor_id, mode, reason, ticket, started_at, expires_at, ended_at,
                    end_reason
             FROM app.impersonation_sessions WHERE (started_at, id) < ($1, $2::uuid)
             ORDER BY started_at DESC, id DESC LIMIT $3",
            before,
            before_id.0,
            i64::from(at_most)
        )
        .fetch_all(self.conn())
        .await?;
        rows.into_iter().map(ImpersonationRow::try_from).collect()
    }

    /// What ran out and nobody ended does not stand in the way.
    async fn close_expired(&mut self, owner: UserId, now: DateTime<Utc>) -> Result<(), StoreError> {
        let open = sqlx::query!(
            "SELECT id, tenant_id, expires_at FROM app.impersonation_sessions
             WHERE actor_id = $1 AND ended_at IS NULL AND expires_at <= $2",
            owner.0,
            now
        )
        .fetch_all(self.conn())
        .await?;
        for row in open {
            let id = ImpersonationId(row.id);
            self.close(
                TenantId(row.tenant_id),
                id,
                ImpersonationEnd::Expired,
                row.expires_at,
            )
            .await?;
        }
        Ok(())
    }

    async fn close(
        &mut self,
        tenant: TenantId,
        id: ImpersonationId,
        end: ImpersonationEnd,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let tx = self.enter(tenant).await?;
        let done = sqlx::query!(
            "UPDATE app.impersonation_sessions SET ended_at = GREATEST($3, started_at), end_reason = $4
             WHERE tenant_id = $1 AND id = $2 AND ended_at IS NULL",
            tenant.0,
            id.0,
            at,
            end.as_str()
        )
        .execute(tx.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }
}

impl TenantTx {
    /// Who worked in the tenant's place, the latest first; further back with the last one's time and
    /// id.
    pub async fn impersonations(
        &mut self,
        before: Option<(DateTime<Utc>, ImpersonationId)>,
        at_most: u16,
    ) -> Result<Vec<ImpersonationRow>, StoreError> {
        let tenant = self.tenant();
        let (before, before_id) = before.unwrap_or((LATEST, ImpersonationId(LAST_ID)));
        let rows = sqlx::query_as!(
            Row,
            "SELECT id, tenant_id, actor_id, mode, reason, ticket, started_at, expires_at, ended_at,
                    end_reason
             FROM app.impersonation_sessions
             WHERE tenant_id = $1 AND (started_at, id) < ($2, $3::uuid)
             ORDER BY started_at DESC, id DESC LIMIT $4",
            tenant,
            before,
            before_id.0,
            i64::from(at_most)
        )
        .fetch_all(self.conn())
        .await?;
        rows.into_iter().map(ImpersonationRow::try_from).collect()
    }
}

struct Row {
    id: Uuid,
    tenant_id: Uuid,
    actor_id: Uuid,
    mode: String,
    reason: String,
    ticket: Option<String>,
    started_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    end_reason: Option<String>,
}

impl TryFrom<Row> for ImpersonationRow {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let end = row.end_reason.map(|word| {
            known(
                "impersonation_sessions",
                "end_reason",
                ImpersonationEnd::parse(&word),
            )
        });
        Ok(Self {
            id: ImpersonationId(row.id),
            tenant: TenantId(row.tenant_id),
            actor: UserId(row.actor_id),
            mode: mode(&row.mode)?,
            reason: row.reason,
            ticket: row.ticket,
            started_at: row.started_at,
            expires_at: row.expires_at,
            ended: row.ended_at.zip(end.transpose()?),
        })
    }
}

fn mode(word: &str) -> Result<ImpersonationMode, StoreError> {
    known(
        "impersonation_sessions",
        "mode",
        ImpersonationMode::parse(word),
    )
}
