//! The catalogue of plans, every version of it.

use axum::{Json, response::Response};
use serde::Deserialize;
use serde_json::json;
use store::{
    audit::AuditEntry,
    plan::{BillingInterval, Entitlement, Grants, PlanVersion},
    seed::ROOT_TENANT,
};
use tenant_config::{id::PlanVersionId, plan::PlanTier};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    answer::Answer,
    body::{Body, Word},
    caller::Platform,
    check::Faults,
    page::Page,
    problem::{Outcome, Problem},
    tenant::plan::PlanView,
};

/// The next version of a plan. Tenants keep the version that they have.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanInput {
    /// In minor units.
    #[schema(example = 149_700)]
    pub price_minor: i64,
    /// ISO 4217.
    #[schema(example = "USD")]
    pub currency: String,
    /// `month` or `year`.
    #[schema(example = "month")]
    pub interval: String,
    pub entitlements: Vec<EntitlementInput>,
}

/// A feature (`enabled`), or an amount in a month (`limit`).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntitlementInput {
    #[schema(example = "calls")]
    pub key: String,
    #[serde(default)]
    pub enabled: Option<bool>,
    #[serde(default)]
    pub limit: Option<i64>,
    #[serde(default)]
    pub overage_unit_micro: Option<i64>,
}

impl PlanInput {
    fn read(&self, tier: PlanTier, now: chrono::DateTime<chrono::Utc>) -> Outcome<PlanVersion> {
        let mut faults = Faults::default();
        if self.currency.len() != 3 || !self.currency.bytes().all(|b| b.is_ascii_uppercase()) {
            faults.add(
                "/currency",
                "format",
                "A currency has three capital letters, such as USD.",
            );
        }
        let interval = BillingInterval::parse(&self.interval).unwrap_or_else(|| {
            faults.add("/interval", "word", "This must be month or year.");
            BillingInterval::Month
        });
        let mut entitlements: Vec<Entitlement> = Vec::new();
        for (n, input) in self.entitlements.iter().enumerate() {
            let pointer = format!("/entitlements/{n}");
            let letters = input
                .key
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
            let fits = letters
                && input.key.len() <= 63
                && input.key.starts_with(|c: char| c.is_ascii_lowercase());
            if !fits {
                faults.add(
                    &format!("{pointer}/key"),
                    "format",
                    "A key has small letters, digits and _.",
                );
            }
            if entitlements.iter().any(|known| known.key == input.key) {
                faults.add(
                    &format!("{pointer}/key"),
                    "duplicate",
                    "This key is there twice.",
                );
            }
            for (name, amount) in [
                ("limit", input.limit),
                ("overage_unit_micro", input.overage_unit_micro),
            ] {
                if let Some(amount) = amount {
                    faults.within(&format!("{pointer}/{name}"), amount, 0, 1_000_000_000_000);
                }
            }
            let grants = match input.enabled {
                Some(enabled) => {
                    if input.limit.is_some() || input.overage_unit_micro.is_some() {
                        faults.add(
                            &pointer,
                            "both",
                            "Either `enabled`, or `limit` and `overage_unit_micro`.",
                        );
                    }
                    Grants::Flag { enabled }
                }
                None => Grants::Limit {
                    limit: input.limit,
                    overage_unit_micro: input.overage_unit_micro,
                },
            };
            entitlements.push(Entitlement {
                key: input.key.clone(),
                grants,
            });
        }
        let version = PlanVersion {
            id: PlanVersionId(Uuid::now_v7()),
            tier,
            name: String::new(),
            version: 0,
            price_minor: faults.within("/price_minor", self.price_minor, 0, 100_000_000_000),
            currency: self.currency.clone(),
            interval,
            entitlements,
            created_at: now,
        };
        faults.none()?;
        Ok(version)
    }
}

/// Every version of every plan.
#[utoipa::path(
    get, path = "/admin/plans", tag = "Platform: plans",
    responses((status = 200, description = "By plan, then by version", body = Page<PlanView>))
)]
pub async fn list_all_plans(who: Platform) -> Outcome<Json<Page<PlanView>>> {
    let plans = who.begin().await?.plan_versions().await?;
    Ok(Json(Page::whole(
        plans.iter().map(PlanView::from).collect(),
    )))
}

/// Add the next version of a plan.
#[utoipa::path(
    post, path = "/admin/plans/{tier}/versions", tag = "Platform: plans", params(("tier" = String, Path)),
    request_body = PlanInput,
    responses((status = 201, description = "Added", body = PlanView))
)]
pub async fn add_plan_version(
    who: Platform,
    Word(tier): Word,
    Body(input): Body<PlanInput>,
) -> Outcome<Response> {
    let tier = PlanTier::parse(&tier).ok_or_else(Problem::not_found)?;
    let new = input.read(tier, who.now())?;
    let mut tx = who.begin().await?;
    tx.add_plan_version(&new).await?;
    let versions = tx.plan_versions().await?;
    let made = versions.iter().find(|version| version.id == new.id);
    let view = PlanView::from(made.ok_or_else(Problem::not_found)?);
    let entry = AuditEntry::new(who.now(), "plan.version_added", "plan")
        .of(&new.id)
        .after(json!(view));
    who.record(tx, ROOT_TENANT, entry, Answer::made(&view, "/admin/plans")?)
        .await
}
