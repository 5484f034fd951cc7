//! C20: all sixteen keys, 0-9 * # A-D, on the stream and at a menu.

use bench::{Step, place_call};

use super::{line::Line, node};
use crate::harness::IVR;

#[tokio::test(flavor = "multi_thread")]
async fn each_of_the_sixteen_keys_reaches_the_call() {
    let node = node().await;
    let mut line = Line::answered(&node).await;
    line.hear_audio(3).await;
    // A # first is a key; after others it ends them.
    line.press("#0123456789*ABCD").await;
    line.press("#").await;
    line.echo_all_for(std::time::Duration::from_secs(2)).await;
    line.stop().await;
    line.closed().await;
    node.settled().await;
    assert_eq!(
        line.record.value("digits").await.as_deref(),
        Some("#0123456789*ABCD")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_walk_the_menu() {
    let node = node().await;
    let mut options = node.call(vec![
        Step::WaitForAgent {
            quiet: std::time::Duration::from_millis(300),
            at_most: std::time::Duration::from_secs(15),
        },
        Step::Press { digits: "7".into() },
    ]);
    IVR.clone_into(&mut options.to);
    let report = place_call(&options).await.unwrap();
    node.settled().await;
    let verbs: Vec<&str> = report.verbs.iter().map(|verb| verb.verb).collect();
    assert!(verbs.contains(&"Record"), "7 is the voicemail: {verbs:?}");
    let digits = node.db.value("SELECT digits FROM app.calls").await;
    assert_eq!(digits.as_deref(), Some("7"));
}
