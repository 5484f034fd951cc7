//! TwiML as the carrier reads it.

use quick_xml::{Reader, XmlVersion, events::Event};
use tenant_config::phone::{DialTarget, E164};

use super::*;

const DECLARATION: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;

fn body(response: &Response) -> String {
    response
        .to_xml()
        .strip_prefix(DECLARATION)
        .unwrap()
        .to_owned()
}

fn number(text: &str) -> E164 {
    E164::normalise(text).unwrap()
}

#[test]
fn a_menu_says_its_prompts_inside_and_goes_on_without_a_key() {
    let response = Response::new()
        .then(Verb::Gather(Gather {
            action: "/twilio/voice/gather".into(),
            timeout: Duration::from_millis(4500),
            say: vec!["Welcome.".into(), "Press 1.".into()],
        }))
        .then(Verb::Redirect("/twilio/voice/gather?no_input=1".into()));
    assert_eq!(
        body(&response),
        "<Response><Gather input=\"dtmf\" numDigits=\"1\" finishOnKey=\"\" timeout=\"5\" \
         action=\"/twilio/voice/gather\" method=\"POST\"><Say>Welcome.</Say><Say>Press 1.</Say>\
         </Gather><Redirect method=\"POST\">/twilio/voice/gather?no_input=1</Redirect></Response>"
    );
}

#[test]
fn a_forwarded_call_names_caller_ring_time_and_recording() {
    let dial = Dial {
        to: DialTarget::Number(number("+19185550199")),
        caller_id: Some(number("+12025550100")),
        timeout: Duration::from_secs(20),
        recording: LegRecording::Dual {
            callback: "/twilio/recording?kind=forward".into(),
        },
        action: "/twilio/voice/next?leg=dial".into(),
    };
    assert_eq!(
        body(&Response::new().then(Verb::Dial(dial.clone()))),
        "<Response><Dial callerId=\"+12025550100\" timeout=\"20\" \
         record=\"record-from-answer-dual\" \
         recordingStatusCallback=\"/twilio/recording?kind=forward\" \
         recordingStatusCallbackMethod=\"POST\" action=\"/twilio/voice/next?leg=dial\" \
         method=\"POST\"><Number>+19185550199</Number></Dial></Response>"
    );
    let sip = Dial {
        to: DialTarget::parse("sip:desk@pbx.example;transport=tls").unwrap(),
        caller_id: None,
        recording: LegRecording::Off,
        ..dial
    };
    assert_eq!(
        body(&Response::new().then(Verb::Dial(sip))),
        "<Response><Dial timeout=\"20\" action=\"/twilio/voice/next?leg=dial\" method=\"POST\">\
         <Sip>sip:desk@pbx.example;transport=tls</Sip></Dial></Response>"
    );
}

#[test]
fn a_stream_is_connected_with_its_parameters() {
    let stream = Stream {
        url: "wss://ex.com/twilio/media".into(),
        parameters: vec![Parameter::new("token", "a_-b").unwrap()],
    };
    let response = Response::new()
        .then(Verb::Connect(stream))
        .then(Verb::Redirect("/twilio/voice/next".into()));
    assert_eq!(
        body(&response),
        "<Response><Connect><Stream url=\"wss://ex.com/twilio/media\">\
         <Parameter name=\"token\" value=\"a_-b\"/></Stream></Connect>\
         <Redirect method=\"POST\">/twilio/voice/next</Redirect></Response>"
    );
}

#[test]
fn the_small_verbs() {
    let response = Response::new()
        .say("")
        .then(Verb::Pause(Duration::ZERO))
        .then(Verb::Record(Record {
            action: "/a".into(),
            callback: "/c".into(),
            max_length: Duration::from_mins(2),
            silence: Duration::from_secs(5),
        }))
        .then(Verb::Reject(RejectReason::Busy))
        .then(Verb::Reject(RejectReason::Rejected))
        .hang_up();
    assert_eq!(
        body(&response),
        "<Response><Pause length=\"1\"/><Record maxLength=\"120\" timeout=\"5\" playBeep=\"true\" \
         finishOnKey=\"#\" recordingStatusCallback=\"/c\" recordingStatusCallbackMethod=\"POST\" \
         action=\"/a\" method=\"POST\"/><Reject reason=\"busy\"/><Reject/><Hangup/></Response>"
    );
    assert_eq!(body(&Response::new()), "<Response/>");
}

#[test]
fn any_text_survives_as_text_and_as_attribute() {
    let text = "Zoë & Søn <\"日本語\"> 'n' 😀 ]]> &amp; 1 < 2";
    let response = Response::new()
        .say(format!("{text}\u{0}\u{8}\u{fffe}"))
        .then(Verb::Connect(Stream {
            url: "wss://ex.com/m".into(),
            parameters: vec![Parameter::new("note", text).unwrap()],
        }));
    let xml = response.to_xml();
    let (mut said, mut noted) = (String::new(), String::new());
    let mut reader = Reader::from_str(&xml);
    loop {
        let event = reader.read_event().unwrap();
        if let Event::Text(part) = &event {
            said.push_str(&part.xml10_content());
        } else if let Event::GeneralRef(entity) = &event {
            let name = entity.xml10_content();
            said.push_str(quick_xml::escape::resolve_predefined_entity(&name).unwrap());
        } else if let Event::Empty(element) = &event
            && let Some(value) = element.try_get_attribute("value").unwrap()
        {
            noted = value
                .normalized_value(XmlVersion::Implicit1_0)
                .unwrap()
                .into();
        } else if event == Event::Eof {
            break;
        }
    }
    assert_eq!(said, text);
    assert_eq!(noted, text);
}

#[test]
fn a_parameter_stays_below_the_carriers_limit() {
    let name = "token";
    assert!(Parameter::new(name, "é".repeat(494)).is_ok());
    let error = Parameter::new(name, "é".repeat(495))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("\"token\"") && error.contains("500"),
        "{error}"
    );
}

#[test]
fn it_is_served_as_xml() {
    let response = Response::new().hang_up().into_response();
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.headers()[header::CONTENT_TYPE],
        "text/xml; charset=utf-8"
    );
}
