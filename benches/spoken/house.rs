//! A whole node in this process, as `trunkline serve` builds it: real HTTP and streams on a free
//! port, a real Postgres with the demo tenant. Only the minds are the measurement's choice.

use std::{path::Path, time::Duration};

use anyhow::Context;
use bench::{CallOptions, CallReport, CallerScript, Step, StreamReport, place_call};
use metrics_exporter_prometheus::PrometheusHandle;
use secrecy::SecretString;
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use store::{DatabaseSource, Store, embedded::PrivateCluster, seed::SeedOptions};
use tokio::{net::TcpListener, task::JoinHandle};
use trunkline::{
    admission::{Admission, NodeLimit},
    api::state::ApiSettings,
    boot::node::NodeParts,
    clock::Clock,
    post::Post,
    secrets::Keyring,
    session::{providers::Providers, registry::Registry},
    state::router,
    twilio::signature::PublicOrigin,
    work::Pace,
};

/// A serving node; it stops when it is dropped.
pub(crate) struct House<'a> {
    cluster: &'a PrivateCluster,
    store: Store,
    url: String,
    pub(crate) metrics: PrometheusHandle,
    server: JoinHandle<()>,
}

/// A turn as the node stored it; times in ms since the stream began.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct StoredTurn {
    pub(crate) speaker: String,
    pub(crate) text: String,
    pub(crate) start_ms: i64,
    pub(crate) end_ms: i64,
    pub(crate) speech_end_ms: Option<i64>,
    pub(crate) endpoint_ms: Option<i64>,
    pub(crate) asr_final_ms: Option<i64>,
    pub(crate) llm_first_token_ms: Option<i64>,
    pub(crate) tts_first_byte_ms: Option<i64>,
    pub(crate) first_frame_ms: Option<i64>,
}

/// A call that is over, from both ends of the line.
#[derive(Debug)]
pub(crate) struct Spoken {
    pub(crate) stream: StreamReport,
    pub(crate) turns: Vec<StoredTurn>,
    pub(crate) end_reason: Option<String>,
}

/// Who calls whom.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// `None`: withheld.
    pub(crate) from: Option<String>,
    pub(crate) to: String,
}

impl<'a> House<'a> {
    /// Migrates, seeds and serves. Recordings go below `data_dir`.
    pub(crate) async fn open(
        cluster: &'a PrivateCluster,
        data_dir: &Path,
        metrics: PrometheusHandle,
        providers: Providers,
    ) -> anyhow::Result<Self> {
        Self::open_at(Clock::system(), cluster, data_dir, metrics, providers).await
    }

    /// The same with another clock.
    pub(crate) async fn open_at(
        clock: Clock,
        cluster: &'a PrivateCluster,
        data_dir: &Path,
        metrics: PrometheusHandle,
        providers: Providers,
    ) -> anyhow::Result<Self> {
        let store = Store::connect(&DatabaseSource::embedded(cluster)).await?;
        store.seed(&SeedOptions::default()).await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let registry = Registry::default();
        let parts = NodeParts {
            admission: Admission::new(NodeLimit::Calls(usize::MAX)),
            store: store.clone(),
            line: providers.into(),
            clock,
            data_dir: data_dir.to_owned(),
            record_inputs: None,
            origin: url.parse::<PublicOrigin>()?,
            tokens: vec![SecretString::from(TOKEN)],
            metrics: metrics.clone(),
            unassigned_answers_as_root: false,
            spool_bytes: 64 * 1024 * 1024,
            keys: Keyring::new([("bench".to_owned(), Keyring::fresh_key())]).context("a key")?,
            api: ApiSettings::default(),
            post: Post::default(),
            pace: Pace::default(),
        };
        let state = parts.assemble(&registry)?;
        let server = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router(state)).await {
                tracing::error!(%error, "the node stopped");
            }
        });
        Ok(Self {
            cluster,
            store,
            url,
            metrics,
            server,
        })
    }

    /// Places a call to the demo tenant's agent and waits until the node has written it down.
    pub(crate) async fn talk(&self, script: CallerScript) -> anyhow::Result<Spoken> {
        let line = Line {
            from: Some(CALLER.to_owned()),
            to: AI_VOICE.to_owned(),
        };
        self.talk_on(&line, script).await
    }

    /// The same, from and to other numbers.
    pub(crate) async fn talk_on(
        &self,
        line: &Line,
        script: CallerScript,
    ) -> anyhow::Result<Spoken> {
        let from = line.from.as_deref().unwrap_or(WITHHELD);
        let mut options = CallOptions::new(&self.url, TOKEN, from, &line.to);
        options.script = script;
        options.max_duration = Duration::from_mins(20);
        let report = place_call(&options).await?;
        let sid = report.call_sid.as_str().to_owned();
        let stream = only_stream(report)?;
        anyhow::ensure!(
            stream.violations.is_empty(),
            "call {sid}: {:?}",
            stream.violations
        );
        let (turns, end_reason) = self
            .record(&sid)
            .await
            .with_context(|| format!("call {sid}"))?;
        Ok(Spoken {
            stream,
            turns,
            end_reason,
        })
    }

    pub(crate) const fn store(&self) -> &Store {
        &self.store
    }

    /// A connection past row-level security.
    pub(crate) async fn database(&self) -> anyhow::Result<PgConnection> {
        let options = PgConnectOptions::new_without_pgpass()
            .socket(self.cluster.socket_dir())
            .username(PrivateCluster::SUPERUSER)
            .database(PrivateCluster::DATABASE);
        Ok(PgConnection::connect_with(&options).await?)
    }

    async fn record(&self, call_sid: &str) -> anyhow::Result<(Vec<StoredTurn>, Option<String>)> {
        let mut database = self.database().await?;
        for _ in 0..200 {
            let closed: Option<(bool, Option<String>)> = sqlx::query_as(CLOSED)
                .bind(call_sid)
                .fetch_optional(&mut database)
                .await?;
            if let Some((true, end_reason)) = closed {
                let turns = sqlx::query_as(TURNS)
                    .bind(call_sid)
                    .fetch_all(&mut database)
                    .await?;
                return Ok((turns, end_reason));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        anyhow::bail!("the node did not close it within 10 s")
    }
}

impl Drop for House<'_> {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Spoken {
    /// How late the simulated caller sent its audio, in ms (p99): the limit of any figure.
    pub(crate) const fn lateness_p99_ms(&self) -> f64 {
        self.stream.lateness.p99_ms
    }
}

/// Something that the caller says when it is its turn.
pub(crate) fn say(name: &str, samples_8k: std::sync::Arc<[i16]>) -> Step {
    Step::Say {
        name: name.to_owned(),
        samples_8k,
    }
}

fn only_stream(report: CallReport) -> anyhow::Result<StreamReport> {
    let verbs: Vec<_> = report.verbs.iter().map(|verb| verb.verb).collect();
    let mut streams = report.streams.into_iter();
    let first = streams
        .next()
        .with_context(|| format!("no stream was opened: {verbs:?}"))?;
    anyhow::ensure!(streams.next().is_none(), "more than one stream: {verbs:?}");
    Ok(first)
}

const TOKEN: &str = "a-token-of-the-account";
const CALLER: &str = "+19185550142";
/// What Twilio sends when the caller's number is withheld.
const WITHHELD: &str = "anonymous";
/// The demo tenant's number that the agent answers.
const AI_VOICE: &str = "+19185550103";
const CLOSED: &str =
    "SELECT finalized_at IS NOT NULL, end_reason FROM app.calls WHERE provider_call_id = $1";
const TURNS: &str =
    "SELECT speaker, text, start_ms, end_ms, speech_end_ms, endpoint_ms, asr_final_ms,
        llm_first_token_ms, tts_first_byte_ms, first_frame_ms
    FROM app.call_turns JOIN app.call_keys USING (tenant_id, call_id)
    WHERE provider_call_id = $1 ORDER BY seq";
