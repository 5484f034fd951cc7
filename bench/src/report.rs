//! What happened in a call, as the caller and the carrier saw it. Judges nothing.

use std::time::Duration;

use media::{
    frame::MediaTime,
    twilio::{CallSid, StreamSid},
};

use crate::{
    activity::Segment, lateness::Lateness, mouth::Utterance, playout::Heard, violation::Violation,
};

/// A whole call. Times are since the first webhook.
#[derive(Debug, Clone)]
pub struct CallReport {
    pub call_sid: CallSid,
    /// In the order asked for.
    pub documents: Vec<Document>,
    pub verbs: Vec<VerbHeard>,
    /// Callbacks without TwiML: status and recording.
    pub callbacks: Vec<Posted>,
    /// One per `<Connect><Stream>`.
    pub streams: Vec<StreamReport>,
    pub ending: Ending,
    pub duration: Duration,
}

/// A TwiML document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The public URL it was asked from.
    pub url: String,
    /// From the request to the whole answer.
    pub took: Duration,
    pub twiml: String,
}

/// A verb that was run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerbHeard {
    pub at: Duration,
    /// The name of the element.
    pub verb: &'static str,
    /// What a person would notice of it: the text said, the file played, the number dialled, the
    /// keys pressed.
    pub what: String,
}

/// An answer to a callback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    pub at: Duration,
    pub url: String,
    /// HTTP.
    pub status: u16,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The caller put the phone down.
    CallerHungUp,
    /// `<Hangup>`.
    AgentHungUp,
    /// `<Reject>`.
    Rejected,
    /// No verb was left.
    NoVerbLeft,
    /// The call ran into `CallOptions::max_duration`.
    TimeLimit,
}

/// One media stream. Times are media time of this stream.
#[derive(Debug, Clone)]
pub struct StreamReport {
    pub stream_sid: StreamSid,
    pub end: StreamEnd,
    pub length: MediaTime,
    /// What the caller said.
    pub utterances: Vec<Utterance>,
    /// Everything about the agent's side, as heard.
    pub agent: Heard,
    /// What the server was sent of the caller, after mu-law; empty when it was not to be kept.
    pub caller_samples: Vec<i16>,
    pub violations: Vec<Violation>,
    pub lateness: Lateness,
}

/// How a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamEnd {
    /// The server closed it, or it broke at the server's side (no code).
    ByServer { code: Option<u16> },
    /// The caller hung up: `stop`, then a close.
    ByCaller,
    /// The script broke it.
    Dropped,
    /// The call's time limit.
    TimeLimit,
}

/// The agent's reply to an utterance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reply {
    /// From the end of the caller's speech to the first sound of the agent that began after it and
    /// before the caller spoke again, in ms.
    pub latency_ms: Option<u64>,
    /// The agent began to speak while the caller still did: it took the turn too early.
    pub cut_off: bool,
}

/// What a barge-in brought about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BargeIn {
    /// From the caller's onset to the arrival of `clear`, in ms; `None` when none came before the
    /// caller's next utterance.
    pub onset_to_clear_ms: Option<u64>,
    /// How long after the onset the interrupted speech was still heard, in ms.
    pub heard_on_ms: u64,
    /// Bytes of media between the clear and the end of the caller's speech: there should be none.
    pub bytes_after_clear: usize,
}

impl StreamReport {
    /// When the agent was heard.
    pub fn agent_segments(&self) -> &[Segment] {
        self.agent.activity.segments()
    }

    /// The agent's reply to each utterance.
    pub fn replies(&self) -> Vec<Reply> {
        let each = self.utterances.iter().enumerate();
        each.map(|(index, said)| self.reply(index, said)).collect()
    }

    /// What each utterance that interrupted the agent brought about.
    pub fn barge_ins(&self) -> Vec<BargeIn> {
        let each = self.utterances.iter().enumerate();
        each.filter(|(_, said)| said.barge_in)
            .map(|(index, said)| self.barge_in(index, said))
            .collect()
    }

    fn reply(&self, index: usize, said: &Utterance) -> Reply {
        let until = self.next_start(index);
        let begins = |from: MediaTime, to: MediaTime| {
            let mut starts = self.agent_segments().iter().map(|segment| segment.start);
            starts.find(|&start| from <= start && start < to)
        };
        Reply {
            latency_ms: begins(said.speech_end, until)
                .map(|start| ms(start.samples_since(said.speech_end))),
            cut_off: begins(said.start, said.speech_end).is_some(),
        }
    }

    fn barge_in(&self, index: usize, said: &Utterance) -> BargeIn {
        let until = self.next_start(index);
        let clears = self.agent.clears.iter().map(|clear| clear.at);
        let clear = { clears }.find(|&at| said.start <= at && at < until);
        let interrupted = self
            .agent_segments()
            .iter()
            .find(|segment| segment.start <= said.start && said.start < segment.end);
        let after_clear = self.agent.arrivals.iter().filter(|arrival| {
            clear.is_some_and(|clear| clear <= arrival.at) && arrival.at < said.speech_end
        });
        BargeIn {
            onset_to_clear_ms: clear.map(|at| ms(at.samples_since(said.start))),
            heard_on_ms: interrupted.map_or(0, |s| ms(s.end.samples_since(said.start))),
            bytes_after_clear: after_clear.map(|arrival| arrival.bytes).sum(),
        }
    }

    fn next_start(&self, index: usize) -> MediaTime {
        let next = self.utterances.get(index + 1);
        next.map_or(MediaTime(u64::MAX), |said| said.start)
    }
}

fn ms(samples: u64) -> u64 {
    MediaTime(samples).as_ms()
}
