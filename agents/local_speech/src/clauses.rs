//! A text cut into clauses: the unit that is synthesised, streamed, cached and cancelled.
//!
//! Neither voice streams inside a clause, so the first clause's length is the caller's wait;
//! clauses that are too short sound chopped. A clause keeps its punctuation, which carries the
//! melody and the length of the pause that follows.

/// Cuts at sentence ends, semicolons, colons and dashes, and at commas when enough is said on
/// both sides. No clause is longer than a voice can take.
pub(crate) fn clauses(text: &str) -> Vec<String> {
    let mut clauses = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = next_end(rest);
        let (clause, tail) = rest.split_at(end);
        // A clause without a letter or digit is not spoken.
        if clause.contains(char::is_alphanumeric) {
            clauses.push(clause.trim().to_owned());
        }
        rest = tail.trim_start();
    }
    clauses
}

/// Where the first clause of `text` ends, in bytes; at least one character in.
fn next_end(text: &str) -> usize {
    let mut last_space = None;
    for (count, (at, c)) in text.char_indices().enumerate() {
        let after = at + c.len_utf8();
        let rest = &text[after..];
        let breaks = rest.starts_with(char::is_whitespace);
        let ends = match c {
            '.' | '!' | '?' | ';' | ':' => breaks,
            '\u{2014}' | '\u{2013}' => true,
            ',' => {
                breaks && count + 1 >= BEFORE_COMMA && rest.trim().chars().count() >= AFTER_COMMA
            }
            _ => false,
        };
        if ends {
            return after;
        }
        if count >= LONGEST {
            return last_space.unwrap_or(after);
        }
        if c.is_whitespace() {
            last_space = Some(after);
        }
    }
    text.len()
}

/// Characters a clause needs before a comma ends it, and that must follow the comma.
const BEFORE_COMMA: usize = 18;
const AFTER_COMMA: usize = 14;
/// Characters; about 15 s of speech and well inside Kokoro's 510 phonemes.
const LONGEST: usize = 220;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_and_long_commas_end_a_clause() {
        assert_eq!(
            clauses(
                "Thank you for calling Bright Dental. I can help you with that, of course, and it takes a minute."
            ),
            [
                "Thank you for calling Bright Dental.",
                "I can help you with that,",
                "of course, and it takes a minute."
            ]
        );
        assert_eq!(clauses("Sure, one moment."), ["Sure, one moment."]);
        assert_eq!(clauses(" Hello! "), ["Hello!"]);
    }

    #[test]
    fn nothing_to_say_is_no_clause() {
        for text in ["", "  ", "...", "— !"] {
            assert!(clauses(text).is_empty(), "{text:?}");
        }
    }

    #[test]
    fn a_clause_never_outgrows_the_voice() {
        let long = "word ".repeat(200);
        assert!(
            clauses(&long)
                .iter()
                .all(|clause| clause.chars().count() <= LONGEST + 1)
        );
        assert!(
            clauses(&"x".repeat(1000))
                .iter()
                .all(|c| c.chars().count() <= LONGEST + 1)
        );
    }

    proptest::proptest! {
        #[test]
        fn every_letter_is_said_once_and_in_order(text in "[a-z ,.?!;:—é]{0,600}") {
            let letters = |s: &str| s.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
            assert_eq!(letters(&clauses(&text).concat()), letters(&text));
        }
    }
}
