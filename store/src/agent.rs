//! Agents and their immutable versions.

mod edit;

use tenant_config::{
    id::{AgentId, AgentVersionId},
    voice::AgentVersion,
};
use uuid::Uuid;

use crate::{StoreError, TenantTx, error::read};
pub use edit::AgentRow;

struct VersionRow {
    id: Uuid,
    agent_id: Uuid,
    version: i32,
    settings: serde_json::Value,
}

impl TenantTx {
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
