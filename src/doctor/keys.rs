//! The file of keys: who may read it, and what is in it.

use std::{fs, os::unix::fs::PermissionsExt as _};

use super::{Patient, Report};
use crate::boot::keyring::file;

const AREA: &str = "keys";

/// The ids of the keys, the one that is used first; none without a file that can be read.
pub(super) fn examine(patient: &Patient, report: &mut Report) -> Vec<String> {
    let path = patient.config.keys_file();
    let shown = path.display();
    let lines = match file::read(&path) {
        Ok(Some(lines)) => lines,
        Ok(None) => {
            report.note(
                AREA,
                format!("{shown} is not there: the first start makes it"),
            );
            return Vec::new();
        }
        Err(error) => {
            report.broken(
                AREA,
                format!("{error:#}"),
                "bring the file back from its copy: what it encrypted is lost without it",
            );
            return Vec::new();
        }
    };
    let mode = fs::metadata(&path).map(|file| file.permissions().mode() & 0o777);
    match mode {
        Ok(mode) if mode & 0o007 != 0 => report.broken(
            AREA,
            format!("{shown} can be read by every user of this machine (mode {mode:o})"),
            format!("chmod 600 {shown}, and make another key: trunkline keys rotate"),
        ),
        Ok(mode) if mode & 0o070 != 0 => report.warn(
            AREA,
            format!("{shown} can be read by a group (mode {mode:o})"),
            format!("chmod 600 {shown}, unless the group is meant"),
        ),
        Ok(_) => report.ok(AREA, format!("{shown} is private")),
        Err(error) => report.broken(AREA, format!("{shown}: {error}"), "let this user read it"),
    }
    let ids: Vec<String> = lines.iter().map(|line| line.id.clone()).collect();
    let now = patient.clock.now();
    let days = lines[0].made_at.map(|made| (now - made).num_days());
    let age = days.map_or_else(
        || "of unknown age".to_owned(),
        |days| format!("{days} days old"),
    );
    report.ok(AREA, format!("{} is used, {age}", ids[0]));
    if ids.len() > 1 {
        report.note(AREA, format!("accepted too: {}", ids[1..].join(", ")));
    }
    ids
}
