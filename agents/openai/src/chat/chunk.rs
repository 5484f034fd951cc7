//! What a streamed answer consists of on the wire.
//!
//! Only the fields that are used, and each as optional as some server makes it: the public
//! service's own types refuse chunks of several compatible servers.

use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Chunk {
    pub(super) choices: Option<Vec<Choice>>,
    pub(super) usage: Option<TokenCount>,
    /// Some servers report a failure after the stream has begun.
    pub(super) error: Option<StreamedError>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    pub(super) delta: Delta,
    pub(super) finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Delta {
    pub(super) content: Option<String>,
    pub(super) tool_calls: Option<Vec<CallFragment>>,
}

/// A piece of a tool call; pieces of one call share its index.
#[derive(Debug, Default, Deserialize)]
pub(super) struct CallFragment {
    #[serde(default)]
    pub(super) index: u32,
    pub(super) id: Option<String>,
    pub(super) function: Option<FunctionFragment>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct FunctionFragment {
    pub(super) name: Option<String>,
    pub(super) arguments: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct TokenCount {
    #[serde(default)]
    pub(super) prompt_tokens: u32,
    #[serde(default)]
    pub(super) completion_tokens: u32,
}

#[derive(Debug, Deserialize)]
pub(super) struct StreamedError {
    pub(super) code: Option<serde_json::Value>,
    pub(super) r#type: Option<serde_json::Value>,
}

impl StreamedError {
    /// The HTTP status that some servers give as the code.
    pub(super) fn status(&self) -> Option<u16> {
        let status = self.code.as_ref()?.as_u64()?;
        u16::try_from(status)
            .ok()
            .filter(|status| (400..600).contains(status))
    }

    pub(super) fn code(&self) -> Option<&str> {
        let text = self.code.as_ref().and_then(serde_json::Value::as_str);
        text.or_else(|| self.r#type.as_ref()?.as_str())
    }
}
