//! C14: payloads of any size keep every sample, and one that is no base64 costs its own audio only.
//! The carrier sends 160 bytes in practice and promises no size.

use bench::Faults;
use rstest::rstest;

use super::{answered, call_with, every, node};
use crate::tape::{assert_same, loud, recording};

#[rstest]
#[case::a_byte_more_or_less(vec![0, 1, 159, 160, 161])]
#[case::a_second_at_once(vec![8_000, 160, 0])]
#[tokio::test(flavor = "multi_thread")]
async fn payloads_of_any_size_keep_every_sample(#[case] payload_sizes: Vec<usize>) {
    let node = node().await;
    let faults = Faults {
        payload_sizes,
        ..Faults::default()
    };
    let report = call_with(&node, faults).await;
    let (caller, _) = recording(&node).await;
    assert_same(&loud(&caller), &loud(&answered(&report).caller_samples));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_that_is_no_base64_is_silence() {
    let node = node().await;
    let faults = Faults {
        corrupt_every: Some(every(11)),
        ..Faults::default()
    };
    let report = call_with(&node, faults).await;
    let spoken = &answered(&report).caller_samples;
    let (caller, _) = recording(&node).await;
    for (at, (recorded, spoken)) in caller.chunks(160).zip(spoken.chunks(160)).enumerate() {
        let is_corrupt = (at + 1).is_multiple_of(11);
        let expected = if is_corrupt {
            vec![0; recorded.len()]
        } else {
            spoken[..recorded.len()].to_vec()
        };
        assert!(recorded == expected, "frame {at}");
    }
}
