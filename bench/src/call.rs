//! A call from the first webhook to the status callback.

mod carrier;
mod crowd;
mod error;
mod form;
mod options;
mod route;
mod verbs;
mod webhook;

pub(crate) use crowd::{Crowd, Placed, http_client, place_in_crowd};
pub use error::CallError;
pub use options::{CallOptions, DialOutcome};

use crate::report::CallReport;
use carrier::Carrier;

/// Places one call and stays on the line until it ends. Fails only when there is no call to report
/// on: the server cannot be reached, refuses, or answers what Twilio would not run.
pub async fn place_call(options: &CallOptions) -> Result<CallReport, CallError> {
    Box::pin(Carrier::new(options)?.run()).await
}
