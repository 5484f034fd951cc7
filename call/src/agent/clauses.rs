//! Cuts a stream of words into clauses that can be spoken as soon as they are there.

/// Joins streamed pieces of text and hands out whole clauses.
///
/// A clause ends at the end of a sentence, or, while nothing has been handed out yet, at a comma
/// or the like: the first sound must come early, later ones want the longer context for their
/// intonation.
#[derive(Debug, Default)]
pub struct ClauseSplitter {
    pending: String,
    handed_out: bool,
}

/// A first clause shorter than this is not worth its own breath.
const MIN_FIRST_CLAUSE: usize = 24;
/// No voice speaks more than this in one go; a longer run of words is cut at a space.
const MAX_CLAUSE: usize = 220;

impl ClauseSplitter {
    pub fn push(&mut self, text: &str) {
        self.pending.push_str(text);
    }

    /// The next whole clause, trimmed and never empty.
    pub fn next_clause(&mut self) -> Option<String> {
        while let Some(end) = self.clause_end() {
            let clause = self.take(end);
            if let Some(clause) = clause {
                return Some(clause);
            }
        }
        None
    }

    /// What is left when no more text will come.
    pub fn finish(&mut self) -> Option<String> {
        let end = self.pending.len();
        let rest = self.take(end);
        self.handed_out = false;
        rest
    }

    fn take(&mut self, end: usize) -> Option<String> {
        let clause: String = self.pending.drain(..end).collect();
        let clause = clause.trim();
        if !clause.chars().any(char::is_alphanumeric) {
            return None;
        }
        self.handed_out = true;
        Some(clause.to_owned())
    }

    fn clause_end(&self) -> Option<usize> {
        let mut chars = self.pending.char_indices().peekable();
        let mut last_space = None;
        while let Some((at, c)) = chars.next() {
            let after = at + c.len_utf8();
            // A cut at the very beginning would take nothing away, again and again.
            if c.is_whitespace() && at > 0 {
                last_space = Some(at);
            }
            // Only what stands before white space ends a clause: "2.5" and "3:30" do not, and
            // what stands at the very end may yet go on.
            let before_space = chars.peek().is_some_and(|(_, next)| next.is_whitespace());
            if before_space && self.ends_clause(c, at) {
                return Some(after);
            }
            if after >= MAX_CLAUSE {
                return last_space.or(Some(after));
            }
        }
        None
    }

    fn ends_clause(&self, c: char, at: usize) -> bool {
        match c {
            '!' | '?' | '\n' => true,
            '.' => !is_abbreviation(&self.pending[..at]),
            ',' | ';' | ':' | '\u{2014}' => !self.handed_out && at >= MIN_FIRST_CLAUSE,
            _ => false,
        }
    }
}

/// Whether the word before a full stop is one that is written with it.
fn is_abbreviation(before: &str) -> bool {
    let word = before
        .rsplit(char::is_whitespace)
        .next()
        .unwrap_or_default();
    [
        "Dr", "Mr", "Mrs", "Ms", "St", "Ave", "Blvd", "No", "a.m", "p.m", "e.g", "i.e",
    ]
    .contains(&word)
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn split(pieces: &[&str]) -> Vec<String> {
        let mut splitter = ClauseSplitter::default();
        let mut clauses = Vec::new();
        for piece in pieces {
            splitter.push(piece);
            while let Some(clause) = splitter.next_clause() {
                clauses.push(clause);
            }
        }
        clauses.extend(splitter.finish());
        clauses
    }

    #[test]
    fn sentences_are_clauses_however_the_text_arrives() {
        let whole = split(&["We open at 8:30. Dr. Reed is in. Anything else?"]);
        assert_eq!(
            whole,
            ["We open at 8:30.", "Dr. Reed is in.", "Anything else?"]
        );
        let text = "We open at 8:30. Dr. Reed is in. Anything else?";
        let single: Vec<String> = text.chars().map(String::from).collect();
        let pieces: Vec<&str> = single.iter().map(String::as_str).collect();
        assert_eq!(split(&pieces), whole);
    }

    #[test]
    fn the_first_clause_comes_early_and_the_rest_whole() {
        assert_eq!(
            split(&[
                "I have three times on Tuesday, one at nine, one at ten, and one at two. Which?"
            ]),
            [
                "I have three times on Tuesday,",
                "one at nine, one at ten, and one at two.",
                "Which?"
            ]
        );
    }

    #[test]
    fn endless_text_is_cut_at_a_space() {
        let clauses = split(&[&"word ".repeat(200)]);
        assert!(
            clauses
                .iter()
                .all(|c| c.len() <= MAX_CLAUSE && !c.is_empty())
        );
        assert_eq!(clauses.join(" "), "word ".repeat(200).trim());
    }

    #[test]
    fn a_word_without_end_after_a_space_is_cut_too() {
        let long = "x".repeat(MAX_CLAUSE * 2);
        let clauses = split(&[&format!("Look at {long}")]);
        assert_eq!(clauses.concat(), format!("Look at{long}"));
        assert!(clauses.iter().all(|c| c.len() <= MAX_CLAUSE));
    }

    proptest! {
        /// Whatever a model writes, the splitter comes to an end and loses no letter.
        #[test]
        fn no_letter_is_lost(pieces in vec("[a-z .,!?\\\\\n\u{2014}]{0,300}|[a-z]{200,300}", 0..8)) {
            let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            prop_assert_eq!(letters(&split(&pieces).concat()), letters(&pieces.concat()));
        }
    }
}
