//! A thread of the exchange: one `epoll`, one queue of deadlines. Sends come first: it looks at the
//! clock after each small batch of what servers said.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    io,
    os::fd::OwnedFd,
    sync::{Arc, atomic::Ordering, mpsc},
    time::{Duration, Instant},
};

use rustix::{
    event::{
        EventfdFlags, Timespec,
        epoll::{self, EventData, EventFlags},
        eventfd,
    },
    io::Errno,
};
use tokio::sync::oneshot;

use super::{
    BothFigures, Gauges, Held, Pace, Seat, Side, Upgraded,
    figures::Figures,
    held::{Scratch, Stream},
};
use crate::report::StreamEnd;

/// What a thread can be told.
#[derive(Debug)]
pub(super) enum Command {
    Hold {
        side: Side,
        stream: Box<(Upgraded, Seat)>,
        reply: oneshot::Sender<Held>,
    },
    HangUp(Side),
    Report(oneshot::Sender<BothFigures>),
}

/// The handle of a thread, which ends when this is dropped.
#[derive(Debug)]
pub(super) struct Thread {
    commands: Option<mpsc::Sender<Command>>,
    wake: Arc<OwnedFd>,
    handle: Option<std::thread::JoinHandle<()>>,
}

impl Thread {
    pub(super) fn start(gauges: Arc<Gauges>, pace: Pace) -> io::Result<Self> {
        let wake = Arc::new(eventfd(0, EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC)?);
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        epoll::add(&epoll, &wake, EventData::new_u64(WAKE), EventFlags::IN)?;
        let (commands, queue) = mpsc::channel();
        let worker = Worker {
            epoll,
            wake: Arc::clone(&wake),
            queue,
            streams: Vec::new(),
            due: BinaryHeap::new(),
            figures: BothFigures::default(),
            gauges,
            tick: pace.tick,
            room: Scratch {
                read: vec![0; 64 * 1024],
                text: Vec::with_capacity(1024),
                payload: Vec::with_capacity(1024),
                worst_lateness: Duration::ZERO,
            },
        };
        let (ready, started) = mpsc::channel();
        let handle = std::thread::Builder::new()
            .name("exchange".to_owned())
            .spawn(move || {
                let taken = if pace.realtime { go_first() } else { Ok(()) };
                let refused = taken.is_err();
                // Whoever started it waits for this.
                let _ = ready.send(taken);
                if !refused {
                    worker.run();
                }
            })?;
        started
            .recv()
            .unwrap_or_else(|_| Err(io::Error::other("the thread ended before it began")))?;
        Ok(Self {
            commands: Some(commands),
            wake,
            handle: Some(handle),
        })
    }

    pub(super) fn tell(&self, command: Command) {
        // A thread that is gone drops the reply, which whoever waits for it notices.
        if let Some(commands) = &self.commands {
            let _ = commands.send(command);
        }
        self.wake();
    }

    fn wake(&self) {
        // A full counter has woken it already.
        let _ = rustix::io::write(&self.wake, &1_u64.to_ne_bytes());
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.commands = None;
        self.wake();
        if let Some(handle) = self.handle.take() {
            let _ = handle.join();
        }
    }
}

/// The calling thread goes before every thread that is not realtime, as if it had the machine alone.
#[expect(unsafe_code, reason = "no library of ours has the call")]
fn go_first() -> io::Result<()> {
    let lowest = libc::sched_param { sched_priority: 1 };
    // SAFETY: the thread is the calling one and the structure lives until the call returns.
    let error = unsafe {
        libc::pthread_setschedparam(libc::pthread_self(), libc::SCHED_FIFO, &raw const lowest)
    };
    match error {
        0 => Ok(()),
        number => {
            let refused = io::Error::from_raw_os_error(number);
            let told = format!("no thread may be realtime ({refused}): leave --realtime out");
            Err(io::Error::new(refused.kind(), told))
        }
    }
}

/// The event that is no stream's.
const WAKE: u64 = u64::MAX;
/// What servers said is read in batches of so many streams.
const BATCH: usize = 16;
/// The longest sleep.
const IDLE: Duration = Duration::from_secs(1);

struct Worker {
    epoll: OwnedFd,
    wake: Arc<OwnedFd>,
    queue: mpsc::Receiver<Command>,
    streams: Vec<Option<Live>>,
    /// When each stream is due; an entry of a stream that is over is passed over.
    due: BinaryHeap<Reverse<(Instant, usize)>>,
    figures: BothFigures,
    gauges: Arc<Gauges>,
    tick: Duration,
    room: Scratch,
}

struct Live {
    side: Side,
    stream: Stream,
    reply: oneshot::Sender<Held>,
    /// The entry of the queue that counts.
    due: Instant,
}

impl Worker {
    fn run(mut self) {
        let mut events = Vec::with_capacity(BATCH);
        let mut looked = Instant::now();
        loop {
            // A full batch has more behind it.
            if events.len() < BATCH && !self.due.is_empty() {
                std::thread::sleep(self.tick.saturating_sub(looked.elapsed()));
            }
            looked = Instant::now();
            let wait = self.due.peek().map_or(IDLE, |Reverse((due, _))| {
                due.saturating_duration_since(Instant::now()).min(IDLE)
            });
            events.clear();
            match epoll::wait(
                &self.epoll,
                rustix::buffer::spare_capacity(&mut events),
                Some(&timespec(wait)),
            ) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => {
                    tracing::error!(%error, "the exchange cannot wait");
                    return;
                }
            }
            self.send_due();
            for event in &events {
                match event.data.u64() {
                    WAKE => {
                        if !self.obey() {
                            return;
                        }
                    }
                    token => self.readable(token as usize),
                }
            }
            self.publish();
        }
    }

    /// Whether to go on.
    fn obey(&mut self) -> bool {
        let mut count = [0; 8];
        // Nothing to read is nothing to forget.
        let _ = rustix::io::read(&self.wake, &mut count);
        loop {
            match self.queue.try_recv() {
                Ok(Command::Hold {
                    side,
                    stream,
                    reply,
                }) => self.take(side, *stream, reply),
                Ok(Command::HangUp(side)) => self.hang_up(side),
                Ok(Command::Report(reply)) => {
                    // Nobody waits for it any more: nothing is lost.
                    let _ = reply.send(self.figures.clone());
                }
                Err(mpsc::TryRecvError::Empty) => return true,
                Err(mpsc::TryRecvError::Disconnected) => return false,
            }
        }
    }

    fn take(
        &mut self,
        side: Side,
        (upgraded, seat): (Upgraded, Seat),
        reply: oneshot::Sender<Held>,
    ) {
        let stream = Stream::new(upgraded, seat, Instant::now());
        let token = self.streams.iter().position(Option::is_none);
        let token = token.unwrap_or_else(|| {
            self.streams.push(None);
            self.streams.len() - 1
        });
        let data = EventData::new_u64(token as u64);
        if let Err(error) = epoll::add(&self.epoll, &stream.tcp, data, EventFlags::IN) {
            tracing::error!(%error, "the exchange cannot watch a socket");
            return;
        }
        let due = stream.due();
        self.due.push(Reverse((due, token)));
        self.streams[token] = Some(Live {
            side,
            stream,
            reply,
            due,
        });
        if side == Side::Server {
            self.gauges.live.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn hang_up(&mut self, side: Side) {
        let now = Instant::now();
        let mut closing = Vec::new();
        for (token, live) in self.streams.iter_mut().enumerate() {
            if let Some(live) = live.as_mut().filter(|live| live.side == side) {
                live.stream.hang_up(StreamEnd::TimeLimit, now);
                closing.push(token);
            }
        }
        for token in closing {
            // Sends what it said, and is due anew.
            self.readable(token);
            self.schedule(token);
        }
    }

    fn send_due(&mut self) {
        while let Some(Reverse((due, token))) = self.due.peek().copied()
            && due <= Instant::now()
        {
            self.due.pop();
            let Some(live) = self.streams[token].as_mut().filter(|live| live.due == due) else {
                continue;
            };
            let figures = side(&mut self.figures, live.side);
            match live.stream.tick(figures, &mut self.room) {
                Some(end) => self.finish(token, end),
                None => self.schedule(token),
            }
        }
    }

    fn schedule(&mut self, token: usize) {
        if let Some(live) = &mut self.streams[token] {
            live.due = live.stream.due();
            self.due.push(Reverse((live.due, token)));
        }
    }

    fn readable(&mut self, token: usize) {
        let Some(live) = self.streams.get_mut(token).and_then(Option::as_mut) else {
            return;
        };
        let figures = side(&mut self.figures, live.side);
        if let Some(end) = live.stream.readable(figures, &mut self.room) {
            self.finish(token, end);
        }
    }

    fn finish(&mut self, token: usize, end: StreamEnd) {
        let Some(live) = self.streams[token].take() else {
            return;
        };
        if live.side == Side::Server {
            self.gauges.live.fetch_sub(1, Ordering::Relaxed);
        }
        let figures = side(&mut self.figures, live.side);
        // Whoever waited may have given up; closing the socket also ends its watch.
        let _ = live.reply.send(live.stream.finish(end, figures));
    }

    fn publish(&mut self) {
        let worst = std::mem::take(&mut self.room.worst_lateness).as_micros() as u64;
        self.gauges.worst_us.fetch_max(worst, Ordering::Relaxed);
    }
}

fn side(figures: &mut BothFigures, side: Side) -> &mut Figures {
    match side {
        Side::Server => &mut figures.server,
        Side::Floor => &mut figures.floor,
    }
}

fn timespec(duration: Duration) -> Timespec {
    Timespec {
        tv_sec: duration.as_secs() as i64,
        tv_nsec: i64::from(duration.subsec_nanos()),
    }
}
