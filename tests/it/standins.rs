//! Stand-ins for what is beyond the product: real sockets, the other side's manners, and trouble when a
//! test asks for it.

pub(crate) mod mail_server;
pub(crate) mod twilio;
