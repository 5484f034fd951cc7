//! Texts that customers get by themselves: to look at, to switch on, to say otherwise.

use axum::{Json, response::Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{
    TenantTx,
    audit::AuditEntry,
    automation::{Automation, AutomationKind},
};
use tenant_config::id::AutomationId;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    answer::Answer,
    body::{Id, Patch},
    caller::InTenant,
    check::Faults,
    etag::{IfMatch, tagged},
    page::Page,
    problem::{Outcome, Problem},
};

/// What may be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AutomationInput {
    pub enabled: bool,
    /// At most 320 characters, with the kind's placeholders in braces.
    #[schema(
        example = "{company}: your {service} is booked for {time}.",
        max_length = 320
    )]
    pub text: String,
    /// How long before an appointment its reminder goes out: 15 (minutes) to 20160 (two weeks). `null` for
    /// what is no reminder.
    #[schema(minimum = 15, maximum = 20160)]
    pub minutes_before: Option<i32>,
}

/// A text that goes out by itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct AutomationView {
    pub id: Uuid,
    /// `booking_text`: an appointment was made or moved. `reminder_text`: it begins soon.
    /// `missed_call_text`: a call that nobody took.
    #[schema(example = "booking_text")]
    pub kind: &'static str,
    #[serde(flatten)]
    pub settings: AutomationInput,
    /// What the text may have in braces.
    pub placeholders: &'static [&'static str],
    /// The industry pack whose words these are; `null` for your own.
    pub pack: Option<String>,
    pub updated_at: DateTime<Utc>,
}

impl From<&Automation> for AutomationInput {
    fn from(automation: &Automation) -> Self {
        Self {
            enabled: automation.enabled,
            text: automation.text.clone(),
            minutes_before: automation.minutes_before,
        }
    }
}

impl From<Automation> for AutomationView {
    fn from(automation: Automation) -> Self {
        Self {
            id: automation.id.0,
            kind: automation.kind.as_str(),
            settings: (&automation).into(),
            placeholders: automation.kind.placeholders(),
            pack: automation.pack,
            updated_at: automation.updated_at,
        }
    }
}

impl AutomationInput {
    /// The automation as it is to be, checked.
    fn read(&self, was: &Automation) -> Outcome<Automation> {
        let mut faults = Faults::default();
        let text = faults.text("/text", &self.text, LONGEST);
        if let Some(unknown) = unknown_placeholder(&text, was.kind) {
            let known: Vec<String> = was
                .kind
                .placeholders()
                .iter()
                .map(|name| format!("{{{name}}}"))
                .collect();
            let detail = format!(
                "{{{unknown}}} stands for nothing here; there are {}.",
                known.join(", ")
            );
            faults.add("/text", "unknown", detail);
        }
        match (was.kind, self.minutes_before) {
            (AutomationKind::ReminderText, Some(minutes)) => {
                faults.within("/minutes_before", minutes, 15, 20_160);
            }
            (AutomationKind::ReminderText, None) => {
                faults.add(
                    "/minutes_before",
                    "required",
                    "Say how long before the appointment.",
                );
            }
            (AutomationKind::BookingText | AutomationKind::MissedCallText, Some(_)) => {
                faults.add("/minutes_before", "unknown", "Only a reminder has this.");
            }
            (AutomationKind::BookingText | AutomationKind::MissedCallText, None) => {}
        }
        faults.none()?;
        Ok(Automation {
            enabled: self.enabled,
            // Other words are the tenant's own.
            pack: was.pack.clone().filter(|_| text == was.text),
            text,
            minutes_before: self.minutes_before,
            ..was.clone()
        })
    }
}

/// The first name in braces that is not filled in.
fn unknown_placeholder(text: &str, kind: AutomationKind) -> Option<&str> {
    let named = text.split('{').skip(1);
    let mut names = named.filter_map(|part| part.split_once('}').map(|(name, _)| name));
    names.find(|name| !kind.placeholders().contains(name))
}

/// Texts that go out by themselves.
#[utoipa::path(
    get, path = "/automations", tag = "Front desk",
    responses((status = 200, description = "One of each kind", body = Page<AutomationView>))
)]
pub async fn list_automations(who: InTenant) -> Outcome<Json<Page<AutomationView>>> {
    let all = who.begin().await?.automations().await?;
    let views = all.into_iter().map(AutomationView::from);
    Ok(Json(Page::whole(views.collect())))
}

/// One of them.
#[utoipa::path(
    get, path = "/automations/{id}", tag = "Front desk", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The automation", body = AutomationView))
)]
pub async fn get_automation(who: InTenant, Id(id): Id) -> Outcome<Response> {
    let found = automation(&mut who.begin().await?, AutomationId(id)).await?;
    tagged(AutomationView::from(found))
}

/// Switch one on or off, or have it say something else.
///
/// A reminder that is switched on, or is to come earlier or later, goes out for what is booked already,
/// too.
#[utoipa::path(
    patch, path = "/automations/{id}", tag = "Front desk", params(("id" = Uuid, Path)),
    request_body = AutomationInput,
    responses((status = 200, description = "Changed", body = AutomationView))
)]
pub async fn edit_automation(
    who: InTenant,
    Id(id): Id,
    seen: IfMatch,
    patch: Patch,
) -> Outcome<Response> {
    let (id, now) = (AutomationId(id), who.now());
    let mut tx = who.begin().await?;
    tx.take_turns(id.0).await?;
    let was = automation(&mut tx, id).await?;
    let before = AutomationView::from(was.clone());
    seen.check(&before)?;
    let is = patch.onto(&before.settings)?.read(&was)?;
    tx.save_automation(&is, now).await?;
    if is.kind == AutomationKind::ReminderText && is.enabled {
        tx.plan_reminders(now).await?;
    }
    let view = AutomationView::from(automation(&mut tx, id).await?);
    let entry = AuditEntry::new(now, "automation.edited", "automation")
        .of(&id)
        .before(json!(before))
        .after(json!(view));
    who.record(tx, entry, Answer::ok(&view)?).await
}

async fn automation(tx: &mut TenantTx, id: AutomationId) -> Outcome<Automation> {
    let mut all = tx.automations().await?.into_iter();
    all.find(|automation| automation.id == id)
        .ok_or_else(Problem::not_found)
}

/// Two texts of the plainest letters: what customers pay for and read.
const LONGEST: usize = 320;

#[cfg(test)]
mod tests {
    use store::pack::Pack;

    use super::*;

    #[test]
    fn every_packs_texts_can_be_sent_as_they_are() {
        for pack in Pack::all() {
            for kind in AutomationKind::ALL {
                let text = kind.words(&pack.texts);
                assert_eq!(
                    unknown_placeholder(text, *kind),
                    None,
                    "{}: {text}",
                    pack.key
                );
                assert!(text.chars().count() <= LONGEST, "{}: {text}", pack.key);
            }
        }
    }

    #[test]
    fn a_name_that_stands_for_nothing_is_found() {
        let of = |text| unknown_placeholder(text, AutomationKind::MissedCallText);
        assert_eq!(of("{company}: sorry, {time}"), Some("time"));
        assert_eq!(of("{company} {"), None);
    }
}
