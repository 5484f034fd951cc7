//! Features as the platform keeps them, and the switch that turns one off for everybody.

use axum::{Json, response::Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{PlatformTx, audit::AuditEntry, flag::FeatureFlag, seed::ROOT_TENANT};
use utoipa::ToSchema;

use crate::api::{
    answer::Answer,
    body::{Patch, Word},
    caller::Platform,
    check::Faults,
    etag::IfMatch,
    page::Page,
    problem::{Outcome, Problem},
};

#[derive(Debug, Serialize, ToSchema)]
pub struct PlatformFeatureView {
    pub key: String,
    pub description: String,
    /// What holds where neither plan nor tenant says anything.
    pub default_on: bool,
    /// Off for everybody.
    pub killed: bool,
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlatformFeatureInput {
    pub description: String,
    pub default_on: bool,
    pub killed: bool,
}

impl From<&FeatureFlag> for PlatformFeatureView {
    fn from(flag: &FeatureFlag) -> Self {
        Self {
            key: flag.key.clone(),
            description: flag.description.clone(),
            default_on: flag.default_on,
            killed: flag.killed,
            updated_at: flag.updated_at,
        }
    }
}

/// All features.
#[utoipa::path(
    get, path = "/admin/features", tag = "Platform: plans",
    responses((status = 200, description = "By key", body = Page<PlatformFeatureView>))
)]
pub async fn list_all_features(who: Platform) -> Outcome<Json<Page<PlatformFeatureView>>> {
    let flags = who.begin().await?.feature_flags().await?;
    Ok(Json(Page::whole(
        flags.iter().map(PlatformFeatureView::from).collect(),
    )))
}

/// Change a feature for everybody. It counts at once.
#[utoipa::path(
    patch, path = "/admin/features/{key}", tag = "Platform: plans", params(("key" = String, Path)),
    request_body = PlatformFeatureInput,
    responses((status = 200, description = "Changed", body = PlatformFeatureView))
)]
pub async fn edit_platform_feature(
    who: Platform,
    Word(key): Word,
    seen: IfMatch,
    patch: Patch,
) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    tx.enter(ROOT_TENANT)
        .await?
        .take_turns(ROOT_TENANT.0)
        .await?;
    let was = feature(&mut tx, &key).await?;
    let before = PlatformFeatureView::from(&was);
    seen.check(&before)?;
    let input: PlatformFeatureInput = patch.onto(&PlatformFeatureInput {
        description: was.description.clone(),
        default_on: was.default_on,
        killed: was.killed,
    })?;
    let mut faults = Faults::default();
    let description = faults.text("/description", &input.description, 500);
    faults.none()?;
    let is = FeatureFlag {
        key: key.clone(),
        description,
        default_on: input.default_on,
        killed: input.killed,
        updated_at: who.now(),
    };
    tx.save_feature_flag(&is).await?;
    let after = PlatformFeatureView::from(&feature(&mut tx, &key).await?);
    let entry = AuditEntry::new(who.now(), "feature.platform_changed", "feature")
        .of(&key)
        .before(json!(before))
        .after(json!(after));
    who.record(tx, ROOT_TENANT, entry, Answer::ok(&after)?)
        .await
}

async fn feature(tx: &mut PlatformTx, key: &str) -> Outcome<FeatureFlag> {
    let flags = tx.feature_flags().await?;
    flags
        .into_iter()
        .find(|flag| flag.key == key)
        .ok_or_else(Problem::not_found)
}
