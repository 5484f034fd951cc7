//! Whether a node has time for another conversation, by measuring it.
//!
//! A call's frames leave on absolute deadlines, 20 ms apart. A task does the same and notes how
//! late it is woken: when wake-ups come a frame late, frames do. The share of the processors that
//! is in use says it earlier, and also sees what does not run on the runtime: recognition and
//! voices.

use std::time::Duration;

use tokio::time::Instant;

use super::Admission;

/// One second of a node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LoadSample {
    /// How late the latest twentieth of the wake-ups came.
    pub late_p95: Duration,
    /// Share of all processors in use, 0.0 to 1.0; `None` where the system does not tell.
    pub cpu: Option<f32>,
}

/// Turns samples into busy or not, slowly enough not to flap.
#[derive(Debug, Default)]
pub struct LoadGate {
    busy: bool,
    /// Samples in a row that speak for the other state.
    against: u32,
}

impl LoadGate {
    /// Takes one second into account; whether the node is busy.
    pub fn judge(&mut self, sample: LoadSample) -> bool {
        let (disagrees, needed) = if self.busy {
            (sample.is_easy(), EASY_FOR)
        } else {
            (sample.is_overloaded(), OVERLOADED_FOR)
        };
        self.against = if disagrees { self.against + 1 } else { 0 };
        if self.against >= needed {
            self.busy = !self.busy;
            self.against = 0;
        }
        self.busy
    }
}

impl LoadSample {
    fn is_overloaded(self) -> bool {
        self.late_p95 >= LATE || self.cpu.is_some_and(|share| share >= CPU_FULL)
    }

    fn is_easy(self) -> bool {
        self.late_p95 < IN_TIME && self.cpu.is_none_or(|share| share < CPU_FREE)
    }
}

/// Measures for as long as the node runs, and tells its door.
pub async fn watch(admission: Admission) {
    let mut gate = LoadGate::default();
    let mut processors = Processors::default();
    loop {
        let sample = LoadSample {
            late_p95: lateness().await,
            cpu: processors.share_in_use(),
        };
        metrics::gauge!("trunkline_wakeup_late_seconds").set(sample.late_p95.as_secs_f64());
        if let Some(share) = sample.cpu {
            metrics::gauge!("trunkline_cpu_share").set(f64::from(share));
        }
        // Reservations lapse, and are no longer counted, also while nobody calls.
        let places = admission.taken(std::time::Instant::now());
        let busy = gate.judge(sample);
        if busy != admission.is_busy() {
            let late_ms = sample.late_p95.as_secs_f64() * 1e3;
            tracing::warn!(busy, late_ms, cpu = sample.cpu, places, "load");
            admission.set_busy(busy);
        }
        metrics::gauge!("trunkline_busy").set(f64::from(u8::from(busy)));
    }
}

/// The 95th percentile of a second's wake-ups.
async fn lateness() -> Duration {
    let mut late = [Duration::ZERO; TICKS];
    let mut due = Instant::now();
    for slot in &mut late {
        due += TICK;
        tokio::time::sleep_until(due).await;
        *slot = due.elapsed();
    }
    late.sort_unstable();
    late[TICKS - 1 - TICKS / 20]
}

/// Counters of the system since it started, in ticks.
#[derive(Debug, Default)]
struct Processors {
    all: u64,
    idle: u64,
}

impl Processors {
    /// The share in use since the last time.
    fn share_in_use(&mut self) -> Option<f32> {
        let stat = std::fs::read_to_string("/proc/stat").ok()?;
        let now = Self::read(&stat)?;
        let last = std::mem::replace(self, now);
        let all = self.all.checked_sub(last.all).filter(|ticks| *ticks > 0)?;
        let idle = self.idle.saturating_sub(last.idle).min(all);
        Some((all - idle) as f32 / all as f32)
    }

    /// The first line of `/proc/stat` (proc(5)): user, nice, system, idle, iowait, irq, softirq,
    /// steal. What another machine took (steal) is not ours to use.
    fn read(stat: &str) -> Option<Self> {
        let line = stat.lines().next()?.strip_prefix("cpu ")?;
        let ticks: Vec<u64> = line
            .split_whitespace()
            .take(8)
            .map(|word| word.parse().ok())
            .collect::<Option<_>>()?;
        let (idle, waiting) = (ticks.get(3)?, ticks.get(4)?);
        Some(Self {
            all: ticks.iter().sum(),
            idle: idle + waiting,
        })
    }
}

/// The pace of a call's frames.
const TICK: Duration = Duration::from_millis(20);
/// A second of them.
const TICKS: usize = 50;
/// One frame late: the playout lead of 200 ms still hides it, but not ten of them.
const LATE: Duration = Duration::from_millis(20);
/// A quiet machine wakes within 2 ms; the runtime's timers are exact to one.
const IN_TIME: Duration = Duration::from_millis(8);
/// Nothing is left for the next utterance to be recognized with.
const CPU_FULL: f32 = 0.95;
const CPU_FREE: f32 = 0.80;
/// In seconds. Recognizing one utterance takes half a second: that is no overload.
const OVERLOADED_FOR: u32 = 3;
/// In seconds. A call that ends makes room for one, not for a wave of them.
const EASY_FOR: u32 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(late_ms: u64, cpu: f32) -> LoadSample {
        LoadSample {
            late_p95: Duration::from_millis(late_ms),
            cpu: Some(cpu),
        }
    }

    fn judge(gate: &mut LoadGate, sample: LoadSample, seconds: u32) -> bool {
        (0..seconds).fold(false, |_, _| gate.judge(sample))
    }

    #[test]
    fn late_wakeups_or_full_processors_make_a_node_busy_after_three_seconds() {
        for overload in [sample(25, 0.3), sample(1, 0.99)] {
            let mut gate = LoadGate::default();
            assert!(!judge(&mut gate, overload, 2));
            assert!(!judge(&mut gate, sample(1, 0.3), 1), "a burst is none");
            assert!(!judge(&mut gate, overload, 2));
            assert!(judge(&mut gate, overload, 1));
        }
    }

    #[test]
    fn a_busy_node_stays_busy_until_it_has_had_it_easy_for_five_seconds() {
        let mut gate = LoadGate::default();
        assert!(judge(&mut gate, sample(30, 1.0), 3));
        assert!(judge(&mut gate, sample(10, 0.9), 60), "neither nor");
        assert!(judge(&mut gate, sample(1, 0.5), 4));
        assert!(judge(&mut gate, sample(1, 0.9), 1), "counted anew");
        assert!(!judge(&mut gate, sample(1, 0.5), 5));
    }

    #[test]
    fn a_system_that_tells_no_share_is_judged_by_lateness() {
        let quiet = LoadSample {
            late_p95: Duration::from_millis(1),
            cpu: None,
        };
        assert!(!judge(&mut LoadGate::default(), quiet, 10));
    }

    #[test]
    fn the_share_is_of_the_time_since_the_last_look() {
        let read = |text| Processors::read(text).unwrap();
        let first = read("cpu  100 0 100 700 100 0 0 0 0 0\ncpu0 1 2 3\n");
        assert_eq!((first.all, first.idle), (1_000, 800));
        assert!(Processors::read("intr 5").is_none());
        assert!(Processors::read("cpu  1 2 x 4 5 6 7 8").is_none());
    }
}
