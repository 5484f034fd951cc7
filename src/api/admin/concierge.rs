//! Everything that a tenant begins with, at once: itself, its industry pack, hours, line, notes, and
//! its owner's invitation. Either all of it is there, or nothing.

use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use store::{
    PlatformTx, TenantTx,
    agent::AgentKind,
    audit::AuditEntry,
    automation::{Automation, AutomationKind},
    pack::{Pack, PackOrder},
    phone::SipEdit,
    seed::ROOT_TENANT,
    tenant::{NewTenant, TenantNotes},
};
use tenant_config::{
    hours::Interval,
    id::{AgentId, IvrMenuId, PhoneConfigId, TenantId},
    phone::PhoneConfig,
    voice::VoiceSettings,
};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    notes::{ExtraInput, NotesInput},
    onboarding::{OnboardingView, welcome},
    tenant_input::{NewTenantInput, TenantView, invite_owner},
};
use crate::api::{
    agents::voice::VoiceInput,
    answer::Answer,
    body::{Body, Patch},
    caller::Platform,
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
    /// `ivr` has the menu of the industry pack.
    #[serde(default = "conversation")]
    pub ivr_mode: ModeWord,
    /// Where calls are forwarded and transferred to.
    #[serde(default)]
    pub forward_to: Option<String>,
    /// What the agent on the line has otherwise than its industry pack says.
    #[serde(default)]
    #[schema(value_type = VoiceInput)]
    pub agent: Map<String, Value>,
    /// For owners of the platform; the tenant never sees it.
    #[serde(default)]
    pub internal_notes: String,
    /// What was bought besides, such as help with the logo.
    #[serde(default)]
    pub extras: Vec<ExtraInput>,
    /// Texts to customers that are switched on from the beginning: `booking_text`, `reminder_text`,
    /// `missed_call_text`. Without a word all are off.
    #[serde(default)]
    #[schema(example = json!(["booking_text"]))]
    pub automations: Vec<String>,
    /// Whether the onboarding mail and text are sent with it, to `admin_email` and `contact_phone`.
    #[serde(default)]
    pub send_onboarding: bool,
}

const fn conversation() -> ModeWord {
    ModeWord::AiVoice
}

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConciergeView {
    pub tenant: TenantView,
    pub line: LineView,
    /// The agent on the line.
    pub agent_id: Uuid,
    /// The key of the industry pack that it begins with.
    pub pack: &'static str,
    /// Whether its owner was invited by mail.
    pub invited: bool,
    /// What else is on its way to them, where that was asked for.
    pub onboarding: Option<OnboardingView>,
}

/// Set a tenant up whole.
#[utoipa::path(
    post, path = "/admin/concierge/tenants", tag = "Platform: tenants", request_body = ConciergeInput,
    responses((status = 201, description = "Set up", body = ConciergeView))
)]
pub async fn set_tenant_up(who: Platform, Body(input): Body<ConciergeInput>) -> Outcome<Response> {
    let first = input.read(who.now())?;
    let (new, line) = (&first.new, &first.line);
    let purchase = input.buy_number.then(|| Purchase::of(&who.api, line));
    let purchase = purchase.transpose()?;
    let mut tx = who.begin().await?;
    let tenant = tx.create_tenant(new).await?;
    first.lay(tenant).await?;
    invite_owner(&who, tenant, new).await?;
    let Some(purchase) = purchase else {
        return first.hand_over(&who, tx).await;
    };
    look_after(&who, &purchase).await?;
    let attach = async |sid: String| {
        tx.enter(new.id)
            .await?
            .name_carrier_number(line.id, &sid)
            .await?;
        first.hand_over(&who, tx).await
    };
    match purchase.complete(attach).await {
        Ok(answer) => Ok(answer),
        Err(unfinished) => {
            tell(&who, unfinished.stranded).await;
            Err(unfinished.problem)
        }
    }
}

/// What a tenant begins with.
struct FirstRows {
    new: NewTenant,
    line: PhoneConfig,
    pack: &'static Pack,
    /// The agent on the line, and how it speaks.
    agent: AgentId,
    voice: VoiceSettings,
    /// The pack's, for a line that answers with keys.
    menu: IvrMenuId,
    notes: TenantNotes,
    automations: Vec<AutomationKind>,
    send_onboarding: bool,
}

impl FirstRows {
    /// The rows that a tenant's first call needs.
    async fn lay(&self, tenant: &mut TenantTx) -> Outcome<()> {
        let at = self.new.created_at;
        let order = PackOrder {
            pack: self.pack,
            booking: Some((self.agent, &self.voice)),
            menu: Some(self.menu),
            at,
        };
        tenant.apply_pack(&order).await?;
        tenant.set_week(&office_hours()).await?;
        let sip = SipEdit::default();
        tenant.create_line(&self.line, &sip, at).await?;
        for automation in tenant.automations().await? {
            let enabled = self.automations.contains(&automation.kind);
            let wanted = Automation {
                enabled,
                ..automation
            };
            tenant.save_automation(&wanted, at).await?;
        }
        Ok(())
    }

    /// Writes the last rows, commits, and answers.
    async fn hand_over(&self, who: &Platform, mut tx: PlatformTx) -> Outcome<Response> {
        let (now, new) = (who.now(), &self.new);
        let tenant = tx.enter(new.id).await?;
        let made = tenant.line(self.line.id).await?;
        let made = made.ok_or_else(Problem::not_found)?;
        let shown = TenantView::load(tenant).await?;
        let onboarding = if self.send_onboarding {
            Some(welcome(who, &mut tx, new.id).await?)
        } else {
            None
        };
        let view = ConciergeView {
            tenant: shown,
            line: LineView::from(&made),
            agent_id: self.agent.0,
            pack: &self.pack.key,
            invited: new.contact_email.is_some(),
            onboarding,
        };
        tx.save_tenant_notes(new.id, &self.notes, now).await?;
        // What owners note is not the tenant's to read, and its log is.
        let entry = AuditEntry::new(now, "tenant.set_up", "tenant")
            .of(&new.id)
            .after(json!({
                "tenant": view.tenant, "line": view.line, "pack": view.pack, "onboarding": view.onboarding,
            }));
        let place = format!("/admin/tenants/{}", new.id);
        who.record(tx, new.id, entry, Answer::made(&view, &place)?)
            .await
    }
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

impl ConciergeInput {
    /// What is to be there, checked.
    fn read(&self, now: DateTime<Utc>) -> Outcome<FirstRows> {
        let within = |problem: Problem| problem.within("/tenant");
        let new = self.tenant.read(now).map_err(within)?;
        let pack = self.tenant.pack().map_err(within)?;
        if self.send_onboarding && new.contact_email.is_none() {
            return Err(Problem::field(
                "/tenant/admin_email",
                "required",
                "Say whom the onboarding mail is for.",
            ));
        }
        let agent = AgentId(Uuid::now_v7());
        let menu = IvrMenuId(Uuid::now_v7());
        let notes = NotesInput {
            internal_notes: self.internal_notes.clone(),
            extras: self.extras.clone(),
        };
        Ok(FirstRows {
            line: self.line(new.id, agent, menu)?,
            new,
            pack,
            agent,
            menu,
            voice: self.voice(pack)?,
            notes: notes.read()?,
            automations: self.automations()?,
            send_onboarding: self.send_onboarding,
        })
    }

    fn automations(&self) -> Outcome<Vec<AutomationKind>> {
        let named = self.automations.iter().enumerate();
        let read = named.map(|(n, word)| {
            let words: Vec<&str> = AutomationKind::ALL
                .iter()
                .map(|kind| kind.as_str())
                .collect();
            let unknown = || {
                let detail = format!("This must be one of {}.", words.join(", "));
                Problem::field(&format!("/automations/{n}"), "word", detail)
            };
            AutomationKind::parse(word).ok_or_else(unknown)
        });
        read.collect()
    }

    /// How the agent on the line speaks: as the pack says, and otherwise as it was asked for.
    fn voice(&self, pack: &Pack) -> Outcome<VoiceSettings> {
        let usual = VoiceInput::from(&pack.settings_of(AgentKind::Booking));
        let wanted = Patch(self.agent.clone()).onto(&usual);
        wanted
            .and_then(|wanted| wanted.read())
            .map_err(|problem| problem.within("/agent"))
    }

    fn line(&self, tenant: TenantId, agent: AgentId, menu: IvrMenuId) -> Outcome<PhoneConfig> {
        let answers_with_keys = self.ivr_mode == ModeWord::Ivr;
        let fallback = match &self.forward_to {
            Some(to) => FallbackInput::Forward { to: to.clone() },
            None => FallbackInput::Voicemail,
        };
        let line = LineInput {
            phone_number: self.phone_number.clone(),
            messaging_service_sid: None,
            ivr_mode: self.ivr_mode,
            agent_id: Some(agent.0),
            ivr_menu_id: answers_with_keys.then_some(menu.0),
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
