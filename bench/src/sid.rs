//! New Twilio names: two letters and 32 hex digits.

use std::str::FromStr;

use media::twilio::{CallSid, StreamSid};

/// A call nobody has seen yet.
pub fn new_call_sid() -> CallSid {
    named("CA")
}

/// A stream nobody has seen yet.
pub fn new_stream_sid() -> StreamSid {
    named("MZ")
}

/// A recording nobody has seen yet.
pub fn new_recording_sid() -> String {
    random("RE")
}

fn named<T: FromStr<Err: std::fmt::Debug>>(prefix: &str) -> T {
    random(prefix)
        .parse()
        .expect("two letters and 32 hex digits are a name")
}

fn random(prefix: &str) -> String {
    format!("{prefix}{}", uuid::Uuid::new_v4().simple())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_twilios_shape_and_differ() {
        let (one, other) = (new_call_sid(), new_call_sid());
        assert_ne!(one, other);
        assert!(one.as_str().starts_with("CA") && one.as_str().len() == 34);
        assert!(new_stream_sid().as_str().starts_with("MZ"));
        assert!(new_recording_sid().starts_with("RE"));
    }
}
