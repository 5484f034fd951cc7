//! The state of the house: built once at the roof, handed down in pieces.

use axum::{Router, extract::FromRef};

use crate::{
    api::{self, state::ApiState},
    dashboard,
    http::{self, OpsState},
    ledger::reaper::Reaper,
    twilio::{
        stream::{self, StreamState},
        webhook::{self, WebhookState},
    },
    work::Worker,
};

/// Everything; nobody below asks for the whole.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub ops: OpsState,
    pub webhooks: WebhookState,
    pub streams: StreamState,
    pub api: ApiState,
    /// For whoever runs the node to start.
    pub reaper: Reaper,
    /// For whoever runs the node to start.
    pub worker: Worker,
}

/// All routes of a node.
pub fn router(state: AppState) -> Router {
    let api = api::router(state.api.clone(), dashboard::elsewhere);
    Router::new()
        .merge(http::router())
        .merge(webhook::router())
        .merge(stream::router())
        .with_state(state)
        .merge(api)
}
