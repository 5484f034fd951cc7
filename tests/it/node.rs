//! A whole node in this process: real HTTP, real streams, real Postgres, and minds as a test wants
//! them.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use agents::{
    asr::SpeechRecognizer,
    llm::ChatModel,
    receptionist::Receptionist,
    scripted::{
        EnergyVad, ScriptedAnswer, ScriptedChat, ScriptedRecognizer, ScriptedSynthesizer,
        ScriptedTurnEnd, Sound,
    },
    tts::SpeechSynthesizer,
};
use bench::{CallOptions, CallReport, CallerScript, Step, place_call};
use metrics_exporter_prometheus::PrometheusBuilder;
use secrecy::SecretString;
use store::Store;
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};
use trunkline::{
    admission::{Admission, NodeLimit},
    api::state::ApiSettings,
    boot::node::NodeParts,
    clock::Clock,
    ledger::{Ledger, reaper::Reaper},
    post::Post,
    secrets::Keyring,
    session::{choice::Choice, line::Line, providers::Providers, registry::Registry},
    state::router,
    twilio::signature::PublicOrigin,
    work::{Pace, Worker},
};

use crate::{
    harness::{AI_VOICE, Db},
    replay::{assert_replays, logs},
};

pub(crate) const TOKEN: &str = "a-token-of-the-account";
pub(crate) const CALLER: &str = "+19185550142";

/// A serving node. It stops when it is dropped.
pub(crate) struct Node {
    pub(crate) db: Arc<Db>,
    /// Where it listens.
    pub(crate) url: String,
    /// What it calls itself towards the carrier.
    pub(crate) origin: String,
    pub(crate) registry: Registry,
    pub(crate) admission: Admission,
    pub(crate) ledger: Ledger,
    /// Does not run unless a test lets it.
    pub(crate) reaper: Reaper,
    /// Does not work unless a test lets it.
    pub(crate) worker: Worker,
    pub(crate) data: TempDir,
    server: JoinHandle<()>,
}

/// What a node is put on.
pub(crate) struct NodeSetup {
    pub(crate) db: Arc<Db>,
    /// The way to the database.
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    /// What it calls itself towards the carrier; its address if `None`.
    pub(crate) origin: Option<String>,
    pub(crate) keys: Keyring,
    pub(crate) api: ApiSettings,
    /// How mails and texts leave.
    pub(crate) post: Post,
}

impl NodeSetup {
    pub(crate) fn new(db: Arc<Db>) -> Self {
        Self {
            store: db.store.clone(),
            clock: Clock::system(),
            origin: None,
            keys: Keyring::new([("k1".to_owned(), Keyring::fresh_key())]).unwrap(),
            // Tests ask faster than people, all from one address.
            api: ApiSettings {
                requests_per_minute: 60_000,
                ..ApiSettings::default()
            },
            post: Post::default(),
            db,
        }
    }
}

impl Node {
    pub(crate) async fn start(line: impl Into<Line>) -> Self {
        Self::start_at(line, Clock::system()).await
    }

    pub(crate) async fn start_at(line: impl Into<Line>, clock: Clock) -> Self {
        let setup = NodeSetup::new(Arc::new(Db::seeded().await));
        Self::start_with(line, NodeSetup { clock, ..setup }).await
    }

    /// Behind a proxy: the carrier knows it as `origin`.
    pub(crate) async fn start_behind(line: impl Into<Line>, origin: &str) -> Self {
        let db = Arc::new(Db::seeded().await);
        Self::start_beside(db, line, origin).await
    }

    /// One of several nodes on a database; the carrier knows it as `origin`.
    pub(crate) async fn start_beside(db: Arc<Db>, line: impl Into<Line>, origin: &str) -> Self {
        let setup = NodeSetup::new(db);
        let origin = Some(origin.to_owned());
        Self::start_with(line, NodeSetup { origin, ..setup }).await
    }

    pub(crate) async fn start_with(line: impl Into<Line>, setup: NodeSetup) -> Self {
        let admission = Admission::new(NodeLimit::Calls(usize::MAX));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let origin = setup.origin.unwrap_or_else(|| url.clone());
        let registry = Registry::default();
        let data = tempfile::tempdir().unwrap();
        let parts = NodeParts {
            store: setup.store,
            line: line.into(),
            clock: setup.clock,
            data_dir: data.path().to_owned(),
            record_inputs: Some(data.path().join("inputs")),
            origin: origin.parse::<PublicOrigin>().unwrap(),
            tokens: vec![SecretString::from(TOKEN)],
            admission: admission.clone(),
            metrics: PrometheusBuilder::new().build_recorder().handle(),
            unassigned_answers_as_root: false,
            spool_bytes: 64 * 1024 * 1024,
            keys: setup.keys,
            api: setup.api,
            post: setup.post,
            pace: quick(),
        };
        let state = parts.assemble(&registry).unwrap();
        let (ledger, reaper) = (state.reaper.ledger.clone(), state.reaper.clone());
        let worker = state.worker.clone();
        let server = tokio::spawn(async move {
            let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
            axum::serve(listener, service).await.unwrap();
        });
        Self {
            db: setup.db,
            url,
            origin,
            registry,
            admission,
            ledger,
            reaper,
            worker,
            data,
            server,
        }
    }

    /// A call to the demo tenant's agent.
    pub(crate) fn call(&self, steps: Vec<Step>) -> CallOptions {
        let mut options = CallOptions::new(&self.url, TOKEN, CALLER, AI_VOICE);
        options.public_origin = Some(self.origin.clone());
        options.script = CallerScript::new(steps);
        options.script.manners.linger = Duration::from_secs(3);
        options.record_heard = true;
        options.max_duration = Duration::from_secs(90);
        options
    }

    pub(crate) async fn place(&self, steps: Vec<Step>) -> CallReport {
        place_call(&self.call(steps)).await.unwrap()
    }

    /// Where the inputs of its calls are written down.
    pub(crate) fn inputs(&self) -> PathBuf {
        self.data.path().join("inputs")
    }

    /// Waits until the node has written down how its calls ended; what it wrote must replay.
    pub(crate) async fn settled(&self) {
        for _ in 0..100 {
            let open = self
                .db
                .value("SELECT count(*)::text FROM app.calls WHERE finalized_at IS NULL")
                .await;
            if self.registry.is_empty() && open.as_deref() == Some("0") {
                for log in logs(&self.inputs()) {
                    assert_replays(&log);
                }
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("a call was not closed");
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// A worker that looks often and does not wait long: attempts follow each other in seconds.
fn quick() -> Pace {
    Pace {
        poll: Duration::from_millis(50),
        first_pause: Duration::from_millis(50),
        longest_pause: Duration::from_millis(200),
        unclear_pause: Duration::from_secs(4),
        ..Pace::default()
    }
}

/// Minds with a script, and the receptionist where none is given.
pub(crate) struct Minds {
    pub(crate) hears: Arc<dyn SpeechRecognizer>,
    pub(crate) thinks: Arc<dyn ChatModel>,
    pub(crate) speaks: Arc<dyn SpeechSynthesizer>,
}

impl Minds {
    /// Hears these texts, one for each turn of the caller.
    pub(crate) fn hearing(texts: &[&str]) -> Self {
        let hears = ScriptedRecognizer::new(texts.iter().copied());
        Self {
            hears: Arc::new(hears.with_delay(Duration::from_millis(60))),
            thinks: Arc::new(Receptionist::new()),
            speaks: Arc::new(tone()),
        }
    }

    /// Answers with these texts.
    pub(crate) fn saying(mut self, texts: &[&str]) -> Self {
        self.thinks = Arc::new(ScriptedChat::new(
            texts.iter().map(|text| ScriptedAnswer::say(text)),
        ));
        self
    }

    pub(crate) fn thinking(mut self, chat: impl ChatModel) -> Self {
        self.thinks = Arc::new(chat);
        self
    }

    pub(crate) fn speaking(mut self, voice: impl SpeechSynthesizer) -> Self {
        self.speaks = Arc::new(voice);
        self
    }

    pub(crate) fn listening(mut self, recognizer: impl SpeechRecognizer) -> Self {
        self.hears = Arc::new(recognizer);
        self
    }

    pub(crate) fn providers(self) -> Providers {
        Providers {
            voice_activity: Arc::new(EnergyVad::default()),
            recognizer: self.hears,
            turn_end: Arc::new(ScriptedTurnEnd::new([])),
            chat: self.thinks,
            voice: self.speaks,
            choice: Choice::default(),
        }
    }
}

/// A voice of 20 ms a letter.
pub(crate) fn tone() -> ScriptedSynthesizer {
    ScriptedSynthesizer::new(Sound::Tone { ms_per_char: 20 })
}

/// The caller speaks for so long, once the agent has finished.
pub(crate) fn speak(ms: u64) -> Step {
    Step::Say {
        name: format!("{ms} ms of speech"),
        samples_8k: voice_like(ms).into(),
    }
}

pub(crate) fn barge_in(after_ms: u64, ms: u64) -> Step {
    let samples_8k = voice_like(ms).into();
    Step::BargeIn {
        after: Duration::from_millis(after_ms),
        samples_8k,
    }
}

/// A loud 300 Hz tone.
pub(crate) fn voice_like(ms: u64) -> Vec<i16> {
    let step = std::f32::consts::TAU * 300.0 / 8_000.0;
    (0..ms * 8)
        .map(|n| ((n as f32 * step).sin() * 9_000.0) as i16)
        .collect()
}
