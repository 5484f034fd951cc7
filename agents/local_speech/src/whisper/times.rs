//! When each word of an utterance was said, as near as can be told without decoding it again.
//!
//! Whisper has times of its own: those of its tokens lie further off than these, and those that it aligns
//! with its attention cost a seventh more decoding time with every utterance (docs/BENCHMARKS.md, "The
//! times of words").

use agents::asr::Word;

use crate::dsp::MODEL_RATE;

/// The words of `text`, spread over the loud parts of `samples` (16 kHz) by how much there is to say of each;
/// ms from the first sample. None when nothing is loud.
pub(super) fn word_times(text: &str, samples: &[f32]) -> Vec<Word> {
    let loud = loud_windows(samples);
    let words: Vec<&str> = text.split_whitespace().collect();
    let whole: usize = words.iter().map(|word| to_say(word)).sum();
    if loud.is_empty() || whole == 0 {
        return Vec::new();
    }
    let mut said = 0;
    let mut times = Vec::with_capacity(words.len());
    for word in words {
        let first = said * loud.len() / whole;
        said += to_say(word);
        let last = (said * loud.len()).div_ceil(whole) - 1;
        times.push(Word {
            text: word.to_owned(),
            start_ms: loud[first] * WINDOW_MS,
            end_ms: (loud[last] + 1) * WINDOW_MS,
        });
    }
    times
}

/// The numbers of the windows that are at most 30 dB below the loudest.
fn loud_windows(samples: &[f32]) -> Vec<u32> {
    let power = |window: &[f32]| window.iter().map(|s| s * s).sum::<f32>() / window.len() as f32;
    let powers: Vec<f32> = samples.chunks(WINDOW).map(power).collect();
    let loudest = powers.iter().copied().fold(0.0, f32::max);
    (0..)
        .zip(powers)
        .filter(|(_, power)| *power > 0.0 && *power >= loudest / 1000.0)
        .map(|(window, _)| window)
        .collect()
}

/// Letters, and one for the word itself; a digit is a word of four letters ("two", "seven").
fn to_say(word: &str) -> usize {
    let of = |c: char| match c {
        '0'..='9' => 4,
        c if c.is_alphabetic() => 1,
        _ => 0,
    };
    1 + word.chars().map(of).sum::<usize>()
}

const WINDOW_MS: u32 = 20;
const WINDOW: usize = MODEL_RATE as usize / 1000 * WINDOW_MS as usize;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sound(parts: &[(usize, f32)]) -> Vec<f32> {
        let wave = |at: usize, level: f32| if at % 16 < 8 { level } else { -level };
        let part = |&(ms, level): &(usize, f32)| (0..ms * 16).map(move |at| wave(at, level));
        parts.iter().flat_map(part).collect()
    }

    #[test]
    fn a_pause_is_nobodys_word() {
        let heard = sound(&[(100, 0.0), (400, 0.5), (1000, 0.001), (400, 0.4)]);
        let times = word_times("Hello there.", &heard);
        let times: Vec<_> = times
            .iter()
            .map(|word| (word.text.as_str(), word.start_ms, word.end_ms))
            .collect();
        assert_eq!(times, [("Hello", 100, 500), ("there.", 1500, 1900)]);
    }

    #[test]
    fn a_number_takes_as_long_as_its_words() {
        let times = word_times("Suite 204 please", &sound(&[(2600, 0.5)]));
        assert_eq!(times[1].end_ms - times[1].start_ms, 1300);
    }

    #[test]
    fn silence_has_no_words() {
        assert_eq!(word_times("Hello", &vec![0.0; 16_000]), []);
        assert_eq!(word_times("", &sound(&[(100, 0.5)])), []);
        assert_eq!(word_times("Hello", &[]), []);
    }

    proptest! {
        #[test]
        fn words_follow_each_other_within_the_sound(
            text in "[a-z0-9.$ ]{0,80}",
            parts in proptest::collection::vec((0_usize..400, 0.0_f32..1.0), 0..8),
        ) {
            let heard = sound(&parts);
            let times = word_times(&text, &heard);
            if !times.is_empty() {
                prop_assert!(times.iter().map(|word| word.text.as_str()).eq(text.split_whitespace()));
            }
            prop_assert!(times.is_sorted_by_key(|word| word.start_ms));
            let end = (heard.len().div_ceil(WINDOW) as u32) * WINDOW_MS;
            prop_assert!(times.iter().all(|word| word.start_ms < word.end_ms && word.end_ms <= end));
        }
    }
}
