//! The call that a webhook is about: begun by the first one, found again by the others.

use std::sync::{Mutex, PoisonError};

use call::record::EndReason;
use serde_json::{Value, json};
use store::{
    Actor, StoreError, TenantScope, TenantTx,
    call::{
        CallEnd, CallMode, CallOutcome, CallRef, CallRow, CallStatus, ClosedBy, EventFact, Fact,
        HangupBy, NewCall, StatusReport, What,
    },
    tenant::{InboundAddress, Resolution, ResolutionMethod, TenantRow},
};
use tenant_config::phone::{E164, IvrMode, PhoneConfig};

use super::{
    PROVIDER, WebhookState,
    answer::{WebhookError, name_call},
    pen::Pen,
    place::Place,
};
use crate::{
    admission::Reservation,
    ledger::memory::HeldCall,
    twilio::{
        form::{Form, FormError, InboundCall},
        twiml::Response,
    },
};

/// A stored call, with what its tenant chose for the line it came in on.
pub(super) struct ActiveCall<'a> {
    pub(super) state: &'a WebhookState,
    pub(super) form: &'a Form,
    pub(super) call: CallRef,
    pub(super) row: CallRow,
    pub(super) tenant: TenantRow,
    pub(super) line: Option<PhoneConfig>,
    /// The place on this node that the answer counts on.
    pub(super) reserved: Mutex<Option<Reservation>>,
}

/// How a call ends, where a webhook knows it.
pub(super) struct Ending {
    pub(super) reason: EndReason,
    pub(super) hangup_by: HangupBy,
    pub(super) outcome: Option<CallOutcome>,
}

impl<'a> ActiveCall<'a> {
    /// Finds out whom the call is for and stores it, before anything is answered. A repeated
    /// webhook finds the call that is there.
    pub(super) async fn begin(
        state: &'a WebhookState,
        form: &'a Form,
    ) -> Result<Self, WebhookError> {
        let inbound = InboundCall::read(form)?;
        let address = InboundAddress {
            messaging_service_sid: inbound.messaging_service_sid.clone(),
            to: inbound.to.clone(),
        };
        let resolution = state.store.resolve_inbound(&address).await?;
        count_resolution(&resolution);
        let scope = TenantScope::new(resolution.tenant.id, Actor::System);
        let mut tx = state.store.tenant(&scope).await?;
        let new = new_call(&mut tx, state, &inbound, &resolution).await?;
        let begun = tx.begin_call(&new).await?;
        let call = begun.call;
        name_call(&call);
        if !begun.already_known {
            note_resolution(&mut tx, &call, &resolution).await?;
        }
        follow_status(&mut tx, state, &call, inbound.status).await?;
        let row = tx.call(&call).await?;
        tx.commit().await?;
        tracing::debug!(from = ?inbound.from, dialled = inbound.raw_to, "call came in");
        let Resolution {
            tenant,
            phone: line,
            ..
        } = resolution;
        Ok(Self {
            state,
            form,
            call,
            row,
            tenant,
            line,
            reserved: Mutex::default(),
        })
    }

    /// The call that the form names.
    pub(super) async fn find(
        state: &'a WebhookState,
        form: &'a Form,
    ) -> Result<Self, WebhookError> {
        let sid = form.call_sid()?;
        let status = form.call_status()?;
        let call = state.store.find_call(PROVIDER, sid.as_str()).await?;
        let call = call.ok_or(WebhookError::UnknownCall)?;
        name_call(&call);
        let mut tx = begin_tx(state, &call).await?;
        follow_status(&mut tx, state, &call, status).await?;
        let row = tx.call(&call).await?;
        let tenant = tx.tenant_row().await?;
        let line = match row.phone_config_id {
            Some(id) => tx.phone_config(id).await?,
            None => None,
        };
        tx.commit().await?;
        Ok(Self {
            state,
            form,
            call,
            row,
            tenant,
            line,
            reserved: Mutex::default(),
        })
    }

    /// A transaction of the call's tenant.
    pub(super) async fn tx(&self) -> Result<TenantTx, StoreError> {
        begin_tx(self.state, &self.call).await
    }

    /// Makes an answer true: only then does a place that was reserved for it stay reserved.
    pub(super) async fn commit(
        &self,
        tx: TenantTx,
        response: Response,
    ) -> Result<Response, StoreError> {
        tx.commit().await?;
        let mut reserved = self.reserved.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reservation) = reserved.take() {
            reservation.keep();
        }
        Ok(response)
    }

    pub(super) fn place(&self) -> Option<Place> {
        Place::read(self.row.ivr_state.as_ref())
    }

    /// What a forwarded phone shows: the caller, or our own line where the carrier would refuse
    /// the caller's name or there is none.
    pub(super) fn caller_id(&self) -> Option<E164> {
        let own = || {
            self.line
                .as_ref()
                .and_then(|line| line.phone_number.clone())
        };
        if self.form.is_from_sip() {
            own()
        } else {
            self.form.caller().or_else(own)
        }
    }

    /// A call whose stream this node has or had, as it remembers it: for while the database is
    /// away.
    pub(super) fn recall(
        state: &'a WebhookState,
        form: &'a Form,
    ) -> Result<Option<Self>, FormError> {
        let sid = form.call_sid()?;
        let held = state.ledger.memory().find(sid.as_str());
        Ok(held.map(|held| {
            let HeldCall { row, tenant, line } = HeldCall::clone(&held);
            name_call(&row.call);
            Self {
                state,
                form,
                call: row.call,
                row,
                tenant,
                line,
                reserved: Mutex::default(),
            }
        }))
    }

    /// A fact of the call, of this moment.
    pub(super) fn fact(&self, what: What) -> Fact {
        Fact::new(self.call, self.state.clock.now(), what)
    }

    /// Adds an event that happened outside the stream.
    pub(super) async fn note(
        &self,
        pen: &mut impl Pen,
        kind: &str,
        payload: &Value,
    ) -> Result<(), StoreError> {
        let event = EventFact {
            kind: kind.to_owned(),
            media_ms: None,
            payload: payload.clone(),
            digits: None,
        };
        pen.write(self.fact(What::Event(event))).await?;
        Ok(())
    }

    /// Writes the end of the call, unless it was written before.
    pub(super) async fn end(&self, pen: &mut impl Pen, ending: &Ending) -> Result<(), StoreError> {
        self.close(pen, ending, None, ClosedBy::Holder).await
    }

    /// Writes the end of the call as `closed_by` knows it. `duration_ms`: where the carrier says.
    pub(super) async fn close(
        &self,
        pen: &mut impl Pen,
        ending: &Ending,
        duration_ms: Option<u64>,
        closed_by: ClosedBy,
    ) -> Result<(), StoreError> {
        let now = self.state.clock.now();
        let so_far = (now - self.call.started_at).num_milliseconds();
        let end = CallEnd {
            closed_by,
            ended_at: now.max(self.call.started_at),
            reason: ending.reason,
            hangup_by: ending.hangup_by,
            duration_ms: duration_ms.unwrap_or(u64::try_from(so_far).unwrap_or_default()),
            latency_p50_ms: None,
            latency_p95_ms: None,
            interruptions: 0,
            outcome: ending.outcome,
            failure: None,
            // The carrier's callback brings it, with what was billed.
            status: None,
        };
        let end = What::End {
            next: None,
            end: Box::new(end),
        };
        if pen.write(self.fact(end)).await? {
            tracing::info!(reason = ending.reason.as_str(), "call ended");
        }
        Ok(())
    }
}

async fn begin_tx(state: &WebhookState, call: &CallRef) -> Result<TenantTx, StoreError> {
    state
        .store
        .tenant(&TenantScope::new(call.tenant_id, Actor::Call(call.call_id)))
        .await
}

async fn new_call(
    tx: &mut TenantTx,
    state: &WebhookState,
    inbound: &InboundCall,
    resolution: &Resolution,
) -> Result<NewCall, StoreError> {
    let line = resolution.phone.as_ref();
    let agent_version = match line.and_then(|line| line.agent_id) {
        Some(agent) => tx.agent_version(agent).await?,
        None => None,
    };
    Ok(NewCall {
        provider: PROVIDER.to_owned(),
        provider_call_id: inbound.call_sid.to_string(),
        from: inbound.from.clone(),
        to: inbound.to.clone(),
        direction: inbound.direction,
        mode: CallMode::Live,
        ivr_mode: line.map_or(IvrMode::Simple, |line| line.ivr_mode),
        phone_config_id: line.map(|line| line.id),
        agent_version_id: agent_version.map(|version| version.id),
        resolution_method: resolution.method,
        started_at: state.clock.now(),
    })
}

/// Every webhook tells where the call is. Final words are left to the status callback, which comes
/// with what was billed.
async fn follow_status(
    tx: &mut TenantTx,
    state: &WebhookState,
    call: &CallRef,
    status: Option<CallStatus>,
) -> Result<(), StoreError> {
    let Some(status) = status.filter(|status| !status.is_final()) else {
        return Ok(());
    };
    let at = state.clock.now();
    tx.apply_status(call, &StatusReport::seen(status, at))
        .await?;
    Ok(())
}

pub(super) fn count_resolution(resolution: &Resolution) {
    let method = resolution.method.as_str();
    metrics::counter!("trunkline_resolutions_total", "method" => method).increment(1);
    if resolution.conflict {
        metrics::counter!("trunkline_resolution_conflicts_total").increment(1);
    }
}

async fn note_resolution(
    tx: &mut TenantTx,
    call: &CallRef,
    resolution: &Resolution,
) -> Result<(), StoreError> {
    if resolution.conflict {
        tracing::warn!("messaging service and dialled number belong to two tenants");
        tx.add_event(call, "resolution_conflict", None, &json!({}))
            .await?;
    }
    if resolution.method == ResolutionMethod::FallbackRoot {
        tracing::warn!("the dialled number belongs to nobody");
    }
    Ok(())
}
