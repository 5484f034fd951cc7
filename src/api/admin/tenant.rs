//! Tenants: the list, and making and changing one.

use axum::{Json, response::Response};
use serde::Deserialize;
use serde_json::json;
use store::{
    Actor, TenantScope,
    audit::AuditEntry,
    tenant::{TenantFilter, TenantSummary},
};
use tenant_config::{
    id::TenantId,
    plan::{PlanTier, TenantStatus},
};
use utoipa::ToSchema;

use super::tenant_input::{
    NewTenantInput, TenantSummaryView, TenantView, TierWord, give_pack, invite_owner,
};
use crate::api::{
    answer::Answer,
    body::{Body, Id, Params, Patch},
    caller::Platform,
    check::word,
    etag::{IfMatch, tagged},
    page::{Page, PageParams},
    problem::{Outcome, Problem},
    tenant::{
        settings::{self, SettingsInput},
        usage::{UsageParams, UsageView},
    },
};

/// Which tenants.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TenantParams {
    /// So many at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// `trialing`, `active`, `past_due`, `suspended` or `cancelled`.
    pub status: Option<String>,
    /// `starter`, `pro` or `elite`.
    pub plan_tier: Option<String>,
    /// A part of name or subdomain.
    pub q: Option<String>,
}

/// All tenants.
#[utoipa::path(
    get, path = "/admin/tenants", tag = "Platform: tenants", params(TenantParams),
    responses((status = 200, description = "The newest first", body = Page<TenantSummaryView>))
)]
pub async fn list_tenants(
    who: Platform,
    Params(params): Params<TenantParams>,
) -> Outcome<Json<Page<TenantSummaryView>>> {
    let page = PageParams {
        limit: params.limit,
        cursor: params.cursor,
    };
    let filter = TenantFilter {
        status: word("?status", params.status.as_deref(), TenantStatus::parse)?,
        tier: word("?plan_tier", params.plan_tier.as_deref(), PlanTier::parse)?,
        search: params.q.filter(|q| !q.is_empty() && !q.contains('\0')),
        before: page.before()?.map(|(at, id)| (at, TenantId(id))),
        at_most: page.fetch()?,
    };
    let tenants = who.begin().await?.tenants(&filter).await?;
    let key = |tenant: &TenantSummary| (tenant.created_at, tenant.id.0);
    Ok(Json(page.page(tenants, key, TenantSummaryView::from)?))
}

/// Make a tenant with its industry pack, and invite its first owner.
#[utoipa::path(
    post, path = "/admin/tenants", tag = "Platform: tenants", request_body = NewTenantInput,
    responses((status = 201, description = "Made", body = TenantView))
)]
pub async fn create_tenant(who: Platform, Body(input): Body<NewTenantInput>) -> Outcome<Response> {
    let new = input.read(who.now())?;
    let pack = input.pack()?;
    let mut tx = who.begin().await?;
    let tenant = tx.create_tenant(&new).await?;
    give_pack(tenant, pack, who.now()).await?;
    invite_owner(&who, tenant, &new).await?;
    let view = TenantView::load(tenant).await?;
    let entry = AuditEntry::new(who.now(), "tenant.created", "tenant")
        .of(&new.id)
        .after(json!(view));
    who.record(
        tx,
        new.id,
        entry,
        Answer::made(&view, &format!("/admin/tenants/{}", new.id))?,
    )
    .await
}

/// One tenant.
#[utoipa::path(
    get, path = "/admin/tenants/{id}", tag = "Platform: tenants", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The tenant", body = TenantView))
)]
pub async fn get_tenant(who: Platform, Id(id): Id) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    tagged(TenantView::load(tx.enter(TenantId(id)).await?).await?)
}

/// What a tenant used in a month. Counts alone: the platform's people read no call but in the tenant's
/// place.
#[utoipa::path(
    get, path = "/admin/tenants/{id}/usage", tag = "Platform: tenants",
    params(("id" = Uuid, Path), UsageParams),
    responses((status = 200, description = "The month", body = UsageView))
)]
pub async fn tenant_usage(
    who: Platform,
    Id(id): Id,
    Params(params): Params<UsageParams>,
) -> Outcome<Json<UsageView>> {
    let scope = TenantScope::new(TenantId(id), Actor::Platform(who.user));
    let mut tx = who.api.store.tenant(&scope).await?;
    Ok(Json(UsageView::load(&mut tx, &params, who.now()).await?))
}

/// What the platform settles about a tenant.
#[derive(Debug, Deserialize, ToSchema)]
pub struct TenantEditInput {
    #[serde(flatten)]
    pub settings: SettingsInput,
    pub plan_tier: TierWord,
    /// Conversations that may be held at once; `null` is no limit.
    #[schema(maximum = 1_000_000)]
    pub max_calls: Option<u32>,
}

/// Change a tenant's settings, plan (`plan_tier`) or limit (`max_calls`).
#[utoipa::path(
    patch, path = "/admin/tenants/{id}", tag = "Platform: tenants", params(("id" = Uuid, Path)),
    request_body = TenantEditInput,
    responses((status = 200, description = "Changed", body = TenantView))
)]
pub async fn edit_tenant(
    who: Platform,
    Id(id): Id,
    seen: IfMatch,
    mut patch: Patch,
) -> Outcome<Response> {
    let id = TenantId(id);
    let now = who.now();
    let tier = patch.0.remove("plan_tier").map(tier).transpose()?;
    let limit = patch.0.remove("max_calls").map(limit).transpose()?;
    let mut tx = who.begin().await?;
    let tenant = tx.enter(id).await?;
    tenant.lock_profile().await?;
    let before = TenantView::load(tenant).await?;
    seen.check(&before)?;
    settings::change(tenant, &IfMatch::default(), &patch, now).await?;
    if let Some(tier) = tier {
        tx.set_tier(id, tier, now).await?;
    }
    if let Some(limit) = limit {
        tx.limit_calls(id, limit, now).await?;
    }
    let after = TenantView::load(tx.enter(id).await?).await?;
    let entry = AuditEntry::new(now, "tenant.edited", "tenant")
        .of(&id)
        .before(json!(before))
        .after(json!(after));
    who.record(tx, id, entry, Answer::ok(&after)?).await
}

fn tier(value: serde_json::Value) -> Outcome<PlanTier> {
    serde_json::from_value(value)
        .map_err(|_| Problem::field("/plan_tier", "word", "This must be starter, pro or elite."))
}

fn limit(value: serde_json::Value) -> Outcome<Option<u32>> {
    let limit: Option<u32> = serde_json::from_value(value).map_err(|_| no_limit())?;
    if limit.is_some_and(|limit| limit > 1_000_000) {
        return Err(no_limit());
    }
    Ok(limit)
}

fn no_limit() -> Problem {
    Problem::field(
        "/max_calls",
        "range",
        "This must be from 0 to 1000000, or null for no limit.",
    )
}
