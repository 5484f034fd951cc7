//! The spoken benchmark: what a caller notices, measured through the whole product path.
//!
//! ```text
//! cargo bench --bench spoken -- wer        word error rate over recorded people
//! cargo bench --bench spoken -- latency    end of speech to first audio, by stage
//! cargo bench --bench spoken -- barge-in   how soon the agent stops
//! cargo bench --bench spoken -- dialogues  whether callers get what they came for
//! ```
//!
//! Starts a node in this process (real HTTP, real streams, a private Postgres, the local models) and
//! places simulated calls to it. Needs the models of `trunkline models fetch`, and `wer` and
//! `barge-in` need Debian's `asterisk-core-sounds-en-wav` and `pocketsphinx-testdata`. Progress goes to
//! standard error, figures to standard output as Markdown, and as JSON to `--out`.

mod barge_in;
mod dialogues;
mod figures;
mod house;
mod latency;
mod minds;
mod recordings;
mod scoring;
mod wer;

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{CommandFactory, Parser, Subcommand};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use serde_json::{Value, json};
use store::embedded::{ClusterOptions, PrivateCluster};
use tracing_subscriber::EnvFilter;

use crate::{figures::Machine, house::House};

#[derive(Debug, Parser)]
#[command(name = "spoken", about = "Measures what a caller notices")]
struct Arguments {
    #[command(subcommand)]
    measurement: Option<Measurement>,
    /// Writes the figures as JSON, too.
    #[arg(long, global = true, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Folder of the speech models.
    #[arg(long, global = true, value_name = "DIR")]
    models_dir: Option<PathBuf>,
    /// The agent's voice; without it the one that a node would choose.
    #[arg(long, global = true, value_name = "NAME")]
    voice: Option<String>,
    /// Below it lie the recordings of the Debian packages.
    #[arg(long, global = true, value_name = "DIR", default_value = "/usr/share")]
    sounds: PathBuf,
    /// Cargo says so to every benchmark.
    #[arg(long, global = true, hide = true)]
    bench: bool,
}

#[derive(Debug, Clone, Copy, Subcommand)]
enum Measurement {
    /// Word error rate over recorded people.
    Wer {
        /// Calls at once.
        #[arg(long, default_value_t = 2)]
        calls: usize,
        /// Only so many utterances.
        #[arg(long, default_value_t = usize::MAX, hide_default_value = true)]
        limit: usize,
    },
    /// End of speech to first audio, one call at a time.
    Latency {
        /// Calls in all.
        #[arg(long, default_value_t = 10)]
        calls: usize,
        /// Only so many utterances of the caller, in all calls.
        #[arg(long, default_value_t = usize::MAX, hide_default_value = true)]
        limit: usize,
    },
    /// How soon the agent stops when the caller speaks.
    BargeIn {
        /// Calls at once.
        #[arg(long, default_value_t = 1)]
        calls: usize,
        /// Barge-ins in all.
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Whether callers get what they came for, in twelve spoken dialogues, one at a time.
    Dialogues {
        /// Only so many dialogues.
        #[arg(long, default_value_t = usize::MAX, hide_default_value = true)]
        limit: usize,
    },
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let Some(measurement) = arguments.measurement else {
        // `cargo bench` alone runs every benchmark, this one without a wish.
        return Ok(Arguments::command().print_help()?);
    };
    let filter = EnvFilter::try_from_env("TRUNKLINE_LOG").unwrap_or_else(|_| EnvFilter::new(QUIET));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .compact()
        .init();
    let metrics = start_metrics()?;
    // A folder that the server's user may pass to, also when we are root.
    let folder = tempfile::Builder::new()
        .prefix("trunkline-spoken-")
        .tempdir_in("/tmp")?;
    // On the main thread: the cluster goes with the thread that started it.
    let options = ClusterOptions {
        data_dir: folder.path().join("postgres"),
        bin_dir: None,
    };
    let cluster = PrivateCluster::start(&options)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let place = Place {
        cluster: &cluster,
        data_dir: &folder.path().join("data"),
        metrics,
    };
    let measured = runtime.block_on(place.measure(measurement, &arguments))?;
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    if let Some(path) = &arguments.out {
        let text = serde_json::to_string_pretty(&measured)?;
        std::fs::write(path, text).with_context(|| format!("--out {}", path.display()))?;
    }
    Ok(())
}

/// Where a node is put.
struct Place<'a> {
    cluster: &'a PrivateCluster,
    data_dir: &'a Path,
    metrics: PrometheusHandle,
}

impl Place<'_> {
    /// Measures and prints; the figures and the machine.
    async fn measure(
        self,
        measurement: Measurement,
        arguments: &Arguments,
    ) -> anyhow::Result<Value> {
        let machine = Machine::look();
        tracing::info!("loading the models");
        let local = minds::local_speech(arguments.models_dir.clone(), arguments.voice.clone())?;
        let recordings = || recordings::read_all(&arguments.sounds);
        let figures = match measurement {
            Measurement::Wer { calls, limit } => {
                let mut recordings = recordings()?;
                recordings.truncate(limit);
                let name = local.recognizer.name().to_owned();
                let house = self.open(wer::minds(local)).await?;
                let figures = wer::measure(&house, name, &recordings, calls).await?;
                figures::print_machine(&machine);
                wer::print(&figures);
                serde_json::to_value(figures)?
            }
            Measurement::Latency { calls, limit } => {
                let agent = local.voice_choice.clone();
                let caller = local.voices.open(latency::CALLER_VOICE)?;
                let house = self.open(latency::minds(local)).await?;
                let figures = latency::measure(&house, &caller, &agent, calls, limit).await?;
                figures::print_machine(&machine);
                latency::print(&figures);
                serde_json::to_value(figures)?
            }
            Measurement::BargeIn { calls, limit } => {
                let recordings = recordings()?;
                let house = self.open(barge_in::minds(local)).await?;
                let figures = barge_in::measure(&house, &recordings, calls, limit).await?;
                figures::print_machine(&machine);
                barge_in::print(&figures);
                serde_json::to_value(figures)?
            }
            Measurement::Dialogues { limit } => {
                let figures = self.dialogues(local, limit).await?;
                figures::print_machine(&machine);
                dialogues::print(&figures);
                serde_json::to_value(figures)?
            }
        };
        Ok(json!({ "machine": machine, "figures": figures }))
    }

    /// Each dialogue has a house of its own, with its clock.
    async fn dialogues(
        &self,
        local: local_speech::LocalSpeech,
        limit: usize,
    ) -> anyhow::Result<dialogues::DialogueFigures> {
        let caller = local.voices.open(latency::CALLER_VOICE)?;
        let mut figures = dialogues::DialogueFigures::of(caller.name().to_owned());
        let minds = dialogues::minds(local);
        for (number, dialogue) in dialogues::chosen(limit)?.iter().enumerate() {
            let house = House::open_at(
                dialogues::clock(dialogue)?,
                self.cluster,
                &self.data_dir.join(&dialogue.id),
                self.metrics.clone(),
                minds.clone(),
            )
            .await?;
            dialogues::hold(&house, dialogue, number, &caller, &mut figures).await?;
        }
        Ok(figures)
    }

    async fn open(
        &self,
        providers: trunkline::session::providers::Providers,
    ) -> anyhow::Result<House<'_>> {
        House::open(self.cluster, self.data_dir, self.metrics.clone(), providers).await
    }
}

fn start_metrics() -> anyhow::Result<PrometheusHandle> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(
            Matcher::Full(barge_in::METRIC.to_owned()),
            barge_in::BUCKETS,
        )?
        .install_recorder()
        .context("metrics cannot be recorded")
}

/// What the node logs of calls that go well is not progress.
const QUIET: &str = "warn,spoken=info,ort=off,whisper_rs=off";
