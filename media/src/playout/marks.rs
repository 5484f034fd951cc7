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
    /// A new mark behind what was sent, and how many old ones were given up to make room.
    pub(super) fn send(&mut self, utterance: UtteranceId, upto: u64) -> (MarkName, u64) {
        self.last += 1;
        let name = MarkName(self.last);
        self.outstanding.push_back(Mark {
            name,
            utterance,
            upto,
        });
        let is_full = self.outstanding.len() > MAX_OUTSTANDING;
        if is_full {
            self.outstanding.pop_front();
        }
        (name, u64::from(is_full))
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

/// Ten minutes of marks each 200 ms from a carrier that echoes none.
const MAX_OUTSTANDING: usize = 3_000;

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
        let (first, _) = marks.send(UtteranceId(1), 160);
        let (second, _) = marks.send(UtteranceId(1), 320);
        assert_eq!(marks.echoed(second).unwrap().count(), 2);
        assert!(marks.echoed(first).is_none());
    }

    #[test]
    fn a_carrier_that_echoes_nothing_costs_bounded_memory() {
        let mut marks = Marks::default();
        let given_up: u64 = (0..3_100).map(|n| marks.send(UtteranceId(1), n).1).sum();
        assert_eq!((marks.outstanding(), given_up), (3_000, 100));
    }
}
