//! The spool on a real folder: order, torn ends, fullness, its lock. Knows no database.

use std::{fs::OpenOptions, io::Write};

use call::record::{Latency, Speaker, TurnRecord};
use chrono::DateTime;
use store::call::{CallRef, EventFact, Fact, What};
use tempfile::TempDir;
use tenant_config::id::{CallId, TenantId};
use uuid::Uuid;

use super::*;
use crate::ledger::entry::{CarrierWord, WordKind};

const ROOMY: u64 = 1 << 20;

fn fact(n: u32, what: What) -> Entry {
    let call = CallRef {
        tenant_id: TenantId(Uuid::from_u128(1)),
        call_id: CallId(Uuid::from_u128(2)),
        started_at: DateTime::UNIX_EPOCH,
    };
    Entry::Fact(Fact {
        id: Uuid::from_u128(n.into()),
        at: DateTime::UNIX_EPOCH + chrono::Duration::seconds(n.into()),
        call,
        what,
    })
}

fn turn(n: u32) -> Entry {
    let turn = TurnRecord {
        seq: n,
        speaker: Speaker::Caller,
        text: "word ".repeat(50),
        generated: String::new(),
        start_ms: 0,
        end_ms: 1,
        confidence: Some(0.123_456_7),
        words: Vec::new(),
        interrupted: false,
        latency: Latency::default(),
        tokens_in: 0,
        tokens_out: 0,
    };
    fact(n, What::Turn(Box::new(turn)))
}

fn event(n: u32) -> Entry {
    let event = EventFact {
        kind: "dtmf".to_owned(),
        media_ms: Some(7),
        payload: serde_json::json!({ "digits": "1" }),
        digits: Some("1".to_owned()),
    };
    fact(n, What::Event(event))
}

fn word(n: u32) -> Entry {
    Entry::Word(CarrierWord {
        at: DateTime::UNIX_EPOCH + chrono::Duration::seconds(n.into()),
        kind: WordKind::Status,
        form: vec![("CallSid".to_owned(), n.to_string())],
        query: Vec::new(),
    })
}

/// Takes everything out, as the drainer does.
fn all(spool: &mut Spool) -> Vec<Entry> {
    let mut entries = Vec::new();
    while let Some(head) = spool.head().unwrap() {
        entries.extend(head.entries.clone());
        spool.done(&head);
    }
    entries
}

#[test]
fn what_goes_in_comes_out_in_order_also_in_another_life() {
    let folder = TempDir::new().unwrap();
    let entries: Vec<_> = (0..600)
        .flat_map(|n| [turn(n), event(n), word(n)])
        .collect();
    let mut spool = Spool::open(folder.path(), ROOMY).unwrap();
    for some in entries[..900].chunks(7) {
        assert!(spool.append(some).unwrap().is_empty());
    }
    drop(spool);
    let mut spool = Spool::open(folder.path(), ROOMY).unwrap();
    assert_eq!(spool.depth().entries, 900);
    assert_eq!(spool.depth().oldest, Some(DateTime::UNIX_EPOCH));
    for some in entries[900..].chunks(100) {
        assert!(spool.append(some).unwrap().is_empty());
    }
    assert!(spool.segments.len() > 3, "several files");
    assert_eq!(all(&mut spool), entries);
    assert_eq!(spool.depth(), Depth::default());
}

#[test]
fn what_was_not_done_is_still_there_after_a_crash() {
    let folder = TempDir::new().unwrap();
    let mut spool = Spool::open(folder.path(), ROOMY).unwrap();
    spool.append(&[turn(1), word(2)]).unwrap();
    let head = spool.head().unwrap().unwrap();
    // New ones go behind those that are leaving.
    spool.append(&[turn(3)]).unwrap();
    drop((head, spool));
    let mut spool = Spool::open(folder.path(), ROOMY).unwrap();
    assert_eq!(all(&mut spool), [turn(1), word(2), turn(3)]);
}

#[test]
fn a_torn_end_costs_what_was_torn_and_nothing_else() {
    let folder = TempDir::new().unwrap();
    let mut spool = Spool::open(folder.path(), ROOMY).unwrap();
    spool.append(&[word(1), word(2), word(3)]).unwrap();
    drop(spool);
    let path = path_of(folder.path(), 1);
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        let mut spool = Spool::open(folder.path(), ROOMY).unwrap();
        let kept = 3 * length / whole.len();
        spool.append(&[turn(9)]).unwrap();
        let mut expected: Vec<_> = (1..=3).map(word).take(kept).collect();
        expected.push(turn(9));
        assert_eq!(all(&mut spool), expected, "cut at {length}");
    }
    fs::write(&path, &whole).unwrap();
    let mut garbage = OpenOptions::new().append(true).open(&path).unwrap();
    garbage.write_all(&[0xFF; 40]).unwrap();
    let mut spool = Spool::open(folder.path(), ROOMY).unwrap();
    assert_eq!(all(&mut spool).len(), 3);
}

#[test]
fn a_full_spool_lets_the_oldest_detail_go_and_keeps_what_the_record_needs() {
    let folder = TempDir::new().unwrap();
    let mut spool = Spool::open(folder.path(), 64 * 1024).unwrap();
    let mut gone = Dropped::new();
    for n in 0..500 {
        for (kind, count) in spool.append(&[turn(n), word(n)]).unwrap() {
            *gone.entry(kind).or_default() += count;
        }
        assert!(spool.depth().bytes <= 64 * 1024);
    }
    let kept = all(&mut spool);
    let turns: Vec<_> = kept.iter().filter(|e| !e.is_of_record()).collect();
    assert_eq!(kept.len() - turns.len(), 500, "every word of the carrier");
    assert_eq!(gone.keys().collect::<Vec<_>>(), [&"turn"]);
    assert_eq!(gone["turn"] + turns.len() as u64, 500);
    assert_eq!(
        turns.last().map(|e| e.at()),
        Some(turn(499).at()),
        "the newest stay"
    );
}

#[test]
fn a_spool_full_of_records_refuses_and_says_of_what() {
    let folder = TempDir::new().unwrap();
    let mut spool = Spool::open(folder.path(), 8 * 1024).unwrap();
    let mut gone = Dropped::new();
    for n in 0..200 {
        gone.extend(spool.append(&[word(n)]).unwrap());
    }
    assert_eq!(gone.keys().collect::<Vec<_>>(), [&"status"]);
    let kept = all(&mut spool);
    assert_eq!(kept[..3], [word(0), word(1), word(2)]);
    assert!(
        spool.append(&[turn(1)]).unwrap().is_empty(),
        "there is room again"
    );
}

#[test]
fn two_servers_do_not_share_a_folder() {
    let folder = TempDir::new().unwrap();
    let _first = Spool::open(folder.path(), ROOMY).unwrap();
    let second = Spool::open(folder.path(), ROOMY).unwrap_err();
    assert!(
        second.to_string().contains("another server uses"),
        "{second}"
    );
}
