//! `POST /twilio/recording`: the carrier recorded a forwarded call or a message.

use axum::{extract::State, response::Response as HttpResponse};
use serde_json::json;
use store::call::{RecordingKind, RecordingRow};

use super::{
    WebhookState,
    active_call::ActiveCall,
    answer,
    answer::{Notice, WebhookError},
    signed_form::SignedForm,
};
use crate::{
    ledger::entry::WordKind,
    twilio::form::{Form, FormError},
};

pub(super) async fn recording(
    State(state): State<WebhookState>,
    SignedForm { form, query }: SignedForm,
) -> HttpResponse {
    let work = async {
        kind(&query)?;
        form.call_sid()?;
        answer::unless_behind(&state)?;
        keep(&state, &form, &query).await
    };
    let notice = Notice {
        route: "recording",
        kind: WordKind::CarrierRecording,
        form: &form,
        query: &query,
    };
    answer::notice(&state, notice, Box::pin(work)).await
}

pub(super) async fn keep(
    state: &WebhookState,
    form: &Form,
    query: &Form,
) -> Result<(), WebhookError> {
    let sid: String = form.required("RecordingSid", "RE and 32 hex digits")?;
    let status = form.get("RecordingStatus").unwrap_or("completed");
    let kind = kind(query)?;
    let row = match status {
        "completed" => Some(read(form, &sid, kind)?),
        _ => None,
    };
    let call = ActiveCall::find(state, form).await?;
    let mut tx = call.tx().await?;
    if let Some(row) = row {
        tx.finish_recording(&call.call, &row).await?;
    } else {
        // Begun, absent or failed: there is nothing to fetch.
        let payload = json!({ "recording_sid": sid, "status": status, "kind": kind.as_str() });
        call.note(&mut tx, "carrier_recording", &payload).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn kind(query: &Form) -> Result<RecordingKind, FormError> {
    match query.get("kind") {
        None | Some("forward") => Ok(RecordingKind::Forward),
        Some("voicemail") => Ok(RecordingKind::Voicemail),
        Some(_) => Err(FormError::Unreadable {
            field: "kind",
            expected: "forward or voicemail",
        }),
    }
}

/// The facts of a finished recording; the carrier keeps the sound.
fn read(form: &Form, sid: &str, kind: RecordingKind) -> Result<RecordingRow, FormError> {
    let seconds: Option<u32> = form.optional("RecordingDuration", "whole seconds")?;
    let channels: u8 = form.optional("RecordingChannels", CHANNELS)?.unwrap_or(1);
    if !(1..=2).contains(&channels) {
        return Err(FormError::Unreadable {
            field: "RecordingChannels",
            expected: CHANNELS,
        });
    }
    Ok(RecordingRow {
        kind,
        provider_recording_id: Some(sid.to_owned()),
        storage_key: form.required("RecordingUrl", "the address of the recording")?,
        channels,
        sample_rate: None,
        bytes: None,
        sha256: None,
        duration_ms: seconds.map(|s| u64::from(s) * 1000),
        complete: true,
    })
}

const CHANNELS: &str = "1 or 2";
