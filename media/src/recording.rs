//! A call kept as sound: the two sides of a stereo WAV file, caller left, agent right, 16 bit,
//! 8 kHz. Knows the samples and the header, not the file.
//!
//! Both sides carry media time, and a sample lies where its time says, never where it happens to
//! arrive; so the sides stay together however long the call is. The agent's side takes what was
//! *heard* ([`crate::playout::Playout::poll_played`]), so what a barge-in cut is not in it.
//!
//! Audio waits until [`StereoMixer::advance`] says that nothing older will come.

use std::{collections::VecDeque, time::Duration};

use crate::frame::{Frame, MediaTime, SAMPLE_RATE};

/// Brings the two sides of a call together.
#[derive(Debug, Default)]
pub struct StereoMixer {
    written: MediaTime,
    caller: Side,
    agent: Side,
}

/// What was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingFacts {
    /// Samples on each side.
    pub samples: u64,
    pub duration: Duration,
    /// The file's size.
    pub bytes: u64,
    /// Caller samples that came too late, too early or twice, and are not in the file.
    pub dropped_caller_samples: u64,
    /// The same of the agent.
    pub dropped_agent_samples: u64,
}

impl RecordingFacts {
    /// What a file with this many bytes of sound holds.
    pub fn of(data_bytes: u64, mixer: &StereoMixer) -> Self {
        let samples = data_bytes / BYTES_PER_SAMPLE;
        Self {
            samples,
            duration: Duration::from_micros(samples * MICROS_PER_SAMPLE),
            bytes: HEADER_BYTES + data_bytes,
            dropped_caller_samples: mixer.caller.dropped,
            dropped_agent_samples: mixer.agent.dropped,
        }
    }
}

impl StereoMixer {
    /// Takes a frame of the caller.
    pub fn caller(&mut self, frame: &Frame) {
        self.caller.put(self.written, frame.at, &frame.samples);
    }

    /// Takes what the caller heard of the agent, from `at` on.
    pub fn agent(&mut self, at: MediaTime, samples: &[i16]) {
        self.agent.put(self.written, at, samples);
    }

    /// Everything before is out.
    pub const fn written(&self) -> MediaTime {
        self.written
    }

    /// Appends everything before `watermark`, as it lies in the file; where a side has nothing,
    /// silence. What comes later for a time before it is dropped. At most a minute at a time:
    /// whether there is more to come.
    pub fn advance(&mut self, watermark: MediaTime, out: &mut Vec<u8>) -> bool {
        let until = watermark.min(LONGEST);
        let samples = until.samples_since(self.written).min(AT_ONCE);
        let mut caller = self.caller.take(samples as usize);
        let mut agent = self.agent.take(samples as usize);
        for _ in 0..samples {
            out.extend(caller.next().unwrap_or(0).to_le_bytes());
            out.extend(agent.next().unwrap_or(0).to_le_bytes());
        }
        self.written = self.written.plus_samples(samples);
        self.written < until
    }

    /// Where the later of the sides ends.
    pub fn end(&self) -> MediaTime {
        self.caller.end.max(self.agent.end)
    }
}

/// The header of a file with this many bytes of sound (canonical PCM WAV, 44 bytes).
pub fn wav_header(data_bytes: u64) -> [u8; HEADER_BYTES as usize] {
    // `LONGEST` keeps both sizes below 4 GiB.
    let data = data_bytes as u32;
    let mut header = [0; HEADER_BYTES as usize];
    let mut at = 0;
    let mut put = |bytes: &[u8]| {
        header[at..at + bytes.len()].copy_from_slice(bytes);
        at += bytes.len();
    };
    put(b"RIFF");
    put(&(data + HEADER_BYTES as u32 - 8).to_le_bytes());
    put(b"WAVEfmt ");
    put(&16_u32.to_le_bytes());
    put(&1_u16.to_le_bytes());
    put(&2_u16.to_le_bytes());
    put(&SAMPLE_RATE.to_le_bytes());
    put(&(SAMPLE_RATE * BYTES_PER_SAMPLE as u32).to_le_bytes());
    put(&(BYTES_PER_SAMPLE as u16).to_le_bytes());
    put(&16_u16.to_le_bytes());
    put(b"data");
    put(&data.to_le_bytes());
    header
}

/// One side's audio that is not written yet.
#[derive(Debug, Default)]
struct Side {
    /// From the written point on, without holes.
    pending: VecDeque<i16>,
    /// Behind the last sample taken.
    end: MediaTime,
    dropped: u64,
}

impl Side {
    fn put(&mut self, written: MediaTime, at: MediaTime, samples: &[i16]) {
        let from = at.max(self.end).max(written);
        let late = usize::try_from(from.samples_since(at)).unwrap_or(usize::MAX);
        let fresh = samples.get(late..).unwrap_or_default();
        let gap = from.samples_since(written);
        let fits = gap.saturating_add(fresh.len() as u64) <= MAX_PENDING;
        let taken = if fits { fresh } else { &[] };
        self.dropped += (samples.len() - taken.len()) as u64;
        if taken.is_empty() {
            return;
        }
        // `fits` holds: the gap is small.
        self.pending.resize(gap as usize, 0);
        self.pending.extend(taken);
        self.end = from.plus_samples(taken.len() as u64);
    }

    fn take(&mut self, samples: usize) -> impl Iterator<Item = i16> + '_ {
        self.pending.drain(..samples.min(self.pending.len()))
    }
}

/// Bytes of a WAV file before its sound.
pub const HEADER_BYTES: u64 = 44;
/// Both sides, 16 bits each.
pub const BYTES_PER_SAMPLE: u64 = 4;
/// A minute.
const AT_ONCE: u64 = 60 * SAMPLE_RATE as u64;
/// 30 s: both clocks run in real time, so audio further ahead of the written point is not true.
const MAX_PENDING: u64 = 30 * SAMPLE_RATE as u64;
/// 24 h, the longest call a carrier allows; well within what a WAV header can say (37 h).
const LONGEST: MediaTime = MediaTime::from_ms(24 * 60 * 60 * 1000);
const MICROS_PER_SAMPLE: u64 = 125;

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(at: u64, value: i16) -> Frame {
        Frame {
            at: MediaTime(at),
            samples: [value; 160],
        }
    }

    /// The sides, as any program reads them from the file.
    fn read(data: &[u8]) -> (Vec<i16>, Vec<i16>) {
        let file = [&wav_header(data.len() as u64)[..], data].concat();
        let mut wav = hound::WavReader::new(&file[..]).unwrap();
        let spec = wav.spec();
        assert_eq!(
            (spec.channels, spec.sample_rate, spec.bits_per_sample),
            (2, 8_000, 16)
        );
        let all: Vec<i16> = wav.samples().map(Result::unwrap).collect();
        all.chunks(2).map(|pair| (pair[0], pair[1])).unzip()
    }

    fn finish(mut mixer: StereoMixer, mut data: Vec<u8>) -> (RecordingFacts, Vec<u8>) {
        while mixer.advance(mixer.end(), &mut data) {}
        (RecordingFacts::of(data.len() as u64, &mixer), data)
    }

    #[test]
    fn each_sample_lies_where_its_time_says() {
        let (mut mixer, mut data) = (StereoMixer::default(), Vec::new());
        mixer.caller(&frame(0, 11));
        mixer.agent(MediaTime(100), &[-5; 7]);
        mixer.advance(MediaTime(50), &mut data);
        mixer.caller(&frame(320, 12));
        mixer.advance(MediaTime(400), &mut data);
        mixer.agent(MediaTime(500), &[-6; 3]);
        let (facts, data) = finish(mixer, data);
        let expected_left = [&[11; 160][..], &[0; 160], &[12; 160], &[0; 23]].concat();
        let expected_right = [&[0; 100][..], &[-5; 7], &[0; 393], &[-6; 3]].concat();
        assert_eq!(read(&data), (expected_left, expected_right));
        assert_eq!((facts.samples, facts.bytes), (503, 44 + 503 * 4));
        assert_eq!(facts.duration, Duration::from_micros(503 * 125));
        assert_eq!(
            (facts.dropped_caller_samples, facts.dropped_agent_samples),
            (0, 0)
        );
    }

    #[test]
    fn late_overlapping_and_far_audio_is_dropped_and_counted() {
        let (mut mixer, mut data) = (StereoMixer::default(), Vec::new());
        mixer.caller(&frame(0, 1));
        mixer.caller(&frame(100, 2));
        mixer.advance(MediaTime(1_000), &mut data);
        mixer.caller(&frame(900, 3));
        mixer.agent(MediaTime(0), &[4; 999]);
        mixer.agent(MediaTime(10_000_000), &[5; 10]);
        mixer.agent(MediaTime(u64::MAX), &[5; 10]);
        let (facts, data) = finish(mixer, data);
        assert_eq!(facts.dropped_caller_samples, 60 + 100);
        assert_eq!(facts.dropped_agent_samples, 999 + 20);
        let (left, right) = read(&data);
        assert_eq!(
            left,
            [&[1; 160][..], &[2; 100], &[0; 740], &[3; 60]].concat()
        );
        assert_eq!(right, [0; 1_060]);
    }

    #[test]
    fn a_long_call_in_small_steps_does_not_drift() {
        let (mut mixer, mut data) = (StereoMixer::default(), Vec::new());
        let value = |n: u64| (n % 30_000) as i16;
        for n in 0..3_000 {
            mixer.caller(&frame(n * 160, value(n)));
            mixer.agent(MediaTime(n * 160 + 80), &[value(n); 80]);
            mixer.advance(MediaTime(n * 160), &mut data);
            assert!(mixer.caller.pending.len() <= 320);
        }
        let (left, right) = read(&finish(mixer, data).1);
        assert_eq!(left.len(), 3_000 * 160);
        for n in 0..3_000_usize {
            assert_eq!(left[n * 160..(n + 1) * 160], [value(n as u64); 160]);
            assert_eq!(right[n * 160..n * 160 + 80], [0; 80]);
            assert_eq!(right[n * 160 + 80..(n + 1) * 160], [value(n as u64); 80]);
        }
    }

    #[test]
    fn a_watermark_far_ahead_is_reached_by_the_minute() {
        let (mut mixer, mut data) = (StereoMixer::default(), Vec::new());
        let mut steps = 1;
        while mixer.advance(MediaTime::from_ms(150_000), &mut data) {
            steps += 1;
        }
        assert_eq!((steps, data.len()), (3, 150 * 8_000 * 4));
        mixer.advance(MediaTime(u64::MAX), &mut Vec::new());
        assert_eq!(mixer.written(), MediaTime::from_ms(210_000));
    }

    #[test]
    fn an_empty_call_is_a_valid_file() {
        let (facts, data) = finish(StereoMixer::default(), Vec::new());
        assert_eq!((facts.samples, facts.bytes), (0, 44));
        assert!(read(&data).0.is_empty());
    }
}
