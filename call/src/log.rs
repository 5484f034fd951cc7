//! A call as a list of its inputs: written while it is held, replayed to the same outputs later.
//!
//! The machine is a function of its configuration and its inputs with their times, so a log of
//! these is the whole call: a bug report that can be run. The format is one JSON object a line:
//!
//! ```text
//! {"trunkline_call_log":1,"config":{…}}                                    once, first
//! {"at":20154000,"in":{"media":{…}},"out":[{"caller_frame":{…}},…]}        one for each input
//! {"end":"complete"}                                                        once, last
//! ```
//!
//! `at` is in ns since the call was made. Audio that goes in is base64 (mu-law bytes, or 16 bit
//! little endian); audio that comes out is a digest of its samples, which a replay makes again.
//! `"end":"incomplete"` says that inputs after the last line were lost. A log without an end is one
//! whose writer was stopped; a last line that is torn is left out. Both are said by [`Tail`].
//!
//! A log holds what the caller and the agent said. Knows no file, no clock and no thread.

mod encoding;
mod input;
mod output;
mod read;
mod replay;
mod write;

pub use input::OwnedInput;
pub use read::{CallLog, Entry, LogError, Tail};
pub use replay::{Difference, Replay, replay};
pub use write::LogWriter;

/// The version of the format. Another one is not read: its inputs may mean something else.
pub const VERSION: u32 = 1;
