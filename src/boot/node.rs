//! A node's state from its parts.

use std::{path::PathBuf, sync::Arc};

use metrics_exporter_prometheus::PrometheusHandle;
use secrecy::SecretString;
use store::Store;

use super::minds;
use crate::{
    admission::Admission,
    api::state::{ApiSettings, ApiState, Services},
    clock::Clock,
    http::OpsState,
    ledger::{
        Ledger, life,
        reaper::{Reaper, Times},
    },
    post::Post,
    secrets::Keyring,
    session::{line::Line, recorder::writer::RecordingWriter, registry::Registry},
    sound::Sounds,
    state::AppState,
    twilio::{
        signature::{PublicOrigin, Verifier},
        stream::StreamState,
        webhook::{HearAgain, WebhookState},
    },
    work::{Pace, Wake, Worker},
};

/// What a node is made of.
#[derive(Clone)]
pub struct NodeParts {
    pub store: Store,
    /// What its streams are connected with.
    pub line: Line,
    pub clock: Clock,
    /// Below it are the recordings.
    pub data_dir: PathBuf,
    /// Where the inputs of each call are written down, for `trunkline replay`; `None`: nowhere.
    pub record_inputs: Option<PathBuf>,
    /// Where the carrier reaches the node.
    pub origin: PublicOrigin,
    /// The carrier's auth tokens, the primary first.
    pub tokens: Vec<SecretString>,
    pub metrics: PrometheusHandle,
    /// How many conversations the node holds at once.
    pub admission: Admission,
    /// Development only: unknown numbers are answered with root's own line.
    pub unassigned_answers_as_root: bool,
    /// What may wait on the disk while the database is away, in bytes.
    pub spool_bytes: u64,
    /// What signs tokens and encrypts secrets.
    pub keys: Keyring,
    pub api: ApiSettings,
    /// How mails and texts leave.
    pub post: Post,
    pub pace: Pace,
}

impl NodeParts {
    /// The state for [`crate::state::router`]. `registry` sees the calls that it will hold.
    /// Begins a life of the node; call it within the runtime.
    pub fn assemble(self, registry: &Registry) -> anyhow::Result<AppState> {
        let signatures = Arc::new(Verifier::new(self.tokens, self.origin.clone())?);
        let own = life::begin(&self.data_dir)?;
        let minds = Arc::new(minds::describe(&self.line));
        let line = match self.line {
            Line::Agent(providers) => Line::Agent(providers.watched(self.clock)),
            Line::Echo => Line::Echo,
        };
        let opened = Ledger::open(
            self.store.clone(),
            self.clock,
            &self.data_dir,
            self.spool_bytes,
        )?;
        let api = ApiState::new(
            self.store.clone(),
            self.clock,
            self.origin.clone(),
            self.keys,
            registry.clone(),
            self.api,
            Services {
                post: self.post.clone(),
                minds: Arc::clone(&minds),
                sounds: Sounds::new(&self.data_dir),
                line: line.clone(),
                admission: self.admission.clone(),
                ledger: opened.ledger.clone(),
                began_at: self.clock.now(),
                previews: Arc::default(),
            },
        );
        let worker = Worker {
            store: self.store.clone(),
            clock: self.clock,
            post: self.post,
            minds: match &line {
                Line::Agent(providers) => Some(providers.clone()),
                Line::Echo => None,
            },
            origin: self.origin.clone(),
            wake: Wake::default(),
            pace: self.pace,
        };
        let webhooks = WebhookState {
            store: self.store.clone(),
            signatures: Arc::clone(&signatures),
            origin: self.origin,
            clock: self.clock,
            admission: self.admission.clone(),
            unassigned_answers_as_root: self.unassigned_answers_as_root,
            ledger: opened.ledger.clone(),
            wake: worker.wake.clone(),
        };
        let ledger = opened.start(Arc::new(HearAgain::new(webhooks.clone())));
        Ok(AppState {
            reaper: Reaper {
                store: self.store.clone(),
                ledger: ledger.clone(),
                registry: registry.clone(),
                clock: self.clock,
                own,
                data_dir: self.data_dir.clone(),
                times: Times::default(),
            },
            ops: OpsState {
                ledger: ledger.clone(),
                store: self.store.clone(),
                registry: registry.clone(),
                admission: self.admission.clone(),
                metrics: self.metrics,
                clock: self.clock,
                minds,
            },
            api,
            worker,
            webhooks,
            streams: StreamState {
                store: self.store,
                signatures,
                clock: self.clock,
                recordings: RecordingWriter::start(self.data_dir),
                line,
                record_inputs: self.record_inputs,
                registry: registry.clone(),
                admission: self.admission,
                ledger,
                life: own.life,
            },
        })
    }
}
