//! The media stream as the carrier holds it: the socket, what it writes, what it may be told.

mod client;
mod instruction;
mod sender;
mod writer;

pub(crate) use client::SECONDS as STREAM_SECONDS;
pub use client::{Received, StreamClient, StreamError};
pub use instruction::{Instruction, read_instruction};
pub(crate) use sender::MediaSender;
pub use writer::{MessageWriter, StartFields};
