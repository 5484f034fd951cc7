//! The plans that there are, and what each includes.

use axum::Json;
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::plan::{Entitlement, Grants, PlanVersion};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{caller::InTenant, page::Page, problem::Outcome};

/// One version of a plan; a price never changes, another version replaces it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanView {
    pub id: Uuid,
    /// `starter`, `pro` or `elite`.
    #[schema(example = "pro")]
    pub tier: &'static str,
    pub name: String,
    pub version: i32,
    pub price: MoneyView,
    /// `month` or `year`.
    pub interval: &'static str,
    pub entitlements: Vec<EntitlementView>,
    pub created_at: DateTime<Utc>,
}

/// An amount of money.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoneyView {
    /// In minor units: cents.
    #[schema(example = 149_700)]
    pub amount_minor: i64,
    /// ISO 4217.
    #[schema(example = "USD")]
    pub currency: String,
}

/// Something that a plan includes or leaves out.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntitlementView {
    #[schema(example = "calls")]
    pub key: String,
    /// Of a feature.
    pub enabled: Option<bool>,
    /// In a month; `null` is no limit, or a feature.
    pub limit: Option<i64>,
    /// Millionths of the currency's major unit for each beyond the limit; `null` stops there.
    pub overage_unit_micro: Option<i64>,
}

impl From<&Entitlement> for EntitlementView {
    fn from(entitlement: &Entitlement) -> Self {
        let key = entitlement.key.clone();
        match entitlement.grants {
            Grants::Flag { enabled } => Self {
                key,
                enabled: Some(enabled),
                limit: None,
                overage_unit_micro: None,
            },
            Grants::Limit {
                limit,
                overage_unit_micro,
            } => Self {
                key,
                enabled: None,
                limit,
                overage_unit_micro,
            },
        }
    }
}

impl From<&PlanVersion> for PlanView {
    fn from(plan: &PlanVersion) -> Self {
        Self {
            id: plan.id.0,
            tier: plan.tier.as_str(),
            name: plan.name.clone(),
            version: plan.version,
            price: MoneyView {
                amount_minor: plan.price_minor,
                currency: plan.currency.clone(),
            },
            interval: plan.interval.as_str(),
            entitlements: plan
                .entitlements
                .iter()
                .map(EntitlementView::from)
                .collect(),
            created_at: plan.created_at,
        }
    }
}

/// The plans that there are.
#[utoipa::path(
    get, path = "/plans", tag = "Settings",
    responses((status = 200, description = "The smallest first", body = Page<PlanView>))
)]
pub async fn list_plans(who: InTenant) -> Outcome<Json<Page<PlanView>>> {
    let plans = who.begin().await?.plans().await?;
    Ok(Json(Page::whole(
        plans.iter().map(PlanView::from).collect(),
    )))
}
