//! Another place of the same business: a new tenant with the settings of one that there is.
//!
//! Copied are profile, logo, settings, features, hours, services, questions, menus, what industry packs gave, automations,
//! and each agent as it is published. Not copied is what belongs to one place or is private: numbers and lines, calls,
//! recordings, people, keys, secrets, notes.

use std::collections::HashMap;

use tenant_config::{
    hours::BusinessHours,
    id::{AgentId, IvrMenuId, TenantId},
    ivr::{IvrAction, IvrMenu},
    knowledge::{Faq, Service},
};
use uuid::Uuid;

use super::{Logo, NewTenant, TenantEdit, TenantSettings};
use crate::{
    PlatformTx, StoreError, TenantTx, agent::AgentRow, automation::Automation, pack::TenantPack,
    seed::insert::NewAgent,
};

/// Which tenant is copied into which new one. Of `new` its names, standing, place, contact and, if it has
/// one, branding are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloneOf {
    pub source: TenantId,
    pub new: NewTenant,
}

/// What is copied.
struct Copied {
    profile: TenantEdit,
    logo: Option<Logo>,
    settings: TenantSettings,
    features: Vec<(String, bool, String)>,
    hours: BusinessHours,
    services: Vec<Service>,
    faqs: Vec<Faq>,
    agents: Vec<AgentRow>,
    packs: Vec<TenantPack>,
    automations: Vec<Automation>,
    menus: Vec<IvrMenu>,
}

impl PlatformTx {
    /// Makes the copy and stays in it.
    pub async fn clone_tenant(&mut self, clone: &CloneOf) -> Result<&mut TenantTx, StoreError> {
        let copied = read_all(self.enter(clone.source).await?).await?;
        let tx = self.create_tenant(&clone.new).await?;
        write_all(tx, &copied, &clone.new).await?;
        Ok(tx)
    }
}

async fn read_all(tx: &mut TenantTx) -> Result<Copied, StoreError> {
    Ok(Copied {
        profile: tx.profile().await?.edit(),
        logo: tx.logo().await?,
        settings: tx.settings(false).await?,
        features: tx.flag_overrides().await?,
        hours: tx.business_hours().await?,
        services: tx.services().await?,
        faqs: tx.faqs().await?,
        agents: tx.agents().await?,
        packs: tx.packs().await?,
        automations: tx.automations().await?,
        menus: tx.menus().await?,
    })
}

async fn write_all(tx: &mut TenantTx, copied: &Copied, new: &NewTenant) -> Result<(), StoreError> {
    let at = new.created_at;
    let own = new.branding.as_ref();
    let profile = TenantEdit {
        company_name: new.company_name.clone(),
        timezone: new.timezone,
        address: new.address.clone(),
        city: new.city.clone(),
        contact_name: new.contact_name.clone(),
        contact_email: new.contact_email.clone(),
        contact_phone: new.contact_phone.clone(),
        is_test_mode: new.is_test_mode,
        branding: own.unwrap_or(&copied.profile.branding).clone(),
        ..copied.profile.clone()
    };
    tx.save_profile(&profile, at).await?;
    if let Some(logo) = copied.logo.as_ref().filter(|_| own.is_none()) {
        tx.save_logo(logo, at).await?;
    }
    let settings = TenantSettings {
        onboarding: serde_json::json!({}),
        ..copied.settings.clone()
    };
    tx.save_settings(&settings, at).await?;
    for (key, enabled, reason) in &copied.features {
        tx.override_flag(key, *enabled, reason, at).await?;
    }
    write_hours(tx, &copied.hours).await?;
    for (position, service) in (0..).zip(&copied.services) {
        let service = Service {
            id: tenant_config::id::ServiceId(Uuid::now_v7()),
            ..service.clone()
        };
        tx.insert_service(position, &service).await?;
    }
    for (position, faq) in (0..).zip(&copied.faqs) {
        tx.insert_faq(position, faq).await?;
    }
    for agent in copied.agents.iter().filter_map(published) {
        tx.insert_agent(&agent).await?;
    }
    for pack in &copied.packs {
        tx.save_pack(pack).await?;
    }
    for automation in &copied.automations {
        tx.save_automation(automation, at).await?;
    }
    for menu in renumbered(&copied.menus)? {
        tx.insert_menu(&menu).await?;
    }
    Ok(())
}

async fn write_hours(tx: &mut TenantTx, hours: &BusinessHours) -> Result<(), StoreError> {
    tx.set_week(&hours.week).await?;
    for exception in &hours.exceptions {
        tx.set_exception(exception).await?;
    }
    Ok(())
}

/// As it is published, under another id; `None` where nothing is.
fn published(agent: &AgentRow) -> Option<NewAgent> {
    Some(NewAgent {
        id: AgentId(Uuid::now_v7()),
        kind: agent.kind,
        name: agent.name.clone(),
        settings: agent.settings.clone()?,
        pack: agent.pack.clone(),
    })
}

/// The menus under new ids, referring to one another as before.
fn renumbered(menus: &[IvrMenu]) -> Result<Vec<IvrMenu>, StoreError> {
    let ids: HashMap<IvrMenuId, IvrMenuId> = menus
        .iter()
        .map(|menu| (menu.id, IvrMenuId(Uuid::now_v7())))
        .collect();
    let renumber = |id: &IvrMenuId| {
        let new = ids.get(id).copied();
        new.ok_or(StoreError::NotFound { what: "menu" })
    };
    let action = |action: &IvrAction| {
        Ok::<_, StoreError>(match action {
            IvrAction::Submenu { menu } => IvrAction::Submenu {
                menu: renumber(menu)?,
            },
            IvrAction::Dial { .. }
            | IvrAction::Say { .. }
            | IvrAction::Voicemail
            | IvrAction::AiVoice
            | IvrAction::HangUp => action.clone(),
        })
    };
    let menu = |menu: &IvrMenu| {
        let mut new = menu.clone();
        new.id = renumber(&menu.id)?;
        new.fallback = action(&menu.fallback)?;
        for option in &mut new.options {
            option.action = action(&option.action)?;
        }
        Ok(new)
    };
    menus.iter().map(menu).collect()
}
