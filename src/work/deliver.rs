//! `deliver_email`, `deliver_sms`: what waits in the outbox is sent.
//!
//! At least once. Between the moment in which the other side takes something and our own word that it
//! did, a node can die, and then it goes out again. A mail carries the same Message-ID each time, by
//! which mail programs know it. A text carries the address of its reports, with its own id: the
//! carrier's first report says that it was taken, and the second attempt, which waits longer than
//! reports take, finds nothing to do.

use store::{
    StoreError, TenantTx,
    job::LeasedJob,
    message::{TextRow, TextStatus},
    outbox::{Channel, Delivery, OutboxRow},
};
use tenant_config::id::OutboxId;

use super::{Trouble, Worker};
use crate::post::{Mail, OutgoingText, SendError};

pub(super) async fn deliver(worker: &Worker, job: &LeasedJob) -> Result<(), Trouble> {
    let id = outbox_id(job).ok_or_else(|| Trouble::new("the job names no outbox_id"))?;
    let mut tx = worker.tx(job).await?;
    let item = tx.outbox_item(id).await?;
    let Some(item) = item.filter(|item| item.delivery != Delivery::Sent) else {
        return worker.finish(tx, job).await;
    };
    let text = text_of(&mut tx, &item).await?;
    let service = match &text {
        Some(text) => messaging_service(&mut tx, text).await?,
        None => None,
    };
    let is_unwanted = match &text {
        Some(text) => is_unwanted(&mut tx, text).await?,
        None => false,
    };
    // Nothing is held while the other side takes its time.
    tx.commit().await?;
    let sent = if is_unwanted {
        Err(SendError::refused("the contact wants no texts"))
    } else {
        send(worker, &item, text.as_ref(), service).await
    };
    match sent {
        Ok(name) => note_sent(worker, job, &item, &name).await,
        Err(SendError::Refused(refusal)) => {
            tracing::warn!(
                code = refusal.code,
                channel = item.channel.as_str(),
                "a delivery was refused for good"
            );
            count(item.channel, "refused");
            let mut tx = worker.tx(job).await?;
            tx.outbox_failed(item.id, &refusal.reason, true).await?;
            fail_text(worker, &mut tx, &item, refusal.code.as_deref()).await?;
            if let (true, Some(contact)) = (refusal.is_opt_out, text.and_then(|t| t.contact)) {
                tx.set_opt_out(contact, true, worker.clock.now()).await?;
            }
            worker.finish(tx, job).await
        }
        Err(trouble @ SendError::NotNow(_)) => Err(trouble.into()),
    }
}

/// The attempt failed, or the last one did.
pub(super) async fn failed(
    worker: &Worker,
    tx: &mut TenantTx,
    job: &LeasedJob,
    trouble: &Trouble,
    is_dead: bool,
) -> Result<(), StoreError> {
    let Some(id) = outbox_id(job) else {
        return Ok(());
    };
    let Some(item) = tx.outbox_item(id).await? else {
        return Ok(());
    };
    count(item.channel, if is_dead { "gave_up" } else { "retried" });
    tx.outbox_failed(id, &trouble.reason, is_dead).await?;
    if is_dead {
        fail_text(worker, tx, &item, None).await?;
    }
    Ok(())
}

async fn send(
    worker: &Worker,
    item: &OutboxRow,
    text: Option<&TextRow>,
    messaging_service: Option<String>,
) -> Result<String, SendError> {
    let body = item.body.clone().unwrap_or_default();
    match item.channel {
        Channel::Email => {
            let server = worker.post.mail.as_ref().ok_or_else(SendError::unset)?;
            let mail = Mail {
                id: item.id,
                to: item.recipient.clone(),
                subject: item.subject.clone().unwrap_or_default(),
                body,
                at: worker.clock.now(),
            };
            server.send(&mail).await
        }
        Channel::Sms => {
            let carrier = worker.post.carrier.as_ref().ok_or_else(SendError::unset)?;
            let text = text.ok_or_else(|| SendError::refused("the text names no sender"))?;
            let reports = format!("/sms/status?tenant={}&message={}", item.tenant, text.id);
            let outgoing = OutgoingText {
                from: text.from.clone(),
                to: item.recipient.clone(),
                body,
                messaging_service,
                status_callback: worker.origin.url(&reports),
            };
            Ok(carrier.send_text(&outgoing).await?)
        }
    }
}

async fn note_sent(
    worker: &Worker,
    job: &LeasedJob,
    item: &OutboxRow,
    name: &str,
) -> Result<(), Trouble> {
    let now = worker.clock.now();
    let mut tx = worker.tx(job).await?;
    tx.outbox_sent(item.id, Some(name), now).await?;
    if let Some(message) = item.message {
        tx.text_accepted(message, name, now).await?;
    }
    count(item.channel, "sent");
    tracing::debug!(channel = item.channel.as_str(), "sent");
    if !tx.finish_job(job, now).await? {
        // It went out all the same: whoever has the job now finds that it was sent.
        tracing::warn!("a delivery took longer than its lease");
    }
    tx.commit().await?;
    Ok(())
}

/// The message that a text is.
async fn text_of(tx: &mut TenantTx, item: &OutboxRow) -> Result<Option<TextRow>, StoreError> {
    match (item.channel, item.message) {
        (Channel::Sms, Some(message)) => tx.text(message).await,
        (Channel::Sms, None) | (Channel::Email, _) => Ok(None),
    }
}

/// Somebody may say so between the writing of an answer and its sending.
async fn is_unwanted(tx: &mut TenantTx, text: &TextRow) -> Result<bool, StoreError> {
    let Some(contact) = text.contact else {
        return Ok(false);
    };
    let contact = tx.contact(contact).await?;
    Ok(contact.is_some_and(|contact| contact.opted_out_at.is_some()))
}

/// The service that the line belongs to, whose rules for texts hold then.
async fn messaging_service(
    tx: &mut TenantTx,
    text: &TextRow,
) -> Result<Option<String>, StoreError> {
    let Some(line) = text.line else {
        return Ok(None);
    };
    let line = tx.phone_config(line).await?;
    Ok(line.and_then(|line| line.messaging_service_sid))
}

async fn fail_text(
    worker: &Worker,
    tx: &mut TenantTx,
    item: &OutboxRow,
    code: Option<&str>,
) -> Result<(), StoreError> {
    if let Some(message) = item.message {
        tx.text_status(message, TextStatus::Failed, code, worker.clock.now())
            .await?;
    }
    Ok(())
}

fn outbox_id(job: &LeasedJob) -> Option<OutboxId> {
    let id = job.payload.get("outbox_id")?.clone();
    serde_json::from_value(id).ok()
}

fn count(channel: Channel, outcome: &'static str) {
    metrics::counter!("trunkline_deliveries_total", "channel" => channel.as_str(), "outcome" => outcome)
        .increment(1);
}
