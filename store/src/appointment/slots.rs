//! Which times are free: open hours cut into steps, minus what is booked.

use chrono::{DateTime, Duration, Utc};
use tenant_config::{hours::BusinessHours, id::ServiceId};

use super::BookError;
use crate::{StoreError, TenantTx};

/// How far apart offered times are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SlotStep {
    QuarterHour,
    HalfHour,
}

impl SlotStep {
    fn duration(self) -> Duration {
        match self {
            Self::QuarterHour => Duration::minutes(15),
            Self::HalfHour => Duration::minutes(30),
        }
    }
}

/// Which free times are wanted.
#[derive(Debug, Clone, Copy)]
pub struct SlotQuery<'a> {
    pub service_id: ServiceId,
    /// Not before this; pass the present or later.
    pub from: DateTime<Utc>,
    /// Starts before this. At most 92 days after `from` are looked at.
    pub until: DateTime<Utc>,
    pub hours: &'a BusinessHours,
    pub step: SlotStep,
    pub limit: usize,
}

impl TenantTx {
    /// Free start times of a service, in order. Steps count from each opening time.
    pub async fn free_slots(
        &mut self,
        query: &SlotQuery<'_>,
    ) -> Result<Vec<DateTime<Utc>>, BookError> {
        let service = self.bookable(query.service_id).await?;
        let until = query.until.min(query.from + Duration::days(MAX_DAYS));
        let busy = self.busy(query.from, until + service.duration).await?;
        Ok(free(query, until, service.duration, &busy))
    }

    /// What is booked between two times, in order.
    async fn busy(
        &mut self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<Span>, StoreError> {
        let tenant = self.tenant();
        let rows = sqlx::query!(
            "SELECT starts_at, ends_at FROM app.appointments
             WHERE tenant_id = $1 AND status = 'booked' AND resource = 'main'
               AND starts_at < $3 AND ends_at > $2 ORDER BY starts_at",
            tenant,
            from,
            until
        )
        .fetch_all(self.conn())
        .await?;
        Ok(rows.into_iter().map(|r| (r.starts_at, r.ends_at)).collect())
    }
}

type Span = (DateTime<Utc>, DateTime<Utc>);

fn free(
    query: &SlotQuery<'_>,
    until: DateTime<Utc>,
    duration: Duration,
    busy: &[Span],
) -> Vec<DateTime<Utc>> {
    let zone = query.hours.timezone;
    let mut date = query.from.with_timezone(&zone).date_naive();
    let last = until.with_timezone(&zone).date_naive();
    let mut slots = Vec::new();
    while date <= last {
        for (opens, closes) in query.hours.spans(date) {
            let mut start = opens;
            while start + duration <= closes {
                if slots.len() == query.limit {
                    return slots;
                }
                let overlaps = busy
                    .iter()
                    .any(|(from, to)| *from < start + duration && start < *to);
                if start >= query.from && start < until && !overlaps {
                    slots.push(start);
                }
                start += query.step.duration();
            }
        }
        let Some(next) = date.succ_opt() else { break };
        date = next;
    }
    slots
}

const MAX_DAYS: i64 = 92;

#[cfg(test)]
mod tests {
    use chrono::{NaiveTime, TimeZone};
    use chrono_tz::America::Chicago;
    use tenant_config::hours::Interval;
    use uuid::Uuid;

    use super::*;

    /// Monday to Friday, 9 to 12.
    fn mornings() -> BusinessHours {
        let at = |h| NaiveTime::from_hms_opt(h, 0, 0).unwrap();
        let open = vec![Interval {
            opens: at(9),
            closes: at(12),
        }];
        let mut week: [Vec<Interval>; 7] = Default::default();
        week[..5].fill(open);
        BusinessHours {
            timezone: Chicago,
            week,
            exceptions: Vec::new(),
        }
    }

    fn local(month: u32, day: u32, hour: u32, minute: u32) -> DateTime<Utc> {
        Chicago
            .with_ymd_and_hms(2026, month, day, hour, minute, 0)
            .unwrap()
            .to_utc()
    }

    fn query(hours: &BusinessHours, from: DateTime<Utc>, limit: usize) -> SlotQuery<'_> {
        SlotQuery {
            service_id: ServiceId(Uuid::nil()),
            from,
            until: from + Duration::days(7),
            hours,
            step: SlotStep::HalfHour,
            limit,
        }
    }

    #[test]
    fn the_last_slot_ends_when_the_day_does() {
        let hours = mornings();
        // Friday 10:20: the rest of Friday, then Monday.
        let from = local(11, 20, 10, 20);
        let slots = free(
            &query(&hours, from, 3),
            from + Duration::days(7),
            Duration::minutes(60),
            &[],
        );
        assert_eq!(
            slots,
            [
                local(11, 20, 10, 30),
                local(11, 20, 11, 0),
                local(11, 23, 9, 0)
            ]
        );
    }

    #[test]
    fn what_touches_a_booking_is_free_and_what_overlaps_is_not() {
        let hours = mornings();
        let from = local(11, 23, 9, 0);
        let busy = [(local(11, 23, 10, 0), local(11, 23, 10, 30))];
        let slots = free(
            &query(&hours, from, 4),
            from + Duration::days(1),
            Duration::minutes(60),
            &busy,
        );
        assert_eq!(
            slots,
            [
                local(11, 23, 9, 0),
                local(11, 23, 10, 30),
                local(11, 23, 11, 0)
            ]
        );
    }

    #[test]
    fn opening_time_is_the_wall_clocks_on_both_sides_of_a_clock_change() {
        let hours = mornings();
        // Clocks go back on Sunday, 1 November 2026.
        let from = local(10, 30, 11, 0);
        let slots = free(
            &query(&hours, from, 2),
            from + Duration::days(7),
            Duration::minutes(60),
            &[],
        );
        assert_eq!(slots, [local(10, 30, 11, 0), local(11, 2, 9, 0)]);
        assert_eq!((slots[1] - slots[0]).num_hours(), 3 * 24 - 2 + 1);
    }
}
