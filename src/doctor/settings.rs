//! Whether what is set is a setting, and fits together.

use super::{Patient, Report};
use crate::config::{Config, MindsChoice};

const AREA: &str = "settings";

pub(super) fn examine(patient: &Patient, report: &mut Report) {
    let usual = std::path::Path::new("trunkline.toml");
    match &patient.file {
        Some(file) => report.ok(
            AREA,
            format!("read from {} and the environment", file.display()),
        ),
        None if usual.is_file() => report.ok(AREA, "read from trunkline.toml and the environment"),
        None => report.note(
            AREA,
            "read from the environment; there is no trunkline.toml here",
        ),
    }
    for name in Config::unknown_settings(patient.file.as_ref()) {
        report.warn(
            AREA,
            format!("{name} is no setting: it changes nothing"),
            "look for a slip of the pen; docs/OPERATIONS.md lists the settings",
        );
    }
    let config = &patient.config;
    if config.minds != MindsChoice::Real {
        let says = format!(
            "minds = {:?}: callers are answered by no agent",
            config.minds
        );
        if config.auth_tokens().is_empty() {
            report.warn(
                AREA,
                says,
                "for measurements only; leave TRUNKLINE_MINDS away",
            );
        } else {
            report.broken(
                AREA,
                says + ", and TWILIO_AUTH_TOKEN is set",
                "leave TRUNKLINE_MINDS away: serve refuses to start like this",
            );
        }
    }
    if config.record_inputs.is_some() {
        report.warn(
            AREA,
            "record_inputs is on: everything that callers say is written down, and never deleted",
            "leave TRUNKLINE_RECORD_INPUTS away when the fault is found",
        );
    }
    if config.unassigned_answers_as_root {
        report.warn(
            AREA,
            "calls to unknown numbers are answered with root's line",
            "for development only; leave TRUNKLINE_UNASSIGNED_ANSWERS_AS_ROOT away",
        );
    }
}
