//! One media stream as the exchange holds it: a frame every 20 ms on absolute deadlines, what the
//! server says in between, and the way to its end. Knows its socket, not who wakes it.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

use media::{
    frame::{MediaTime, SAMPLES_PER_FRAME},
    mulaw,
};
use rustix::net::sockopt::set_socket_linger;

use super::{
    ear::Ear,
    echo::Echo,
    figures::Figures,
    framing::{self, Opcode},
    reader::{Reader, Said},
    socket::Upgraded,
    turns::Turns,
};
use crate::{
    fault::CounterStyle,
    mouth::{Act, Mouth},
    report::StreamEnd,
    sid::new_stream_sid,
    stream::{MessageWriter, StartFields},
    violation::Violation,
};

/// Who calls, and until when.
#[derive(Debug)]
pub(crate) struct Seat {
    pub start: StartFields,
    pub caller: Caller,
    pub hang_up_at: Instant,
}

/// What the caller does.
#[derive(Debug)]
pub(crate) enum Caller {
    /// Follows a script.
    Scripted(Box<Mouth>),
    /// Sends frames and times their return.
    Echo,
}

/// How a stream came to its end.
#[derive(Debug)]
pub(crate) struct Held {
    pub end: StreamEnd,
    /// The caller, for the rest of the call.
    pub caller: Caller,
}

/// Room that all streams of a thread use in turn.
#[derive(Debug)]
pub(super) struct Scratch {
    pub read: Vec<u8>,
    pub text: Vec<u8>,
    pub payload: Vec<u8>,
    /// Of a send behind its deadline.
    pub worst_lateness: Duration,
}

/// One stream.
#[derive(Debug)]
pub(super) struct Stream {
    pub tcp: TcpStream,
    caller: Caller,
    start: StartFields,
    hang_up_at: Instant,
    writer: MessageWriter,
    reader: Reader,
    ear: Ear,
    turns: Turns,
    echo: Echo,
    began: Instant,
    frames: u64,
    /// Bytes of a frame that is not whole.
    inbox: Vec<u8>,
    /// Parts of a message whose last part is to come.
    parts: Vec<u8>,
    /// Bytes that are to be sent, or that the socket did not take.
    outbox: Vec<u8>,
    /// When a ping went out that has no pong.
    ping: Option<Instant>,
    /// The end that we have told the server, and how long it has to agree.
    closing: Option<(StreamEnd, Instant)>,
}

/// From one ping to the next, in frames.
const PING_EVERY: u64 = 50;
/// What a server that reads leaves unread at most: 20 s of frames.
const LONGEST_OUTBOX: usize = 512 * 1024;
/// How long a server may take to answer a close.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);
const FRAME: Duration = Duration::from_millis(20);

impl Stream {
    /// A stream that begins at `now`.
    pub(super) fn new(upgraded: Upgraded, seat: Seat, now: Instant) -> Self {
        let sid = new_stream_sid();
        let mut stream = Self {
            tcp: upgraded.tcp,
            caller: seat.caller,
            start: seat.start,
            hang_up_at: seat.hang_up_at,
            reader: Reader::new(sid.clone()),
            writer: MessageWriter::new(sid, CounterStyle::Strings),
            ear: Ear::default(),
            turns: Turns::default(),
            echo: Echo::default(),
            began: now,
            frames: 0,
            inbox: upgraded.leftover,
            parts: Vec::new(),
            outbox: Vec::new(),
            ping: None,
            closing: None,
        };
        if let Caller::Scripted(mouth) = &mut stream.caller {
            mouth.begin_stream();
        }
        let connected = stream.writer.connected();
        stream.tell(&connected);
        let start = stream.writer.start(&stream.start);
        stream.tell(&start);
        stream
    }

    /// When it must be looked at next.
    pub(super) fn due(&self) -> Instant {
        match self.closing {
            Some((_, until)) => until,
            None => self.began + FRAME * (self.frames as u32 + 1),
        }
    }

    /// It is due. The end, when it has come to one.
    pub(super) fn tick(&mut self, figures: &mut Figures, room: &mut Scratch) -> Option<StreamEnd> {
        if let Some((end, _)) = self.closing {
            return Some(end);
        }
        let now = Instant::now();
        let lateness = now.saturating_duration_since(self.due());
        figures.lateness.record(lateness);
        room.worst_lateness = room.worst_lateness.max(lateness);
        figures.frames_sent += 1;
        self.ear.advance(self.media_time(now));
        self.echo_marks();
        let act = self.speak(now, figures, room);
        self.frames += 1;
        self.probe(now);
        match act {
            Act::Nothing => {}
            Act::Key(key) => {
                let message = self.writer.dtmf(key);
                self.tell(&message);
            }
            Act::HangUp => self.hang_up(StreamEnd::ByCaller, now),
            Act::DropSocket => {
                // Without it the end is a FIN, which a server takes as well.
                let _ = set_socket_linger(&self.tcp, Some(Duration::ZERO));
                return Some(StreamEnd::Dropped);
            }
        }
        if self.closing.is_none() && now >= self.hang_up_at {
            self.hang_up(StreamEnd::TimeLimit, now);
        }
        self.flush(figures, room)
    }

    /// There is something to read. The end, when it has come to one.
    pub(super) fn readable(
        &mut self,
        figures: &mut Figures,
        room: &mut Scratch,
    ) -> Option<StreamEnd> {
        let mut buffer = std::mem::take(&mut room.read);
        let end = self.read(&mut buffer, figures, room);
        room.read = buffer;
        // A frame goes out within 20 ms anyway; what was asked of us need not wait for it.
        if end.is_some() || self.outbox.is_empty() {
            return end;
        }
        self.flush(figures, room)
    }

    /// Puts the phone down.
    pub(super) fn hang_up(&mut self, end: StreamEnd, now: Instant) {
        if self.closing.is_some() {
            return;
        }
        let stop = self
            .writer
            .stop(&self.start.account_sid, &self.start.call_sid);
        self.tell(&stop);
        framing::append(&mut self.outbox, Opcode::Close, &1_000_u16.to_be_bytes());
        self.closing = Some((end, now + CLOSE_WITHIN));
    }

    /// Settles what is open.
    pub(super) fn finish(mut self, end: StreamEnd, figures: &mut Figures) -> Held {
        let now = Instant::now();
        self.turns.end(self.media_time(now), figures);
        if let Some(sent) = self
            .ping
            .filter(|sent| now - *sent > Duration::from_secs(1))
        {
            figures.probe.record(now - sent);
        }
        match &mut self.caller {
            Caller::Echo => figures.echo.add(&self.echo.end()),
            Caller::Scripted(mouth) => drop(mouth.end_stream()),
        }
        Held {
            end,
            caller: self.caller,
        }
    }

    fn speak(&mut self, now: Instant, figures: &mut Figures, room: &mut Scratch) -> Act {
        let at = MediaTime(self.frames * SAMPLES_PER_FRAME as u64);
        let (frame, act) = match &mut self.caller {
            Caller::Echo => {
                self.echo.sent(now);
                (Echo::frame(self.frames), Act::Nothing)
            }
            Caller::Scripted(mouth) => {
                let spoken = mouth.next(at, &self.ear);
                self.turns.caller_said(mouth.utterances(), figures);
                spoken
            }
        };
        let mut bytes = [mulaw::SILENCE; SAMPLES_PER_FRAME];
        mulaw::encode_slice(&frame, &mut bytes);
        room.text.clear();
        self.writer.append_media(&bytes, at.as_ms(), &mut room.text);
        framing::append(&mut self.outbox, Opcode::Text, &room.text);
        act
    }

    fn probe(&mut self, now: Instant) {
        if self.ping.is_none() && self.frames.is_multiple_of(PING_EVERY) {
            self.ping = Some(now);
            framing::append(&mut self.outbox, Opcode::Ping, b"probe");
        }
    }

    fn echo_marks(&mut self) {
        while let Some(name) = self.ear.reached() {
            let message = self.writer.mark(&name);
            self.tell(&message);
        }
    }

    fn read(
        &mut self,
        buffer: &mut [u8],
        figures: &mut Figures,
        room: &mut Scratch,
    ) -> Option<StreamEnd> {
        loop {
            let length = match self.tcp.read(buffer) {
                Ok(0) => return Some(self.ended(None)),
                Ok(length) => length,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return None,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => return Some(self.ended(None)),
            };
            let now = Instant::now();
            self.ear.advance(self.media_time(now));
            if let Some(end) = self.feed(&buffer[..length], now, figures, room) {
                return Some(end);
            }
            if length < buffer.len() {
                return None;
            }
        }
    }

    /// Takes all whole frames of what was kept and of `bytes`, and keeps the rest.
    fn feed(
        &mut self,
        bytes: &[u8],
        now: Instant,
        figures: &mut Figures,
        room: &mut Scratch,
    ) -> Option<StreamEnd> {
        let mut kept = std::mem::take(&mut self.inbox);
        let mut rest = if kept.is_empty() {
            bytes
        } else {
            kept.extend_from_slice(bytes);
            kept.as_slice()
        };
        loop {
            match framing::parse(rest) {
                Ok(Some(frame)) => {
                    rest = &rest[frame.length..];
                    if let Some(end) = self.frame(&frame, now, figures, room) {
                        return Some(end);
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    tracing::debug!(%error, "no WebSocket frame");
                    return Some(self.ended(None));
                }
            }
        }
        self.inbox.extend_from_slice(rest);
        None
    }

    fn frame(
        &mut self,
        frame: &framing::Frame<'_>,
        now: Instant,
        figures: &mut Figures,
        room: &mut Scratch,
    ) -> Option<StreamEnd> {
        match frame.opcode {
            Opcode::Text if frame.is_last => self.text(frame.payload, now, figures, room),
            Opcode::Text => self.parts = frame.payload.to_vec(),
            Opcode::Continuation => {
                self.parts.extend_from_slice(frame.payload);
                if frame.is_last {
                    let whole = std::mem::take(&mut self.parts);
                    self.text(&whole, now, figures, room);
                }
            }
            Opcode::Binary => figures.violated(&Violation::Binary {
                bytes: frame.payload.len(),
            }),
            Opcode::Ping => framing::append(&mut self.outbox, Opcode::Pong, frame.payload),
            Opcode::Pong => {
                if let Some(sent) = self.ping.take() {
                    figures.probe.record(now - sent);
                }
            }
            Opcode::Close => {
                let code = frame.payload.first_chunk().copied();
                return Some(self.ended(code.map(u16::from_be_bytes)));
            }
        }
        None
    }

    fn text(&mut self, text: &[u8], now: Instant, figures: &mut Figures, room: &mut Scratch) {
        if self.closing.is_some() {
            // Nothing may follow our close, so nothing is said to it.
            return;
        }
        figures.messages_received += 1;
        match self.reader.read(text, &mut room.payload) {
            Ok(Said::Media(bytes)) => {
                figures.frames_received += (bytes.len() as u64).div_ceil(SAMPLES_PER_FRAME as u64);
                if matches!(self.caller, Caller::Echo) {
                    let round_trip = &mut figures.round_trip;
                    self.echo.came(bytes, now, |took| round_trip.record(took));
                }
                let arrival = self.ear.media(bytes);
                if arrival.overflow {
                    figures.violated(&Violation::QueueTooLong);
                }
                figures.frames_late += arrival.gap.div_ceil(SAMPLES_PER_FRAME as u64);
                figures.off_pace.record(of_samples(arrival.off_pace));
                if let Some(at) = arrival.onset {
                    self.turns.agent_began(at, figures);
                }
            }
            Ok(Said::Mark(name)) => {
                if let Some(name) = self.ear.mark(name) {
                    let message = self.writer.mark(&name);
                    self.tell(&message);
                }
            }
            Ok(Said::Clear) => {
                self.ear.clear();
                self.turns.cleared(self.media_time(now), figures);
                self.echo_marks();
            }
            Err(violation) => figures.violated(&violation),
        }
    }

    /// The server has ended it, or agreed to our end.
    fn ended(&mut self, code: Option<u16>) -> StreamEnd {
        if let Some((end, _)) = self.closing {
            return end;
        }
        let reply = code.map_or(Vec::new(), |code| code.to_be_bytes().to_vec());
        framing::append(&mut self.outbox, Opcode::Close, &reply);
        // Whoever closed may not read any more.
        let _ = self.tcp.write(&self.outbox);
        StreamEnd::ByServer { code }
    }

    fn flush(&mut self, figures: &mut Figures, room: &mut Scratch) -> Option<StreamEnd> {
        match self.tcp.write(&self.outbox) {
            Ok(taken) => {
                self.outbox.drain(..taken);
            }
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
            Err(_) => {
                // The server's own close may still be waiting to be read.
                let mut buffer = std::mem::take(&mut room.read);
                let end = self.read(&mut buffer, figures, room);
                room.read = buffer;
                return Some(end.unwrap_or_else(|| self.ended(None)));
            }
        }
        // The server does not read, which is as good as gone.
        (self.outbox.len() > LONGEST_OUTBOX).then_some(StreamEnd::ByServer { code: None })
    }

    fn tell(&mut self, message: &str) {
        framing::append(&mut self.outbox, Opcode::Text, message.as_bytes());
    }

    fn media_time(&self, now: Instant) -> MediaTime {
        MediaTime::from_duration(now.saturating_duration_since(self.began))
    }
}

pub(super) fn of_samples(samples: u64) -> Duration {
    // A sample lasts 125 µs.
    Duration::from_micros(samples * 125)
}
