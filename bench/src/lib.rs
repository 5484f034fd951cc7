//! A caller: plays Twilio, and the person on the phone, over real sockets.
//!
//! [`place_call`] posts the signed webhook, runs the TwiML that comes back, opens the signed media
//! stream, speaks a script in real time, plays what the server sends as a telephone would, and
//! reports what was heard and when. The server under test is known by its address only.
//!
//! Times are media time (samples since a stream began) inside a stream, and ms since the webhook
//! outside. Nothing is shared between calls, so hundreds can run at once.

mod activity;
mod call;
mod conversation;
mod exchange;
mod fault;
mod lateness;
pub mod load;
mod mouth;
mod playout;
mod report;
mod script;
mod sid;
pub mod signature;
mod stream;
pub mod twiml;
mod violation;

pub use activity::{Activity, Segment};
pub use call::{CallError, CallOptions, DialOutcome, place_call};
pub use fault::{CounterStyle, Delivery, Faults, SignatureFault, StartFault};
pub use lateness::Lateness;
pub use mouth::Utterance;
pub use playout::{Arrival, ClearEvent, Heard, MarkEvent, Playout, Underrun};
pub use report::{
    BargeIn, CallReport, Document, Ending, Posted, Reply, StreamEnd, StreamReport, VerbHeard,
};
pub use script::{Background, CallerScript, Manners, Step};
pub use sid::{new_call_sid, new_recording_sid, new_stream_sid};
pub use stream::{
    Instruction, MessageWriter, Received, StartFields, StreamClient, StreamError, read_instruction,
};
pub use violation::Violation;

#[cfg(test)]
mod tests;
