//! Versions of an agent: immutable; one is published. To roll back is to publish an earlier one.

use axum::{Json, response::Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{agent::WrittenVersion, audit::AuditEntry};
use tenant_config::id::{AgentId, AgentVersionId};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    agent::{AgentView, agent, new_version},
    voice::VoiceInput,
    voices::check_custom,
};
use crate::api::{
    answer::Answer,
    body::{Body, Id},
    caller::InTenant,
    page::Page,
    problem::{Code, Outcome, Problem},
};

#[derive(Debug, Serialize, ToSchema)]
pub struct VersionView {
    pub id: Uuid,
    pub version: i32,
    pub is_published: bool,
    pub settings: VoiceInput,
    /// Whoever wrote it, as they were called then; `null` for what came with the program or with a copy.
    pub created_by_name: Option<String>,
    pub created_at: DateTime<Utc>,
}

impl VersionView {
    fn of(row: &WrittenVersion, published: Option<AgentVersionId>) -> Self {
        let version = &row.version;
        Self {
            id: version.id.0,
            version: version.version,
            is_published: published == Some(version.id),
            settings: (&version.settings).into(),
            created_by_name: row.author_name.clone(),
            created_at: row.created_at,
        }
    }
}

/// Which version to publish.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishInput {
    pub version_id: Uuid,
}

/// The versions of an agent.
#[utoipa::path(
    get, path = "/agents/{id}/versions", tag = "Agents", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The newest first", body = Page<VersionView>))
)]
pub async fn list_versions(who: InTenant, Id(id): Id) -> Outcome<Json<Page<VersionView>>> {
    let mut tx = who.begin().await?;
    let published = agent(&mut tx, AgentId(id)).await?.published;
    let versions = tx.agent_versions(AgentId(id)).await?;
    let views = versions
        .iter()
        .map(|version| VersionView::of(version, published));
    Ok(Json(Page::whole(views.collect())))
}

/// Write a version. Calls get it once it is published.
#[utoipa::path(
    post, path = "/agents/{id}/versions", tag = "Agents", params(("id" = Uuid, Path)),
    request_body = VoiceInput,
    responses((status = 201, description = "Written", body = VersionView))
)]
pub async fn create_version(
    who: InTenant,
    Id(id): Id,
    Body(input): Body<VoiceInput>,
) -> Outcome<Response> {
    let agent_id = AgentId(id);
    let settings = input.read()?;
    check_custom(&who, settings.voice.as_deref()).await?;
    let now = who.now();
    let version_id = AgentVersionId(Uuid::now_v7());
    let mut tx = who.begin().await?;
    let new = new_version(&who, version_id, &settings);
    let version = tx.add_agent_version(agent_id, &new).await?;
    let view = VersionView {
        id: version_id.0,
        version,
        is_published: false,
        settings: (&settings).into(),
        created_by_name: new.author.map(|(_, name)| name),
        created_at: now,
    };
    let entry = AuditEntry::new(now, "agent.version_written", "agent")
        .of(&agent_id)
        .after(json!({"version_id": version_id, "version": version, "settings": settings}));
    who.record(
        tx,
        entry,
        Answer::made(&view, &format!("/agents/{id}/versions"))?,
    )
    .await
}

/// Publish a version, earlier or later: calls that begin from here on have it.
#[utoipa::path(
    post, path = "/agents/{id}/publish", tag = "Agents", params(("id" = Uuid, Path)),
    request_body = PublishInput,
    responses((status = 200, description = "Published", body = AgentView))
)]
pub async fn publish_version(
    who: InTenant,
    Id(id): Id,
    Body(input): Body<PublishInput>,
) -> Outcome<Response> {
    let version = AgentVersionId(input.version_id);
    publish(&who, AgentId(id), |versions, _| {
        versions
            .iter()
            .find(|known| known.version.id == version)
            .map(|known| known.version.id)
            .ok_or_else(|| {
                Problem::field("/version_id", "unknown", "This agent has no such version.")
            })
    })
    .await
}

/// Publish the version before the published one.
#[utoipa::path(
    post, path = "/agents/{id}/rollback", tag = "Agents", params(("id" = Uuid, Path)),
    responses((status = 200, description = "Rolled back", body = AgentView))
)]
pub async fn roll_back(who: InTenant, Id(id): Id) -> Outcome<Response> {
    publish(&who, AgentId(id), |versions, published| {
        // The newest first: what comes after the published one is earlier.
        let mut earlier = versions
            .iter()
            .skip_while(|known| Some(known.version.id) != published);
        earlier
            .nth(1)
            .map(|known| known.version.id)
            .ok_or_else(|| Problem::new(Code::Conflict, "There is no earlier version."))
    })
    .await
}

/// Publishes what `choose` chooses among the versions.
async fn publish(
    who: &InTenant,
    id: AgentId,
    choose: impl FnOnce(&[WrittenVersion], Option<AgentVersionId>) -> Outcome<AgentVersionId>,
) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    tx.take_turns(id.0).await?;
    let was = agent(&mut tx, id).await?.published;
    let versions = tx.agent_versions(id).await?;
    let chosen = choose(&versions, was)?;
    tx.publish_agent(id, chosen).await?;
    let entry = AuditEntry::new(who.now(), "agent.published", "agent")
        .of(&id)
        .before(json!({"version_id": was}))
        .after(json!({"version_id": chosen}));
    let view = AgentView::from(&agent(&mut tx, id).await?);
    who.record(tx, entry, Answer::ok(&view)?).await
}
