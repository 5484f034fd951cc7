//! Worker threads behind a bounded queue: how every model here admits work.
//!
//! Threads, not tasks: an inference keeps a core busy for tens to hundreds of milliseconds and
//! must not run where the audio runs. When the queue is full, work whose caller has gone is
//! dropped first; if none was, the new job is refused.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};

use crate::LoadError;

/// How many threads serve a model and how many jobs may wait for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolSize {
    /// At least 1; each costs one core while it works.
    pub workers: usize,
    /// Waiting jobs beyond those being worked on; more are refused as busy.
    pub queue: usize,
}

/// A piece of work that somebody waits for.
pub(crate) trait Job: Send + 'static {
    /// Nobody waits any more.
    fn is_cancelled(&self) -> bool;
}

/// The queue was full of work that is still wanted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Full;

/// The submitting side. Dropping it lets the workers end after the work in hand.
pub(crate) struct Pool<J: Job> {
    shared: Arc<Shared<J>>,
    capacity: usize,
}

/// The working side: one per thread.
pub(crate) struct Jobs<J: Job> {
    shared: Arc<Shared<J>>,
}

struct Shared<J> {
    state: Mutex<State<J>>,
    changed: Condvar,
}

struct State<J> {
    waiting: VecDeque<J>,
    closed: bool,
}

impl<J: Job> Pool<J> {
    /// Starts one named thread for each of `workers`; `queue` as in [`PoolSize`].
    pub(crate) fn start<W>(
        what: &'static str,
        queue: usize,
        workers: impl IntoIterator<Item = W>,
    ) -> Result<Self, LoadError>
    where
        W: FnOnce(Jobs<J>) + Send + 'static,
    {
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                waiting: VecDeque::new(),
                closed: false,
            }),
            changed: Condvar::new(),
        });
        let pool = Self {
            shared,
            capacity: queue.max(1),
        };
        for work in workers {
            let jobs = Jobs {
                shared: pool.shared.clone(),
            };
            std::thread::Builder::new()
                .name(what.into())
                .spawn(move || work(jobs))
                .map_err(|source| LoadError::Thread { what, source })?;
        }
        Ok(pool)
    }

    /// Queues a job, or refuses it. Never blocks on the work itself.
    pub(crate) fn submit(&self, job: J) -> Result<(), Full> {
        let mut state = self.shared.lock();
        if state.waiting.len() >= self.capacity {
            state.waiting.retain(|waiting| !waiting.is_cancelled());
        }
        if state.waiting.len() >= self.capacity {
            return Err(Full);
        }
        state.waiting.push_back(job);
        drop(state);
        self.shared.changed.notify_one();
        Ok(())
    }
}

impl<J: Job> Drop for Pool<J> {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.closed = true;
        state.waiting.clear();
        drop(state);
        self.shared.changed.notify_all();
    }
}

impl<J: Job> Jobs<J> {
    /// Waits for the next job that somebody still wants; `None` once the pool is gone.
    pub(crate) fn next(&self) -> Option<J> {
        let mut state = self.shared.lock();
        loop {
            if state.closed {
                return None;
            }
            match state.waiting.pop_front() {
                Some(job) if job.is_cancelled() => {}
                Some(job) => return Some(job),
                None => {
                    state = self
                        .shared
                        .changed
                        .wait(state)
                        .unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }

    /// Puts the rest of a long job behind those that wait, so that no call keeps a worker to
    /// itself. May exceed the queue by one per worker: the job had been admitted.
    pub(crate) fn yield_job(&self, job: J) {
        let mut state = self.shared.lock();
        if !state.closed {
            state.waiting.push_back(job);
            drop(state);
            self.shared.changed.notify_one();
        }
    }
}

impl<J> Shared<J> {
    fn lock(&self) -> MutexGuard<'_, State<J>> {
        // The queue is consistent between any two statements, so a panic elsewhere spoils nothing.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        atomic::{AtomicBool, Ordering},
        mpsc,
    };

    use super::*;

    struct Number {
        value: u32,
        cancelled: Arc<AtomicBool>,
    }

    impl Job for Number {
        fn is_cancelled(&self) -> bool {
            self.cancelled.load(Ordering::Relaxed)
        }
    }

    fn number(value: u32) -> Number {
        Number {
            value,
            cancelled: Arc::default(),
        }
    }

    /// A pool whose only worker waits for a signal before each job.
    fn gated(queue: usize) -> (Pool<Number>, mpsc::Sender<()>, mpsc::Receiver<u32>) {
        let (open, gate) = mpsc::channel();
        let (done, results) = mpsc::channel();
        let worker = move |jobs: Jobs<Number>| {
            while gate.recv().is_ok() {
                let Some(job) = jobs.next() else { return };
                if done.send(job.value).is_err() {
                    return;
                }
            }
        };
        (Pool::start("test", queue, [worker]).unwrap(), open, results)
    }

    #[test]
    fn jobs_run_in_order_and_a_full_queue_refuses() {
        let (pool, open, results) = gated(2);
        pool.submit(number(1)).unwrap();
        pool.submit(number(2)).unwrap();
        assert_eq!(pool.submit(number(3)), Err(Full));
        open.send(()).unwrap();
        open.send(()).unwrap();
        assert_eq!([results.recv().unwrap(), results.recv().unwrap()], [1, 2]);
    }

    #[test]
    fn work_that_nobody_wants_makes_room_and_is_never_run() {
        let (pool, open, results) = gated(2);
        let unwanted = number(1);
        let cancel = unwanted.cancelled.clone();
        pool.submit(unwanted).unwrap();
        pool.submit(number(2)).unwrap();
        cancel.store(true, Ordering::Relaxed);
        pool.submit(number(3)).unwrap();
        open.send(()).unwrap();
        open.send(()).unwrap();
        assert_eq!([results.recv().unwrap(), results.recv().unwrap()], [2, 3]);
    }

    #[test]
    fn the_workers_end_with_the_pool() {
        let (ended, waits) = mpsc::channel();
        let worker = move |jobs: Jobs<Number>| {
            while jobs.next().is_some() {}
            ended.send(()).unwrap();
        };
        drop(Pool::start("test", 1, [worker]).unwrap());
        waits
            .recv_timeout(std::time::Duration::from_secs(5))
            .unwrap();
    }
}
