//! The recording of a call, held against what was said and heard.

use crate::node::Node;

/// The recording that the database names: the caller's lane and the agent's.
pub(crate) async fn recording(node: &Node) -> (Vec<i16>, Vec<i16>) {
    let sql = "SELECT storage_key FROM app.recordings WHERE complete AND kind = 'conversation'";
    let mut key = None;
    for _ in 0..100 {
        key = node.db.value(sql).await;
        if key.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let path = node.data.path().join(key.expect("the call was recorded"));
    let mut wav = hound::WavReader::open(path).unwrap();
    assert_eq!((wav.spec().channels, wav.spec().sample_rate), (2, 8_000));
    let samples: Vec<i16> = wav.samples::<i16>().map(Result::unwrap).collect();
    let lane = |n: usize| samples.iter().skip(n).step_by(2).copied().collect();
    (lane(0), lane(1))
}

/// A lane without its silence: whatever holes a busy machine tears, these are the same.
pub(crate) fn loud(lane: &[i16]) -> Vec<i16> {
    lane.iter()
        .copied()
        .filter(|sample| sample.unsigned_abs() > 200)
        .collect()
}

/// Says where two lanes part, not all that is in them.
pub(crate) fn assert_same(recorded: &[i16], heard: &[i16]) {
    let parts_at = recorded.iter().zip(heard).position(|(a, b)| a != b);
    assert_eq!((recorded.len(), parts_at), (heard.len(), None));
}
