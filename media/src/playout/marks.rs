//! Marks: names sent behind audio, echoed when the carrier has played it.

use std::{
    collections::{VecDeque, vec_deque},
    fmt,
};

use super::UtteranceId;

/// A mark's name, `m1`, `m2`, …: unique within a stream, so that an echo from before a clear can
/// never be taken for one from after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MarkName(u64);

impl MarkName {
    /// Reads a name back; `None` for one that was never ours.
    pub fn parse(name: &str) -> Option<Self> {
        let digits = name.strip_prefix('m')?;
        let ours = digits.starts_with(|first: char| first.is_ascii_digit() && first != '0');
        if ours {
            digits.parse().ok().map(Self)
        } else {
            None
        }
    }
}

impl fmt::Display for MarkName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "m{}", self.0)
    }
}

#[derive(Debug, Default)]
pub(super) struct Marks {
    last: u64,
    /// Sent and not echoed, by growing name.
    outstanding: VecDeque<Mark>,
}

#[derive(Debug)]
pub(super) struct Mark {
    name: MarkName,
    pub(super) utterance: UtteranceId,
    /// Samples of the utterance that lie before it.
    pub(super) upto: u64,
}

impl Marks {
    pub(super) fn send(&mut self, utterance: UtteranceId, upto: u64) -> MarkName {
        self.last += 1;
        let name = MarkName(self.last);
        self.outstanding.push_back(Mark {
            name,
            utterance,
            upto,
        });
        name
    }

    /// The mark that was echoed and all before it: a carrier plays in order, so an echo that went
    /// missing is made good by the next. `None` when it is not waited for.
    pub(super) fn echoed(&mut self, name: MarkName) -> Option<vec_deque::Drain<'_, Mark>> {
        let index = self
            .outstanding
            .binary_search_by_key(&name, |mark| mark.name)
            .ok()?;
        Some(self.outstanding.drain(..=index))
    }

    /// Gives up all that are outstanding and tells how many.
    pub(super) fn clear(&mut self) -> u64 {
        let given_up = self.outstanding.len() as u64;
        self.outstanding.clear();
        given_up
    }

    pub(super) fn outstanding(&self) -> usize {
        self.outstanding.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_names_parse() {
        assert_eq!(MarkName::parse("m12"), Some(MarkName(12)));
        for foreign in [
            "",
            "m",
            "m0",
            "m01",
            "m+1",
            "M1",
            "m1x",
            "x1",
            "m99999999999999999999",
        ] {
            assert_eq!(MarkName::parse(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn a_later_echo_makes_good_an_earlier_one() {
        let mut marks = Marks::default();
        let first = marks.send(UtteranceId(1), 160);
        let second = marks.send(UtteranceId(1), 320);
        assert_eq!(marks.echoed(second).unwrap().count(), 2);
        assert!(marks.echoed(first).is_none());
    }
}
