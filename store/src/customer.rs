//! A tenant's own customers, and the transaction that shows them what is theirs.
//!
//! A [`CustomerActor`] is proof: the store makes one only for a login that it has just looked up among
//! the tenant's customers. It opens a [`CustomerTx`], which works as a role of the database that reads
//! a few columns of that one contact's rows and writes nothing.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::{PgConnection, Postgres, Transaction};
use tenant_config::id::{AppointmentId, ContactId, TenantId, UserId};

use crate::{
    Actor, Store, StoreError, TenantScope,
    appointment::AppointmentStatus,
    error::{known, read},
};

/// A customer, looked up. Look up again for each request: it may have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CustomerActor {
    user: UserId,
    tenant: TenantId,
    contact: ContactId,
}

/// What a customer's tenant shows of itself, and has written down about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerCard {
    pub company_name: String,
    pub timezone: Tz,
    /// E.164.
    pub number: String,
    pub name: Option<String>,
    pub email: Option<String>,
}

/// An appointment as its customer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerAppointment {
    pub id: AppointmentId,
    pub service_name: String,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub status: AppointmentStatus,
}

/// A read-only transaction of one customer.
#[derive(Debug)]
pub struct CustomerTx {
    tx: Transaction<'static, Postgres>,
}

impl Store {
    /// Proof that a login is a customer of a tenant; `None` when it is not, or is none of its contacts.
    pub async fn customer_actor(
        &self,
        user: UserId,
        tenant: TenantId,
    ) -> Result<Option<CustomerActor>, StoreError> {
        let contact = sqlx::query_scalar!("SELECT app.customer_lookup($1, $2)", user.0, tenant.0)
            .fetch_one(self.app_pool())
            .await?;
        Ok(contact.map(|contact| CustomerActor {
            user,
            tenant,
            contact: ContactId(contact),
        }))
    }

    /// Begins a transaction of a customer.
    pub async fn customer(&self, actor: CustomerActor) -> Result<CustomerTx, StoreError> {
        let scope = TenantScope::new(actor.tenant, Actor::User(actor.user));
        let settings = scope.settings().read_only();
        let mut tx = settings.begin(self.app_pool()).await?;
        sqlx::query!(
            "SELECT set_config('app.customer_id', $1, true) AS customer, set_config('role', 'tl_customer', true) AS role",
            actor.contact.to_string()
        )
        .fetch_one(&mut *tx)
        .await?;
        Ok(CustomerTx { tx })
    }
}

impl CustomerTx {
    /// The customer, and whose.
    pub async fn card(&mut self) -> Result<CustomerCard, StoreError> {
        let row = sqlx::query!(
            "SELECT t.company_name, t.timezone, c.e164, c.name, c.email
             FROM app.contacts c JOIN app.tenants t ON t.id = c.tenant_id"
        )
        .fetch_optional(self.conn())
        .await?
        .ok_or(StoreError::NotFound { what: "contact" })?;
        Ok(CustomerCard {
            company_name: row.company_name,
            timezone: read("tenants", "timezone", row.timezone.parse())?,
            number: row.e164,
            name: row.name,
            email: row.email,
        })
    }

    /// The customer's appointments, the latest first.
    pub async fn appointments(&mut self) -> Result<Vec<CustomerAppointment>, StoreError> {
        let rows = sqlx::query!(
            "SELECT a.id, s.name, a.starts_at, a.ends_at, a.status
             FROM app.appointments a
             JOIN app.services_catalog s ON s.tenant_id = a.tenant_id AND s.id = a.service_id
             ORDER BY a.starts_at DESC, a.id LIMIT 200"
        )
        .fetch_all(self.conn())
        .await?;
        let row = rows.into_iter().map(|row| {
            Ok(CustomerAppointment {
                id: AppointmentId(row.id),
                service_name: row.name,
                starts_at: row.starts_at,
                ends_at: row.ends_at,
                status: known(
                    "appointments",
                    "status",
                    AppointmentStatus::parse(&row.status),
                )?,
            })
        });
        row.collect()
    }

    fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }
}
