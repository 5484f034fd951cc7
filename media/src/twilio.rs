//! The messages of a Twilio media stream, read and written as text.
//!
//! Contract: Twilio's documentation of its WebSocket messages. Reading is lenient (unknown events
//! and fields are passed over, counters may be strings or numbers), writing is exact (Twilio warns
//! about every field it does not know). Knows no socket, no signature and no REST.

mod message;
mod number;
mod sid;
mod writer;

pub use message::{
    Media, MediaFormat, ParseError, PayloadError, Start, StreamMessage, Track, decode_payload,
    parse,
};
pub use sid::{AccountSid, CallSid, InvalidSid, StreamSid};
pub use writer::StreamWriter;
