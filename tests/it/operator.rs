//! What an operator types at the server's console.

mod audit;
mod doctor;
mod keys;
mod load;
mod login;

use std::process::Output;

use crate::{harness::Db, server::program};

/// What a command said and how it ended.
struct Said {
    status: i32,
    out: String,
    err: String,
}

impl Said {
    /// What it printed; it must have ended with this status.
    #[track_caller]
    fn is(self, status: i32) -> String {
        assert_eq!(self.status, status, "{}\n{}", self.out, self.err);
        self.out
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// A command on a test's database.
fn on(db: &Db, args: &[&str]) -> Said {
    let output = program().env("DATABASE_URL", db.url()).args(args).output();
    output.unwrap().into()
}
