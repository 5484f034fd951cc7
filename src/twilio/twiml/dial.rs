//! Bridging the caller to somebody else.

use std::time::Duration;

use tenant_config::phone::{DialTarget, E164};

use super::{Element, seconds};

/// Rings a number or a SIP address and bridges the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dial {
    pub to: DialTarget,
    /// What the called phone shows; `None` leaves it to the carrier.
    pub caller_id: Option<E164>,
    /// How long it rings.
    pub timeout: Duration,
    pub recording: LegRecording,
    /// Is asked with `DialCallStatus` when the leg is over.
    pub action: String,
}

/// Whether the carrier records the bridged legs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LegRecording {
    Off,
    /// Both legs on channels of their own, from the answer on.
    Dual {
        /// Is told where the recording is.
        callback: String,
    },
}

impl Dial {
    pub(super) fn element(&self) -> Element {
        let mut dial = Element::new("Dial");
        if let Some(caller_id) = &self.caller_id {
            dial = dial.attr("callerId", caller_id.as_str());
        }
        dial = dial.attr("timeout", seconds(self.timeout));
        if let LegRecording::Dual { callback } = &self.recording {
            dial = dial
                .attr("record", "record-from-answer-dual")
                .attr("recordingStatusCallback", callback)
                .attr("recordingStatusCallbackMethod", "POST");
        }
        let noun = match &self.to {
            DialTarget::Number(number) => Element::new("Number").text(number.as_str()),
            DialTarget::Sip(uri) => Element::new("Sip").text(uri),
        };
        dial.attr("action", &self.action)
            .attr("method", "POST")
            .children(vec![noun])
    }
}
