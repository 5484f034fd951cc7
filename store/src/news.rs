//! What was committed about calls, told to those of this process who watch their tenant.
//!
//! A transaction gathers what it writes and tells it when it is committed, so that whoever is told
//! finds it in the database, and nobody is told of what was undone. News carry ids alone: what they
//! are about is read in a transaction of the watcher's own tenant. Other nodes' transactions are not
//! heard of.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tenant_config::id::{RecordingId, TenantId};
use tokio::sync::broadcast;
use uuid::Uuid;

use crate::{Store, call::CallRef};

/// Something new about a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallNews {
    pub call: CallRef,
    pub change: CallChange,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallChange {
    Began,
    /// The carrier's word for it is another.
    Moved,
    Ended,
    /// A turn is over: its number in the call.
    Turn(u32),
    Event(Uuid),
    Recorded(RecordingId),
}

/// Hears of one tenant's calls.
#[derive(Debug)]
pub struct CallWatch {
    news: broadcast::Receiver<CallNews>,
}

/// What comes to a watcher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    News(CallNews),
    /// The watcher was slow: so many were let go.
    Missed(u64),
    /// Nothing will come any more.
    Over,
}

impl CallWatch {
    /// The next news. Dropping the future loses none.
    pub async fn next(&mut self) -> Heard {
        match self.news.recv().await {
            Ok(news) => Heard::News(news),
            Err(broadcast::error::RecvError::Lagged(missed)) => Heard::Missed(missed),
            Err(broadcast::error::RecvError::Closed) => Heard::Over,
        }
    }
}

/// Those who watch. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watchers(Arc<Mutex<Watched>>);

#[derive(Debug, Default)]
struct Watched {
    /// A tenant is in it while somebody watches, and until the next news of it.
    tenants: HashMap<TenantId, broadcast::Sender<CallNews>>,
    is_over: bool,
}

impl Watchers {
    fn watch(&self, tenant: TenantId) -> Option<CallWatch> {
        let mut watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if watched.is_over {
            let (_, news) = broadcast::channel(1);
            return Some(CallWatch { news });
        }
        let sender = watched
            .tenants
            .entry(tenant)
            .or_insert_with(|| broadcast::channel(KEPT).0);
        (sender.receiver_count() < MOST_WATCHERS).then(|| CallWatch {
            news: sender.subscribe(),
        })
    }

    pub(crate) fn tell(&self, news: &[CallNews]) {
        if news.is_empty() {
            return;
        }
        let mut watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for news in news {
            let tenant = news.call.tenant_id;
            let is_left = watched
                .tenants
                .get(&tenant)
                .is_some_and(|sender| sender.send(*news).is_err());
            if is_left {
                watched.tenants.remove(&tenant);
            }
        }
    }

    fn end(&self) {
        let mut watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        watched.is_over = true;
        watched.tenants.clear();
    }
}

impl Store {
    /// Hears of what is committed about a tenant's calls from here on, by this process. `None` while
    /// a hundred watch the tenant.
    pub fn watch_calls(&self, tenant: TenantId) -> Option<CallWatch> {
        self.watchers().watch(tenant)
    }

    /// Tells all watchers that it is over, and whoever comes later. For a node that stops.
    pub fn end_watches(&self) {
        self.watchers().end();
    }
}

/// News that wait for a slow watcher: seconds of a busy tenant.
const KEPT: usize = 512;
const MOST_WATCHERS: usize = 100;

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use tenant_config::id::CallId;

    use super::*;

    fn news(tenant: TenantId) -> CallNews {
        CallNews {
            call: CallRef {
                tenant_id: tenant,
                call_id: CallId(Uuid::from_u128(7)),
                started_at: DateTime::UNIX_EPOCH,
            },
            change: CallChange::Began,
        }
    }

    #[tokio::test]
    async fn a_watcher_hears_of_its_own_tenant_alone() {
        let (ours, theirs) = (TenantId(Uuid::from_u128(1)), TenantId(Uuid::from_u128(2)));
        let watchers = Watchers::default();
        let mut watch = watchers.watch(ours).unwrap();
        watchers.tell(&[news(theirs), news(ours)]);
        assert_eq!(watch.next().await, Heard::News(news(ours)));
        for _ in 0..=KEPT {
            watchers.tell(&[news(ours)]);
        }
        assert_eq!(watch.next().await, Heard::Missed(1));
        watchers.end();
        while let Heard::News(_) = watch.next().await {}
        assert_eq!(watch.next().await, Heard::Over);
        assert_eq!(watchers.watch(ours).unwrap().next().await, Heard::Over);
    }

    #[test]
    fn a_tenant_that_nobody_watches_is_forgotten_and_a_crowd_refused() {
        let ours = TenantId(Uuid::from_u128(1));
        let watchers = Watchers::default();
        let all: Vec<_> = (0..MOST_WATCHERS)
            .map(|_| watchers.watch(ours).unwrap())
            .collect();
        assert!(watchers.watch(ours).is_none());
        drop(all);
        watchers.tell(&[news(ours)]);
        assert!(watchers.0.lock().unwrap().tenants.is_empty());
    }
}
