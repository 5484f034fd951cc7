//! What this node knows of the calls whose stream it has or had, for as long as the carrier may ask.
//!
//! While the database answers it knows best; this is for the time in which it does not.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use call::record::NextAction;
use dashmap::DashMap;
use store::{call::CallRow, tenant::TenantRow};
use tenant_config::phone::PhoneConfig;

/// A call whose stream this node has or had.
#[derive(Debug, Clone)]
pub struct HeldCall {
    pub row: CallRow,
    pub tenant: TenantRow,
    pub line: Option<PhoneConfig>,
}

/// The calls by the carrier's id. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    calls: Arc<DashMap<String, Remembered>>,
}

#[derive(Debug)]
struct Remembered {
    call: Arc<HeldCall>,
    /// When the stream was over; `None` while it is open.
    since: Option<Instant>,
}

impl Memory {
    /// From here on the node has the call's stream.
    pub fn hold(&self, call: HeldCall) {
        let id = call.row.provider_call_id.clone();
        let call = Arc::new(call);
        self.calls.insert(id, Remembered { call, since: None });
    }

    /// The stream is over, and this is to come next.
    pub fn decide(&self, provider_call_id: &str, next: &NextAction, now: Instant) {
        self.change(provider_call_id, |call| {
            call.row.next_action = Some(next.clone());
        });
        if let Some(mut held) = self.calls.get_mut(provider_call_id) {
            held.since = Some(now);
        }
    }

    /// The carrier was told to do something else with the caller.
    pub fn moved(&self, provider_call_id: &str, place: serde_json::Value) {
        self.change(provider_call_id, |call| call.row.ivr_state = Some(place));
    }

    pub fn find(&self, provider_call_id: &str) -> Option<Arc<HeldCall>> {
        let held = self.calls.get(provider_call_id)?;
        Some(Arc::clone(&held.call))
    }

    /// The call is over, as the carrier says.
    pub fn forget_call(&self, provider_call_id: &str) {
        self.calls
            .remove_if(provider_call_id, |_, held| held.since.is_some());
    }

    /// Forgets calls whose stream was over long ago.
    pub fn forget(&self, now: Instant) {
        self.calls.retain(|_, held| {
            held.since
                .is_none_or(|since| now.saturating_duration_since(since) < REMEMBERED)
        });
    }

    fn change(&self, provider_call_id: &str, change: impl FnOnce(&mut HeldCall)) {
        if let Some(mut held) = self.calls.get_mut(provider_call_id) {
            let mut call = HeldCall::clone(&held.call);
            change(&mut call);
            held.call = Arc::new(call);
        }
    }
}

/// The carrier asks within seconds; a leg that follows may take minutes.
const REMEMBERED: Duration = Duration::from_mins(15);
