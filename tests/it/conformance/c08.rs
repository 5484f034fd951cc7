//! C8: counters are strings of digits, as the carrier documents them, or numbers, as others who
//! speak its protocol send them. Read wrongly, no audio would find its place.

use bench::{CounterStyle, Faults};

use super::{answered, call_with, node};
use crate::tape::{assert_same, loud, recording};

async fn caller_is_heard(counters: CounterStyle) {
    let node = node().await;
    let faults = Faults {
        counters,
        ..Faults::default()
    };
    let report = call_with(&node, faults).await;
    let (caller, _) = recording(&node).await;
    assert_same(&loud(&caller), &loud(&answered(&report).caller_samples));
}

#[tokio::test(flavor = "multi_thread")]
async fn counters_as_strings() {
    caller_is_heard(CounterStyle::Strings).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn counters_as_numbers() {
    caller_is_heard(CounterStyle::Numbers).await;
}
