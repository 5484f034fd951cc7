//! The messages a carrier sends on a stream, counted as Twilio counts them.

use std::io::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use media::twilio::{AccountSid, CallSid, StreamSid};
use serde_json::{Value, json};

use crate::fault::CounterStyle;

/// What `start` tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartFields {
    pub account_sid: AccountSid,
    pub call_sid: CallSid,
    /// The `<Parameter>`s.
    pub parameters: Vec<(String, String)>,
}

/// Writes the messages of one stream.
#[derive(Debug, Clone)]
pub struct MessageWriter {
    stream_sid: StreamSid,
    counters: CounterStyle,
    sequence: u64,
    chunk: u64,
}

impl MessageWriter {
    pub fn new(stream_sid: StreamSid, counters: CounterStyle) -> Self {
        Self {
            stream_sid,
            counters,
            sequence: 0,
            chunk: 0,
        }
    }

    pub fn stream_sid(&self) -> &StreamSid {
        &self.stream_sid
    }

    pub fn connected(&self) -> String {
        json!({"event": "connected", "protocol": "Call", "version": "1.0.0"}).to_string()
    }

    pub fn start(&mut self, fields: &StartFields) -> String {
        let parameters: serde_json::Map<String, Value> = fields
            .parameters
            .iter()
            .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
            .collect();
        let start = json!({
            "streamSid": self.stream_sid,
            "accountSid": fields.account_sid,
            "callSid": fields.call_sid,
            "tracks": ["inbound"],
            "customParameters": parameters,
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        });
        self.message("start", "start", &start)
    }

    /// `mulaw` begins `timestamp_ms` after the stream.
    pub fn media(&mut self, mulaw: &[u8], timestamp_ms: u64) -> String {
        self.media_text(&STANDARD.encode(mulaw), timestamp_ms)
    }

    /// As [`Self::media`] with counters as strings, written behind `to` without an allocation.
    pub(crate) fn append_media(&mut self, mulaw: &[u8], timestamp_ms: u64, to: &mut Vec<u8>) {
        self.chunk += 1;
        self.sequence += 1;
        // Writing to a vector cannot fail.
        let _ = write!(
            to,
            r#"{{"event":"media","sequenceNumber":"{}","media":{{"track":"inbound","chunk":"{}","timestamp":"{timestamp_ms}","payload":""#,
            self.sequence, self.chunk
        );
        base64_simd::STANDARD.encode_append(mulaw, to);
        let _ = write!(to, r#""}},"streamSid":"{}"}}"#, self.stream_sid);
    }

    /// As [`Self::media`] with any text for a payload.
    pub fn media_text(&mut self, payload: &str, timestamp_ms: u64) -> String {
        self.chunk += 1;
        let media = json!({
            "track": "inbound",
            "chunk": self.counter(self.chunk),
            "timestamp": self.counter(timestamp_ms),
            "payload": payload,
        });
        self.message("media", "media", &media)
    }

    pub fn dtmf(&mut self, key: char) -> String {
        let dtmf = json!({"track": "inbound_track", "digit": key.to_string()});
        self.message("dtmf", "dtmf", &dtmf)
    }

    pub fn mark(&mut self, name: &str) -> String {
        self.message("mark", "mark", &json!({"name": name}))
    }

    pub fn stop(&mut self, account_sid: &AccountSid, call_sid: &CallSid) -> String {
        let stop = json!({"accountSid": account_sid, "callSid": call_sid});
        self.message("stop", "stop", &stop)
    }

    fn message(&mut self, event: &str, field: &str, body: &Value) -> String {
        self.sequence += 1;
        json!({
            "event": event,
            "sequenceNumber": self.counter(self.sequence),
            "streamSid": self.stream_sid,
            field: body,
        })
        .to_string()
    }

    fn counter(&self, count: u64) -> Value {
        match self.counters {
            CounterStyle::Strings => Value::from(count.to_string()),
            CounterStyle::Numbers => Value::from(count),
        }
    }
}

#[cfg(test)]
mod tests {
    use media::twilio::{StreamMessage, parse};

    use super::*;

    #[test]
    fn the_products_parser_reads_both_styles() {
        for style in [CounterStyle::Strings, CounterStyle::Numbers] {
            let mut writer = MessageWriter::new("MZ1".parse().unwrap(), style);
            let start = writer.start(&StartFields {
                account_sid: "AC1".parse().unwrap(),
                call_sid: "CA1".parse().unwrap(),
                parameters: vec![("token".to_owned(), "é\"".to_owned())],
            });
            let StreamMessage::Start(start) = parse(&start).unwrap() else {
                panic!("{start}");
            };
            assert_eq!(start.custom_parameters["token"], "é\"");
            writer.media(&[255; 160], 0);
            let text = writer.media(&[255; 160], 20);
            let StreamMessage::Media(media) = parse(&text).unwrap() else {
                panic!("{text}");
            };
            assert_eq!((media.chunk, media.timestamp_ms), (Some(2), 20));
            assert_eq!(media.payload.len(), 216);
            let key = writer.dtmf('#');
            assert!(
                matches!(parse(&key).unwrap(), StreamMessage::Dtmf { .. }),
                "{key}"
            );
        }
    }

    #[test]
    fn media_is_the_same_written_either_way() {
        let mut writer = MessageWriter::new("MZ1".parse().unwrap(), CounterStyle::Strings);
        let mut other = writer.clone();
        writer.mark("m");
        other.mark("m");
        let mut bytes = Vec::new();
        other.append_media(&[1; 160], 20, &mut bytes);
        let appended: Value = serde_json::from_slice(&bytes).unwrap();
        let written: Value = serde_json::from_str(&writer.media(&[1; 160], 20)).unwrap();
        assert_eq!(appended, written);
    }

    #[test]
    fn counters_are_strings_by_default_and_count_every_message() {
        let mut writer = MessageWriter::new("MZ1".parse().unwrap(), CounterStyle::default());
        writer.media(&[255], 0);
        let mark: Value = serde_json::from_str(&writer.mark("m")).unwrap();
        assert_eq!(mark["sequenceNumber"], "2");
    }
}
