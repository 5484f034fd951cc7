//! `POST /twilio/voice/next`: something is over; the stored call says what follows.
//!
//! - without `leg`: the media stream is closed.
//! - `leg=dial`: a forwarded leg is over, `DialCallStatus` says how.
//! - `leg=voicemail`: a message was recorded, or with `empty` none was.

use std::time::Duration;

use axum::{extract::State, response::Response as HttpResponse};
use call::{
    mode::simple::{self, AfterDial, DialOutcome},
    record::{EndReason, NextAction},
};
use serde_json::json;
use store::{
    StoreError, TenantTx,
    call::{CallOutcome, HangupBy},
};

use super::{
    WebhookState,
    active_call::{ActiveCall, Ending},
    ai,
    ai::Admitted,
    answer,
    answer::WebhookError,
    pen::Pen,
    phrases,
    place::Place,
    signed_form::SignedForm,
};
use crate::{
    ledger::entry::Entry,
    twilio::{
        form::{Form, FormError},
        twiml::Response,
    },
};

pub(super) async fn next(
    State(state): State<WebhookState>,
    SignedForm { form, query }: SignedForm,
) -> HttpResponse {
    answer::voice(
        &state,
        "next",
        &form,
        Box::pin(go_on(&state, &form, &query)),
    )
    .await
}

async fn go_on(state: &WebhookState, form: &Form, query: &Form) -> Result<Response, WebhookError> {
    let leg = Leg::read(query)?;
    let Some(held) = ActiveCall::recall(state, form)? else {
        return by_database(state, form, leg).await;
    };
    if !state.ledger.is_behind() {
        let asked = tokio::time::timeout(DATABASE_PATIENCE, by_database(state, form, leg)).await;
        match asked {
            Ok(Err(WebhookError::Store(StoreError::Unavailable(_)))) | Err(_) => {}
            Ok(answer) => return answer,
        }
    }
    tracing::warn!("the database is away: answered from memory");
    by_memory(held, leg).await
}

async fn by_database(
    state: &WebhookState,
    form: &Form,
    leg: Leg,
) -> Result<Response, WebhookError> {
    let call = ActiveCall::find(state, form).await?;
    let next = match leg {
        Leg::Stream => next_action(&call).await?,
        Leg::Dial | Leg::Voicemail { .. } => None,
    };
    let mut tx = call.tx().await?;
    let response = match next {
        // A call that was closed meanwhile has nothing to go on with.
        Some(NextAction::Reconnect) if call.row.finalized_at.is_none() => {
            reconnect(&call, &mut tx).await?
        }
        next => after(&call, &mut tx, leg, next).await?,
    };
    Ok(call.commit(tx, response).await?)
}

/// Answers for a call that this node held. What comes of it waits in the ledger.
async fn by_memory(mut call: ActiveCall<'_>, leg: Leg) -> Result<Response, WebhookError> {
    let patience = tokio::time::Instant::now() + DRIVER_PATIENCE;
    while matches!(leg, Leg::Stream)
        && call.row.next_action.is_none()
        && tokio::time::Instant::now() < patience
    {
        tokio::time::sleep(DRIVER_POLL).await;
        if let Some(held) = ActiveCall::recall(call.state, call.form)? {
            call = held;
        }
    }
    let mut facts = Vec::new();
    let next = call.row.next_action.clone();
    let response = after(&call, &mut facts, leg, next).await?;
    for fact in facts {
        // A full queue has counted it.
        let _ = call.state.ledger.keep(Entry::Fact(fact), KEPT_WITHIN).await;
    }
    Ok(response)
}

/// `next`: what the driver of a stream decided.
async fn after(
    call: &ActiveCall<'_>,
    pen: &mut impl Pen,
    leg: Leg,
    next: Option<NextAction>,
) -> Result<Response, StoreError> {
    match leg {
        Leg::Stream => after_stream(call, pen, next).await,
        Leg::Dial => after_dial(call, pen).await,
        Leg::Voicemail { is_empty } => after_voicemail(call, pen, is_empty).await,
    }
}

/// What is over.
#[derive(Debug, Clone, Copy)]
enum Leg {
    Stream,
    Dial,
    Voicemail { is_empty: bool },
}

impl Leg {
    fn read(query: &Form) -> Result<Self, FormError> {
        match query.get("leg") {
            None => Ok(Self::Stream),
            Some("dial") => Ok(Self::Dial),
            Some("voicemail") => Ok(Self::Voicemail {
                is_empty: query.get("empty").is_some(),
            }),
            Some(_) => Err(FormError::Unreadable {
                field: "leg",
                expected: "dial or voicemail",
            }),
        }
    }
}

/// What the call's driver decided. It writes as the stream closes, so it may be a moment late;
/// `None` when it is gone.
async fn next_action(call: &ActiveCall<'_>) -> Result<Option<NextAction>, StoreError> {
    let mut next = call.row.next_action.clone();
    let patience = tokio::time::Instant::now() + DRIVER_PATIENCE;
    while next.is_none() && tokio::time::Instant::now() < patience {
        tokio::time::sleep(DRIVER_POLL).await;
        let mut tx = call.tx().await?;
        next = tx.call(&call.call).await?.next_action;
        tx.commit().await?;
    }
    Ok(next)
}

async fn after_stream(
    call: &ActiveCall<'_>,
    tx: &mut impl Pen,
    next: Option<NextAction>,
) -> Result<Response, StoreError> {
    let said = Response::new();
    match next {
        // The driver writes the end of the call.
        Some(NextAction::HangUp) => Ok(said.hang_up()),
        Some(NextAction::Transfer) => {
            match call.line.as_ref().and_then(|line| line.forward_to.clone()) {
                Some(to) => call.dial(tx, said.say(phrases::CONNECTING), to, None).await,
                None => call.misconfigured(tx, said, "forward_to").await,
            }
        }
        // Without the database no stream can be let in.
        Some(NextAction::Reconnect) => {
            let said = said.say(phrases::AGENT_UNAVAILABLE);
            call.fall_back(tx, said, Some(EndReason::NodeDraining))
                .await
        }
        Some(NextAction::Voicemail) => call.voicemail(tx, said, None).await,
        Some(NextAction::Fallback { apologise }) => {
            let said = if apologise {
                said.say(phrases::AGENT_UNAVAILABLE)
            } else {
                said
            };
            call.fall_back(tx, said, Some(EndReason::AgentUnavailable))
                .await
        }
        None => {
            tracing::error!("the stream closed and its driver left no word");
            call.note(tx, "stream_lost", &json!({})).await?;
            let said = said.say(phrases::AGENT_UNAVAILABLE);
            call.fall_back(tx, said, Some(EndReason::StreamLost)).await
        }
    }
}

/// The conversation was handed over by a node that is being stopped. This one goes on with it, or
/// the caller gets the fallback.
async fn reconnect(call: &ActiveCall<'_>, tx: &mut TenantTx) -> Result<Response, StoreError> {
    let limit = match ai::admit(call, tx).await? {
        Admitted::Yes => {
            call.note(tx, "resumed", &json!({})).await?;
            return ai::open_stream(call, tx).await;
        }
        Admitted::Before => return ai::after_the_stream(call, tx).await,
        Admitted::Beyond(limit) => limit,
    };
    metrics::counter!("trunkline_overflow_total", "limit" => limit.as_str()).increment(1);
    tracing::warn!(limit = limit.as_str(), "a conversation cannot go on here");
    call.note(tx, "not_resumed", &json!({ "limit": limit.as_str() }))
        .await?;
    let said = Response::new().say(phrases::AGENT_UNAVAILABLE);
    call.fall_back(tx, said, Some(EndReason::NodeDraining))
        .await
}

async fn after_dial(call: &ActiveCall<'_>, tx: &mut impl Pen) -> Result<Response, StoreError> {
    let word = call.form.get("DialCallStatus").unwrap_or_default();
    let outcome = DialOutcome::parse(word).unwrap_or_else(|| {
        tracing::warn!(word, "unknown DialCallStatus is taken as failed");
        DialOutcome::Failed
    });
    call.note(tx, "dial_ended", &json!({ "outcome": outcome }))
        .await?;
    let said = Response::new();
    let place = call.place();
    let because = place.as_ref().and_then(Place::because);
    if outcome.was_answered() {
        let ending = Ending {
            reason: because.unwrap_or(EndReason::Forwarded),
            // Either side may have; the carrier does not say.
            hangup_by: HangupBy::Carrier,
            outcome: Some(CallOutcome::Transferred),
        };
        call.end(tx, &ending).await?;
        return Ok(said.hang_up());
    }
    let (Some(Place::Dialling { to, .. }), Some(line)) = (place, &call.line) else {
        return call.voicemail(tx, said, because).await;
    };
    match simple::after_dial(outcome, &to, &line.fallback) {
        AfterDial::HangUp => {
            call.hang_up(tx, said, because.unwrap_or(EndReason::Forwarded), None)
                .await
        }
        AfterDial::Fallback(fallback) => call.take(tx, said, fallback, because).await,
        AfterDial::Voicemail => call.voicemail(tx, said, because).await,
    }
}

async fn after_voicemail(
    call: &ActiveCall<'_>,
    tx: &mut impl Pen,
    is_empty: bool,
) -> Result<Response, StoreError> {
    let because = call.place().as_ref().and_then(Place::because);
    if is_empty {
        let reason = because.unwrap_or(EndReason::NoInput);
        return call
            .hang_up(tx, Response::new().say(phrases::NO_MESSAGE), reason, None)
            .await;
    }
    let reason = because.unwrap_or(EndReason::Voicemail);
    let said = Response::new().say(phrases::MESSAGE_TAKEN);
    call.hang_up(tx, said, reason, Some(CallOutcome::Voicemail))
        .await
}

/// How long a driver that is still writing is waited for.
const DRIVER_PATIENCE: Duration = Duration::from_secs(2);
const DRIVER_POLL: Duration = Duration::from_millis(100);
/// How long the database has where memory could answer. Longer than a driver is waited for.
const DATABASE_PATIENCE: Duration = Duration::from_secs(5);
const KEPT_WITHIN: Duration = Duration::from_secs(2);
