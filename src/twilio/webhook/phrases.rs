//! What callers hear from us where no tenant chose the words.

/// Something of ours is broken.
pub(super) const CANNOT_TAKE_CALL: &str =
    "We are sorry, we cannot take your call right now. Please call again later. Goodbye.";
pub(super) const TENANT_UNAVAILABLE: &str =
    "We are sorry, this number is not taking calls at the moment. Goodbye.";
/// Where root chose no words of its own.
pub(super) const NUMBER_UNASSIGNED: &str = "The number you have dialed is not configured. Please check the number and call again. Goodbye.";
/// As many conversations as may be are held, and the line has no other answer to that.
pub(super) const ALL_BUSY: &str =
    "We are sorry, all our lines are busy right now. Please call again in a few minutes. Goodbye.";
/// Followed by the line's fallback.
pub(super) const AGENT_UNAVAILABLE: &str =
    "We are sorry, our assistant is not available right now.";
pub(super) const CONNECTING: &str = "Please hold while we connect your call.";
pub(super) const LEAVE_A_MESSAGE: &str = "Please leave your name, your number and a message after \
                                          the tone. Press the pound key when you are done.";
pub(super) const MESSAGE_TAKEN: &str = "Thank you. Your message has been recorded. Goodbye.";
pub(super) const NO_MESSAGE: &str = "We did not get a message. Goodbye.";
pub(super) const GOODBYE: &str = "Goodbye.";
