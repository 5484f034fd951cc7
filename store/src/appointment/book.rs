//! Booking, moving and cancelling, judged on the server whatever a caller or a model asks for.

use chrono::{DateTime, Duration, SubsecRound, Utc};
use sqlx::Connection;
use tenant_config::id::{AppointmentId, ServiceId};
use uuid::Uuid;

use super::{BookError, Booked, NewAppointment};
use crate::{StoreError, TenantTx};

/// What a booking needs to know of a service.
pub(super) struct Bookable {
    pub(super) name: String,
    pub(super) duration: Duration,
}

impl TenantTx {
    /// Books a time, and tells the customer where the tenant wants that. Nothing is written unless it is `Ok`; the transaction goes on either way.
    pub async fn book(
        &mut self,
        new: &NewAppointment,
        now: DateTime<Utc>,
    ) -> Result<Booked, BookError> {
        let service = self.bookable(new.service_id).await?;
        let starts_at = new.starts_at.trunc_subsecs(6);
        let ends_at = starts_at + service.duration;
        self.check_time(starts_at, ends_at, now).await?;
        let id = Uuid::now_v7();
        let tenant = self.tenant();
        let mut savepoint = self.conn().begin().await?;
        sqlx::query!(
            "INSERT INTO app.appointments
               (id, tenant_id, service_id, starts_at, ends_at, customer_name, phone, notes, call_id,
                call_started_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            id,
            tenant,
            new.service_id.0,
            starts_at,
            ends_at,
            new.customer_name.trim(),
            new.phone.as_str(),
            new.notes,
            new.call.map(|c| c.call_id.0),
            new.call.map(|c| c.started_at),
        )
        .execute(&mut *savepoint)
        .await?;
        savepoint.commit().await?;
        self.tell_of_booking(AppointmentId(id), now).await?;
        Ok(Booked {
            id: AppointmentId(id),
            service_id: new.service_id,
            service_name: service.name,
            starts_at,
            ends_at,
        })
    }

    /// Moves a booked appointment, and tells the customer as above; it keeps its length.
    pub async fn move_appointment(
        &mut self,
        id: AppointmentId,
        starts_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Booked, BookError> {
        let tenant = self.tenant();
        let starts_at = starts_at.trunc_subsecs(6);
        let old = sqlx::query!(
            "SELECT a.service_id, a.starts_at, a.ends_at, s.name
             FROM app.appointments a
             JOIN app.services_catalog s ON s.tenant_id = a.tenant_id AND s.id = a.service_id
             WHERE a.tenant_id = $1 AND a.id = $2 AND a.status = 'booked' FOR UPDATE OF a",
            tenant,
            id.0
        )
        .fetch_optional(self.conn())
        .await?
        .ok_or(BookError::UnknownAppointment)?;
        let ends_at = starts_at + (old.ends_at - old.starts_at);
        self.check_time(starts_at, ends_at, now).await?;
        let mut savepoint = self.conn().begin().await?;
        sqlx::query!(
            "UPDATE app.appointments SET starts_at = $3, ends_at = $4, updated_at = $5
             WHERE tenant_id = $1 AND id = $2",
            tenant,
            id.0,
            starts_at,
            ends_at,
            now
        )
        .execute(&mut *savepoint)
        .await?;
        savepoint.commit().await?;
        self.tell_of_booking(id, now).await?;
        Ok(Booked {
            id,
            service_id: ServiceId(old.service_id),
            service_name: old.name,
            starts_at,
            ends_at,
        })
    }

    /// Cancels; `false` when there is no such booked appointment.
    pub async fn cancel_appointment(
        &mut self,
        id: AppointmentId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "UPDATE app.appointments SET status = 'cancelled', updated_at = $3
             WHERE tenant_id = $1 AND id = $2 AND status = 'booked'",
            tenant,
            id.0,
            now
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    pub(super) async fn bookable(&mut self, id: ServiceId) -> Result<Bookable, BookError> {
        let tenant = self.tenant();
        let row = sqlx::query!(
            "SELECT name, duration_min FROM app.services_catalog
             WHERE tenant_id = $1 AND id = $2 AND active",
            tenant,
            id.0
        )
        .fetch_optional(self.conn())
        .await?
        .ok_or(BookError::UnknownService)?;
        Ok(Bookable {
            name: row.name,
            duration: Duration::minutes(row.duration_min.into()),
        })
    }

    async fn check_time(
        &mut self,
        starts_at: DateTime<Utc>,
        ends_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), BookError> {
        if starts_at <= now {
            return Err(BookError::Past);
        }
        let hours = self.business_hours().await?;
        let date = starts_at.with_timezone(&hours.timezone).date_naive();
        let fits = hours
            .spans(date)
            .into_iter()
            .any(|(opens, closes)| opens <= starts_at && ends_at <= closes);
        if fits { Ok(()) } else { Err(BookError::Closed) }
    }
}
