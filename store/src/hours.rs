//! Business hours as stored: rows of local times, and dates that differ.

mod edit;

use chrono::{NaiveDate, NaiveTime};
use tenant_config::hours::{BusinessHours, HoursException, Interval};

use crate::{StoreError, TenantTx, error::known};

impl TenantTx {
    /// When the tenant is open. A tenant without rows is never open.
    pub async fn business_hours(&mut self) -> Result<BusinessHours, StoreError> {
        let timezone = self.tenant_row().await?.timezone;
        let tenant = self.tenant();
        let rows = sqlx::query!(
            "SELECT weekday, opens, closes FROM app.business_hours
             WHERE tenant_id = $1 AND NOT closed ORDER BY weekday, opens",
            tenant
        )
        .fetch_all(self.conn())
        .await?;
        let mut week: [Vec<Interval>; 7] = Default::default();
        for row in rows {
            let day = usize::try_from(row.weekday)
                .ok()
                .and_then(|day| week.get_mut(day));
            known("business_hours", "weekday", day)?.push(Interval {
                opens: row.opens,
                closes: row.closes,
            });
        }
        Ok(BusinessHours {
            timezone,
            week,
            exceptions: self.hour_exceptions().await?,
        })
    }

    async fn hour_exceptions(&mut self) -> Result<Vec<HoursException>, StoreError> {
        let tenant = self.tenant();
        let rows = sqlx::query!(
            "SELECT on_date, opens, closes, reason FROM app.hour_exceptions
             WHERE tenant_id = $1 ORDER BY on_date, opens",
            tenant
        )
        .fetch_all(self.conn())
        .await?;
        let mut exceptions: Vec<HoursException> = Vec::new();
        for row in rows {
            let exception = on_date(&mut exceptions, row.on_date, row.reason);
            exception.intervals.extend(interval(row.opens, row.closes));
        }
        Ok(exceptions)
    }
}

/// The exception of a date; rows come in order of their dates.
fn on_date(
    exceptions: &mut Vec<HoursException>,
    date: NaiveDate,
    reason: Option<String>,
) -> &mut HoursException {
    if exceptions.last().is_none_or(|e| e.date != date) {
        exceptions.push(HoursException {
            date,
            intervals: Vec::new(),
            reason,
        });
    }
    let last = exceptions.len() - 1; // one was pushed if there was none
    &mut exceptions[last]
}

fn interval(opens: Option<NaiveTime>, closes: Option<NaiveTime>) -> Option<Interval> {
    Some(Interval {
        opens: opens?,
        closes: closes?,
    })
}
