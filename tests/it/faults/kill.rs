//! Calls of a node that is gone are closed: of one that was killed, and of one that others wait for.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use bench::{CallOptions, CallerScript, Step, place_call};
use store::node::{LifeId, NodeId, NodeLife};
use trunkline::ledger::reaper::Times;

use crate::{
    harness::{self, AI_VOICE},
    node::{CALLER, Minds, Node, speak},
};

/// A server of its own, as an operator starts it.
struct Server {
    process: Child,
    url: String,
    data: PathBuf,
}

impl Server {
    async fn start(data: &Path) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = port.local_addr().unwrap();
        drop(port);
        let mut command = Command::new(env!("CARGO_BIN_EXE_trunkline"));
        for (name, _) in std::env::vars() {
            let keep = name == "TRUNKLINE_MODELS" || name == "TRUNKLINE_CACHE";
            if (name.starts_with("TRUNKLINE_") || name.starts_with("TWILIO_")) && !keep {
                command.env_remove(name);
            }
        }
        let process = command
            .env_remove("DATABASE_URL")
            .args(["serve", "--demo", "--minds", "scripted", "--listen"])
            .arg(address.to_string())
            .arg("--data-dir")
            .arg(data)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self {
            process,
            url: format!("http://{address}"),
            data: data.to_owned(),
        };
        for _ in 0..600 {
            if let Ok(ready) = reqwest::get(format!("{}/ready", server.url)).await
                && ready.status() == 200
            {
                return server;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the server does not become ready");
    }

    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    async fn value(&self, sql: &str) -> Option<String> {
        let socket = self.data.join("postgres/socket");
        harness::value_at(&socket, "trunkline", sql).await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_leaves_no_call_in_progress() {
    let data = tempfile::Builder::new()
        .prefix("trunkline-kill-")
        .tempdir_in("/tmp")
        .unwrap();
    let mut server = Server::start(data.path()).await;
    let token = std::fs::read_to_string(data.path().join("local_auth_token")).unwrap();
    let mut options = CallOptions::new(&server.url, token.trim(), CALLER, AI_VOICE);
    options.script = CallerScript::new(vec![
        speak(900),
        speak(900),
        Step::Wait(Duration::from_mins(1)),
    ]);
    let calls: Vec<_> = (0..3)
        .map(|_| {
            let options = options.clone();
            tokio::spawn(async move { place_call(&options).await.map(drop) })
        })
        .collect();
    for _ in 0..200 {
        let live = reqwest::get(format!("{}/health", server.url))
            .await
            .unwrap();
        if live.text().await.unwrap().contains("\"calls_live\":3") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // Long enough that a recording has a header that says something.
    tokio::time::sleep(Duration::from_secs(6)).await;
    server.kill();
    drop(server);
    for call in calls {
        // What became of the caller is the carrier's to say: nobody answered it.
        let _ = tokio::time::timeout(Duration::from_secs(90), call).await;
    }
    let server = Server::start(data.path()).await;
    let mut open = None;
    for _ in 0..600 {
        let sql = "SELECT count(*)::text FROM app.calls WHERE finalized_at IS NULL
                   OR status = 'in-progress' OR end_reason IS NULL OR ended_at IS NULL";
        open = server.value(sql).await;
        if open.as_deref() == Some("0") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(open.as_deref(), Some("0"), "calls left open");
    let cdrs = "SELECT concat_ws(' ', count(*), min(end_reason), max(end_reason)) FROM app.calls";
    assert_eq!(
        server.value(cdrs).await.as_deref(),
        Some("3 node_lost node_lost")
    );
    let kept = "SELECT concat_ws(' ', count(*), bool_or(complete), bool_and(duration_ms > 1000)) FROM app.recordings";
    assert_eq!(server.value(kept).await.as_deref(), Some("3 f t"));
    let key = server
        .value("SELECT storage_key FROM app.recordings LIMIT 1")
        .await;
    let wav = hound::WavReader::open(data.path().join(key.unwrap())).unwrap();
    assert!(wav.duration() > 8_000, "the repaired file plays");
}

fn eager() -> Times {
    Times {
        beat: Duration::from_millis(100),
        lease: Duration::from_millis(500),
        grace: Duration::ZERO,
        unplaced: Duration::from_mins(15),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_heard_of_no_more_loses_its_calls_to_the_others() {
    let node = Node::start(Minds::hearing(&[]).providers()).await;
    let store = &node.db.store;
    let gone = NodeLife {
        node: NodeId(uuid::Uuid::new_v4()),
        life: LifeId(uuid::Uuid::new_v4()),
    };
    let clock = trunkline::clock::Clock::system();
    store.sign_of_life(gone, clock.now()).await.unwrap();
    let (held, quiet) = (node.db.begun_call().await, node.db.begun_call().await);
    let mut tx = node.db.tx().await;
    tx.hold_call(&held, gone.life, clock.now()).await.unwrap();
    let place = serde_json::json!({ "at": "menu" });
    tx.set_ivr_state(&quiet, &place, clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    // A call that this node holds is nobody else's business, and not the reaper's either.
    let steps = vec![speak(400), Step::Wait(Duration::from_secs(6)), Step::HangUp];
    let mut options = node.call(steps);
    options.script.manners.patience = Duration::from_secs(1);
    let reaper = trunkline::ledger::reaper::Reaper {
        times: eager(),
        ..node.reaper.clone()
    };
    // Two reapers at once, as two nodes have.
    let reapers = [
        tokio::spawn(reaper.clone().run()),
        tokio::spawn(reaper.run()),
    ];
    let report = place_call(&options).await.unwrap();
    node.settled().await;
    for reaper in reapers {
        reaper.abort();
    }
    assert_eq!(report.streams.len(), 1);
    let reasons = "SELECT string_agg(end_reason || ' ' || closed_by, ', ' ORDER BY end_reason) FROM app.calls";
    assert_eq!(
        node.db.value(reasons).await.as_deref(),
        Some("abandoned reaper, caller_hung_up holder, node_lost reaper")
    );
}
