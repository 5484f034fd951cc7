//! `POST /twilio/voice/incoming`: a call comes in, for any tenant.

use axum::{extract::State, response::Response as HttpResponse};
use call::record::EndReason;
use store::{StoreError, TenantTx, tenant::ResolutionMethod};
use tenant_config::phone::IvrMode;

use super::{
    WebhookState, active_call::ActiveCall, ai, answer, answer::WebhookError, menu, phrases,
    signed_form::SignedForm,
};
use crate::twilio::{form::Form, twiml::Response};

pub(super) async fn incoming(
    State(state): State<WebhookState>,
    SignedForm { form, .. }: SignedForm,
) -> HttpResponse {
    answer::voice(&state, "incoming", &form, Box::pin(greet(&state, &form))).await
}

async fn greet(state: &WebhookState, form: &Form) -> Result<Response, WebhookError> {
    let call = ActiveCall::begin(state, form).await?;
    let mut tx = call.tx().await?;
    let response = match refuse(&call, &mut tx).await? {
        Some(refusal) => refusal,
        None => by_mode(&call, &mut tx).await?,
    };
    Ok(call.commit(tx, response).await?)
}

/// The answer to a call that is not served: of a number that belongs to nobody, or of a tenant
/// that is suspended or cancelled.
pub(super) async fn refuse(
    call: &ActiveCall<'_>,
    tx: &mut TenantTx,
) -> Result<Option<Response>, StoreError> {
    let is_unassigned = call.row.resolution_method == ResolutionMethod::FallbackRoot;
    if is_unassigned && !call.state.unassigned_answers_as_root {
        let words = call.tenant.unassigned_number.as_deref();
        let said = Response::new().say(words.unwrap_or(phrases::NUMBER_UNASSIGNED));
        return call
            .hang_up(tx, said, EndReason::NumberUnassigned, None)
            .await
            .map(Some);
    }
    if !call.tenant.status.answers_calls() {
        tracing::warn!(
            status = call.tenant.status.as_str(),
            "the tenant takes no calls"
        );
        let said = Response::new().say(phrases::TENANT_UNAVAILABLE);
        return call
            .hang_up(tx, said, EndReason::TenantUnavailable, None)
            .await
            .map(Some);
    }
    Ok(None)
}

async fn by_mode(call: &ActiveCall<'_>, tx: &mut TenantTx) -> Result<Response, StoreError> {
    let said = Response::new();
    match call.row.ivr_mode {
        IvrMode::Simple => {
            let target = call.line.as_ref().and_then(|line| line.forward_to.clone());
            match target {
                Some(to) => call.dial(tx, said, to, None).await,
                None => call.misconfigured(tx, said, "forward_to").await,
            }
        }
        IvrMode::Ivr => menu::enter(call, tx).await,
        IvrMode::AiVoice => ai::connect(call, tx).await,
    }
}
