//! A synthesised voice, of whatever rate, brought to 8 kHz, whole.
//!
//! A filter holds back the end of what it was given and puts its own delay in front. Both are set
//! right here: the delay is cut off the beginning and the end is drawn out with silence, so an
//! utterance of n samples gives n * 8000 / rate, each at its time. (To half a sample of the voice:
//! where its rate makes the FFT's blocks odd, as 22.05 kHz does, their middle lies between two.)

use audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler};

use super::{Down2, to_i16};
use crate::frame::SAMPLE_RATE;

/// Brings one utterance to the telephone's rate.
#[derive(Debug)]
pub struct ToTelephone {
    from_rate: u32,
    filter: Filter,
    /// Samples that came in.
    read: u64,
    /// Samples that went out.
    written: u64,
    /// Output samples that are the filter's delay and not yet cut off.
    delay: usize,
    scratch: Vec<f32>,
}

#[derive(Debug)]
enum Filter {
    /// The rate is the telephone's.
    None,
    /// Twice the telephone's.
    Half(Box<Down2>),
    Fft(Box<Chunks>),
}

/// Gathers what the FFT takes at once.
#[derive(Debug)]
struct Chunks {
    fft: Fft<f32>,
    /// The chunk at hand; `filled` samples of it are there.
    input: Vec<f32>,
    filled: usize,
    output: Vec<f32>,
}

/// No voice has this sample rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a voice at {from_rate} Hz cannot be brought to 8000 Hz: 4000 to 192000 Hz are supported")]
pub struct UnsupportedRate {
    pub from_rate: u32,
}

impl ToTelephone {
    /// For a voice of `from_rate` Hz.
    pub fn new(from_rate: u32) -> Result<Self, UnsupportedRate> {
        if !(4_000..=192_000).contains(&from_rate) {
            return Err(UnsupportedRate { from_rate });
        }
        let filter = match from_rate {
            SAMPLE_RATE => Filter::None,
            TWICE => Filter::Half(Box::default()),
            _ => Filter::Fft(Box::new(Chunks::new(from_rate)?)),
        };
        let delay = match &filter {
            Filter::None => 0,
            Filter::Half(_) => Down2::DELAY,
            Filter::Fft(chunks) => chunks.fft.output_delay(),
        };
        Ok(Self {
            from_rate,
            filter,
            read: 0,
            written: 0,
            delay,
            scratch: Vec::new(),
        })
    }

    /// Takes samples within -1.0..1.0 and appends those at 8 kHz that are ready. Pieces of any size
    /// give the same output.
    pub fn push(&mut self, samples: &[f32], out: &mut Vec<i16>) {
        self.read += samples.len() as u64;
        self.filter(samples, out, u64::MAX);
    }

    /// Appends the rest: all that was given has then come out.
    pub fn finish(mut self, out: &mut Vec<i16>) {
        let from_rate = u64::from(self.from_rate);
        let whole = (self.read * u64::from(SAMPLE_RATE) + from_rate / 2) / from_rate;
        while self.written < whole {
            self.filter(&[0.0; 256], out, whole);
        }
    }

    /// Appends what comes of these samples, up to `limit` of the utterance.
    fn filter(&mut self, samples: &[f32], out: &mut Vec<i16>, limit: u64) {
        self.scratch.clear();
        match &mut self.filter {
            Filter::None => self.scratch.extend_from_slice(samples),
            Filter::Half(half) => half.push(samples, &mut self.scratch),
            Filter::Fft(chunks) => chunks.push(samples, &mut self.scratch),
        }
        let cut = self.delay.min(self.scratch.len());
        self.delay -= cut;
        let room = usize::try_from(limit - self.written).unwrap_or(usize::MAX);
        let before = out.len();
        out.extend(
            self.scratch
                .iter()
                .skip(cut)
                .take(room)
                .map(|&sample| to_i16(sample)),
        );
        self.written += (out.len() - before) as u64;
    }
}

impl Chunks {
    fn new(from_rate: u32) -> Result<Self, UnsupportedRate> {
        let rate = from_rate as usize;
        // 20 ms, or the shortest that both rates share.
        let fft = Fft::new(rate, SAMPLE_RATE as usize, rate / 50, 1, FixedSync::Both)
            .map_err(|_| UnsupportedRate { from_rate })?;
        let input = vec![0.0; fft.input_frames_max()];
        let output = vec![0.0; fft.output_frames_max()];
        Ok(Self {
            fft,
            input,
            filled: 0,
            output,
        })
    }

    fn push(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        let mut rest = samples;
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(rest.len().min(self.input.len() - self.filled));
            let place = &mut self.input[self.filled..self.filled + piece.len()];
            for (slot, &sample) in place.iter_mut().zip(piece) {
                // What is no sound, or too loud to be any, becomes infinite within the FFT, which then
                // gives up.
                *slot = if sample.is_finite() {
                    sample.clamp(-1.0, 1.0)
                } else {
                    0.0
                };
            }
            self.filled += piece.len();
            rest = after;
            if self.filled == self.input.len() {
                self.filled = 0;
                self.resample_chunk(out);
            }
        }
    }

    fn resample_chunk(&mut self, out: &mut Vec<f32>) {
        let (chunk, room) = (self.input.len(), self.output.len());
        // With both sides fixed the FFT wants exactly the buffers it asked for at its making.
        let input =
            InterleavedSlice::new(&self.input, 1, chunk).expect("one channel fills its buffer");
        let mut output = InterleavedSlice::new_mut(&mut self.output, 1, room)
            .expect("one channel fills its buffer");
        let (_, made) = self
            .fft
            .process_into_buffer(&input, &mut output, None)
            .expect("the buffers have the size that the FFT asked for");
        out.extend_from_slice(&self.output[..made]);
    }
}

const TWICE: u32 = 2 * SAMPLE_RATE;

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    const HZ: f64 = 1_000.0;

    fn tone(hz: f64, rate: u32, len: usize) -> Vec<f32> {
        (0..len)
            .map(|n| 0.5 * (TAU * hz * n as f64 / f64::from(rate)).sin() as f32)
            .collect()
    }

    fn convert(rate: u32, input: &[f32]) -> Vec<i16> {
        let (mut filter, mut out) = (ToTelephone::new(rate).unwrap(), Vec::new());
        filter.push(input, &mut out);
        filter.finish(&mut out);
        out
    }

    fn energy(samples: impl IntoIterator<Item = f64>) -> f64 {
        samples.into_iter().map(|sample| sample * sample).sum()
    }

    #[rstest]
    #[case(8_000)]
    #[case(11_025)]
    #[case(16_000)]
    #[case(22_050)]
    #[case(24_000)]
    #[case(44_100)]
    #[case(48_000)]
    #[case(44_056)]
    fn every_sample_lies_at_its_time_to_the_last_ms(#[case] rate: u32) {
        // Lengths that are no whole number of chunks, down to less than one.
        for ms in [1_237, 500, 33, 7] {
            let len = (rate * ms / 1000) as usize;
            let out = convert(rate, &tone(HZ, rate, len));
            let exact = len as f64 * 8_000.0 / f64::from(rate);
            assert!(
                (out.len() as f64 - exact).abs() <= 1.0,
                "{} of {exact}",
                out.len()
            );
            let ideal: Vec<f64> = (0..out.len())
                .map(|n| 16_384.0 * (TAU * HZ * n as f64 / 8_000.0).sin())
                .collect();
            let error = |range: std::ops::Range<usize>| {
                let off = range.clone().map(|n| f64::from(out[n]) - ideal[n]);
                energy(off) / energy(ideal[range].iter().copied())
            };
            // Rubato's filter may be centred half an input sample off: a phase, squared in energy.
            let phase = TAU * HZ * 0.5 / f64::from(rate);
            if out.len() > 400 {
                let off = error(160..out.len() - 160);
                assert!(off < phase * phase + 1e-4, "{rate} Hz, {ms} ms: {off}");
            }
            let last = out.len() - 8..out.len();
            let tail = energy(out[last.clone()].iter().map(|&s| f64::from(s)));
            let wanted = energy(ideal[last.clone()].iter().copied());
            assert!(
                tail > 0.5 * wanted,
                "{rate} Hz, {ms} ms: the last ms has {}",
                tail / wanted
            );
            assert!(
                error(last) < 0.25,
                "{rate} Hz, {ms} ms: the last ms is misplaced"
            );
        }
    }

    #[rstest]
    #[case(16_000)]
    #[case(22_050)]
    #[case(24_000)]
    #[case(48_000)]
    fn what_a_telephone_cannot_carry_does_not_fold_back(#[case] rate: u32) {
        let out = convert(rate, &tone(5_500.0, rate, rate as usize));
        let middle = &out[800..7_200];
        let rms = (energy(middle.iter().map(|&s| f64::from(s))) / middle.len() as f64).sqrt();
        assert!(rms < 16.0, "{rate} Hz: rms {rms}");
    }

    #[test]
    fn nothing_in_nothing_out() {
        for rate in [8_000, 16_000, 24_000] {
            assert_eq!(convert(rate, &[]), [] as [i16; 0]);
        }
    }

    #[test]
    fn a_rate_out_of_bounds_is_named() {
        for rate in [0, 3_999, 192_001, u32::MAX] {
            let error = ToTelephone::new(rate).unwrap_err();
            assert!(error.to_string().contains(&rate.to_string()), "{error}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn pieces_make_no_difference(
            rate in prop::sample::select(vec![8_000, 16_000, 22_050, 24_000, 48_000]),
            sizes in prop::collection::vec(0usize..3_000, 0..12),
        ) {
            let input = tone(440.0, rate, sizes.iter().sum());
            let (mut filter, mut out) = (ToTelephone::new(rate).unwrap(), Vec::new());
            let mut rest = &input[..];
            for size in sizes {
                let (piece, after) = rest.split_at(size);
                filter.push(piece, &mut out);
                rest = after;
            }
            filter.finish(&mut out);
            prop_assert_eq!(out, convert(rate, &input));
        }
    }
}
