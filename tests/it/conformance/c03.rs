//! C3: no field that the carrier does not document. It warns (31951) and ignores the message.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{c01::every_text, line::Line, node};

#[tokio::test(flavor = "multi_thread")]
async fn each_message_has_its_documented_fields_and_no_others() {
    let node = node().await;
    let mut line = Line::dial(&node).await;
    let mut kinds = BTreeSet::new();
    for text in every_text(&node, &mut line).await {
        let message: Value = serde_json::from_str(&text).unwrap();
        kinds.insert(shape(&message));
    }
    let documented = [
        "clear: event streamSid",
        "mark: event mark streamSid, in mark: name",
        "media: event media streamSid, in media: payload",
    ];
    assert_eq!(
        kinds.iter().map(String::as_str).collect::<Vec<_>>(),
        documented
    );
}

/// The event of a message, its fields, and the fields of its body.
fn shape(message: &Value) -> String {
    let event = message["event"].as_str().unwrap();
    let body = message[event].as_object();
    let body = body.map(|body| format!(", in {event}: {}", fields(body)));
    let outer = fields(message.as_object().unwrap());
    format!("{event}: {outer}{}", body.unwrap_or_default())
}

fn fields(object: &serde_json::Map<String, Value>) -> String {
    let names: BTreeSet<&str> = object.keys().map(String::as_str).collect();
    names.into_iter().collect::<Vec<_>>().join(" ")
}
