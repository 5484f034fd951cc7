//! The telephone line of a typed call: how long the agent's words last, and what of them was heard.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use media::playout::MarkName;

/// The agent's side of the line.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// The end of what was sent, by the ear's clock.
    plays_until: Option<Instant>,
    marks: VecDeque<(Instant, String)>,
    /// The clauses of the present say, with their length in samples.
    clauses: Vec<(String, usize)>,
    /// Samples heard of the present say.
    heard: usize,
}

impl Line {
    /// A clause begins; its length in samples.
    pub(super) fn speak(&mut self, text: String) -> usize {
        let samples = samples_of(&text);
        self.clauses.push((text, samples));
        samples
    }

    /// A frame goes out.
    pub(super) fn send(&mut self, now: Instant) {
        let from = self.plays_until.map_or(now, |until| until.max(now));
        self.plays_until = Some(from + FRAME);
    }

    /// A mark comes back when what was sent before it has been played.
    pub(super) fn mark(&mut self, name: MarkName, now: Instant) {
        let at = self.plays_until.map_or(now, |until| until.max(now));
        self.marks.push_back((at, name.to_string()));
    }

    /// What was sent and not played is dropped; its marks come back at once.
    pub(super) fn clear(&mut self, now: Instant) {
        self.end_say();
        self.plays_until = None;
        for (at, _) in &mut self.marks {
            *at = now;
        }
    }

    pub(super) fn next_mark(&self) -> Option<Instant> {
        self.marks.front().map(|(at, _)| *at)
    }

    pub(super) fn take_mark(&mut self, now: Instant) -> Option<String> {
        self.marks
            .pop_front_if(|(at, _)| *at <= now)
            .map(|(_, name)| name)
    }

    pub(super) const fn hear(&mut self, samples: usize) {
        self.heard += samples;
    }

    /// The agent's say is over or was cut.
    pub(super) fn end_say(&mut self) {
        self.clauses.clear();
        self.heard = 0;
    }

    /// The words of the present say that were heard.
    pub(super) fn heard(&self) -> String {
        let mut left = self.heard;
        let mut words: Vec<&str> = Vec::new();
        for (text, samples) in &self.clauses {
            let letters = left.min(*samples) / SAMPLES_PER_LETTER;
            left = left.saturating_sub(*samples);
            let mut end = 0;
            for word in text.split_inclusive(char::is_whitespace) {
                end += word.len();
                if word.trim_end().len() + end - word.len() <= letters {
                    words.push(word.trim());
                }
            }
        }
        words.join(" ")
    }

    /// Whether these words, as far as letters and digits go, were heard in the present say.
    pub(super) fn has_been_heard(&self, words: &str) -> bool {
        let wanted = plain(words);
        !self.clauses.is_empty() && plain(&self.heard()).contains(&wanted)
    }
}

/// How long a text lasts, in samples.
pub(super) fn samples_of(text: &str) -> usize {
    text.len().max(1) * SAMPLES_PER_LETTER
}

/// Lower case, single spaces, a space at either end, no punctuation.
fn plain(text: &str) -> String {
    let lowered = text.to_lowercase();
    let words = lowered
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.fold(" ".to_owned(), |line, word| line + word + " ")
}

/// About 15 letters a second, the pace of English speech; 8,000 samples a second.
const SAMPLES_PER_LETTER: usize = 8_000 / 15;
const FRAME: Duration = Duration::from_millis(20);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_heard_one_after_the_other_across_clauses() {
        let mut line = Line::default();
        line.speak("We have three times,".to_owned());
        line.speak("one at nine.".to_owned());
        assert!(!line.has_been_heard("We have"));
        line.hear(7 * SAMPLES_PER_LETTER);
        assert_eq!(line.heard(), "We have");
        assert!(line.has_been_heard("we HAVE") && !line.has_been_heard("have three"));
        line.hear(20 * SAMPLES_PER_LETTER);
        assert_eq!(line.heard(), "We have three times, one at");
        assert!(line.has_been_heard("times one"));
        line.end_say();
        assert_eq!(line.heard(), "");
    }
}
