//! Callers who interrupt: how soon the agent stops, by the node's own clock and by the caller's
//! ear, and what of the old speech was still sent after the `clear`.

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use bench::{CallerScript, Step};
use futures_util::{StreamExt, TryStreamExt, stream};
use local_speech::LocalSpeech;
use serde::Serialize;
use trunkline::session::providers::Providers;

use crate::{
    figures::{SPREAD_HEADER, Spread, print_table, spread_row},
    house::{House, Spoken},
    minds::{Parrot, providers},
    recordings::{Recording, from_first_sound},
};

/// What was measured.
#[derive(Debug, Serialize)]
pub(crate) struct BargeInFigures {
    calls: usize,
    calls_at_once: usize,
    barge_ins: usize,
    /// Barge-ins that no `clear` followed.
    not_cleared: usize,
    /// From the decision to the `clear` on the wire: the bounds of the histogram's buckets, in ms.
    decision_to_clear: Quantiles,
    /// From the caller's first sound to the `clear` at the caller's end.
    onset_to_clear_ms: Option<Spread>,
    /// How long the caller still heard the agent.
    heard_on_ms: Option<Spread>,
    bytes_after_clear: usize,
    caller_late_p99_ms: f64,
}

/// Upper bounds, in ms; `None` beyond the last bucket.
#[derive(Debug, Serialize)]
struct Quantiles {
    count: u64,
    p50_at_most_ms: Option<f64>,
    p99_at_most_ms: Option<f64>,
    max_at_most_ms: Option<f64>,
}

/// Minds as the node has them by default, except that every answer is long.
pub(crate) fn minds(local: LocalSpeech) -> Providers {
    providers(local, Arc::new(Parrot(LONG_ANSWER)))
}

/// Makes `limit` barge-ins, a few in each call, `at_once` calls at a time.
pub(crate) async fn measure(
    house: &House<'_>,
    recordings: &[Recording],
    at_once: usize,
    limit: usize,
) -> anyhow::Result<BargeInFigures> {
    let sounds = interruptions(recordings)?;
    let numbers: Vec<usize> = (0..limit).collect();
    let scripts: Vec<_> = numbers
        .chunks(PER_CALL)
        .map(|part| script(part, &sounds))
        .collect();
    let total = scripts.len();
    let calls = stream::iter(scripts.into_iter().enumerate()).map(|(index, script)| async move {
        let spoken = house.talk(script).await?;
        tracing::info!("call {} of {total} is over", index + 1);
        anyhow::Ok(spoken)
    });
    let calls: Vec<_> = calls.buffer_unordered(at_once.max(1)).try_collect().await?;
    Ok(summary(
        &calls,
        at_once,
        quantiles(&house.metrics.render())?,
    ))
}

fn interruptions(recordings: &[Recording]) -> anyhow::Result<Vec<Arc<[i16]>>> {
    let sound = |id: &&str| {
        let found = recordings.iter().find(|recording| recording.id == *id);
        let found = found.with_context(|| format!("human_speech.json has no {id}"))?;
        Ok(from_first_sound(&found.samples_8k))
    };
    WITHOUT_PAUSE.iter().map(sound).collect()
}

fn script(numbers: &[usize], sounds: &[Arc<[i16]>]) -> CallerScript {
    let barge_in = |number: &usize| Step::BargeIn {
        // Never at the same place of a frame or of a window of the VAD.
        after: Duration::from_millis(1_000 + 137 * (*number as u64 % 10)),
        samples_8k: Arc::clone(&sounds[number % sounds.len()]),
    };
    let end = [Step::Wait(Duration::from_secs(1)), Step::HangUp];
    CallerScript::new(numbers.iter().map(barge_in).chain(end).collect())
}

fn summary(calls: &[Spoken], at_once: usize, decision_to_clear: Quantiles) -> BargeInFigures {
    let made: Vec<_> = calls
        .iter()
        .flat_map(|call| call.stream.barge_ins())
        .collect();
    let onset_to_clear: Vec<u64> = made.iter().filter_map(|b| b.onset_to_clear_ms).collect();
    BargeInFigures {
        calls: calls.len(),
        calls_at_once: at_once,
        barge_ins: made.len(),
        not_cleared: made.len() - onset_to_clear.len(),
        decision_to_clear,
        onset_to_clear_ms: Spread::of(onset_to_clear),
        heard_on_ms: Spread::of(made.iter().map(|b| b.heard_on_ms).collect()),
        bytes_after_clear: made.iter().map(|b| b.bytes_after_clear).sum(),
        caller_late_p99_ms: calls
            .iter()
            .map(Spoken::lateness_p99_ms)
            .fold(0.0, f64::max),
    }
}

/// Reads the buckets of the node's histogram out of Prometheus' text.
fn quantiles(text: &str) -> anyhow::Result<Quantiles> {
    let prefix = format!("{METRIC}_bucket{{le=\"");
    let mut buckets: Vec<(f64, u64)> = Vec::new();
    for line in text.lines().filter_map(|line| line.strip_prefix(&prefix)) {
        let (bound, count) = line
            .split_once("\"} ")
            .with_context(|| format!("bucket {line:?}"))?;
        let bound = if bound == "+Inf" {
            f64::INFINITY
        } else {
            bound.parse()?
        };
        buckets.push((bound, count.parse()?));
    }
    let count = buckets
        .last()
        .with_context(|| format!("the node counted no {METRIC}"))?
        .1;
    let at_most = |share: f64| {
        let rank = (count as f64 * share).ceil() as u64;
        let bucket = buckets.iter().find(|(_, below)| *below >= rank);
        bucket
            .map(|(bound, _)| bound * 1_000.0)
            .filter(|bound| bound.is_finite())
    };
    Ok(Quantiles {
        count,
        p50_at_most_ms: at_most(0.5),
        p99_at_most_ms: at_most(0.99),
        max_at_most_ms: at_most(1.0),
    })
}

/// Prints the tables.
#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
pub(crate) fn print(figures: &BargeInFigures) {
    println!(
        "{} barge-ins in {} calls, {} at once; {} not cleared; the caller was at most {:.1} ms late \
         (p99)\n",
        figures.barge_ins,
        figures.calls,
        figures.calls_at_once,
        figures.not_cleared,
        figures.caller_late_p99_ms
    );
    let at_most = |bound: Option<f64>| {
        bound.map_or_else(
            || "beyond the last bucket".to_owned(),
            |ms| format!("≤ {ms} ms"),
        )
    };
    let decided = &figures.decision_to_clear;
    print_table(
        &["", "n", "p50", "p99", "max", "bytes after `clear`"],
        &[vec![
            "decision → `clear`".to_owned(),
            decided.count.to_string(),
            at_most(decided.p50_at_most_ms),
            at_most(decided.p99_at_most_ms),
            at_most(decided.max_at_most_ms),
            figures.bytes_after_clear.to_string(),
        ]],
    );
    print_table(
        &SPREAD_HEADER,
        &[
            spread_row(
                "caller's first sound → `clear` arrives",
                figures.onset_to_clear_ms,
            ),
            spread_row("caller's first sound → agent silent", figures.heard_on_ms),
        ],
    );
}

/// From the decision of the VAD to the `clear` on the wire, in seconds.
pub(crate) const METRIC: &str = "trunkline_barge_in_clear_seconds";
/// Finer than what a node shows, which serves other figures too.
pub(crate) const BUCKETS: &[f64] = &[
    0.000_05, 0.000_1, 0.000_2, 0.000_3, 0.000_5, 0.000_7, 0.001, 0.001_5, 0.002, 0.003, 0.005,
    0.007, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1,
];

const PER_CALL: usize = 5;
/// Spoken in one breath: after a pause the agent may rightly take the turn.
const WITHOUT_PAUSE: [&str; 5] = [
    "ast-conf-getchannel",
    "ast-conf-extended",
    "ast-vm-repeat",
    "ast-conf-now-recording",
    "ast-vm-savefolder",
];
const LONG_ANSWER: &str = "Well, let me tell you about all the things that we do here, because \
    there is a lot to choose from and every visit is a little different from the one before it. \
    We look at each tooth and at the gums, we clean where it is needed, we polish what can be \
    polished, and then we sit down together and talk about what should be done next and when that \
    would suit you best.";
