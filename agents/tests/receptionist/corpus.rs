//! `tests/receptionist/utterances.jsonl`: what callers say, and what they mean by it.
//!
//! Each line is one sentence as a recognizer writes it, for one business, on Tuesday, March 3rd 2026
//! at 10 in the morning there; where the meaning hangs on what was said before, `context` holds it.
//! `intents` and `slots` are in the words of [`Understanding`]. Lines of the split `held-out`
//! were written first, and a miss in them is not shown, so that no rule is made for it.
//!
//! Intents count as right when all are there and nothing else. Slots are counted one by one: F1 is
//! the harmonic mean of how many of the found ones are right and how many of the right ones are
//! found.

use std::collections::BTreeMap;

use agents::receptionist::{Receptionist, Understanding};
use serde::Deserialize;

use super::{
    business::{self, DATA},
    context::{self, Step},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: String,
    split: Split,
    business: String,
    #[serde(default)]
    context: Vec<Step>,
    text: String,
    intents: Vec<String>,
    #[serde(default)]
    slots: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Split {
    HeldOut,
    Tuning,
}

#[derive(Debug, Default)]
struct Score {
    lines: usize,
    right: usize,
    slots_wanted: usize,
    slots_found: usize,
    slots_right: usize,
}

#[test]
fn callers_are_understood() {
    let lines = read();
    assert!(
        lines.len() >= 260,
        "only {} lines: is the file whole?",
        lines.len()
    );
    let (mut all, mut held_out) = (Score::default(), Score::default());
    let mut misses = Vec::new();
    for line in &lines {
        let score = measure(line, &mut misses);
        all.add(&score);
        if line.split == Split::HeldOut {
            held_out.add(&score);
        }
    }
    let report = format!(
        "all:      {}\nheld out: {}\n{}",
        all.report(),
        held_out.report(),
        misses.join("\n")
    );
    show(&report);
    assert!(held_out.lines >= 60, "{} held-out lines", held_out.lines);
    assert!(all.accuracy() >= 0.95 && all.f1() >= 0.95, "{report}");
}

fn read() -> Vec<Line> {
    let path = format!("{DATA}/utterances.jsonl");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let parse = |(number, line): (usize, &str)| {
        serde_json::from_str(line).unwrap_or_else(|e| panic!("{path}:{}: {e}", number + 1))
    };
    text.lines().enumerate().map(parse).collect()
}

fn measure(line: &Line, misses: &mut Vec<String>) -> Score {
    let brief = business::brief(&line.business, "2026-03-03T10:00", "+19185550142");
    let before = context::play(&brief, &line.context);
    let got = Receptionist::understand(&brief, &before, &line.text);
    let right = got.intents.len() == line.intents.len()
        && line
            .intents
            .iter()
            .all(|i| got.intents.contains(i.as_str()));
    let same = got
        .slots
        .iter()
        .filter(|(k, v)| line.slots.get(**k) == Some(*v))
        .count();
    if !right || same != line.slots.len() || same != got.slots.len() {
        misses.push(miss(line, &got, right));
    }
    Score {
        lines: 1,
        right: usize::from(right),
        slots_wanted: line.slots.len(),
        slots_found: got.slots.len(),
        slots_right: same,
    }
}

fn miss(line: &Line, got: &Understanding, right: bool) -> String {
    // A held-out sentence is not shown, so that nobody makes a rule for it.
    let text = match line.split {
        Split::HeldOut => "(held out)",
        Split::Tuning => &line.text,
    };
    let what = if right { "slots " } else { "INTENT" };
    let meant = format!("{:?} {:?}", line.intents, line.slots);
    let found = match line.split {
        Split::HeldOut => String::new(),
        Split::Tuning => format!(
            "\n    meant {meant}\n    found {:?} {:?}",
            got.intents, got.slots
        ),
    };
    format!("{what} {}: {text}{found}", line.id)
}

impl Score {
    const fn add(&mut self, other: &Self) {
        self.lines += other.lines;
        self.right += other.right;
        self.slots_wanted += other.slots_wanted;
        self.slots_found += other.slots_found;
        self.slots_right += other.slots_right;
    }

    fn accuracy(&self) -> f64 {
        self.right as f64 / self.lines as f64
    }

    fn f1(&self) -> f64 {
        2.0 * self.slots_right as f64 / (self.slots_wanted + self.slots_found) as f64
    }

    fn report(&self) -> String {
        format!(
            "{} sentences, intents right {:.1} %, slot F1 {:.3}",
            self.lines,
            self.accuracy() * 100.0,
            self.f1()
        )
    }
}

#[expect(
    clippy::print_stdout,
    reason = "the figures are what this test is read for"
)]
fn show(report: &str) {
    println!("{report}");
}
