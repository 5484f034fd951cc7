//! Reads a log back. What is read is outside data: a bug report may hold anything.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::{OwnedInput, VERSION};
use crate::config::CallConfig;

/// A log as it was written.
#[derive(Debug, Clone)]
pub struct CallLog {
    pub config: CallConfig,
    /// In the order in which they were handled.
    pub entries: Vec<Entry>,
    pub tail: Tail,
}

/// One input and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Since the call was made.
    pub at: Duration,
    pub input: OwnedInput,
    /// Outputs, in order, in the form of the log.
    pub out: Vec<Value>,
}

/// How a log ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tail {
    /// No input is missing.
    Complete,
    /// The writer says that it lost what came behind.
    Incomplete,
    /// The writer was stopped between two lines; more may have come.
    Open,
    /// The writer was stopped within a line, which is left out.
    Torn,
}

/// A text that cannot be read as a log.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    #[error(
        "this is no call log: the first line must be {{\"trunkline_call_log\":{VERSION},\"config\":…}}, \
         as `trunkline serve --record-inputs` writes it ({0})"
    )]
    NotALog(String),
    #[error(
        "this call log has version {found}, and this program reads version {VERSION}: replay it with \
         the program that wrote it"
    )]
    Version { found: u64 },
    #[error("line {number} of the call log cannot be read: {detail}")]
    Line { number: usize, detail: String },
}

/// What every version of a log begins with.
#[derive(Deserialize)]
struct Mark {
    trunkline_call_log: u64,
}

#[derive(Deserialize)]
struct HeaderLine {
    config: CallConfig,
}

/// An entry, or the end; never both.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    at: Option<u64>,
    #[serde(rename = "in")]
    input: Option<OwnedInput>,
    out: Option<Vec<Value>>,
    end: Option<End>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum End {
    Complete,
    Incomplete,
}

enum Parsed {
    Entry(Entry),
    End(Tail),
}

impl CallLog {
    /// Reads a whole log.
    pub fn read(text: &str) -> Result<Self, LogError> {
        let mut lines = text.split_inclusive('\n').enumerate();
        let (_, first) = lines
            .next()
            .ok_or_else(|| LogError::NotALog("it is empty".to_owned()))?;
        let mut log = Self {
            config: header(first)?,
            entries: Vec::new(),
            tail: Tail::Open,
        };
        for (at, line) in lines {
            let number = at + 1;
            if log.tail != Tail::Open {
                let detail = "nothing may follow the end".to_owned();
                return Err(LogError::Line { number, detail });
            }
            match parse(line) {
                Ok(Parsed::Entry(entry)) => log.entries.push(entry),
                Ok(Parsed::End(tail)) => log.tail = tail,
                // Only the last line can lack its end.
                Err(_) if !line.ends_with('\n') => log.tail = Tail::Torn,
                Err(detail) => return Err(LogError::Line { number, detail }),
            }
        }
        Ok(log)
    }
}

fn header(line: &str) -> Result<CallConfig, LogError> {
    let no_log = |error: serde_json::Error| LogError::NotALog(error.to_string());
    let mark: Mark = serde_json::from_str(line).map_err(no_log)?;
    if mark.trunkline_call_log != u64::from(VERSION) {
        let found = mark.trunkline_call_log;
        return Err(LogError::Version { found });
    }
    let header: HeaderLine = serde_json::from_str(line).map_err(no_log)?;
    Ok(header.config)
}

fn parse(line: &str) -> Result<Parsed, String> {
    let line: Line = serde_json::from_str(line).map_err(|e| e.to_string())?;
    match line {
        Line {
            at: Some(at),
            input: Some(input),
            out: Some(out),
            end: None,
        } => Ok(Parsed::Entry(Entry {
            at: Duration::from_nanos(at),
            input,
            out,
        })),
        Line {
            at: None,
            input: None,
            out: None,
            end: Some(end),
        } => Ok(Parsed::End(match end {
            End::Complete => Tail::Complete,
            End::Incomplete => Tail::Incomplete,
        })),
        Line { .. } => Err(r#"expected {"at":…,"in":…,"out":[…]} or {"end":…}"#.to_owned()),
    }
}
