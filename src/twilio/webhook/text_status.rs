//! `POST /sms/status`: what became of a text that went out. Reports are repeated and overtake one
//! another; a status never goes backwards.
//!
//! The address names the text (`tenant`, `message`; it is signed like all the rest), so that a report
//! also counts when the carrier's own name for it was never stored: the carrier has taken it then, and
//! it is not sent again.

use axum::{extract::State, response::Response as HttpResponse};
use store::{Actor, TenantScope};
use tenant_config::id::{MessageId, TenantId};
use uuid::Uuid;

use super::{
    PROVIDER, WebhookState, answer,
    answer::{Notice, WebhookError},
    signed_form::SignedForm,
};
use crate::{
    ledger::entry::WordKind,
    twilio::{
        form::{Form, FormError},
        text_form::TextReport,
    },
};

pub(super) async fn text_status(
    State(state): State<WebhookState>,
    SignedForm { form, query }: SignedForm,
) -> HttpResponse {
    let work = async {
        answer::unless_behind(&state)?;
        follow(&state, &form, &query).await
    };
    let notice = Notice {
        route: "text_status",
        kind: WordKind::TextStatus,
        form: &form,
        query: &query,
    };
    answer::notice(&state, notice, Box::pin(work)).await
}

pub(super) async fn follow(
    state: &WebhookState,
    form: &Form,
    query: &Form,
) -> Result<(), WebhookError> {
    let report = TextReport::read(form)?;
    let named = named(query)?;
    let known = state.store.find_text(PROVIDER, &report.sid).await?;
    let Some((tenant, message)) = known.or(named) else {
        count("unknown");
        return Ok(());
    };
    tracing::Span::current().record("tenant", tracing::field::display(tenant));
    let now = state.clock.now();
    // As a worker: only it writes to the outbox.
    let scope = TenantScope::new(tenant, Actor::Worker);
    let mut tx = state.store.tenant(&scope).await?;
    let Some(text) = tx.text(message).await? else {
        count("unknown");
        return Ok(());
    };
    if text.provider_message_id.is_none() {
        tx.text_accepted(message, &report.sid, now).await?;
    }
    tx.outbox_taken(message, &report.sid, now).await?;
    let code = report.error_code.as_deref();
    let has_moved = tx.text_status(message, report.status, code, now).await?;
    tx.commit().await?;
    count(if has_moved { "applied" } else { "stale" });
    Ok(())
}

/// The text that the address names.
fn named(query: &Form) -> Result<Option<(TenantId, MessageId)>, FormError> {
    let tenant: Option<Uuid> = query.optional("tenant", "a UUID")?;
    let message: Option<Uuid> = query.optional("message", "a UUID")?;
    Ok(tenant
        .zip(message)
        .map(|(t, m)| (TenantId(t), MessageId(m))))
}

fn count(change: &'static str) {
    metrics::counter!("trunkline_text_reports_total", "change" => change).increment(1);
}
