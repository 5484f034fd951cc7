//! `release_number`: a number that was bought and belongs to no line is given back.
//!
//! Queued before a number is bought, due some minutes later: whatever becomes of the node in between,
//! nobody pays for a number that nobody has. A line with the number means that all went well. Only a
//! number with the purchase's own label is given back, never one that the account had before.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::json;
use store::{
    Actor, StoreError, TenantScope, TenantTx,
    audit::{AuditEntry, Origin},
    job::{LeasedJob, NewJob},
};
use tenant_config::{
    id::{JobId, PhoneConfigId, TenantId},
    phone::E164,
};
use uuid::Uuid;

use super::{Trouble, Worker};
use crate::post::SendError;

/// The kind of job.
#[derive(Debug, Clone, Copy)]
pub struct ReleaseNumber;

impl ReleaseNumber {
    pub const KIND: &'static str = "release_number";

    /// Looks after a purchase for a line that is to be. The job may be root's, for a tenant that is
    /// itself still to be.
    pub fn job(tenant: TenantId, line: PhoneConfigId, number: &E164, at: DateTime<Utc>) -> NewJob {
        NewJob {
            id: JobId(Uuid::now_v7()),
            kind: Self::KIND,
            payload: json!({"tenant_id": tenant, "phone_config_id": line, "number": number}),
            dedupe_key: None,
            due_at: at + AFTER,
            max_attempts: 8,
            created_at: at,
        }
    }

    /// What a number is labelled with at the carrier's.
    pub fn label(line: PhoneConfigId) -> String {
        format!("trunkline {line}")
    }
}

pub(super) async fn release(worker: &Worker, job: &LeasedJob) -> Result<(), Trouble> {
    let (tenant, line, number) = payload(job)
        .ok_or_else(|| Trouble::new("the job names no tenant_id, phone_config_id and number"))?;
    let scope = TenantScope::new(tenant, Actor::Worker);
    let mut tx = worker.store.tenant(&scope).await?;
    let has_line = tx.phone_config(line).await?.is_some();
    tx.commit().await?;
    if has_line {
        return worker.finish(worker.tx(job).await?, job).await;
    }
    let carrier = worker.post.carrier.as_ref().ok_or_else(SendError::unset)?;
    let own = carrier
        .own_number(&number)
        .await
        .map_err(|error| trouble(&error))?;
    let own = own.filter(|own| own.friendly_name == ReleaseNumber::label(line));
    let Some(own) = own else {
        return worker.finish(worker.tx(job).await?, job).await;
    };
    carrier
        .release_number(&own.sid)
        .await
        .map_err(|error| trouble(&error))?;
    metrics::counter!("trunkline_numbers_total", "outcome" => "released_late").increment(1);
    tracing::warn!(line = %line, "a number that belonged to no line was given back");
    let mut tx = worker.tx(job).await?;
    let entry = AuditEntry::new(worker.clock.now(), "phone_number.released", "phone_config")
        .of(&line)
        .after(json!({"phone_number": number}))
        .because("the purchase was not completed");
    tx.audit(&entry, &Origin::default()).await?;
    worker.finish(tx, job).await
}

/// A number that cannot be given back costs money: its tenant's log says so when nobody tries again.
pub(super) async fn failed(
    worker: &Worker,
    tx: &mut TenantTx,
    job: &LeasedJob,
    trouble: &Trouble,
    is_dead: bool,
) -> Result<(), StoreError> {
    let (true, Some((_, line, number))) = (is_dead, payload(job)) else {
        return Ok(());
    };
    metrics::counter!("trunkline_numbers_total", "outcome" => "stranded").increment(1);
    tracing::error!(line = %line, "a number that belongs to no line could not be given back: release it at the carrier's");
    let entry = AuditEntry::new(worker.clock.now(), "phone_number.stranded", "phone_config")
        .of(&line)
        .after(json!({"phone_number": number}))
        .because(&trouble.reason);
    tx.audit(&entry, &Origin::default()).await?;
    Ok(())
}

/// A refusal, too, is tried again: an operator may have to see to it.
fn trouble(error: &crate::twilio::rest::RestError) -> Trouble {
    Trouble {
        reason: error.to_string(),
        loggable: error.loggable(),
        not_before: None,
        is_unclear: false,
    }
}

fn payload(job: &LeasedJob) -> Option<(TenantId, PhoneConfigId, E164)> {
    let read = |name: &str| job.payload.get(name).cloned();
    let tenant = serde_json::from_value(read("tenant_id")?).ok()?;
    let line = serde_json::from_value(read("phone_config_id")?).ok()?;
    let number = serde_json::from_value(read("number")?).ok()?;
    Some((tenant, line, number))
}

/// Longer than a purchase takes.
const AFTER: Duration = Duration::from_mins(10);
