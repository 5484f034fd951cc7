//! The calls that are live on this node, as others may see and steer them.

use std::sync::Arc;

use call::io::Command;
use dashmap::DashMap;
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

/// Keeps a call in the registry as long as it lives.
#[derive(Debug)]
pub struct Registered {
    registry: Registry,
    call: CallId,
}

impl Registry {
    /// Enters a call. Commands arrive on the receiver; it holds four, more are refused.
    pub fn enter(
        &self,
        tenant_id: TenantId,
        call: CallId,
    ) -> (Registered, mpsc::Receiver<Command>) {
        let (commands, received) = mpsc::channel(4);
        self.calls.insert(
            call,
            LiveCall {
                tenant_id,
                commands,
            },
        );
        metrics::gauge!("trunkline_calls_live").set(self.calls.len() as f64);
        (
            Registered {
                registry: self.clone(),
                call,
            },
            received,
        )
    }

    pub fn len(&self) -> usize {
        self.calls.len()
    }

    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// Ends every live call with a command; used when the node stops.
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
