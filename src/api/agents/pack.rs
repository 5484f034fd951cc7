//! Industry packs: what a business of a trade begins with, to look at and to be given.

use axum::{Json, response::Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use store::{
    agent::AgentKind,
    audit::AuditEntry,
    knowledge::{FaqRow, ServiceRow},
    pack::{AgentOutcome, Applied, Pack, PackOrder, TenantPack, Texts},
};
use tenant_config::{
    id::{FaqId, IvrMenuId},
    knowledge::Faq,
};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{agent::AgentKindWord, faq::FaqInput, service::ServiceInput, voice::VoiceInput};
use crate::api::{
    answer::Answer,
    body::Word,
    caller::{InTenant, Platform},
    page::Page,
    problem::{Outcome, Problem},
    telephony::menu_input::MenuInput,
};

/// What a business of a trade begins with. Texts have `{company}` in them, to be filled in.
#[derive(Debug, Serialize, ToSchema)]
pub struct PackView {
    #[schema(example = "detailing")]
    pub key: &'static str,
    /// One more with each change.
    pub version: i32,
    pub name: &'static str,
    /// What businesses call the trade.
    pub industries: Vec<String>,
    /// Of the prices. A tenant with another one gets the services without prices.
    pub currency: &'static str,
    /// The version that the tenant was given; `null` if none.
    pub applied_version: Option<i32>,
    pub applied_at: Option<DateTime<Utc>>,
    /// Words of the trade.
    pub vocabulary: Vec<String>,
    pub services: Vec<ServiceInput>,
    pub faqs: Vec<FaqInput>,
    /// For a line that answers with keys.
    pub menu: MenuInput,
    pub texts: TextsView,
    /// One of each kind.
    pub agents: Vec<PackAgentView>,
}

/// Texts (SMS) to customers, which automations send where they are switched on. `{service}` and `{time}`
/// are filled in then.
#[derive(Debug, Serialize, ToSchema)]
pub struct TextsView {
    pub booked: &'static str,
    pub reminder: &'static str,
    pub missed_call: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PackAgentView {
    pub kind: AgentKindWord,
    pub name: &'static str,
    pub settings: VoiceInput,
}

impl PackView {
    fn of(pack: &'static Pack, had: Option<&TenantPack>) -> Outcome<Self> {
        let agent = |kind: &AgentKind| PackAgentView {
            kind: (*kind).into(),
            name: &pack.agents.of(*kind).name,
            settings: (&pack.settings_of(*kind)).into(),
        };
        Ok(Self {
            key: &pack.key,
            version: pack.version,
            name: &pack.name,
            industries: pack.industries.clone(),
            currency: &pack.currency,
            applied_version: had.map(|had| had.version),
            applied_at: had.map(|had| had.applied_at),
            vocabulary: pack.vocabulary.clone(),
            services: services(pack),
            faqs: faqs(pack),
            menu: (&pack.menu_of("{company}", IvrMenuId(Uuid::nil()))?).into(),
            texts: (&pack.texts).into(),
            agents: AgentKind::ALL.iter().map(agent).collect(),
        })
    }
}

impl From<&'static Texts> for TextsView {
    fn from(texts: &'static Texts) -> Self {
        Self {
            booked: &texts.booked,
            reminder: &texts.reminder,
            missed_call: &texts.missed_call,
        }
    }
}

fn services(pack: &Pack) -> Vec<ServiceInput> {
    let rows = (0..).zip(pack.services_in(&pack.currency));
    let rows = rows.map(|(position, service)| ServiceRow {
        service,
        active: true,
        position,
    });
    rows.map(|row| ServiceInput::from(&row)).collect()
}

fn faqs(pack: &Pack) -> Vec<FaqInput> {
    let rows = (0..).zip(&pack.faqs).map(|(position, question)| FaqRow {
        id: FaqId(Uuid::nil()),
        faq: Faq::from(question.clone()),
        position,
    });
    rows.map(|row| FaqInput::from(&row)).collect()
}

/// What was given; nothing where the tenant had this version.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppliedView {
    pub key: &'static str,
    pub version: i32,
    /// The version that the tenant had before.
    pub had_version: Option<i32>,
    /// By name, as the next ones.
    pub services: Vec<String>,
    pub faqs: Vec<String>,
    pub menus: Vec<String>,
    pub agents: Vec<AppliedAgentView>,
    /// Kinds of automations that have the pack's words now; words of your own stay.
    pub texts: Vec<&'static str>,
    /// The tenant had its own of these names, which stay as they are.
    pub kept: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AppliedAgentView {
    pub id: Uuid,
    pub kind: AgentKindWord,
    /// `made`; `published`: it had a pack's instructions and has these from the next call on;
    /// `drafted`: it has instructions of your own, and these are a version for you to publish.
    #[schema(value_type = String, example = "made")]
    pub outcome: AgentOutcome,
}

impl AppliedView {
    fn of(pack: &'static Pack, applied: Applied) -> Self {
        let agents = applied.agents.iter().map(|agent| AppliedAgentView {
            id: agent.id.0,
            kind: agent.kind.into(),
            outcome: agent.outcome,
        });
        Self {
            key: &pack.key,
            version: pack.version,
            had_version: applied.had,
            agents: agents.collect(),
            texts: applied.texts.iter().map(|kind| kind.as_str()).collect(),
            services: applied.services,
            faqs: applied.faqs,
            menus: applied.menus,
            kept: applied.kept,
        }
    }
}

/// Industry packs, and which of them the tenant has.
#[utoipa::path(
    get, path = "/industry-packs", tag = "Knowledge",
    responses((status = 200, description = "All of them", body = Page<PackView>))
)]
pub async fn list_packs(who: InTenant) -> Outcome<Json<Page<PackView>>> {
    let had = who.begin().await?.packs().await?;
    let view = |pack: &'static Pack| {
        let had = had.iter().find(|had| had.key == pack.key);
        PackView::of(pack, had)
    };
    let views: Outcome<Vec<PackView>> = Pack::all().iter().map(view).collect();
    Ok(Json(Page::whole(views?)))
}

/// Industry packs, for whoever sets up a tenant.
#[utoipa::path(
    get, path = "/admin/industry-packs", tag = "Platform: tenants",
    responses((status = 200, description = "All of them; given to nobody", body = Page<PackView>))
)]
pub async fn list_all_packs(_: Platform) -> Outcome<Json<Page<PackView>>> {
    let views: Outcome<Vec<PackView>> = Pack::all()
        .iter()
        .map(|pack| PackView::of(pack, None))
        .collect();
    Ok(Json(Page::whole(views?)))
}

/// Give the tenant what an industry pack has and it has not had yet.
///
/// What the tenant has stays as it is, what it has taken away stays away, and the same version again
/// changes nothing. Agents whose instructions are a pack's get these; others get them as a version that
/// is not published.
#[utoipa::path(
    post, path = "/industry-packs/{key}/apply", tag = "Knowledge", params(("key" = String, Path)),
    responses((status = 200, description = "What was given", body = AppliedView))
)]
pub async fn apply_pack(who: InTenant, Word(key): Word) -> Outcome<Response> {
    let pack = Pack::find(&key).ok_or_else(Problem::not_found)?;
    let order = PackOrder {
        pack,
        booking: None,
        menu: None,
        at: who.now(),
    };
    let mut tx = who.begin().await?;
    let applied = tx.apply_pack(&order).await?;
    let had_it = applied.had.is_some_and(|version| version >= pack.version);
    let view = AppliedView::of(pack, applied);
    let answer = Answer::ok(&view)?;
    if had_it {
        return who.finish(tx, answer).await;
    }
    let entry = AuditEntry::new(who.now(), "industry_pack.applied", "industry_pack")
        .of(view.key)
        .after(json!(view));
    who.record(tx, entry, answer).await
}

#[cfg(test)]
mod tests {
    use tenant_config::id::ServiceId;

    use super::*;

    #[test]
    fn every_pack_is_within_the_limits_of_what_a_tenant_may_write() {
        for pack in Pack::all() {
            let view = PackView::of(pack, None).unwrap();
            for service in &view.services {
                let read = service.read(ServiceId(Uuid::nil()));
                assert!(read.is_ok(), "{}: {}: {read:?}", pack.key, service.name);
            }
            for faq in &view.faqs {
                let read = faq.read(FaqId(Uuid::nil()));
                assert!(read.is_ok(), "{}: {}: {read:?}", pack.key, faq.question);
            }
            let read = view.menu.read(IvrMenuId(Uuid::nil()), &[]);
            assert!(read.is_ok(), "{}: {read:?}", pack.key);
            assert_eq!(view.agents.len(), 3);
            for agent in &view.agents {
                let read = agent.settings.read();
                assert!(read.is_ok(), "{}: {:?}: {read:?}", pack.key, agent.kind);
            }
        }
    }
}
