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
