//! Seeing inside: logs on standard error, metrics for `/metrics`.

use std::time::Duration;

use anyhow::Context;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

/// Starts logging. `TRUNKLINE_LOG` takes a filter, such as `info,trunkline=debug`; without it, the
/// `usual` one is in force.
pub fn start_logging(format: LogFormat, usual: &str) -> anyhow::Result<()> {
    let filter = match std::env::var("TRUNKLINE_LOG") {
        Ok(filter) => EnvFilter::try_new(&filter)
            .with_context(|| format!("TRUNKLINE_LOG={filter:?} is no log filter"))?,
        Err(_) => EnvFilter::new(usual),
    };
    // A library that logs what it could not parse would log what callers said.
    let filter = QUIET.iter().try_fold(filter, |filter, quiet| {
        quiet
            .parse()
            .map(|directive| filter.add_directive(directive))
    })?;
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => logs.compact().init(),
        LogFormat::Json => logs.json().init(),
    }
    Ok(())
}

/// Starts counting. The handle renders what `/metrics` shows.
pub fn start_metrics() -> anyhow::Result<PrometheusHandle> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), SECONDS)
        .context("metric buckets")?
        .install_recorder()
        .context("metrics cannot be recorded")
}

/// Sums up what was measured, for as long as it runs: until it is summed up (or rendered) every
/// single duration is kept.
pub async fn sum_up(metrics: PrometheusHandle) {
    let mut now_and_then = tokio::time::interval(Duration::from_secs(5));
    loop {
        now_and_then.tick().await;
        metrics.run_upkeep();
    }
}

const QUIET: &[&str] = &["async_openai=off", "ort=warn", "whisper_rs=warn"];
const SECONDS: &[f64] = &[
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0,
];
