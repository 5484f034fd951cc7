//! What a carrier, a network or an attacker may do wrong, to be switched on one by one. The default
//! is a carrier without fault.

use std::num::NonZeroU32;

/// Departures from the protocol.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Faults {
    /// Of the webhooks.
    pub webhook_signature: SignatureFault,
    /// Of the WebSocket upgrade.
    pub stream_signature: SignatureFault,
    /// `<Parameter>`s whose value is replaced before it reaches `start`: a tampered token.
    pub parameters: Vec<(String, String)>,
    pub start: StartFault,
    pub counters: CounterStyle,
    pub delivery: Delivery,
    /// Bytes per media message, used in turn; empty means 160. A size of 0 sends an empty payload.
    pub payload_sizes: Vec<usize>,
    /// Every n-th media message carries no base64.
    pub corrupt_every: Option<NonZeroU32>,
    /// Right after `start`, one text frame of so many bytes.
    pub huge_frame: Option<usize>,
    /// The final status callback is sent this many times more.
    pub repeat_status: u32,
}

/// What is wrong with a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SignatureFault {
    #[default]
    None,
    /// There is none.
    Missing,
    /// Made with another auth token.
    WrongToken,
    /// Of another URL.
    WrongUrl,
}

/// What is wrong with the `start` message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StartFault {
    #[default]
    None,
    /// It never comes.
    Missing,
    /// It comes twice.
    Twice,
}

/// How counters are written: Twilio writes strings, other carriers numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CounterStyle {
    #[default]
    Strings,
    Numbers,
}

/// What happens to media messages on their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivery {
    #[default]
    InOrder,
    /// Every n-th comes twice.
    DuplicateEvery(NonZeroU32),
    /// Every n-th comes after its successor.
    SwapEvery(NonZeroU32),
    /// Every n-th is lost.
    DropEvery(NonZeroU32),
}
