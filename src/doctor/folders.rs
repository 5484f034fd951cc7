//! The data folder: can be written to, and has room.

use std::{fs, io, path::Path};

use super::{Patient, Report};

const AREA: &str = "folders";

pub(super) fn examine(patient: &Patient, report: &mut Report) {
    let data = &patient.config.data_dir;
    let recordings = data.join("recordings");
    // What is not there yet will be made in what is.
    let there = recordings.ancestors().find(|folder| folder.is_dir());
    let there = there.unwrap_or(Path::new("."));
    let shown = recordings.display();
    if let Err(error) = can_write(there) {
        report.broken(
            AREA,
            format!("{} cannot be written to: {error}", there.display()),
            "let this user write there, or choose another with TRUNKLINE_DATA_DIR",
        );
        return;
    }
    match free_mib(there) {
        Ok(mib) => {
            let hours = mib / MIB_PER_HOUR;
            let says =
                format!("recordings go to {shown}; {mib} MiB are free, {hours} hours of talk");
            if mib < SCARCE_MIB {
                report.broken(
                    AREA,
                    says,
                    "make room: recordings end and facts are lost without it",
                );
            } else if mib < LITTLE_MIB {
                report.warn(AREA, says, "make room, or move old recordings away");
            } else {
                report.ok(AREA, says);
            }
        }
        Err(error) => report.warn(
            AREA,
            format!("{shown}: free space is not known: {error}"),
            "look with df",
        ),
    }
    let waiting = fs::read_dir(data.join("spool"))
        .map(Iterator::count)
        .unwrap_or_default();
    if waiting > 0 {
        report.note(AREA, format!("{waiting} files of facts in {}: what is not in the database yet, or is being written", data.join("spool").display()));
    }
}

fn can_write(folder: &Path) -> io::Result<()> {
    let probe = folder.join(format!(".trunkline-doctor-{}", std::process::id()));
    fs::write(&probe, "can this be written?")?;
    fs::remove_file(&probe)
}

fn free_mib(folder: &Path) -> io::Result<u64> {
    let space = rustix::fs::statvfs(folder)?;
    Ok(space.f_bavail.saturating_mul(space.f_frsize) / (1024 * 1024))
}

/// Stereo, 8 kHz, 16 bits.
const MIB_PER_HOUR: u64 = 2 * 8000 * 2 * 3600 / (1024 * 1024);
const LITTLE_MIB: u64 = 2048;
const SCARCE_MIB: u64 = 128;
