//! `POST /twilio/voice/status`: where the carrier has the call. Callbacks are repeated and
//! overtake one another; a status never goes backwards.

use std::time::Duration;

use axum::{extract::State, response::Response as HttpResponse};
use call::record::EndReason;
use chrono::{DateTime, Utc};
use store::{
    StoreError,
    call::{CallStatus, HangupBy, StatusChange, StatusReport},
};

use super::{
    WebhookState,
    active_call::{ActiveCall, Ending},
    answer,
    answer::WebhookError,
    place::Place,
    signed_form::SignedForm,
};
use crate::twilio::form::{Form, FormError};

pub(super) async fn status(
    State(state): State<WebhookState>,
    SignedForm { form, .. }: SignedForm,
) -> HttpResponse {
    answer::notice("status", Box::pin(follow(&state, &form))).await
}

async fn follow(state: &WebhookState, form: &Form) -> Result<(), WebhookError> {
    let report = read(state, form)?;
    let call = ActiveCall::find(state, form).await?;
    let mut tx = call.tx().await?;
    let change = tx.apply_status(&call.call, &report).await?;
    tx.commit().await?;
    let label = match change {
        StatusChange::Applied => "applied",
        StatusChange::Stale => "stale",
        StatusChange::Duplicate => "duplicate",
    };
    metrics::counter!("trunkline_status_callbacks_total", "change" => label).increment(1);
    if let Some(ending) = ending(report.status) {
        close(&call, ending, report.duration_s).await?;
    }
    Ok(())
}

fn read(state: &WebhookState, form: &Form) -> Result<StatusReport, FormError> {
    let missing = FormError::Missing {
        field: "CallStatus",
        expected: "a status word, such as completed",
    };
    let at = form
        .get("Timestamp")
        .and_then(|text| DateTime::parse_from_rfc2822(text).ok());
    Ok(StatusReport {
        status: form.call_status()?.ok_or(missing)?,
        sequence: form.optional("SequenceNumber", "a whole number from 0")?,
        duration_s: form.optional("CallDuration", "whole seconds")?,
        at: at.map_or_else(|| state.clock.now(), |at| at.with_timezone(&Utc)),
    })
}

/// How a call is over that nobody on our side ended; `None` while it is not over.
const fn ending(status: CallStatus) -> Option<Ending> {
    let (reason, hangup_by) = match status {
        CallStatus::Queued
        | CallStatus::Initiated
        | CallStatus::Ringing
        | CallStatus::InProgress => return None,
        CallStatus::Completed | CallStatus::Canceled => (EndReason::CallerHungUp, HangupBy::Caller),
        CallStatus::Busy | CallStatus::NoAnswer => (EndReason::Unanswered, HangupBy::Carrier),
        CallStatus::Failed => (EndReason::CarrierFailed, HangupBy::Carrier),
    };
    Some(Ending {
        reason,
        hangup_by,
        outcome: None,
    })
}

/// Writes the end of a call that has none. Who holds the call at this moment (the stream's driver,
/// or the webhook after a dialled leg or a message) knows more and is let go first.
async fn close(
    call: &ActiveCall<'_>,
    ending: Ending,
    duration_s: Option<u32>,
) -> Result<(), StoreError> {
    let place = call.place();
    let is_held = match place {
        Some(Place::Streaming | Place::Dialling { .. } | Place::Voicemail { .. }) => true,
        Some(Place::Menu { .. }) | None => false,
    };
    let mut is_ended = call.row.finalized_at.is_some();
    let patience = tokio::time::Instant::now() + HOLDER_PATIENCE;
    while is_held && !is_ended && tokio::time::Instant::now() < patience {
        tokio::time::sleep(HOLDER_POLL).await;
        let mut tx = call.tx().await?;
        is_ended = tx.call(&call.call).await?.finalized_at.is_some();
        tx.commit().await?;
    }
    if is_ended {
        return Ok(());
    }
    let because = place.as_ref().and_then(Place::because);
    let ending = Ending {
        reason: because.unwrap_or(ending.reason),
        ..ending
    };
    let mut tx = call.tx().await?;
    call.end(&mut tx, &ending, duration_s.map(|s| u64::from(s) * 1000))
        .await?;
    tx.commit().await
}

const HOLDER_PATIENCE: Duration = Duration::from_secs(3);
const HOLDER_POLL: Duration = Duration::from_millis(150);
