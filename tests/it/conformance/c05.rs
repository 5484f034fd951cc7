//! C5: never more than 300 ms ahead of the ear, and so never near the ten minutes beyond which the
//! carrier discards audio (its warning 31931). What lies in its buffer can only be dropped whole:
//! the further ahead, the more a barge-in throws away.

use std::time::Duration;

use bench::{CallReport, Step, place_call};
use media::frame::MediaTime;

use crate::node::{Minds, Node, speak};

/// More than twelve minutes, at 20 ms a letter.
fn long_answer() -> String {
    "We have appointments on every day of the week. ".repeat(800)
}

async fn ten_seconds_of_it() -> CallReport {
    let minds = Minds::hearing(&["When?"]).saying(&[&long_answer()]);
    let node = Node::start(minds.providers()).await;
    let steps = vec![
        speak(600),
        Step::Wait(Duration::from_secs(11)),
        Step::HangUp,
    ];
    let mut options = node.call(steps);
    options.record_heard = false;
    let report = place_call(&options).await.unwrap();
    node.settled().await;
    report
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_twelve_minutes_is_never_300_ms_ahead() {
    let report = ten_seconds_of_it().await;
    let stream = &report.streams[0];
    assert_eq!(stream.violations, []);
    let heard: usize = stream.agent.arrivals.iter().map(|piece| piece.bytes).sum();
    assert!(heard > 8 * 8_000, "{heard} samples are no long answer");
    let furthest = stream
        .agent
        .arrivals
        .iter()
        .map(|piece| MediaTime(piece.queued_before + piece.bytes as u64).as_ms())
        .max();
    // A caller that was late itself began to play late and finds more waiting.
    let allowed = 300 + stream.lateness.max_ms.ceil() as u64;
    assert!(
        furthest.is_some_and(|ms| ms <= allowed),
        "{furthest:?} ms, at most {allowed}"
    );
}
