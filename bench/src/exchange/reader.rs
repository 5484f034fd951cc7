//! Reads what the server says on a stream as strictly as [`read_instruction`] does, and cheaply: a
//! message that differs from one already judged in nothing but its payload is not parsed again.

use crate::{
    stream::{Instruction, read_instruction},
    violation::Violation,
};
use media::twilio::StreamSid;

/// What was said.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Said<'a> {
    /// Raw mu-law.
    Media(&'a [u8]),
    Mark(String),
    Clear,
}

/// The reader of one stream.
#[derive(Debug)]
pub(crate) struct Reader {
    stream_sid: StreamSid,
    /// What stands around the payload of a media message that was found right.
    before: Vec<u8>,
    after: Vec<u8>,
}

const PAYLOAD: &[u8] = b"\"payload\":\"";

impl Reader {
    pub(crate) fn new(stream_sid: StreamSid) -> Self {
        Self {
            stream_sid,
            before: Vec::new(),
            after: Vec::new(),
        }
    }

    /// Reads one text message; `payload` is room to decode into.
    pub(crate) fn read<'a>(
        &mut self,
        text: &[u8],
        payload: &'a mut Vec<u8>,
    ) -> Result<Said<'a>, Violation> {
        payload.clear();
        if let Some(base64) = self.known(text)
            && base64_simd::STANDARD.decode_append(base64, payload).is_ok()
            && !payload.starts_with(b"RIFF")
        {
            return Ok(Said::Media(payload));
        }
        let text = String::from_utf8_lossy(text);
        match read_instruction(&text, &self.stream_sid)? {
            Instruction::Media(bytes) => {
                self.learn(text.as_bytes());
                *payload = bytes;
                Ok(Said::Media(payload))
            }
            Instruction::Mark(name) => Ok(Said::Mark(name)),
            Instruction::Clear => Ok(Said::Clear),
        }
    }

    fn known<'t>(&self, text: &'t [u8]) -> Option<&'t [u8]> {
        if self.before.is_empty() {
            return None;
        }
        text.strip_prefix(self.before.as_slice())?
            .strip_suffix(self.after.as_slice())
    }

    fn learn(&mut self, text: &[u8]) {
        let Some(at) = text.windows(PAYLOAD.len()).position(|part| part == PAYLOAD) else {
            return;
        };
        let (before, rest) = text.split_at(at + PAYLOAD.len());
        if let Some(end) = rest.iter().position(|&byte| byte == b'"') {
            self.before = before.to_vec();
            self.after = rest[end..].to_vec();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media(payload: &str) -> String {
        format!(r#"{{"event":"media","streamSid":"MZ1","media":{{"payload":"{payload}"}}}}"#)
    }

    #[test]
    fn the_second_message_is_judged_as_the_first_was() {
        let mut reader = Reader::new("MZ1".parse().unwrap());
        let mut room = Vec::new();
        for payload in ["//8=", "AAAA", ""] {
            assert!(reader.known(media(payload).as_bytes()).is_some() == (payload != "//8="));
            let said = reader.read(media(payload).as_bytes(), &mut room);
            assert!(matches!(said, Ok(Said::Media(_))), "{said:?}");
        }
        let text = media("//8=");
        assert_eq!(
            reader.read(text.as_bytes(), &mut room),
            Ok(Said::Media(&[255, 255]))
        );
        let wrong = [media("?"), media("UklGRgA="), media("\",\"x\":\"")];
        for text in wrong.iter().chain([&text.replace("MZ1", "MZ2")]) {
            assert!(reader.read(text.as_bytes(), &mut room).is_err(), "{text}");
        }
        let mark = r#"{"event":"mark","streamSid":"MZ1","mark":{"name":"m1"}}"#;
        let said = reader.read(mark.as_bytes(), &mut room);
        assert_eq!(said, Ok(Said::Mark("m1".to_owned())));
    }
}
