//! Where a login belongs, and as what.

use chrono::{DateTime, Utc};
use tenant_config::{
    id::{TenantId, UserId},
    plan::TenantStatus,
};
use uuid::Uuid;

use crate::{StoreError, TenantTx, error::known, signed_in::UserTx, word::words};

words! {
    /// What somebody may do in a tenant.
    pub enum Role {
        TenantOwner = "tenant_owner",
        Admin = "admin",
        User = "user",
        Viewer = "viewer",
        /// Of the customer portal.
        Customer = "customer",
    }
}

/// A tenant of a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    pub tenant: TenantId,
    pub slug: String,
    pub company_name: String,
    pub status: TenantStatus,
    pub role: Role,
}

/// A login of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub user: UserId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub has_mfa: bool,
    pub last_login_at: Option<DateTime<Utc>>,
    /// Since it belongs here.
    pub since: DateTime<Utc>,
}

impl TenantTx {
    /// The tenant's people, by address.
    pub async fn members(&mut self) -> Result<Vec<Member>, StoreError> {
        self.load_members(None).await
    }

    /// One of them.
    pub async fn member(&mut self, user: UserId) -> Result<Option<Member>, StoreError> {
        Ok(self.load_members(Some(user)).await?.pop())
    }

    async fn load_members(&mut self, only: Option<UserId>) -> Result<Vec<Member>, StoreError> {
        let tenant = self.tenant();
        let rows = sqlx::query!(
            r#"SELECT u.id, u.email, u.name, u.last_login_at, u.mfa_confirmed_at IS NOT NULL AS "has_mfa!",
                      m.role, m.created_at
               FROM app.memberships m JOIN app.users u ON u.id = m.user_id
               WHERE m.tenant_id = $1 AND ($2::uuid IS NULL OR m.user_id = $2) ORDER BY lower(u.email)"#,
            tenant,
            only.map(|user| user.0)
        )
        .fetch_all(self.conn())
        .await?;
        let row = rows.into_iter().map(|row| {
            Ok(Member {
                user: UserId(row.id),
                email: row.email,
                name: row.name,
                role: role(&row.role)?,
                has_mfa: row.has_mfa,
                last_login_at: row.last_login_at,
                since: row.created_at,
            })
        });
        row.collect()
    }

    /// Lets a login belong to the tenant; a [`StoreError::Conflict`] when it does.
    pub async fn add_member(
        &mut self,
        user: UserId,
        role: Role,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.add_member_as(user, role, None, at).await
    }

    /// The same; a customer is one of the tenant's contacts.
    pub(crate) async fn add_member_as(
        &mut self,
        user: UserId,
        role: Role,
        contact: Option<Uuid>,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "INSERT INTO app.memberships (tenant_id, user_id, role, contact_id, created_at)
             VALUES ($1, $2, $3, $4, $5)",
            tenant,
            user.0,
            role.as_str(),
            contact,
            at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Gives somebody another role, at once. A [`StoreError::Refused`] for the last administrator,
    /// [`StoreError::NotFound`] for who does not belong here.
    pub async fn set_role(&mut self, user: UserId, role: Role) -> Result<(), StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "UPDATE app.memberships
             SET role = $3, contact_id = CASE WHEN $3::text = 'customer' THEN contact_id END
             WHERE tenant_id = $1 AND user_id = $2",
            tenant,
            user.0,
            role.as_str()
        )
        .execute(self.conn())
        .await?;
        found(done.rows_affected())
    }

    /// Lets somebody belong here no longer, at once. The login stays. As [`set_role`](Self::set_role).
    pub async fn remove_member(&mut self, user: UserId) -> Result<(), StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "DELETE FROM app.memberships WHERE tenant_id = $1 AND user_id = $2",
            tenant,
            user.0
        )
        .execute(self.conn())
        .await?;
        found(done.rows_affected())
    }
}

impl UserTx {
    /// The tenants that the login belongs to, by name.
    pub async fn memberships(&mut self) -> Result<Vec<Membership>, StoreError> {
        let id = self.id();
        let rows = sqlx::query!(
            "SELECT tenant_id, role FROM app.memberships WHERE user_id = $1",
            id
        )
        .fetch_all(self.conn())
        .await?;
        let entered = self.entered();
        let mut memberships = Vec::new();
        for row in rows {
            let tenant = self
                .enter(TenantId(row.tenant_id))
                .await?
                .tenant_row()
                .await?;
            memberships.push(Membership {
                tenant: tenant.id,
                slug: tenant.slug,
                company_name: tenant.company_name,
                status: tenant.status,
                role: role(&row.role)?,
            });
        }
        self.enter(entered).await?;
        memberships.sort_by(|a, b| a.company_name.cmp(&b.company_name));
        Ok(memberships)
    }
}

pub(crate) fn role(word: &str) -> Result<Role, StoreError> {
    known("memberships", "role", Role::parse(word))
}

pub(crate) fn status(word: &str) -> Result<TenantStatus, StoreError> {
    known("tenants", "status", TenantStatus::parse(word))
}

const fn found(rows: u64) -> Result<(), StoreError> {
    if rows == 0 {
        return Err(StoreError::NotFound { what: "member" });
    }
    Ok(())
}
