//! What a tenant's people are told at the dashboard. The platform's own bell is root's.

use chrono::{DateTime, Utc};
use tenant_config::id::{NotificationId, UserId};

use crate::{
    StoreError, TenantTx,
    page::{LAST_ID, LATEST},
};

/// A notification that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotification {
    pub id: NotificationId,
    /// `None`: for everybody who administers the tenant.
    pub user: Option<UserId>,
    pub kind: &'static str,
    pub title: String,
    pub body: String,
    /// A path of the dashboard.
    pub link: Option<String>,
    pub at: DateTime<Utc>,
}

/// A notification in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationRow {
    pub id: NotificationId,
    pub user: Option<UserId>,
    pub kind: String,
    pub title: String,
    pub body: String,
    pub link: Option<String>,
    pub created_at: DateTime<Utc>,
    pub read_at: Option<DateTime<Utc>>,
}

impl TenantTx {
    /// Tells somebody of the tenant. A [`StoreError::Conflict`] for who does not belong here.
    pub async fn notify(&mut self, new: &NewNotification) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "INSERT INTO app.notifications (id, tenant_id, user_id, kind, title, body, link, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            new.id.0,
            tenant,
            new.user.map(|user| user.0),
            new.kind,
            new.title,
            new.body,
            new.link,
            new.at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// What `user` is told, and with `administers` what all administrators are; latest first.
    pub async fn notifications(
        &mut self,
        user: UserId,
        administers: bool,
        before: Option<(DateTime<Utc>, NotificationId)>,
        at_most: u16,
    ) -> Result<Vec<NotificationRow>, StoreError> {
        let tenant = self.tenant();
        let (before, before_id) = before.unwrap_or((LATEST, NotificationId(LAST_ID)));
        let rows = sqlx::query!(
            "SELECT id, user_id, kind, title, body, link, created_at, read_at FROM app.notifications
             WHERE tenant_id = $1 AND (user_id = $2 OR (user_id IS NULL AND $3))
               AND (created_at, id) < ($4, $5::uuid)
             ORDER BY created_at DESC, id DESC LIMIT $6",
            tenant,
            user.0,
            administers,
            before,
            before_id.0,
            i64::from(at_most)
        )
        .fetch_all(self.conn())
        .await?;
        let row = rows.into_iter().map(|row| NotificationRow {
            id: NotificationId(row.id),
            user: row.user_id.map(UserId),
            kind: row.kind,
            title: row.title,
            body: row.body,
            link: row.link,
            created_at: row.created_at,
            read_at: row.read_at,
        });
        Ok(row.collect())
    }

    /// Marks one as read, from the first time on; `false` when it is not for `user`.
    pub async fn read_notification(
        &mut self,
        id: NotificationId,
        user: UserId,
        administers: bool,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "UPDATE app.notifications SET read_at = COALESCE(read_at, $5)
             WHERE tenant_id = $1 AND id = $2 AND (user_id = $3 OR (user_id IS NULL AND $4))",
            tenant,
            id.0,
            user.0,
            administers,
            at
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }
}
