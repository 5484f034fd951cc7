//! `POST /twilio/voice/ai`: the caller shall speak with the tenant's agent.
//!
//! Reached by number configuration directly, or as `ai-voice` mode of an incoming call; so it
//! begins the call as [`super::incoming`] does.

use std::{sync::PoisonError, time::Instant};

use axum::{extract::State, response::Response as HttpResponse};
use call::record::EndReason;
use serde_json::json;
use store::{StoreError, TenantTx, call::PlaceTaken};

use super::{
    MEDIA, NEXT, WebhookState, active_call::ActiveCall, answer, answer::WebhookError, incoming,
    phrases, place::Place, signed_form::SignedForm,
};
use crate::{
    admission::Limit,
    twilio::{
        form::Form,
        token::{self, StreamToken},
        twiml::{Parameter, Response, Stream, Verb},
    },
};

pub(super) async fn ai(
    State(state): State<WebhookState>,
    SignedForm { form, .. }: SignedForm,
) -> HttpResponse {
    answer::voice(&state, "ai", &form, Box::pin(speak(&state, &form))).await
}

async fn speak(state: &WebhookState, form: &Form) -> Result<Response, WebhookError> {
    let call = ActiveCall::begin(state, form).await?;
    let mut tx = call.tx().await?;
    let response = match incoming::refuse(&call, &mut tx).await? {
        Some(refusal) => refusal,
        None => connect(&call, &mut tx).await?,
    };
    Ok(call.commit(tx, response).await?)
}

/// Opens the media stream, or falls back when there is no agent to speak or no room.
pub(super) async fn connect(
    call: &ActiveCall<'_>,
    tx: &mut TenantTx,
) -> Result<Response, StoreError> {
    if call.row.agent_version_id.is_none() {
        tracing::warn!("the line has no published agent");
        call.note(
            tx,
            "agent_unavailable",
            &json!({ "missing": "published agent" }),
        )
        .await?;
        let said = Response::new().say(phrases::AGENT_UNAVAILABLE);
        return call
            .fall_back(tx, said, Some(EndReason::AgentUnavailable))
            .await;
    }
    match admit(call, tx).await? {
        Admitted::Yes => open_stream(call, tx).await,
        Admitted::Beyond(limit) => call.overflow(tx, limit).await,
        Admitted::Before => after_the_stream(call, tx).await,
    }
}

/// Whether a conversation can be had.
pub(super) enum Admitted {
    Yes,
    /// This limit stands against it.
    Beyond(Limit),
    /// It is being had: the call's stream is open, here or on another node.
    Before,
}

/// The answer to a webhook that came again while the stream of its call is open. A second stream
/// would be a second agent on one call; a carrier that follows this one has left the stream, and is
/// told what comes behind it.
pub(super) async fn after_the_stream(
    call: &ActiveCall<'_>,
    tx: &mut TenantTx,
) -> Result<Response, StoreError> {
    tracing::warn!("asked again for a call whose stream is open: no second one is opened");
    call.note(tx, "asked_again", &json!({})).await?;
    Ok(Response::new().then(Verb::Redirect(NEXT.to_owned())))
}

/// Takes the call's place on this node and among its tenant's conversations.
pub(super) async fn admit(
    call: &ActiveCall<'_>,
    tx: &mut TenantTx,
) -> Result<Admitted, StoreError> {
    let id = call.call.call_id;
    let reservation = match call.state.admission.reserve(id, Instant::now()) {
        Ok(reservation) => reservation,
        Err(limit) => return Ok(Admitted::Beyond(limit)),
    };
    let now = call.state.clock.now();
    let until = now + token::LIFETIME;
    let limit = call.tenant.max_calls;
    match tx.take_place(&call.call, limit, now, until).await? {
        PlaceTaken::Yes => {}
        PlaceTaken::NoneLeft => return Ok(Admitted::Beyond(Limit::Tenant)),
        PlaceTaken::StreamOpen => return Ok(Admitted::Before),
    }
    let mut reserved = call.reserved.lock().unwrap_or_else(PoisonError::into_inner);
    *reserved = Some(reservation);
    Ok(Admitted::Yes)
}

/// Tells the carrier to open a stream, for an admitted call.
pub(super) async fn open_stream(
    call: &ActiveCall<'_>,
    tx: &mut TenantTx,
) -> Result<Response, StoreError> {
    let token = StreamToken::generate();
    let expires_at = call.state.clock.now() + token::LIFETIME;
    Place::Streaming.store(tx, call).await?;
    tx.create_stream_token(&call.call, &token.hash(), expires_at)
        .await?;
    let parameter =
        Parameter::new(token::PARAMETER, token.reveal()).map_err(|e| StoreError::Invalid {
            what: e.to_string(),
        })?;
    let stream = Stream {
        url: call.state.origin.websocket_url(MEDIA),
        parameters: vec![parameter],
    };
    Ok(Response::new()
        .then(Verb::Connect(stream))
        .then(Verb::Redirect(NEXT.to_owned())))
}
