//! A run in numbers: what is printed, and what `--json` writes. docs/LOAD.md describes each field;
//! `SCHEMA` grows when one changes its meaning.

use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;

use super::{
    machine::{MachineUse, OwnUse, ServerUse},
    plan::Plan,
    record::{CallRecord, Outcome},
    run::Seen,
    sampler::Sample,
};
use crate::exchange::{EchoTotals, Figures, Times};

/// Of the JSON.
pub(super) const SCHEMA: u32 = 1;

/// A whole run.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    pub schema: u32,
    pub command: Vec<String>,
    pub scenario: String,
    pub target: String,
    pub concurrent: usize,
    pub ramp_s: f64,
    pub duration_s: f64,
    pub seed: u64,
    pub verdict: Verdict,
    pub calls: Calls,
    pub frames: Frames,
    /// By kind: how many, and one of them.
    pub violations: BTreeMap<&'static str, Violations>,
    pub times: TimesMs,
    pub unanswered: u64,
    pub cut_off: u64,
    pub uncleared: u64,
    pub floor: FloorMs,
    pub added: Option<Added>,
    pub generator: Generator,
    pub server: Option<ServerUse>,
    pub machine: MachineUse,
    /// Whole distributions, for plots.
    pub curves: Vec<Curve>,
    pub samples: Vec<Sample>,
    pub call_list: Vec<CallRecord>,
}

/// Whether the figures mean anything, and whether the run kept its limits.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Verdict {
    /// The tool itself was in time.
    pub valid: bool,
    pub failures: Vec<String>,
}

#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Calls {
    pub placed: u64,
    pub answered: u64,
    pub completed: u64,
    pub lost: u64,
    pub most_live: u64,
    pub endings: BTreeMap<String, u64>,
    pub lost_why: BTreeMap<String, u64>,
}

#[derive(Debug, Serialize)]
pub(super) struct Frames {
    pub sent: u64,
    pub received: u64,
    /// Not there when the caller's telephone needed them.
    pub late: u64,
    /// Of echo calls, by pulses.
    pub echo: EchoTotals,
    pub messages_received: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct Violations {
    pub count: u64,
    pub example: String,
}

/// Quantiles in ms.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Quantiles {
    pub n: u64,
    pub p50: f64,
    pub p90: f64,
    pub p99: f64,
    pub p99_9: f64,
    pub max: f64,
}

/// `null` where nothing was to be timed.
#[derive(Debug, Serialize)]
pub(super) struct TimesMs {
    pub webhook: Option<Quantiles>,
    pub round_trip: Option<Quantiles>,
    pub probe: Option<Quantiles>,
    pub off_pace: Option<Quantiles>,
    pub answer: Option<Quantiles>,
    pub clear: Option<Quantiles>,
}

#[derive(Debug, Serialize)]
pub(super) struct FloorMs {
    pub lateness: Option<Quantiles>,
    pub round_trip: Option<Quantiles>,
    pub probe: Option<Quantiles>,
    pub off_pace: Option<Quantiles>,
}

/// The server's quantiles less those of the floor.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Added {
    /// `round_trip` for echo calls, else `probe`.
    pub by: &'static str,
    pub p50: f64,
    pub p90: f64,
    pub p99: f64,
    pub p99_9: f64,
}

/// Durations of one kind by quantile.
#[derive(Debug, Serialize)]
pub(super) struct Curve {
    pub name: &'static str,
    /// ms, and the share of all (0 to 1) that lies within.
    pub points: Vec<(f64, f64)>,
}

#[derive(Debug, Serialize)]
pub(super) struct Generator {
    pub threads: usize,
    pub realtime: bool,
    pub tick_ms: f64,
    pub lateness: Option<Quantiles>,
    pub late_limit_ms: f64,
    #[serde(flatten)]
    pub usage: OwnUse,
}

impl Summary {
    pub(super) fn of(plan: &Plan, seen: Seen, command: Vec<String>) -> Self {
        let Seen {
            figures,
            calls,
            samples,
            placing,
        } = seen;
        let (server, floor) = (figures.server, figures.floor);
        let curves = curves(&server, &floor);
        let times = TimesMs::of(&server, webhooks(&calls));
        let floor = FloorMs::of(&floor);
        let steady = steady(&samples, plan.ramp, placing);
        let mut summary = Self {
            schema: SCHEMA,
            command,
            scenario: plan.scenario.name.clone(),
            target: plan.target.address().to_owned(),
            concurrent: plan.calls,
            ramp_s: plan.ramp.as_secs_f64(),
            duration_s: placing.as_secs_f64(),
            seed: plan.seed,
            verdict: Verdict::default(),
            calls: Calls::of(&calls, &samples),
            frames: Frames {
                sent: server.frames_sent,
                received: server.frames_received,
                late: server.frames_late,
                echo: server.echo,
                messages_received: server.messages_received,
            },
            violations: violations(&server),
            added: Added::of(&times, &floor),
            times,
            unanswered: server.unanswered,
            cut_off: server.cut_off,
            uncleared: server.uncleared,
            floor,
            generator: Generator {
                threads: plan.threads,
                realtime: plan.pace.realtime,
                tick_ms: plan.pace.tick.as_secs_f64() * 1_000.0,
                lateness: Quantiles::of(&server.lateness),
                late_limit_ms: plan.limits.late.as_secs_f64() * 1_000.0,
                usage: OwnUse::of(steady),
            },
            server: plan
                .server_pid
                .and_then(|pid| ServerUse::of(pid, &samples, steady)),
            machine: MachineUse::of(steady),
            curves,
            samples,
            call_list: calls,
        };
        summary.verdict = Verdict::of(plan, &summary);
        summary
    }
}

impl Verdict {
    fn of(plan: &Plan, summary: &Summary) -> Self {
        let limits = &plan.limits;
        let mut failures = Vec::new();
        let late = summary.generator.lateness.map(|late| late.p99);
        let is_late = late.is_some_and(|p99| p99 > limits.late.as_secs_f64() * 1_000.0);
        let lost = summary.calls.lost;
        if limits.lost.is_some_and(|most| lost > most) {
            failures.push(format!("{lost} calls were lost"));
        }
        let frames = summary.frames.late + summary.frames.echo.frames_lost;
        if limits.frames.is_some_and(|most| frames > most) {
            failures.push(format!("{frames} frames were lost or late by the server"));
        }
        if let Some(most) = limits.growth_percent {
            let growth = summary
                .server
                .as_ref()
                .and_then(|server| server.rss_growth_percent);
            match growth {
                None => failures.push("growth was not measured: the run is too short".to_owned()),
                Some(growth) if growth > most => {
                    failures.push(format!("the server's memory grew by {growth:.1} %"));
                }
                Some(_) => {}
            }
        }
        if let Some(most) = limits.added_p99 {
            match summary.added {
                None => failures.push("added latency was not measured".to_owned()),
                Some(added) if added.p99 > most.as_secs_f64() * 1_000.0 => {
                    failures.push(format!("added latency p99 is {:.1} ms", added.p99));
                }
                Some(_) => {}
            }
        }
        Self {
            valid: !is_late,
            failures,
        }
    }
}

impl Calls {
    fn of(calls: &[CallRecord], samples: &[Sample]) -> Self {
        let mut sums = Self {
            placed: calls.len() as u64,
            most_live: samples.iter().map(|sample| sample.live).max().unwrap_or(0),
            ..Self::default()
        };
        for call in calls {
            sums.answered += u64::from(call.answered);
            let by_why = match call.outcome {
                Outcome::Completed => {
                    sums.completed += 1;
                    &mut sums.endings
                }
                Outcome::Lost => {
                    sums.lost += 1;
                    &mut sums.lost_why
                }
            };
            *by_why.entry(call.why.clone()).or_default() += 1;
        }
        sums
    }
}

impl Quantiles {
    pub(super) fn of(times: &Times) -> Option<Self> {
        Some(Self {
            n: times.count(),
            p50: times.quantile_ms(0.5)?,
            p90: times.quantile_ms(0.9)?,
            p99: times.quantile_ms(0.99)?,
            p99_9: times.quantile_ms(0.999)?,
            max: times.max_ms()?,
        })
    }
}

impl TimesMs {
    fn of(figures: &Figures, webhook: Option<Quantiles>) -> Self {
        Self {
            webhook,
            round_trip: Quantiles::of(&figures.round_trip),
            probe: Quantiles::of(&figures.probe),
            off_pace: Quantiles::of(&figures.off_pace),
            answer: Quantiles::of(&figures.answer),
            clear: Quantiles::of(&figures.clear),
        }
    }
}

impl FloorMs {
    fn of(figures: &Figures) -> Self {
        Self {
            lateness: Quantiles::of(&figures.lateness),
            round_trip: Quantiles::of(&figures.round_trip),
            probe: Quantiles::of(&figures.probe),
            off_pace: Quantiles::of(&figures.off_pace),
        }
    }
}

impl Added {
    fn of(times: &TimesMs, floor: &FloorMs) -> Option<Self> {
        let of = |by, server: Quantiles, floor: Quantiles| Self {
            by,
            p50: server.p50 - floor.p50,
            p90: server.p90 - floor.p90,
            p99: server.p99 - floor.p99,
            p99_9: server.p99_9 - floor.p99_9,
        };
        let frames = times.round_trip.zip(floor.round_trip);
        let probes = times.probe.zip(floor.probe);
        frames
            .map(|(server, floor)| of("round_trip", server, floor))
            .or_else(|| probes.map(|(server, floor)| of("probe", server, floor)))
    }
}

fn curves(server: &Figures, floor: &Figures) -> Vec<Curve> {
    let all = [
        ("frame there and back", &server.round_trip),
        ("ping to pong", &server.probe),
        ("floor: frame", &floor.round_trip),
        ("floor: ping", &floor.probe),
        ("behind pace", &server.off_pace),
        ("tool late", &server.lateness),
    ];
    let timed = all.into_iter().filter(|(_, times)| times.count() > 0);
    timed
        .map(|(name, times)| Curve {
            name,
            points: times.curve(),
        })
        .collect()
}

fn webhooks(calls: &[CallRecord]) -> Option<Quantiles> {
    let mut times = Times::default();
    for ms in calls.iter().filter_map(|call| call.answered_in_ms) {
        times.record(Duration::from_secs_f64(ms / 1_000.0));
    }
    Quantiles::of(&times)
}

fn violations(figures: &Figures) -> BTreeMap<&'static str, Violations> {
    let each = figures.violations.iter().map(|(kind, (count, example))| {
        let violations = Violations {
            count: *count,
            example: example.clone(),
        };
        (*kind, violations)
    });
    each.collect()
}

/// The samples between the ramp and the last call placed; all of them when that is too short.
fn steady(samples: &[Sample], ramp: Duration, placing: Duration) -> &[Sample] {
    let within = |sample: &Sample, limit: Duration| u128::from(sample.at_ms) <= limit.as_millis();
    let from = samples.partition_point(|sample| within(sample, ramp));
    let to = samples.partition_point(|sample| within(sample, placing));
    match samples.get(from..to) {
        Some(steady) if steady.len() >= 3 => steady,
        _ => samples,
    }
}

#[cfg(test)]
mod tests;
