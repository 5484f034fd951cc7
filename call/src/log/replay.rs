//! Feeds the inputs of a log to a new machine and holds what comes out against what came then.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::{CallLog, output::value_of};
use crate::machine::Call;

/// What a replay gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    pub inputs: usize,
    pub outputs: usize,
    /// The call is over at the end of the log.
    pub ended: bool,
    /// The first output of each input that differs; empty when the replay is identical.
    pub differences: Vec<Difference>,
    /// What came of each input, in the form of the log.
    pub out: Vec<Vec<Value>>,
}

/// Where the outputs of one input part.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// From 1.
    pub input: usize,
    pub at: Duration,
    /// What the log has; `None`: nothing more.
    pub expected: Option<Value>,
    /// What came; `None`: nothing more.
    pub got: Option<Value>,
}

/// Holds the call of a log again. `began` is an origin for its times; any instant will do.
pub fn replay(log: &CallLog, began: Instant) -> Result<Replay, serde_json::Error> {
    let mut call = Call::new(log.config.clone(), began);
    let mut out = Vec::with_capacity(log.entries.len());
    let mut differences = Vec::new();
    for (number, entry) in log.entries.iter().enumerate() {
        call.handle_input(entry.input.as_input(), began + entry.at);
        let got = std::iter::from_fn(|| call.poll_output())
            .map(|output| value_of(&output))
            .collect::<Result<Vec<_>, _>>()?;
        if let Some((expected, got)) = parting(&entry.out, &got) {
            differences.push(Difference {
                input: number + 1,
                at: entry.at,
                expected: expected.cloned(),
                got: got.cloned(),
            });
        }
        out.push(got);
    }
    Ok(Replay {
        inputs: log.entries.len(),
        outputs: out.iter().map(Vec::len).sum(),
        ended: call.is_ended(),
        differences,
        out,
    })
}

/// The first place where two lists differ.
fn parting<'a>(
    expected: &'a [Value],
    got: &'a [Value],
) -> Option<(Option<&'a Value>, Option<&'a Value>)> {
    (0..expected.len().max(got.len()))
        .map(|at| (expected.get(at), got.get(at)))
        .find(|(expected, got)| expected != got)
}
