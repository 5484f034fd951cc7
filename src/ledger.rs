//! The ledger: what happens in calls reaches the database once, also when it is away for a while.
//!
//! ```text
//!   calls, webhooks ─▶ queue ─▶ writer ─────────────────────▶ store
//!                                 └─(away)▶ spool ─▶ drainer ─▶ store
//! ```
//!
//! One ledger for a node. Whoever hands a fact over goes on at once; who must know waits until it is
//! in the database or safe on the disk. In usual times facts go straight to the database, what is
//! queued for one tenant in one transaction. While the database is away they wait in the
//! [`spool`], and are written in their order when it is back. Everything is written so that writing
//! it again changes nothing, so an answer that was lost costs a repetition and no more.
//!
//! Knows no carrier's forms and no sound: what the carrier said is heard again by a [`Carrier`].

mod drainer;
pub mod entry;
pub mod life;
pub mod memory;
mod post;
pub mod reaper;
mod recordings;
pub mod spool;
mod writer;

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use store::Store;
use tokio::{
    sync::{Notify, mpsc, oneshot},
    task::JoinHandle,
};

use self::{
    entry::{Carrier, Entry, NoCarrier},
    memory::Memory,
    post::Post,
    spool::{Depth, Spool, SpoolError},
};
use crate::clock::Clock;

/// A node's ledger. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Ledger {
    queue: mpsc::Sender<Handed>,
    shared: Arc<Shared>,
    memory: Memory,
}

/// A ledger that is not running yet.
#[derive(Debug)]
pub struct Opened {
    pub ledger: Ledger,
    received: mpsc::Receiver<Handed>,
    store: Store,
}

/// How things stand, for `/health` and `/ready`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The database did not answer when last asked.
    pub is_away: bool,
    /// Facts that wait on the disk.
    pub waiting: u64,
    pub bytes: u64,
    /// When the oldest of them came about.
    pub oldest: Option<DateTime<Utc>>,
}

/// An entry on its way, and who waits for it to be safe.
#[derive(Debug)]
struct Handed {
    entry: Entry,
    safe: Option<oneshot::Sender<()>>,
    /// Counts as long as the entry waits in the queue.
    _of: Option<Share>,
}

/// A call's share of the queue: one call, however busy, leaves room for the others.
#[derive(Debug, Clone, Default)]
pub struct Share(Arc<()>);

#[derive(Debug)]
struct Shared {
    clock: Clock,
    is_away: AtomicBool,
    is_closing: AtomicBool,
    /// `None`: there is no node, and nothing waits on a disk.
    spool: Option<Mutex<Spool>>,
    /// Copies of the spool's own figures, for whoever may not wait for its lock.
    waiting: AtomicU64,
    bytes: AtomicU64,
    /// Unix time in ms; 0 for none.
    oldest_ms: AtomicU64,
    /// There is something to drain, or it is time to stop.
    wake: Notify,
    stop: Notify,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

/// An entry that could not be taken: too many wait already. It is counted as lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the ledger's queue is full")]
pub struct QueueFull;

impl Ledger {
    /// Opens the spool in `data_dir`. `spool_bytes`: what it may hold.
    pub fn open(
        store: Store,
        clock: Clock,
        data_dir: &Path,
        spool_bytes: u64,
    ) -> Result<Opened, SpoolError> {
        let spool = Spool::open(&data_dir.join("spool"), spool_bytes)?;
        let depth = spool.depth();
        let (ledger, received) = Self::with(clock, Some(Mutex::new(spool)));
        ledger.shared.show(depth);
        Ok(Opened {
            ledger,
            received,
            store,
        })
    }

    /// A running ledger that is no node's: it writes to the database and to nothing else. What
    /// cannot be written within seconds is lost, and counted. Ends when nobody holds it.
    pub fn straight(store: Store, clock: Clock) -> Self {
        let (ledger, received) = Self::with(clock, None);
        let post = Arc::new(Post::new(store, Arc::new(NoCarrier)));
        tokio::spawn(writer::run(received, post, Arc::clone(&ledger.shared)));
        ledger
    }

    fn with(clock: Clock, spool: Option<Mutex<Spool>>) -> (Self, mpsc::Receiver<Handed>) {
        let (queue, received) = mpsc::channel(QUEUE);
        let shared = Arc::new(Shared {
            clock,
            is_away: AtomicBool::new(false),
            is_closing: AtomicBool::new(false),
            spool,
            waiting: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            oldest_ms: AtomicU64::new(0),
            wake: Notify::new(),
            stop: Notify::new(),
            tasks: Mutex::default(),
        });
        let memory = Memory::default();
        let ledger = Self {
            queue,
            shared,
            memory,
        };
        (ledger, received)
    }

    /// Hands an entry of a call over and goes on. The queue holds 16,384, of one call 512; one more
    /// is lost, and counted.
    pub fn hand_over(&self, entry: Entry, of: &Share) -> Result<(), QueueFull> {
        if Arc::strong_count(&of.0) > SHARE {
            lost(entry.kind(), "queue_full");
            return Err(QueueFull);
        }
        self.send(Handed {
            entry,
            safe: None,
            _of: Some(of.clone()),
        })
    }

    /// Hands an entry over and waits until it is written or on the disk, at most for `patience`.
    /// Whether it is; an entry that is not yet keeps its place in the queue.
    pub async fn keep(&self, entry: Entry, patience: Duration) -> Result<bool, QueueFull> {
        let (safe, done) = oneshot::channel();
        self.send(Handed {
            entry,
            safe: Some(safe),
            _of: None,
        })?;
        let done = tokio::time::timeout(patience, done).await;
        Ok(matches!(done, Ok(Ok(()))))
    }

    fn send(&self, handed: Handed) -> Result<(), QueueFull> {
        self.queue.try_send(handed).map_err(|refused| {
            let entry = refused.into_inner().entry;
            lost(entry.kind(), "queue_full");
            QueueFull
        })
    }

    /// The database did not answer, or facts wait on the disk for their turn: what belongs behind
    /// them must go through the ledger too.
    pub fn is_behind(&self) -> bool {
        self.shared.must_spool()
    }

    pub fn standing(&self) -> Standing {
        let oldest = self.shared.oldest_ms.load(Ordering::Relaxed);
        let oldest = i64::try_from(oldest).ok().filter(|ms| *ms != 0);
        Standing {
            is_away: self.shared.is_away.load(Ordering::Relaxed),
            waiting: self.shared.waiting.load(Ordering::Relaxed),
            bytes: self.shared.bytes.load(Ordering::Relaxed),
            oldest: oldest.and_then(DateTime::from_timestamp_millis),
        }
    }

    /// The calls that this node holds or held.
    pub const fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Writes what is queued, to the database or the disk, and stops.
    pub async fn close(&self) {
        self.shared.is_closing.store(true, Ordering::Relaxed);
        self.shared.stop.notify_waiters();
        self.shared.wake.notify_one();
        let tasks: Vec<_> = {
            let mut tasks = self.shared.tasks.lock();
            let tasks = tasks.as_mut().map(|tasks| std::mem::take(&mut **tasks));
            tasks.unwrap_or_default()
        };
        for task in tasks {
            if tokio::time::timeout(CLOSE, task).await.is_err() {
                tracing::error!("the ledger did not close in time");
            }
        }
    }
}

impl Opened {
    /// Begins to write. `carrier` hears again what the carrier said while the database was away.
    pub fn start(self, carrier: Arc<dyn Carrier>) -> Ledger {
        let Self {
            ledger,
            received,
            store,
        } = self;
        let shared = &ledger.shared;
        let post = Arc::new(Post::new(store.clone(), carrier));
        let writing = writer::run(received, Arc::clone(&post), Arc::clone(shared));
        let draining = drainer::run(store, post, Arc::clone(shared));
        let started = [tokio::spawn(writing), tokio::spawn(draining)];
        if let Ok(mut tasks) = shared.tasks.lock() {
            tasks.extend(started);
        }
        ledger
    }
}

impl Shared {
    fn is_closing(&self) -> bool {
        self.is_closing.load(Ordering::Relaxed)
    }

    fn must_spool(&self) -> bool {
        self.is_away.load(Ordering::Relaxed) || self.waiting.load(Ordering::Acquire) > 0
    }

    /// Notes whether the database answers; the change is logged once.
    fn set_away(&self, is_away: bool) {
        if self.is_away.swap(is_away, Ordering::Relaxed) == is_away {
            return;
        }
        metrics::gauge!("trunkline_database_away").set(if is_away { 1.0 } else { 0.0 });
        if is_away {
            tracing::error!("the database does not answer: facts of calls wait on the disk");
        } else {
            tracing::info!("the database answers again");
        }
    }

    /// Runs a step of the spool where it may block, and shows its figures.
    async fn with_spool<T: Send + 'static>(
        self: &Arc<Self>,
        step: impl FnOnce(&mut Spool) -> T + Send + 'static,
    ) -> Option<T> {
        let shared = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || {
            // Its parts are consistent between any two of its steps.
            let spool = shared.spool.as_ref()?.lock();
            let mut spool = spool.unwrap_or_else(PoisonError::into_inner);
            let done = step(&mut spool);
            shared.show(spool.depth());
            Some(done)
        });
        done.await
            .inspect_err(|error| tracing::error!(%error, "a step of the spool failed"))
            .ok()
            .flatten()
    }

    fn show(&self, depth: Depth) {
        self.waiting.store(depth.entries, Ordering::Release);
        self.bytes.store(depth.bytes, Ordering::Relaxed);
        let oldest_ms = depth.oldest.map_or(0, |at| at.timestamp_millis());
        self.oldest_ms
            .store(oldest_ms.try_into().unwrap_or(0), Ordering::Relaxed);
        let age = depth.oldest.map(|at| self.clock.now() - at);
        metrics::gauge!("trunkline_spool_facts").set(depth.entries as f64);
        metrics::gauge!("trunkline_spool_bytes").set(depth.bytes as f64);
        metrics::gauge!("trunkline_spool_oldest_seconds")
            .set(age.map_or(0.0, |age| age.as_seconds_f64().max(0.0)));
    }
}

/// Counts a fact that will be in no database.
fn lost(what: &'static str, why: &'static str) {
    metrics::counter!("trunkline_facts_lost_total", "what" => what, "why" => why).increment(1);
}

/// Ten seconds of a thousand busy calls.
const QUEUE: usize = 16_384;
/// Minutes of conversation.
const SHARE: usize = 512;
const CLOSE: Duration = Duration::from_secs(8);
