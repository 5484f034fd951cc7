//! How an utterance is decoded: where it is cut, and with which limits each piece runs.
//!
//! The numbers were found by measurement on 167 telephone utterances (616 s) with tiny.en: an
//! audio context of 768 keeps the error rate of the full 1500 at 40 % of its time, smaller ones
//! make the model loop (384: 9.8 % word errors, sized to the utterance: 163 %).

use std::ops::Range;

use crate::dsp::MODEL_RATE;

/// The limits of one decode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// Encoder positions, 20 ms each, at most 1500.
    pub(super) audio_ctx: i32,
    /// A runaway decode ends here; speech seldom exceeds 5 tokens a second.
    pub(super) max_tokens: i32,
}

impl Limits {
    /// For a piece of `samples` at 16 kHz.
    pub(super) fn for_samples(samples: usize) -> Self {
        let seconds = samples as f32 / MODEL_RATE as f32;
        let positions = (50.0 * seconds).ceil() as i32 + 64;
        Self {
            audio_ctx: positions.clamp(768, 1500),
            max_tokens: 12 + (7.0 * seconds).ceil() as i32,
        }
    }
}

/// Cuts 16 kHz audio into pieces that fit whisper's window, each at the quietest 100 ms near
/// the window's end, so that no word is split where a pause can be found.
pub(super) fn pieces(samples: &[f32]) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    while samples.len() - start > MAX_PIECE {
        let end = quietest(samples, start + MAX_PIECE - SEARCH..start + MAX_PIECE);
        pieces.push(start..end);
        start = end;
    }
    pieces.push(start..samples.len());
    pieces
}

/// The middle of the quietest 100 ms within `range`, which lies inside `samples`.
fn quietest(samples: &[f32], range: Range<usize>) -> usize {
    let energy = |at: usize| -> f32 { samples[at..at + QUIET].iter().map(|s| s * s).sum() };
    range
        .clone()
        .step_by(QUIET / 2)
        .filter(|at| at + QUIET <= range.end)
        .min_by(|a, b| energy(*a).total_cmp(&energy(*b)))
        .map_or(range.end, |at| at + QUIET / 2)
}

/// 28 s: whisper's window is 30 s and its end is where it grows unsure.
const MAX_PIECE: usize = 28 * MODEL_RATE as usize;
/// A pause is looked for in the last 6 s of a piece.
const SEARCH: usize = 6 * MODEL_RATE as usize;
const QUIET: usize = MODEL_RATE as usize / 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_grow_with_the_utterance_and_stay_in_whispers_window() {
        assert_eq!(
            Limits::for_samples(16_000),
            Limits {
                audio_ctx: 768,
                max_tokens: 19
            }
        );
        assert_eq!(
            Limits::for_samples(20 * 16_000),
            Limits {
                audio_ctx: 1064,
                max_tokens: 152
            }
        );
        assert_eq!(Limits::for_samples(29 * 16_000).audio_ctx, 1500);
    }

    #[test]
    fn a_long_utterance_is_cut_where_it_is_quiet() {
        let mut samples = vec![0.5; 60 * 16_000];
        let pause = 25 * 16_000..25 * 16_000 + 3_200;
        samples[pause.clone()].fill(0.0);
        let pieces = pieces(&samples);
        assert!(pause.contains(&pieces[0].end), "{pieces:?}");
        assert_eq!(pieces.first().unwrap().start, 0);
        assert_eq!(pieces.last().unwrap().end, samples.len());
        for pair in pieces.windows(2) {
            assert_eq!(pair[0].end, pair[1].start);
        }
        assert!(pieces.iter().all(|piece| piece.len() <= MAX_PIECE));
    }

    #[test]
    fn a_short_utterance_is_one_piece() {
        assert_eq!(
            pieces(&[0.0; 100]).as_slice(),
            std::slice::from_ref(&(0..100))
        );
        assert_eq!(pieces(&[]).as_slice(), std::slice::from_ref(&(0..0)));
    }
}
