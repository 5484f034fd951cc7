//! The calls that are live on this node, as others may see and steer them.

use std::sync::Arc;

use call::io::Command;
use dashmap::{DashMap, Entry};
use tenant_config::id::{CallId, TenantId};
use tokio::sync::mpsc;

/// A live call from outside.
#[derive(Debug, Clone)]
pub struct LiveCall {
    pub tenant_id: TenantId,
    commands: mpsc::Sender<Command>,
}

/// All live calls of the node.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    calls: Arc<DashMap<CallId, LiveCall>>,
}

/// What became of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commanded {
    Told,
    /// The call has four to carry out already.
    Busy,
    /// This node holds no such call of the tenant's.
    NotHere,
}

/// Keeps a call in the registry as long as it lives.
#[derive(Debug)]
pub struct Registered {
    registry: Registry,
    call: CallId,
}

impl Registry {
    /// Enters a call; `None` when it is live already. Commands arrive on the receiver; it holds
    /// four, more are refused.
    pub fn enter(
        &self,
        tenant_id: TenantId,
        call: CallId,
    ) -> Option<(Registered, mpsc::Receiver<Command>)> {
        let (commands, received) = mpsc::channel(4);
        match self.calls.entry(call) {
            Entry::Occupied(_) => return None,
            Entry::Vacant(place) => drop(place.insert(LiveCall {
                tenant_id,
                commands,
            })),
        }
        metrics::gauge!("trunkline_calls_live").set(self.calls.len() as f64);
        let registered = Registered {
            registry: self.clone(),
            call,
        };
        Some((registered, received))
    }

    /// Whether this node has the call.
    pub fn holds(&self, call: CallId) -> bool {
        self.calls.contains_key(&call)
    }

    pub fn len(&self) -> usize {
        self.calls.len()
    }

    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// Tells a tenant's call.
    pub fn command(&self, tenant: TenantId, call: CallId, command: Command) -> Commanded {
        let live = self.calls.get(&call);
        let Some(live) = live.filter(|live| live.tenant_id == tenant) else {
            return Commanded::NotHere;
        };
        match live.commands.try_send(command) {
            Ok(()) => Commanded::Told,
            Err(mpsc::error::TrySendError::Full(_)) => Commanded::Busy,
            Err(mpsc::error::TrySendError::Closed(_)) => Commanded::NotHere,
        }
    }

    /// Tells every live call; used when the node stops. A call that has four commands before it
    /// does not take this one.
    pub fn command_all(&self, command: Command) {
        for call in self.calls.iter() {
            let _ = call.commands.try_send(command);
        }
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.registry.calls.remove(&self.call);
        metrics::gauge!("trunkline_calls_live").set(self.registry.calls.len() as f64);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_call_is_live_once_and_until_it_is_dropped() {
        let registry = Registry::default();
        let (tenant, call) = (TenantId(Uuid::from_u128(1)), CallId(Uuid::from_u128(2)));
        let first = registry.enter(tenant, call);
        assert!(first.is_some());
        assert!(
            registry.enter(tenant, call).is_none(),
            "one stream holds a call"
        );
        assert_eq!(registry.len(), 1);
        let other = TenantId(Uuid::from_u128(3));
        let told = |tenant| registry.command(tenant, call, Command::HangUp);
        assert_eq!(told(other), Commanded::NotHere);
        let all: Vec<_> = (0..5).map(|_| told(tenant)).collect();
        assert_eq!(all[3..], [Commanded::Told, Commanded::Busy]);
        drop(first);
        assert!(registry.is_empty());
        assert!(registry.enter(tenant, call).is_some());
    }
}
