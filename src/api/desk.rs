//! What the front desk has to do: appointments, messages, and what its people are told.

pub mod appointment;
pub mod automation;
pub mod message;
pub mod notification;
