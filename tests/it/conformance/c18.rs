//! C18: a stream may be signed over the `wss` or the `https` form of our public address, with and
//! without a trailing slash or the default port; a webhook over `https`. Only the configured address
//! counts, never what a request says of itself. And a whole call goes through a proxy with TLS.

use std::{path::Path, process::Stdio};

use bench::{StreamError, new_call_sid, signature::sign_url};

use super::{
    line::{connected, open},
    tls::TlsProxy,
};
use crate::{
    harness::AI_VOICE,
    node::{Minds, Node, TOKEN, voice_like},
};

const ORIGIN: &str = "https://voice.example.com";

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_signed_in_any_form_of_the_configured_address() {
    let node = Node::start_behind(Minds::hearing(&[]).providers(), ORIGIN).await;
    let url = connected(&node, &new_call_sid()).await.url;
    assert_eq!(url.as_str(), "wss://voice.example.com/twilio/media");
    let with_slash = format!("{url}/").parse().unwrap();
    for (signed, is_ours) in [
        ("wss://voice.example.com/twilio/media", true),
        ("wss://voice.example.com/twilio/media/", true),
        ("https://voice.example.com/twilio/media", true),
        ("https://voice.example.com/twilio/media/", true),
        ("wss://voice.example.com:443/twilio/media", true),
        ("https://voice.example.com:443/twilio/media/", true),
        ("ws://voice.example.com/twilio/media", false),
        ("http://voice.example.com/twilio/media", false),
        ("wss://voice.example.com:8443/twilio/media", false),
        ("wss://voice.example.com/twilio", false),
        ("wss://voice.example.com.evil.example/twilio/media", false),
        // What the Host header of this very request says.
        (
            &format!("{}/twilio/media", node.url.replace("http", "ws")),
            false,
        ),
    ] {
        for asked in [&url, &with_slash] {
            let opened = open(&node, asked, &sign_url(TOKEN, signed)).await;
            match opened {
                Ok(_) => assert!(is_ours, "{signed} is let in at {asked}"),
                Err(StreamError::Refused { status: 403, .. }) => {
                    assert!(!is_ours, "{signed} is refused at {asked}");
                }
                Err(other) => panic!("{signed} at {asked}: {other}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_call_through_a_proxy_with_tls() {
    let proxy = TlsProxy::bind().await;
    let minds = Minds::hearing(&["What are your hours?", "Thanks, goodbye."]);
    let node = Node::start_behind(minds.providers(), &proxy.origin()).await;
    let (proxy, folder) = (proxy.to(&node.url), tempfile::tempdir().unwrap());
    // The caller is a process of its own, to trust a certificate that nobody else does.
    let said = tokio::task::spawn_blocking({
        let (origin, folder) = (proxy.origin(), folder.path().to_owned());
        let trusted = proxy.certificate(&folder);
        move || call(&origin, &trusted, &folder)
    });
    let said = said.await.unwrap();
    node.settled().await;
    let record = "SELECT end_reason || ' ' || status FROM app.calls";
    assert_eq!(
        node.db.value(record).await.as_deref(),
        Some("agent_hung_up completed"),
        "{said}"
    );
    let answered = "SELECT count(*)::text FROM app.call_turns WHERE speaker = 'caller'";
    assert_eq!(
        node.db.value(answered).await.as_deref(),
        Some("2"),
        "{said}"
    );
    assert!(
        proxy.connections() >= 2,
        "webhooks and a stream went through TLS"
    );
}

/// Calls the agent and speaks twice; what the caller's program printed.
fn call(origin: &str, trusted: &Path, folder: &Path) -> String {
    let speech = folder.join("speech.wav");
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::create(&speech, spec).unwrap();
    for sample in voice_like(1_000) {
        wav.write_sample(sample).unwrap();
    }
    wav.finalize().unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_trunkline"))
        .args([
            "call",
            "--server",
            origin,
            "--to",
            AI_VOICE,
            "--no-transcript",
            "--linger",
            "2",
        ])
        .arg("--say")
        .arg(&speech)
        .arg("--say")
        .arg(&speech)
        .current_dir(folder)
        .env("SSL_CERT_FILE", trusted)
        .env("TRUNKLINE_AUTH_TOKEN", TOKEN)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(output.status.success(), "{said}");
    said
}
