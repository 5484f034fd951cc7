//! `POST /twilio/voice/gather`: the caller pressed a key at a prompt, or did not.

use axum::{extract::State, response::Response as HttpResponse};
use call::{mode::ivr::IvrInput, record::EventKind};
use serde_json::json;
use store::{StoreError, TenantTx};

use super::{
    WebhookState,
    active_call::ActiveCall,
    ai, answer,
    answer::WebhookError,
    menu::{self, At},
    phrases,
    place::Place,
    signed_form::SignedForm,
};
use crate::twilio::{form::Form, twiml::Response};

pub(super) async fn gather(
    State(state): State<WebhookState>,
    SignedForm { form, query }: SignedForm,
) -> HttpResponse {
    answer::voice(
        &state,
        "gather",
        &form,
        Box::pin(hear(&state, &form, &query)),
    )
    .await
}

async fn hear(state: &WebhookState, form: &Form, query: &Form) -> Result<Response, WebhookError> {
    let call = ActiveCall::find(state, form).await?;
    let mut tx = call.tx().await?;
    // Of two webhooks at once the second waits here, and then sees what the first one did.
    let row = tx.lock_call(&call.call).await?;
    if row.finalized_at.is_some() {
        let said = Response::new().say(phrases::GOODBYE);
        return Ok(call.commit(tx, said.hang_up()).await?);
    }
    let asked = query.optional("step", "a whole number from 1")?;
    let response = match Place::read(row.ivr_state.as_ref()) {
        Some(Place::Menu { state, step }) if asked.is_none_or(|asked: u32| asked == step) => {
            let input = pressed(&call, &mut tx, form, query).await?;
            menu::step(&call, &mut tx, At { state, step }, input).await?
        }
        Some(place) => again(&call, &mut tx, place).await?,
        None => menu::enter(&call, &mut tx).await?,
    };
    Ok(call.commit(tx, response).await?)
}

/// What the caller did at the prompt; keys are kept.
async fn pressed(
    call: &ActiveCall<'_>,
    tx: &mut TenantTx,
    form: &Form,
    query: &Form,
) -> Result<IvrInput, StoreError> {
    // The address that follows a silent prompt says so; what it carries besides is not a key.
    let digits = if query.get("no_input").is_some() {
        String::new()
    } else {
        form.digits()
    };
    let Some(digit) = digits.chars().next() else {
        return Ok(IvrInput::NoInput);
    };
    keep(call, tx, digits).await?;
    Ok(IvrInput::Digit(digit))
}

/// The answer to a webhook that was answered before: where the caller was sent then. Nothing of it
/// is kept twice.
async fn again(
    call: &ActiveCall<'_>,
    tx: &mut TenantTx,
    place: Place,
) -> Result<Response, StoreError> {
    tracing::debug!(?place, "a key is told again");
    let said = Response::new();
    match place {
        Place::Menu { state, step } => menu::prompt_again(call, tx, At { state, step }).await,
        Place::Dialling { to, because } => call.dial(tx, said, to, because).await,
        Place::Streaming => ai::connect(call, tx).await,
        Place::Voicemail { because } => call.voicemail(tx, said, because).await,
    }
}

async fn keep(call: &ActiveCall<'_>, tx: &mut TenantTx, digits: String) -> Result<(), StoreError> {
    let payload = json!({ "digits": digits });
    tx.append_digits(&call.call, &digits).await?;
    call.note(tx, EventKind::Dtmf { digits }.name(), &payload)
        .await
}
