//! Who calls and writes to a tenant: one contact for each number.

use chrono::{DateTime, Utc};
use tenant_config::{id::ContactId, phone::E164};
use uuid::Uuid;

use crate::{
    StoreError, TenantTx,
    error::read,
    page::{LAST_ID, LATEST},
};

/// A contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    pub id: ContactId,
    pub number: E164,
    pub name: Option<String>,
    pub email: Option<String>,
    pub notes: String,
    /// Since when it wants no texts.
    pub opted_out_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Which contacts. Those of a page were made before `before`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactFilter {
    /// A part of number, name or address, in any case.
    pub search: Option<String>,
    pub before: Option<(DateTime<Utc>, ContactId)>,
    pub at_most: u16,
}

/// What may be changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactEdit {
    pub name: Option<String>,
    pub email: Option<String>,
    pub notes: String,
}

impl TenantTx {
    /// The contact of a number, made if there is none. Two that ask at once get the same one.
    pub async fn contact_of(
        &mut self,
        number: &E164,
        at: DateTime<Utc>,
    ) -> Result<Contact, StoreError> {
        Ok(self.find_or_make_contact(number, at).await?.0)
    }

    /// [`contact_of`](Self::contact_of), and whether it was made now.
    pub async fn find_or_make_contact(
        &mut self,
        number: &E164,
        at: DateTime<Utc>,
    ) -> Result<(Contact, bool), StoreError> {
        let (tenant, fresh) = (self.tenant(), Uuid::now_v7());
        let row = sqlx::query_as!(
            Row,
            "INSERT INTO app.contacts AS c (id, tenant_id, e164, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $4)
             -- Writes the number again, so that the row comes back.
             ON CONFLICT (tenant_id, e164) DO UPDATE SET e164 = c.e164
             RETURNING id, e164, name, email, notes, opt_out_at, created_at, updated_at",
            fresh,
            tenant,
            number.as_str(),
            at
        )
        .fetch_one(self.conn())
        .await?;
        let contact = Contact::try_from(row)?;
        let is_new = contact.id.0 == fresh;
        Ok((contact, is_new))
    }

    pub async fn contact(&mut self, id: ContactId) -> Result<Option<Contact>, StoreError> {
        let tenant = self.tenant();
        let row = sqlx::query_as!(
            Row,
            "SELECT id, e164, name, email, notes, opt_out_at, created_at, updated_at
             FROM app.contacts WHERE tenant_id = $1 AND id = $2",
            tenant,
            id.0
        )
        .fetch_optional(self.conn())
        .await?;
        row.map(Contact::try_from).transpose()
    }

    /// The tenant's contacts, newest first.
    pub async fn contacts(&mut self, filter: &ContactFilter) -> Result<Vec<Contact>, StoreError> {
        let tenant = self.tenant();
        let (before, before_id) = filter.before.unwrap_or((LATEST, ContactId(LAST_ID)));
        let rows = sqlx::query_as!(
            Row,
            "SELECT id, e164, name, email, notes, opt_out_at, created_at, updated_at FROM app.contacts
             WHERE tenant_id = $1
               AND ($2::text IS NULL OR strpos(lower(concat_ws(' ', e164, name, email)), lower($2)) > 0)
               AND (created_at, id) < ($3, $4::uuid)
             ORDER BY created_at DESC, id DESC LIMIT $5",
            tenant,
            filter.search,
            before,
            before_id.0,
            i64::from(filter.at_most)
        )
        .fetch_all(self.conn())
        .await?;
        rows.into_iter().map(Contact::try_from).collect()
    }

    /// Writes what may be changed; `false` for an id that is not the tenant's.
    pub async fn edit_contact(
        &mut self,
        id: ContactId,
        edit: &ContactEdit,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "UPDATE app.contacts SET name = $3, email = $4, notes = $5, updated_at = $6
             WHERE tenant_id = $1 AND id = $2",
            tenant,
            id.0,
            edit.name,
            edit.email,
            edit.notes,
            at
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Notes that a contact wants no texts, or wants them again.
    pub async fn set_opt_out(
        &mut self,
        id: ContactId,
        opted_out: bool,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "UPDATE app.contacts SET opt_out = $3, updated_at = $4,
                    opt_out_at = CASE WHEN $3 THEN COALESCE(opt_out_at, $4) END
             WHERE tenant_id = $1 AND id = $2",
            tenant,
            id.0,
            opted_out,
            at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Forgets a contact; its messages stay, without it. `false` for an id that is not the tenant's.
    pub async fn delete_contact(&mut self, id: ContactId) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "DELETE FROM app.contacts WHERE tenant_id = $1 AND id = $2",
            tenant,
            id.0
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }
}

struct Row {
    id: Uuid,
    e164: String,
    name: Option<String>,
    email: Option<String>,
    notes: String,
    opt_out_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl TryFrom<Row> for Contact {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: ContactId(row.id),
            number: read("contacts", "e164", E164::try_from(row.e164))?,
            name: row.name,
            email: row.email,
            notes: row.notes,
            opted_out_at: row.opt_out_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}
