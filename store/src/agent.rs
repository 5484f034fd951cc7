//! Agents and their immutable versions.

mod edit;

use chrono::{DateTime, Utc};
use tenant_config::{
    id::{AgentId, AgentVersionId},
    voice::{AgentVersion, VoiceSettings},
};
use uuid::Uuid;

use crate::{
    Author, StoreError, TenantTx,
    error::{known, read},
    word::words,
};

words! {
    /// What an agent is for.
    pub enum AgentKind {
        /// Has the tenant's own people say what is to be set up.
        Onboarding = "onboarding",
        /// Answers customers and books: the one on the line by default.
        Booking = "booking",
        /// Helps customers with what they have booked or bought.
        Support = "support",
    }
}

/// An agent of a tenant.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentRow {
    pub id: AgentId,
    pub kind: AgentKind,
    pub name: String,
    /// What calls begin with; `None` until one is published.
    pub published: Option<AgentVersionId>,
    /// Those of the published version.
    pub settings: Option<VoiceSettings>,
    /// The industry pack whose words the published version has; `None` where they are the tenant's
    /// own.
    pub pack: Option<String>,
    /// The newest version's number; 0 without any.
    pub latest_version: i32,
    pub created_at: DateTime<Utc>,
}

/// A version that is to be added.
#[derive(Debug, Clone, PartialEq)]
pub struct NewVersion<'a> {
    pub id: AgentVersionId,
    pub settings: &'a VoiceSettings,
    /// Who wrote it, and as they are called; `None` for what none of the tenant's people wrote.
    pub author: Option<(Author, String)>,
    pub at: DateTime<Utc>,
}

/// A version as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct WrittenVersion {
    pub version: AgentVersion,
    /// As its author was called then.
    pub author_name: Option<String>,
    pub created_at: DateTime<Utc>,
}

struct VersionRow {
    id: Uuid,
    agent_id: Uuid,
    version: i32,
    settings: serde_json::Value,
}

impl TenantTx {
    /// The tenant's agents, by name.
    pub async fn agents(&mut self) -> Result<Vec<AgentRow>, StoreError> {
        let tenant = self.tenant();
        let rows = sqlx::query!(
            r#"SELECT a.id, a.kind, a.name, a.published_version_id, p.settings AS "settings?",
                      p.pack AS "pack?", a.created_at,
                      (SELECT COALESCE(max(v.version), 0) FROM app.agent_versions v
                       WHERE v.tenant_id = a.tenant_id AND v.agent_id = a.id) AS "latest_version!"
               FROM app.agents a
               LEFT JOIN app.agent_versions p ON p.tenant_id = a.tenant_id AND p.id = a.published_version_id
               WHERE a.tenant_id = $1 ORDER BY a.name"#,
            tenant
        )
        .fetch_all(self.conn())
        .await?;
        let row = rows.into_iter().map(|row| {
            let settings = row.settings.map(serde_json::from_value).transpose();
            Ok(AgentRow {
                id: AgentId(row.id),
                kind: known("agents", "kind", AgentKind::parse(&row.kind))?,
                name: row.name,
                published: row.published_version_id.map(AgentVersionId),
                settings: read("agent_versions", "settings", settings)?,
                pack: row.pack,
                latest_version: row.latest_version,
                created_at: row.created_at,
            })
        });
        row.collect()
    }

    /// The published version of an agent; `None` when there is no such agent or nothing published.
    pub async fn agent_version(
        &mut self,
        agent: AgentId,
    ) -> Result<Option<AgentVersion>, StoreError> {
        let tenant = self.tenant();
        sqlx::query_as!(
            VersionRow,
            "SELECT v.id, v.agent_id, v.version, v.settings
             FROM app.agents a
             JOIN app.agent_versions v ON v.tenant_id = a.tenant_id AND v.id = a.published_version_id
             WHERE a.tenant_id = $1 AND a.id = $2",
            tenant,
            agent.0
        )
        .fetch_optional(self.conn())
        .await?
        .map(AgentVersion::try_from)
        .transpose()
    }

    /// A version by its own id, as a call stored it.
    pub async fn agent_version_by_id(
        &mut self,
        version: AgentVersionId,
    ) -> Result<Option<AgentVersion>, StoreError> {
        let tenant = self.tenant();
        sqlx::query_as!(
            VersionRow,
            "SELECT id, agent_id, version, settings FROM app.agent_versions
             WHERE tenant_id = $1 AND id = $2",
            tenant,
            version.0
        )
        .fetch_optional(self.conn())
        .await?
        .map(AgentVersion::try_from)
        .transpose()
    }
}

impl TryFrom<VersionRow> for AgentVersion {
    type Error = StoreError;

    fn try_from(row: VersionRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: AgentVersionId(row.id),
            agent_id: AgentId(row.agent_id),
            version: row.version,
            settings: read(
                "agent_versions",
                "settings",
                serde_json::from_value(row.settings),
            )?,
        })
    }
}
