//! Words that an agent says otherwise than they are written, as they are sent and shown.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use tenant_config::pronunciation::Pronunciation;
use utoipa::ToSchema;

use crate::api::check::Faults;

/// A word, and how it is said.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PronunciationInput {
    /// As it is written, in any case: a word or several, of 1 to 60 characters together.
    #[schema(example = "Nguyen")]
    pub word: String,
    /// What the voice is given in its place, 1 to 120 characters.
    #[schema(example = "win")]
    pub say: String,
}

impl From<&Pronunciation> for PronunciationInput {
    fn from(entry: &Pronunciation) -> Self {
        Self {
            word: entry.word.clone(),
            say: entry.say.clone(),
        }
    }
}

/// The entries, checked.
pub(super) fn read(faults: &mut Faults, sent: &[PronunciationInput]) -> Vec<Pronunciation> {
    if sent.len() > MOST {
        let detail = format!("This has at most {MOST} entries.");
        faults.add("/pronunciations", "too_long", detail);
        return Vec::new();
    }
    let mut known = HashMap::new();
    let mut entries = Vec::with_capacity(sent.len());
    for (n, entry) in sent.iter().enumerate() {
        let pointer = format!("/pronunciations/{n}/word");
        let entry = Pronunciation {
            word: line(faults, &pointer, &entry.word, 60),
            say: line(faults, &format!("/pronunciations/{n}/say"), &entry.say, 120),
        };
        if let Some(first) = known.insert(entry.folded(), n) {
            let detail = format!(
                "{:?} is at /pronunciations/{first} already. Keep one of them.",
                entry.word
            );
            faults.add(&pointer, "duplicate", detail);
        }
        entries.push(entry);
    }
    entries
}

fn line(faults: &mut Faults, pointer: &str, text: &str, longest: usize) -> String {
    let text = faults.text(pointer, text, longest);
    if text.contains(char::is_control) {
        let detail = "This must have no control characters, such as tabs and line breaks.";
        faults.add(pointer, "format", detail);
    }
    text
}

const MOST: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sent: &[(&str, &str)]) -> Result<Vec<Pronunciation>, String> {
        let sent: Vec<PronunciationInput> = sent
            .iter()
            .map(|(word, say)| PronunciationInput {
                word: (*word).to_owned(),
                say: (*say).to_owned(),
            })
            .collect();
        let mut faults = Faults::default();
        let entries = read(&mut faults, &sent);
        let told = faults.none().map_err(|problem| format!("{problem:?}"));
        told.map(|()| entries)
    }

    #[test]
    fn an_entry_that_is_not_right_is_named() {
        let (word, say) = ("w".repeat(60), "s".repeat(120));
        let whole = [(" Nguyen ", "win"), (&*word, &*say)];
        let read = check(&whole).unwrap();
        assert_eq!((&*read[0].word, &*read[1].say), ("Nguyen", &*say));
        for (wrong, place) in [
            (("", "x"), "/pronunciations/1/word"),
            (("x", " "), "/pronunciations/1/say"),
            ((&*"w".repeat(61), "x"), "/pronunciations/1/word"),
            (("x", &*"s".repeat(121)), "/pronunciations/1/say"),
            (("x\ty", "x"), "/pronunciations/1/word"),
            (("x", "x\u{7}"), "/pronunciations/1/say"),
            (("NGUYEN", "new yen"), "/pronunciations/0 already"),
        ] {
            let said = check(&[("Nguyen", "win"), wrong]).unwrap_err();
            assert!(said.contains(place), "{said}");
            assert_eq!(said.matches("pointer").count(), 1, "{said}");
        }
    }

    #[test]
    fn there_are_a_hundred_at_most() {
        let words: Vec<String> = (0..101).map(|n| format!("w{n}")).collect();
        let sent: Vec<(&str, &str)> = words.iter().map(|word| (&**word, "x")).collect();
        assert_eq!(check(&sent[..100]).unwrap().len(), 100);
        let said = check(&sent).unwrap_err();
        assert!(said.contains("at most 100 entries"), "{said}");
    }
}
