//! What an agent is told at the start of a conversation: the tenant's facts, and nothing of any other.

use agents::brief::{Brief, Medium};
use chrono::{DateTime, Utc};
use store::{StoreError, TenantTx, call::CallRow, tenant::TenantRow};
use tenant_config::{
    phone::{E164, PhoneConfig},
    voice::AgentVersion,
};

/// The brief of a call, the agent that speaks, and its greeting.
pub struct Briefed {
    pub brief: Brief,
    pub agent: AgentVersion,
    pub tenant: TenantRow,
    /// The line that the call came in on.
    pub line: Option<PhoneConfig>,
}

impl Briefed {
    pub fn record(&self) -> bool {
        self.line.as_ref().is_none_or(|line| line.record)
    }
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
    let line = match call.phone_config_id {
        Some(id) => tx.phone_config(id).await?,
        None => None,
    };
    compose(tx, agent, line, call.from.clone(), Medium::Voice, now)
        .await
        .map(Some)
}

/// The same for a conversation by text, on a line whose agent answers. `Ok(None)` when nothing of the
/// agent is published.
pub async fn load_for_text(
    tx: &mut TenantTx,
    line: PhoneConfig,
    from: E164,
    began: DateTime<Utc>,
) -> Result<Option<Briefed>, StoreError> {
    let Some(agent) = line.agent_id else {
        return Ok(None);
    };
    let Some(agent) = tx.agent_version(agent).await? else {
        return Ok(None);
    };
    compose(tx, agent, Some(line), Some(from), Medium::Text, began)
        .await
        .map(Some)
}

async fn compose(
    tx: &mut TenantTx,
    agent: AgentVersion,
    line: Option<PhoneConfig>,
    caller: Option<E164>,
    medium: Medium,
    now: DateTime<Utc>,
) -> Result<Briefed, StoreError> {
    let knowledge = tx.knowledge().await?;
    let tenant = knowledge.tenant;
    let settings = &agent.settings;
    let greeting = settings
        .greeting
        .replace("{company}", &tenant.company_name)
        .replace("{agent}", &settings.agent_name);
    let brief = Brief {
        company: tenant.company_name.clone(),
        agent_name: settings.agent_name.clone(),
        instructions: settings.prompt.clone(),
        vocabulary: settings.vocabulary.clone(),
        address: tenant.address.clone(),
        currency: tenant.currency.clone(),
        hours: knowledge.hours,
        services: knowledge.services,
        faqs: knowledge.faqs,
        caller,
        call_started_at: now,
        medium,
        // Nobody can be put through in a text, and it begins without a greeting.
        can_transfer: medium == Medium::Voice
            && line.as_ref().is_some_and(|line| line.forward_to.is_some()),
        greeting: match medium {
            Medium::Voice => greeting,
            Medium::Text => String::new(),
        },
    };
    Ok(Briefed {
        brief,
        agent,
        tenant,
        line,
    })
}
