//! What a tenant used in a month, beside what its plan includes.

use axum::Json;
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use store::{TenantTx, plan::Grants};
use utoipa::ToSchema;

use crate::api::{
    body::Params,
    caller::InTenant,
    check::parameter,
    problem::{Outcome, Problem},
};

/// Which month.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct UsageParams {
    /// A month of the tenant's own calendar, such as `2026-11`; the running one if nothing is said.
    #[param(example = "2026-11", pattern = "^[12][0-9]{3}-(0[1-9]|1[0-2])$")]
    pub month: Option<String>,
}

/// What was used. Tests, and what happens in a sandbox, count nowhere.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsageView {
    #[schema(example = "2026-11")]
    pub month: String,
    /// When it begins and ends where the tenant is.
    pub since: DateTime<Utc>,
    pub until: DateTime<Utc>,
    pub calls: MeteredView,
    /// Whole seconds of them, as the carrier counts.
    pub billed_s: i64,
    pub texts_received: i64,
    pub texts_sent: i64,
    /// In milliseconds.
    pub recorded_ms: i64,
    pub recorded_bytes: i64,
    /// Numbers that the tenant has now.
    pub phone_numbers: i64,
    /// People who belong to it now.
    pub people: i64,
}

/// Something that a plan counts.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeteredView {
    pub used: i64,
    /// What the tenant's plan includes in a month; `null` is no limit.
    pub included: Option<i64>,
}

/// What the tenant used in a month.
#[utoipa::path(
    get, path = "/usage", tag = "Settings", params(UsageParams),
    responses((status = 200, description = "The month", body = UsageView))
)]
pub async fn get_usage(
    who: InTenant,
    Params(params): Params<UsageParams>,
) -> Outcome<Json<UsageView>> {
    let mut tx = who.begin().await?;
    Ok(Json(UsageView::load(&mut tx, &params, who.now()).await?))
}

impl UsageView {
    /// Of the tenant that the transaction is in.
    pub(in crate::api) async fn load(
        tx: &mut TenantTx,
        params: &UsageParams,
        now: DateTime<Utc>,
    ) -> Outcome<Self> {
        let zone = tx.tenant_row().await?.timezone;
        let first = params.first_day(now, zone)?;
        let usage = tx.usage(first, zone).await?;
        let plan = tx.plan().await?;
        let included = plan.entitlements.iter().find_map(|e| match e.grants {
            Grants::Limit { limit, .. } if e.key == "calls" => limit,
            Grants::Limit { .. } | Grants::Flag { .. } => None,
        });
        Ok(Self {
            month: first.format("%Y-%m").to_string(),
            since: usage.since,
            until: usage.until,
            calls: MeteredView {
                used: usage.calls,
                included,
            },
            billed_s: usage.billed_s,
            texts_received: usage.texts_received,
            texts_sent: usage.texts_sent,
            recorded_ms: usage.recorded_ms,
            recorded_bytes: usage.recorded_bytes,
            phone_numbers: usage.phone_numbers,
            people: usage.people,
        })
    }
}

impl UsageParams {
    fn first_day(&self, now: DateTime<Utc>, zone: Tz) -> Outcome<NaiveDate> {
        let wrong = || parameter("?month", "Write it as 2026-11.".to_owned());
        let Some(month) = &self.month else {
            let today = now.with_timezone(&zone).date_naive();
            return today
                .with_day(1)
                .ok_or_else(|| Problem::internal(&"a month without a first day"));
        };
        let is_plain = month.len() == "2026-11".len() && month.starts_with(['1', '2']);
        let day = NaiveDate::parse_from_str(&format!("{month}-01"), "%Y-%m-%d");
        day.ok().filter(|_| is_plain).ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;

    #[test]
    fn the_month_is_the_tenants_own() {
        let now = Utc.with_ymd_and_hms(2026, 12, 1, 3, 0, 0).unwrap();
        let day = |month: Option<&str>, zone: Tz| {
            let month = month.map(str::to_owned);
            UsageParams { month }.first_day(now, zone)
        };
        let first = |month| NaiveDate::from_ymd_opt(2026, month, 1).unwrap();
        assert_eq!(day(None, Tz::UTC).unwrap(), first(12));
        assert_eq!(day(None, Tz::America__Chicago).unwrap(), first(11));
        assert_eq!(day(Some("2026-02"), Tz::UTC).unwrap(), first(2));
        for wrong in [
            "2026-13",
            "2026-1",
            "26-01",
            "+2026-1",
            "2026-02-01",
            "",
            "9999-01",
        ] {
            assert!(day(Some(wrong), Tz::UTC).is_err(), "{wrong}");
        }
    }
}
