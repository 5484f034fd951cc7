//! The mail with which a tenant begins, and a text where one can be sent: what was set up for it, and
//! what to do first.

use axum::{http::StatusCode, response::Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use store::{
    PlatformTx, TenantTx,
    audit::AuditEntry,
    outbox::{Channel, NewOutbox},
    pack::Pack,
    phone::LineRow,
    seed::ROOT_TENANT,
    tenant::TenantProfile,
};
use tenant_config::{
    id::{OutboxId, TenantId},
    phone::IvrMode,
};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    api::{
        answer::Answer,
        body::Id,
        caller::Platform,
        problem::{Code, Outcome, Problem},
    },
    work::WelcomeText,
};

/// What is on its way.
#[derive(Debug, Serialize, ToSchema)]
pub struct OnboardingView {
    /// The tenant's `contact_email`.
    pub mailed_to: String,
    /// The tenant's `contact_phone`, where a text is sent.
    pub texted_to: Option<String>,
    /// Why no text is sent.
    pub not_texted: Option<&'static str>,
}

/// Send the onboarding mail to the tenant's contact, and a text where there is a number.
///
/// Each request sends it: take an `Idempotency-Key`, and one that is asked again sends nothing more.
/// Texts leave from the operator's own number, that of root's line.
#[utoipa::path(
    post, path = "/admin/tenants/{id}/onboarding", tag = "Platform: tenants", params(("id" = Uuid, Path)),
    responses((status = 202, description = "On its way", body = OnboardingView))
)]
pub async fn send_onboarding(who: Platform, Id(id): Id) -> Outcome<Response> {
    let tenant = TenantId(id);
    let mut tx = who.begin().await?;
    let view = welcome(&who, &mut tx, tenant).await?;
    let entry = AuditEntry::new(who.now(), "tenant.onboarding_sent", "tenant")
        .of(&tenant)
        .after(json!(view));
    who.record(tx, tenant, entry, Answer::of(StatusCode::ACCEPTED, &view)?)
        .await
}

/// Puts mail and text out, in the transaction of whatever they follow from.
pub(super) async fn welcome(
    who: &Platform,
    tx: &mut PlatformTx,
    tenant: TenantId,
) -> Outcome<OnboardingView> {
    let now = who.now();
    let entered = tx.enter(tenant).await?;
    let profile = entered.profile().await?;
    let to = profile.contact_email.clone().ok_or_else(|| {
        let detail = "The tenant has no contact_email to write to. Set it with PATCH.";
        Problem::new(Code::Refused, detail)
    })?;
    let facts = Facts::load(entered, profile).await?;
    let mail = facts.mail(&to, &who.api.origin.url("/"), now);
    entered.post(&mail).await?;
    let not_texted = put_text_out(who, tx, &facts.profile).await?;
    let number = facts.profile.contact_phone.filter(|_| not_texted.is_none());
    Ok(OnboardingView {
        mailed_to: to,
        texted_to: number.map(String::from),
        not_texted,
    })
}

/// Queues the text; why not, where it cannot be sent.
async fn put_text_out(
    who: &Platform,
    tx: &mut PlatformTx,
    profile: &TenantProfile,
) -> Outcome<Option<&'static str>> {
    if profile.contact_phone.is_none() {
        return Ok(Some("The tenant has no contact_phone."));
    }
    if who.api.services.post.carrier.is_none() {
        return Ok(Some("No carrier's account is set on this server."));
    }
    let root = tx.enter(ROOT_TENANT).await?;
    if WelcomeText::sender(root.lines().await?).is_none() {
        return Ok(Some("The operator's own line has no number to send from."));
    }
    root.enqueue(&WelcomeText::job(profile.row.id, who.now()))
        .await?;
    Ok(None)
}

/// What the mail tells.
struct Facts {
    profile: TenantProfile,
    plan: String,
    lines: Vec<LineRow>,
    packs: Vec<&'static str>,
}

impl Facts {
    async fn load(tx: &mut TenantTx, profile: TenantProfile) -> Outcome<Self> {
        let packs = tx.packs().await?;
        let names = packs.iter().filter_map(|had| Pack::find(&had.key));
        Ok(Self {
            profile,
            plan: tx.plan().await?.name,
            lines: tx.lines().await?,
            packs: names.map(|pack| pack.name.as_str()).collect(),
        })
    }

    fn mail(&self, to: &str, home: &str, at: DateTime<Utc>) -> NewOutbox {
        let company = &self.profile.row.company_name;
        NewOutbox {
            id: OutboxId(Uuid::now_v7()),
            channel: Channel::Email,
            kind: "onboarding",
            recipient: to.to_owned(),
            subject: Some(format!("{company} is set up")),
            body: self.body(to, home),
            message: None,
            at,
        }
    }

    fn body(&self, to: &str, home: &str) -> String {
        let company = &self.profile.row.company_name;
        let name = self.profile.contact_name.as_deref().unwrap_or(company);
        format!(
            "Hello {name},\n\n{company} is set up on Trunkline ({home}), subdomain {slug}, plan {plan}.\n\n\
             {lines}{packs}\n\
             What to do first:\n\
             1. Accept the invitation, if you have not yet: its link came in a mail of its own to {to}.\n\
             2. Look over your services, prices, opening hours and answers, and change what is otherwise \
             with you. Your agent tells callers these and nothing else.\n\
             3. Call your number and talk to it.\n",
            slug = self.profile.row.slug,
            plan = self.plan,
            lines = self.lines(),
            packs = self.packs(),
        )
    }

    fn lines(&self) -> String {
        let numbered = self.lines.iter().filter_map(|line| {
            let number = line.config.phone_number.as_ref()?;
            let way = match line.config.ivr_mode {
                IvrMode::Simple => "forwards its callers",
                IvrMode::Ivr => "answers with a menu",
                IvrMode::AiVoice => "is answered by your agent",
            };
            Some(format!("{} {way}.\n", number.as_str()))
        });
        let lines: String = numbered.collect();
        if lines.is_empty() {
            return "You have no number yet.\n".to_owned();
        }
        lines
    }

    fn packs(&self) -> String {
        if self.packs.is_empty() {
            return String::new();
        }
        format!(
            "You begin with the services, prices, answers and agents of: {}. The prices are examples.\n",
            self.packs.join(", ")
        )
    }
}
