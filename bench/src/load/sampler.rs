//! Once a second: how many calls are live, and what server, tool and machine take. Tells of it on
//! standard error while a run goes on.

use std::{
    io::IsTerminal as _,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use serde::Serialize;

use super::process::{self, MachineTime, Usage};
use crate::exchange::Exchange;

/// One look.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub(super) struct Sample {
    /// Since the run began.
    pub at_ms: u64,
    /// Streams held with the server under test.
    pub live: u64,
    pub placed: u64,
    /// The tool's worst send of the second.
    pub worst_late_ms: f64,
    /// CPU seconds since the process began; absent when there is no process to look at.
    pub server_cpu_s: Option<f64>,
    pub server_rss_kib: Option<u64>,
    pub server_files: Option<u64>,
    pub server_threads: Option<u64>,
    /// Every fifth second only.
    pub server_pss_kib: Option<u64>,
    pub server_children_cpu_s: Option<f64>,
    pub own_cpu_s: f64,
    pub own_rss_kib: u64,
    /// Busy share of all cores in the second.
    pub machine_busy: f64,
    /// Share that the host of a virtual machine took of them.
    pub machine_stolen: f64,
}

/// What the calls have come to so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub placed: AtomicU64,
    pub ended: AtomicU64,
    pub lost: AtomicU64,
}

/// Looks, until it is told to stop.
#[derive(Debug)]
pub(super) struct Sampler {
    exchange: Arc<Exchange>,
    tally: Arc<Tally>,
    server: Option<u32>,
    began: Instant,
    machine: Option<MachineTime>,
    samples: Vec<Sample>,
}

/// Memory by share and the processes of the server's are looked at once in so many samples.
const RARELY: usize = 5;
/// How often a log is told what a terminal is told each second.
const TOLD_EVERY_S: u64 = 10;
const SECOND: Duration = Duration::from_secs(1);

impl Sampler {
    /// Takes the first sample, before any call.
    pub(super) fn new(
        exchange: Arc<Exchange>,
        tally: Arc<Tally>,
        server: Option<u32>,
        began: Instant,
    ) -> Self {
        let mut sampler = Self {
            exchange,
            tally,
            server,
            began,
            machine: process::machine(),
            samples: Vec::new(),
        };
        sampler.look();
        sampler
    }

    /// Looks every second, until this is dropped or `stop` is ready; then once more.
    pub(super) async fn run(mut self, stop: tokio::sync::oneshot::Receiver<()>) -> Vec<Sample> {
        tokio::pin!(stop);
        let mut next = self.began;
        loop {
            next += SECOND;
            tokio::select! {
                () = tokio::time::sleep_until(next.into()) => self.look(),
                _ = &mut stop => break,
            }
            self.tell();
        }
        self.look_closely();
        self.samples
    }

    fn look(&mut self) {
        if self.samples.len().is_multiple_of(RARELY) {
            self.look_closely();
        } else {
            let sample = self.sample();
            self.samples.push(sample);
        }
    }

    fn look_closely(&mut self) {
        let sample = Sample {
            server_pss_kib: self.server.and_then(process::pss_kib),
            server_children_cpu_s: self.server.map(process::descendants_cpu_s),
            ..self.sample()
        };
        self.samples.push(sample);
    }

    fn sample(&mut self) -> Sample {
        let server = self.server.and_then(process::usage);
        let own = process::usage(std::process::id()).unwrap_or_default();
        let (machine_busy, machine_stolen) = self.machine_shares();
        let of_server = |read: fn(Usage) -> u64| server.map(read);
        Sample {
            at_ms: self.began.elapsed().as_millis() as u64,
            live: self.exchange.live(),
            placed: self.tally.placed.load(Ordering::Relaxed),
            worst_late_ms: self.exchange.worst_lateness().as_secs_f64() * 1_000.0,
            server_cpu_s: server.map(|usage| usage.cpu_s),
            server_rss_kib: of_server(|usage| usage.rss_kib),
            server_files: of_server(|usage| usage.files),
            server_threads: of_server(|usage| usage.threads),
            server_pss_kib: None,
            server_children_cpu_s: None,
            own_cpu_s: own.cpu_s,
            own_rss_kib: own.rss_kib,
            machine_busy,
            machine_stolen,
        }
    }

    /// Busy and stolen, since the last look.
    fn machine_shares(&mut self) -> (f64, f64) {
        let before = self.machine;
        self.machine = process::machine();
        match (before, self.machine) {
            (Some(before), Some(after)) if after.all > before.all => {
                let all = after.all - before.all;
                let share = |from: f64, to: f64| (to - from) / all;
                (
                    share(before.busy, after.busy),
                    share(before.stolen, after.stolen),
                )
            }
            _ => (0.0, 0.0),
        }
    }

    #[expect(clippy::print_stderr, reason = "the command line speaks to its user")]
    fn tell(&self) {
        let Some(sample) = self.samples.last() else {
            return;
        };
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let is_terminal = std::io::stderr().is_terminal();
        let second = sample.at_ms / 1_000;
        if !is_terminal && !second.is_multiple_of(TOLD_EVERY_S) {
            return;
        }
        let line = format!(
            "{second:>4} s  {:>4} live  {:>6} placed  {:>6} ended  {:>4} lost  tool at most \
             {:>6.1} ms late  machine {:>3.0} % busy",
            sample.live,
            sample.placed,
            count(&self.tally.ended),
            count(&self.tally.lost),
            sample.worst_late_ms,
            sample.machine_busy * 100.0,
        );
        if is_terminal {
            eprint!("\r{line} ");
        } else {
            eprintln!("{line}");
        }
    }
}
