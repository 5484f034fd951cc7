//! The routes that are nobody's: health, readiness, metrics.

use axum::{
    Json, Router,
    extract::{FromRef, State},
    http::StatusCode,
    routing::get,
};
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::{Value, json};
use store::Store;

use crate::{
    admission::{Admission, NodeLimit},
    clock::Clock,
    ledger::Ledger,
    session::registry::Registry,
};

/// What operations look at.
#[derive(Clone)]
pub struct OpsState {
    pub store: Store,
    pub registry: Registry,
    pub admission: Admission,
    pub ledger: Ledger,
    pub metrics: PrometheusHandle,
    /// What works for the calls of this node, by name.
    pub minds: std::sync::Arc<Value>,
    pub clock: Clock,
}

pub fn router<S>() -> Router<S>
where
    OpsState: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    Router::new()
        .route("/health", get(health))
        .route("/ready", get(ready))
        .route("/metrics", get(render))
}

/// The process lives.
async fn health(State(ops): State<OpsState>) -> Json<Value> {
    Json(json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "calls_live": ops.registry.len(),
        "admission": admission(&ops.admission),
        "ledger": ledger(&ops.ledger),
        "providers": *ops.minds,
        // Only on a stand; real calls are never answered by it.
        "test_clock": ops.clock.is_test().then(|| ops.clock.now()),
    }))
}

/// What the door says: places taken and how many there are, and what keeps others out.
fn admission(admission: &Admission) -> Value {
    let most = match admission.limit() {
        NodeLimit::Calls(most) => json!(most),
        NodeLimit::Load => json!("by load"),
    };
    json!({
        "places_taken": admission.taken(std::time::Instant::now()),
        "max_calls": most,
        "busy": admission.is_busy(),
        "draining": admission.is_draining(),
    })
}

/// Calls can be taken: the database answers, and the node is not being stopped.
async fn ready(State(ops): State<OpsState>) -> (StatusCode, Json<Value>) {
    if ops.admission.is_draining() {
        let body = json!({ "status": "draining", "calls_live": ops.registry.len() });
        return (StatusCode::SERVICE_UNAVAILABLE, Json(body));
    }
    let answer = tokio::time::timeout(ANSWER, ops.store.ping()).await;
    let ledger = ledger(&ops.ledger);
    if matches!(answer, Ok(Ok(()))) {
        let body = json!({ "status": "ready", "ledger": ledger });
        return (StatusCode::OK, Json(body));
    }
    tracing::warn!("not ready: the database does not answer");
    let body = json!({ "status": "not ready", "database": "unreachable", "ledger": ledger });
    (StatusCode::SERVICE_UNAVAILABLE, Json(body))
}

/// Whether the database answers, and what waits on the disk for it.
fn ledger(ledger: &Ledger) -> Value {
    let standing = ledger.standing();
    json!({
        "database": if standing.is_away { "away" } else { "answers" },
        "facts_waiting": standing.waiting,
        "bytes_waiting": standing.bytes,
        "oldest_fact": standing.oldest,
    })
}

/// A database that takes longer for nothing is away.
const ANSWER: std::time::Duration = std::time::Duration::from_secs(2);

async fn render(State(ops): State<OpsState>) -> String {
    ops.metrics.render()
}
