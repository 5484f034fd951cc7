//! Booked appointments: a caller's own, and one by its id.

use chrono::{DateTime, Utc};
use tenant_config::{
    id::{AppointmentId, ServiceId},
    phone::E164,
};
use uuid::Uuid;

use super::Appointment;
use crate::{StoreError, TenantTx};

struct Row {
    id: Uuid,
    service_id: Uuid,
    service_name: String,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    customer_name: String,
    notes: Option<String>,
}

impl TenantTx {
    /// Booked appointments of a phone number that end after `from`, soonest first.
    pub async fn appointments_of(
        &mut self,
        phone: &E164,
        from: DateTime<Utc>,
    ) -> Result<Vec<Appointment>, StoreError> {
        let tenant = self.tenant();
        let rows = sqlx::query_as!(
            Row,
            "SELECT a.id, a.service_id, s.name AS service_name, a.starts_at, a.ends_at,
                    a.customer_name, a.notes
             FROM app.appointments a
             JOIN app.services_catalog s ON s.tenant_id = a.tenant_id AND s.id = a.service_id
             WHERE a.tenant_id = $1 AND a.phone = $2 AND a.status = 'booked' AND a.ends_at > $3
             ORDER BY a.starts_at",
            tenant,
            phone.as_str(),
            from
        )
        .fetch_all(self.conn())
        .await?;
        Ok(rows.into_iter().map(Appointment::from).collect())
    }

    /// A booked appointment of this tenant; `None` for any other id.
    pub async fn appointment(
        &mut self,
        id: AppointmentId,
    ) -> Result<Option<Appointment>, StoreError> {
        let tenant = self.tenant();
        let row = sqlx::query_as!(
            Row,
            "SELECT a.id, a.service_id, s.name AS service_name, a.starts_at, a.ends_at,
                    a.customer_name, a.notes
             FROM app.appointments a
             JOIN app.services_catalog s ON s.tenant_id = a.tenant_id AND s.id = a.service_id
             WHERE a.tenant_id = $1 AND a.id = $2 AND a.status = 'booked'",
            tenant,
            id.0
        )
        .fetch_optional(self.conn())
        .await?;
        Ok(row.map(Appointment::from))
    }
}

impl From<Row> for Appointment {
    fn from(row: Row) -> Self {
        Self {
            id: AppointmentId(row.id),
            service_id: ServiceId(row.service_id),
            service_name: row.service_name,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            customer_name: row.customer_name,
            notes: row.notes,
        }
    }
}
