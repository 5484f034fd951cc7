//! How names are said: words that a voice would get wrong, and what it is given in their place.
//!
//! What is written stays as it is. [`Pronouncer::respell`] makes the text for the voice beside it, and a
//! [`Respelling`] leads from a place in the one to its place in the other.

use std::{cmp::Reverse, ops::Range};

use regex_syntax::is_word_character;
use serde::{Deserialize, Serialize};

/// A word, and how it is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pronunciation {
    /// As it is written, in any case: a word or several.
    pub word: String,
    /// What a voice is given in its place.
    pub say: String,
}

impl Pronunciation {
    /// The word as it is compared: two entries of the same are one too many.
    pub fn folded(&self) -> String {
        let words: Vec<&str> = self.word.split_whitespace().collect();
        words.join(" ").chars().flat_map(fold).collect()
    }
}

/// Finds the words of a tenant's list in what an agent says.
#[derive(Debug, Clone, Default)]
pub struct Pronouncer {
    /// The longest word first, so that a name goes before its parts.
    entries: Vec<Pronunciation>,
}

impl Pronouncer {
    pub fn new(entries: &[Pronunciation]) -> Self {
        let mut entries = entries.to_vec();
        entries.sort_by_key(|entry| Reverse(entry.word.chars().count()));
        Self { entries }
    }

    /// A text as a voice is given it. Whole words are replaced, whatever their case and the spaces
    /// between them; what was put in is not looked at again.
    pub fn respell(&self, text: &str) -> (String, Respelling) {
        let mut spoken = String::with_capacity(text.len());
        let mut respelling = Respelling::default();
        let (mut copied, mut at, mut within_word) = (0, 0, false);
        while let Some(c) = text[at..].chars().next() {
            let found = if within_word {
                None
            } else {
                self.word_at(&text[at..])
            };
            let Some((entry, length)) = found else {
                at += c.len_utf8();
                within_word = is_word_character(c);
                continue;
            };
            spoken.push_str(&text[copied..at]);
            spoken.push_str(&entry.say);
            respelling.replaced.push(Replaced {
                written: at..at + length,
                spoken: entry.say.len(),
            });
            at += length;
            copied = at;
            within_word = text[..at].ends_with(is_word_character);
        }
        spoken.push_str(&text[copied..]);
        (spoken, respelling)
    }

    /// The entry that a text begins with, and how many bytes of the text it takes.
    fn word_at(&self, text: &str) -> Option<(&Pronunciation, usize)> {
        self.entries
            .iter()
            .find_map(|entry| Some((entry, text.len() - behind(text, &entry.word)?.len())))
    }
}

/// What a voice was given otherwise than it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Respelling {
    /// In the order of the text.
    replaced: Vec<Replaced>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Replaced {
    written: Range<usize>,
    /// Bytes in its place.
    spoken: usize,
}

impl Respelling {
    /// How many bytes the voice has said when the first `written` bytes of the text are said. What
    /// was replaced is said as a whole: each part of it with its end.
    pub fn spoken(&self, written: usize) -> usize {
        let begun = self
            .replaced
            .iter()
            .take_while(|part| part.written.start < written);
        begun.fold(written, |spoken, part| {
            spoken + part.spoken - (part.written.end.min(written) - part.written.start)
        })
    }
}

/// What follows a word that a text begins with, if nothing of the word goes on there.
fn behind<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let mut parts = word.split_whitespace();
    let mut rest = without(text, parts.next()?)?;
    for part in parts {
        let next = rest.trim_start();
        if next.len() == rest.len() {
            return None;
        }
        rest = without(next, part)?;
    }
    (!rest.starts_with(is_word_character)).then_some(rest)
}

fn without<'a>(text: &'a str, part: &str) -> Option<&'a str> {
    let mut chars = text.chars();
    let is_there = part
        .chars()
        .all(|wanted| chars.next().is_some_and(|c| fold(c).eq(fold(wanted))));
    is_there.then_some(chars.as_str())
}

/// A letter in any case; an apostrophe in either form.
fn fold(c: char) -> impl Iterator<Item = char> {
    let c = if c == '\u{2019}' { '\'' } else { c };
    c.to_lowercase()
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn entries(list: &[(&str, &str)]) -> Vec<Pronunciation> {
        list.iter()
            .map(|(word, say)| Pronunciation {
                word: (*word).to_owned(),
                say: (*say).to_owned(),
            })
            .collect()
    }

    fn spoken(list: &[(&str, &str)], text: &str) -> String {
        Pronouncer::new(&entries(list)).respell(text).0
    }

    #[test]
    fn whole_words_are_said_otherwise_in_any_case() {
        let list = [("Nguyen", "win"), ("SQL", "sequel"), ("Zoë", "Zoey")];
        for (text, said) in [
            ("Dr. NGUYEN, please.", "Dr. win, please."),
            ("nguyen's office", "win's office"),
            ("(Nguyen)-Nguyen", "(win)-win"),
            ("MySQL and SQLite", "MySQL and SQLite"),
            ("SQL_1 and SQL", "SQL_1 and sequel"),
            ("ZOË is here", "Zoey is here"),
            (
                "Nguyene\u{301} Nguyen\u{301}",
                "Nguyene\u{301} Nguyen\u{301}",
            ),
            ("", ""),
        ] {
            assert_eq!(spoken(&list, text), said);
        }
    }

    #[test]
    fn the_longest_goes_first_and_phrases_bear_any_space() {
        let list = [
            ("St", "saint"),
            ("St Ives", "saint eyevz"),
            ("O'Brien", "oh bryan"),
            ("C++", "see plus plus"),
        ];
        for (text, said) in [
            (
                "In st\n ives, at St Luke's.",
                "In saint eyevz, at saint Luke's.",
            ),
            ("O\u{2019}Brien likes C++!", "oh bryan likes see plus plus!"),
            ("St Ivesy", "saint Ivesy"),
            ("AC++ C++11", "AC++ C++11"),
        ] {
            assert_eq!(spoken(&list, text), said);
        }
        assert_eq!(spoken(&[("a", "b"), ("b", "a")], "a b"), "b a");
    }

    #[test]
    fn a_place_in_what_is_written_has_its_place_in_what_is_said() {
        let list = entries(&[("Ng", "ingg ingg"), ("Dr Who", "hoo")]);
        let text = "Ask Ng or Dr Who now.";
        let (said, respelling) = Pronouncer::new(&list).respell(text);
        assert_eq!(said, "Ask ingg ingg or hoo now.");
        let upto = |word: &str| {
            let written = text.find(word).unwrap() + word.len();
            &said[..respelling.spoken(written)]
        };
        for (word, said) in [
            ("Ask", "Ask"),
            ("Ng", "Ask ingg ingg"),
            ("or", "Ask ingg ingg or"),
            ("Dr", "Ask ingg ingg or hoo"),
            ("Who", "Ask ingg ingg or hoo"),
            ("now.", "Ask ingg ingg or hoo now."),
        ] {
            assert_eq!(upto(word), said);
        }
    }

    #[test]
    fn the_same_word_written_otherwise_is_the_same() {
        let [a, b, c] = [" ST  Ives", "st ives", "St\u{2019}Ives"]
            .map(|word| entries(&[(word, "x")])[0].folded());
        assert_eq!(a, b);
        assert_ne!(a, c);
    }

    fn any_entries() -> impl Strategy<Value = Vec<Pronunciation>> {
        let entry = ("[a-dA-D ß'é]{1,4}|\\PC{1,6}", "\\PC{0,12}");
        vec(
            entry.prop_map(|(word, say)| Pronunciation { word, say }),
            0..8,
        )
    }

    proptest! {
        #[test]
        fn a_text_without_any_of_the_words_is_unchanged(
            list in any_entries(), text in "[a-dA-D ß'é,]{0,60}|\\PC{0,60}",
        ) {
            let whole = Pronunciation { word: text.clone(), say: String::new() }.folded();
            let absent: Vec<Pronunciation> =
                list.into_iter().filter(|entry| !whole.contains(&entry.folded())).collect();
            let (said, respelling) = Pronouncer::new(&absent).respell(&text);
            prop_assert_eq!(&said, &text);
            prop_assert_eq!(respelling, Respelling::default());
        }

        #[test]
        fn places_follow_one_another_from_beginning_to_end(
            list in any_entries(), text in "[a-dA-D ß'é,]{0,60}",
        ) {
            let (said, respelling) = Pronouncer::new(&list).respell(&text);
            let places: Vec<usize> = (0..=text.len()).map(|at| respelling.spoken(at)).collect();
            prop_assert_eq!(places[0], 0);
            prop_assert_eq!(places[text.len()], said.len());
            prop_assert!(places.is_sorted(), "{places:?}");
        }
    }
}
