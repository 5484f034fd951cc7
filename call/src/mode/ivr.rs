//! `ivr` mode: one step through the tenant's menus.
//!
//! A menu is walked over several webhooks, so the place in it is a value that is stored between
//! them: [`IvrState`].

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tenant_config::{
    id::IvrMenuId,
    ivr::{IvrAction, IvrMenu},
};

/// Where a caller stands in the menus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct IvrState {
    pub menu: IvrMenuId,
    /// Prompts of this menu that went unanswered or were answered wrongly.
    pub attempts: u32,
    /// Menus entered so far; it ends menus that lead round in circles.
    pub depth: u32,
}

/// What the caller did at a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IvrInput {
    /// The menu is entered.
    Enter,
    Digit(char),
    NoInput,
}

/// What happens next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IvrStep {
    /// Say these, then wait for one key.
    Prompt {
        say: Vec<String>,
        timeout: Duration,
        state: IvrState,
    },
    /// Leave the menus: dial, voicemail, ai-voice, hang up.
    Act { action: IvrAction },
}

/// One step. `menus` are all menus of the tenant.
pub fn step(menus: &[IvrMenu], state: IvrState, input: IvrInput) -> IvrStep {
    let Some(menu) = menus.iter().find(|m| m.id == state.menu) else {
        return IvrStep::Act {
            action: IvrAction::Voicemail,
        };
    };
    match input {
        IvrInput::Enter => prompt(menu, state, Vec::new()),
        IvrInput::Digit(digit) => match menu.option(digit) {
            Some(option) => act(menus, menu, state, &option.action),
            None => retry(menus, menu, state, &menu.no_match_prompt),
        },
        IvrInput::NoInput => retry(menus, menu, state, &menu.no_input_prompt),
    }
}

fn prompt(menu: &IvrMenu, state: IvrState, mut say: Vec<String>) -> IvrStep {
    say.push(menu.prompt.clone());
    say.retain(|text| !text.trim().is_empty());
    IvrStep::Prompt {
        say,
        timeout: menu.timeout,
        state,
    }
}

fn retry(menus: &[IvrMenu], menu: &IvrMenu, state: IvrState, sorry: &str) -> IvrStep {
    let state = IvrState {
        attempts: state.attempts + 1,
        ..state
    };
    if state.attempts >= menu.max_attempts {
        return act(menus, menu, state, &menu.fallback);
    }
    prompt(menu, state, vec![sorry.to_owned()])
}

fn act(menus: &[IvrMenu], menu: &IvrMenu, state: IvrState, action: &IvrAction) -> IvrStep {
    match action {
        IvrAction::Say { text } if state.depth < MAX_DEPTH => {
            let back = IvrState {
                menu: menu.id,
                attempts: 0,
                depth: state.depth + 1,
            };
            prompt(menu, back, vec![text.clone()])
        }
        IvrAction::Submenu { menu } if state.depth < MAX_DEPTH => {
            let entered = IvrState {
                menu: *menu,
                attempts: 0,
                depth: state.depth + 1,
            };
            step(menus, entered, IvrInput::Enter)
        }
        IvrAction::Say { .. } | IvrAction::Submenu { .. } => IvrStep::Act {
            action: IvrAction::Voicemail,
        },
        IvrAction::Dial { .. } | IvrAction::Voicemail | IvrAction::AiVoice | IvrAction::HangUp => {
            IvrStep::Act {
                action: action.clone(),
            }
        }
    }
}

/// Menus and announcements in one call before it goes to voicemail.
const MAX_DEPTH: u32 = 20;

#[cfg(test)]
mod tests {
    use tenant_config::ivr::IvrOption;
    use uuid::Uuid;

    use super::*;

    fn id(n: u128) -> IvrMenuId {
        IvrMenuId(Uuid::from_u128(n))
    }

    fn menu(n: u128, options: &[(char, IvrAction)]) -> IvrMenu {
        IvrMenu {
            id: id(n),
            name: format!("menu {n}"),
            prompt: format!("prompt {n}"),
            no_input_prompt: "nothing".into(),
            no_match_prompt: "wrong".into(),
            timeout: Duration::from_secs(5),
            max_attempts: 3,
            options: options
                .iter()
                .map(|(digit, action)| IvrOption {
                    digit: *digit,
                    label: String::new(),
                    action: action.clone(),
                })
                .collect(),
            fallback: IvrAction::Voicemail,
        }
    }

    fn at(n: u128) -> IvrState {
        IvrState {
            menu: id(n),
            attempts: 0,
            depth: 0,
        }
    }

    #[test]
    fn a_key_leads_on_a_wrong_key_and_silence_prompt_again_then_give_up() {
        let menus = [menu(1, &[('1', IvrAction::AiVoice)])];
        assert_eq!(
            step(&menus, at(1), IvrInput::Digit('1')),
            IvrStep::Act {
                action: IvrAction::AiVoice
            }
        );
        let IvrStep::Prompt { say, state, .. } = step(&menus, at(1), IvrInput::Digit('9')) else {
            panic!("a wrong key prompts again");
        };
        assert_eq!(say, ["wrong", "prompt 1"]);
        let IvrStep::Prompt { say, state, .. } = step(&menus, state, IvrInput::NoInput) else {
            panic!("silence prompts again");
        };
        assert_eq!(say, ["nothing", "prompt 1"]);
        assert_eq!(
            step(&menus, state, IvrInput::NoInput),
            IvrStep::Act {
                action: IvrAction::Voicemail
            }
        );
    }

    #[test]
    fn announcements_return_to_their_menu_and_circles_end() {
        let menus = [
            menu(
                1,
                &[
                    (
                        '3',
                        IvrAction::Say {
                            text: "We open at 8.".into(),
                        },
                    ),
                    ('2', IvrAction::Submenu { menu: id(2) }),
                ],
            ),
            menu(2, &[('1', IvrAction::Submenu { menu: id(1) })]),
        ];
        let IvrStep::Prompt { say, .. } = step(&menus, at(1), IvrInput::Digit('3')) else {
            panic!("an announcement is followed by the menu");
        };
        assert_eq!(say, ["We open at 8.", "prompt 1"]);
        let mut state = at(1);
        for _ in 0..100 {
            let key = if state.menu == id(1) { '2' } else { '1' };
            match step(&menus, state, IvrInput::Digit(key)) {
                IvrStep::Prompt { state: next, .. } => state = next,
                IvrStep::Act { action } => {
                    assert_eq!(action, IvrAction::Voicemail);
                    return;
                }
            }
        }
        panic!("menus that lead round in circles must end");
    }

    #[test]
    fn a_menu_that_does_not_exist_ends_in_voicemail() {
        assert_eq!(
            step(&[], at(7), IvrInput::Enter),
            IvrStep::Act {
                action: IvrAction::Voicemail
            }
        );
    }
}
