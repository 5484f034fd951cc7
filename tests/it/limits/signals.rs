//! A server that is told to stop more than once, by the signals that a supervisor or a hand at the
//! terminal sends.

use std::time::Duration;

use bench::{DialOutcome, Step, place_call};

use crate::{
    chaos::Chaos,
    harness::Db,
    server::{Server, ServerSetup, ask, data_folder},
};

/// A server that would let its calls finish for longer than any test waits.
async fn patient(db: &Db, proxy: &Chaos, data: &std::path::Path) -> Server {
    let setup = ServerSetup {
        database_url: Some(db.url_through(proxy.address)),
        args: ["--drain-timeout", "600"].map(str::to_owned).to_vec(),
        ..ServerSetup::default()
    };
    Server::start(data, &setup).await
}

/// Waits until so many turns of callers are stored.
async fn heard(server: &Server, db: &Db, turns: u32) {
    let sql = "SELECT count(*)::text FROM app.call_turns WHERE speaker = 'caller'";
    let turns = turns.to_string();
    server
        .wait_until("the callers were heard", async || {
            db.value(sql).await.as_ref() == Some(&turns)
        })
        .await;
}

/// Speaks without a pause, so that there are last words to wait for.
fn ask_without_end() -> Step {
    let Step::Say { name, samples_8k } = ask() else {
        panic!("somebody asks");
    };
    let is_loud = |sample: &i16| sample.unsigned_abs() > 500;
    let first = samples_8k.iter().position(is_loud).unwrap();
    let last = samples_8k.iter().rposition(is_loud).unwrap();
    Step::Say {
        name,
        samples_8k: samples_8k[first..=last].repeat(20).into(),
    }
}

async fn is_draining(server: &Server) {
    server
        .wait_until("it drains", async || {
            let ready = reqwest::get(format!("{}/ready", server.url)).await;
            ready.is_ok_and(|ready| ready.status() == 503)
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_hands_live_calls_over_at_once_and_loses_nothing() {
    let (db, data) = (Db::seeded().await, data_folder());
    let proxy = Chaos::before(db.upstream()).await;
    let mut server = patient(&db, &proxy, data.path()).await;
    let mut options = server.call(vec![ask(), Step::Wait(Duration::from_mins(2))]);
    options.dial_outcomes = vec![DialOutcome::Answered(Duration::from_secs(1))];
    let calls: Vec<_> = (0..2)
        .map(|_| {
            let options = options.clone();
            tokio::spawn(async move { place_call(&options).await.unwrap() })
        })
        .collect();
    heard(&server, &db, 2).await;
    server.terminate();
    is_draining(&server).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(server.health().await["calls_live"], 2, "the first waits");
    server.terminate();
    let (status, took) = server.ended().await;
    assert!(status.success(), "{}", server.log());
    assert!(took < Duration::from_mins(1), "{took:?}");
    for call in calls {
        let report = call.await.unwrap();
        let verbs: Vec<_> = report.verbs.iter().map(|verb| verb.verb).collect();
        assert!(verbs.contains(&"Dial"), "the fallback: {verbs:?}");
    }
    let cdrs = "SELECT concat_ws(' ', count(*), bool_and(finalized_at IS NOT NULL),
                  min(end_reason), max(end_reason), max(closed_by)) FROM app.calls";
    assert_eq!(
        db.value(cdrs).await.as_deref(),
        Some("2 t node_draining node_draining holder")
    );
    let kept = "SELECT concat_ws(' ', (SELECT count(*) FROM app.recordings
                    WHERE complete AND kind = 'conversation'),
                  (SELECT bool_and(closed_at IS NOT NULL) FROM app.node_lives))";
    assert_eq!(db.value(kept).await.as_deref(), Some("2 t"));
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_a_third_signal_cuts_off_are_put_in_order_by_the_next_start() {
    let (db, data) = (Db::seeded().await, data_folder());
    let proxy = Chaos::before(db.upstream()).await;
    let mut server = patient(&db, &proxy, data.path()).await;
    let options = server.call(vec![ask_without_end()]);
    let call = tokio::spawn(async move { place_call(&options).await.map(drop) });
    let interrupted = "SELECT count(*)::text FROM app.call_events WHERE kind = 'barge_in'";
    server
        .wait_until("the caller speaks", async || {
            db.value(interrupted).await.as_deref() == Some("1")
        })
        .await;
    server.terminate();
    is_draining(&server).await;
    for _ in 0..3 {
        server.terminate();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (status, _) = server.ended().await;
    assert!(status.success(), "{}", server.log());
    let server = patient(&db, &proxy, data.path()).await;
    let open = "SELECT count(*)::text FROM app.calls WHERE finalized_at IS NULL";
    server
        .wait_until("the call is closed", async || {
            db.value(open).await.as_deref() == Some("0")
        })
        .await;
    let record = "SELECT concat_ws(' ', count(*), bool_and(c.duration_ms > 1000),
                    bool_and(r.written_by IS NULL))
                  FROM app.calls c JOIN app.recordings r ON r.call_id = c.id";
    assert_eq!(db.value(record).await.as_deref(), Some("1 t t"));
    // Nobody was there for the carrier, or the next life was.
    let _ = tokio::time::timeout(Duration::from_mins(1), call).await;
}
