//! `welcome_text`: the contact of a tenant is told by text that it is set up.
//!
//! From the operator's own line (root's), to which the text and its contact belong. What is written
//! and that the job is done are one transaction: however often it is tried, there is one text.

use chrono::{DateTime, Utc};
use serde_json::json;
use store::{
    Actor, TenantScope, TenantTx,
    call::{CallMode, Direction},
    job::{LeasedJob, NewJob},
    message::NewText,
    outbox::{Channel, NewOutbox},
    phone::LineRow,
    tenant::TenantProfile,
};
use tenant_config::{
    id::{JobId, MessageId, OutboxId, TenantId},
    phone::E164,
};
use uuid::Uuid;

use super::{Trouble, Worker};

/// The kind of job. It is root's.
#[derive(Debug, Clone, Copy)]
pub struct WelcomeText;

impl WelcomeText {
    pub const KIND: &'static str = "welcome_text";

    pub fn job(tenant: TenantId, at: DateTime<Utc>) -> NewJob {
        NewJob {
            id: JobId(Uuid::now_v7()),
            kind: Self::KIND,
            payload: json!({"tenant_id": tenant}),
            dedupe_key: None,
            due_at: at,
            max_attempts: 5,
            created_at: at,
        }
    }

    /// Which of root's lines the text comes from, and its number.
    pub fn sender(lines: Vec<LineRow>) -> Option<(LineRow, E164)> {
        lines.into_iter().find_map(|line| {
            let number = line.config.phone_number.clone()?;
            Some((line, number))
        })
    }
}

pub(super) async fn write(worker: &Worker, job: &LeasedJob) -> Result<(), Trouble> {
    let tenant = payload(job).ok_or_else(|| Trouble::new("the job names no tenant_id"))?;
    let scope = TenantScope::new(tenant, Actor::Worker);
    let mut tx = worker.store.tenant(&scope).await?;
    let profile = tx.profile().await?;
    let lines = tx.lines().await?;
    tx.commit().await?;
    let mut tx = worker.tx(job).await?;
    let Some(to) = &profile.contact_phone else {
        return worker.finish(tx, job).await;
    };
    let from = WelcomeText::sender(tx.lines().await?);
    let from = from.ok_or_else(|| Trouble::new("root's line has no number"))?;
    put_out(worker, &mut tx, from, to, words(&profile, &lines)).await?;
    worker.finish(tx, job).await
}

async fn put_out(
    worker: &Worker,
    tx: &mut TenantTx,
    (line, from): (LineRow, E164),
    to: &E164,
    text: String,
) -> Result<(), Trouble> {
    let now = worker.clock.now();
    let message = MessageId(Uuid::now_v7());
    let contact = tx.contact_of(to, now).await?;
    tx.store_text(&NewText {
        id: message,
        direction: Direction::Outbound,
        contact: contact.id,
        line: Some(line.config.id),
        from,
        to: to.clone(),
        text: text.clone(),
        provider: "twilio",
        provider_message_id: None,
        mode: CallMode::Live,
        at: now,
    })
    .await?;
    tx.post(&NewOutbox {
        id: OutboxId(Uuid::now_v7()),
        channel: Channel::Sms,
        kind: "onboarding",
        recipient: to.as_str().to_owned(),
        subject: None,
        body: text,
        message: Some(message),
        at: now,
    })
    .await?;
    Ok(())
}

fn words(profile: &TenantProfile, lines: &[LineRow]) -> String {
    let numbers = lines.iter();
    let numbers = numbers.filter_map(|line| line.config.phone_number.as_ref());
    let numbers: Vec<&str> = numbers.map(E164::as_str).take(3).collect();
    let answers = match numbers.as_slice() {
        [] => String::new(),
        numbers => format!(" It answers {}.", numbers.join(", ")),
    };
    let mail = match &profile.contact_email {
        Some(address) => format!(" The mail to {address} says how to begin."),
        None => String::new(),
    };
    format!(
        "{} is set up on Trunkline.{answers}{mail}",
        profile.row.company_name
    )
}

fn payload(job: &LeasedJob) -> Option<TenantId> {
    let tenant = job.payload.get("tenant_id")?.clone();
    serde_json::from_value(tenant).ok()
}
