//! Writes a log, line by line, to anything that takes bytes.

use std::{
    io::{self, Write},
    time::Duration,
};

use serde::Serialize;
use serde_json::Value;

use super::{OwnedInput, VERSION, output::LoggedOutput};
use crate::{config::CallConfig, io::Output};

/// A log that is being written.
#[derive(Debug)]
pub struct LogWriter<W> {
    to: W,
}

#[derive(Serialize)]
struct HeaderLine<'a> {
    trunkline_call_log: u32,
    config: &'a CallConfig,
}

#[derive(Serialize)]
struct EntryLine<'a, O> {
    at: u64,
    #[serde(rename = "in")]
    input: &'a OwnedInput,
    out: O,
}

#[derive(Serialize)]
struct EndLine {
    end: &'static str,
}

impl<W: Write> LogWriter<W> {
    /// Begins a log with its header.
    pub fn begin(to: W, config: &CallConfig) -> io::Result<Self> {
        let mut log = Self { to };
        log.line(&HeaderLine {
            trunkline_call_log: VERSION,
            config,
        })?;
        Ok(log)
    }

    /// One input, `at` after the call was made, and everything that came of it.
    pub fn entry(
        &mut self,
        at: Duration,
        input: &OwnedInput,
        outputs: &[Output],
    ) -> io::Result<()> {
        let out: Vec<_> = outputs.iter().map(LoggedOutput::from).collect();
        let at = nanos(at);
        self.line(&EntryLine { at, input, out })
    }

    /// As [`Self::entry`], with outputs as they stand in a log.
    pub fn logged_entry(
        &mut self,
        at: Duration,
        input: &OwnedInput,
        out: &[Value],
    ) -> io::Result<()> {
        let at = nanos(at);
        self.line(&EntryLine { at, input, out })
    }

    /// Passes on what was written so far.
    pub fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }

    /// Ends the log and hands back where it was written. `complete`: no input is missing.
    pub fn end(mut self, complete: bool) -> io::Result<W> {
        let end = if complete { "complete" } else { "incomplete" };
        self.line(&EndLine { end })?;
        self.to.flush()?;
        Ok(self.to)
    }

    fn line(&mut self, line: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.to, line)?;
        self.to.write_all(b"\n")
    }
}

/// 584 years of them fit.
fn nanos(at: Duration) -> u64 {
    u64::try_from(at.as_nanos()).unwrap_or(u64::MAX)
}
