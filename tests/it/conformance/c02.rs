//! C2: each message carries the `streamSid` of `start`, exactly. The carrier passes over a message
//! with another one (its warning 31951), so the caller would hear nothing.

use bench::new_stream_sid;
use media::twilio::StreamSid;
use serde_json::Value;

use super::{c01::every_text, line::Line, node};

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_sid_comes_back_exactly() {
    let strange: StreamSid = r#"mz-"\/{}&<e>"#.parse().unwrap();
    for sid in [new_stream_sid(), strange] {
        let node = node().await;
        let mut line = Line::dial_as(&node, sid.clone()).await;
        for text in every_text(&node, &mut line).await {
            let message: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(message["streamSid"], sid.as_str(), "{text}");
        }
    }
}
