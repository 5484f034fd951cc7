//! A summary of figures that are known: what is counted, what breaks a limit, when a run says nothing.
//! Knows no server and no clock.

use super::*;
use crate::{
    exchange::{BothFigures, Pace},
    load::{
        plan::{Limits, Target},
        scenario::Scenario,
        table::Table,
    },
};

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn plan() -> Plan {
    Plan {
        scenario: Scenario::load("echo").unwrap(),
        target: Target::Stream("ws://127.0.0.1:1/x".parse().unwrap()),
        calls: 2,
        total: None,
        ramp: ms(0),
        duration: ms(10_000),
        seed: 1,
        threads: 1,
        pace: Pace::default(),
        floor_calls: 1,
        server_pid: None,
        limits: Limits {
            late: ms(5),
            lost: Some(0),
            frames: Some(0),
            added_p99: Some(ms(10)),
            growth_percent: None,
        },
    }
}

/// Two calls, one of them lost; the tool is `late` behind its deadlines, the server adds `added`.
fn seen(late: Duration, added: Duration) -> Seen {
    let mut figures = BothFigures::default();
    for _ in 0..1_000 {
        figures.server.frames_sent += 1;
        figures.server.lateness.record(late);
        figures.server.round_trip.record(ms(2) + added);
        figures.floor.round_trip.record(ms(2));
    }
    figures.server.frames_late = 3;
    let call = |sid: &str, outcome, why: &str| CallRecord {
        call_sid: sid.to_owned(),
        scenario: "echo".to_owned(),
        placed_ms: 0,
        answered: true,
        answered_in_ms: Some(12.0),
        duration_ms: 9_000,
        streams: 1,
        outcome,
        why: why.to_owned(),
    };
    Seen {
        figures,
        calls: vec![
            call("CA1", Outcome::Completed, "caller hung up"),
            call("CA2", Outcome::Lost, "stream broken by the server"),
        ],
        samples: (0..10)
            .map(|second| Sample {
                at_ms: second * 1_000,
                live: 2,
                ..Sample::default()
            })
            .collect(),
        placing: ms(10_000),
    }
}

fn summary(late: Duration, added: Duration) -> Summary {
    Summary::of(
        &plan(),
        seen(late, added),
        vec!["trunkline-bench".to_owned()],
    )
}

#[test]
fn a_late_tool_makes_its_figures_invalid_and_says_so() {
    let late = summary(ms(6), ms(0));
    assert!(!late.verdict.valid);
    let text = Table(&late).to_string();
    assert!(text.contains("generator late: figures not valid"), "{text}");
    let punctual = summary(ms(4), ms(0));
    assert!(punctual.verdict.valid);
    let text = Table(&punctual).to_string();
    assert!(!text.contains("not valid"), "{text}");
    // Its lateness stands beside each figure.
    let row = text
        .lines()
        .find(|line| line.starts_with("frame there and back"));
    assert!(row.unwrap().ends_with("4.00"), "{row:?}");
}

#[test]
fn added_latency_is_what_is_over_the_floor() {
    let added = summary(ms(1), ms(11)).added.unwrap();
    assert_eq!(added.by, "round_trip");
    assert!((added.p99 - 11.0).abs() < 0.1, "{added:?}");
}

#[test]
fn each_broken_limit_is_named() {
    let failures = summary(ms(1), ms(11)).verdict.failures;
    assert_eq!(
        failures[..2],
        [
            "1 calls were lost",
            "3 frames were lost or late by the server"
        ]
    );
    assert!(
        failures[2].starts_with("added latency p99 is 11"),
        "{failures:?}"
    );
    assert_eq!(summary(ms(1), ms(9)).verdict.failures.len(), 2);
}

#[test]
fn the_json_has_every_call_and_the_documented_fields() {
    let json = serde_json::to_value(summary(ms(1), ms(1))).unwrap();
    assert_eq!(json["schema"], SCHEMA);
    assert_eq!(json["call_list"][1]["call_sid"], "CA2");
    assert_eq!(json["call_list"][1]["outcome"], "lost");
    assert_eq!(json["call_list"][0]["answered"], true);
    assert_eq!(json["calls"]["lost_why"]["stream broken by the server"], 1);
    let page = include_str!("../../../../docs/LOAD.md");
    for field in json.as_object().unwrap().keys() {
        assert!(
            page.contains(&format!("`{field}`")),
            "docs/LOAD.md does not name {field}"
        );
    }
}

#[test]
fn the_steady_part_is_behind_the_ramp() {
    let samples = seen(ms(1), ms(1)).samples;
    let part = steady(&samples, ms(4_000), ms(8_000));
    assert_eq!((part[0].at_ms, part.len()), (5_000, 4));
    assert_eq!(steady(&samples, ms(9_000), ms(9_500)).len(), 10);
}
