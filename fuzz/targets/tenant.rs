//! What an operator or a tenant writes: numbers and menus.

use call::mode::ivr::{IvrInput, IvrState, IvrStep, step};
use tenant_config::{
    ivr::IvrMenu,
    phone::{DialTarget, E164},
};

/// A phone number or a SIP address, as people and carriers write them.
pub(super) fn numbers(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(number) = E164::normalise(&text) {
        assert!((8..=16).contains(&number.as_str().len()));
        assert_eq!(E164::normalise(number.as_str()), Ok(number));
    }
    if let Ok(target) = DialTarget::parse(&text) {
        let json = serde_json::to_string(&target).expect("a target is JSON");
        assert_eq!(serde_json::from_str::<DialTarget>(&json).ok(), Some(target));
    }
}

/// A tenant's menus as JSON on the first line; behind it what a caller presses (`-` is nothing).
/// Every caller leaves the menus.
pub(super) fn menu(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (menus, keys) = text.split_once('\n').unwrap_or((&text, ""));
    let Ok(menus) = serde_json::from_str::<Vec<IvrMenu>>(menus) else {
        return;
    };
    let Some(first) = menus.first() else { return };
    let mut state = IvrState {
        menu: first.id,
        attempts: 0,
        depth: 0,
    };
    let mut input = IvrInput::Enter;
    for key in keys.chars().take(1_000) {
        match step(&menus, state, input) {
            IvrStep::Prompt { state: next, .. } => state = next,
            IvrStep::Act { .. } => return,
        }
        input = if key == '-' {
            IvrInput::NoInput
        } else {
            IvrInput::Digit(key)
        };
    }
}
