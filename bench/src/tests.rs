//! Whole calls against a small server that plays the product.

pub(crate) mod product;

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use media::frame::MediaTime;
use product::Product;

use crate::{
    BargeIn, CallError, CallOptions, CallerScript, Delivery, DialOutcome, Ending, Faults,
    SignatureFault, Step, StreamEnd, Violation, place_call,
};

fn options(product: &Product, steps: Vec<Step>) -> CallOptions {
    CallOptions {
        script: CallerScript::new(steps),
        record_heard: true,
        verb_speed: 1_000.0,
        ..CallOptions::new(&product.base, product::TOKEN, "+15550001", "+15550002")
    }
}

fn voice(ms: usize) -> Arc<[i16]> {
    (0..ms * 8)
        .map(|n| if n % 16 < 8 { 6_000 } else { -6_000 })
        .collect()
}

fn say(ms: usize) -> Step {
    Step::Say {
        name: "hello".to_owned(),
        samples_8k: voice(ms),
    }
}

const STREAM: &str = r#"<Connect><Stream url="WS/media"><Parameter name="token" value="t1"/></Stream></Connect><Redirect>/next</Redirect>"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_is_greeted_answered_and_goes_on_after_the_stream() {
    let product = Product::serve(&[
        ("/twilio/voice/incoming", STREAM),
        ("/next", "<Say>Goodbye</Say><Hangup/>"),
    ])
    .await;
    let report = place_call(&options(&product, vec![say(400)]))
        .await
        .unwrap();
    assert_eq!(report.ending, Ending::AgentHungUp);
    assert_eq!(report.documents.len(), 2);
    let verbs: Vec<_> = report
        .verbs
        .iter()
        .map(|v| (v.verb, v.what.as_str()))
        .collect();
    assert_eq!(
        verbs[1..],
        [("Redirect", "/next"), ("Say", "Goodbye"), ("Hangup", "")]
    );
    assert_eq!(report.callbacks[0].status, 200);

    let stream = &report.streams[0];
    assert_eq!(stream.end, StreamEnd::ByServer { code: Some(1000) });
    assert_eq!(stream.violations, []);
    // The greeting lasts 600 ms, so the caller speaks 700 ms after it.
    let greeting = stream.agent_segments()[0];
    let length = greeting.end.samples_since(greeting.start);
    assert!((4_720..=4_880).contains(&length), "{length}");
    let said = &stream.utterances[0];
    let waited = said.start.samples_since(greeting.end);
    assert!((5_600..5_600 + 480).contains(&waited), "{waited}");
    // The product answers 300 ms after the caller's last loud frame.
    let latency = stream.replies()[0].latency_ms.unwrap();
    assert!((300..700).contains(&latency), "{latency}");
    assert!(!stream.replies()[0].cut_off);
    // The caller's track is what was said, after mu-law, at its place.
    let at = said.start.0 as usize;
    let sent = media::mulaw::decode(media::mulaw::encode(6_000));
    assert_eq!(stream.caller_samples[at], sent);
    assert!(stream.caller_samples[..at].iter().all(|&s| s == 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn marks_come_back_when_heard_and_the_pace_is_kept() {
    let product = Product::serve(&[("/twilio/voice/incoming", STREAM), ("/next", "")]).await;
    let report = place_call(&options(&product, vec![say(200)]))
        .await
        .unwrap();
    assert_eq!(report.ending, Ending::NoVerbLeft);
    let stream = &report.streams[0];
    let mark = &stream.agent.marks[0];
    assert_eq!((mark.name.as_str(), mark.cleared), ("m0", false));
    // 600 ms after the first sample came, and later by every hole, whenever the mark itself came.
    let first = stream.agent.arrivals[0].at;
    let echoed = mark.echoed.unwrap();
    let holes = stream
        .agent
        .underruns
        .iter()
        .filter(|hole| hole.at < echoed);
    let late: u64 = holes.map(|hole| hole.samples).sum();
    assert_eq!(echoed, first.plus_samples(4_800 + late));
    let log = product.log();
    let echoed_after = log.mark_times["m0"];
    assert!(
        (Duration::from_millis(500)..Duration::from_millis(900)).contains(&echoed_after),
        "{echoed_after:?}"
    );
    // 50 messages a second on absolute deadlines: the count does not drift.
    let expected = stream.length.as_ms() / 20;
    assert!(
        log.media.abs_diff(expected) <= 5,
        "{} of {expected}",
        log.media
    );
    assert!(stream.lateness.sends as u64 >= expected - 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_barge_in_clears_and_its_pending_marks_come_back_at_once() {
    let product = Product::serve(&[("/twilio/voice/incoming", STREAM), ("/next", "")]).await;
    let steps = vec![Step::BargeIn {
        after: Duration::from_millis(200),
        samples_8k: voice(400),
    }];
    let report = place_call(&options(&product, steps)).await.unwrap();
    let stream = &report.streams[0];
    let [
        BargeIn {
            onset_to_clear_ms: Some(to_clear),
            heard_on_ms,
            bytes_after_clear,
        },
    ] = stream.barge_ins()[..]
    else {
        panic!("{:?}", stream.barge_ins());
    };
    // One frame until it is sent, and the way.
    assert!((20..500).contains(&to_clear), "{to_clear}");
    assert!(
        heard_on_ms.abs_diff(to_clear) <= 20,
        "{heard_on_ms} {to_clear}"
    );
    assert_eq!(bytes_after_clear, 0);
    let mark = &stream.agent.marks[0];
    let clear = &stream.agent.clears[0];
    assert!(mark.cleared && clear.dropped > 0);
    assert_eq!(mark.echoed, Some(clear.at));
    let silent = clear.at.0 as usize..(clear.at.plus_samples(800).0 as usize);
    assert!(stream.agent.samples[silent].iter().all(|&s| s == 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hanging_up_sends_stop_and_dropping_leads_to_the_next_verb() {
    let documents = [("/twilio/voice/incoming", STREAM), ("/next", STREAM)];
    let product = Product::serve(&documents).await;
    let steps = vec![
        Step::Wait(Duration::from_millis(200)),
        Step::DropSocket,
        Step::Press {
            digits: "7".to_owned(),
        },
        Step::Wait(Duration::from_millis(200)),
        Step::HangUp,
    ];
    let report = place_call(&options(&product, steps)).await.unwrap();
    assert_eq!(report.ending, Ending::CallerHungUp);
    let ends: Vec<_> = report.streams.iter().map(|stream| stream.end).collect();
    assert_eq!(ends, [StreamEnd::Dropped, StreamEnd::ByCaller]);
    let log = product.log();
    assert_eq!((log.stops, log.keys.as_str()), (1, "7"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn menus_dials_and_voicemail_are_followed_in_order() {
    let product = Product::serve(&[
        (
            "/twilio/voice/incoming",
            r#"<Gather action="/menu" numDigits="1"><Say>Press</Say></Gather><Redirect>/twilio/voice/incoming</Redirect>"#,
        ),
        ("/menu", r#"<Dial action="/dialled" record="record-from-answer-dual" recordingStatusCallback="/recording">+15550009</Dial>"#),
        ("/dialled", r#"<Record action="/recorded" maxLength="60"/>"#),
        ("/recorded", "<Reject reason=\"busy\"/>"),
    ])
    .await;
    let steps = vec![
        Step::Wait(Duration::from_secs(5)),
        Step::Press {
            digits: "3".to_owned(),
        },
    ];
    let mut options = options(&product, steps);
    options.dial_outcomes = vec![DialOutcome::Answered(Duration::from_secs(12))];
    let report = place_call(&options).await.unwrap();
    assert_eq!(report.ending, Ending::Rejected);
    let verbs: Vec<_> = report.verbs.iter().map(|v| v.verb).collect();
    assert_eq!(
        verbs,
        [
            "Say", "Gather", "Redirect", "Say", "Gather", "Dial", "Record", "Reject"
        ]
    );
    let log = product.log();
    assert_eq!(log.form("/menu", "Digits"), "3");
    assert_eq!(log.form("/dialled", "DialCallStatus"), "completed");
    assert_eq!(log.form("/dialled", "DialCallDuration"), "12");
    assert_eq!(log.form("/recording", "RecordingStatus"), "completed");
    assert_eq!(log.form("/recorded", "RecordingDuration"), "3");
    assert_eq!(log.form("/twilio/voice/status", "CallStatus"), "busy");
    assert_eq!(log.form("/menu", "CallSid"), report.call_sid.as_str());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_say_what_to_do() {
    let product = Product::serve(&[("/twilio/voice/incoming", STREAM)]).await;
    let with = |faults| CallOptions {
        faults,
        ..options(&product, Vec::new())
    };
    for fault in [
        SignatureFault::Missing,
        SignatureFault::WrongToken,
        SignatureFault::WrongUrl,
    ] {
        let webhook = Faults {
            webhook_signature: fault,
            ..Faults::default()
        };
        let error = place_call(&with(webhook)).await.unwrap_err();
        assert!(error.to_string().contains("auth token"), "{error}");
        let stream = Faults {
            stream_signature: fault,
            ..Faults::default()
        };
        let error = place_call(&with(stream)).await.unwrap_err();
        assert!(error.to_string().contains("HTTP 403"), "{error}");
    }
    let nobody = CallOptions::new("http://127.0.0.1:1", "t", "+1", "+2");
    let error = place_call(&nobody).await.unwrap_err();
    assert!(matches!(error, CallError::Unreachable { .. }));
    assert!(
        error.to_string().contains("is trunkline serving at"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn faults_reach_the_server_and_its_breaches_are_reported() {
    let rude = STREAM.replace("t1", "rude");
    let product = Product::serve(&[("/twilio/voice/incoming", &rude), ("/next", "")]).await;
    let mut options = options(
        &product,
        vec![Step::Wait(Duration::from_millis(400)), Step::HangUp],
    );
    options.faults = Faults {
        delivery: Delivery::DuplicateEvery(NonZeroU32::new(2).unwrap()),
        repeat_status: 1,
        ..Faults::default()
    };
    let report = place_call(&options).await.unwrap();
    let stream = &report.streams[0];
    assert_eq!(stream.violations[0], Violation::Binary { bytes: 3 });
    assert!(matches!(stream.violations[1], Violation::StreamSid { .. }));
    assert!(stream.length > MediaTime::from_ms(390));
    let log = product.log();
    let frames = stream.lateness.sends as u64;
    assert!(
        log.media.abs_diff(frames * 3 / 2) <= 2,
        "{} {frames}",
        log.media
    );
    assert_eq!(report.callbacks.len(), 2);
}
