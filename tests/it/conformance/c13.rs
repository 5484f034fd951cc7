//! C13: audio messages that come twice, out of order or not at all: what is missing becomes silence,
//! what comes again or late is dropped, the rest stays where it belongs. It is counted in the
//! call's record, and never ends a call.

use bench::{Delivery, Faults};
use serde_json::Value;

use super::{answered, call_with, every, node};
use crate::{node::Node, tape::recording};

/// What became of the caller's audio.
struct Outcome {
    /// Frames of speech that are silent in the recording.
    silenced: u64,
    /// What the call's record says.
    counted: Value,
}

async fn outcome(delivery: Delivery) -> Outcome {
    let node = node().await;
    let faults = Faults {
        delivery,
        ..Faults::default()
    };
    let report = call_with(&node, faults).await;
    let (caller, _) = recording(&node).await;
    let mut silenced = 0;
    let spoken = answered(&report).caller_samples.chunks(160);
    for (at, (recorded, spoken)) in caller.chunks(160).zip(spoken).enumerate() {
        if recorded != &spoken[..recorded.len()] {
            assert!(recorded.iter().all(|&s| s == 0), "frame {at} is another");
            silenced += 1;
        }
    }
    let counted = counted(&node).await;
    Outcome { silenced, counted }
}

async fn counted(node: &Node) -> Value {
    let sql = "SELECT payload::text FROM app.call_events WHERE kind = 'audio_faults'";
    let payload = node.db.value(sql).await.expect("faults are counted");
    serde_json::from_str(&payload).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_twice_is_heard_once() {
    let Outcome { silenced, counted } = outcome(Delivery::DuplicateEvery(every(5))).await;
    assert_eq!(silenced, 0);
    assert!(counted["duplicated"].as_u64() > Some(10), "{counted}");
    assert_eq!(
        (&counted["lost_ms"], &counted["reordered"]),
        (&0.into(), &0.into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_late_is_dropped_and_its_place_is_silent() {
    let Outcome { silenced, counted } = outcome(Delivery::SwapEvery(every(7))).await;
    assert!(silenced > 3, "{silenced}");
    let late = counted["reordered"].as_u64().unwrap();
    assert!(late >= silenced, "{counted}");
    assert_eq!(counted["lost_ms"], late * 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_never_comes_is_silence() {
    let Outcome { silenced, counted } = outcome(Delivery::DropEvery(every(9))).await;
    assert!(silenced > 3, "{silenced}");
    assert!(
        counted["lost_ms"].as_u64() >= Some(silenced * 20),
        "{counted}"
    );
    assert_eq!(
        (&counted["duplicated"], &counted["reordered"]),
        (&0.into(), &0.into())
    );
}
