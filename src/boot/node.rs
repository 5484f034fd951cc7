//! A node's state from its parts.

use std::{path::PathBuf, sync::Arc};

use metrics_exporter_prometheus::PrometheusHandle;
use secrecy::SecretString;
use store::Store;

use super::minds;
use crate::{
    admission::Admission,
    clock::Clock,
    http::OpsState,
    session::{line::Line, registry::Registry},
    state::AppState,
    twilio::{
        signature::{BadTokens, PublicOrigin, Verifier},
        stream::StreamState,
        webhook::WebhookState,
    },
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
}

impl NodeParts {
    /// The state for [`crate::state::router`]. `registry` sees the calls that it will hold.
    pub fn assemble(self, registry: &Registry) -> Result<AppState, BadTokens> {
        let signatures = Arc::new(Verifier::new(self.tokens, self.origin.clone())?);
        Ok(AppState {
            ops: OpsState {
                store: self.store.clone(),
                registry: registry.clone(),
                admission: self.admission.clone(),
                metrics: self.metrics,
                minds: Arc::new(minds::describe(&self.line)),
            },
            webhooks: WebhookState {
                store: self.store.clone(),
                signatures: Arc::clone(&signatures),
                origin: self.origin,
                clock: self.clock,
                admission: self.admission.clone(),
                unassigned_answers_as_root: self.unassigned_answers_as_root,
            },
            streams: StreamState {
                store: self.store,
                signatures,
                clock: self.clock,
                data_dir: self.data_dir,
                line: self.line,
                record_inputs: self.record_inputs,
                registry: registry.clone(),
                admission: self.admission,
            },
        })
    }
}
