//! C6: marks that come back late, twice, out of order or under a name that was never sent change
//! nothing. The carrier echoes a mark when its audio was played, and nothing promises the order.

use std::time::Duration;

use super::{line::Line, node};

#[tokio::test(flavor = "multi_thread")]
async fn marks_out_of_order_twice_late_and_unknown_are_tolerated() {
    let node = node().await;
    let mut line = Line::answered(&node).await;
    let mut marks = line.hear_audio(60).await;
    assert!(marks.len() > 3, "{marks:?}");
    marks.reverse();
    for name in marks.iter().chain(&marks) {
        line.echo(name).await;
    }
    for unknown in [
        "",
        "m",
        "m0",
        "m999",
        "m18446744073709551616",
        "é\"\\",
        "M1",
    ] {
        line.echo(unknown).await;
    }
    // Longer than the node waits for the last mark of its greeting.
    tokio::time::sleep(Duration::from_millis(3_500)).await;
    for name in &marks {
        line.echo(name).await;
    }
    line.press("7#").await;
    line.echo_all_for(Duration::from_secs(3)).await;
    let turns = line.record.turns().await;
    let [greeting, answer] = turns.as_slice() else {
        panic!("a greeting and an answer, each once: {turns:?}");
    };
    assert!(
        greeting.ends_with("How can I help you today?"),
        "{greeting}"
    );
    assert_eq!(answer, "agent: Seven it is.");
    line.hang_up().await;
    node.settled().await;
}
