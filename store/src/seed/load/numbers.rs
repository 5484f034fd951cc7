//! Numbers by chance that are the same each time.
//!
//! SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014;
//! <https://prng.di.unimi.it/splitmix64.c>). For made-up data alone: nothing here is a secret.

use uuid::Uuid;

/// A stream of numbers.
#[derive(Debug, Clone)]
pub(super) struct Numbers(u64);

impl Numbers {
    /// A stream of its own for a part of the load.
    pub(super) fn new(seed: u64, part: u64, place: u64) -> Self {
        let mut mixed = Self(seed);
        mixed.0 = mixed.next().wrapping_add(part);
        mixed.0 = mixed.next().wrapping_add(place);
        Self(mixed.next())
    }

    pub(super) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// 0 to below `bound`; 0 when that is 0.
    pub(super) const fn below(&mut self, bound: u64) -> u64 {
        // The high half of the product: no bound of ours is so large that it would be uneven.
        ((self.next() as u128 * bound as u128) >> 64) as u64
    }

    /// Whether it falls among so many of a hundred.
    pub(super) const fn percent(&mut self, of_hundred: u64) -> bool {
        self.below(100) < of_hundred
    }

    /// 0 to 1.
    pub(super) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }

    /// An id as of that moment, in milliseconds since 1970.
    pub(super) fn id(&mut self, at_ms: u64) -> Uuid {
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.next().to_be_bytes());
        random[8..].copy_from_slice(&(self.next() as u16).to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(at_ms, &random).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_reference() {
        // The first outputs for the state 1234567, as published with the reference.
        let mut numbers = Numbers(1_234_567);
        let first = [numbers.next(), numbers.next(), numbers.next()];
        assert_eq!(
            first,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }

    #[test]
    fn parts_have_streams_of_their_own_and_bounds_hold() {
        let mut seen = std::collections::HashSet::new();
        for part in 0..20 {
            for place in 0..20 {
                assert!(seen.insert(Numbers::new(7, part, place).next()));
            }
        }
        let mut numbers = Numbers::new(7, 0, 0);
        assert!((0..1000).all(|_| numbers.below(6) < 6));
        assert!((0..1000).all(|_| (0.0..1.0).contains(&numbers.unit())));
        assert_eq!(numbers.below(0), 0);
        assert_eq!(numbers.id(1_700_000_000_000).get_version_num(), 7);
    }
}
