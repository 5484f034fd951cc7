//! From a described business to its rows.

use std::{collections::HashMap, time::Duration};

use tenant_config::{
    id::{AgentId, IvrMenuId, PhoneConfigId, ServiceId},
    ivr::{IvrAction, IvrMenu, IvrOption},
    knowledge::{Faq, Service},
    phone::{Fallback, PhoneConfig},
    voice::VoiceSettings,
};
use uuid::Uuid;

use super::{
    business::{Action, Agent, Business, Line, LineFallback, Menu, Offer},
    insert::{NewAgent, NewTenant},
};
use crate::{StoreError, TenantTx, agent::AgentKind, pack::Pack};

pub(crate) type MenuIds<'a> = HashMap<&'a str, IvrMenuId>;

/// Writes everything of a new tenant; its id is the transaction's.
pub(super) async fn create(tx: &mut TenantTx, business: &Business) -> Result<(), StoreError> {
    tx.insert_tenant(&NewTenant {
        slug: &business.slug,
        company_name: &business.company,
        timezone: business.timezone.name(),
        currency: &business.currency,
        address: business.address.as_deref(),
    })
    .await?;
    let (pack, at) = (Pack::general(), tx.profile().await?.created_at);
    tx.begin_automations(&pack.texts, &pack.key, at).await?;
    open(tx, business).await?;
    for (position, offer) in (0..).zip(&business.services) {
        tx.insert_service(position, &service(offer)).await?;
    }
    for (position, question) in (0..).zip(&business.faqs) {
        tx.insert_faq(position, &Faq::from(question.clone()))
            .await?;
    }
    let agent = NewAgent {
        id: AgentId(Uuid::now_v7()),
        kind: AgentKind::Booking,
        name: "Front desk".to_owned(),
        settings: voice(&business.agent),
        pack: None,
    };
    let agent = tx.insert_agent(&agent).await?;
    let menus: MenuIds<'_> = business
        .menus
        .iter()
        .map(|menu| (menu.name.as_str(), IvrMenuId(Uuid::now_v7())))
        .collect();
    for menu in &business.menus {
        tx.insert_menu(&ivr_menu(menu, &menus)?).await?;
    }
    for line in &business.lines {
        let config = phone_config(tx, line, agent, &menus)?;
        tx.insert_line(&config).await?;
    }
    Ok(())
}

async fn open(tx: &mut TenantTx, business: &Business) -> Result<(), StoreError> {
    for hours in &business.hours {
        for day in &hours.days {
            let weekday = day.num_days_from_monday() as i16;
            tx.insert_hours(weekday, hours.opens, hours.closes).await?;
        }
    }
    for exception in &business.exceptions {
        let reason = exception.reason.as_deref();
        if exception.open.is_empty() {
            tx.insert_exception(exception.date, 0, None, reason).await?;
        }
        for (part, span) in (0..).zip(&exception.open) {
            let times = Some((span.opens, span.closes));
            tx.insert_exception(exception.date, part, times, reason)
                .await?;
        }
    }
    Ok(())
}

pub(crate) fn service(offer: &Offer) -> Service {
    Service {
        id: ServiceId(Uuid::now_v7()),
        name: offer.name.clone(),
        aliases: offer.aliases.clone(),
        description: offer.description.clone(),
        duration_min: offer.minutes,
        price_minor: offer.price_minor,
        upsells: offer.upsells.clone(),
    }
}

fn voice(agent: &Agent) -> VoiceSettings {
    let usual = VoiceSettings::default();
    VoiceSettings {
        agent_name: agent.name.clone(),
        prompt: agent.prompt.clone(),
        greeting: agent.greeting.clone().unwrap_or(usual.greeting),
        ..VoiceSettings::default()
    }
}

pub(crate) fn ivr_menu(menu: &Menu, menus: &MenuIds<'_>) -> Result<IvrMenu, StoreError> {
    let options = menu.options.iter().map(|option| {
        Ok(IvrOption {
            digit: option.key,
            label: option.label.clone(),
            action: action(&option.action, menus)?,
        })
    });
    Ok(IvrMenu {
        id: menu_id(&menu.name, menus)?,
        name: menu.name.clone(),
        prompt: menu.prompt.clone(),
        no_input_prompt: menu.no_input.clone(),
        no_match_prompt: menu.no_match.clone(),
        timeout: menu.timeout(),
        max_attempts: menu.attempts,
        options: options.collect::<Result<_, StoreError>>()?,
        fallback: action(&menu.fallback, menus)?,
    })
}

fn action(action: &Action, menus: &MenuIds<'_>) -> Result<IvrAction, StoreError> {
    Ok(match action {
        Action::Agent => IvrAction::AiVoice,
        Action::Voicemail => IvrAction::Voicemail,
        Action::HangUp => IvrAction::HangUp,
        Action::Dial { to } => IvrAction::Dial { to: to.clone() },
        Action::Say { text } => IvrAction::Say { text: text.clone() },
        Action::Menu { name } => IvrAction::Submenu {
            menu: menu_id(name, menus)?,
        },
    })
}

fn phone_config(
    tx: &TenantTx,
    line: &Line,
    agent: AgentId,
    menus: &MenuIds<'_>,
) -> Result<PhoneConfig, StoreError> {
    let menu = |name: &Option<String>| name.as_deref().map(|n| menu_id(n, menus)).transpose();
    let fallback = match (line.fallback, &line.forward_to) {
        (LineFallback::Forward, Some(to)) => Fallback::Forward { to: to.clone() },
        (LineFallback::Voicemail, _) => Fallback::Voicemail,
        (LineFallback::Forward, None) => return Err(invalid("line.forward_to")),
    };
    Ok(PhoneConfig {
        id: PhoneConfigId(Uuid::now_v7()),
        tenant_id: tx.tenant_id(),
        phone_number: Some(line.number.clone()),
        messaging_service_sid: None,
        ivr_mode: line.mode,
        agent_id: Some(agent),
        ivr_menu_id: menu(&line.menu)?,
        closed_menu_id: menu(&line.closed_menu)?,
        forward_to: line.forward_to.clone(),
        dial_timeout: RINGS,
        fallback,
        overflow: None,
        record: line.record,
    })
}

fn menu_id(name: &str, menus: &MenuIds<'_>) -> Result<IvrMenuId, StoreError> {
    menus.get(name).copied().ok_or_else(|| invalid("menu.name"))
}

/// A description that was changed after it was checked.
fn invalid(what: &str) -> StoreError {
    StoreError::Invalid {
        what: what.to_owned(),
    }
}

const RINGS: Duration = Duration::from_secs(20);
