//! The audit log, the queue, what is sent, what is said again.

mod audit;
mod queue;
mod texts;
