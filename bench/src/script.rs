//! What the caller does, step by step. Says nothing of how a carrier brings it about.

use std::{collections::VecDeque, sync::Arc, time::Duration};

/// A caller's part. Steps left over when one stream ends go on in the next.
#[derive(Debug, Clone, Default)]
pub struct CallerScript {
    pub steps: Vec<Step>,
    pub manners: Manners,
}

impl CallerScript {
    /// These steps with the manners of a polite person.
    pub fn new(steps: Vec<Step>) -> Self {
        Self {
            steps,
            manners: Manners::default(),
        }
    }

    pub(crate) fn queue(&self) -> VecDeque<Step> {
        self.steps.iter().cloned().collect()
    }
}

/// One thing that a caller does.
#[derive(Debug, Clone)]
pub enum Step {
    /// Speaks, once the agent has spoken and been quiet for [`Manners::quiet`].
    Say {
        /// For the report.
        name: String,
        /// 8 kHz.
        samples_8k: Arc<[i16]>,
    },
    /// Speaks over the agent: so long after the agent is next heard to begin.
    BargeIn {
        after: Duration,
        /// 8 kHz.
        samples_8k: Arc<[i16]>,
    },
    /// Presses keys: 0-9, *, #, A-D.
    Press { digits: String },
    /// Lets time go by.
    Wait(Duration),
    /// Waits until the agent has spoken and then been quiet.
    WaitForAgent { quiet: Duration, at_most: Duration },
    /// Puts the phone down.
    HangUp,
    /// Breaks the carrier's media socket without a goodbye (a TCP reset); the call itself goes on.
    DropSocket,
}

/// How the caller behaves between the steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manners {
    /// How long the agent must be quiet before the caller takes the turn.
    pub quiet: Duration,
    /// How long the caller waits for the agent at most; then goes on, and the report says so.
    pub patience: Duration,
    /// After the last step: how long nobody says a word before the caller hangs up.
    pub linger: Duration,
    pub background: Background,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            quiet: Duration::from_millis(700),
            patience: Duration::from_secs(20),
            linger: Duration::from_secs(5),
            background: Background::Silence,
        }
    }
}

/// What is on the line while the caller says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Background {
    /// Digital silence, mu-law 0xFF.
    Silence,
    /// White noise, the same in every call, never louder than `peak`.
    Noise { peak: u16 },
}
