//! The database goes away and comes back under live calls: no call is dropped, and all that was
//! said is stored once.

use std::{sync::Arc, time::Duration};

use bench::{CallReport, Ending, Step, place_call};
use call::record::{EndReason, Latency, Speaker, TurnRecord};
use futures_util::future::{BoxFuture, join_all};
use store::call::{CallEnd, ClosedBy, EventFact, Fact, HangupBy, What};
use tempfile::TempDir;
use trunkline::{
    clock::Clock,
    ledger::{
        Ledger, Share,
        entry::{Carrier, CarrierWord, Entry, HearError},
    },
};

use crate::{
    chaos::{Chaos, Toxic},
    harness::{Db, SIMPLE},
    node::{CALLER, Minds, Node, NodeSetup, speak},
};

/// A node whose database is behind a proxy.
async fn node(minds: Minds) -> (Node, Chaos) {
    let db = Db::seeded().await;
    let proxy = Chaos::before(db.upstream()).await;
    let store = db.through(proxy.address).await;
    let setup = NodeSetup {
        store,
        ..NodeSetup::new(Arc::new(db))
    };
    (Node::start_with(minds.providers(), setup).await, proxy)
}

async fn count(node: &Node, what: &str) -> u64 {
    let count = node
        .db
        .value(&format!("SELECT count(*)::text FROM {what}"))
        .await;
    count.unwrap().parse().unwrap()
}

/// Waits until so many conversations are under way.
async fn talking(node: &Node, calls: u64) {
    while count(node, "app.calls WHERE held_by IS NOT NULL").await < calls {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
}

/// Waits until nothing waits for the database any more.
async fn caught_up(node: &Node) {
    for _ in 0..300 {
        if !node.ledger.is_behind() {
            return node.settled().await;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the ledger stays behind: {:?}", node.ledger.standing());
}

fn not_dropped(report: &CallReport) {
    assert_eq!(report.ending, Ending::CallerHungUp, "{:?}", report.verbs);
    assert_eq!(report.streams.len(), 1);
    assert_eq!(report.streams[0].violations, []);
}

/// Three calls, whose turns, keys and ends fall into the outage.
async fn outage_under_calls(toxic: Toxic) {
    let (node, proxy) =
        node(Minds::hearing(&["Hello?"; 16]).saying(&["Yes, I am here."; 16])).await;
    let keys = Step::Press {
        digits: "42".to_owned(),
    };
    let wait = |ms| Step::Wait(Duration::from_millis(ms));
    let options = node.call(vec![
        speak(600),
        keys,
        wait(300),
        speak(600),
        wait(1_500),
        Step::HangUp,
    ]);
    let calls = join_all((0..3).map(|_| place_call(&options)));
    let outage = async {
        talking(&node, 3).await;
        proxy.set(toxic);
    };
    let (reports, ()) = tokio::join!(calls, outage);
    assert!(node.ledger.is_behind(), "the outage was noticed");
    for report in &reports {
        let report = report.as_ref().unwrap();
        not_dropped(report);
        assert!(report.callbacks.iter().all(|posted| posted.status == 204));
    }
    let ready = reqwest::get(format!("{}/ready", node.url)).await.unwrap();
    assert_eq!(ready.status(), 503);
    let body = ready.text().await.unwrap();
    assert!(body.contains("facts_waiting"), "{body}");
    proxy.set(Toxic::None);
    caught_up(&node).await;
    assert_eq!(count(&node, "app.calls").await, 3);
    let whole = "app.calls WHERE end_reason = 'caller_hung_up' AND status = 'completed'
                 AND closed_by = 'holder' AND digits = '42' AND next_action IS NOT NULL";
    assert_eq!(count(&node, whole).await, 3);
    let said = "app.call_turns WHERE speaker = 'caller' AND text = 'Hello?'";
    assert_eq!(
        count(&node, said).await,
        6,
        "both turns of each caller, once"
    );
    assert_eq!(count(&node, "app.call_events WHERE kind = 'dtmf'").await, 3);
    assert_eq!(count(&node, "app.recordings WHERE complete").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_stops_answering_drops_no_call_and_loses_nothing() {
    outage_under_calls(Toxic::Stall).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_shut_down_drops_no_call_and_loses_nothing() {
    outage_under_calls(Toxic::Refuse).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_after_the_stream_is_answered_from_memory() {
    let (node, proxy) = node(Minds::hearing(&["Hello?"]).saying(&["One moment please."])).await;
    let wait = Step::Wait(Duration::from_secs(1));
    let options = node.call(vec![speak(600), wait, Step::DropSocket]);
    let outage = async {
        talking(&node, 1).await;
        proxy.set(Toxic::Refuse);
    };
    let (report, ()) = tokio::join!(place_call(&options), outage);
    let report = report.unwrap();
    let verbs: Vec<_> = report.verbs.iter().map(|verb| verb.verb).collect();
    assert!(verbs.contains(&"Dial"), "the tenant's fallback: {verbs:?}");
    proxy.set(Toxic::None);
    caught_up(&node).await;
    let cdr =
        "SELECT concat_ws(' ', end_reason, next_action->>'kind', ivr_state->>'at') FROM app.calls";
    let cdr = node.db.value(cdr).await.unwrap();
    assert!(cdr.starts_with("stream_lost fallback "), "{cdr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_could_not_be_answered_is_a_call_all_the_same() {
    let (node, proxy) = node(Minds::hearing(&[])).await;
    proxy.set(Toxic::Refuse);
    let mut options = node.call(Vec::new());
    options.to = SIMPLE.to_owned();
    let report = place_call(&options).await.unwrap();
    let verbs: Vec<_> = report.verbs.iter().map(|verb| verb.verb).collect();
    assert_eq!(verbs, ["Say", "Hangup"], "a polite apology");
    proxy.set(Toxic::None);
    caught_up(&node).await;
    let cdr = "SELECT concat_ws(' ', end_reason, status, to_e164, from_e164, provider_call_id) FROM app.calls";
    let expected = format!(
        "database_away completed {SIMPLE} {CALLER} {}",
        report.call_sid.as_str()
    );
    assert_eq!(node.db.value(cdr).await, Some(expected));
}

/// Words of the carrier have no part in these.
struct Deaf;

impl Carrier for Deaf {
    fn hear<'a>(&'a self, word: &'a CarrierWord) -> BoxFuture<'a, Result<(), HearError>> {
        panic!("nobody said {word:?}")
    }
}

/// A ledger before a proxied database, and a call to write of.
struct Desk {
    db: Db,
    proxy: Chaos,
    ledger: Ledger,
    call: store::call::CallRef,
    _data: TempDir,
}

impl Desk {
    async fn open(spool_bytes: u64) -> Self {
        let db = Db::seeded().await;
        let proxy = Chaos::before(db.upstream()).await;
        let store = db.through(proxy.address).await;
        let call = db.begun_call().await;
        let data = TempDir::new().unwrap();
        let ledger = Ledger::open(store, Clock::system(), data.path(), spool_bytes)
            .unwrap()
            .start(Arc::new(Deaf));
        Self {
            db,
            proxy,
            ledger,
            call,
            _data: data,
        }
    }

    fn fact(&self, what: What) -> Entry {
        Entry::Fact(Fact::new(self.call, Clock::system().now(), what))
    }

    async fn keep(&self, what: What) {
        let patience = Duration::from_secs(30);
        let kept = self.ledger.keep(self.fact(what), patience).await;
        assert_eq!(kept, Ok(true));
    }

    async fn caught_up(&self) {
        for _ in 0..300 {
            if !self.ledger.is_behind() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{:?}", self.ledger.standing());
    }
}

fn key(digit: &str) -> What {
    What::Event(EventFact {
        kind: "dtmf".to_owned(),
        media_ms: Some(1),
        payload: serde_json::json!({ "digits": digit }),
        digits: Some(digit.to_owned()),
    })
}

fn turn(seq: u32) -> What {
    What::Turn(Box::new(TurnRecord {
        seq,
        speaker: Speaker::Caller,
        text: "word ".repeat(40),
        generated: String::new(),
        start_ms: 0,
        end_ms: 1,
        confidence: None,
        words: Vec::new(),
        interrupted: false,
        latency: Latency::default(),
        tokens_in: 0,
        tokens_out: 0,
    }))
}

fn end() -> What {
    let end = CallEnd {
        closed_by: ClosedBy::Holder,
        ended_at: Clock::system().now(),
        reason: EndReason::CallerHungUp,
        hangup_by: HangupBy::Caller,
        duration_ms: 1,
        latency_p50_ms: None,
        latency_p95_ms: None,
        interruptions: 0,
        outcome: None,
        failure: None,
        status: None,
    };
    What::End {
        next: None,
        end: Box::new(end),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_answer_was_lost_is_not_doubled() {
    let desk = Desk::open(1 << 20).await;
    for digit in ["1", "2", "3", "4"] {
        desk.proxy.set(Toxic::LoseCommit);
        desk.keep(key(digit)).await;
        desk.caught_up().await;
    }
    assert!(
        desk.proxy.lost_commits() >= 4,
        "{}",
        desk.proxy.lost_commits()
    );
    let digits = desk.db.value("SELECT digits FROM app.calls").await;
    assert_eq!(digits.as_deref(), Some("1234"));
    let events = desk
        .db
        .value("SELECT count(*)::text FROM app.call_events")
        .await;
    assert_eq!(events.as_deref(), Some("4"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_spool_costs_turns_and_never_the_end_of_a_call() {
    let desk = Desk::open(16 * 1024).await;
    desk.proxy.set(Toxic::Refuse);
    for seq in 0..200 {
        desk.keep(turn(seq)).await;
    }
    desk.keep(end()).await;
    let standing = desk.ledger.standing();
    assert!(
        standing.is_away && standing.bytes <= 16 * 1024,
        "{standing:?}"
    );
    desk.proxy.set(Toxic::None);
    desk.caught_up().await;
    let reason = desk.db.value("SELECT end_reason FROM app.calls").await;
    assert_eq!(reason.as_deref(), Some("caller_hung_up"));
    let turns = "SELECT concat_ws(' ', count(*) < 200, max(seq)) FROM app.call_turns";
    assert_eq!(
        desk.db.value(turns).await.as_deref(),
        Some("t 199"),
        "the newest stay"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_busy_call_leaves_room_for_the_others() {
    let desk = Desk::open(1 << 20).await;
    desk.proxy.set(Toxic::Stall);
    let (busy, other) = (Share::default(), Share::default());
    let refused = (0..2_000)
        .filter(|n| desk.ledger.hand_over(desk.fact(turn(*n)), &busy).is_err())
        .count();
    assert!(refused > 0, "one call cannot fill the queue");
    assert!(
        desk.ledger
            .hand_over(desk.fact(turn(5_000)), &other)
            .is_ok()
    );
}
