//! How mails and texts leave the house: a mail server, a carrier's account, or neither.
//!
//! Knows how a thing is sent and what its refusal means; which things there are, and when they are
//! tried again, is for [`crate::work`].

mod error;
mod mail;
mod pulse;

use std::sync::Arc;

pub use error::{NotNow, Refusal, SendError};
pub use mail::{Mail, MailServer, MailServerError};
pub use pulse::{Pulse, Seen};

pub use crate::twilio::rest::OutgoingText;
use crate::twilio::rest::TwilioRest;

/// What this node can send with. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Post {
    pub mail: Option<Arc<MailServer>>,
    pub carrier: Option<Arc<TwilioRest>>,
}
