//! The server is killed while its spool holds facts: all of them reach the database, each once.

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use bench::{Step, place_call};
use futures_util::future::join_all;
use store::call::What;
use tempfile::TempDir;
use trunkline::ledger::{entry::Entry, spool::Spool};

use crate::{
    chaos::{Chaos, Toxic},
    harness::Db,
    server::{Server, ServerSetup, ask, data_folder},
};

/// What waits in a spool, by kind, and a statement that finds each of its facts once.
struct Waiting {
    kinds: BTreeMap<&'static str, u64>,
    found_once: Vec<String>,
}

impl Waiting {
    /// Reads a copy of the spool: reading uses it up.
    fn read(folder: &Path) -> Self {
        let mut spool = Spool::open(folder, u64::MAX).unwrap();
        let (mut kinds, mut found_once) = (BTreeMap::new(), Vec::new());
        while let Some(head) = spool.head().unwrap() {
            for entry in &head.entries {
                *kinds.entry(entry.kind()).or_default() += 1;
                found_once.extend(query(entry));
            }
            spool.done(&head);
        }
        Self { kinds, found_once }
    }

    fn of(&self, kind: &str) -> u64 {
        self.kinds.get(kind).copied().unwrap_or_default()
    }

    async fn assert_is_stored(&self, db: &Db) {
        for query in &self.found_once {
            let found = db.value(query).await;
            assert_eq!(found.as_deref(), Some("1"), "{query}");
        }
    }
}

/// How often the fact is in the database; `None` for what may be overtaken by a later word.
fn query(entry: &Entry) -> Option<String> {
    let Entry::Fact(fact) = entry else {
        return None;
    };
    let call = fact.call.call_id;
    let rows = match &fact.what {
        What::Turn(turn) => format!("call_turns WHERE seq = {} AND", turn.seq),
        What::Event(_) => format!("call_events WHERE id = '{}' AND", fact.id),
        What::Recording(row) => {
            let key = &row.storage_key;
            format!("recordings WHERE storage_key = '{key}' AND bytes IS NOT NULL AND")
        }
        What::End { end, .. } => {
            return Some(format!(
                "SELECT count(*)::text FROM app.calls WHERE id = '{call}' AND closed_by = 'holder'
                 AND end_reason = '{}' AND duration_ms = {}",
                end.reason.as_str(),
                end.duration_ms
            ));
        }
        What::Place { .. } | What::HandOver(_) | What::Status { .. } => return None,
    };
    Some(format!(
        "SELECT count(*)::text FROM app.{rows} call_id = '{call}'"
    ))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

/// All that the database says of calls, as one text.
async fn record(db: &Db) -> String {
    let calls =
        "SELECT string_agg(concat_ws(' ', id, status, end_reason, closed_by, duration_ms, ended_at,
        digits, next_action, held_by, ivr_state), '; ' ORDER BY id) FROM app.calls";
    let rest = "SELECT concat_ws(' ', (SELECT count(*) FROM app.call_turns),
        (SELECT count(*) FROM app.call_events), (SELECT count(*) FROM app.recordings))";
    format!("{:?} {:?}", db.value(calls).await, db.value(rest).await)
}

/// Waits until nothing waits and no call is open.
async fn caught_up(server: &Server, db: &Db) {
    server
        .wait_until("the spool is empty and all calls are closed", async || {
            let open = "SELECT count(*)::text FROM app.calls WHERE finalized_at IS NULL";
            server.health().await["ledger"]["facts_waiting"] == 0
                && db.value(open).await.as_deref() == Some("0")
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_on_the_disk_outlive_a_killed_server_and_are_written_once() {
    let (db, data, copies) = (Db::seeded().await, data_folder(), TempDir::new().unwrap());
    let proxy = Chaos::before(db.upstream()).await;
    let setup = ServerSetup {
        database_url: Some(db.url_through(proxy.address)),
        ..ServerSetup::default()
    };
    let server = Server::start(data.path(), &setup).await;
    let keys = || Step::Press {
        digits: "42".to_owned(),
    };
    let wait = |seconds| Step::Wait(Duration::from_secs(seconds));
    let ending = server.call(vec![ask(), keys(), ask(), wait(2), Step::HangUp]);
    let staying = server.call(vec![ask(), keys(), ask(), wait(60)]);
    let cut_off: Vec<_> = (0..2)
        .map(|_| {
            let staying = staying.clone();
            // Nobody answers the carrier in the end.
            tokio::spawn(async move { place_call(&staying).await.map(drop) })
        })
        .collect();
    let calls = join_all((0..2).map(|_| place_call(&ending)));
    let outage = async {
        let held = "SELECT count(*)::text FROM app.calls WHERE held_by IS NOT NULL";
        server
            .wait_until("four conversations are under way", async || {
                db.value(held).await.as_deref() == Some("4")
            })
            .await;
        proxy.set(Toxic::Refuse);
    };
    let (reports, ()) = tokio::join!(calls, outage);
    for report in reports {
        assert_eq!(report.unwrap().streams.len(), 1);
    }
    let spool = data.path().join("spool");
    server
        .wait_until("all is on the disk", async || {
            let waiting = || async { server.health().await["ledger"]["facts_waiting"].as_u64() };
            let before = waiting().await;
            tokio::time::sleep(Duration::from_secs(2)).await;
            before > Some(10) && waiting().await == before
        })
        .await;
    server.kill();
    for call in cut_off {
        let _ = tokio::time::timeout(Duration::from_mins(1), call).await;
    }
    let (read, again) = (copies.path().join("read"), copies.path().join("again"));
    copy(&spool, &read);
    copy(&spool, &again);
    let waiting = Waiting::read(&read);
    assert_eq!(waiting.of("end"), 2, "{:?}", waiting.kinds);
    assert_eq!(waiting.of("recording"), 2, "{:?}", waiting.kinds);
    assert!(waiting.of("turn") >= 4, "{:?}", waiting.kinds);

    proxy.set(Toxic::None);
    let server = Server::start(data.path(), &setup).await;
    caught_up(&server, &db).await;
    waiting.assert_is_stored(&db).await;
    let closed =
        "SELECT string_agg(concat_ws(' ', end_reason, closed_by, digits, duration_ms > 3000), ', '
                  ORDER BY end_reason) FROM app.calls";
    assert_eq!(
        db.value(closed).await.as_deref(),
        Some(
            "caller_hung_up holder 42 t, caller_hung_up holder 42 t, \
             node_lost reaper 42 t, node_lost reaper 42 t"
        )
    );
    let recordings = "SELECT string_agg(complete::text, ' ' ORDER BY complete) FROM app.recordings";
    assert_eq!(
        db.value(recordings).await.as_deref(),
        Some("false false true true")
    );
    let before = record(&db).await;

    // Killed after the facts were written and before the disk forgot them: they are written again.
    server.kill();
    copy(&again, &spool);
    let server = Server::start(data.path(), &setup).await;
    caught_up(&server, &db).await;
    assert!(
        server
            .log()
            .contains("what waited on the disk is in the database")
    );
    waiting.assert_is_stored(&db).await;
    assert_eq!(
        record(&db).await,
        before,
        "writing it again changed something"
    );
    let lost = server.metric("trunkline_facts_lost_total").await;
    assert!(lost.abs() < f64::EPSILON, "{lost}");
}
