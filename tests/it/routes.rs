//! The HTTP surface, by its URLs.

mod twilio;
