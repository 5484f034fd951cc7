//! Waiting for a key.

use std::time::Duration;

use super::{Element, seconds};

/// Says its prompts and waits for one key, which may interrupt them. Any key counts, `#` too.
/// Without a key the next verb is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gather {
    /// Is asked with `Digits`.
    pub action: String,
    /// From the end of the prompts.
    pub timeout: Duration,
    pub say: Vec<String>,
}

impl Gather {
    pub(super) fn element(&self) -> Element {
        let prompts = self
            .say
            .iter()
            .map(|text| Element::new("Say").text(text))
            .collect();
        Element::new("Gather")
            .attr("input", "dtmf")
            .attr("numDigits", "1")
            // Else `#` would end the input and not be told.
            .attr("finishOnKey", "")
            .attr("timeout", seconds(self.timeout))
            .attr("action", &self.action)
            .attr("method", "POST")
            .children(prompts)
    }
}
