//! Documents as the product writes them, and documents that Twilio would refuse.

use rstest::rstest;

use super::*;

fn response(inner: &str) -> Result<Vec<Verb>, TwimlError> {
    parse(&format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><Response>{inner}</Response>"#
    ))
}

#[test]
fn a_stream_then_a_redirect_are_read_in_order() {
    let verbs = response(
        r#"<Connect><Stream url="wss://x.example/twilio/media" name="a">
             <Parameter name="token" value="a&amp;b&lt;é&quot;"/></Stream></Connect>
           <Redirect method="POST">/twilio/voice/next?a=1&amp;b=2</Redirect>"#,
    )
    .unwrap();
    let [Verb::Connect { stream, .. }, Verb::Redirect { url, method }] = verbs.as_slice() else {
        panic!("{verbs:?}");
    };
    assert_eq!(
        stream.parameters,
        [("token".to_owned(), "a&b<é\"".to_owned())]
    );
    assert_eq!(stream.url.path(), "/twilio/media");
    assert_eq!(
        (url.as_str(), *method),
        ("/twilio/voice/next?a=1&b=2", Method::Post)
    );
}

#[test]
fn defaults_are_twilios() {
    let verbs = response("<Gather/><Dial>+15550001</Dial><Record/><Pause/>").unwrap();
    let [
        Verb::Gather(gather),
        Verb::Dial(dial),
        Verb::Record(record),
        Verb::Pause(pause),
    ] = verbs.as_slice()
    else {
        panic!("{verbs:?}");
    };
    assert_eq!(
        (gather.timeout, gather.finish_on_key, gather.num_digits),
        (Duration::from_secs(5), Some('#'), None)
    );
    assert_eq!(dial.targets, [Target::Number("+15550001".to_owned())]);
    assert_eq!(dial.timeout, Duration::from_secs(30));
    assert_eq!(record.max_length, Duration::from_hours(1));
    assert_eq!(*pause, Duration::from_secs(1));
}

#[test]
fn entities_and_cdata_in_spoken_text_are_resolved() {
    let verbs = response("<Say>Tom &amp; J&#233;r&#x00F4;me <![CDATA[<3]]></Say>").unwrap();
    let [Verb::Say(say)] = verbs.as_slice() else {
        panic!("{verbs:?}");
    };
    assert_eq!(say.text, "Tom & Jérôme <3");
}

#[rstest]
#[case("<Enqueue>q</Enqueue>", "<Response> holds <Enqueue>")]
#[case("<Dial><Conference>c</Conference></Dial>", "<Dial> holds <Conference>")]
#[case(r#"<Say vioce="a">x</Say>"#, "vioce=\"a\"")]
#[case("<Say> </Say>", "<Say> needs text to say")]
#[case(r#"<Dial timeout="4">+1</Dial>"#, "timeout=\"4\"")]
#[case("<Dial/>", "<Dial> needs a number")]
#[case(r#"<Gather finishOnKey="12"/>"#, "finishOnKey=\"12\"")]
#[case(r#"<Gather action="javascript:x"/>"#, "an http(s) or relative URL")]
#[case("<Gather><Hangup/></Gather>", "<Gather> holds <Hangup>")]
#[case(r#"<Connect><Stream url="https://x/m"/></Connect>"#, "the scheme wss")]
#[case(
    r#"<Connect><Stream url="ws://x.example/m"/></Connect>"#,
    "the scheme wss"
)]
#[case(
    r#"<Connect><Stream url="wss://x/m?token=1"/></Connect>"#,
    "no query string"
)]
#[case(
    r#"<Connect><Stream url="wss://x/m" track="both_tracks"/></Connect>"#,
    "track=\"both_tracks\""
)]
#[case("<Connect/>", "<Connect> needs exactly one <Stream>")]
#[case("<Redirect/>", "<Redirect> needs a URL")]
#[case("<Say>a & b</Say>", "not well-formed")]
#[case("<Say>&nbsp;x</Say>", "&nbsp;")]
fn what_twilio_would_not_run_is_named(#[case] inner: &str, #[case] expected: &str) {
    let error = response(inner).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn a_parameter_of_500_characters_is_refused_and_of_499_is_not() {
    let stream = |chars: usize| {
        let value = "é".repeat(chars - 1);
        response(&format!(
            r#"<Connect><Stream url="ws://127.0.0.1:1/m"><Parameter name="n" value="{value}"/></Stream></Connect>"#
        ))
    };
    assert!(stream(499).is_ok());
    assert!(stream(500).unwrap_err().to_string().contains("500"));
}

#[rstest]
#[case("")]
#[case("<Response>")]
#[case("</Response>")]
#[case("<Response/><Response/>")]
#[case("<Reply/>")]
#[case("{\"error\":1}")]
fn what_is_no_document_is_an_error(#[case] document: &str) {
    assert!(parse(document).is_err());
}
