//! Business hours as they are set.

use chrono::NaiveDate;
use tenant_config::hours::{HoursException, Interval};

use crate::{StoreError, TenantTx};

impl TenantTx {
    /// Sets the usual week, Monday first. A [`StoreError::Invalid`] for an interval that ends before
    /// it begins.
    pub async fn set_week(&mut self, week: &[Vec<Interval>; 7]) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "DELETE FROM app.business_hours WHERE tenant_id = $1",
            tenant
        )
        .execute(self.conn())
        .await?;
        for (weekday, day) in (0..).zip(week) {
            for interval in day {
                self.insert_hours(weekday, interval.opens, interval.closes)
                    .await?;
            }
        }
        Ok(())
    }

    /// Sets a date that differs; without intervals it is closed.
    pub async fn set_exception(&mut self, exception: &HoursException) -> Result<(), StoreError> {
        self.clear_exception(exception.date).await?;
        let reason = exception.reason.as_deref();
        if exception.intervals.is_empty() {
            return self.insert_exception(exception.date, 0, None, reason).await;
        }
        for (part, interval) in (0..).zip(&exception.intervals) {
            let times = Some((interval.opens, interval.closes));
            self.insert_exception(exception.date, part, times, reason)
                .await?;
        }
        Ok(())
    }

    /// Lets a date be as its weekday again; `false` when it was.
    pub async fn clear_exception(&mut self, date: NaiveDate) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "DELETE FROM app.hour_exceptions WHERE tenant_id = $1 AND on_date = $2",
            tenant,
            date
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() > 0)
    }
}
