//! Hundreds of media streams on few threads. Each thread waits in `epoll` until the next frame is
//! due or a server says something; no task, no timer and no allocation for a frame, so that the
//! caller costs little beside the server that it shares a machine with.
//!
//! Linux only. Opens no stream and places no call: it holds what was opened.

mod ear;
mod echo;
mod figures;
mod framing;
mod held;
mod reader;
mod socket;
mod thread;
mod turns;

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::sync::oneshot;

pub(crate) use figures::{EchoTotals, Figures, Times};
pub(crate) use held::{Caller, Held, Seat};
pub(crate) use socket::{Upgraded, open};
use thread::{Command, Thread};

/// Which figures a stream counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The server under test.
    Server,
    /// The loopback echo that shows what the machine alone costs.
    Floor,
}

/// How eagerly a thread works.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Pace {
    /// Goes before all else on the machine.
    pub realtime: bool,
    /// Looks at its sockets and deadlines no more often than this.
    pub tick: Duration,
}

/// What can be read while streams are held.
#[derive(Debug, Default)]
pub(crate) struct Gauges {
    /// Streams of the server under test.
    pub live: AtomicU64,
    /// The worst lateness since it was last asked for, in µs.
    pub worst_us: AtomicU64,
}

/// The figures of both sides.
#[derive(Debug, Clone, Default)]
pub(crate) struct BothFigures {
    pub server: Figures,
    pub floor: Figures,
}

/// The threads.
#[derive(Debug)]
pub(crate) struct Exchange {
    threads: Vec<Thread>,
    next: AtomicUsize,
    gauges: Arc<Gauges>,
}

impl Exchange {
    /// Starts so many threads, at least one.
    ///
    /// # Errors
    /// When there can be no thread, or the user may not have realtime ones.
    pub(crate) fn start(threads: usize, pace: Pace) -> io::Result<Self> {
        let gauges = Arc::<Gauges>::default();
        let threads = (0..threads.max(1)).map(|_| Thread::start(Arc::clone(&gauges), pace));
        Ok(Self {
            threads: threads.collect::<io::Result<_>>()?,
            next: AtomicUsize::new(0),
            gauges,
        })
    }

    /// Holds a stream until its end; `None` when the threads are gone.
    pub(crate) async fn hold(&self, side: Side, upgraded: Upgraded, seat: Seat) -> Option<Held> {
        let (reply, held) = oneshot::channel();
        let next = self.next.fetch_add(1, Ordering::Relaxed) % self.threads.len();
        self.threads[next].tell(Command::Hold {
            side,
            stream: Box::new((upgraded, seat)),
            reply,
        });
        held.await.ok()
    }

    /// All callers of this side put the phone down.
    pub(crate) fn hang_up(&self, side: Side) {
        for thread in &self.threads {
            thread.tell(Command::HangUp(side));
        }
    }

    /// Everything counted so far. Holds the threads up for some ms, so it is for the end.
    pub(crate) async fn figures(&self) -> BothFigures {
        let mut sum = BothFigures::default();
        for thread in &self.threads {
            let (reply, figures) = oneshot::channel();
            thread.tell(Command::Report(reply));
            if let Ok(figures) = figures.await {
                sum.server.add(&figures.server);
                sum.floor.add(&figures.floor);
            }
        }
        sum
    }

    /// Streams of the server under test that are held.
    pub(crate) fn live(&self) -> u64 {
        self.gauges.live.load(Ordering::Relaxed)
    }

    /// The worst lateness of a send since this was last asked.
    pub(crate) fn worst_lateness(&self) -> Duration {
        Duration::from_micros(self.gauges.worst_us.swap(0, Ordering::Relaxed))
    }
}
