//! All deadlines of a call in one table.

use std::time::Instant;

/// What a wake-up is for. Each is set at most once at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timer {
    /// The caller has been silent long enough: the turn is over.
    Endpoint,
    /// The caller's sound does not stop: noise, music, or a speech that must be answered in parts.
    LongTurn,
    /// The transcript of an ended turn did not come.
    Transcript,
    /// The chat model did not say the next word.
    Chat,
    /// A tool did not answer.
    Tool,
    /// A clause's next audio did not come.
    Synthesis,
    /// All audio was played by the clock, but its last mark did not come back.
    Mark,
    /// The caller has not said anything since we finished speaking.
    NoInput,
    /// No further key came.
    Digits,
    /// The longest call is over.
    MaxDuration,
    /// The transcript of the words before the hang-up did not come.
    LastWords,
    /// The agent is to be speaking, and nothing has gone out.
    Speaking,
    /// The caller's sound does not come any more, though the stream is open.
    Media,
    /// The caller's sound comes, and nobody judges whether it is speech.
    Judgement,
}

impl Timer {
    const COUNT: usize = 14;

    const ALL: [Self; Self::COUNT] = [
        Self::Endpoint,
        Self::LongTurn,
        Self::Transcript,
        Self::Chat,
        Self::Tool,
        Self::Synthesis,
        Self::Mark,
        Self::NoInput,
        Self::Digits,
        Self::MaxDuration,
        Self::LastWords,
        Self::Speaking,
        Self::Media,
        Self::Judgement,
    ];
}

/// The deadlines that are set.
#[derive(Debug, Default)]
pub struct TimerTable([Option<Instant>; Timer::COUNT]);

impl TimerTable {
    pub fn set(&mut self, timer: Timer, at: Instant) {
        self.0[timer as usize] = Some(at);
    }

    pub fn is_set(&self, timer: Timer) -> bool {
        self.0[timer as usize].is_some()
    }

    pub fn stop(&mut self, timer: Timer) {
        self.0[timer as usize] = None;
    }

    pub fn stop_all(&mut self) {
        *self = Self::default();
    }

    /// The earliest deadline.
    pub fn next(&self) -> Option<Instant> {
        self.0.iter().flatten().min().copied()
    }

    /// Takes out one timer that is due at `now`, the earliest first.
    pub fn take_due(&mut self, now: Instant) -> Option<Timer> {
        let due = Timer::ALL
            .into_iter()
            .filter_map(|timer| self.0[timer as usize].map(|at| (at, timer)))
            .filter(|(at, _)| *at <= now)
            .min_by_key(|(at, _)| *at)
            .map(|(_, timer)| timer)?;
        self.stop(due);
        Some(due)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_earliest_due_timer_comes_first_and_once() {
        #[expect(
            clippy::disallowed_methods,
            reason = "an origin for virtual time; nothing reads it again"
        )]
        let began = Instant::now();
        let mut timers = TimerTable::default();
        timers.set(Timer::Chat, began + Duration::from_millis(20));
        timers.set(Timer::NoInput, began + Duration::from_millis(10));
        timers.set(Timer::Tool, began + Duration::from_millis(30));
        let now = began + Duration::from_millis(25);
        assert_eq!(timers.take_due(now), Some(Timer::NoInput));
        assert_eq!(timers.take_due(now), Some(Timer::Chat));
        assert_eq!(timers.take_due(now), None);
        assert_eq!(timers.next(), Some(began + Duration::from_millis(30)));
    }
}
