//! `POST /sms`: a text comes in, for any tenant.
//!
//! The tenant is found as for a call. The text is stored with its contact, and if an agent answers the
//! line, its answer is queued in the same transaction. The carrier gets an empty answer: what there is
//! to say leaves through the outbox, where a mind has more time than the carrier's 15 s and what is
//! said can be tried again, reported on, and kept from who wants no texts.

use axum::{extract::State, response::Response as HttpResponse};
use store::{
    Actor, TenantScope,
    call::{CallMode, Direction},
    message::NewText,
    tenant::{InboundAddress, Resolution, ResolutionMethod},
};
use tenant_config::{id::MessageId, phone::E164};
use uuid::Uuid;

use super::{
    PROVIDER, WebhookState,
    active_call::count_resolution,
    answer::{self, WebhookError},
    signed_form::SignedForm,
};
use crate::{
    texting::keyword::Keyword,
    twilio::{form::Form, text_form::InboundText},
    work::AnswerText,
};

pub(super) async fn text(
    State(state): State<WebhookState>,
    SignedForm { form, .. }: SignedForm,
) -> HttpResponse {
    let work = async {
        answer::unless_behind(&state)?;
        take(&state, &form).await
    };
    answer::text(&state, &form, Box::pin(work)).await
}

/// Stores a text, and queues what is to be done about it.
pub(super) async fn take(state: &WebhookState, form: &Form) -> Result<(), WebhookError> {
    let text = InboundText::read(form)?;
    let found = state
        .store
        .resolve_inbound(&InboundAddress {
            messaging_service_sid: text.messaging_service_sid.clone(),
            to: text.to.clone(),
        })
        .await?;
    count_resolution(&found);
    if found.conflict {
        tracing::warn!("messaging service and number of a text belong to two tenants");
    }
    tracing::Span::current().record("tenant", tracing::field::display(found.tenant.id));
    let (Some(from), Some(to), false) = (&text.from, &text.to, text.words.is_empty()) else {
        tracing::debug!(sid = text.sid, "a text of no number, or of nothing");
        count("unanswerable");
        return Ok(());
    };
    let outcome = keep(state, &text, &found, from, to).await?;
    count(outcome);
    if outcome == QUEUED {
        state.wake.call();
    }
    Ok(())
}

async fn keep(
    state: &WebhookState,
    text: &InboundText,
    found: &Resolution,
    from: &E164,
    to: &E164,
) -> Result<&'static str, WebhookError> {
    let (now, tenant) = (state.clock.now(), &found.tenant);
    let scope = TenantScope::new(tenant.id, Actor::System);
    let mut tx = state.store.tenant(&scope).await?;
    if !tx.first_delivery(PROVIDER, &text.sid, "sms", now).await? {
        return Ok("duplicate");
    }
    let contact = tx.contact_of(from, now).await?;
    // An answer that is being settled sees this text, or this text finds it settled.
    tx.take_turns(contact.id.0).await?;
    let id = MessageId(Uuid::now_v7());
    tx.store_text(&NewText {
        id,
        direction: Direction::Inbound,
        contact: contact.id,
        line: found.phone.as_ref().map(|line| line.id),
        from: from.clone(),
        to: to.clone(),
        text: text.words.clone(),
        provider: PROVIDER,
        provider_message_id: Some(text.sid.clone()),
        mode: if tenant.is_test_mode {
            CallMode::Test
        } else {
            CallMode::Live
        },
        at: now,
    })
    .await?;
    let is_opted_out = contact.opted_out_at.is_some();
    let by_carrier = text.opt_out_type.as_deref().and_then(Keyword::of_carrier);
    let outcome = match by_carrier.or_else(|| Keyword::of(&text.words, is_opted_out)) {
        Some(Keyword::Stop) => {
            tx.set_opt_out(contact.id, true, now).await?;
            "stop"
        }
        Some(Keyword::Start) => {
            tx.set_opt_out(contact.id, false, now).await?;
            "start"
        }
        Some(Keyword::Help) => "help",
        None if is_opted_out => "opted_out",
        None => silence(state, text, found).unwrap_or(QUEUED),
    };
    if outcome == QUEUED {
        tx.enqueue(&AnswerText::job(contact.id, id, now)).await?;
    }
    tx.commit().await?;
    Ok(outcome)
}

/// Why nobody answers, where nobody does. The text is stored all the same.
fn silence(state: &WebhookState, text: &InboundText, found: &Resolution) -> Option<&'static str> {
    let is_unassigned = found.method == ResolutionMethod::FallbackRoot;
    if is_unassigned && !state.unassigned_answers_as_root {
        tracing::warn!("a text to a number that belongs to nobody");
        return Some("unassigned");
    }
    if !found.tenant.status.answers_calls() {
        tracing::warn!(
            status = found.tenant.status.as_str(),
            "the tenant takes no texts"
        );
        return Some("tenant_unavailable");
    }
    if text.is_of_other_network {
        return Some("other_network");
    }
    match found.phone.as_ref().and_then(AnswerText::agent_of) {
        Some(_) => None,
        None => Some("no_agent"),
    }
}

fn count(outcome: &'static str) {
    metrics::counter!("trunkline_texts_total", "outcome" => outcome).increment(1);
}

const QUEUED: &str = "queued";
