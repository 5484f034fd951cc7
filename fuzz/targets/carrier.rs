//! What a carrier, or somebody who poses as one, sends.

use media::{
    dtmf::{Digit, tones},
    frame::MediaTime,
    jitter::Arrivals,
    twilio::{StreamMessage, decode_payload, parse},
};

/// The messages of one stream, one on each line: parsed, decoded, put in order.
pub(super) fn stream(data: &[u8]) {
    let mut arrivals = Arrivals::new();
    let mut payload = Vec::new();
    let mut until = MediaTime::ZERO;
    for line in data.split(|byte| *byte == b'\n').take(1_000) {
        let Ok(text) = std::str::from_utf8(line) else {
            continue;
        };
        let Ok(message) = parse(text) else { continue };
        if let StreamMessage::Media(media) = message
            && decode_payload(&media.payload, &mut payload).is_ok()
        {
            arrivals.push(media.timestamp_ms, media.chunk, &payload);
        }
        while let Some(frame) = arrivals.pop() {
            assert!(frame.at >= until, "time goes on: {:?}", frame.at);
            until = frame.at.plus_samples(frame.samples.len() as u64);
        }
    }
}

/// A key in a stream: one character of sixteen, and back.
pub(super) fn digits(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(digit) = text.parse::<Digit>() {
        assert_eq!(digit.to_string().parse(), Ok(digit));
        assert_eq!(tones(digit, 20).len(), 160);
    }
}

/// The TwiML that a server answers to the simulated caller.
pub(super) fn twiml(data: &[u8]) {
    let _ = bench::twiml::parse(&String::from_utf8_lossy(data));
}
