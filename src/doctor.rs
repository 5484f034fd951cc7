//! What is configured, what is missing, and what to do about it.
//!
//! Each area looks for itself and says what it found in lines; nothing is changed, made or sent
//! unless the operator asks to try what is outside (`online`). No line holds a secret: areas are
//! handed settings and say only whether a secret is there.

mod address;
mod database;
mod folders;
mod keys;
mod minds;
mod models;
mod report;
mod settings;
mod twilio;

use std::path::PathBuf;

use crate::{clock::Clock, config::Config};
pub use report::{Finding, Report, Verdict};

/// What is looked at.
#[derive(Debug)]
pub struct Patient {
    pub config: Config,
    /// The settings file that was named.
    pub file: Option<PathBuf>,
    pub clock: Clock,
    /// Also asks the servers that are configured.
    pub online: bool,
}

/// Looks at everything. Starts a private database for as long as it takes when none runs: call it
/// on the main thread, outside a runtime.
pub fn examine(patient: &Patient, runtime: &tokio::runtime::Runtime) -> Report {
    let mut report = Report::default();
    settings::examine(patient, &mut report);
    address::examine(patient, &mut report, runtime);
    let keys = keys::examine(patient, &mut report);
    database::examine(patient, &keys, &mut report, runtime);
    models::examine(patient, &mut report);
    minds::examine(patient, &mut report, runtime);
    folders::examine(patient, &mut report);
    twilio::examine(patient, &mut report, runtime);
    report
}

/// Where the settings cannot even be read.
pub fn unreadable(error: &anyhow::Error) -> Report {
    let mut report = Report::default();
    report.broken(
        "settings",
        format!("{error:#}"),
        "mend it; docs/OPERATIONS.md lists the settings and their shapes",
    );
    report
}
