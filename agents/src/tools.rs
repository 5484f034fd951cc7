//! What a chat model may have done: the tools on offer, what they were asked, what they answered.
//!
//! The same for a language model and for the offline receptionist. Arguments are outside data:
//! [`ToolRequest::parse`] turns them into values that cannot be wrong, or into a refusal that
//! tells the model what to send instead. A [`ToolBackend`] is bound to one tenant and one call,
//! so that no argument can reach another tenant. Knows no store and no carrier.

mod answer;
mod arguments;
mod local_time;
mod request;
mod spec;

use std::sync::Arc;

use call::conversation::{CallControl, ToolCall};
use futures_util::future::BoxFuture;

pub use answer::{AppointmentFact, ToolAnswer};
pub(crate) use arguments::read_phone;
pub use local_time::{LocalTime, NoSuchLocalTime};
pub use request::{AvailabilityQuery, Booking, NoteForStaff, PartOfDay, ToolRefusal, ToolRequest};
pub use spec::tool_specs;

use crate::brief::Brief;

/// A tool as it is offered to a model.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolSpec {
    pub name: &'static str,
    pub description: &'static str,
    /// JSON Schema of the arguments object.
    pub parameters: serde_json::Value,
}

/// Does what was asked, for one tenant and one call. The tenant and the call are the backend's
/// own; a request cannot name them.
pub trait ToolBackend: Send + Sync + 'static {
    /// Runs one request to its end. What the tenant's data answers (a slot is taken, nothing was
    /// found) is an answer; only an outage is a failure.
    fn run(&self, request: ToolRequest) -> BoxFuture<'_, Result<ToolAnswer, ToolFailure>>;
}

/// A tool could not be run at all. `detail` is for the log, never for the caller.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("tool {tool} failed: {detail}")]
pub struct ToolFailure {
    pub tool: &'static str,
    pub detail: String,
}

/// What a tool call came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolOutcome {
    /// The content of the `Message::ToolResult` that goes back to the model.
    pub content: String,
    /// What becomes of the call itself.
    pub control: Option<CallControl>,
    /// Set when the backend failed; to be logged and counted by the caller of [`execute`].
    pub failure: Option<ToolFailure>,
}

/// Parses, validates and runs one tool call. Refusals and failures become content that the
/// model can act upon; they never end the call.
pub async fn execute(
    backend: &Arc<dyn ToolBackend>,
    call: &ToolCall,
    brief: &Brief,
) -> ToolOutcome {
    let request = match ToolRequest::parse(call, brief) {
        Ok(request) => request,
        Err(refusal) => return ToolOutcome::of(&refusal.into()),
    };
    match backend.run(request).await {
        Ok(answer) => ToolOutcome::of(&answer),
        Err(failure) => ToolOutcome {
            failure: Some(failure),
            ..ToolOutcome::of(&ToolAnswer::Unavailable)
        },
    }
}

impl ToolOutcome {
    fn of(answer: &ToolAnswer) -> Self {
        Self {
            content: answer.to_content(),
            control: answer.control(),
            failure: None,
        }
    }
}
