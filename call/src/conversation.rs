//! What was said and done in a call, in the form that a chat model reads it.
//!
//! Agent text in here is what the caller **heard**: words that were generated but cleared
//! before they were played are not part of the conversation. Knows nothing of any provider.

use serde::{Deserialize, Serialize};

/// One entry of a conversation, oldest first in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "snake_case")]
pub enum Message {
    /// The caller said this (final transcript of one turn).
    Caller { text: String },
    /// The caller pressed these keys (`0-9 * # A-D`) during the conversation.
    Digits { digits: String },
    /// The agent said this and the caller heard it.
    Agent {
        text: String,
        /// The caller spoke over the rest of it.
        interrupted: bool,
    },
    /// The agent asked for a tool.
    ToolCall(ToolCall),
    /// What the tool answered; `id` repeats the id of its call.
    ToolResult { id: String, content: String },
    /// The caller said nothing for the whole no-input time, `count` times in a row.
    NoInput { count: u32 },
}

/// A tool that a chat model wants run. Arguments are unchecked JSON text: the server parses
/// and validates them before anything is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolCall {
    pub id: String,
    pub name: String,
    pub arguments: String,
}

/// What a tool did to the call itself, beside its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallControl {
    /// Say what is still to be said, let it be heard, then hang up.
    HangUp,
    /// As `HangUp`, but the carrier then dials the tenant's transfer target.
    Transfer,
    /// As `HangUp`, but the carrier then records a voicemail.
    Voicemail,
}

/// What kind of answer the agent's last words ask for. It sets how patient endpointing is:
/// people pause inside numbers and spellings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expecting {
    #[default]
    Anything,
    YesNo,
    Name,
    DateTime,
    /// Phone numbers, references: digits in groups with pauses between.
    Digits,
    /// A message dictated freely.
    Dictation,
}
