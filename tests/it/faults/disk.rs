//! The disk takes no more of a recording: the call goes on to its end, and everybody is told.
//!
//! The server runs under `ulimit -f`, which fails the write to one file as a full disk does
//! (`EFBIG` instead of `ENOSPC`), needs no root, and leaves PostgreSQL alone, which is the test's.

use std::time::Duration;

use bench::{Ending, Step, place_call};

use crate::{
    chaos::Chaos,
    harness::Db,
    server::{Server, ServerSetup, ask, data_folder},
};

/// Two seconds of a recording.
const LONGEST_KIB: u32 = 64;

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fills_up_costs_the_recording_and_nothing_else() {
    let (db, data) = (Db::seeded().await, data_folder());
    let proxy = Chaos::before(db.upstream()).await;
    let setup = ServerSetup {
        database_url: Some(db.url_through(proxy.address)),
        longest_file_kib: Some(LONGEST_KIB),
        ..ServerSetup::default()
    };
    let server = Server::start(data.path(), &setup).await;
    let wait = || Step::Wait(Duration::from_secs(2));
    // The second say falls behind the end of the disk.
    let options = server.call(vec![ask(), wait(), ask(), wait(), Step::HangUp]);
    let report = place_call(&options).await.unwrap();

    assert_eq!(report.ending, Ending::CallerHungUp, "{:?}", report.verbs);
    assert_eq!(report.streams.len(), 1);
    assert_eq!(report.streams[0].violations, []);
    let stored = "SELECT concat_ws(' ', c.end_reason, c.status, r.complete,
                    r.bytes <= 65536 AND r.bytes > 30000, c.duration_ms > r.duration_ms)
                  FROM app.calls c JOIN app.recordings r ON r.call_id = c.id
                  WHERE r.bytes IS NOT NULL";
    server
        .wait_until("the recording is stored", async || {
            db.value(stored).await.is_some()
        })
        .await;
    assert_eq!(
        db.value(stored).await.as_deref(),
        Some("caller_hung_up completed f t t")
    );
    let said = "SELECT count(*)::text FROM app.call_turns WHERE speaker = 'caller'";
    assert_eq!(db.value(said).await.as_deref(), Some("2"));
    let counted = server.metric("trunkline_recordings_incomplete_total").await;
    assert!((counted - 1.0).abs() < f64::EPSILON, "{counted}");
    let log = server.log();
    assert_eq!(log.matches("recording is incomplete").count(), 1, "{log}");
    assert_eq!(server.health().await["status"], "ok");
    // What was written before plays to its end.
    let key = db.value("SELECT storage_key FROM app.recordings").await;
    let wav = hound::WavReader::open(data.path().join(key.unwrap())).unwrap();
    assert!(wav.duration() > 7_000, "{}", wav.duration());
}
