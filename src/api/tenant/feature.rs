//! Features of the tenant, with the reason why each is on or off.

use axum::{Json, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{
    TenantTx,
    audit::AuditEntry,
    flag::{Flag, FlagReason},
};
use utoipa::ToSchema;

use crate::api::{
    answer::Answer,
    body::{Patch, Word},
    caller::InTenant,
    etag::IfMatch,
    page::Page,
    problem::{Code, Outcome, Problem},
};

/// A feature as it holds for the tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeatureView {
    #[schema(example = "advanced_analytics")]
    pub key: String,
    pub description: String,
    pub enabled: bool,
    /// Who decided: `platform_kill`, `plan`, `tenant` or `default`, the first that has a say.
    #[schema(example = "plan")]
    pub reason: String,
}

impl From<&Flag> for FeatureView {
    fn from(flag: &Flag) -> Self {
        let reason = match flag.reason {
            FlagReason::PlatformKill => "platform_kill",
            FlagReason::Plan => "plan",
            FlagReason::Tenant => "tenant",
            FlagReason::Default => "default",
        };
        Self {
            key: flag.key.clone(),
            description: flag.description.clone(),
            enabled: flag.enabled,
            reason: reason.to_owned(),
        }
    }
}

/// What the tenant wants.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FeatureInput {
    pub enabled: bool,
    /// For the log.
    #[serde(default)]
    pub reason: String,
}

/// The tenant's features.
#[utoipa::path(
    get, path = "/features", tag = "Settings",
    responses((status = 200, description = "By key", body = Page<FeatureView>))
)]
pub async fn list_features(who: InTenant) -> Outcome<Json<Page<FeatureView>>> {
    let flags = who.begin().await?.flags().await?;
    Ok(Json(Page::whole(
        flags.iter().map(FeatureView::from).collect(),
    )))
}

/// Turn a feature on or off. What the plan leaves out, or the platform has turned off, stays off.
#[utoipa::path(
    patch, path = "/features/{key}", tag = "Settings", params(("key" = String, Path)),
    request_body = FeatureInput,
    responses((status = 200, description = "As it holds from here on", body = FeatureView))
)]
pub async fn edit_feature(
    who: InTenant,
    Word(key): Word,
    seen: IfMatch,
    patch: Patch,
) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    tx.take_turns(who.scope.tenant_id.0).await?;
    let was = feature(&mut tx, &key).await?;
    let before = FeatureView::from(&was);
    seen.check(&before)?;
    let input: FeatureInput = patch.onto(&FeatureInput {
        enabled: was.enabled,
        reason: String::new(),
    })?;
    if input.reason.chars().count() > 200 {
        return Err(Problem::field(
            "/reason",
            "too_long",
            "A reason has at most 200 characters.",
        ));
    }
    let is_barred = match was.reason {
        FlagReason::PlatformKill => true,
        FlagReason::Plan => !was.enabled,
        FlagReason::Tenant | FlagReason::Default => false,
    };
    if input.enabled && is_barred {
        return Err(Problem::new(
            Code::Forbidden,
            format!(
                "It is off because of the {}.",
                if was.reason == FlagReason::Plan {
                    "plan"
                } else {
                    "platform"
                }
            ),
        ));
    }
    tx.override_flag(&key, input.enabled, input.reason.trim(), who.now())
        .await?;
    let after = FeatureView::from(&feature(&mut tx, &key).await?);
    let entry = AuditEntry::new(who.now(), "feature.changed", "feature")
        .of(&key)
        .before(json!(before))
        .after(json!(after))
        .because(input.reason.trim());
    who.record(tx, entry, Answer::ok(&after)?).await
}

async fn feature(tx: &mut TenantTx, key: &str) -> Outcome<Flag> {
    let flags = tx.flags().await?;
    flags
        .into_iter()
        .find(|flag| flag.key == key)
        .ok_or_else(Problem::not_found)
}
