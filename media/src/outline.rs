//! The outline of a recording: the lowest and the highest sample of each stretch of both sides, for a
//! picture of the sound. Knows samples, not files; what is kept of an outline is bytes.

use crate::{frame::SAMPLE_RATE, recording::BYTES_PER_SAMPLE};

/// An outline of stereo sound, in stretches of 10 ms.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outline {
    /// Samples on each side.
    samples: u64,
    stretches: Vec<Stretch>,
}

/// Of both sides, caller first: lowest and highest, in 256ths of what 16 bits can say.
type Stretch = [[i8; 2]; SIDES];

impl Outline {
    /// Appends sound as it lies in a recording: 16 bit, little-endian, caller and agent in turn.
    /// What is behind the last whole pair is left out.
    pub fn append(&mut self, sound: &[u8]) {
        let (pairs, _) = sound.as_chunks::<{ BYTES_PER_SAMPLE as usize }>();
        for [left_low, left_high, right_low, right_high] in pairs {
            let sides = [[*left_low, *left_high], [*right_low, *right_high]];
            let levels = sides.map(|side| (i16::from_le_bytes(side) / 256) as i8);
            if self.samples.is_multiple_of(STRETCH) {
                self.stretches.push(levels.map(|level| [level, level]));
            } else if let Some(last) = self.stretches.last_mut() {
                for ([lowest, highest], level) in last.iter_mut().zip(levels) {
                    *lowest = level.min(*lowest);
                    *highest = level.max(*highest);
                }
            }
            self.samples += 1;
        }
    }

    pub const fn duration_ms(&self) -> u64 {
        self.samples * 1000 / SAMPLE_RATE as u64
    }

    /// The bytes of sound that it is of.
    pub const fn sound_bytes(&self) -> u64 {
        self.samples * BYTES_PER_SAMPLE
    }

    /// For each side the lowest and highest of so many points at most, in turn. There are fewer where
    /// the sound has fewer stretches.
    pub fn drawn(&self, points: usize) -> [Vec<i8>; SIDES] {
        let all = self.stretches.len();
        let points = points.min(all);
        let mut sides = [(); SIDES].map(|()| Vec::with_capacity(2 * points));
        for point in 0..points {
            let of = &self.stretches[point * all / points..(point + 1) * all / points];
            for (n, side) in sides.iter_mut().enumerate() {
                side.extend(of.iter().map(|stretch| stretch[n][0]).min());
                side.extend(of.iter().map(|stretch| stretch[n][1]).max());
            }
        }
        sides
    }

    /// As it is kept.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.samples.to_le_bytes());
        let levels = self.stretches.iter().flatten().flatten();
        bytes.extend(levels.map(|level| level.cast_unsigned()));
        bytes
    }

    /// What was kept; `None` for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (samples, levels) = bytes.strip_prefix(MAGIC)?.split_first_chunk::<8>()?;
        let samples = u64::from_le_bytes(*samples);
        let (stretches, rest) = levels.as_chunks::<{ 2 * SIDES }>();
        if !rest.is_empty() || samples.div_ceil(STRETCH) != stretches.len() as u64 {
            return None;
        }
        let stretch = stretches.iter().map(|levels| {
            let [a, b, c, d] = levels.map(u8::cast_signed);
            [[a, b], [c, d]]
        });
        Some(Self {
            samples,
            stretches: stretch.collect(),
        })
    }
}

const SIDES: usize = 2;
/// Samples in a stretch.
const STRETCH: u64 = SAMPLE_RATE as u64 / 100;
const MAGIC: &[u8] = b"TLO1";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sound(pairs: &[[i16; 2]]) -> Vec<u8> {
        let samples = pairs.iter().flatten();
        samples.flat_map(|sample| sample.to_le_bytes()).collect()
    }

    fn outline(pairs: &[[i16; 2]]) -> Outline {
        let mut outline = Outline::default();
        outline.append(&sound(pairs));
        outline
    }

    #[test]
    fn each_side_has_its_lowest_and_highest() {
        let mut pairs = vec![[0, 0]; 160];
        pairs[3] = [i16::MIN, 256];
        pairs[4] = [i16::MAX, -512];
        pairs[100] = [255, -255];
        let outline = outline(&pairs);
        assert_eq!(outline.duration_ms(), 20);
        let [left, right] = outline.drawn(2);
        assert_eq!(left, [-128, 127, 0, 0]);
        assert_eq!(right, [-2, 1, 0, 0]);
        let [left, right] = outline.drawn(1);
        assert_eq!((left, right), (vec![-128, 127], vec![-2, 1]));
    }

    #[test]
    fn a_short_sound_has_no_more_points_than_stretches() {
        let outline = outline(&[[1000, 0]; 81]);
        assert_eq!(outline.drawn(4000)[0], [3, 3, 3, 3]);
        assert_eq!(
            Outline::default().drawn(10),
            [const { Vec::<i8>::new() }; 2]
        );
    }

    proptest! {
        #[test]
        fn what_is_kept_is_read_again(
            pairs in prop::collection::vec(any::<[i16; 2]>(), 0..500), cut in 0_usize..500,
            points in 1_usize..20,
        ) {
            let whole = outline(&pairs);
            let mut in_parts = Outline::default();
            let (first, second) = pairs.split_at(cut.min(pairs.len()));
            in_parts.append(&sound(first));
            in_parts.append(&sound(second));
            prop_assert_eq!(&in_parts, &whole);
            prop_assert_eq!(Outline::from_bytes(&whole.to_bytes()), Some(whole.clone()));
            let [left, _] = whole.drawn(points);
            let loudest = pairs.iter().map(|pair| i8::try_from(pair[0] / 256).unwrap()).max();
            prop_assert_eq!(left.into_iter().max(), loudest);
        }

        #[test]
        fn anything_else_is_no_outline(mut bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = Outline::from_bytes(&bytes);
            bytes.splice(0..0, *MAGIC.first_chunk::<4>().unwrap());
            if let Some(outline) = Outline::from_bytes(&bytes) {
                prop_assert_eq!(outline.to_bytes(), bytes);
            }
        }
    }
}
