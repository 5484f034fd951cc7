//! Where the login belongs, and where it works.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use store::membership::Membership;
use tenant_config::id::TenantId;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    auth::session::{self, SessionView},
    body::Body,
    caller::SignedIn,
    identity::token::Bearer,
    page::Page,
    problem::{Outcome, Problem},
    state::ApiState,
};

#[derive(Debug, Serialize, ToSchema)]
pub struct MembershipView {
    pub tenant_id: Uuid,
    pub slug: String,
    pub company_name: String,
    /// `trialing`, `active`, `past_due`, `suspended` or `cancelled`.
    pub status: &'static str,
    /// `tenant_owner`, `admin`, `user`, `viewer` or `customer`.
    pub role: &'static str,
}

impl From<Membership> for MembershipView {
    fn from(member: Membership) -> Self {
        Self {
            tenant_id: member.tenant.0,
            slug: member.slug,
            company_name: member.company_name,
            status: member.status.as_str(),
            role: member.role.as_str(),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SwitchInput {
    pub tenant_id: Uuid,
}

/// The tenants that one belongs to.
#[utoipa::path(
    get, path = "/me/memberships", tag = "Oneself",
    responses((status = 200, description = "By name", body = Page<MembershipView>))
)]
pub async fn list_memberships(
    State(api): State<ApiState>,
    who: SignedIn,
) -> Outcome<Json<Page<MembershipView>>> {
    let members = who.begin(&api).await?.memberships().await?;
    let views = members.into_iter().map(MembershipView::from).collect();
    Ok(Json(Page::whole(views)))
}

/// Work in another tenant: a token for it. Later refreshes stay there.
#[utoipa::path(
    post, path = "/me/switch-tenant", tag = "Oneself", request_body = SwitchInput,
    responses((status = 200, description = "A token for the tenant", body = SessionView))
)]
pub async fn switch_tenant(
    State(api): State<ApiState>,
    who: SignedIn,
    Body(input): Body<SwitchInput>,
) -> Outcome<Json<SessionView>> {
    who.in_own_name()?;
    let tenant = TenantId(input.tenant_id);
    let mut tx = who.begin(&api).await?;
    let belongs = tx
        .memberships()
        .await?
        .iter()
        .any(|member| member.tenant == tenant);
    if !belongs {
        return Err(Problem::not_found());
    }
    tx.switch_tenant(who.session, Some(tenant)).await?;
    tx.commit().await?;
    let bearer = Bearer {
        user: who.user,
        session: who.session,
        tenant: Some(tenant),
        act: None,
    };
    let view = session::view(&api, &bearer, who.must_change_password)?;
    Ok(Json(view))
}
