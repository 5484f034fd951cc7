//! The tenant's calendar: what is booked, and what was called off.

use chrono::{DateTime, Utc};
use tenant_config::id::{AppointmentId, CallId, ServiceId};
use uuid::Uuid;

use crate::{StoreError, TenantTx, error::known, word::words};

words! {
    pub enum AppointmentStatus {
        Booked = "booked",
        Cancelled = "cancelled",
    }
}

/// Which appointments, soonest first. Times are those of their beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarFilter {
    pub status: AppointmentStatus,
    pub from: DateTime<Utc>,
    /// Not included.
    pub until: DateTime<Utc>,
    /// Behind this one, which is not included.
    pub after: Option<(DateTime<Utc>, AppointmentId)>,
    pub at_most: u16,
}

/// An appointment in the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarEntry {
    pub id: AppointmentId,
    pub service_id: ServiceId,
    pub service_name: String,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub status: AppointmentStatus,
    pub customer_name: String,
    pub phone: String,
    pub notes: Option<String>,
    /// The call that it was made in.
    pub call_id: Option<CallId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

struct Row {
    id: Uuid,
    service_id: Uuid,
    service_name: String,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    status: String,
    customer_name: String,
    phone: String,
    notes: Option<String>,
    call_id: Option<Uuid>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl TenantTx {
    /// The tenant's appointments, soonest first.
    pub async fn calendar(
        &mut self,
        filter: &CalendarFilter,
    ) -> Result<Vec<CalendarEntry>, StoreError> {
        let tenant = self.tenant();
        let (after, after_id) = filter
            .after
            .unwrap_or((DateTime::UNIX_EPOCH, AppointmentId(Uuid::nil())));
        let rows = sqlx::query_as!(
            Row,
            "SELECT a.id, a.service_id, s.name AS service_name, a.starts_at, a.ends_at, a.status,
                    a.customer_name, a.phone, a.notes, a.call_id, a.created_at, a.updated_at
             FROM app.appointments a
             JOIN app.services_catalog s ON s.tenant_id = a.tenant_id AND s.id = a.service_id
             WHERE a.tenant_id = $1 AND a.status = $2 AND a.starts_at >= $3 AND a.starts_at < $4
               AND (a.starts_at, a.id) > ($5, $6::uuid)
             ORDER BY a.starts_at, a.id LIMIT $7",
            tenant,
            filter.status.as_str(),
            filter.from,
            filter.until,
            after,
            after_id.0,
            i64::from(filter.at_most)
        )
        .fetch_all(self.conn())
        .await?;
        rows.into_iter().map(CalendarEntry::try_from).collect()
    }

    /// One appointment of the tenant's, booked or not.
    pub async fn calendar_entry(
        &mut self,
        id: AppointmentId,
    ) -> Result<Option<CalendarEntry>, StoreError> {
        let tenant = self.tenant();
        let row = sqlx::query_as!(
            Row,
            "SELECT a.id, a.service_id, s.name AS service_name, a.starts_at, a.ends_at, a.status,
                    a.customer_name, a.phone, a.notes, a.call_id, a.created_at, a.updated_at
             FROM app.appointments a
             JOIN app.services_catalog s ON s.tenant_id = a.tenant_id AND s.id = a.service_id
             WHERE a.tenant_id = $1 AND a.id = $2",
            tenant,
            id.0
        )
        .fetch_optional(self.conn())
        .await?;
        row.map(CalendarEntry::try_from).transpose()
    }
}

impl TryFrom<Row> for CalendarEntry {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let status = AppointmentStatus::parse(&row.status);
        Ok(Self {
            id: AppointmentId(row.id),
            service_id: ServiceId(row.service_id),
            service_name: row.service_name,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            status: known("appointments", "status", status)?,
            customer_name: row.customer_name,
            phone: row.phone,
            notes: row.notes,
            call_id: row.call_id.map(CallId),
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}
