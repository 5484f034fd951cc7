//! Agents: a name, and which version of it speaks.

use axum::{Json, http::StatusCode, response::Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{
    TenantTx,
    agent::{AgentKind, AgentRow, NewVersion},
    audit::AuditEntry,
};
use tenant_config::{
    id::{AgentId, AgentVersionId},
    voice::VoiceSettings,
};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{voice::VoiceInput, voices::check_custom};
use crate::api::{
    answer::Answer,
    body::{Body, Id, Patch},
    caller::InTenant,
    check::Faults,
    etag::{IfMatch, tagged},
    page::Page,
    problem::{Outcome, Problem},
};

/// What an agent is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgentKindWord {
    /// Has the tenant's own people say what is to be set up.
    Onboarding,
    /// Answers customers and books.
    #[default]
    Booking,
    /// Helps customers with what they have booked or bought.
    Support,
}

impl From<AgentKind> for AgentKindWord {
    fn from(kind: AgentKind) -> Self {
        match kind {
            AgentKind::Onboarding => Self::Onboarding,
            AgentKind::Booking => Self::Booking,
            AgentKind::Support => Self::Support,
        }
    }
}

impl From<AgentKindWord> for AgentKind {
    fn from(word: AgentKindWord) -> Self {
        match word {
            AgentKindWord::Onboarding => Self::Onboarding,
            AgentKindWord::Booking => Self::Booking,
            AgentKindWord::Support => Self::Support,
        }
    }
}

/// An agent as it is made: its settings are version 1, and published.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAgentInput {
    #[schema(example = "Front desk")]
    pub name: String,
    #[serde(default)]
    pub kind: AgentKindWord,
    #[serde(default)]
    pub settings: VoiceInput,
}

/// What may be changed of an agent itself; its settings are in its versions.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentInput {
    pub name: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AgentView {
    pub id: Uuid,
    pub kind: AgentKindWord,
    pub name: String,
    /// What calls begin with; `null` until one is published.
    pub published_version_id: Option<Uuid>,
    /// Those of the published version.
    pub settings: Option<VoiceInput>,
    /// The industry pack whose instructions the published version has; `null` where they are your own.
    pub industry_pack: Option<String>,
    /// The newest version's number.
    pub latest_version: i32,
    pub created_at: DateTime<Utc>,
}

impl From<&AgentRow> for AgentView {
    fn from(row: &AgentRow) -> Self {
        Self {
            id: row.id.0,
            kind: row.kind.into(),
            name: row.name.clone(),
            published_version_id: row.published.map(|id| id.0),
            settings: row.settings.as_ref().map(VoiceInput::from),
            industry_pack: row.pack.clone(),
            latest_version: row.latest_version,
            created_at: row.created_at,
        }
    }
}

/// The tenant's agents.
#[utoipa::path(
    get, path = "/agents", tag = "Agents",
    responses((status = 200, description = "By name", body = Page<AgentView>))
)]
pub async fn list_agents(who: InTenant) -> Outcome<Json<Page<AgentView>>> {
    let agents = who.begin().await?.agents().await?;
    Ok(Json(Page::whole(
        agents.iter().map(AgentView::from).collect(),
    )))
}

/// Make an agent. Calls get it once a line or a menu leads to it.
#[utoipa::path(
    post, path = "/agents", tag = "Agents", request_body = NewAgentInput,
    responses((status = 201, description = "Made", body = AgentView))
)]
pub async fn create_agent(who: InTenant, Body(input): Body<NewAgentInput>) -> Outcome<Response> {
    let mut faults = Faults::default();
    let name = faults.text("/name", &input.name, 100);
    faults.none()?;
    let settings = input
        .settings
        .read()
        .map_err(|problem| problem.within("/settings"))?;
    check_custom(&who, settings.voice.as_deref())
        .await
        .map_err(|problem| problem.within("/settings"))?;
    let now = who.now();
    let id = AgentId(Uuid::now_v7());
    let version = AgentVersionId(Uuid::now_v7());
    let mut tx = who.begin().await?;
    tx.create_agent(id, input.kind.into(), &name, now).await?;
    let new = new_version(&who, version, &settings);
    tx.add_agent_version(id, &new).await?;
    tx.publish_agent(id, version).await?;
    let view = AgentView::from(&agent(&mut tx, id).await?);
    let entry = AuditEntry::new(now, "agent.created", "agent")
        .of(&id)
        .after(json!({"name": name, "kind": input.kind, "settings": settings}));
    who.record(tx, entry, Answer::made(&view, &format!("/agents/{id}"))?)
        .await
}

/// One agent.
#[utoipa::path(
    get, path = "/agents/{id}", tag = "Agents", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The agent", body = AgentView))
)]
pub async fn get_agent(who: InTenant, Id(id): Id) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    tagged(AgentView::from(&agent(&mut tx, AgentId(id)).await?))
}

/// Rename an agent.
#[utoipa::path(
    patch, path = "/agents/{id}", tag = "Agents", params(("id" = Uuid, Path)), request_body = AgentInput,
    responses((status = 200, description = "Renamed", body = AgentView))
)]
pub async fn edit_agent(
    who: InTenant,
    Id(id): Id,
    seen: IfMatch,
    patch: Patch,
) -> Outcome<Response> {
    let id = AgentId(id);
    let mut tx = who.begin().await?;
    tx.take_turns(id.0).await?;
    let was = agent(&mut tx, id).await?;
    seen.check(&AgentView::from(&was))?;
    let input: AgentInput = patch.onto(&AgentInput {
        name: was.name.clone(),
    })?;
    let mut faults = Faults::default();
    let name = faults.text("/name", &input.name, 100);
    faults.none()?;
    tx.rename_agent(id, &name).await?;
    let view = AgentView::from(&agent(&mut tx, id).await?);
    let entry = AuditEntry::new(who.now(), "agent.renamed", "agent")
        .of(&id)
        .before(json!({"name": was.name}))
        .after(json!({"name": name}));
    who.record(tx, entry, Answer::of(StatusCode::OK, &view)?)
        .await
}

/// A version that whoever asks has written.
pub(super) fn new_version<'a>(
    who: &InTenant,
    id: AgentVersionId,
    settings: &'a VoiceSettings,
) -> NewVersion<'a> {
    NewVersion {
        id,
        settings,
        author: who.author().map(|author| (author, who.name())),
        at: who.now(),
    }
}

/// One agent of the tenant.
pub(super) async fn agent(tx: &mut TenantTx, id: AgentId) -> Outcome<AgentRow> {
    let agents = tx.agents().await?;
    let found = agents.into_iter().find(|agent| agent.id == id);
    found.ok_or_else(Problem::not_found)
}
