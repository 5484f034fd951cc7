//! DTMF menus: prompts, options and what an option does.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{id::IvrMenuId, phone::DialTarget};

/// What happens when an option is chosen or a menu gives up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum IvrAction {
    Dial {
        to: DialTarget,
    },
    /// Say this, then return to the menu it was chosen from.
    Say {
        text: String,
    },
    Voicemail,
    AiVoice,
    Submenu {
        menu: IvrMenuId,
    },
    HangUp,
}

/// One key of a menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IvrOption {
    /// `0`-`9`, `*` or `#`.
    pub digit: char,
    pub label: String,
    pub action: IvrAction,
}

/// A menu that is read out and answered by a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IvrMenu {
    pub id: IvrMenuId,
    pub name: String,
    pub prompt: String,
    pub no_input_prompt: String,
    pub no_match_prompt: String,
    /// How long a key is waited for after the prompt.
    pub timeout: Duration,
    /// Prompts in all before the menu gives up.
    pub max_attempts: u32,
    pub options: Vec<IvrOption>,
    /// What happens when the menu gives up.
    pub fallback: IvrAction,
}

impl IvrMenu {
    pub fn option(&self, digit: char) -> Option<&IvrOption> {
        self.options.iter().find(|o| o.digit == digit)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn menu(options: Vec<IvrOption>) -> IvrMenu {
        IvrMenu {
            id: IvrMenuId(Uuid::nil()),
            name: "Main".to_owned(),
            prompt: "Press 1.".to_owned(),
            no_input_prompt: String::new(),
            no_match_prompt: String::new(),
            timeout: Duration::from_secs(5),
            max_attempts: 3,
            options,
            fallback: IvrAction::HangUp,
        }
    }

    #[test]
    fn a_key_finds_its_option_and_an_unbound_key_none() {
        let star = IvrOption {
            digit: '*',
            label: "Say".to_owned(),
            action: IvrAction::Voicemail,
        };
        let menu = menu(vec![star.clone()]);
        assert_eq!(menu.option('*'), Some(&star));
        assert_eq!(menu.option('1'), None);
    }

    #[test]
    fn actions_are_stored_as_they_are_read() {
        let number = DialTarget::parse("+19185550100").unwrap();
        for (action, json) in [
            (
                IvrAction::Dial { to: number },
                r#"{"kind":"dial","to":{"number":"+19185550100"}}"#,
            ),
            (
                IvrAction::Say {
                    text: "Hi".to_owned(),
                },
                r#"{"kind":"say","text":"Hi"}"#,
            ),
            (IvrAction::Voicemail, r#"{"kind":"voicemail"}"#),
            (IvrAction::AiVoice, r#"{"kind":"ai_voice"}"#),
            (
                IvrAction::Submenu {
                    menu: IvrMenuId(Uuid::nil()),
                },
                r#"{"kind":"submenu","menu":"00000000-0000-0000-0000-000000000000"}"#,
            ),
            (IvrAction::HangUp, r#"{"kind":"hang_up"}"#),
        ] {
            assert_eq!(serde_json::to_string(&action).unwrap(), json);
            assert_eq!(serde_json::from_str::<IvrAction>(json).unwrap(), action);
        }
        assert!(
            serde_json::from_str::<IvrAction>(r#"{"kind":"dial","to":{"number":"911"}}"#).is_err()
        );
    }
}
