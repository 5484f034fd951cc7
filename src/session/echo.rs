//! The echo line: sends each caller their own sound back, at once.
//!
//! Every frame goes the whole way of a real one: parsed, decoded, put in order, 8 to 16 kHz as a
//! recognizer wants it, back to 8 as a voice is brought down, encoded, written. There is no
//! [`call::Call`], no mind and no recording; the call's record is closed as ever.

use std::{pin::pin, time::Duration};

use axum::extract::ws::{Message, WebSocket};
use call::{
    io::Command,
    record::{CallSummary, EndReason, NextAction},
};
use media::{
    frame::SAMPLES_PER_FRAME,
    jitter::Arrivals,
    mulaw,
    resample::{Down2, Up2, to_f32, to_i16},
    twilio::{self, StreamMessage, StreamWriter, Track},
};
use tokio::{sync::mpsc, time::Instant};

use super::{
    goodbye::Goodbye,
    keeper::{Desk, Keeper},
    wire::Wire,
};

/// Echoes until the stream ends, and writes down how.
pub(crate) async fn run(
    desk: Desk,
    mut commands: mpsc::Receiver<Command>,
    socket: WebSocket,
    writer: StreamWriter,
) {
    let began = Instant::now();
    let keeper = Keeper::start(desk);
    let mut wire = Wire::new(socket, writer);
    let mut sound = Sound::default();
    let mut silence = pin!(tokio::time::sleep(SILENT));
    let reason = loop {
        silence.as_mut().reset(Instant::now() + SILENT);
        let message = tokio::select! {
            biased;
            message = wire.receive() => message,
            () = silence.as_mut() => break EndReason::StreamLost,
            Some(Command::HangUp | Command::HandOver) = commands.recv() => {
                break EndReason::Operator;
            }
        };
        let text = match message {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => continue,
            Some(Ok(Message::Close(_)) | Err(_)) | None => break EndReason::StreamLost,
        };
        match twilio::parse(&text) {
            Ok(StreamMessage::Media(media)) if media.track == Track::Inbound => {
                sound.take(&media);
                while let Some(payload) = sound.next_echo() {
                    wire.media(&payload).await;
                }
                wire.flush().await;
            }
            Ok(StreamMessage::Stop) => break EndReason::CallerHungUp,
            // The echo asks for no keys and sends no marks; noise on the wire is not its concern.
            Ok(
                StreamMessage::Media(_)
                | StreamMessage::Start(_)
                | StreamMessage::Connected
                | StreamMessage::Mark { .. }
                | StreamMessage::Dtmf { .. }
                | StreamMessage::Unknown { .. },
            )
            | Err(_) => {}
        }
        if wire.is_lost() {
            break EndReason::StreamLost;
        }
    };
    let summary = CallSummary {
        reason,
        next: NextAction::HangUp,
        duration_ms: began.elapsed().as_millis() as u64,
        barge_ins: 0,
        failure: None,
        latencies_ms: Vec::new(),
        resume: None,
    };
    keeper.finish(&summary, None).await;
    wire.close(Goodbye::Over).await;
}

/// A carrier that sends nothing for so long is gone; as long as a conversation waits for it.
const SILENT: Duration = Duration::from_secs(10);

/// The way of the sound, there and back. Its buffers are reused.
#[derive(Default)]
struct Sound {
    arrivals: Arrivals,
    up: Up2,
    down: Down2,
    payload: Vec<u8>,
    wide: Vec<f32>,
    narrow: Vec<f32>,
}

impl Sound {
    fn take(&mut self, media: &twilio::Media<'_>) {
        if twilio::decode_payload(&media.payload, &mut self.payload).is_ok() {
            self.arrivals
                .push(media.timestamp_ms, media.chunk, &self.payload);
        }
    }

    fn next_echo(&mut self) -> Option<[u8; SAMPLES_PER_FRAME]> {
        let frame = self.arrivals.pop()?;
        self.wide.clear();
        self.narrow.clear();
        self.up.push(&frame.samples.map(to_f32), &mut self.wide);
        self.down.push(&self.wide, &mut self.narrow);
        let mut echo = [mulaw::SILENCE; SAMPLES_PER_FRAME];
        for (byte, &sample) in echo.iter_mut().zip(&self.narrow) {
            *byte = mulaw::encode(to_i16(sample));
        }
        Some(echo)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_comes_back_for_each_and_sounds_the_same() {
        let mut sound = Sound::default();
        let tone: Vec<u8> = (0..1_600)
            .map(|n: i32| {
                mulaw::encode(((n as f32 * std::f32::consts::TAU / 16.0).sin() * 8_000.0) as i16)
            })
            .collect();
        let mut back = Vec::new();
        for (n, frame) in tone.chunks(160).enumerate() {
            sound.arrivals.push(n as u64 * 20, None, frame);
            back.extend(sound.next_echo().expect("a frame for a frame"));
            assert!(sound.next_echo().is_none());
        }
        let delay = (Up2::DELAY / 2) + Down2::DELAY;
        let error = |n: usize| {
            let (there, here) = (mulaw::decode(tone[n]), mulaw::decode(back[n + delay]));
            i32::from(there).abs_diff(i32::from(here))
        };
        assert!((160..1_400).all(|n| error(n) < 800));
    }
}
