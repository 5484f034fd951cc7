//! A call to the worker of this node that something was queued. Without it a job waits for the next
//! look at the queue; other nodes find it then, too.

use std::sync::Arc;

use tokio::sync::Notify;

/// Cheap to clone; all clones reach the same worker.
#[derive(Debug, Clone, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// Call it when what was queued is committed.
    pub fn call(&self) {
        self.0.notify_one();
    }

    pub(super) async fn called(&self) {
        self.0.notified().await;
    }
}
