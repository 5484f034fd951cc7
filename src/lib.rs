//! The house of Trunkline: the binary's commands, the carrier's edge, the live calls.
//!
//! Everything that knows a socket, a clock or a process is here; the crates below are told.

pub mod admission;
pub mod api;
pub mod boot;
pub mod clock;
pub mod commands;
pub mod config;
pub mod connection;
pub mod dashboard;
pub mod doctor;
pub mod http;
pub mod ledger;
pub mod models;
pub mod post;
pub mod secrets;
pub mod session;
pub mod sound;
pub mod state;
pub mod telemetry;
pub mod texting;
pub mod twilio;
pub mod work;
