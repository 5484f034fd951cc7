//! A call kept as sound: a stereo WAV file, caller left, agent right, 16 bit, 8 kHz.
//!
//! Both sides carry media time, and a sample is written where its time says, never where it happens
//! to arrive; so the sides stay together however long the call is. The agent's side takes what was
//! *heard* ([`crate::playout::Playout::poll_played`]), so what a barge-in cut is not in the file.
//!
//! Audio waits in memory until [`StereoRecorder::advance`] says that nothing older will come. The
//! file's header is brought up to date every few seconds: a killed process leaves a file that plays.
//! Blocks on the disk; belongs on a thread of its own.

use std::{
    collections::VecDeque,
    fs::File,
    io::BufWriter,
    path::{Path, PathBuf},
    time::Duration,
};

use hound::{SampleFormat, WavSpec, WavWriter};

use crate::frame::{Frame, MediaTime, SAMPLE_RATE};

/// Writes one call.
pub struct StereoRecorder {
    path: PathBuf,
    wav: WavWriter<BufWriter<File>>,
    written: MediaTime,
    header_true_at: MediaTime,
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

/// The file could not be written. The call goes on; its recording does not.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    #[error("the recording {path} cannot be made: {source}")]
    Create { path: PathBuf, source: hound::Error },
    #[error("the recording {path} cannot be written any further: {source}")]
    Write { path: PathBuf, source: hound::Error },
}

impl StereoRecorder {
    /// Makes the file, replacing one that is there. Its folder must exist.
    pub fn create(path: &Path) -> Result<Self, RecordingError> {
        let spec = WavSpec {
            channels: 2,
            sample_rate: SAMPLE_RATE,
            bits_per_sample: 16,
            sample_format: SampleFormat::Int,
        };
        let path = path.to_owned();
        match WavWriter::create(&path, spec) {
            Ok(wav) => Ok(Self {
                path,
                wav,
                written: MediaTime::ZERO,
                header_true_at: MediaTime::ZERO,
                caller: Side::default(),
                agent: Side::default(),
            }),
            Err(source) => Err(RecordingError::Create { path, source }),
        }
    }

    /// Takes a frame of the caller.
    pub fn caller(&mut self, frame: &Frame) {
        self.caller.put(self.written, frame.at, &frame.samples);
    }

    /// Takes what the caller heard of the agent, from `at` on.
    pub fn agent(&mut self, at: MediaTime, samples: &[i16]) {
        self.agent.put(self.written, at, samples);
    }

    /// Writes everything before `watermark`; where a side has nothing, silence. What comes later
    /// for a time before it is dropped.
    pub fn advance(&mut self, watermark: MediaTime) -> Result<(), RecordingError> {
        let until = watermark.min(LONGEST);
        let result = self.write_until(until);
        result.map_err(|source| RecordingError::Write {
            path: self.path.clone(),
            source,
        })
    }

    /// Writes what is left and closes the file.
    pub fn finish(mut self) -> Result<RecordingFacts, RecordingError> {
        self.advance(self.caller.end.max(self.agent.end))?;
        let path = self.path;
        let close = |wav: WavWriter<BufWriter<File>>| {
            wav.finalize()?;
            Ok(std::fs::metadata(&path)?.len())
        };
        match close(self.wav) {
            Ok(bytes) => Ok(RecordingFacts {
                samples: self.written.0,
                duration: Duration::from_micros(self.written.0 * MICROS_PER_SAMPLE),
                bytes,
                dropped_caller_samples: self.caller.dropped,
                dropped_agent_samples: self.agent.dropped,
            }),
            Err(source) => Err(RecordingError::Write { path, source }),
        }
    }

    fn write_until(&mut self, until: MediaTime) -> Result<(), hound::Error> {
        while self.written < until {
            let samples = until.samples_since(self.written).min(BLOCK);
            let mut block = self.wav.get_i16_writer(2 * samples as u32);
            for _ in 0..samples {
                block.write_sample(self.caller.take());
                block.write_sample(self.agent.take());
            }
            block.flush()?;
            self.written = self.written.plus_samples(samples);
        }
        if self.written.samples_since(self.header_true_at) >= HEADER_EVERY {
            self.wav.flush()?;
            self.header_true_at = self.written;
        }
        Ok(())
    }
}

/// One side's audio that is not written yet.
#[derive(Default)]
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

    fn take(&mut self) -> i16 {
        self.pending.pop_front().unwrap_or(0)
    }
}

/// Samples written at once.
const BLOCK: u64 = 1_600;
/// 5 s.
const HEADER_EVERY: u64 = 5 * SAMPLE_RATE as u64;
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

    fn read(path: &Path) -> (Vec<i16>, Vec<i16>) {
        let mut wav = hound::WavReader::open(path).unwrap();
        let spec = wav.spec();
        assert_eq!(
            (spec.channels, spec.sample_rate, spec.bits_per_sample),
            (2, 8_000, 16)
        );
        let all: Vec<i16> = wav.samples().map(Result::unwrap).collect();
        all.chunks(2).map(|pair| (pair[0], pair[1])).unzip()
    }

    #[test]
    fn each_sample_lies_where_its_time_says() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("call.wav");
        let mut recorder = StereoRecorder::create(&path).unwrap();
        recorder.caller(&frame(0, 11));
        recorder.agent(MediaTime(100), &[-5; 7]);
        recorder.advance(MediaTime(50)).unwrap();
        recorder.caller(&frame(320, 12));
        recorder.advance(MediaTime(400)).unwrap();
        recorder.agent(MediaTime(500), &[-6; 3]);
        let facts = recorder.finish().unwrap();
        let (left, right) = read(&path);
        let expected_left = [&[11; 160][..], &[0; 160], &[12; 160], &[0; 23]].concat();
        let expected_right = [&[0; 100][..], &[-5; 7], &[0; 393], &[-6; 3]].concat();
        assert_eq!((left, right), (expected_left, expected_right));
        assert_eq!((facts.samples, facts.bytes), (503, 44 + 503 * 4));
        assert_eq!(facts.duration, Duration::from_micros(503 * 125));
        assert_eq!(
            (facts.dropped_caller_samples, facts.dropped_agent_samples),
            (0, 0)
        );
    }

    #[test]
    fn late_overlapping_and_far_audio_is_dropped_and_counted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("call.wav");
        let mut recorder = StereoRecorder::create(&path).unwrap();
        recorder.caller(&frame(0, 1));
        recorder.caller(&frame(100, 2));
        recorder.advance(MediaTime(1_000)).unwrap();
        recorder.caller(&frame(900, 3));
        recorder.agent(MediaTime(0), &[4; 999]);
        recorder.agent(MediaTime(10_000_000), &[5; 10]);
        recorder.agent(MediaTime(u64::MAX), &[5; 10]);
        let facts = recorder.finish().unwrap();
        assert_eq!(facts.dropped_caller_samples, 60 + 100);
        assert_eq!(facts.dropped_agent_samples, 999 + 20);
        let (left, right) = read(&path);
        assert_eq!(
            left,
            [&[1; 160][..], &[2; 100], &[0; 740], &[3; 60]].concat()
        );
        assert_eq!(right, [0; 1_060]);
    }

    #[test]
    fn a_long_call_in_small_steps_does_not_drift() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("call.wav");
        let mut recorder = StereoRecorder::create(&path).unwrap();
        let value = |n: u64| (n % 30_000) as i16;
        for n in 0..3_000 {
            recorder.caller(&frame(n * 160, value(n)));
            recorder.agent(MediaTime(n * 160 + 80), &[value(n); 80]);
            recorder.advance(MediaTime(n * 160)).unwrap();
            assert!(recorder.caller.pending.len() <= 320);
        }
        recorder.finish().unwrap();
        let (left, right) = read(&path);
        assert_eq!(left.len(), 3_000 * 160);
        for n in 0..3_000_usize {
            assert_eq!(left[n * 160..(n + 1) * 160], [value(n as u64); 160]);
            assert_eq!(right[n * 160..n * 160 + 80], [0; 80]);
            assert_eq!(right[n * 160 + 80..(n + 1) * 160], [value(n as u64); 80]);
        }
    }

    #[test]
    fn a_killed_process_leaves_a_file_that_plays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("call.wav");
        let mut recorder = StereoRecorder::create(&path).unwrap();
        recorder.caller(&frame(0, 9));
        for second in 1..=7 {
            recorder
                .advance(MediaTime::from_ms(second * 1_000))
                .unwrap();
        }
        std::mem::forget(recorder);
        let (left, right) = read(&path);
        assert!(left.len() >= 5 * 8_000 && left.len() == right.len());
        assert_eq!(left[..160], [9; 160]);
    }

    #[test]
    fn an_empty_call_is_a_valid_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("call.wav");
        let facts = StereoRecorder::create(&path).unwrap().finish().unwrap();
        assert_eq!((facts.samples, facts.bytes), (0, 44));
        assert!(read(&path).0.is_empty());
    }

    #[test]
    fn an_error_names_the_file() {
        let error = StereoRecorder::create(Path::new("/nowhere/call.wav"))
            .err()
            .unwrap();
        assert!(error.to_string().contains("/nowhere/call.wav"), "{error}");
    }
}
