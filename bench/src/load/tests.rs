//! Whole runs against small servers: a bare echo in direct mode, and one that plays the product.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::Message;

use super::{
    plan::{Limits, Plan, Target, Webhook},
    record::Outcome,
    run::run,
    scenario::Scenario,
    summary::Summary,
};
use crate::{
    exchange::Pace,
    tests::product::{Product, TOKEN},
};

fn plan(scenario: &str, target: Target, calls: usize, total: Option<u64>) -> Plan {
    Plan {
        scenario: Scenario::load(scenario).unwrap(),
        target,
        calls,
        total,
        ramp: Duration::from_millis(200),
        duration: Duration::from_secs(3),
        seed: 1,
        threads: 1,
        pace: Pace::default(),
        floor_calls: 1,
        server_pid: Some(std::process::id()),
        limits: Limits {
            late: Duration::from_mins(1),
            lost: Some(0),
            frames: None,
            added_p99: None,
            growth_percent: None,
        },
    }
}

/// A server that sends media back, loses every `lose`-th message of it, and breaks the connection
/// after `breaks` of them.
async fn echo_server(lose: usize, breaks: usize) -> Target {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut socket = tokio_tungstenite::accept_async(tcp).await.unwrap();
                let (mut sid, mut count) = (String::new(), 0);
                while let Some(Ok(message)) = socket.next().await {
                    let Message::Text(text) = message else {
                        continue;
                    };
                    let message: serde_json::Value = serde_json::from_str(&text).unwrap();
                    if message["event"] == "start" {
                        message["streamSid"].as_str().unwrap().clone_into(&mut sid);
                    }
                    if message["event"] != "media" {
                        continue;
                    }
                    count += 1;
                    if count == breaks {
                        return;
                    }
                    if count % lose != 0 {
                        let media = serde_json::json!({"payload": message["media"]["payload"]});
                        let echo =
                            serde_json::json!({"event": "media", "streamSid": sid, "media": media});
                        if socket.send(Message::text(echo.to_string())).await.is_err() {
                            return;
                        }
                    }
                }
            });
        }
    });
    Target::Stream(format!("ws://{address}/any").parse().unwrap())
}

async fn measured(plan: Plan) -> Summary {
    let seen = run(plan.clone()).await.unwrap();
    Summary::of(&plan, seen, Vec::new())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_echo_is_timed_frame_by_frame_without_webhooks() {
    let target = echo_server(usize::MAX, usize::MAX).await;
    let run = measured(plan("echo", target, 3, None)).await;
    assert_eq!(
        (run.calls.placed, run.calls.lost),
        (3, 0),
        "{:?}",
        run.calls
    );
    assert_eq!(run.calls.endings["caller hung up"], 3);
    // Three calls of about three seconds; a slow machine is late, but loses nothing.
    assert!(
        (330..=900).contains(&run.frames.sent),
        "{}",
        run.frames.sent
    );
    assert!(
        run.frames.sent - run.frames.received < 90,
        "{}",
        run.frames.received
    );
    assert_eq!(run.frames.echo.frames_lost, 0);
    assert!(run.frames.echo.pulses_heard >= 6);
    assert!(run.times.round_trip.unwrap().n > 200);
    assert!(run.floor.round_trip.unwrap().n > 50);
    assert_eq!(run.added.unwrap().by, "round_trip");
    assert!(run.violations.is_empty(), "{:?}", run.violations);
    assert!(run.server.unwrap().rss_peak_kib > 0);
    assert_eq!(run.verdict.failures, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_that_a_server_loses_are_found() {
    let target = echo_server(60, usize::MAX).await;
    let run = measured(plan("echo", target, 1, None)).await;
    // Of some 150 frames every 60th, noticed by the pulse behind it.
    assert!(
        (1..=2).contains(&run.frames.echo.frames_lost),
        "{:?}",
        run.frames.echo
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_breaks_is_a_lost_call_with_its_reason() {
    let target = echo_server(usize::MAX, 20).await;
    let run = measured(plan("echo", target, 1, Some(2))).await;
    assert_eq!((run.calls.placed, run.calls.lost), (2, 2));
    assert_eq!(run.calls.lost_why["stream broken by the server"], 2);
    assert_eq!(run.verdict.failures, ["2 calls were lost"]);
    let nobody = Target::Stream("ws://127.0.0.1:1/".parse().unwrap());
    let run = measured(plan("echo", nobody, 1, Some(1))).await;
    assert_eq!(run.calls.lost_why["stream connection refused"], 1);
    assert_eq!((run.calls.answered, run.times.round_trip), (0, None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_with_webhooks_is_answered_spoken_to_and_told_apart() {
    let stream = r#"<Connect><Stream url="WS/media"><Parameter name="token" value="t"/></Stream></Connect><Redirect>/next</Redirect>"#;
    let product = Product::serve(&[("/twilio/voice/incoming", stream), ("/next", "")]).await;
    let target = Target::Webhook(Webhook {
        server: product.base.clone(),
        public_origin: None,
        auth_token: TOKEN.to_owned(),
        from: "+15550001".to_owned(),
        to: "+15550002".to_owned(),
        is_to_chosen: false,
    });
    let mut plan = plan("short-call-churn", target, 2, Some(4));
    plan.scenario.last(Duration::from_secs(4));
    plan.duration = Duration::from_secs(30);
    let run = measured(plan).await;
    assert_eq!((run.calls.placed, run.calls.answered), (4, 4));
    assert_eq!(run.calls.lost, 0, "{:?}", run.calls);
    assert_eq!(run.times.webhook.unwrap().n, 4);
    // The product answers 300 ms behind the last frame that it finds loud, which is before the end
    // of the caller's speech, and closes.
    let answer = run.times.answer.unwrap();
    assert!(answer.n >= 1 && answer.max < 3_000.0, "{answer:?}");
    assert!(
        run.call_list
            .iter()
            .all(|call| call.outcome == Outcome::Completed)
    );
    assert_eq!(
        product.log().form("/twilio/voice/status", "CallStatus"),
        "completed"
    );
}
