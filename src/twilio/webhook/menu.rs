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
    step(
        call,
        tx,
        IvrState {
            menu,
            attempts: 0,
            depth: 0,
        },
        IvrInput::Enter,
    )
    .await
}

/// One step from where the caller stands.
pub(super) async fn step(
    call: &ActiveCall<'_>,
    tx: &mut TenantTx,
    from: IvrState,
    input: IvrInput,
) -> Result<Response, StoreError> {
    let menus = tx.menus().await?;
    match ivr::step(&menus, from, input) {
        IvrStep::Prompt {
            say,
            timeout,
            state,
        } => {
            Place::Menu { state }.store(tx, &call.call).await?;
            let gather = Gather {
                action: GATHER.to_owned(),
                timeout,
                say,
            };
            Ok(Response::new()
                .then(Verb::Gather(gather))
                .then(Verb::Redirect(GATHER_NO_INPUT.to_owned())))
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
