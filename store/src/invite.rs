//! Invitations into a tenant, by a link that works once. Only hashes are stored.

use chrono::{DateTime, Utc};
use tenant_config::id::{ContactId, InviteId, TenantId, UserId};

use crate::{
    Store, StoreError, TenantTx,
    membership::{Role, role},
    session::SecretHash,
};

/// An invitation that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInvite {
    pub id: InviteId,
    pub email: String,
    pub role: Role,
    /// Which of the tenant's contacts a customer is; for nobody else.
    pub contact: Option<ContactId>,
    pub hash: SecretHash,
    pub invited_by: Option<UserId>,
    pub at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// An invitation in the tenant's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteRow {
    pub id: InviteId,
    pub email: String,
    pub role: Role,
    pub invited_by: Option<UserId>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub accepted_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// An invitation that can still be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenInvite {
    pub id: InviteId,
    pub tenant: TenantId,
    pub company_name: String,
    pub email: String,
    pub role: Role,
}

impl Store {
    /// The invitation behind a link; `None` when it is unknown, accepted, taken back or expired.
    pub async fn find_invite(
        &self,
        hash: &SecretHash,
        now: DateTime<Utc>,
    ) -> Result<Option<OpenInvite>, StoreError> {
        let row = sqlx::query!(
            r#"SELECT invite_id AS "invite_id!", tenant_id AS "tenant_id!", company_name AS "company_name!",
                      email AS "email!", role AS "role!", expires_at AS "expires_at!", accepted_at, revoked_at
               FROM app.invite_lookup($1)"#,
            hash.as_slice()
        )
        .fetch_optional(self.app_pool())
        .await?;
        let open = row.filter(|row| {
            row.accepted_at.is_none() && row.revoked_at.is_none() && row.expires_at > now
        });
        let Some(row) = open else { return Ok(None) };
        Ok(Some(OpenInvite {
            id: InviteId(row.invite_id),
            tenant: TenantId(row.tenant_id),
            company_name: row.company_name,
            email: row.email,
            role: role(&row.role)?,
        }))
    }
}

impl TenantTx {
    /// Invites somebody; an open invitation of the same address is taken back.
    pub async fn invite(&mut self, new: &NewInvite) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "UPDATE app.invites SET revoked_at = $3
             WHERE tenant_id = $1 AND lower(email) = lower($2) AND accepted_at IS NULL AND revoked_at IS NULL",
            tenant,
            new.email.trim(),
            new.at
        )
        .execute(self.conn())
        .await?;
        sqlx::query!(
            "INSERT INTO app.invites
               (id, tenant_id, email, role, contact_id, token_hash, invited_by, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            new.id.0,
            tenant,
            new.email.trim(),
            new.role.as_str(),
            new.contact.map(|contact| contact.0),
            new.hash.as_slice(),
            new.invited_by.map(|user| user.0),
            new.at,
            new.expires_at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// The tenant's invitations, latest first.
    pub async fn invites(&mut self) -> Result<Vec<InviteRow>, StoreError> {
        let tenant = self.tenant();
        let rows = sqlx::query!(
            "SELECT id, email, role, invited_by, created_at, expires_at, accepted_at, revoked_at
             FROM app.invites WHERE tenant_id = $1 ORDER BY created_at DESC, id LIMIT 200",
            tenant
        )
        .fetch_all(self.conn())
        .await?;
        let row = rows.into_iter().map(|row| {
            Ok(InviteRow {
                id: InviteId(row.id),
                email: row.email,
                role: role(&row.role)?,
                invited_by: row.invited_by.map(UserId),
                created_at: row.created_at,
                expires_at: row.expires_at,
                accepted_at: row.accepted_at,
                revoked_at: row.revoked_at,
            })
        });
        row.collect()
    }

    /// Uses an invitation up: `user` belongs to the tenant as it says. `false`, and nothing is done,
    /// when it is not open any more. A [`StoreError::Conflict`] for who belongs here already.
    pub async fn accept_invite(
        &mut self,
        invite: InviteId,
        user: UserId,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let used = sqlx::query!(
            "UPDATE app.invites SET accepted_at = $3
             WHERE tenant_id = $1 AND id = $2 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $3
             RETURNING role, contact_id",
            tenant,
            invite.0,
            at
        )
        .fetch_optional(self.conn())
        .await?;
        let Some(used) = used else { return Ok(false) };
        self.add_member_as(user, role(&used.role)?, used.contact_id, at)
            .await?;
        Ok(true)
    }

    /// Takes an invitation back; `false` when it is not open any more.
    pub async fn revoke_invite(
        &mut self,
        invite: InviteId,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "UPDATE app.invites SET revoked_at = $3
             WHERE tenant_id = $1 AND id = $2 AND accepted_at IS NULL AND revoked_at IS NULL",
            tenant,
            invite.0,
            at
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }
}
