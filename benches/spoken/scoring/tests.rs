//! Scoring is arithmetic that a wrong figure would hide behind.

#[path = "../scoring.rs"]
mod scoring;

use scoring::{WordErrors, owners, words};

fn errors(reference: &str, heard: &str) -> (usize, usize, usize, usize) {
    let found = WordErrors::between(&words(reference), &words(heard));
    (found.substituted, found.left_out, found.put_in, found.words)
}

#[test]
fn spellings_of_the_same_words_are_no_errors() {
    assert_eq!(errors("Press 7, OK?", "press seven okay"), (0, 0, 0, 3));
    assert_eq!(
        errors("I'm Mr. Re-enter", "im mister re enter"),
        (0, 0, 0, 4)
    );
    assert_eq!(
        words("1420 on 911 in 21").join(" "),
        "one thousand four hundred twenty on nine hundred eleven in twenty one"
    );
}

#[test]
fn each_kind_of_error_is_counted() {
    assert_eq!(errors("ten of clubs", "ten of clubs"), (0, 0, 0, 3));
    assert_eq!(errors("ten of clubs", "tens of clubs"), (1, 0, 0, 3));
    assert_eq!(errors("ten of clubs", "ten clubs"), (0, 1, 0, 3));
    assert_eq!(errors("ten of clubs", "the ten of clubs"), (0, 0, 1, 3));
    assert_eq!(errors("ten of clubs", ""), (0, 3, 0, 3));
    assert_eq!(errors("", "hello there"), (0, 0, 2, 0));
    assert_eq!(errors("a b c d e", "x b d e f"), (1, 1, 1, 5));
}

#[test]
fn the_rate_is_errors_over_reference_words() {
    let mut all = WordErrors::between(&words("one two three four"), &words("one two three"));
    all += WordErrors::between(&words("five"), &words("five"));
    assert!((all.percent() - 20.0).abs() < 1e-9, "{all:?}");
}

#[test]
fn a_turn_belongs_to_the_utterance_it_shares_most_with() {
    let utterances = [100..200, 300..400];
    let turns = [110..150, 160..190, 190..390, 210..290, 200..300];
    assert_eq!(
        owners(&turns, &utterances),
        [Some(0), Some(0), Some(1), None, None]
    );
}
