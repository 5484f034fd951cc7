//! The caller's name, said or spelled.

use super::words::Words;

/// The name in what was said. `asked`: a name was asked for, so that a bare one counts.
pub(super) fn find_name(words: &Words, asked: bool) -> Option<String> {
    let words = &without_spelling(words);
    let cased = words
        .raw
        .iter()
        .skip(1)
        .any(|w| w.starts_with(char::is_uppercase) && w != "I" && !w.starts_with("I'"));
    let led = LEADS
        .iter()
        .chain(if asked { ASKED_LEADS } else { &[] })
        .find_map(|lead| {
            let start = words.find(lead)? + lead.split(' ').count();
            let sure = lead.contains("name") || lead.starts_with("call me");
            let name = name_from(words, start, cased && !sure)?;
            let weak = !cased && matches!(*lead, "this is" | "i'm" | "i am" | "im");
            (!weak || stands_alone(words, start, &name)).then_some(name)
        });
    if led.is_some() || !asked {
        return led;
    }
    let words = &without_remarks(words);
    let start = words
        .low
        .iter()
        .take_while(|w| FILLERS.contains(&w.as_str()))
        .count();
    bare(words, start).or_else(|| (!words.asks).then(|| at_the_end(words)).flatten())
}

/// A name that is the whole of the answer, not the start of a sentence.
fn bare(words: &Words, start: usize) -> Option<String> {
    let meant = words.low[start..]
        .iter()
        .rposition(|w| !FILLERS.contains(&w.as_str()))?
        + 1;
    let name = name_from(words, start, false)?;
    let said = name.split(' ').count();
    let begun_twice = words.low.get(start) == words.low.get(start + 1);
    (said == meant || (begun_twice && said + 1 == meant)).then_some(name)
}

/// "You can put it down for my mom Ruth Abrams": the capitals that end a sentence, which a
/// recognizer writes for names.
fn at_the_end(words: &Words) -> Option<String> {
    let end = words
        .low
        .iter()
        .rposition(|w| !FILLERS.contains(&w.as_str()))?
        + 1;
    let is_name =
        |i: &usize| words.raw[*i].starts_with(char::is_uppercase) && is_name_like(&words.low[*i]);
    let count = (1..end).rev().take_while(is_name).take(3).count();
    (count > 0).then(|| join(words, end - count, count))
}

/// Leaves out how a name is spelled: "Clarke with an e", "Jessica with two s's, Jessica Tran", and
/// a surname that is said before the whole name.
fn without_remarks(words: &Words) -> Words {
    let mut plain = words.clone();
    let counts = ["a", "an", "one", "two", "double", "no"];
    if let Some(at) = words.find("with *").filter(|at| *at > 0)
        && words
            .low
            .get(at + 1)
            .is_some_and(|w| counts.contains(&w.as_str()))
        && words
            .low
            .get(at + 2)
            .is_some_and(|w| w.trim_end_matches("'s").len() <= 2)
    {
        plain.low.drain(at..at + 3);
        plain.raw.drain(at..at + 3);
    }
    let repeated = plain.len() > 2 && plain.low.first() == plain.low.last();
    if repeated {
        plain.low.remove(0);
        plain.raw.remove(0);
    }
    plain
}

/// Without capitals, "I'm furious, get me ..." must not pass for a name: a name is two words, or
/// what follows it goes on as after a name.
fn stands_alone(words: &Words, start: usize, name: &str) -> bool {
    let count = name.split(' ').count();
    let describes = |w: &str| {
        ["ous", "ing", "ful", "ible", "able", "ated"]
            .iter()
            .any(|e| w.ends_with(e))
    };
    if words.low[start..].iter().take(count).any(|w| describes(w)) {
        return false;
    }
    let goes_on = [
        "calling", "here", "speaking", "from", "again", "and", "i", "i'd", "i'm",
    ];
    count > 1
        || words
            .low
            .get(start + 1)
            .is_none_or(|w| goes_on.contains(&w.as_str()))
}

/// Up to three name-like words from `start` on.
fn name_from(words: &Words, start: usize, must_be_capital: bool) -> Option<String> {
    let mut start = start;
    while words
        .low
        .get(start)
        .is_some_and(|w| matches!(w.as_str(), "is" | "uh" | "um" | "mr" | "mrs" | "ms" | "dr"))
    {
        start += 1;
    }
    let rest = words.low.get(start..)?;
    let count = rest
        .iter()
        .zip(&words.raw[start..])
        .take(3)
        .take_while(|(low, raw)| {
            is_name_like(low) && (!must_be_capital || raw.starts_with(char::is_uppercase))
        })
        .count();
    // "Linda, Linda Park": the name was begun twice.
    let begun_twice = count > 1 && rest[0] == rest[1];
    let (start, count) = if begun_twice {
        (start + 1, count - 1)
    } else {
        (start, count)
    };
    (count > 0).then(|| join(words, start, count))
}

fn join(words: &Words, start: usize, count: usize) -> String {
    let named: Vec<String> = words.raw[start..start + count]
        .iter()
        .map(|w| capital(w))
        .collect();
    named.join(" ")
}

/// Three or more single letters in a row become the word they spell, "d as in david" included. A
/// word before them that begins alike is what they spell: "Smyth, S M I T H" is "Smith".
fn without_spelling(words: &Words) -> Words {
    let mut plain = Words {
        asks: words.asks,
        ..Words::default()
    };
    let mut i = 0;
    while i < words.len() {
        let (letters, taken) = letter_run(&words.low[i..]);
        if letters.chars().count() < 3 {
            plain.low.push(words.low[i].clone());
            plain.raw.push(words.raw[i].clone());
            i += 1;
            continue;
        }
        let alike = |w: &String| w.chars().next() == letters.chars().next();
        let before = plain.len().checked_sub(2).and_then(|at| plain.low.get(at));
        let told = plain
            .low
            .last()
            .is_some_and(|w| SPELLS.contains(&w.as_str()));
        if told && before.is_some_and(alike) {
            plain.low.pop();
            plain.raw.pop();
        }
        let repeats = plain.low.last().is_some_and(alike);
        if repeats && plain.low.last().is_some_and(|w| is_name_like(w)) {
            plain.low.pop();
            plain.raw.pop();
        }
        plain.raw.push(capital(&letters));
        plain.low.push(letters);
        i += taken;
    }
    plain
}

fn letter_run(words: &[String]) -> (String, usize) {
    let mut letters = String::new();
    let mut i = 0;
    while let Some(word) = words.get(i)
        && word.chars().count() == 1
        && word.chars().all(char::is_alphabetic)
    {
        letters.push_str(word);
        let as_in = words.get(i + 1).is_some_and(|w| w == "as")
            && words.get(i + 2).is_some_and(|w| w == "in");
        i += if as_in { 4 } else { 1 };
    }
    (letters, i)
}

fn is_name_like(word: &str) -> bool {
    let letters = word.chars().all(|c| c.is_alphabetic() || c == '\'');
    letters
        && word.chars().count() > 1
        && !NOT_NAMES.contains(&word)
        && !FILLERS.contains(&word)
        && super::dates::weekday(word).is_none()
        && !word.ends_with("'s")
        && !word.ends_with("'ll")
        && !word.ends_with("'d")
        && !word.ends_with("'re")
}

/// Capital first, the rest as written unless it is all capitals.
fn capital(word: &str) -> String {
    let shouted = word.chars().count() > 1 && word.chars().all(|c| !c.is_lowercase());
    let word = if shouted {
        word.to_lowercase()
    } else {
        word.to_owned()
    };
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

const LEADS: [&str; 13] = [
    "my names",
    "my name is",
    "my name's",
    "the name is",
    "the name's",
    "name is",
    "under the name",
    "my name",
    "call me",
    "this is",
    "i'm",
    "i am",
    "im",
];
/// Only when a name was asked for.
const ASKED_LEADS: &[&str] = &[
    "for my mom",
    "for my dad",
    "for my wife",
    "for my husband",
    "for my son",
    "for my daughter",
    "put it under",
    "that'd be",
    "that would be",
    "it'd be",
    "it would be",
    "it's for",
    "that's for",
    "it's",
    "its",
    "it is",
    "that's",
    "that is",
    "under",
    "for",
];
/// Between a word and its letters.
const SPELLS: [&str; 6] = ["spelled", "spelt", "that's", "it's", "thats", "is"];
const FILLERS: [&str; 22] = [
    "yes", "yeah", "sure", "ok", "okay", "uh", "um", "well", "so", "please", "thanks", "thank",
    "you", "hi", "hello", "oh", "that'd", "would", "be", "that", "of", "course",
];
const NOT_NAMES: &[&str] = &[
    "gonna",
    "gotta",
    "off",
    "down",
    "up",
    "over",
    "spelled",
    "spelt",
    "hello",
    "january",
    "february",
    "march",
    "july",
    "september",
    "october",
    "november",
    "december",
    "a",
    "about",
    "actually",
    "after",
    "again",
    "afternoon",
    "ahead",
    "all",
    "already",
    "also",
    "an",
    "and",
    "another",
    "any",
    "anything",
    "appointment",
    "are",
    "around",
    "asking",
    "at",
    "available",
    "back",
    "bad",
    "because",
    "book",
    "booked",
    "booking",
    "bring",
    "busy",
    "but",
    "by",
    "call",
    "called",
    "calling",
    "can",
    "can't",
    "cancel",
    "change",
    "checkup",
    "cleaning",
    "coming",
    "confirm",
    "could",
    "day",
    "didn't",
    "do",
    "does",
    "doing",
    "don't",
    "driving",
    "early",
    "emergency",
    "evening",
    "fine",
    "first",
    "for",
    "free",
    "from",
    "get",
    "getting",
    "give",
    "glad",
    "go",
    "going",
    "good",
    "great",
    "had",
    "happy",
    "has",
    "have",
    "having",
    "here",
    "home",
    "how",
    "hoping",
    "hurting",
    "i",
    "i'd",
    "i'll",
    "i'm",
    "if",
    "in",
    "interested",
    "is",
    "it",
    "just",
    "late",
    "later",
    "like",
    "looking",
    "make",
    "maybe",
    "me",
    "message",
    "morning",
    "move",
    "my",
    "name",
    "need",
    "needing",
    "new",
    "next",
    "no",
    "not",
    "now",
    "on",
    "one",
    "or",
    "out",
    "pain",
    "patient",
    "phone",
    "question",
    "really",
    "running",
    "schedule",
    "she",
    "he",
    "sick",
    "sorry",
    "still",
    "supposed",
    "sure",
    "the",
    "there",
    "thinking",
    "this",
    "time",
    "to",
    "today",
    "tomorrow",
    "trying",
    "unable",
    "want",
    "wanting",
    "was",
    "we",
    "what",
    "when",
    "where",
    "why",
    "will",
    "with",
    "wondering",
    "working",
    "worried",
    "wrong",
    "your",
    "nothing",
    "none",
    "never",
    "right",
    "correct",
    "looks",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str, asked: bool) -> Option<String> {
        find_name(&Words::of(text), asked)
    }

    #[rstest::rstest]
    #[case("My name is John Smith", "John Smith")]
    #[case("Hi, this is Maria Garcia and I need a cleaning", "Maria Garcia")]
    #[case("my name's anna", "Anna")]
    #[case("I'm Peter Jones, I'd like a checkup", "Peter Jones")]
    #[case("my name is McDonald", "McDonald")]
    fn said_unasked(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(name(text, false).as_deref(), Some(expected), "{text}");
    }

    #[rstest::rstest]
    #[case("John Smith", "John Smith")]
    #[case("it's john smith please", "John Smith")]
    #[case("Sure, it's Priya.", "Priya")]
    #[case("uh yeah maria garcia lopez", "Maria Garcia Lopez")]
    #[case("J O H N", "John")]
    #[case("Smith, S M Y T H", "Smyth")]
    #[case("John Smith, S-M-Y-T-H", "John Smyth")]
    #[case("D as in David A N", "Dan")]
    #[case("for Mary Brown", "Mary Brown")]
    #[case("O'Neill", "O'Neill")]
    #[case("my name is John, J O H N, Smith, S M I T H", "John Smith")]
    #[case("Yes. It's Linda. Linda Park.", "Linda Park")]
    #[case("Linda, Linda Park", "Linda Park")]
    fn said_when_asked(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(name(text, true).as_deref(), Some(expected), "{text}");
    }

    #[test]
    fn what_is_no_name() {
        for text in [
            "I'm calling about my appointment",
            "this is about a bill",
            "I'm looking for a dentist",
            "I'm in pain",
        ] {
            assert_eq!(name(text, false), None, "{text}");
        }
        for text in [
            "what do you need that for",
            "tuesday",
            "no",
            "yes please",
            "how much is a cleaning",
            "",
        ] {
            assert_eq!(name(text, true), None, "{text}");
        }
    }
}
