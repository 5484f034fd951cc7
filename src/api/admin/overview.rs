//! The platform in numbers: what an operator sees first.

use axum::Json;
use chrono::{DateTime, Datelike as _, NaiveTime, TimeDelta, Utc};
use serde::Serialize;
use store::overview::{TenantCount, Traffic, TroubledTenant};
use tenant_config::plan::{PlanTier, TenantStatus};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{caller::Platform, problem::Outcome};

/// The platform at this moment. Root is no tenant here; tests and sandboxes count nowhere.
#[derive(Debug, Serialize, ToSchema)]
pub struct OverviewView {
    pub at: DateTime<Utc>,
    pub tenants: TenantsView,
    /// Calls that go on, at all nodes.
    pub calls_live: i64,
    /// Since midnight UTC.
    pub today: TrafficView,
    /// Since the first of the month, UTC.
    pub this_month: TrafficView,
    /// Requests for a tenant that nobody has decided.
    pub setup_requests_pending: i64,
    /// Tenants that are `past_due` or `suspended`, the longest first; 50 at most.
    pub in_trouble: Vec<TroubledView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TenantsView {
    pub total: i64,
    /// Every status, also of none.
    pub by_status: Vec<StatusCountView>,
    /// Every plan, also of none. Cancelled tenants have one, too.
    pub by_plan: Vec<PlanCountView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct StatusCountView {
    #[schema(example = "active")]
    pub status: &'static str,
    pub tenants: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PlanCountView {
    #[schema(example = "pro")]
    pub plan_tier: &'static str,
    pub tenants: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TrafficView {
    /// Calls that began, answered or not.
    pub calls: i64,
    /// Whole seconds of them, as the carrier counts.
    pub billed_s: i64,
    /// The same in minutes, the last one begun counts whole.
    pub minutes: i64,
    pub texts_received: i64,
    pub texts_sent: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TroubledView {
    pub tenant_id: Uuid,
    pub slug: String,
    pub company_name: String,
    pub status: &'static str,
    pub since: DateTime<Utc>,
}

/// The platform in numbers.
#[utoipa::path(
    get, path = "/admin/overview", tag = "Platform: tenants",
    responses((status = 200, description = "At this moment", body = OverviewView))
)]
pub async fn overview(who: Platform) -> Outcome<Json<OverviewView>> {
    let now = who.now();
    let midnight = now.date_naive().and_time(NaiveTime::MIN).and_utc();
    let first = midnight - TimeDelta::days(i64::from(now.day0()));
    let mut tx = who.begin().await?;
    let counts = tx.count_tenants().await?;
    let troubled = tx.troubled_tenants(MOST_TROUBLED).await?;
    Ok(Json(OverviewView {
        at: now,
        tenants: TenantsView::of(&counts),
        calls_live: tx.calls_going_on().await?,
        today: tx.traffic_since(midnight).await?.into(),
        this_month: tx.traffic_since(first).await?.into(),
        setup_requests_pending: tx.pending_setup_requests().await?,
        in_trouble: troubled.into_iter().map(TroubledView::from).collect(),
    }))
}

impl TenantsView {
    fn of(counts: &[TenantCount]) -> Self {
        let sum = |fits: &dyn Fn(&TenantCount) -> bool| {
            let fitting = counts.iter().filter(|count| fits(count));
            fitting.map(|count| count.tenants).sum()
        };
        let status = |status: TenantStatus| StatusCountView {
            status: status.as_str(),
            tenants: sum(&|count| count.status == status),
        };
        let plan = |tier: PlanTier| PlanCountView {
            plan_tier: tier.as_str(),
            tenants: sum(&|count| count.tier == tier),
        };
        Self {
            total: sum(&|_| true),
            by_status: TenantStatus::ALL.map(status).into(),
            by_plan: PlanTier::ALL.map(plan).into(),
        }
    }
}

impl From<Traffic> for TrafficView {
    fn from(traffic: Traffic) -> Self {
        Self {
            calls: traffic.calls,
            billed_s: traffic.billed_s,
            minutes: (traffic.billed_s + 59) / 60,
            texts_received: traffic.texts_received,
            texts_sent: traffic.texts_sent,
        }
    }
}

impl From<TroubledTenant> for TroubledView {
    fn from(tenant: TroubledTenant) -> Self {
        Self {
            tenant_id: tenant.id.0,
            slug: tenant.slug,
            company_name: tenant.company_name,
            status: tenant.status.as_str(),
            since: tenant.since,
        }
    }
}

const MOST_TROUBLED: u16 = 50;
