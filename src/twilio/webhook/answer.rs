//! From what a handler came to, to what the carrier gets.

use std::{future::Future, time::Duration};

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response as HttpResponse},
};
use store::StoreError;
use tracing::{Instrument, Span, field};

use super::{WebhookState, phrases};
use crate::{
    ledger::entry::{CarrierWord, Entry, WordKind},
    twilio::{
        form::{Form, FormError},
        twiml::Response,
    },
};

/// Why a webhook could not be acted on.
#[derive(Debug, thiserror::Error)]
pub(super) enum WebhookError {
    #[error(transparent)]
    Form(#[from] FormError),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The carrier speaks of a call whose beginning we never saw.
    #[error("no call is stored under this CallSid")]
    UnknownCall,
    #[error("no answer was found within {} s", ANSWER_WITHIN.as_secs())]
    TooSlow,
    /// Others of its kind wait for the database already.
    #[error("it waits until the database is back")]
    Deferred,
}

/// Answers a voice webhook: TwiML from `work`, or an apology. A caller whom the database's trouble
/// turned away is a call all the same, and goes to the ledger.
pub(super) async fn voice(
    state: &WebhookState,
    route: &'static str,
    form: &Form,
    work: impl Future<Output = Result<Response, WebhookError>>,
) -> HttpResponse {
    match in_time(route, work).await {
        Ok(response) => return response.into_response(),
        Err(WebhookError::Form(error)) => return bad_request(&error),
        Err(WebhookError::UnknownCall) => {}
        Err(WebhookError::Store(_) | WebhookError::TooSlow | WebhookError::Deferred) => {
            defer(state, WordKind::TurnedAway, form, &Form::default()).await;
        }
    }
    Response::new()
        .say(phrases::CANNOT_TAKE_CALL)
        .hang_up()
        .into_response()
}

/// What the carrier tells us, and what kind of word it is.
pub(super) struct Notice<'a> {
    pub(super) route: &'static str,
    pub(super) kind: WordKind,
    pub(super) form: &'a Form,
    pub(super) query: &'a Form,
}

/// Answers a webhook that only tells us something: 204, also when it could not be acted on, because
/// a carrier does nothing useful with another answer. What the database's trouble kept from being
/// acted on is acted on later.
pub(super) async fn notice(
    state: &WebhookState,
    notice: Notice<'_>,
    work: impl Future<Output = Result<(), WebhookError>>,
) -> HttpResponse {
    match in_time(notice.route, work).await {
        Ok(()) | Err(WebhookError::UnknownCall) => {}
        Err(WebhookError::Form(error)) => return bad_request(&error),
        Err(WebhookError::Store(_) | WebhookError::TooSlow | WebhookError::Deferred) => {
            defer(state, notice.kind, notice.form, notice.query).await;
        }
    }
    StatusCode::NO_CONTENT.into_response()
}

/// Answers a text: with nothing, since what there is to say leaves through the outbox. A text that the
/// database's trouble kept from being stored is kept by the ledger.
pub(super) async fn text(
    state: &WebhookState,
    form: &Form,
    work: impl Future<Output = Result<(), WebhookError>>,
) -> HttpResponse {
    match in_time("text", work).await {
        Ok(()) | Err(WebhookError::UnknownCall) => {}
        Err(WebhookError::Form(error)) => return bad_request(&error),
        Err(WebhookError::Store(_) | WebhookError::TooSlow | WebhookError::Deferred) => {
            defer(state, WordKind::Text, form, &Form::default()).await;
        }
    }
    Response::new().into_response()
}

/// Facts of calls wait for the database: what comes behind them waits with them.
pub(super) fn unless_behind(state: &WebhookState) -> Result<(), WebhookError> {
    if state.ledger.is_behind() {
        return Err(WebhookError::Deferred);
    }
    Ok(())
}

/// Hands what the carrier said to the ledger.
async fn defer(state: &WebhookState, kind: WordKind, form: &Form, query: &Form) {
    let word = CarrierWord {
        at: state.clock.now(),
        kind,
        form: form.fields().to_vec(),
        query: query.fields().to_vec(),
    };
    // A full queue has counted it.
    let _ = state.ledger.keep(Entry::Word(word), KEPT_WITHIN).await;
}

async fn in_time<T>(
    route: &'static str,
    work: impl Future<Output = Result<T, WebhookError>>,
) -> Result<T, WebhookError> {
    let span = tracing::info_span!("webhook", route, call = field::Empty, tenant = field::Empty);
    let work = async {
        let done = tokio::time::timeout(ANSWER_WITHIN, work).await;
        let done = done.unwrap_or(Err(WebhookError::TooSlow));
        count(route, &done);
        done
    };
    work.instrument(span).await
}

fn count<T>(route: &'static str, done: &Result<T, WebhookError>) {
    let outcome = match done {
        Ok(_) => "answered",
        Err(WebhookError::Form(_)) => "malformed",
        Err(WebhookError::Store(_)) => "store_failed",
        Err(WebhookError::UnknownCall) => "unknown_call",
        Err(WebhookError::TooSlow) => "too_slow",
        Err(WebhookError::Deferred) => "deferred",
    };
    metrics::counter!("trunkline_webhooks_total", "route" => route, "outcome" => outcome)
        .increment(1);
    match done {
        Ok(_) | Err(WebhookError::Deferred) => tracing::debug!(outcome, "webhook answered"),
        Err(error @ (WebhookError::Form(_) | WebhookError::UnknownCall)) => {
            tracing::warn!(outcome, "webhook not acted on: {error}");
        }
        Err(error @ (WebhookError::Store(_) | WebhookError::TooSlow)) => {
            tracing::error!(outcome, "webhook not acted on: {error}");
        }
    }
}

fn bad_request(error: &FormError) -> HttpResponse {
    (StatusCode::BAD_REQUEST, error.to_string()).into_response()
}

/// Names the call of the running webhook in its log lines.
pub(super) fn name_call(call: &store::call::CallRef) {
    Span::current()
        .record("call", field::display(call.call_id))
        .record("tenant", field::display(call.tenant_id));
}

/// How long a webhook waits for its words to be on the disk.
const KEPT_WITHIN: Duration = Duration::from_secs(2);
/// Twilio gives up after 15 s.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
