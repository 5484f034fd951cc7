//! Calls of a node that is gone are closed: of one that was killed, and of one that others wait for.

use std::time::Duration;

use bench::{CallOptions, Step, place_call};
use store::node::{LifeId, NodeId, NodeLife};
use trunkline::ledger::reaper::Times;

use crate::{
    chaos::Chaos,
    harness::Db,
    limits::balancer::Balancer,
    node::{Minds, Node, speak},
    server::{Server, ServerSetup, ask, data_folder},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_leaves_no_call_in_progress() {
    let data = data_folder();
    let server = Server::start(data.path(), &ServerSetup::default()).await;
    let options = server.call(vec![ask(), ask(), Step::Wait(LONG)]);
    let calls: Vec<_> = (0..3).map(|_| tokio::spawn(cut_off(&options))).collect();
    server.holds(3).await;
    // Long enough that a recording has a header that says something.
    tokio::time::sleep(Duration::from_secs(6)).await;
    server.kill();
    for call in calls {
        call.await.unwrap();
    }
    let server = Server::start(data.path(), &ServerSetup::default()).await;
    server
        .wait_until("all calls are closed", async || {
            let open = "SELECT count(*)::text FROM app.calls WHERE finalized_at IS NULL
                        OR status = 'in-progress' OR end_reason IS NULL OR ended_at IS NULL";
            server.value(open).await.as_deref() == Some("0")
        })
        .await;
    // The caller heard six seconds of it, though the node's last sign of life may be ten old.
    let cdrs = "SELECT concat_ws(' ', count(*), min(end_reason), max(end_reason),
                  bool_and(duration_ms BETWEEN 5000 AND 60000)) FROM app.calls";
    assert_eq!(
        server.value(cdrs).await.as_deref(),
        Some("3 node_lost node_lost t")
    );
    let kept = "SELECT concat_ws(' ', count(*), bool_or(complete), bool_and(duration_ms > 1000)) FROM app.recordings";
    assert_eq!(server.value(kept).await.as_deref(), Some("3 f t"));
    let key = server
        .value("SELECT storage_key FROM app.recordings LIMIT 1")
        .await;
    let wav = hound::WavReader::open(data.path().join(key.unwrap())).unwrap();
    assert!(wav.duration() > 8_000, "the repaired file plays");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_stream_of_a_handed_over_call_has_its_recording_also_the_one_that_was_cut_off() {
    let (db, balancer) = (Db::seeded().await, Balancer::start().await);
    let proxy = Chaos::before(db.upstream()).await;
    let folders = [data_folder(), data_folder()];
    let setup = ServerSetup {
        database_url: Some(db.url_through(proxy.address)),
        args: ["--drain-timeout", "0", "--public-origin", &balancer.url]
            .map(str::to_owned)
            .to_vec(),
        ..ServerSetup::default()
    };
    let first = Server::start(folders[0].path(), &setup).await;
    let token = "local_auth_token";
    std::fs::copy(folders[0].path().join(token), folders[1].path().join(token)).unwrap();
    let second = Server::start(folders[1].path(), &setup).await;
    balancer.point_to(&first.url);
    let mut options = first.call(vec![ask(), Step::Wait(LONG)]);
    options.base_url.clone_from(&balancer.url);
    let call = tokio::spawn(cut_off(&options));
    let heard = "SELECT (count(*) > 0)::text FROM app.call_turns WHERE speaker = 'caller'";
    first
        .wait_until("the caller was heard", async || {
            db.value(heard).await.as_deref() == Some("true")
        })
        .await;
    balancer.point_to(&second.url);
    first.terminate();
    second.holds(1).await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    second.kill();

    // What the killed one was writing is known as incomplete before it is back.
    let open = "SELECT string_agg(concat_ws(' ', complete, written_by IS NOT NULL), ', ' ORDER BY complete)
                FROM app.recordings";
    first
        .wait_until("the first stream's recording is stored", async || {
            db.value(open).await.as_deref() == Some("f t, t f")
        })
        .await;
    let second = Server::start(folders[1].path(), &setup).await;
    second
        .wait_until("the recording is repaired", async || {
            db.value(open).await.as_deref() == Some("f f, t f")
        })
        .await;
    let repaired =
        "SELECT storage_key FROM app.recordings WHERE NOT complete AND duration_ms > 2000
                    AND sha256 IS NOT NULL";
    let key = db.value(repaired).await.unwrap();
    let wav = hound::WavReader::open(folders[1].path().join(key)).unwrap();
    assert!(wav.duration() > 16_000, "{}", wav.duration());
    call.abort();
}

/// A caller whose server goes away. What becomes of them is the carrier's to say: nobody answers it.
fn cut_off(options: &CallOptions) -> impl Future<Output = ()> + use<> {
    let options = options.clone();
    async move {
        let _ = tokio::time::timeout(Duration::from_secs(90), place_call(&options)).await;
    }
}

const LONG: Duration = Duration::from_mins(1);

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
    // It lives on, and its node finds no time to say that it does.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let mut tx = node.db.tx().await;
    tx.add_event(&held, "alive", None, &serde_json::json!({}))
        .await
        .unwrap();
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
    let lived = "SELECT (c.ended_at = e.created_at AND c.duration_ms > 900)::text
                 FROM app.calls c JOIN app.call_events e ON e.call_id = c.id
                 WHERE c.end_reason = 'node_lost' AND e.kind = 'alive'";
    assert_eq!(
        node.db.value(lived).await.as_deref(),
        Some("true"),
        "until the last thing that is known of it"
    );
}
