//! Text as it is written, turned into text as it is said, before a voice sees it.
//!
//! Prices, times, dates, phone numbers, addresses and signs become words, so that every voice
//! says them alike and the way a receptionist would: a phone number digit by digit in groups, a
//! year in two halves. US English. Knows nothing of phonemes.

mod calendar;
mod contact;
mod money;
mod names;
mod numbers;

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Writes `text` out as words. What no rule knows is left as it is.
pub(crate) fn spoken(text: &str) -> String {
    let mut said = text.replace(['\u{2018}', '\u{2019}'], "'");
    for rule in RULES.iter() {
        said = rule.apply(&said);
    }
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A pattern and what is said in its place. A rule answers `None` where it does not apply after
/// all; the text then stays.
struct Rule {
    pattern: Regex,
    say: fn(&Captures<'_>) -> Option<String>,
}

impl Rule {
    /// `pattern` is one of this module's literals.
    fn new(pattern: &str, say: fn(&Captures<'_>) -> Option<String>) -> Self {
        let pattern = Regex::new(pattern).expect("the patterns are literals covered by tests");
        Self { pattern, say }
    }

    fn apply(&self, text: &str) -> String {
        let replaced = self.pattern.replace_all(text, |found: &Captures<'_>| {
            (self.say)(found).unwrap_or_else(|| found[0].to_owned())
        });
        replaced.into_owned()
    }
}

/// In order: what is longest and most particular comes first, bare numbers and signs last.
static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let mut rules = contact::rules();
    rules.extend(calendar::rules());
    rules.extend(names::rules());
    rules.extend(money::rules());
    rules.extend(numbers::rules());
    rules
});

/// A named group's text, when it took part in the match.
fn group<'t>(found: &'t Captures<'_>, name: &str) -> Option<&'t str> {
    found.name(name).map(|part| part.as_str())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(
        "A cleaning costs $120.",
        "A cleaning costs one hundred twenty dollars."
    )]
    #[case(
        "That is $1,250.50 in total",
        "That is one thousand two hundred fifty dollars and fifty cents in total"
    )]
    #[case("$1 or $0.99", "one dollar or ninety-nine cents")]
    #[case("from $80-$120", "from eighty dollars to one hundred twenty dollars")]
    #[case("at 2:30 PM.", "at two thirty P M.")]
    #[case("at 2:30 p.m. tomorrow", "at two thirty P M tomorrow")]
    #[case("from 9am to 5:05pm", "from nine A M to five oh five P M")]
    #[case("We open at 9:00.", "We open at nine o'clock.")]
    #[case("at 14:30", "at fourteen thirty")]
    #[case("open 9 AM–5 PM", "open nine A M to five P M")]
    #[case("on Tuesday, Nov 24", "on Tuesday, November twenty-fourth")]
    #[case("on November 3rd, 2026", "on November third, twenty twenty-six")]
    #[case("on 2026-11-24", "on November twenty-fourth, twenty twenty-six")]
    #[case("on 11/24/2026", "on November twenty-fourth, twenty twenty-six")]
    #[case("in 2005", "in two thousand five")]
    #[case(
        "Call +1 (555) 010-0199.",
        "Call five five five, zero one zero, zero one nine nine."
    )]
    #[case(
        "Call 555-010-0199 now",
        "Call five five five, zero one zero, zero one nine nine now"
    )]
    #[case(
        "dial +15550100199",
        "dial five five five, zero one zero, zero one nine nine"
    )]
    #[case("the 2nd and 21st", "the second and twenty-first")]
    #[case("Dr. Smith on Main St.", "Doctor Smith on Main Street.")]
    #[case("12 Oak Ave., Springfield", "twelve Oak Avenue, Springfield")]
    #[case("at St. Mary's on Lake Dr.", "at Saint Mary's on Lake Drive.")]
    #[case("Smith & Sons", "Smith and Sons")]
    #[case("a 15% discount", "a fifteen percent discount")]
    #[case(
        "Mail info@bright-dental.com.",
        "Mail info at bright dash dental dot com."
    )]
    #[case("we are open 24/7", "we are open twenty-four seven")]
    #[case("ZIP 90210", "ZIP nine zero two one zero")]
    #[case(
        "1,500 patients, 3.5 stars",
        "one thousand five hundred patients, three point five stars"
    )]
    #[case("It’s 45 min.", "It's forty-five minutes.")]
    #[case("Press 1 or #", "Press one or pound")]
    #[case("", "")]
    #[case("How can I help you today?", "How can I help you today?")]
    fn text_is_said_as_a_receptionist_says_it(#[case] written: &str, #[case] said: &str) {
        assert_eq!(spoken(written), said);
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_said(text in "\\PC{0,80}") {
            spoken(&text);
        }

        #[test]
        fn no_digit_is_left_for_the_voice(number in "[0-9$%:/.,+ -]{1,24}") {
            let said = spoken(&number);
            assert!(!said.contains(|c: char| c.is_ascii_digit()), "{number:?} -> {said:?}");
        }
    }
}
