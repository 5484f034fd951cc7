//! What was said against what was written down: words made comparable, errors counted, turns
//! matched to the utterances that they belong to. Knows no sound, no socket and no database.
//!
//! Made comparable means: lower case, punctuation and apostrophes off, hyphens to spaces, whole
//! numbers in words, and the few spellings of [`SAME`]. Nothing is forgiven beyond that.

use std::ops::{AddAssign, Range};

/// How a transcript departs from its reference, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct WordErrors {
    pub(crate) substituted: usize,
    pub(crate) left_out: usize,
    pub(crate) put_in: usize,
    /// Words of the reference.
    pub(crate) words: usize,
}

impl WordErrors {
    /// The least errors that lead from `reference` to `heard` (Levenshtein, by words).
    pub(crate) fn between(reference: &[String], heard: &[String]) -> Self {
        let put_in = |count| Self {
            put_in: count,
            ..Self::default()
        };
        let mut row: Vec<Self> = (0..=heard.len()).map(put_in).collect();
        for word in reference {
            let mut next = Vec::with_capacity(row.len());
            for (at, above) in row.iter().enumerate() {
                let mut best = Self {
                    left_out: above.left_out + 1,
                    ..*above
                };
                if let Some((before, other)) = at.checked_sub(1).map(|b| (row[b], &heard[b])) {
                    let different = usize::from(word != other);
                    let swapped = Self {
                        substituted: before.substituted + different,
                        ..before
                    };
                    let left: Self = next[at - 1];
                    let added = Self {
                        put_in: left.put_in + 1,
                        ..left
                    };
                    best = [swapped, best, added]
                        .into_iter()
                        .min_by_key(Self::count)
                        .unwrap_or(best);
                }
                next.push(best);
            }
            row = next;
        }
        let least = row.last().copied().unwrap_or_default();
        Self {
            words: reference.len(),
            ..least
        }
    }

    pub(crate) const fn count(&self) -> usize {
        self.substituted + self.left_out + self.put_in
    }

    /// Errors for each hundred words of the reference.
    pub(crate) fn percent(&self) -> f64 {
        100.0 * self.count() as f64 / self.words.max(1) as f64
    }
}

impl AddAssign for WordErrors {
    fn add_assign(&mut self, other: Self) {
        self.substituted += other.substituted;
        self.left_out += other.left_out;
        self.put_in += other.put_in;
        self.words += other.words;
    }
}

/// The comparable words of a text.
pub(crate) fn words(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace(['\'', '’'], "");
    let parts = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty());
    parts
        .flat_map(|part| {
            comparable(part)
                .split(' ')
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect()
}

fn comparable(word: &str) -> String {
    if let Ok(number) = word.parse::<u32>() {
        return number_in_words(number);
    }
    let same = SAME.iter().find(|(from, _)| *from == word);
    same.map_or(word, |(_, to)| to).to_owned()
}

fn number_in_words(number: u32) -> String {
    let joined = |high: String, rest: u32| match rest {
        0 => high,
        rest => format!("{high} {}", number_in_words(rest)),
    };
    match number {
        0..20 => SMALL[number as usize].to_owned(),
        20..100 => joined(TENS[(number / 10 - 2) as usize].to_owned(), number % 10),
        100..1_000 => joined(
            format!("{} hundred", number_in_words(number / 100)),
            number % 100,
        ),
        1_000..1_000_000 => joined(
            format!("{} thousand", number_in_words(number / 1_000)),
            number % 1_000,
        ),
        1_000_000.. => number.to_string(),
    }
}

/// For each turn the utterance with which it shares most time; `None` where it shares none. All in
/// the same unit of time.
pub(crate) fn owners(turns: &[Range<u64>], utterances: &[Range<u64>]) -> Vec<Option<usize>> {
    let owner = |turn: &Range<u64>| {
        let shared = utterances.iter().map(|utterance| {
            let end = turn.end.min(utterance.end);
            end.saturating_sub(turn.start.max(utterance.start))
        });
        let most = shared
            .enumerate()
            .filter(|(_, shared)| *shared > 0)
            .max_by_key(|(_, s)| *s);
        most.map(|(index, _)| index)
    };
    turns.iter().map(owner).collect()
}

/// Spellings of the same sounds.
const SAME: [(&str, &str); 4] = [
    ("ok", "okay"),
    ("mr", "mister"),
    ("mrs", "missus"),
    ("dr", "doctor"),
];

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];
