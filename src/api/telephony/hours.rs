//! Business hours: the usual week, and dates that differ. Times are the tenant's own.

use std::collections::BTreeMap;

use axum::response::Response;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::audit::AuditEntry;
use tenant_config::hours::{BusinessHours, HoursException, Interval};
use utoipa::ToSchema;

use crate::api::{
    answer::Answer,
    body::Patch,
    caller::InTenant,
    check::Faults,
    etag::{IfMatch, tagged},
    problem::Outcome,
};

/// From opening, included, to closing, which is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IntervalInput {
    #[schema(example = "08:00")]
    pub opens: String,
    #[schema(example = "17:00")]
    pub closes: String,
}

/// When the tenant is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoursInput {
    #[serde(default)]
    pub monday: Vec<IntervalInput>,
    #[serde(default)]
    pub tuesday: Vec<IntervalInput>,
    #[serde(default)]
    pub wednesday: Vec<IntervalInput>,
    #[serde(default)]
    pub thursday: Vec<IntervalInput>,
    #[serde(default)]
    pub friday: Vec<IntervalInput>,
    #[serde(default)]
    pub saturday: Vec<IntervalInput>,
    #[serde(default)]
    pub sunday: Vec<IntervalInput>,
    /// Dates that differ, such as `"2026-12-25"`; without intervals the date is closed. In a PATCH
    /// `null` lets a date be as its weekday again.
    #[serde(default)]
    pub exceptions: BTreeMap<String, ExceptionInput>,
}

/// A date that differs from its weekday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExceptionInput {
    #[serde(default)]
    pub intervals: Vec<IntervalInput>,
    #[serde(default)]
    #[schema(example = "Christmas")]
    pub reason: Option<String>,
}

/// Business hours as they are.
#[derive(Debug, Serialize, ToSchema)]
pub struct HoursView {
    /// An IANA name; change it with PATCH /settings.
    #[schema(example = "America/Chicago")]
    pub timezone: String,
    #[serde(flatten)]
    pub hours: HoursInput,
}

/// Business hours as they hold at this moment.
#[derive(Debug, Serialize, ToSchema)]
pub struct HoursNowView {
    #[serde(flatten)]
    pub hours: HoursView,
    pub is_open: bool,
    /// When that was.
    pub at: DateTime<Utc>,
}

impl From<&BusinessHours> for HoursView {
    fn from(hours: &BusinessHours) -> Self {
        let [
            monday,
            tuesday,
            wednesday,
            thursday,
            friday,
            saturday,
            sunday,
        ] = std::array::from_fn(|day| intervals(&hours.week[day]));
        let exception = hours.exceptions.iter().map(|exception| {
            let input = ExceptionInput {
                intervals: intervals(&exception.intervals),
                reason: exception.reason.clone(),
            };
            (exception.date.to_string(), input)
        });
        Self {
            timezone: hours.timezone.name().to_owned(),
            hours: HoursInput {
                monday,
                tuesday,
                wednesday,
                thursday,
                friday,
                saturday,
                sunday,
                exceptions: exception.collect(),
            },
        }
    }
}

fn intervals(intervals: &[Interval]) -> Vec<IntervalInput> {
    let shown = intervals.iter().map(|interval| IntervalInput {
        opens: interval.opens.format(CLOCK).to_string(),
        closes: interval.closes.format(CLOCK).to_string(),
    });
    shown.collect()
}

impl HoursInput {
    fn read(&self) -> Outcome<([Vec<Interval>; 7], Vec<HoursException>)> {
        let mut faults = Faults::default();
        let days = [
            ("monday", &self.monday),
            ("tuesday", &self.tuesday),
            ("wednesday", &self.wednesday),
            ("thursday", &self.thursday),
            ("friday", &self.friday),
            ("saturday", &self.saturday),
            ("sunday", &self.sunday),
        ];
        let week = days.map(|(name, day)| read_day(&mut faults, &format!("/{name}"), day));
        let mut exceptions = Vec::new();
        if self.exceptions.len() > MOST_EXCEPTIONS {
            faults.add("/exceptions", "too_long", "At most 400 dates can differ.");
        }
        for (date, exception) in &self.exceptions {
            let pointer = format!("/exceptions/{date}");
            let Ok(date) = NaiveDate::parse_from_str(date, "%Y-%m-%d") else {
                faults.add(&pointer, "format", "A date is written as 2026-12-25.");
                continue;
            };
            exceptions.push(HoursException {
                date,
                intervals: read_day(
                    &mut faults,
                    &format!("{pointer}/intervals"),
                    &exception.intervals,
                ),
                reason: faults.optional(
                    &format!("{pointer}/reason"),
                    exception.reason.as_deref(),
                    200,
                ),
            });
        }
        faults.none()?;
        Ok((week, exceptions))
    }
}

/// A day's intervals, in order and apart.
fn read_day(faults: &mut Faults, pointer: &str, day: &[IntervalInput]) -> Vec<Interval> {
    let mut read: Vec<Interval> = Vec::new();
    for (n, interval) in day.iter().enumerate() {
        let at = format!("{pointer}/{n}");
        let (Some(opens), Some(closes)) = (time(&interval.opens), time(&interval.closes)) else {
            faults.add(&at, "format", "Times are written as 08:00 and 17:30.");
            continue;
        };
        if opens >= closes {
            faults.add(
                &at,
                "range",
                "It must close after it opens. A night is two intervals.",
            );
        }
        if read.last().is_some_and(|before| before.closes > opens) {
            faults.add(
                &at,
                "overlap",
                "Intervals come in order and do not overlap.",
            );
        }
        read.push(Interval { opens, closes });
    }
    read
}

fn time(text: &str) -> Option<NaiveTime> {
    let read = NaiveTime::parse_from_str(text, "%H:%M");
    read.or_else(|_| NaiveTime::parse_from_str(text, "%H:%M:%S"))
        .ok()
}

/// When the tenant is open.
#[utoipa::path(
    get, path = "/business-hours", tag = "Business hours",
    responses((status = 200, description = "The week, the dates that differ, and now", body = HoursNowView))
)]
pub async fn get_hours(who: InTenant) -> Outcome<Response> {
    let hours = who.begin().await?.business_hours().await?;
    let view = HoursView::from(&hours);
    let tag = crate::api::etag::tag(&view)?;
    let at = who.now();
    let mut response = tagged(HoursNowView {
        is_open: hours.is_open(at),
        hours: view,
        at,
    })?;
    // The tag is of what can be changed; the time goes on.
    if let Ok(tag) = tag.parse() {
        response.headers_mut().insert(axum::http::header::ETAG, tag);
    }
    Ok(response)
}

/// Change when the tenant is open. A day is replaced as a whole.
#[utoipa::path(
    patch, path = "/business-hours", tag = "Business hours", request_body = HoursInput,
    responses((status = 200, description = "Changed", body = HoursView))
)]
pub async fn edit_hours(who: InTenant, seen: IfMatch, patch: Patch) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    tx.take_turns(who.scope.tenant_id.0).await?;
    let was = tx.business_hours().await?;
    let before = HoursView::from(&was);
    seen.check(&before)?;
    let input = patch.onto(&before.hours)?;
    let (week, exceptions) = input.read()?;
    tx.set_week(&week).await?;
    for gone in &was.exceptions {
        if !exceptions.iter().any(|stays| stays.date == gone.date) {
            tx.clear_exception(gone.date).await?;
        }
    }
    for exception in &exceptions {
        tx.set_exception(exception).await?;
    }
    let after = HoursView::from(&tx.business_hours().await?);
    let entry = AuditEntry::new(who.now(), "business_hours.edited", "business_hours")
        .of(&who.scope.tenant_id)
        .before(json!(before))
        .after(json!(after));
    who.record(tx, entry, Answer::ok(&after)?).await
}

const CLOCK: &str = "%H:%M";
const MOST_EXCEPTIONS: usize = 400;

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn input(value: Value) -> HoursInput {
        serde_json::from_value(value).unwrap()
    }

    fn read(value: Value) -> Outcome<([Vec<Interval>; 7], Vec<HoursException>)> {
        input(value).read()
    }

    #[test]
    fn a_week_and_a_date_that_differs() {
        let (week, exceptions) = read(json!({
            "monday": [{"opens": "08:00", "closes": "12:00"}, {"opens": "13:00", "closes": "17:30"}],
            "exceptions": {"2026-12-25": {"reason": "Christmas"}}
        }))
        .unwrap();
        assert_eq!(week.each_ref().map(Vec::len), [2, 0, 0, 0, 0, 0, 0]);
        assert_eq!(exceptions[0].intervals, []);
        assert_eq!(exceptions[0].reason.as_deref(), Some("Christmas"));
    }

    #[test]
    fn what_is_not_right_is_told_with_its_place() {
        let said = format!(
            "{:?}",
            read(json!({
                "monday": [{"opens": "17:00", "closes": "08:00"}],
                "tuesday": [{"opens": "08:00", "closes": "12:00"}, {"opens": "11:00", "closes": "13:00"}],
                "friday": [{"opens": "8 am", "closes": "17:00"}],
                "exceptions": {"Christmas": {}}
            }))
        );
        for pointer in [
            "/monday/0",
            "/tuesday/1",
            "/friday/0",
            "/exceptions/Christmas",
        ] {
            assert!(said.contains(pointer), "{said}");
        }
    }
}
