//! From samples to what a call costs: CPU for each second of each call, memory for each call, and
//! whether memory grows.

use serde::Serialize;

use super::sampler::Sample;

/// The server under test in the steady part of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct ServerUse {
    pub pid: u32,
    /// User and system time for each second of each call.
    pub cpu_ms_per_call_second: Option<f64>,
    /// The same of the processes that it started, such as a private database.
    pub children_cpu_ms_per_call_second: Option<f64>,
    /// Cores busy on average.
    pub cores: f64,
    pub rss_before_kib: u64,
    pub rss_steady_kib: u64,
    pub rss_peak_kib: u64,
    pub rss_after_kib: u64,
    /// What the steady part takes more than the beginning, for each live call.
    pub rss_kib_per_call: Option<f64>,
    pub pss_before_kib: Option<u64>,
    pub pss_steady_kib: Option<u64>,
    pub pss_kib_per_call: Option<f64>,
    /// Mean memory of the last fifth against that of the second fifth, in percent.
    pub rss_growth_percent: Option<f64>,
    pub files_before: u64,
    pub files_after: u64,
    pub threads_before: u64,
    pub threads_after: u64,
}

/// The tool itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct OwnUse {
    pub cpu_ms_per_call_second: Option<f64>,
    pub cores: f64,
    pub rss_peak_kib: u64,
}

/// The whole machine.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct MachineUse {
    pub cores: usize,
    /// Mean busy share of all cores.
    pub busy: f64,
    /// Mean share that the host of a virtual machine took while something was ready to run.
    pub stolen: f64,
}

impl ServerUse {
    /// `None` when there was no such process.
    pub(super) fn of(pid: u32, samples: &[Sample], steady: &[Sample]) -> Option<Self> {
        let first = samples.first()?;
        let last = samples
            .iter()
            .rev()
            .find(|sample| sample.server_rss_kib.is_some())?;
        let rss_before_kib = first.server_rss_kib?;
        let cpu = |sample: &Sample| sample.server_cpu_s;
        let children = |sample: &Sample| sample.server_children_cpu_s;
        let rss = |sample: &Sample| sample.server_rss_kib;
        let pss = |sample: &Sample| sample.server_pss_kib;
        let live = mean(steady.iter().map(|sample| sample.live));
        let each = |before: Option<u64>, steady: Option<f64>| {
            let live = live.filter(|&live| live >= 0.5)?;
            Some((steady? - before? as f64) / live)
        };
        let rss_steady = mean(steady.iter().filter_map(rss));
        let pss_steady = mean(steady.iter().filter_map(pss));
        Some(Self {
            pid,
            cpu_ms_per_call_second: per_call_second(steady, cpu),
            children_cpu_ms_per_call_second: per_call_second(steady, children),
            cores: cores(steady, cpu),
            rss_before_kib,
            rss_steady_kib: rss_steady? as u64,
            rss_peak_kib: samples.iter().filter_map(rss).max()?,
            rss_after_kib: last.server_rss_kib?,
            rss_kib_per_call: each(Some(rss_before_kib), rss_steady),
            pss_before_kib: first.server_pss_kib,
            pss_steady_kib: pss_steady.map(|kib| kib as u64),
            pss_kib_per_call: each(first.server_pss_kib, pss_steady),
            rss_growth_percent: growth(&steady.iter().filter_map(rss).collect::<Vec<_>>()),
            files_before: first.server_files?,
            files_after: last.server_files?,
            threads_before: first.server_threads?,
            threads_after: last.server_threads?,
        })
    }
}

impl OwnUse {
    pub(super) fn of(steady: &[Sample]) -> Self {
        let cpu = |sample: &Sample| Some(sample.own_cpu_s);
        let rss = steady.iter().map(|sample| sample.own_rss_kib);
        Self {
            cpu_ms_per_call_second: per_call_second(steady, cpu),
            cores: cores(steady, cpu),
            rss_peak_kib: rss.max().unwrap_or(0),
        }
    }
}

impl MachineUse {
    pub(super) fn of(steady: &[Sample]) -> Self {
        // A sample tells of the second before it.
        let busy = steady.iter().skip(1).map(|sample| sample.machine_busy);
        let stolen = steady.iter().skip(1).map(|sample| sample.machine_stolen);
        let count = steady.len().saturating_sub(1).max(1) as f64;
        Self {
            cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            busy: busy.sum::<f64>() / count,
            stolen: stolen.sum::<f64>() / count,
        }
    }
}

/// CPU ms between the first and the last sample that know it, for each second of each live call.
fn per_call_second(samples: &[Sample], cpu_s: impl Fn(&Sample) -> Option<f64>) -> Option<f64> {
    let (from, to, spent) = spent(samples, cpu_s)?;
    let pairs = samples
        .windows(2)
        .filter(|pair| from <= pair[0].at_ms && pair[1].at_ms <= to);
    let call_seconds: f64 = pairs
        .map(|pair| {
            let live = (pair[0].live + pair[1].live) as f64 / 2.0;
            live * (pair[1].at_ms - pair[0].at_ms) as f64 / 1_000.0
        })
        .sum();
    (call_seconds > 0.0).then(|| spent * 1_000.0 / call_seconds)
}

fn cores(samples: &[Sample], cpu_s: impl Fn(&Sample) -> Option<f64>) -> f64 {
    match spent(samples, cpu_s) {
        Some((from, to, spent)) if to > from => spent * 1_000.0 / (to - from) as f64,
        _ => 0.0,
    }
}

/// From when to when in ms, and the CPU seconds between.
fn spent(samples: &[Sample], cpu_s: impl Fn(&Sample) -> Option<f64>) -> Option<(u64, u64, f64)> {
    let mut known = samples.iter().filter_map(|s| Some((s.at_ms, cpu_s(s)?)));
    let first = known.next()?;
    let last = known.last()?;
    Some((first.0, last.0, last.1 - first.1))
}

/// The mean of the last fifth over the mean of the second fifth, less 1, in percent; `None` for
/// fewer than ten values.
fn growth(values: &[u64]) -> Option<f64> {
    let fifth = values.len() / 5;
    if fifth < 2 {
        return None;
    }
    let second = mean(values[fifth..2 * fifth].iter().copied())?;
    let last = mean(values[values.len() - fifth..].iter().copied())?;
    Some((last / second - 1.0) * 100.0)
}

fn mean(values: impl Iterator<Item = u64>) -> Option<f64> {
    let (sum, count) = values.fold((0, 0), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum as f64 / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 100 calls for 20 s; the server takes 0.1 of a core and 100 KiB for each call.
    fn samples() -> Vec<Sample> {
        let sample = |second: u64| Sample {
            at_ms: second * 1_000,
            live: if second == 0 { 0 } else { 100 },
            server_cpu_s: Some(5.0 + second as f64 / 10.0),
            server_rss_kib: Some(if second == 0 { 20_000 } else { 30_000 }),
            server_files: Some(10),
            server_threads: Some(4),
            own_cpu_s: second as f64 / 20.0,
            machine_busy: 0.5,
            machine_stolen: 0.01,
            ..Sample::default()
        };
        (0..=20).map(sample).collect()
    }

    #[test]
    fn known_samples_have_known_costs() {
        let samples = samples();
        let server = ServerUse::of(7, &samples, &samples[1..]).unwrap();
        let near = |found: f64, expected: f64| (found - expected).abs() < 1e-6;
        assert!(near(server.cpu_ms_per_call_second.unwrap(), 1.0));
        assert!(near(server.cores, 0.1));
        assert!(near(server.rss_kib_per_call.unwrap(), 100.0));
        assert!(near(server.rss_growth_percent.unwrap(), 0.0));
        assert_eq!(
            (server.rss_before_kib, server.rss_peak_kib),
            (20_000, 30_000)
        );
        assert!(near(
            OwnUse::of(&samples[1..]).cpu_ms_per_call_second.unwrap(),
            0.5
        ));
        let machine = MachineUse::of(&samples[1..]);
        assert!(near(machine.busy, 0.5) && near(machine.stolen, 0.01));
    }

    #[test]
    fn growth_compares_the_last_fifth_with_the_second() {
        let values = [vec![1; 4], vec![100; 4], vec![7; 8], vec![104; 4]].concat();
        assert!((growth(&values).unwrap() - 4.0).abs() < 1e-9);
        assert_eq!(growth(&[1; 9]), None);
    }

    #[test]
    fn a_server_that_is_not_there_costs_nothing_known() {
        let gone = vec![Sample::default(); 5];
        assert_eq!(ServerUse::of(7, &gone, &gone), None);
    }
}
