//! Agents as they are made, and their versions, of which one is published. To roll back is to
//! publish an earlier one.

use chrono::{DateTime, Utc};
use tenant_config::{
    id::{AgentId, AgentVersionId},
    voice::AgentVersion,
};

use super::{AgentKind, NewVersion, VersionRow, WrittenVersion};
use crate::{StoreError, TenantTx, error::to_json};

impl TenantTx {
    /// Makes an agent without a version. A [`StoreError::Conflict`] for a name that the tenant has.
    pub async fn create_agent(
        &mut self,
        id: AgentId,
        kind: AgentKind,
        name: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "INSERT INTO app.agents (id, tenant_id, kind, name, created_at) VALUES ($1, $2, $3, $4, $5)",
            id.0,
            tenant,
            kind.as_str(),
            name.trim(),
            at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// `false` for an id that is not the tenant's.
    pub async fn rename_agent(&mut self, id: AgentId, name: &str) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "UPDATE app.agents SET name = $3 WHERE tenant_id = $1 AND id = $2",
            tenant,
            id.0,
            name.trim()
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Adds a version; its number. It is not published with that. [`StoreError::NotFound`] for an
    /// agent that is not the tenant's.
    pub async fn add_agent_version(
        &mut self,
        agent: AgentId,
        new: &NewVersion<'_>,
    ) -> Result<i32, StoreError> {
        self.insert_version(agent, new, None).await
    }

    /// As [`add_agent_version`](Self::add_agent_version); `pack` is whose words it has, where they are
    /// not the tenant's own.
    pub(crate) async fn insert_version(
        &mut self,
        agent: AgentId,
        new: &NewVersion<'_>,
        pack: Option<&str>,
    ) -> Result<i32, StoreError> {
        let tenant = self.tenant();
        let author = new.author.as_ref();
        let (user, key) = author.map_or((None, None), |(author, _)| author.ids());
        let name = author.map(|(_, name)| name.as_str());
        // Two at once take turns, or they would choose the same number.
        sqlx::query!(
            "SELECT id FROM app.agents WHERE tenant_id = $1 AND id = $2 FOR UPDATE",
            tenant,
            agent.0
        )
        .fetch_optional(self.conn())
        .await?
        .ok_or(StoreError::NotFound { what: "agent" })?;
        let number = sqlx::query_scalar!(
            "INSERT INTO app.agent_versions (id, tenant_id, agent_id, version, settings, created_at, pack,
                                             author_user, author_key, author_name)
             SELECT $1, $2, $3, COALESCE(max(v.version), 0) + 1, $4, $5, $6, $7, $8, $9
             FROM app.agent_versions v WHERE v.tenant_id = $2 AND v.agent_id = $3
             RETURNING version",
            new.id.0,
            tenant,
            agent.0,
            to_json("agent.settings", new.settings)?,
            new.at,
            pack,
            user,
            key,
            name
        )
        .fetch_one(self.conn())
        .await?;
        Ok(number)
    }

    /// The versions of an agent, newest first.
    pub async fn agent_versions(
        &mut self,
        agent: AgentId,
    ) -> Result<Vec<WrittenVersion>, StoreError> {
        let tenant = self.tenant();
        let rows = sqlx::query!(
            "SELECT id, agent_id, version, settings, author_name, created_at FROM app.agent_versions
             WHERE tenant_id = $1 AND agent_id = $2 ORDER BY version DESC LIMIT 200",
            tenant,
            agent.0
        )
        .fetch_all(self.conn())
        .await?;
        let row = rows.into_iter().map(|row| {
            let version = VersionRow {
                id: row.id,
                agent_id: row.agent_id,
                version: row.version,
                settings: row.settings,
            };
            Ok(WrittenVersion {
                version: AgentVersion::try_from(version)?,
                author_name: row.author_name,
                created_at: row.created_at,
            })
        });
        row.collect()
    }

    /// Publishes a version, earlier or later: calls that begin from here on have it. `false` for an
    /// agent that is not the tenant's, a [`StoreError::Conflict`] for another agent's version.
    pub async fn publish_agent(
        &mut self,
        agent: AgentId,
        version: AgentVersionId,
    ) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let done = sqlx::query!(
            "UPDATE app.agents SET published_version_id = $3 WHERE tenant_id = $1 AND id = $2",
            tenant,
            agent.0,
            version.0
        )
        .execute(self.conn())
        .await?;
        Ok(done.rows_affected() == 1)
    }
}
