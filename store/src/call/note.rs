//! Notes that a tenant's people and programs write down about a call.

use chrono::{DateTime, Utc};
use tenant_config::id::{ApiKeyId, NoteId, UserId};

use super::CallRef;
use crate::{Author, StoreError, TenantTx};

/// A note that is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNote {
    pub id: NoteId,
    /// Not empty.
    pub text: String,
    pub author: Author,
    pub author_name: String,
    pub at: DateTime<Utc>,
}

/// A note as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteRow {
    pub id: NoteId,
    pub text: String,
    author_user: Option<UserId>,
    author_key: Option<ApiKeyId>,
    /// As the author was called then.
    pub author_name: String,
    pub created_at: DateTime<Utc>,
}

impl NoteRow {
    pub fn is_by(&self, author: Author) -> bool {
        match author {
            Author::User(id) => self.author_user == Some(id),
            Author::Key(id) => self.author_key == Some(id),
        }
    }
}

impl TenantTx {
    pub async fn add_note(&mut self, call: &CallRef, note: &NewNote) -> Result<(), StoreError> {
        let tenant = self.tenant();
        let (user, key) = note.author.ids();
        sqlx::query!(
            "INSERT INTO app.call_notes
               (tenant_id, id, call_started_at, call_id, text, author_user, author_key, author_name, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            tenant,
            note.id.0,
            call.started_at,
            call.call_id.0,
            note.text,
            user,
            key,
            note.author_name,
            note.at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// The notes of a call, in the order in which they were written; at most `at_most`.
    pub async fn notes(
        &mut self,
        call: &CallRef,
        at_most: u16,
    ) -> Result<Vec<NoteRow>, StoreError> {
        let tenant = self.tenant();
        let rows = sqlx::query!(
            "SELECT id, text, author_user, author_key, author_name, created_at FROM app.call_notes
             WHERE tenant_id = $1 AND call_started_at = $2 AND call_id = $3
             ORDER BY created_at, id LIMIT $4",
            tenant,
            call.started_at,
            call.call_id.0,
            i64::from(at_most)
        )
        .fetch_all(self.conn())
        .await?;
        let row = rows.into_iter().map(|row| NoteRow {
            id: NoteId(row.id),
            text: row.text,
            author_user: row.author_user.map(UserId),
            author_key: row.author_key.map(ApiKeyId),
            author_name: row.author_name,
            created_at: row.created_at,
        });
        Ok(row.collect())
    }

    pub async fn delete_note(&mut self, call: &CallRef, id: NoteId) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "DELETE FROM app.call_notes
             WHERE tenant_id = $1 AND call_started_at = $2 AND call_id = $3 AND id = $4",
            tenant,
            call.started_at,
            call.call_id.0,
            id.0
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }
}
