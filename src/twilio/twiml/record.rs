//! Taking a spoken message.

use std::time::Duration;

use super::{Element, seconds};

/// Plays a tone and records the caller until silence, `#` or the greatest length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Is asked when something was recorded.
    pub action: String,
    /// Is told where the recording is, once it can be fetched.
    pub callback: String,
    pub max_length: Duration,
    /// Silence that ends the message.
    pub silence: Duration,
}

impl Record {
    pub(super) fn element(&self) -> Element {
        Element::new("Record")
            .attr("maxLength", seconds(self.max_length))
            .attr("timeout", seconds(self.silence))
            .attr("playBeep", "true")
            .attr("finishOnKey", "#")
            .attr("recordingStatusCallback", &self.callback)
            .attr("recordingStatusCallbackMethod", "POST")
            .attr("action", &self.action)
            .attr("method", "POST")
    }
}
