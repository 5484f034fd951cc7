//! Who asks for a tenant of their own, and what is decided.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{
    PlatformTx,
    audit::AuditEntry,
    outbox::{Channel, NewOutbox},
    seed::ROOT_TENANT,
    setup_request::{NewSetupRequest, SetupDecision, SetupRequest, SetupStatus},
};
use tenant_config::id::{OutboxId, SetupRequestId};
use utoipa::ToSchema;
use uuid::Uuid;

use super::tenant_input::{NewTenantInput, TenantView, TierWord, give_pack, invite_owner, starter};
use crate::api::{
    answer::Answer,
    body::{Body, Id, Params},
    caller::Platform,
    check::{Faults, word},
    page::{Page, PageParams},
    problem::{Code, Outcome, Problem},
    state::ApiState,
};

/// Somebody who wants a tenant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupInput {
    pub company_name: String,
    pub contact_name: String,
    pub email: String,
    #[serde(default)]
    pub phone: Option<String>,
    #[serde(default)]
    pub industry: Option<String>,
    #[serde(default = "starter")]
    pub plan_tier: TierWord,
    /// At most 4000 characters.
    #[serde(default)]
    pub message: String,
}

/// What was asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct AskedView {
    pub id: Uuid,
    /// Always `pending`.
    pub status: &'static str,
}

/// Which requests.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SetupParams {
    /// So many at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// `pending`, `approved` or `rejected`.
    pub status: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SetupView {
    pub id: Uuid,
    pub company_name: String,
    pub contact_name: String,
    pub email: String,
    pub phone: Option<String>,
    pub industry: Option<String>,
    pub plan_tier: TierWord,
    pub message: String,
    /// `pending`, `approved` or `rejected`.
    pub status: &'static str,
    pub created_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: Option<Uuid>,
    pub decision_reason: Option<String>,
    pub created_tenant_id: Option<Uuid>,
}

impl From<SetupRequest> for SetupView {
    fn from(request: SetupRequest) -> Self {
        Self {
            id: request.id.0,
            company_name: request.company_name,
            contact_name: request.contact_name,
            email: request.email,
            phone: request.phone.map(String::from),
            industry: request.industry,
            plan_tier: request.tier.into(),
            message: request.message,
            status: request.status.as_str(),
            created_at: request.created_at,
            decided_at: request.decided_at,
            decided_by: request.decided_by.map(|id| id.0),
            decision_reason: request.decision_reason,
            created_tenant_id: request.created_tenant.map(|id| id.0),
        }
    }
}

/// Ask for a tenant of one's own.
#[utoipa::path(
    post, path = "/setup-requests", tag = "Signing in", request_body = SetupInput,
    responses((status = 201, description = "Somebody will look at it", body = AskedView))
)]
pub async fn request_setup(
    State(api): State<ApiState>,
    Body(input): Body<SetupInput>,
) -> Outcome<Response> {
    let mut faults = Faults::default();
    let new = NewSetupRequest {
        id: SetupRequestId(Uuid::now_v7()),
        company_name: faults.text("/company_name", &input.company_name, 255),
        contact_name: faults.text("/contact_name", &input.contact_name, 200),
        email: faults.email("/email", &input.email),
        phone: faults.number("/phone", input.phone.as_deref()),
        industry: faults.optional("/industry", input.industry.as_deref(), 100),
        tier: input.plan_tier.into(),
        message: input.message.trim().to_owned(),
        at: api.clock.now(),
    };
    faults.at_most("/message", &new.message, 4000);
    faults.none()?;
    api.store.request_setup(&new).await?;
    let view = AskedView {
        id: new.id.0,
        status: SetupStatus::Pending.as_str(),
    };
    Ok((StatusCode::CREATED, Json(view)).into_response())
}

/// Who asks for a tenant.
#[utoipa::path(
    get, path = "/admin/setup-requests", tag = "Platform: tenants", params(SetupParams),
    responses((status = 200, description = "The latest first", body = Page<SetupView>))
)]
pub async fn list_setup_requests(
    who: Platform,
    Params(params): Params<SetupParams>,
) -> Outcome<Json<Page<SetupView>>> {
    let page = PageParams {
        limit: params.limit,
        cursor: params.cursor,
    };
    let status = word("?status", params.status.as_deref(), SetupStatus::parse)?;
    let before = page.before()?.map(|(at, id)| (at, SetupRequestId(id)));
    let rows = who
        .begin()
        .await?
        .setup_requests(status, before, page.fetch()?)
        .await?;
    let key = |row: &SetupRequest| (row.created_at, row.id.0);
    Ok(Json(page.page(rows, key, SetupView::from)?))
}

/// What the tenant is to be besides what was asked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApproveInput {
    #[schema(example = "bright-dental")]
    pub slug: String,
    /// An IANA name.
    #[schema(example = "America/Chicago")]
    pub timezone: String,
    /// The key of the industry pack that it begins with; without it that of the industry that was
    /// named, or `general`.
    #[serde(default)]
    pub pack: Option<String>,
}

/// Make the tenant that was asked for, and invite who asked.
#[utoipa::path(
    post, path = "/admin/setup-requests/{id}/approve", tag = "Platform: tenants",
    params(("id" = Uuid, Path)), request_body = ApproveInput,
    responses((status = 201, description = "Made", body = TenantView))
)]
pub async fn approve_setup(
    who: Platform,
    Id(id): Id,
    Body(input): Body<ApproveInput>,
) -> Outcome<Response> {
    let id = SetupRequestId(id);
    let mut tx = who.begin().await?;
    let request = pending(&mut tx, id).await?;
    let tenant = NewTenantInput {
        company_name: request.company_name,
        slug: input.slug,
        plan_tier: request.tier.into(),
        trial: true,
        timezone: input.timezone,
        currency: super::tenant_input::usd(),
        address: None,
        industry: request.industry,
        pack: input.pack,
        city: None,
        contact_name: Some(request.contact_name),
        contact_phone: request.phone.map(String::from),
        admin_email: Some(request.email),
        is_test_mode: false,
        branding: None,
    };
    let new = tenant.read(who.now())?;
    let pack = tenant.pack()?;
    let tenant = tx.create_tenant(&new).await?;
    give_pack(tenant, pack, who.now()).await?;
    invite_owner(&who, tenant, &new).await?;
    let view = TenantView::load(tenant).await?;
    let decision = SetupDecision::Approved(new.id);
    tx.decide_setup_request(id, &decision, who.now()).await?;
    let entry = AuditEntry::new(who.now(), "setup_request.approved", "setup_request")
        .of(&id)
        .after(json!({"tenant_id": new.id, "slug": new.slug}));
    who.record(
        tx,
        new.id,
        entry,
        Answer::made(&view, &format!("/admin/tenants/{}", new.id))?,
    )
    .await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RejectInput {
    /// Mailed to who asked.
    pub reason: String,
}

/// Decline a request, with a reason.
#[utoipa::path(
    post, path = "/admin/setup-requests/{id}/reject", tag = "Platform: tenants",
    params(("id" = Uuid, Path)), request_body = RejectInput,
    responses((status = 204, description = "Declined"))
)]
pub async fn reject_setup(
    who: Platform,
    Id(id): Id,
    Body(input): Body<RejectInput>,
) -> Outcome<Response> {
    let id = SetupRequestId(id);
    let mut faults = Faults::default();
    let reason = faults.text("/reason", &input.reason, 500);
    faults.none()?;
    let now = who.now();
    let mut tx = who.begin().await?;
    let request = pending(&mut tx, id).await?;
    let decision = SetupDecision::Rejected {
        reason: reason.clone(),
    };
    tx.decide_setup_request(id, &decision, now).await?;
    let mail = NewOutbox {
        id: OutboxId(Uuid::now_v7()),
        channel: Channel::Email,
        kind: "setup_rejected",
        recipient: request.email,
        subject: Some("Your request".to_owned()),
        body: format!(
            "We cannot set {} up at the moment.\n\n{reason}",
            request.company_name
        ),
        message: None,
        at: now,
    };
    tx.enter(ROOT_TENANT).await?.post(&mail).await?;
    let entry = AuditEntry::new(now, "setup_request.rejected", "setup_request")
        .of(&id)
        .because(&reason);
    who.record(tx, ROOT_TENANT, entry, Answer::done()).await
}

/// A request that nobody has decided; nobody else does until the transaction ends.
async fn pending(tx: &mut PlatformTx, id: SetupRequestId) -> Outcome<SetupRequest> {
    let request = tx
        .lock_setup_request(id)
        .await?
        .ok_or_else(Problem::not_found)?;
    match request.status {
        SetupStatus::Pending => Ok(request),
        SetupStatus::Approved | SetupStatus::Rejected => {
            Err(Problem::new(Code::Conflict, "It was decided before."))
        }
    }
}
