//! C19: unicode and what XML or JSON must escape survive on every way: fields of a webhook into the
//! signature, a tenant's text into TwiML, `<Parameter>`s through `start`.

use std::fmt::Write;

use bench::{new_call_sid, twiml::Verb};

use super::{
    line::{INCOMING, Line, ask},
    node,
};

/// Quotes, markup, accents, an emoji, right-to-left, spaces at both ends.
const HARD: &str =
    " Zoë & Söhne <b>\"sagt\"</b> 'it''s' 100% + = 😀 \u{5e9}\u{5dc}\u{5d5}\u{5dd} ]]> ";

#[tokio::test(flavor = "multi_thread")]
async fn signed_fields_may_hold_anything() {
    let node = node().await;
    let call_sid = new_call_sid();
    let more = [
        ("CallerName", HARD),
        ("SipHeader_X-é", HARD),
        ("FromCity", ""),
    ];
    let verbs = ask(&node, &call_sid, INCOMING, &more).await;
    assert!(matches!(verbs[0], Verb::Connect { .. }), "{verbs:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenants_text_is_said_as_it_was_written() {
    let node = node().await;
    let text = HARD.replace('\'', "''");
    let fallback = format!("jsonb_build_object('kind', 'message', 'text', '{text}')");
    node.db
        .arrange(&format!(
            "UPDATE app.agents SET published_version_id = NULL;
             UPDATE app.tenant_phone_config SET fallback = {fallback}"
        ))
        .await;
    let verbs = ask(&node, &new_call_sid(), INCOMING, &[]).await;
    let said = verbs.iter().find_map(|verb| {
        let Verb::Say(say) = verb else { return None };
        say.text.contains("Söhne").then_some(say.text.as_str())
    });
    assert_eq!(said.map(str::trim), Some(HARD.trim()), "{verbs:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_of_a_stream_may_hold_anything_and_the_token_is_found_among_them() {
    let node = node().await;
    let mut line = Line::dial(&node).await;
    line.fields
        .parameters
        .insert(0, (HARD.to_owned(), HARD.to_owned()));
    line.fields
        .parameters
        .push(("ключ".to_owned(), "\u{0}\u{7}\\\"".to_owned()));
    // Any character of JSON may be written as its code.
    let token = line.fields.parameters[1].1.clone();
    let mut escaped = String::new();
    for c in token.chars() {
        write!(escaped, "\\u{:04x}", u32::from(c)).unwrap();
    }
    line.send(line.writer.connected()).await;
    let start = line.writer.start(&line.fields);
    let start = start.replace(&token, &escaped);
    assert!(!start.contains(&token));
    line.send(start).await;
    line.hear_audio(5).await;
    line.hang_up().await;
    node.settled().await;
}
