//! The database: reachable, current, with its walls in force.

use chrono::TimeDelta;
use store::{
    StoreError,
    database::inspect::{Inspection, describe, inspect},
};
use tokio::runtime::Runtime;

use super::{Patient, Report};
use crate::boot::database::Database;

const AREA: &str = "database";

/// `keys`: the ids in the file of keys, to compare with what secrets need.
pub(super) fn examine(patient: &Patient, keys: &[String], report: &mut Report, runtime: &Runtime) {
    let database = match Database::existing(&patient.config) {
        Ok(Some(database)) => database,
        Ok(None) => {
            report.note(
                AREA,
                "there is none yet: the first start makes a private one",
            );
            return;
        }
        Err(error) => {
            let todo = "see the log in the data folder's postgres, or set DATABASE_URL";
            return report.broken(AREA, format!("{error:#}"), todo);
        }
    };
    let place = match describe(database.source()) {
        Ok(place) => place,
        Err(error) => {
            let todo = "set DATABASE_URL as postgres://user:password@host:5432/database";
            return report.broken(AREA, error.to_string(), todo);
        }
    };
    // Wall time on both sides of the question bounds what the answer's age can be.
    let before = patient.clock.now();
    let found = runtime.block_on(inspect(database.source()));
    let after = patient.clock.now();
    match found {
        Ok(found) => {
            walls(&found, &place, report);
            clocks(before, after, &found, report);
            secrets(&found, keys, report);
            people(&found, report);
        }
        Err(StoreError::Unavailable(error)) => report.broken(
            AREA,
            format!("{place} does not answer: {error}"),
            "start it, or look at the host, port and firewall in DATABASE_URL",
        ),
        Err(error) => report.broken(
            AREA,
            format!("{place} cannot be looked at: {error}"),
            "look at login, password and rights; docs/OPERATIONS.md says what the login must be allowed",
        ),
    }
}

fn walls(found: &Inspection, place: &str, report: &mut Report) {
    let version = &found.version;
    if found.is_too_old {
        report.broken(
            AREA,
            format!("{place} is PostgreSQL {version}"),
            "version 15 or newer is needed",
        );
    } else {
        report.ok(AREA, format!("{place} answers, PostgreSQL {version}"));
    }
    let absent = found
        .roles
        .iter()
        .filter(|role| !role.exists)
        .map(|role| role.name.as_str());
    let absent: Vec<_> = absent.collect();
    let unbound = found
        .roles
        .iter()
        .filter(|role| role.is_unbound)
        .map(|role| role.name.as_str());
    let unbound: Vec<_> = unbound.collect();
    if !absent.is_empty() {
        report.warn(
            AREA,
            format!("not set up: the roles {} are missing", absent.join(", ")),
            "trunkline migrate, or the next start, makes them",
        );
        return;
    }
    if !unbound.is_empty() {
        report.broken(
            AREA,
            format!("row-level security does not bind {}", unbound.join(", ")),
            "take SUPERUSER, BYPASSRLS and tl_owner from the role: tenants are not kept apart",
        );
    }
    migrations(found, report);
    match found.open_tables.as_slice() {
        [] if unbound.is_empty() => report.ok(
            AREA,
            "row-level security is in force on every table, for every role",
        ),
        [] => {}
        open => report.broken(
            AREA,
            format!("row-level security is not in force on {}", open.join(", ")),
            "somebody changed the schema by hand: ALTER TABLE … FORCE ROW LEVEL SECURITY",
        ),
    }
}

fn people(found: &Inspection, report: &mut Report) {
    for email in &found.first_passwords {
        report.warn(
            "people",
            format!("the owner {email} still has the password that the first start printed"),
            "sign in and change it",
        );
    }
}

fn migrations(found: &Inspection, report: &mut Report) {
    let state = &found.migrations;
    let list = |versions: &[i64]| {
        let words: Vec<_> = versions.iter().map(ToString::to_string).collect();
        words.join(", ")
    };
    if state.is_current() {
        report.ok(
            AREA,
            format!("all {} migrations are applied", state.applied),
        );
    }
    if !state.failed.is_empty() {
        report.broken(
            AREA,
            format!("migration {} was broken off", list(&state.failed)),
            "trunkline migrate says why",
        );
    }
    if !state.changed.is_empty() {
        report.broken(
            AREA,
            format!(
                "migration {} was applied in another wording",
                list(&state.changed)
            ),
            "this program and the one that migrated are not of one line: use that one",
        );
    }
    if !state.unknown.is_empty() {
        report.broken(
            AREA,
            format!("migration {} is of a newer program", list(&state.unknown)),
            "use the newer program: migrations only go forward",
        );
    }
    if !state.waiting.is_empty() {
        report.warn(
            AREA,
            format!("migration {} is not applied yet", list(&state.waiting)),
            "trunkline migrate, or the next start, applies it",
        );
    }
}

fn clocks(
    before: chrono::DateTime<chrono::Utc>,
    after: chrono::DateTime<chrono::Utc>,
    found: &Inspection,
    report: &mut Report,
) {
    let Some(server) = chrono::DateTime::from_timestamp_micros(found.clock_us) else {
        return;
    };
    let ahead = (server - after).max(TimeDelta::zero());
    let behind = (before - server).max(TimeDelta::zero());
    let apart = ahead.max(behind);
    if apart > APART {
        report.warn(
            AREA,
            format!(
                "its clock and this machine's are {} s apart",
                apart.num_seconds()
            ),
            "keep both with NTP: tokens and leases go by the clock",
        );
    } else {
        report.ok(AREA, "its clock goes with this machine's");
    }
}

fn secrets(found: &Inspection, keys: &[String], report: &mut Report) {
    for (id, count) in &found.keys {
        if !keys.contains(id) {
            report.broken(
                "keys",
                format!("{count} secrets need the key {id}, which is not in the file"),
                "bring its line back from a copy of the file; without it they must be set anew",
            );
        } else if keys.first() != Some(id) {
            report.note("keys", format!("{count} secrets are still encrypted with {id}: trunkline keys rotate moves them"));
        }
    }
}

const APART: TimeDelta = TimeDelta::seconds(2);
