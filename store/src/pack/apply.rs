//! A pack given to a tenant: what is there stays, what was given before is not given again.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Serialize;
use tenant_config::{
    id::{AgentId, AgentVersionId, FaqId, IvrMenuId},
    knowledge::Faq,
    voice::VoiceSettings,
};
use uuid::{Uuid, uuid};

use super::Pack;
use crate::{
    StoreError, TenantTx,
    agent::{AgentKind, AgentRow, NewVersion},
    automation::{Automation, AutomationKind},
    knowledge::{FaqRow, ServiceRow},
};

/// What a tenant has of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantPack {
    pub key: String,
    pub version: i32,
    /// Each thing that it ever gave, by kind and name.
    pub given: Vec<String>,
    pub applied_at: DateTime<Utc>,
}

/// A pack that is to be applied.
#[derive(Debug, Clone, Copy)]
pub struct PackOrder<'a> {
    pub pack: &'a Pack,
    /// Id and settings of the booking agent where one is made; `None` as the pack has them.
    pub booking: Option<(AgentId, &'a VoiceSettings)>,
    /// Id of the menu where it is made; `None` is any.
    pub menu: Option<IvrMenuId>,
    pub at: DateTime<Utc>,
}

/// What was given, by name. Empty where the tenant had this version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// The version that the tenant had.
    pub had: Option<i32>,
    pub services: Vec<String>,
    pub faqs: Vec<String>,
    pub menus: Vec<String>,
    pub agents: Vec<AppliedAgent>,
    /// Kinds of automations that have its words; the tenant's own stay.
    pub texts: Vec<AutomationKind>,
    /// The tenant has its own of that name, which stays as it is.
    pub kept: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedAgent {
    pub id: AgentId,
    pub kind: AgentKind,
    pub outcome: AgentOutcome,
}

/// What became of an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentOutcome {
    /// There was none of its kind.
    Made,
    /// It had a pack's words and has this one's.
    Published,
    /// It has the tenant's own words and keeps them: this one's are a version to be published.
    Drafted,
}

impl TenantTx {
    /// The packs that the tenant has, by key.
    pub async fn packs(&mut self) -> Result<Vec<TenantPack>, StoreError> {
        let tenant = self.tenant();
        let packs = sqlx::query_as!(
            TenantPack,
            "SELECT pack AS key, version, given, applied_at FROM app.tenant_packs
             WHERE tenant_id = $1 ORDER BY pack",
            tenant
        )
        .fetch_all(self.conn())
        .await?;
        Ok(packs)
    }

    /// Gives the tenant what it has not had of a pack yet. Nothing happens for a version that it has.
    pub async fn apply_pack(&mut self, order: &PackOrder<'_>) -> Result<Applied, StoreError> {
        let pack = order.pack;
        self.take_turns(PACKS).await?;
        let mut packs = self.packs().await?.into_iter();
        let had = packs.find(|had| had.key == pack.key);
        let version = had.as_ref().map(|had| had.version);
        let mut giving = Giving {
            applied: Applied {
                had: version,
                ..Applied::default()
            },
            given: had.into_iter().flat_map(|had| had.given).collect(),
        };
        if version.is_some_and(|version| version >= pack.version) {
            return Ok(giving.applied);
        }
        let tenant = self.tenant_row().await?;
        self.give_services(pack, &tenant.currency, &mut giving)
            .await?;
        self.give_faqs(pack, &mut giving).await?;
        self.give_menu(order, &tenant.company_name, &mut giving)
            .await?;
        let agents = self.agents().await?;
        for kind in AgentKind::ALL {
            let given = self.give_agent(order, *kind, &agents).await?;
            giving.applied.agents.extend(given);
        }
        giving.applied.texts = self.give_texts(pack, order.at).await?;
        self.save_pack(&TenantPack {
            key: pack.key.clone(),
            version: pack.version,
            given: giving.given.into_iter().collect(),
            applied_at: order.at,
        })
        .await?;
        Ok(giving.applied)
    }

    async fn give_services(
        &mut self,
        pack: &Pack,
        currency: &str,
        giving: &mut Giving,
    ) -> Result<(), StoreError> {
        let there = self.all_services().await?;
        let names: Names = there.iter().map(|row| lower(&row.service.name)).collect();
        let last = there.iter().map(|row| row.position).max();
        let first = last.map_or(0, |last| last.saturating_add(1));
        for (n, service) in (0..).zip(pack.services_in(currency)) {
            if !giving.takes("service", &service.name, &names) {
                continue;
            }
            giving.applied.services.push(service.name.clone());
            let row = ServiceRow {
                service,
                active: true,
                position: first.saturating_add(n),
            };
            self.save_service(&row).await?;
        }
        Ok(())
    }

    async fn give_faqs(&mut self, pack: &Pack, giving: &mut Giving) -> Result<(), StoreError> {
        let there = self.all_faqs().await?;
        let names: Names = there.iter().map(|row| lower(&row.faq.question)).collect();
        let last = there.iter().map(|row| row.position).max();
        let first = last.map_or(0, |last| last.saturating_add(1));
        for (n, question) in (0..).zip(&pack.faqs) {
            if !giving.takes("faq", &question.question, &names) {
                continue;
            }
            giving.applied.faqs.push(question.question.clone());
            let row = FaqRow {
                id: FaqId(Uuid::now_v7()),
                faq: Faq::from(question.clone()),
                position: first.saturating_add(n),
            };
            self.save_faq(&row).await?;
        }
        Ok(())
    }

    async fn give_menu(
        &mut self,
        order: &PackOrder<'_>,
        company: &str,
        giving: &mut Giving,
    ) -> Result<(), StoreError> {
        let pack = order.pack;
        let there = self.menus().await?;
        let names: Names = there.iter().map(|menu| lower(&menu.name)).collect();
        if giving.takes("menu", &pack.menu.name, &names) {
            giving.applied.menus.push(pack.menu.name.clone());
            let id = order.menu.unwrap_or_else(|| IvrMenuId(Uuid::now_v7()));
            self.insert_menu(&pack.menu_of(company, id)?).await?;
        }
        Ok(())
    }

    /// Lets the tenant's automations that have a pack's words have this one's; the kinds of those that
    /// were changed.
    async fn give_texts(
        &mut self,
        pack: &Pack,
        at: DateTime<Utc>,
    ) -> Result<Vec<AutomationKind>, StoreError> {
        self.begin_automations(&pack.texts, &pack.key, at).await?;
        let mut given = Vec::new();
        for automation in self.automations().await? {
            let words = automation.kind.words(&pack.texts);
            let is_the_same =
                automation.text == words && automation.pack.as_deref() == Some(pack.key.as_str());
            if automation.pack.is_none() || is_the_same {
                continue;
            }
            given.push(automation.kind);
            let changed = Automation {
                text: words.to_owned(),
                pack: Some(pack.key.clone()),
                ..automation
            };
            self.save_automation(&changed, at).await?;
        }
        Ok(given)
    }

    /// Lets the tenant's agent of a kind have the pack's words; `None` where it has them.
    async fn give_agent(
        &mut self,
        order: &PackOrder<'_>,
        kind: AgentKind,
        agents: &[AgentRow],
    ) -> Result<Option<AppliedAgent>, StoreError> {
        let mut present: Vec<&AgentRow> = agents.iter().filter(|a| a.kind == kind).collect();
        present.sort_by_key(|agent| (agent.pack.is_none(), agent.created_at));
        let Some(agent) = present.first() else {
            return self.make_agent(order, kind, agents).await.map(Some);
        };
        let words = order.pack.settings_of(kind);
        let was = agent.settings.clone().unwrap_or_default();
        let is = VoiceSettings {
            prompt: words.prompt,
            vocabulary: words.vocabulary,
            ..was.clone()
        };
        if is == was {
            return Ok(None);
        }
        let version = AgentVersionId(Uuid::now_v7());
        let key = Some(order.pack.key.as_str());
        let new = of_pack(version, &is, order.at);
        self.insert_version(agent.id, &new, key).await?;
        let outcome = if agent.pack.is_some() {
            self.publish_agent(agent.id, version).await?;
            AgentOutcome::Published
        } else {
            AgentOutcome::Drafted
        };
        Ok(Some(AppliedAgent {
            id: agent.id,
            kind,
            outcome,
        }))
    }

    async fn make_agent(
        &mut self,
        order: &PackOrder<'_>,
        kind: AgentKind,
        agents: &[AgentRow],
    ) -> Result<AppliedAgent, StoreError> {
        let words = order.pack.settings_of(kind);
        let wanted = order.booking.filter(|_| kind == AgentKind::Booking);
        let (id, settings) = match wanted {
            Some((id, settings)) => (id, settings),
            None => (AgentId(Uuid::now_v7()), &words),
        };
        // Other instructions are whoever's wrote them.
        let pack = (settings.prompt == words.prompt).then_some(order.pack.key.as_str());
        let version = AgentVersionId(Uuid::now_v7());
        let name = free_name(&order.pack.agents.of(kind).name, agents);
        self.create_agent(id, kind, &name, order.at).await?;
        let new = of_pack(version, settings, order.at);
        self.insert_version(id, &new, pack).await?;
        self.publish_agent(id, version).await?;
        Ok(AppliedAgent {
            id,
            kind,
            outcome: AgentOutcome::Made,
        })
    }

    /// Writes down what the tenant has of a pack.
    pub(crate) async fn save_pack(&mut self, pack: &TenantPack) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "INSERT INTO app.tenant_packs (tenant_id, pack, version, given, applied_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant_id, pack) DO UPDATE SET version = excluded.version, given = excluded.given,
               applied_at = excluded.applied_at",
            tenant,
            pack.key,
            pack.version,
            &pack.given,
            pack.applied_at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }
}

type Names = BTreeSet<String>;

/// What is given, and what ever was.
struct Giving {
    applied: Applied,
    given: BTreeSet<String>,
}

impl Giving {
    /// Whether a thing is to be given: it never was, and the tenant has none of its name.
    fn takes(&mut self, kind: &str, name: &str, there: &Names) -> bool {
        if !self.given.insert(format!("{kind} {name}")) {
            return false;
        }
        let is_there = there.contains(&lower(name));
        if is_there {
            self.applied.kept.push(name.to_owned());
        }
        !is_there
    }
}

fn lower(name: &str) -> String {
    name.trim().to_lowercase()
}

/// A version with a pack's words: none of the tenant's people wrote it.
const fn of_pack(
    id: AgentVersionId,
    settings: &VoiceSettings,
    at: DateTime<Utc>,
) -> NewVersion<'_> {
    NewVersion {
        id,
        settings,
        author: None,
        at,
    }
}

/// A name that no agent has.
fn free_name(wanted: &str, agents: &[AgentRow]) -> String {
    let is_free = |name: &String| agents.iter().all(|agent| agent.name != *name);
    let mut numbered = (2..).map(|n| format!("{wanted} {n}"));
    let first = Some(wanted.to_owned()).filter(is_free);
    first.or_else(|| numbered.find(is_free)).unwrap_or_default()
}

/// What those who apply packs to one tenant take turns for.
const PACKS: Uuid = uuid!("01900000-0000-7000-8000-0000000009ac");
