//! What an agent is told at the start of a call: the tenant's facts, and nothing of any other.

use agents::brief::Brief;
use chrono::{DateTime, Utc};
use store::{StoreError, TenantTx, call::CallRow};
use tenant_config::voice::AgentVersion;

/// The brief of a call, the agent that speaks, and its greeting.
pub struct Briefed {
    pub brief: Brief,
    pub agent: AgentVersion,
    pub record: bool,
}

/// Reads everything a conversation draws on, in the tenant's own transaction. `Ok(None)` when the
/// call has no agent to speak.
pub async fn load(
    tx: &mut TenantTx,
    call: &CallRow,
    now: DateTime<Utc>,
) -> Result<Option<Briefed>, StoreError> {
    let Some(version) = call.agent_version_id else {
        return Ok(None);
    };
    let Some(agent) = tx.agent_version_by_id(version).await? else {
        return Ok(None);
    };
    let phone = match call.phone_config_id {
        Some(id) => tx.phone_config(id).await?,
        None => None,
    };
    let knowledge = tx.knowledge().await?;
    let settings = &agent.settings;
    let greeting = settings
        .greeting
        .replace("{company}", &knowledge.tenant.company_name)
        .replace("{agent}", &settings.agent_name);
    let brief = Brief {
        company: knowledge.tenant.company_name,
        agent_name: settings.agent_name.clone(),
        instructions: settings.prompt.clone(),
        address: knowledge.tenant.address,
        currency: knowledge.tenant.currency,
        hours: knowledge.hours,
        services: knowledge.services,
        faqs: knowledge.faqs,
        caller: call.from.clone(),
        call_started_at: now,
        can_transfer: phone.as_ref().is_some_and(|p| p.forward_to.is_some()),
        greeting,
    };
    Ok(Some(Briefed {
        brief,
        agent,
        record: phone.is_none_or(|p| p.record),
    }))
}
