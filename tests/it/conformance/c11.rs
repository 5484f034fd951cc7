//! C11: a stream without `start` is closed after 5 s, whatever else is said on it. Until then it
//! costs a socket and nothing more.

use std::time::Duration;

use bench::Received;
use tokio::time::Instant;

use super::{line::Line, node};

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_does_not_start_is_closed_however_much_is_said() {
    let node = node().await;
    let opened = Instant::now();
    let mut line = Line::dial(&node).await;
    line.send(line.writer.connected()).await;
    let code = loop {
        let audio = line.writer.media(&[0xFF; 160], 0);
        line.send(audio).await;
        let soon = Duration::from_millis(500);
        match tokio::time::timeout(soon, line.receive()).await {
            Err(_) => assert!(opened.elapsed() < Duration::from_secs(20), "still open"),
            Ok(Received::Closed { code, .. }) => break code,
            Ok(other) => panic!("{other:?}"),
        }
    };
    assert_eq!(code, Some(1008));
    assert!(
        opened.elapsed() >= Duration::from_millis(4_900),
        "a slow carrier has five seconds"
    );
    assert!(line.record.turns().await.is_empty());
    assert_eq!(
        line.record.value("next_action").await,
        None,
        "no call was held"
    );
}
