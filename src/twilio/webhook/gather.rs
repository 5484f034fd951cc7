//! `POST /twilio/voice/gather`: the caller pressed a key at a prompt, or did not.

use axum::{extract::State, response::Response as HttpResponse};
use call::{mode::ivr::IvrInput, record::EventKind};
use serde_json::json;
use store::{StoreError, TenantTx};

use super::{
    WebhookState, active_call::ActiveCall, answer, answer::WebhookError, menu, place::Place,
    signed_form::SignedForm,
};
use crate::twilio::{form::Form, twiml::Response};

pub(super) async fn gather(
    State(state): State<WebhookState>,
    SignedForm { form, query }: SignedForm,
) -> HttpResponse {
    answer::voice("gather", Box::pin(hear(&state, &form, &query))).await
}

async fn hear(state: &WebhookState, form: &Form, query: &Form) -> Result<Response, WebhookError> {
    let call = ActiveCall::find(state, form).await?;
    let mut tx = call.tx().await?;
    // The address that follows a silent prompt says so; what it carries besides is not a key.
    let digits = if query.get("no_input").is_some() {
        String::new()
    } else {
        form.digits()
    };
    let input = match digits.chars().next() {
        Some(digit) => {
            keep(&call, &mut tx, digits).await?;
            IvrInput::Digit(digit)
        }
        None => IvrInput::NoInput,
    };
    let response = match call.place() {
        Some(Place::Menu { state }) => menu::step(&call, &mut tx, state, input).await?,
        // Not at a prompt, as far as we know: begin the menu again.
        Some(Place::Dialling { .. } | Place::Streaming | Place::Voicemail { .. }) | None => {
            menu::enter(&call, &mut tx).await?
        }
    };
    tx.commit().await?;
    Ok(response)
}

async fn keep(call: &ActiveCall<'_>, tx: &mut TenantTx, digits: String) -> Result<(), StoreError> {
    tx.append_digits(&call.call, &digits).await?;
    let payload = json!({ "digits": digits });
    call.note(tx, EventKind::Dtmf { digits }.name(), &payload)
        .await
}
