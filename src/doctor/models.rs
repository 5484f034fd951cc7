//! The speech models: there, and byte for byte the right ones.

use super::{Patient, Report};
use crate::{boot::minds::models_dir, config::MindsChoice, models::faults_in};

const AREA: &str = "models";

pub(super) fn examine(patient: &Patient, report: &mut Report) {
    if patient.config.minds != MindsChoice::Real {
        return;
    }
    let todo = "trunkline models fetch";
    let found = models_dir(&patient.config).and_then(|dir| Ok((faults_in(&dir)?, dir)));
    match found {
        Ok(((count, faults), dir)) if faults.is_empty() => {
            report.ok(
                AREA,
                format!("all {count} in {}, checksums are right", dir.display()),
            );
        }
        Ok(((_, faults), dir)) => report.broken(
            AREA,
            format!("in {}: {}", dir.display(), faults.join(", ")),
            todo,
        ),
        Err(error) => report.broken(AREA, format!("{error:#}"), todo),
    }
}
