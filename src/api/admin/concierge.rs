//! Everything that a tenant begins with, at once: itself, its hours, agent, line, notes, and its
//! owner's invitation. Either all of it is there, or nothing.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{
    PlatformTx,
    audit::AuditEntry,
    phone::SipEdit,
    seed::ROOT_TENANT,
    tenant::{NewTenant, TenantNotes},
};
use tenant_config::{
    hours::Interval,
    id::{AgentId, AgentVersionId, PhoneConfigId, TenantId},
    phone::PhoneConfig,
    voice::VoiceSettings,
};
use utoipa::ToSchema;
use uuid::Uuid;

use super::tenant_input::{NewTenantInput, TenantView, invite_owner};
use crate::api::{
    agents::voice::VoiceInput,
    answer::Answer,
    body::Body,
    caller::Platform,
    check::Faults,
    problem::{Outcome, Problem},
    telephony::{
        line_input::{FallbackInput, LineInput, LineView, ModeWord},
        purchase::Purchase,
    },
};

/// A tenant with what it begins with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConciergeInput {
    pub tenant: NewTenantInput,
    /// Its first number; without it the line waits for one.
    #[serde(default)]
    #[schema(example = "+19185550100")]
    pub phone_number: Option<String>,
    /// Whether that number is to be bought from the carrier, with its webhooks.
    #[serde(default)]
    pub buy_number: bool,
    #[serde(default = "conversation")]
    pub ivr_mode: ModeWord,
    /// Where calls are forwarded and transferred to.
    #[serde(default)]
    pub forward_to: Option<String>,
    #[serde(default)]
    pub agent: VoiceInput,
    /// For owners of the platform; the tenant never sees it.
    #[serde(default)]
    pub internal_notes: String,
    /// What was bought besides, such as help with the logo.
    #[serde(default)]
    pub extras: Vec<ExtraInput>,
}

const fn conversation() -> ModeWord {
    ModeWord::AiVoice
}

/// Something that was bought besides.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtraInput {
    #[schema(example = "logo_help")]
    pub name: String,
    #[schema(example = "open")]
    pub status: String,
}

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConciergeView {
    pub tenant: TenantView,
    pub line: LineView,
    pub agent_id: Uuid,
    /// Whether its owner was invited by mail.
    pub invited: bool,
}

/// Set a tenant up whole.
#[utoipa::path(
    post, path = "/admin/concierge/tenants", tag = "Platform: tenants", request_body = ConciergeInput,
    responses((status = 201, description = "Set up", body = ConciergeView))
)]
pub async fn set_tenant_up(who: Platform, Body(input): Body<ConciergeInput>) -> Outcome<Response> {
    let now = who.now();
    let new = input
        .tenant
        .read(now)
        .map_err(|problem| problem.within("/tenant"))?;
    let voice = input
        .agent
        .read()
        .map_err(|problem| problem.within("/agent"))?;
    let notes = input.notes()?;
    let agent = AgentId(Uuid::now_v7());
    let line = input.line(new.id, agent)?;
    let purchase = input.buy_number.then(|| Purchase::of(&who.api, &line));
    let purchase = purchase.transpose()?;
    let mut tx = who.begin().await?;
    let tenant = tx.create_tenant(&new).await?;
    lay_first_rows(tenant, agent, &voice, &line, now).await?;
    invite_owner(&who, tenant, &new).await?;
    let Some(purchase) = purchase else {
        return hand_over(&who, tx, &new, &line, agent, &notes).await;
    };
    look_after(&who, &purchase).await?;
    let attach = async |sid: String| {
        tx.enter(new.id)
            .await?
            .name_carrier_number(line.id, &sid)
            .await?;
        hand_over(&who, tx, &new, &line, agent, &notes).await
    };
    match purchase.complete(attach).await {
        Ok(answer) => Ok(answer),
        Err(unfinished) => {
            tell(&who, unfinished.stranded).await;
            Err(unfinished.problem)
        }
    }
}

/// Writes the last rows, commits, and answers.
async fn hand_over(
    who: &Platform,
    mut tx: PlatformTx,
    new: &NewTenant,
    line: &PhoneConfig,
    agent: AgentId,
    notes: &TenantNotes,
) -> Outcome<Response> {
    let now = who.now();
    let tenant = tx.enter(new.id).await?;
    let made = tenant.line(line.id).await?.ok_or_else(Problem::not_found)?;
    let view = ConciergeView {
        tenant: TenantView::load(tenant).await?,
        line: LineView::from(&made),
        agent_id: agent.0,
        invited: new.contact_email.is_some(),
    };
    tx.save_tenant_notes(new.id, notes, now).await?;
    // What owners note is not the tenant's to read, and its log is.
    let entry = AuditEntry::new(now, "tenant.set_up", "tenant")
        .of(&new.id)
        .after(json!({"tenant": view.tenant, "line": view.line}));
    who.record(
        tx,
        new.id,
        entry,
        Answer::made(&view, &format!("/admin/tenants/{}", new.id))?,
    )
    .await
}

/// Queues, as root's, what gives the number back if all else fails: the tenant is not there yet.
async fn look_after(who: &Platform, purchase: &Purchase<'_>) -> Outcome<()> {
    let mut tx = who.begin().await?;
    let root = tx.enter(ROOT_TENANT).await?;
    root.enqueue(&purchase.look_after(who.now())).await?;
    Ok(tx.commit().await?)
}

/// A number that nobody has and that could not be given back is in root's log.
async fn tell(who: &Platform, stranded: Option<AuditEntry>) {
    let Some(entry) = stranded else {
        return;
    };
    let told = async {
        let mut tx = who.begin().await?;
        who.audit(&mut tx, ROOT_TENANT, entry).await?;
        Outcome::Ok(tx.commit().await?)
    };
    if told.await.is_err() {
        tracing::error!("root's log does not say that a number could not be given back");
    }
}

/// The rows that a tenant's first call needs.
async fn lay_first_rows(
    tenant: &mut store::TenantTx,
    agent: AgentId,
    voice: &VoiceSettings,
    line: &PhoneConfig,
    now: chrono::DateTime<chrono::Utc>,
) -> Outcome<()> {
    let version = AgentVersionId(Uuid::now_v7());
    tenant.create_agent(agent, "Front desk", now).await?;
    tenant.add_agent_version(agent, version, voice, now).await?;
    tenant.publish_agent(agent, version).await?;
    tenant.set_week(&office_hours()).await?;
    tenant.create_line(line, &SipEdit::default(), now).await?;
    Ok(())
}

impl ConciergeInput {
    fn line(&self, tenant: TenantId, agent: AgentId) -> Outcome<PhoneConfig> {
        let fallback = match &self.forward_to {
            Some(to) => FallbackInput::Forward { to: to.clone() },
            None => FallbackInput::Voicemail,
        };
        let line = LineInput {
            phone_number: self.phone_number.clone(),
            messaging_service_sid: None,
            ivr_mode: self.ivr_mode,
            agent_id: Some(agent.0),
            ivr_menu_id: None,
            closed_menu_id: None,
            forward_to: self.forward_to.clone(),
            dial_timeout_s: 20,
            fallback,
            overflow: None,
            record: true,
            sip_domain: None,
            sip_username: None,
            sip_password: None,
        };
        line.read(PhoneConfigId(Uuid::now_v7()), tenant)
    }

    fn notes(&self) -> Outcome<TenantNotes> {
        let mut faults = Faults::default();
        faults.at_most("/internal_notes", &self.internal_notes, 20_000);
        for (n, extra) in self.extras.iter().enumerate() {
            faults.text(&format!("/extras/{n}/name"), &extra.name, 100);
            faults.text(&format!("/extras/{n}/status"), &extra.status, 100);
        }
        faults.none()?;
        Ok(TenantNotes {
            internal_notes: self.internal_notes.trim().to_owned(),
            extras: json!(self.extras),
        })
    }
}

/// Monday to Friday, nine to five: where most begin. The tenant changes it.
fn office_hours() -> [Vec<Interval>; 7] {
    let hour = |hour| chrono::NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
    std::array::from_fn(|day| {
        let interval = Interval {
            opens: hour(9),
            closes: hour(17),
        };
        if day < 5 { vec![interval] } else { Vec::new() }
    })
}
