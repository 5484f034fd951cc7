//! Files that somebody hands over: sounds, and the logs of calls.

use std::time::Instant;

use call::log::{CallLog, replay};

/// A WAV file.
pub(super) fn wav(data: &[u8]) {
    if let Ok(samples) = media::wav::read_telephone(data) {
        assert!(!samples.is_empty());
    }
}

/// The log of a call: what can be read can be replayed, twice to the same outputs.
pub(super) fn call_log(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(log) = CallLog::read(text) else { return };
    let began = Instant::now();
    let first = replay(&log, began).expect("outputs are JSON");
    let second = replay(&log, began).expect("outputs are JSON");
    assert_eq!(first.out, second.out);
}
