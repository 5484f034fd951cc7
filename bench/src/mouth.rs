//! The caller's side of a conversation: turns a script into one frame after the other, listening to
//! the agent as a person would. Knows no socket and no clock; time is media time.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use media::frame::{MediaTime, SAMPLES_PER_FRAME};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

use crate::{
    activity::{Activity, Segment, speech_length},
    script::{Background, CallerScript, Manners, Step},
};

/// What a caller can tell of the agent by ear.
pub(crate) trait Hearing {
    /// When the agent was last heard.
    fn last_heard(&self) -> Option<MediaTime>;
    /// The stretch of speech that goes on at `now`.
    fn ongoing(&self, now: MediaTime) -> Option<Segment>;
}

impl Hearing for Activity {
    fn last_heard(&self) -> Option<MediaTime> {
        Activity::last_heard(self)
    }

    fn ongoing(&self, now: MediaTime) -> Option<Segment> {
        Activity::ongoing(self, now)
    }
}

/// Something the caller said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Utterance {
    pub name: String,
    pub start: MediaTime,
    /// The end of the given samples.
    pub end: MediaTime,
    /// The end of what is loud in them.
    pub speech_end: MediaTime,
    pub barge_in: bool,
    /// The caller did not hear what it waited for and spoke all the same.
    pub impatient: bool,
}

/// What the caller does besides making a sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Nothing,
    Key(char),
    HangUp,
    DropSocket,
}

/// The caller during one call, over any number of streams.
#[derive(Debug)]
pub(crate) struct Mouth {
    steps: VecDeque<Step>,
    manners: Manners,
    speaking: Option<Speaking>,
    keys: VecDeque<char>,
    next_key: MediaTime,
    /// When the present step became the first one.
    step_since: MediaTime,
    /// When the caller last finished speaking; agent speech after it is an answer.
    turn_since: MediaTime,
    utterances: Vec<Utterance>,
    noise: StdRng,
}

#[derive(Debug)]
struct Speaking {
    samples: Arc<[i16]>,
    sent: usize,
}

/// From one key to the next.
const KEY_GAP: MediaTime = MediaTime::from_ms(200);

impl Default for Mouth {
    fn default() -> Self {
        Self::new(&CallerScript::default())
    }
}

impl Mouth {
    pub(crate) fn new(script: &CallerScript) -> Self {
        Self {
            steps: script.queue(),
            manners: script.manners,
            speaking: None,
            keys: VecDeque::new(),
            next_key: MediaTime::ZERO,
            step_since: MediaTime::ZERO,
            turn_since: MediaTime::ZERO,
            utterances: Vec::new(),
            noise: StdRng::seed_from_u64(1),
        }
    }

    /// The steps that are left, for whoever runs the call outside of streams.
    pub(crate) fn steps(&mut self) -> &mut VecDeque<Step> {
        &mut self.steps
    }

    /// A new stream: media time begins again.
    pub(crate) fn begin_stream(&mut self) {
        self.speaking = None;
        self.next_key = MediaTime::ZERO;
        self.step_since = MediaTime::ZERO;
        self.turn_since = MediaTime::ZERO;
    }

    /// What was said in this stream so far.
    pub(crate) fn utterances(&self) -> &[Utterance] {
        &self.utterances
    }

    /// What was said in the stream that ends here.
    pub(crate) fn end_stream(&mut self) -> Vec<Utterance> {
        std::mem::take(&mut self.utterances)
    }

    /// The frame that begins at `at`, and what else is done then.
    pub(crate) fn next(
        &mut self,
        at: MediaTime,
        agent: &impl Hearing,
    ) -> ([i16; SAMPLES_PER_FRAME], Act) {
        let mut act = self.press(at);
        if self.speaking.is_none() && act == Act::Nothing {
            act = self.decide(at, agent);
        }
        (self.frame(at), act)
    }

    fn press(&mut self, at: MediaTime) -> Act {
        if at < self.next_key {
            return Act::Nothing;
        }
        match self.keys.pop_front() {
            Some(key) => {
                self.next_key = at.plus_samples(KEY_GAP.0);
                Act::Key(key)
            }
            None => Act::Nothing,
        }
    }

    fn decide(&mut self, at: MediaTime, agent: &impl Hearing) -> Act {
        let waited = at.samples_since(self.step_since);
        let impatient = waited >= samples(self.manners.patience);
        let Some(step) = self.steps.front() else {
            return self.linger(at, agent);
        };
        // Cloned only when it begins: most frames decide nothing.
        match step {
            Step::Say { name, samples_8k } => {
                let due = self.has_answered(at, agent, self.manners.quiet);
                if due || impatient {
                    let (name, samples_8k) = (name.clone(), Arc::clone(samples_8k));
                    self.speak(at, name, samples_8k, false, !due);
                }
            }
            Step::BargeIn { after, samples_8k } => {
                let speech = agent.ongoing(at);
                let due = speech.is_some_and(|s| at.samples_since(s.start) >= samples(*after));
                if due || impatient {
                    let samples_8k = Arc::clone(samples_8k);
                    self.speak(at, "barge-in".to_owned(), samples_8k, true, !due);
                }
            }
            Step::Press { digits } => {
                self.keys.extend(digits.chars());
                self.done(at);
                return self.press(at);
            }
            Step::Wait(duration) => {
                if waited >= samples(*duration) {
                    self.done(at);
                }
            }
            Step::WaitForAgent { quiet, at_most } => {
                if self.has_answered(at, agent, *quiet) || waited >= samples(*at_most) {
                    self.done(at);
                }
            }
            Step::HangUp => {
                self.done(at);
                return Act::HangUp;
            }
            Step::DropSocket => {
                self.done(at);
                return Act::DropSocket;
            }
        }
        Act::Nothing
    }

    /// After the last step the caller stays until nobody has said a word for a while.
    fn linger(&self, at: MediaTime, agent: &impl Hearing) -> Act {
        let last = agent.last_heard().unwrap_or(MediaTime::ZERO);
        let last = last.max(self.turn_since).max(self.step_since);
        if at.samples_since(last) >= samples(self.manners.linger) {
            return Act::HangUp;
        }
        Act::Nothing
    }

    fn has_answered(&self, at: MediaTime, agent: &impl Hearing, quiet: Duration) -> bool {
        agent
            .last_heard()
            .is_some_and(|end| end > self.turn_since && at.samples_since(end) >= samples(quiet))
    }

    fn speak(
        &mut self,
        at: MediaTime,
        name: String,
        samples: Arc<[i16]>,
        barge_in: bool,
        impatient: bool,
    ) {
        let end = at.plus_samples(samples.len() as u64);
        self.utterances.push(Utterance {
            name,
            start: at,
            end,
            speech_end: at.plus_samples(speech_length(&samples) as u64),
            barge_in,
            impatient,
        });
        self.done(at);
        self.turn_since = end;
        self.speaking = Some(Speaking { samples, sent: 0 });
    }

    fn done(&mut self, at: MediaTime) {
        self.steps.pop_front();
        self.step_since = at;
    }

    fn frame(&mut self, at: MediaTime) -> [i16; SAMPLES_PER_FRAME] {
        let mut frame = self.background();
        let Some(speaking) = &mut self.speaking else {
            return frame;
        };
        let rest = speaking.samples.get(speaking.sent..).unwrap_or_default();
        for (to, from) in frame.iter_mut().zip(rest) {
            *to = *from;
        }
        speaking.sent += SAMPLES_PER_FRAME;
        if speaking.sent >= speaking.samples.len() {
            self.speaking = None;
            self.step_since = at.plus_samples(SAMPLES_PER_FRAME as u64);
        }
        frame
    }

    fn background(&mut self) -> [i16; SAMPLES_PER_FRAME] {
        match self.manners.background {
            Background::Silence | Background::Noise { peak: 0 } => [0; SAMPLES_PER_FRAME],
            Background::Noise { peak } => {
                let peak = i16::try_from(peak).unwrap_or(i16::MAX);
                std::array::from_fn(|_| self.noise.random_range(-peak..=peak))
            }
        }
    }
}

fn samples(duration: Duration) -> u64 {
    MediaTime::from_duration(duration).0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(mouth: &mut Mouth, agent: &[i16], frames: u64) -> Vec<(u64, Act)> {
        let mut activity = Activity::default();
        let mut acts = Vec::new();
        let silence = [0; SAMPLES_PER_FRAME];
        for n in 0..frames {
            let at = n as usize * SAMPLES_PER_FRAME;
            activity.push(agent.get(at..at + SAMPLES_PER_FRAME).unwrap_or(&silence));
            let (_, act) = mouth.next(MediaTime(n * 160), &activity);
            if act != Act::Nothing {
                acts.push((n * 20, act));
            }
        }
        acts
    }

    fn say(ms: usize) -> Step {
        Step::Say {
            name: "hello".to_owned(),
            samples_8k: vec![3_000; ms * 8].into(),
        }
    }

    #[test]
    fn a_polite_caller_waits_for_the_agent_and_for_quiet() {
        let mut mouth = Mouth::new(&CallerScript::new(vec![say(100)]));
        run(&mut mouth, &[4_000; 8_000], 200);
        let said = mouth.end_stream();
        assert_eq!((said[0].start.as_ms(), said[0].end.as_ms()), (1_700, 1_800));
        assert!(!said[0].impatient);
    }

    #[test]
    fn a_silent_agent_is_waited_for_only_so_long() {
        let mut mouth = Mouth::new(&CallerScript::new(vec![say(100)]));
        run(&mut mouth, &[], 1_100);
        let said = mouth.end_stream();
        assert_eq!(said[0].start.as_ms(), 20_000);
        assert!(said[0].impatient);
    }

    #[test]
    fn a_barge_in_begins_inside_the_agents_speech() {
        let step = Step::BargeIn {
            after: Duration::from_millis(400),
            samples_8k: vec![3_000; 800].into(),
        };
        let mut mouth = Mouth::new(&CallerScript::new(vec![step]));
        run(&mut mouth, &vec![4_000; 16_000], 50);
        assert_eq!(mouth.end_stream()[0].start.as_ms(), 400);
    }

    #[test]
    fn keys_come_one_by_one_and_then_the_caller_leaves() {
        let steps = vec![
            Step::Wait(Duration::from_millis(100)),
            Step::Press {
                digits: "1#".to_owned(),
            },
        ];
        let mut mouth = Mouth::new(&CallerScript::new(steps));
        let acts = run(&mut mouth, &[], 400);
        assert_eq!(
            acts[..3],
            [
                (100 + 20, Act::Key('1')),
                (300 + 20, Act::Key('#')),
                (5_120, Act::HangUp)
            ]
        );
    }

    #[test]
    fn noise_is_never_louder_than_asked() {
        let mut script = CallerScript::new(Vec::new());
        script.manners.background = Background::Noise { peak: 20 };
        let (frame, _) = Mouth::new(&script).next(MediaTime::ZERO, &Activity::default());
        assert!(frame.iter().any(|&s| s != 0) && frame.iter().all(|s| s.abs() <= 20));
    }
}
