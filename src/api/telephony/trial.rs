//! What a call to a line would do at this moment, looked at step by step. No call is placed and nothing is
//! changed.

use std::time::Instant;

use axum::{
    Json,
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use store::{
    TenantTx,
    tenant::{InboundAddress, TenantRow},
};
use tenant_config::{
    id::{AgentId, CallId, IvrMenuId, PhoneConfigId},
    phone::{DialTarget, Fallback, IvrMode, PhoneConfig},
};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    body::Id,
    caller::InTenant,
    problem::{Outcome, Problem},
};

/// What would happen.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialView {
    pub at: DateTime<Utc>,
    /// Every check passed.
    pub ready: bool,
    /// `agent`, `menu`, `forward`; `fallback` where that cannot be had; `refused` where the call does not
    /// get that far.
    #[schema(example = "agent")]
    pub would: &'static str,
    /// The same for people.
    #[schema(example = "Front desk answers (version 3).")]
    pub summary: String,
    /// By the tenant's business hours.
    pub open_now: bool,
    /// In the order in which a call meets them.
    pub checks: Vec<CheckView>,
}

/// One step of a call's way.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckView {
    /// `number`, `resolution`, `standing`, `hours`, `answer`, `capacity`, `fallback`.
    pub name: &'static str,
    pub passed: bool,
    pub detail: String,
    /// What to do about it; `null` where it passed.
    pub todo: Option<&'static str>,
}

/// What would a call to this line do now?
#[utoipa::path(
    post, path = "/phone-configs/{id}/test", tag = "Phone configs", params(("id" = Uuid, Path)),
    responses((status = 200, description = "Looked at step by step; no call is placed", body = TrialView))
)]
pub async fn try_line(who: InTenant, Id(id): Id) -> Outcome<Response> {
    let (id, now) = (PhoneConfigId(id), who.now());
    let mut tx = who.begin().await?;
    let line = tx.phone_config(id).await?.ok_or_else(Problem::not_found)?;
    let tenant = tx.tenant_row().await?;
    let open_now = tx.business_hours().await?.is_open(now);
    let mut trial = Trial::default();
    trial.number(&who, &line).await?;
    trial.standing(&tenant);
    trial.hours(open_now);
    let answer = trial.answer(&mut tx, &line, open_now).await?;
    trial.capacity(&who, &mut tx, &line, &tenant).await?;
    trial.fallback(&line);
    tx.commit().await?;
    Ok(Json(trial.view(now, open_now, answer)).into_response())
}

/// What was found so far.
#[derive(Default)]
struct Trial {
    checks: Vec<CheckView>,
    /// The call does not get to the line.
    is_refused: bool,
}

/// How the line answers, if it can.
struct Answer {
    would: &'static str,
    words: String,
}

impl Trial {
    fn check(
        &mut self,
        name: &'static str,
        passed: bool,
        detail: impl Into<String>,
        todo: &'static str,
    ) {
        self.checks.push(CheckView {
            name,
            passed,
            detail: detail.into(),
            todo: (!passed).then_some(todo),
        });
    }

    /// Whether the line has a number, and calls to it lead here.
    async fn number(&mut self, who: &InTenant, line: &PhoneConfig) -> Outcome<()> {
        let Some(number) = &line.phone_number else {
            self.check(
                "number",
                false,
                "The line has no number.",
                "Give it one, or buy one.",
            );
            self.is_refused = true;
            return Ok(());
        };
        self.check(
            "number",
            true,
            format!("The line has {}.", number.as_str()),
            "",
        );
        let address = InboundAddress {
            messaging_service_sid: None,
            to: Some(number.clone()),
        };
        let found = who.api.store.resolve_inbound(&address).await?;
        let leads_here = found.phone.is_some_and(|phone| phone.id == line.id);
        let detail = if leads_here {
            "Calls to the number lead to this line."
        } else {
            "Calls to the number do not lead to this line."
        };
        self.check(
            "resolution",
            leads_here,
            detail,
            "Save the line's number again.",
        );
        self.is_refused |= !leads_here;
        Ok(())
    }

    fn standing(&mut self, tenant: &TenantRow) {
        let answers = tenant.status.answers_calls();
        let detail = format!("The tenant is {}.", tenant.status.as_str());
        self.check(
            "standing",
            answers,
            detail,
            "Ask the operator: calls are refused politely.",
        );
        self.is_refused |= !answers;
    }

    /// Both are well: it says which way a menu goes.
    fn hours(&mut self, open_now: bool) {
        let detail = if open_now {
            "It is within the business hours."
        } else {
            "It is outside the business hours."
        };
        self.check("hours", true, detail, "");
    }

    /// How the line answers; `None` where it cannot.
    async fn answer(
        &mut self,
        tx: &mut TenantTx,
        line: &PhoneConfig,
        open_now: bool,
    ) -> Outcome<Option<Answer>> {
        let found = match line.ivr_mode {
            IvrMode::Simple => forward(line),
            IvrMode::Ivr => menu(tx, line, open_now).await?,
            IvrMode::AiVoice => agent(tx, line.agent_id).await?,
        };
        Ok(match found {
            Ok(answer) => {
                self.check("answer", true, answer.words.clone(), "");
                Some(answer)
            }
            Err((detail, todo)) => {
                self.check("answer", false, detail, todo);
                None
            }
        })
    }

    /// Whether a conversation can be had; forwarding and menus need no room.
    async fn capacity(
        &mut self,
        who: &InTenant,
        tx: &mut TenantTx,
        line: &PhoneConfig,
        tenant: &TenantRow,
    ) -> Outcome<()> {
        if line.ivr_mode != IvrMode::AiVoice {
            return Ok(());
        }
        let live = tx.live_calls().await?;
        let full = tenant.max_calls.is_some_and(|most| live >= u64::from(most));
        let admission = &who.api.services.admission;
        // Given back at once.
        let place = admission.reserve(CallId(Uuid::now_v7()), Instant::now());
        let (passed, detail) = match (full, place) {
            (true, _) => (
                false,
                format!("The tenant has as many calls ({live}) as it may have."),
            ),
            (false, Err(limit)) => (
                false,
                format!("This node takes no call ({}).", limit.as_str()),
            ),
            (false, Ok(_)) => (true, "There is room for a call.".to_owned()),
        };
        let todo = "Wait for calls to end, or have the limit raised; callers get what the line says for overflow.";
        self.check("capacity", passed, detail, todo);
        Ok(())
    }

    fn fallback(&mut self, line: &PhoneConfig) {
        let detail = match &line.fallback {
            Fallback::Forward { to } => format!("If that fails, {} rings.", name_of(to)),
            Fallback::Voicemail => "If that fails, the caller can leave a message.".to_owned(),
            Fallback::Message { .. } => "If that fails, the caller hears your message.".to_owned(),
        };
        self.check("fallback", true, detail, "");
    }

    fn view(self, at: DateTime<Utc>, open_now: bool, answer: Option<Answer>) -> TrialView {
        let ready = self.checks.iter().all(|check| check.passed);
        let has_room = self
            .checks
            .iter()
            .all(|check| check.name != "capacity" || check.passed);
        let (would, summary) = match answer {
            _ if self.is_refused => ("refused", "A call does not get to this line.".to_owned()),
            Some(answer) if has_room => (answer.would, answer.words),
            Some(_) => (
                "fallback",
                "All lines are busy: the caller gets the overflow.".to_owned(),
            ),
            None => (
                "fallback",
                "The line cannot answer: the caller gets the fallback.".to_owned(),
            ),
        };
        TrialView {
            at,
            ready,
            would,
            summary,
            open_now,
            checks: self.checks,
        }
    }
}

/// How a line answers, or what is missing and what to do.
type Found = Result<Answer, (String, &'static str)>;

fn forward(line: &PhoneConfig) -> Found {
    let to = line.forward_to.as_ref();
    let to = to.ok_or_else(|| {
        (
            "Nobody is named to forward to.".to_owned(),
            "Set `forward_to`.",
        )
    })?;
    Ok(Answer {
        would: "forward",
        words: format!(
            "{} rings for {} s.",
            name_of(to),
            line.dial_timeout.as_secs()
        ),
    })
}

/// The menu of this hour.
async fn menu(tx: &mut TenantTx, line: &PhoneConfig, open_now: bool) -> Outcome<Found> {
    let wanted: Option<IvrMenuId> = match line.closed_menu_id {
        Some(closed) if !open_now => Some(closed),
        Some(_) | None => line.ivr_menu_id,
    };
    let menus = tx.menus().await?;
    let menu = menus.iter().find(|menu| Some(menu.id) == wanted);
    Ok(menu
        .map(|menu| Answer {
            would: "menu",
            words: format!("The menu \"{}\" is read out.", menu.name),
        })
        .ok_or_else(|| ("No menu is set.".to_owned(), "Set `ivr_menu_id`.")))
}

async fn agent(tx: &mut TenantTx, agent: Option<AgentId>) -> Outcome<Found> {
    let Some(id) = agent else {
        let nobody = "No agent is set.".to_owned();
        return Ok(Err((nobody, "Set `agent_id`.")));
    };
    let agents = tx.agents().await?;
    let name = agents
        .iter()
        .find(|agent| agent.id == id)
        .map(|agent| agent.name.clone());
    let version = tx.agent_version(id).await?;
    Ok(match (name, version) {
        (Some(name), Some(version)) => Ok(Answer {
            would: "agent",
            words: format!("{name} answers (version {}).", version.version),
        }),
        (Some(name), None) => Err((
            format!("Nothing of {name} is published."),
            "Publish a version of the agent.",
        )),
        (None, _) => Err(("The agent is gone.".to_owned(), "Set `agent_id`.")),
    })
}

fn name_of(target: &DialTarget) -> &str {
    match target {
        DialTarget::Number(number) => number.as_str(),
        DialTarget::Sip(uri) => uri,
    }
}
