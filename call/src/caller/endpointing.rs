//! How long a silence must last before it ends the caller's turn.
//!
//! Three voices decide together: the sound of the turn (a semantic model), the shape of its
//! words, and what we have just asked for. None of them decides alone: sound calls cut-off turns
//! complete in two of five cases, words do not hear intonation, and silence alone is either slow
//! or rude. The longest delay bounds them all.

use std::time::Duration;

use tenant_config::voice::TurnSettings;

use crate::conversation::Expecting;

/// What is known of a turn when the silence is judged.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The turn-end model's probability, once it has answered.
    pub judged: Option<f32>,
    /// The transcript so far, once there is one.
    pub text: Option<&'a str>,
    pub expecting: Expecting,
}

/// The silence, counted from the caller's last sound, after which the turn is over.
pub fn delay(settings: &TurnSettings, evidence: Evidence<'_>) -> Duration {
    let (min, max) = (
        settings.min_delay,
        settings.max_delay.max(settings.min_delay),
    );
    let between = |share: f32| min + max.saturating_sub(min).mul_f32(share.clamp(0.0, 1.0));
    let Some(text) = evidence.text else {
        // Nothing is known of the words: a turn is not ended before they are.
        return max;
    };
    if awaits_more(text, evidence.expecting) {
        return max;
    }
    match evidence.expecting {
        Expecting::YesNo if is_short_answer(text) => return min,
        Expecting::Dictation => return between(0.6).max(between(doubt(evidence.judged))),
        Expecting::Anything
        | Expecting::YesNo
        | Expecting::Name
        | Expecting::DateTime
        | Expecting::Digits => {}
    }
    between(doubt(evidence.judged))
}

/// 0.0 when the turn sounds complete, up to 1.0 when it sounds cut off.
fn doubt(judged: Option<f32>) -> f32 {
    match judged {
        None => 0.35,
        Some(p) if p >= 0.5 => 0.0,
        // A complete turn is judged below one half in one of twenty cases, so even a clear "no"
        // costs the caller less than the longest delay.
        Some(p) => (0.5 - p).mul_add(1.2, 0.2).min(0.8),
    }
}

/// Whether the words themselves announce that more is coming.
fn awaits_more(text: &str, expecting: Expecting) -> bool {
    let trimmed = text.trim_end();
    if trimmed.ends_with(',') || trimmed.ends_with("...") || trimmed.ends_with('-') {
        return true;
    }
    let lowered = trimmed.trim_end_matches(['.', '!', '?']).to_lowercase();
    let last = lowered.rsplit(' ').next().unwrap_or_default();
    if !trimmed.ends_with('?') && OPEN_ENDS.contains(&last) {
        return true;
    }
    if OPEN_PHRASES.iter().any(|phrase| lowered.ends_with(phrase)) {
        return true;
    }
    expecting == Expecting::Digits && (1..10).contains(&digit_count(&lowered))
}

fn is_short_answer(text: &str) -> bool {
    text.split_whitespace().count() <= 3
}

/// Digits, written or spoken.
fn digit_count(lowered: &str) -> usize {
    let written = lowered.chars().filter(char::is_ascii_digit).count();
    let spoken = lowered
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| SPOKEN_DIGITS.contains(word))
        .count();
    written + spoken
}

/// Words that nobody ends a sentence with.
const OPEN_ENDS: &[&str] = &[
    "and", "but", "or", "so", "because", "the", "a", "an", "to", "for", "with", "at", "on", "my",
    "is", "um", "uh", "of", "from", "i'd", "i'm", "and,", "like", "about", "if", "then",
];
const OPEN_PHRASES: &[&str] = &[
    "my name is",
    "i would like",
    "i want to",
    "can you",
    "could you",
    "i need to",
    "let me see",
];
const SPOKEN_DIGITS: &[&str] = &[
    "zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "double",
];

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn wait(judged: Option<f32>, text: Option<&str>, expecting: Expecting) -> u128 {
        delay(
            &TurnSettings::default(),
            Evidence {
                judged,
                text,
                expecting,
            },
        )
        .as_millis()
    }

    #[rstest]
    #[case::complete(
        Some(0.9),
        "I'd like to book a cleaning.",
        Expecting::Anything,
        350,
        350
    )]
    #[case::cut_off_in_sound(
        Some(0.05),
        "I'd like to book a cleaning",
        Expecting::Anything,
        900,
        1500
    )]
    #[case::cut_off_in_words(
        Some(0.9),
        "I'd like to book a cleaning and",
        Expecting::Anything,
        1600,
        1600
    )]
    #[case::not_judged_yet(None, "What are your hours?", Expecting::Anything, 500, 900)]
    #[case::yes(Some(0.2), "Yes.", Expecting::YesNo, 350, 350)]
    #[case::half_a_number(Some(0.9), "Five five five", Expecting::Digits, 1600, 1600)]
    #[case::whole_number(Some(0.9), "555 123 4567", Expecting::Digits, 350, 350)]
    #[case::dictation(
        Some(0.9),
        "Please tell him I called.",
        Expecting::Dictation,
        1000,
        1200
    )]
    fn silence_needed(
        #[case] judged: Option<f32>,
        #[case] text: &str,
        #[case] expecting: Expecting,
        #[case] at_least: u128,
        #[case] at_most: u128,
    ) {
        let waited = wait(judged, Some(text), expecting);
        assert!((at_least..=at_most).contains(&waited), "{waited} ms");
    }

    #[test]
    fn no_turn_ends_early_before_its_words_are_known() {
        assert_eq!(wait(Some(1.0), None, Expecting::Anything), 1600);
    }
}
