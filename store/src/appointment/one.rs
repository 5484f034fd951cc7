//! One appointment by its id.

use tenant_config::id::{AppointmentId, ServiceId};

use super::Appointment;
use crate::{StoreError, TenantTx};

impl TenantTx {
    /// A booked appointment of this tenant; `None` for any other id.
    pub async fn appointment(
        &mut self,
        id: AppointmentId,
    ) -> Result<Option<Appointment>, StoreError> {
        let tenant = self.tenant();
        let row = sqlx::query!(
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
        Ok(row.map(|row| Appointment {
            id: AppointmentId(row.id),
            service_id: ServiceId(row.service_id),
            service_name: row.service_name,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            customer_name: row.customer_name,
            notes: row.notes,
        }))
    }
}
