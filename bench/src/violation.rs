//! What a server may not send on a media stream, each with Twilio's own warning where there is one.

/// A breach of the stream protocol by the server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    #[error("a binary frame of {bytes} bytes (31950): only text is allowed")]
    Binary { bytes: usize },
    #[error("not JSON (31951): {start:?}")]
    NotJson { start: String },
    #[error("the event {event:?} is not one a server may send (31951)")]
    Event { event: String },
    #[error("the {event} message has the unknown field {field:?} (31951)")]
    Field { event: String, field: String },
    #[error("the {event} message has no {field} of the documented type (31951)")]
    Missing { event: String, field: &'static str },
    #[error("streamSid {found:?} is not this stream's {expected:?} (31951)")]
    StreamSid { found: String, expected: String },
    #[error("the media payload of {chars} characters is not base64")]
    Payload { chars: usize },
    #[error("the media payload begins with a file header (RIFF): raw mu-law is expected")]
    FileHeader,
    #[error("more than ten minutes of audio are queued (31931)")]
    QueueTooLong,
}

impl Violation {
    /// A short name, for counting.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Binary { .. } => "binary",
            Self::NotJson { .. } => "not-json",
            Self::Event { .. } => "event",
            Self::Field { .. } => "field",
            Self::Missing { .. } => "missing",
            Self::StreamSid { .. } => "stream-sid",
            Self::Payload { .. } => "payload",
            Self::FileHeader => "file-header",
            Self::QueueTooLong => "queue-too-long",
        }
    }
}
