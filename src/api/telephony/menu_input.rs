//! A menu as it is sent and shown, and whether a caller can get lost in it.

use std::{collections::HashMap, time::Duration};

use serde::{Deserialize, Serialize};
use tenant_config::{
    id::IvrMenuId,
    ivr::{IvrAction, IvrMenu, IvrOption},
};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{check::Faults, problem::Outcome};

/// What a key does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ActionInput {
    /// Forwards to a number or `sip:` address.
    Dial {
        #[schema(example = "+19185550199")]
        to: String,
    },
    /// Says this, and the menu again.
    Say {
        text: String,
    },
    /// Takes a message.
    Voicemail,
    /// Hands over to the line's agent.
    AiVoice,
    /// Leads to another menu.
    Submenu {
        menu_id: Uuid,
    },
    HangUp,
}

impl From<&IvrAction> for ActionInput {
    fn from(action: &IvrAction) -> Self {
        match action {
            IvrAction::Dial { to } => Self::Dial {
                to: to.as_str().to_owned(),
            },
            IvrAction::Say { text } => Self::Say { text: text.clone() },
            IvrAction::Voicemail => Self::Voicemail,
            IvrAction::AiVoice => Self::AiVoice,
            IvrAction::Submenu { menu } => Self::Submenu { menu_id: menu.0 },
            IvrAction::HangUp => Self::HangUp,
        }
    }
}

impl ActionInput {
    fn read(&self, faults: &mut Faults, pointer: &str) -> IvrAction {
        match self {
            Self::Dial { to } => {
                let at = format!("{pointer}/to");
                if to.trim().is_empty() {
                    faults.add(&at, "required", "Say where to forward to.");
                }
                match faults.target(&at, Some(to)) {
                    Some(to) => IvrAction::Dial { to },
                    None => IvrAction::HangUp,
                }
            }
            Self::Say { text } => IvrAction::Say {
                text: faults.text(&format!("{pointer}/text"), text, 1000),
            },
            Self::Voicemail => IvrAction::Voicemail,
            Self::AiVoice => IvrAction::AiVoice,
            Self::Submenu { menu_id } => IvrAction::Submenu {
                menu: IvrMenuId(*menu_id),
            },
            Self::HangUp => IvrAction::HangUp,
        }
    }
}

/// One key of a menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OptionInput {
    /// `0` to `9`, `*` or `#`.
    #[schema(example = "1")]
    pub digit: String,
    /// For people who set it up.
    #[serde(default)]
    pub label: String,
    pub action: ActionInput,
}

/// A menu as it is to be.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MenuInput {
    pub name: String,
    /// What the caller hears.
    #[schema(example = "For appointments press 1. For our address press 2.")]
    pub prompt: String,
    /// Said when no key was pressed; without it the prompt is said again.
    #[serde(default)]
    pub no_input_prompt: String,
    /// Said when the key means nothing.
    #[serde(default)]
    pub no_match_prompt: String,
    /// How long a key is waited for, in milliseconds, 500 to 60000.
    #[serde(default = "wait")]
    pub timeout_ms: u64,
    /// How often the menu is said, 1 to 10.
    #[serde(default = "attempts")]
    pub max_attempts: u32,
    /// At least one.
    pub options: Vec<OptionInput>,
    /// When no key was pressed in all attempts.
    pub fallback: ActionInput,
}

const fn wait() -> u64 {
    5000
}

const fn attempts() -> u32 {
    3
}

/// A menu as it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct MenuView {
    pub id: Uuid,
    #[serde(flatten)]
    pub menu: MenuInput,
}

impl From<&IvrMenu> for MenuInput {
    fn from(menu: &IvrMenu) -> Self {
        let option = menu.options.iter().map(|option| OptionInput {
            digit: option.digit.to_string(),
            label: option.label.clone(),
            action: (&option.action).into(),
        });
        Self {
            name: menu.name.clone(),
            prompt: menu.prompt.clone(),
            no_input_prompt: menu.no_input_prompt.clone(),
            no_match_prompt: menu.no_match_prompt.clone(),
            timeout_ms: menu.timeout.as_millis() as u64,
            max_attempts: menu.max_attempts,
            options: option.collect(),
            fallback: (&menu.fallback).into(),
        }
    }
}

impl From<&IvrMenu> for MenuView {
    fn from(menu: &IvrMenu) -> Self {
        Self {
            id: menu.id.0,
            menu: menu.into(),
        }
    }
}

impl MenuInput {
    /// The menu, checked by itself and among the tenant's other menus.
    pub fn read(&self, id: IvrMenuId, others: &[IvrMenu]) -> Outcome<IvrMenu> {
        let mut faults = Faults::default();
        let menu = IvrMenu {
            id,
            name: faults.text("/name", &self.name, 100),
            prompt: faults.text("/prompt", &self.prompt, 2000),
            no_input_prompt: self.no_input_prompt.trim().to_owned(),
            no_match_prompt: self.no_match_prompt.trim().to_owned(),
            timeout: Duration::from_millis(faults.within(
                "/timeout_ms",
                self.timeout_ms,
                500,
                60_000,
            )),
            max_attempts: faults.within("/max_attempts", self.max_attempts, 1, 10),
            options: self.options(&mut faults),
            fallback: self.fallback.read(&mut faults, "/fallback"),
        };
        faults.at_most("/no_input_prompt", &menu.no_input_prompt, 2000);
        faults.at_most("/no_match_prompt", &menu.no_match_prompt, 2000);
        if self.options.is_empty() {
            faults.add(
                "/options",
                "required",
                "A menu without a key leads nowhere.",
            );
        }
        check_ways(&menu, others, &mut faults);
        faults.none()?;
        Ok(menu)
    }

    fn options(&self, faults: &mut Faults) -> Vec<IvrOption> {
        let mut options: Vec<IvrOption> = Vec::new();
        for (n, option) in self.options.iter().enumerate() {
            let pointer = format!("/options/{n}");
            let action = option.action.read(faults, &format!("{pointer}/action"));
            let mut letters = option.digit.chars();
            let digit = letters
                .next()
                .filter(|c| c.is_ascii_digit() || "*#".contains(*c));
            let at = format!("{pointer}/digit");
            let Some(digit) = digit.filter(|_| letters.next().is_none()) else {
                faults.add(&at, "format", "A key is one of 0 to 9, * and #.");
                continue;
            };
            if options.iter().any(|earlier| earlier.digit == digit) {
                faults.add(&at, "duplicate", "This key is there twice.");
            }
            faults.at_most(&format!("{pointer}/label"), &option.label, 100);
            options.push(IvrOption {
                digit,
                label: option.label.trim().to_owned(),
                action,
            });
        }
        options
    }
}

/// Where a menu leads by itself, and by its keys, must exist, and a caller who presses nothing must
/// get out: fallbacks that lead from menu to menu and back again would keep them forever.
fn check_ways(menu: &IvrMenu, others: &[IvrMenu], faults: &mut Faults) {
    let mut menus: HashMap<IvrMenuId, &IvrMenu> =
        others.iter().map(|other| (other.id, other)).collect();
    menus.insert(menu.id, menu);
    let keys = menu.options.iter().enumerate();
    let mut ways: Vec<(String, &IvrAction)> = keys
        .map(|(n, option)| (format!("/options/{n}/action"), &option.action))
        .collect();
    ways.push(("/fallback".to_owned(), &menu.fallback));
    for (pointer, action) in &ways {
        if let IvrAction::Submenu { menu: next } = action
            && !menus.contains_key(next)
        {
            faults.add(
                &format!("{pointer}/menu_id"),
                "unknown",
                "There is no such menu.",
            );
        }
    }
    let mut at = menu;
    for _ in 0..=menus.len() {
        let IvrAction::Submenu { menu: next } = &at.fallback else {
            break;
        };
        let Some(next) = menus.get(next) else { return };
        if next.id == menu.id {
            faults.add(
                "/fallback",
                "circle",
                "Who presses nothing would be led in a circle forever.",
            );
            return;
        }
        at = next;
    }
    if dead_end(menu, &menus) {
        faults.add(
            "/options",
            "dead_end",
            "No key leads out: all go from menu to menu.",
        );
    }
}

/// Whether a caller who presses keys only ever comes to menus.
fn dead_end(menu: &IvrMenu, menus: &HashMap<IvrMenuId, &IvrMenu>) -> bool {
    let mut seen = vec![menu.id];
    let mut next = vec![menu];
    while let Some(menu) = next.pop() {
        for action in menu
            .options
            .iter()
            .map(|option| &option.action)
            .chain([&menu.fallback])
        {
            match action {
                IvrAction::Submenu { menu } => {
                    if !seen.contains(menu) {
                        seen.push(*menu);
                        next.extend(menus.get(menu));
                    }
                }
                // Said, and then the same menu again.
                IvrAction::Say { .. } => {}
                IvrAction::Dial { .. }
                | IvrAction::Voicemail
                | IvrAction::AiVoice
                | IvrAction::HangUp => return false,
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn id(n: u128) -> IvrMenuId {
        IvrMenuId(Uuid::from_u128(n))
    }

    fn input(options: &Value, fallback: &Value) -> MenuInput {
        serde_json::from_value(
            json!({"name": "Main", "prompt": "Press a key.", "options": options,
                                      "fallback": fallback}),
        )
        .unwrap()
    }

    fn submenu(n: u128) -> Value {
        json!({"kind": "submenu", "menu_id": Uuid::from_u128(n)})
    }

    fn key(digit: &str, action: &Value) -> Value {
        json!({"digit": digit, "action": action})
    }

    #[test]
    fn a_menu_is_shown_as_it_was_sent() {
        let sent = input(
            &json!([
                key("1", &json!({"kind": "dial", "to": "+19185550199"})),
                key("*", &json!({"kind": "ai_voice"}))
            ]),
            &json!({"kind": "voicemail"}),
        );
        let menu = sent.read(id(1), &[]).unwrap();
        assert_eq!(
            serde_json::to_value(MenuInput::from(&menu)).unwrap(),
            serde_json::to_value(sent).unwrap()
        );
    }

    #[test]
    fn a_caller_who_presses_nothing_gets_out() {
        let out = json!([key("1", &json!({"kind": "voicemail"}))]);
        let second = input(&out, &submenu(1)).read(
            id(2),
            &[input(&out, &json!({"kind": "hang_up"}))
                .read(id(1), &[])
                .unwrap()],
        );
        let second = second.unwrap();
        let first = input(&out, &submenu(2)).read(id(1), std::slice::from_ref(&second));
        assert!(format!("{first:?}").contains("circle"));
        let own = input(&out, &submenu(1)).read(id(1), &[]);
        assert!(format!("{own:?}").contains("circle"));
    }

    #[test]
    fn ways_must_lead_somewhere() {
        let nowhere =
            input(&json!([key("1", &submenu(9))]), &json!({"kind": "hang_up"})).read(id(1), &[]);
        assert!(format!("{nowhere:?}").contains("/options/0/action/menu_id"));
        let round = input(
            &json!([key("1", &submenu(1))]),
            &json!({"kind": "say", "text": "Again."}),
        );
        assert!(format!("{:?}", round.read(id(1), &[])).contains("dead_end"));
    }

    #[test]
    fn keys_are_keys_and_each_is_there_once() {
        let voicemail = json!({"kind": "voicemail"});
        let options = json!([
            key("1", &voicemail),
            key("1", &voicemail),
            key("12", &voicemail),
            key("A", &voicemail)
        ]);
        let said = format!("{:?}", input(&options, &voicemail).read(id(1), &[]));
        for pointer in ["/options/1/digit", "/options/2/digit", "/options/3/digit"] {
            assert!(said.contains(pointer), "{said}");
        }
    }
}
