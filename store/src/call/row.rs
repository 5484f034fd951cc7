//! The state of a call that later webhooks of it need.

use call::record::NextAction;
use chrono::{DateTime, Utc};
use tenant_config::{
    id::{AgentVersionId, PhoneConfigId},
    phone::{E164, IvrMode},
};

use super::{CallRef, CallStatus};
use crate::{
    StoreError, TenantTx,
    error::{known, read},
    tenant::ResolutionMethod,
};

/// A stored call.
#[derive(Debug, Clone, PartialEq)]
pub struct CallRow {
    pub call: CallRef,
    pub provider: String,
    pub provider_call_id: String,
    pub from: Option<E164>,
    pub to: Option<E164>,
    pub ivr_mode: IvrMode,
    pub phone_config_id: Option<PhoneConfigId>,
    pub agent_version_id: Option<AgentVersionId>,
    pub resolution_method: ResolutionMethod,
    pub status: CallStatus,
    pub next_action: Option<NextAction>,
    /// The menu walk, as the caller of [`TenantTx::set_ivr_state`] wrote it.
    pub ivr_state: Option<serde_json::Value>,
    /// All keys that were pressed, in order.
    pub digits: String,
    pub answered_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub end_reason: Option<String>,
    /// The node's facts have been written by [`TenantTx::end_call`].
    pub finalized_at: Option<DateTime<Utc>>,
    pub outcome: Option<String>,
}

impl TenantTx {
    /// A call of this tenant.
    pub async fn call(&mut self, call: &CallRef) -> Result<CallRow, StoreError> {
        let tenant = self.tenant();
        let row = sqlx::query!(
            "SELECT provider, provider_call_id, from_e164, to_e164, ivr_mode, phone_config_id,
                    agent_version_id, resolution_method, status, next_action, ivr_state, digits,
                    answered_at, ended_at, end_reason, finalized_at, outcome
             FROM app.calls WHERE tenant_id = $1 AND started_at = $2 AND id = $3",
            tenant,
            call.started_at,
            call.call_id.0
        )
        .fetch_optional(self.conn())
        .await?
        .ok_or(StoreError::NotFound { what: "call" })?;
        Ok(CallRow {
            call: *call,
            provider: row.provider,
            provider_call_id: row.provider_call_id,
            from: read(
                "calls",
                "from_e164",
                row.from_e164.map(E164::try_from).transpose(),
            )?,
            to: read(
                "calls",
                "to_e164",
                row.to_e164.map(E164::try_from).transpose(),
            )?,
            ivr_mode: known("calls", "ivr_mode", IvrMode::parse(&row.ivr_mode))?,
            phone_config_id: row.phone_config_id.map(PhoneConfigId),
            agent_version_id: row.agent_version_id.map(AgentVersionId),
            resolution_method: known(
                "calls",
                "resolution_method",
                ResolutionMethod::parse(&row.resolution_method),
            )?,
            status: known("calls", "status", CallStatus::parse(&row.status))?,
            next_action: read(
                "calls",
                "next_action",
                row.next_action.map(serde_json::from_value).transpose(),
            )?,
            ivr_state: row.ivr_state,
            digits: row.digits,
            answered_at: row.answered_at,
            ended_at: row.ended_at,
            end_reason: row.end_reason,
            finalized_at: row.finalized_at,
            outcome: row.outcome,
        })
    }
}
