//! `POST /twilio/voice/status`: where the carrier has the call. Callbacks are repeated and
//! overtake one another; a status never goes backwards.

use axum::{extract::State, response::Response as HttpResponse};
use call::record::EndReason;
use chrono::{DateTime, Utc};
use store::{
    StoreError, TenantTx,
    call::{CallStatus, ClosedBy, HangupBy, StatusChange, StatusReport},
};

use super::{
    WebhookState,
    active_call::{ActiveCall, Ending},
    answer,
    answer::{Notice, WebhookError},
    place::Place,
    signed_form::SignedForm,
};
use crate::{
    ledger::entry::WordKind,
    twilio::form::{Form, FormError},
};

pub(super) async fn status(
    State(state): State<WebhookState>,
    SignedForm { form, query }: SignedForm,
) -> HttpResponse {
    let work = async {
        let report = read(&state, &form)?;
        if report.status.is_final() {
            let sid = form.call_sid()?;
            state.ledger.memory().forget_call(sid.as_str());
        }
        answer::unless_behind(&state)?;
        follow(&state, &form).await
    };
    let notice = Notice {
        route: "status",
        kind: WordKind::Status,
        form: &form,
        query: &query,
    };
    answer::notice(&state, notice, Box::pin(work)).await
}

pub(super) async fn follow(state: &WebhookState, form: &Form) -> Result<(), WebhookError> {
    let report = read(state, form)?;
    let call = ActiveCall::find(state, form).await?;
    let mut tx = call.tx().await?;
    let change = tx.apply_status(&call.call, &report).await?;
    if let Some(ending) = ending(report.status) {
        close(&call, &mut tx, ending, report.duration_s).await?;
    }
    tx.commit().await?;
    let label = match change {
        StatusChange::Applied => "applied",
        StatusChange::Stale => "stale",
        StatusChange::Duplicate => "duplicate",
    };
    metrics::counter!("trunkline_status_callbacks_total", "change" => label).increment(1);
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

/// Closes a call that has no end. Should whoever leads it (the stream's driver, or the webhook after
/// a dialled leg or a message) write a moment later, that counts.
async fn close(
    call: &ActiveCall<'_>,
    tx: &mut TenantTx,
    ending: Ending,
    duration_s: Option<u32>,
) -> Result<(), StoreError> {
    let because = call.place().as_ref().and_then(Place::because);
    let ending = Ending {
        reason: because.unwrap_or(ending.reason),
        ..ending
    };
    let duration_ms = duration_s.map(|s| u64::from(s) * 1000);
    call.close(tx, &ending, duration_ms, ClosedBy::Carrier)
        .await
}
