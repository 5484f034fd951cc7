//! From what a handler came to, to what the carrier gets.

use std::{future::Future, time::Duration};

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response as HttpResponse},
};
use store::StoreError;
use tracing::{Instrument, Span, field};

use super::phrases;
use crate::twilio::{form::FormError, twiml::Response};

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
}

/// Answers a voice webhook: TwiML from `work`, or an apology.
pub(super) async fn voice(
    route: &'static str,
    work: impl Future<Output = Result<Response, WebhookError>>,
) -> HttpResponse {
    match in_time(route, work).await {
        Ok(response) => response.into_response(),
        Err(WebhookError::Form(error)) => bad_request(&error),
        Err(WebhookError::Store(_) | WebhookError::UnknownCall | WebhookError::TooSlow) => {
            Response::new()
                .say(phrases::CANNOT_TAKE_CALL)
                .hang_up()
                .into_response()
        }
    }
}

/// Answers a webhook that only tells us something: 204, also when it could not be kept, because a
/// carrier does nothing useful with another answer.
pub(super) async fn notice(
    route: &'static str,
    work: impl Future<Output = Result<(), WebhookError>>,
) -> HttpResponse {
    match in_time(route, work).await {
        Err(WebhookError::Form(error)) => bad_request(&error),
        Ok(())
        | Err(WebhookError::Store(_) | WebhookError::UnknownCall | WebhookError::TooSlow) => {
            StatusCode::NO_CONTENT.into_response()
        }
    }
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
    };
    metrics::counter!("trunkline_webhooks_total", "route" => route, "outcome" => outcome)
        .increment(1);
    match done {
        Ok(_) => tracing::debug!(outcome, "webhook answered"),
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

/// Twilio gives up after 15 s.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
