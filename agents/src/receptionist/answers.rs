//! Yes and no, and which of the offered things.

use super::{numbers::ordinal, words::Words};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    No,
}

/// Whether this is a yes or a no. The last of several counts ("yes, no wait, no"), except in set
/// phrases; hesitation ("maybe", "I don't know") is neither.
pub(super) fn find_answer(words: &Words) -> Option<Answer> {
    if words.any(&UNSURE) {
        return None;
    }
    let last = |phrases: &[&str]| {
        phrases
            .iter()
            .filter_map(|p| Some(words.find(p)? + p.len()))
            .max()
    };
    if words.any(&YES_DESPITE_NO) {
        return Some(Answer::Yes);
    }
    if words.any(&NO_PHRASES) {
        return Some(Answer::No);
    }
    let place = |list: &[&str]| words.low.iter().rposition(|w| list.contains(&w.as_str()));
    match (place(&YES_WORDS), place(&NO_WORDS)) {
        (Some(yes), Some(no)) => {
            // "no, that's fine" and "yes, no problem" are set phrases above; else the last counts.
            Some(if yes > no { Answer::Yes } else { Answer::No })
        }
        (None, Some(_)) => Some(Answer::No),
        (Some(_), None) => Some(Answer::Yes),
        (None, None) => last(&YES_PHRASES).map(|_| Answer::Yes),
    }
}

/// Which of the things on offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// Counted from zero.
    Place(usize),
    Last,
    /// Of two, the one that was not meant.
    Other,
    Neither,
}

/// "the first one", "number two", "the last one", "neither".
pub(super) fn find_choice(words: &Words) -> Option<Choice> {
    if words.any(&[
        "neither",
        "none of those",
        "none of them",
        "none of these",
        "none",
    ]) {
        return Some(Choice::Neither);
    }
    if words.any(&["the other one", "other one"]) {
        return Some(Choice::Other);
    }
    if words.any(&["middle one", "the middle"]) {
        return Some(Choice::Place(1));
    }
    if words.any(&[
        "last one",
        "the last",
        "the latest",
        "latest one",
        "the latter",
        "later one",
    ]) {
        return Some(Choice::Last);
    }
    if words.any(&[
        "earliest",
        "the earlier one",
        "the former",
        "soonest",
        "either",
        "any of those",
    ]) {
        return Some(Choice::Place(0));
    }
    for (number, names) in [
        (0, ["option one", "number one", "option 1", "number 1"]),
        (1, ["option two", "number two", "option 2", "number 2"]),
        (2, ["option three", "number three", "option 3", "number 3"]),
    ] {
        if words.any(&names) {
            return Some(Choice::Place(number));
        }
    }
    if words.any(&["second thought", "first thing", "second time", "first time"]) {
        return None;
    }
    (0..words.len()).find_map(|i| {
        let (n, _) = ordinal(&words.low[i..])?;
        let in_digits = words.low[i].starts_with(|c: char| c.is_ascii_digit());
        (n <= 3 && !in_digits).then(|| Choice::Place(n as usize - 1))
    })
}

const UNSURE: [&str; 7] = [
    "i don't know",
    "not sure",
    "maybe",
    "i'm not certain",
    "let me think",
    "it depends",
    "i guess not sure",
];
const YES_DESPITE_NO: [&str; 9] = [
    "no problem",
    "no worries",
    "why not",
    "no that's right",
    "no that's fine",
    "no that's good",
    "no that's correct",
    "no that's great",
    "no doubt",
];
const NO_PHRASES: [&str; 29] = [
    "too early",
    "too late",
    "too soon",
    "too long",
    "keep it",
    "on second thought",
    "rather not",
    "not really",
    "no thanks",
    "no thank you",
    "not right",
    "that's not",
    "don't",
    "do not",
    "actually no",
    "doesn't work",
    "does not work",
    "won't work",
    "not quite",
    "not that",
    "i'm good",
    "i'm all set",
    "that's all",
    "that's it",
    "nothing else",
    "not at all",
    "not today",
    "can't do",
    "i can't",
];
const NO_WORDS: [&str; 10] = [
    "no",
    "nope",
    "nah",
    "wrong",
    "incorrect",
    "negative",
    "never",
    "nothing",
    "neither",
    "not",
];
const YES_WORDS: [&str; 32] = [
    "lovely",
    "brilliant",
    "excellent",
    "fantastic",
    "awesome",
    "amazing",
    "yea",
    "totally",
    "yes",
    "yeah",
    "yep",
    "yup",
    "yah",
    "ya",
    "sure",
    "ok",
    "okay",
    "correct",
    "perfect",
    "great",
    "absolutely",
    "definitely",
    "exactly",
    "fine",
    "alright",
    "mhm",
    "please",
    "confirm",
    "confirmed",
    "wonderful",
    "right",
    "certainly",
];
const YES_PHRASES: [&str; 21] = [
    "sounds about right",
    "sounds right",
    "cool",
    "that works",
    "works for me",
    "sounds good",
    "sounds great",
    "go ahead",
    "of course",
    "uh huh",
    "mm hmm",
    "you bet",
    "i do",
    "i would",
    "book it",
    "do it",
    "it is",
    "good",
    "that'll work",
    "let's do",
    "i'll take",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(text: &str) -> Option<Answer> {
        find_answer(&Words::of(text))
    }

    #[test]
    fn yes_in_many_words() {
        for text in [
            "Yes.",
            "yep",
            "that works",
            "Sounds good to me",
            "sure, go ahead",
            "uh-huh",
            "no problem",
            "no, that's right",
            "okay please",
            "perfect",
            "Let's do it",
            "why not",
        ] {
            assert_eq!(answer(text), Some(Answer::Yes), "{text}");
        }
    }

    #[test]
    fn no_in_many_words() {
        for text in [
            "No.",
            "nope",
            "not really",
            "no thanks",
            "actually no",
            "that's not right",
            "yes, no wait, no",
            "that doesn't work for me",
            "no thank you, I'm good",
            "please don't",
            "that's all",
        ] {
            assert_eq!(answer(text), Some(Answer::No), "{text}");
        }
    }

    #[test]
    fn neither() {
        for text in [
            "maybe",
            "I'm not sure",
            "Tuesday",
            "what?",
            "",
            "I don't know",
        ] {
            assert_eq!(answer(text), None, "{text}");
        }
    }

    #[test]
    fn choices() {
        let choice = |text: &str| find_choice(&Words::of(text));
        assert_eq!(choice("the first one please"), Some(Choice::Place(0)));
        assert_eq!(choice("the second"), Some(Choice::Place(1)));
        assert_eq!(choice("number three"), Some(Choice::Place(2)));
        assert_eq!(choice("the last one"), Some(Choice::Last));
        assert_eq!(choice("none of those"), Some(Choice::Neither));
        assert_eq!(choice("on the 3rd"), None);
        assert_eq!(choice("tuesday"), None);
    }
}
