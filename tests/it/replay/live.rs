//! What a live call writes down replays to the same outputs. Every conversation of these tests is
//! recorded, and held against its log once it is settled.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Instant,
};

use bench::Step;
use call::log::{CallLog, Tail, replay};

use crate::node::{Minds, Node, barge_in, speak};

/// The logs of a node's calls.
pub(crate) fn logs(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// Panics where a log does not replay.
pub(crate) fn assert_replays(path: &Path) -> CallLog {
    let log = CallLog::read(&fs::read_to_string(path).unwrap()).unwrap();
    let replay = replay(&log, Instant::now()).unwrap();
    let first = replay.differences.first();
    assert_eq!(first, None, "{}", path.display());
    log
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_with_interruptions_and_keys_replays_and_is_for_its_owner_only() {
    let long = "We have appointments on Monday and on Tuesday and on Wednesday, in the morning.";
    let minds = Minds::hearing(&["When?", "Stop.", "Bye."]).saying(&[long, "All right.", "Bye."]);
    let node = Node::start(minds.providers()).await;
    let press = Step::Press {
        digits: "12#".into(),
    };
    node.place(vec![speak(800), barge_in(1_000, 700), press, Step::HangUp])
        .await;
    node.settled().await;
    let logs = logs(&node.inputs());
    let [log] = logs.as_slice() else {
        panic!("one stream, one log: {logs:?}");
    };
    let mode = fs::metadata(log).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let log = assert_replays(log);
    assert_eq!(log.tail, Tail::Complete);
    let text = format!("{:?}", log.entries);
    for input in ["Started", "Media", "Transcript", "Digit", "StreamEnded"] {
        assert!(text.contains(input), "{input} is in the log");
    }
}
