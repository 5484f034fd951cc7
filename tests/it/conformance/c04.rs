//! C4: a payload is base64 of raw mu-law at 8 kHz, 20 ms of it, without a file header. The carrier
//! would play a header as noise.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use media::mulaw;
use serde_json::Value;

use super::{c01::every_text, line::Line, node};

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_is_what_the_voice_said_as_160_bytes_of_mulaw() {
    let node = node().await;
    let mut line = Line::dial(&node).await;
    let texts = every_text(&node, &mut line).await;
    let mut pieces = 0;
    let mut bytes = BTreeSet::new();
    for text in &texts {
        let message: Value = serde_json::from_str(text).unwrap();
        let Some(payload) = message["media"]["payload"].as_str() else {
            continue;
        };
        let audio = STANDARD.decode(payload).unwrap();
        assert_eq!(audio.len(), 160);
        bytes.extend(audio);
        pieces += 1;
    }
    assert!(pieces > 5, "{texts:?}");
    // The scripted voice is a square wave of 8,000; the end of an utterance is padded with silence.
    let square = BTreeSet::from([mulaw::encode(8_000), mulaw::encode(-8_000)]);
    bytes.remove(&mulaw::encode(0));
    assert_eq!(bytes, square);
}
