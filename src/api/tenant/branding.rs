//! Whose address somebody came to: what a sign-in page shows before anybody is known.

use axum::{Extension, Json, extract::State};
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::{Actor, TenantScope};
use utoipa::ToSchema;

use super::logo;
use crate::api::{check::Faults, host::AtTenant, problem::Outcome, state::ApiState};

/// Whose address this is.
#[derive(Debug, Serialize, ToSchema)]
pub struct BrandingView {
    /// `null` at the platform's own address.
    pub tenant: Option<BrandedTenantView>,
}

/// A tenant as it shows itself to who has not signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct BrandedTenantView {
    #[schema(example = "bright-dental")]
    pub slug: String,
    pub company_name: String,
    /// The tenant's own logo and colours; empty unless its plan has `white_label`.
    #[schema(value_type = Object)]
    pub branding: Map<String, Value>,
}

/// Whose address is this?
#[utoipa::path(
    get, path = "/branding", tag = "Signing in",
    responses((status = 200, description = "The tenant, or the platform", body = BrandingView))
)]
pub async fn get_branding(
    State(api): State<ApiState>,
    Extension(at): Extension<AtTenant>,
) -> Outcome<Json<BrandingView>> {
    let Some(tenant) = at.0 else {
        return Ok(Json(BrandingView { tenant: None }));
    };
    let scope = TenantScope::new(tenant, Actor::System);
    let mut tx = api.store.tenant(&scope).await?;
    let profile = tx.profile().await?;
    let has_own = tx.has_feature("white_label").await?;
    let own = profile.branding.as_object().filter(|_| has_own);
    Ok(Json(BrandingView {
        tenant: Some(BrandedTenantView {
            slug: profile.row.slug,
            company_name: profile.row.company_name,
            branding: own.cloned().unwrap_or_default(),
        }),
    }))
}

/// The branding of a tenant that is being made, checked: nothing was uploaded for it yet.
pub(in crate::api) fn read_new(faults: &mut Faults, branding: &Map<String, Value>) -> Value {
    if check(faults, branding).is_some() {
        logo::not_uploaded(faults);
    }
    Value::Object(branding.clone())
}

/// Checks a branding; the hash of the uploaded logo that it names.
pub(super) fn check(faults: &mut Faults, branding: &Map<String, Value>) -> Option<[u8; 32]> {
    own_object(faults, "/branding", branding);
    logo::check(faults, branding)
}

/// Checks an object whose fields are the tenant's own.
pub(super) fn own_object(faults: &mut Faults, pointer: &str, object: &Map<String, Value>) {
    if json!(object).to_string().len() > 16 * 1024 {
        faults.add(pointer, "too_long", "This has at most 16 KiB.");
    }
}
