//! One stream in real time: a frame every 20 ms on absolute deadlines, marks echoed when they are
//! reached, whatever the server does in between.
//!
//! A frame is sent when its last sample would have been spoken, as a carrier does. One task, no
//! lock; the only queue is the playout, which is bounded by [`crate::playout::LONGEST_QUEUE`].

use std::time::Duration;

use media::{
    frame::{MediaTime, SAMPLES_PER_FRAME},
    mulaw,
};
use tokio::time::Instant;

use crate::{
    fault::{Faults, StartFault},
    lateness::Lateness,
    mouth::{Act, Mouth},
    playout::Playout,
    report::{StreamEnd, StreamReport},
    sid::new_stream_sid,
    stream::{
        Instruction, MediaSender, MessageWriter, Received, StartFields, StreamClient, StreamError,
        read_instruction,
    },
    violation::Violation,
};

/// What a stream needs to know of its call.
#[derive(Debug)]
pub(crate) struct Setting<'a> {
    pub start: StartFields,
    pub faults: &'a Faults,
    pub record_heard: bool,
    /// When the call runs out of time.
    pub deadline: Instant,
}

/// Holds the conversation until either side ends it.
pub(crate) async fn converse(
    client: StreamClient,
    mouth: &mut Mouth,
    setting: &Setting<'_>,
) -> StreamReport {
    let mut conversation = Conversation::new(client, setting);
    mouth.begin_stream();
    let end = match conversation.run(mouth).await {
        Ok(end) => end,
        Err(error) => {
            tracing::debug!(%error, "the stream ended while sending");
            // The server's own close may still be waiting to be read.
            conversation.read_close().await
        }
    };
    conversation.finish(end, mouth).await
}

struct Conversation<'a> {
    client: StreamClient,
    setting: &'a Setting<'a>,
    writer: MessageWriter,
    sender: MediaSender,
    playout: Playout,
    began: Instant,
    /// Frames sent.
    frames: u64,
    caller_samples: Vec<i16>,
    late: Vec<Duration>,
    violations: Vec<Violation>,
}

/// More of the same helps nobody.
const MOST_VIOLATIONS: usize = 100;

impl<'a> Conversation<'a> {
    fn new(client: StreamClient, setting: &'a Setting<'a>) -> Self {
        Self {
            client,
            setting,
            writer: MessageWriter::new(new_stream_sid(), setting.faults.counters),
            sender: MediaSender::new(setting.faults),
            playout: Playout::new(setting.record_heard),
            began: Instant::now(),
            frames: 0,
            caller_samples: Vec::new(),
            late: Vec::new(),
            violations: Vec::new(),
        }
    }

    async fn run(&mut self, mouth: &mut Mouth) -> Result<StreamEnd, StreamError> {
        self.open().await?;
        self.began = Instant::now();
        loop {
            let tick = self.instant((self.frames + 1) * SAMPLES_PER_FRAME as u64);
            let mark = self.playout.next_mark().map(|due| self.instant(due.0));
            let wake = mark.map_or(tick, |mark| mark.min(tick));
            tokio::select! {
                // Sends first: the clock must not wait for a talkative server.
                biased;
                () = tokio::time::sleep_until(wake) => {}
                received = self.client.receive() => {
                    if let Some(end) = self.received(received).await? {
                        return Ok(end);
                    }
                }
            }
            let now = Instant::now();
            let marks = self.playout.advance(self.media_time(now));
            self.echo(marks).await?;
            if now >= tick {
                self.late.push(now - tick);
                if let Some(end) = self.tick(mouth).await? {
                    return Ok(end);
                }
            }
            if now >= self.setting.deadline {
                return Ok(StreamEnd::TimeLimit);
            }
        }
    }

    async fn open(&mut self) -> Result<(), StreamError> {
        self.client.send_text(self.writer.connected()).await?;
        let starts = match self.setting.faults.start {
            StartFault::None => 1,
            StartFault::Missing => 0,
            StartFault::Twice => 2,
        };
        for _ in 0..starts {
            let start = self.writer.start(&self.setting.start);
            self.client.send_text(start).await?;
        }
        if let Some(bytes) = self.setting.faults.huge_frame {
            self.client.send_text("x".repeat(bytes)).await?;
        }
        Ok(())
    }

    /// Sends the frame that is complete, and does what the script does at its time.
    async fn tick(&mut self, mouth: &mut Mouth) -> Result<Option<StreamEnd>, StreamError> {
        let at = MediaTime(self.frames * SAMPLES_PER_FRAME as u64);
        self.frames += 1;
        let (frame, act) = mouth.next(at, self.playout.activity());
        for message in self.sender.frame(&frame, &mut self.writer) {
            self.client.send_text(message).await?;
        }
        if self.setting.record_heard {
            let as_sent = frame.iter().map(|&s| mulaw::decode(mulaw::encode(s)));
            self.caller_samples.extend(as_sent);
        }
        match act {
            Act::Nothing => Ok(None),
            Act::Key(key) => {
                let message = self.writer.dtmf(key);
                self.client.send_text(message).await?;
                Ok(None)
            }
            Act::HangUp => Ok(Some(StreamEnd::ByCaller)),
            Act::DropSocket => Ok(Some(StreamEnd::Dropped)),
        }
    }

    async fn received(&mut self, received: Received) -> Result<Option<StreamEnd>, StreamError> {
        let now = self.media_time(Instant::now());
        let marks = self.playout.advance(now);
        self.echo(marks).await?;
        match received {
            Received::Text(text) => self.text(&text).await?,
            Received::Binary(bytes) => self.violated(Violation::Binary { bytes: bytes.len() }),
            Received::Closed { code, .. } => return Ok(Some(StreamEnd::ByServer { code })),
        }
        Ok(None)
    }

    async fn text(&mut self, text: &str) -> Result<(), StreamError> {
        let marks = match read_instruction(text, self.writer.stream_sid()) {
            Ok(Instruction::Media(bytes)) => {
                let samples = bytes.iter().map(|&byte| mulaw::decode(byte));
                if !self.playout.media(samples) {
                    self.violated(Violation::QueueTooLong);
                }
                Vec::new()
            }
            Ok(Instruction::Mark(name)) => self.playout.mark(name),
            Ok(Instruction::Clear) => self.playout.clear(),
            // Twilio passes over what it warns about.
            Err(violation) => {
                self.violated(violation);
                Vec::new()
            }
        };
        self.echo(marks).await
    }

    async fn echo(&mut self, names: Vec<String>) -> Result<(), StreamError> {
        for name in names {
            let message = self.writer.mark(&name);
            self.client.send_text(message).await?;
        }
        Ok(())
    }

    fn violated(&mut self, violation: Violation) {
        if self.violations.len() < MOST_VIOLATIONS {
            self.violations.push(violation);
        }
    }

    async fn read_close(&mut self) -> StreamEnd {
        let reading = async {
            loop {
                if let Received::Closed { code, .. } = self.client.receive().await {
                    return code;
                }
            }
        };
        let code = tokio::time::timeout(Duration::from_secs(1), reading).await;
        StreamEnd::ByServer {
            code: code.ok().flatten(),
        }
    }

    async fn finish(mut self, end: StreamEnd, mouth: &mut Mouth) -> StreamReport {
        let length = self.media_time(Instant::now());
        match end {
            StreamEnd::Dropped => self.client.reset(),
            StreamEnd::ByServer { .. } => self.client.close().await,
            StreamEnd::ByCaller | StreamEnd::TimeLimit => {
                let start = &self.setting.start;
                let stop = self.writer.stop(&start.account_sid, &start.call_sid);
                // A server that is gone needs no goodbye.
                let _ = self.client.send_text(stop).await;
                self.client.close().await;
            }
        }
        StreamReport {
            stream_sid: self.writer.stream_sid().clone(),
            end,
            length,
            utterances: mouth.end_stream(),
            agent: self.playout.finish(),
            caller_samples: self.caller_samples,
            violations: self.violations,
            lateness: Lateness::of(self.late),
        }
    }

    fn instant(&self, sample: u64) -> Instant {
        // A sample lasts 125 µs.
        self.began + Duration::from_micros(sample * 125)
    }

    fn media_time(&self, now: Instant) -> MediaTime {
        MediaTime::from_duration(now.duration_since(self.began))
    }
}
