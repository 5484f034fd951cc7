//! Voice activity by loudness: right for made-up sound, wrong for noise.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use media::frame::{Frame, SAMPLES_PER_FRAME};
use tokio::sync::mpsc::{self, error::TrySendError};

use crate::vad::{SpeechProbability, VoiceActivity, VoiceActivityStream};

/// Judges each frame: 1.0 when its root mean square reaches the threshold, else 0.0.
#[derive(Debug)]
pub struct EnergyVad {
    /// In steps of a 16 bit sample.
    threshold: f32,
    lost: Arc<AtomicU64>,
}

impl EnergyVad {
    pub fn new(threshold: f32) -> Self {
        Self {
            threshold,
            lost: Arc::default(),
        }
    }

    /// Judgements dropped, over all calls, because nobody took them.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}

impl Default for EnergyVad {
    /// A threshold between line noise and quiet speech.
    fn default() -> Self {
        Self::new(300.0)
    }
}

impl VoiceActivity for EnergyVad {
    fn name(&self) -> &'static str {
        "energy-vad"
    }

    fn open(&self, judgements: mpsc::Sender<SpeechProbability>) -> Box<dyn VoiceActivityStream> {
        Box::new(EnergyStream {
            threshold: self.threshold,
            judgements,
            unsent: VecDeque::with_capacity(UNSENT),
            lost: Arc::clone(&self.lost),
        })
    }
}

struct EnergyStream {
    threshold: f32,
    judgements: mpsc::Sender<SpeechProbability>,
    unsent: VecDeque<SpeechProbability>,
    lost: Arc<AtomicU64>,
}

impl VoiceActivityStream for EnergyStream {
    fn push(&mut self, frame: &Frame) -> Option<SpeechProbability> {
        let energy: f32 = frame
            .samples
            .iter()
            .map(|&s| f32::from(s) * f32::from(s))
            .sum();
        let rms = (energy / SAMPLES_PER_FRAME as f32).sqrt();
        if self.unsent.len() == UNSENT {
            self.unsent.pop_front();
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
        self.unsent.push_back(SpeechProbability {
            until: frame.at.plus_samples(SAMPLES_PER_FRAME as u64),
            probability: if rms >= self.threshold { 1.0 } else { 0.0 },
        });
        while let Some(next) = self.unsent.pop_front() {
            match self.judgements.try_send(next) {
                Ok(()) => {}
                Err(TrySendError::Full(next)) => {
                    self.unsent.push_front(next);
                    break;
                }
                Err(TrySendError::Closed(_)) => self.unsent.clear(),
            }
        }
        None
    }
}

/// Judgements kept while the channel is full.
const UNSENT: usize = 4;

#[cfg(test)]
mod tests {
    use media::frame::MediaTime;

    use super::*;

    fn frame(number: u64, level: i16) -> Frame {
        Frame {
            at: MediaTime::from_ms(number * 20),
            samples: [level; SAMPLES_PER_FRAME],
        }
    }

    #[test]
    fn loud_frames_are_speech_and_quiet_ones_are_not() {
        let (sender, mut judged) = mpsc::channel(8);
        let mut stream = EnergyVad::default().open(sender);
        stream.push(&frame(0, 10));
        stream.push(&frame(1, 2_000));
        let first = judged.try_recv().unwrap();
        assert_eq!((first.until.as_ms(), first.probability), (20, 0.0));
        let second = judged.try_recv().unwrap();
        assert_eq!((second.until.as_ms(), second.probability), (40, 1.0));
    }

    #[test]
    fn a_full_channel_loses_the_oldest_unsent_and_counts_it() {
        let vad = EnergyVad::default();
        let (sender, mut judged) = mpsc::channel(1);
        let mut stream = vad.open(sender);
        for number in 0..8 {
            stream.push(&frame(number, 0));
        }
        assert_eq!(vad.lost(), 3);
        assert_eq!(judged.try_recv().unwrap().until.as_ms(), 20);
        stream.push(&frame(8, 0));
        assert_eq!(judged.try_recv().unwrap().until.as_ms(), 120);
        drop(judged);
        stream.push(&frame(9, 0));
    }
}
