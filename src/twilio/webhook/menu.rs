//! Walking a tenant's DTMF menus.

use call::{
    mode::ivr::{self, IvrInput, IvrState, IvrStep},
    record::EndReason,
};
use store::{StoreError, TenantTx};
use tenant_config::ivr::IvrAction;

use super::{GATHER, GATHER_NO_INPUT, active_call::ActiveCall, ai, phrases, place::Place};
use crate::twilio::twiml::{Gather, Response, Verb};

/// Enters the line's menu: the one for business hours or, outside them, the one for closed hours.
pub(super) async fn enter(
    call: &ActiveCall<'_>,
    tx: &mut TenantTx,
) -> Result<Response, StoreError> {
    let Some((menu, closed)) = call
        .line
        .as_ref()
        .and_then(|line| Some((line.ivr_menu_id?, line.closed_menu_id)))
    else {
        return call.misconfigured(tx, Response::new(), "ivr_menu").await;
    };
    let is_open = tx.business_hours().await?.is_open(call.state.clock.now());
    let menu = if is_open {
        menu
    } else {
        closed.unwrap_or(menu)
    };
    let state = IvrState {
        menu,
        attempts: 0,
        depth: 0,
    };
    step(call, tx, At { state, step: 0 }, IvrInput::Enter).await
}

/// The prompt that the caller stands at, as [`Place::Menu`] stores it.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    pub(super) state: IvrState,
    pub(super) step: u32,
}

/// The same prompt again, for a webhook that came twice.
pub(super) async fn prompt_again(
    call: &ActiveCall<'_>,
    tx: &mut TenantTx,
    at: At,
) -> Result<Response, StoreError> {
    let before = At {
        step: at.step.saturating_sub(1),
        ..at
    };
    step(call, tx, before, IvrInput::Enter).await
}

/// One step from where the caller stands.
pub(super) async fn step(
    call: &ActiveCall<'_>,
    tx: &mut TenantTx,
    from: At,
    input: IvrInput,
) -> Result<Response, StoreError> {
    let menus = tx.menus().await?;
    match ivr::step(&menus, from.state, input) {
        IvrStep::Prompt {
            say,
            timeout,
            state,
        } => {
            let step = from.step + 1;
            Place::Menu { state, step }.store(tx, call).await?;
            let gather = Gather {
                action: format!("{GATHER}?step={step}"),
                timeout,
                say,
            };
            Ok(Response::new()
                .then(Verb::Gather(gather))
                .then(Verb::Redirect(format!("{GATHER_NO_INPUT}&step={step}"))))
        }
        IvrStep::Act { action } => act(call, tx, action, input).await,
    }
}

async fn act(
    call: &ActiveCall<'_>,
    tx: &mut TenantTx,
    action: IvrAction,
    input: IvrInput,
) -> Result<Response, StoreError> {
    let said = Response::new();
    match action {
        IvrAction::Dial { to } => call.dial(tx, said.say(phrases::CONNECTING), to, None).await,
        IvrAction::AiVoice => ai::connect(call, tx).await,
        // A menu that cannot be entered takes a message.
        IvrAction::Voicemail | IvrAction::Submenu { .. } => call.voicemail(tx, said, None).await,
        IvrAction::Say { text } => {
            call.hang_up(tx, said.say(text), EndReason::MenuEnded, None)
                .await
        }
        IvrAction::HangUp => {
            let reason = match input {
                IvrInput::NoInput => EndReason::NoInput,
                IvrInput::Enter | IvrInput::Digit(_) => EndReason::MenuEnded,
            };
            call.hang_up(tx, said.say(phrases::GOODBYE), reason, None)
                .await
        }
    }
}
