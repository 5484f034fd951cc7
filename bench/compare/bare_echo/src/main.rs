//! A bare echo: axum's WebSocket and the codec work of a call, and nothing else.
//!
//! `bare_echo 127.0.0.1:8090` answers every stream on every path. Each media message is parsed,
//! decoded from base64 and mu-law, brought to 16 kHz and back, encoded and written, with the same
//! functions and the same buffer sizes as Trunkline's own echo line. It knows no signature, token,
//! database, jitter or order of frames: what Trunkline costs more than this is what these cost.

use axum::{
    Router,
    extract::ws::{Message, WebSocket, WebSocketUpgrade},
    response::Response,
    serve::ListenerExt as _,
};
use futures_util::SinkExt;
use media::{
    frame::SAMPLES_PER_FRAME,
    mulaw,
    resample::{Down2, Up2, to_f32, to_i16},
    twilio::{self, StreamMessage, StreamWriter},
};

#[tokio::main]
#[expect(clippy::print_stderr, reason = "the command line speaks to its user")]
async fn main() {
    let Some(address) = std::env::args().nth(1) else {
        eprintln!("bare_echo ADDRESS: the address to listen on, such as 127.0.0.1:8090");
        std::process::exit(2);
    };
    if let Err(error) = serve(&address).await {
        eprintln!("bare_echo: {address}: {error}");
        std::process::exit(1);
    }
}

async fn serve(address: &str) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind(address).await?;
    // Without it an echo waits for the caller's next frame. A caller for whom it cannot be set is
    // only served worse.
    let listener = listener.tap_io(|tcp| {
        let _ = tcp.set_nodelay(true);
    });
    axum::serve(listener, Router::new().fallback(upgrade)).await
}

async fn upgrade(upgrade: WebSocketUpgrade) -> Response {
    upgrade
        .protocols(["audio.twilio.com"])
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_message_size(LONGEST_MESSAGE)
        .max_frame_size(LONGEST_MESSAGE)
        .on_upgrade(echo)
}

async fn echo(mut socket: WebSocket) {
    let (mut writer, mut sound) = (None, Sound::default());
    while let Some(Ok(message)) = socket.recv().await {
        let Message::Text(text) = message else {
            continue;
        };
        match twilio::parse(&text) {
            Ok(StreamMessage::Start(start)) => writer = Some(StreamWriter::new(&start.stream_sid)),
            Ok(StreamMessage::Media(media)) => {
                let Some(writer) = &mut writer else { continue };
                if twilio::decode_payload(&media.payload, &mut sound.payload).is_err() {
                    continue;
                }
                let text = writer.media(&sound.there_and_back()).into();
                if socket.send(Message::Text(text)).await.is_err() {
                    return;
                }
            }
            Ok(StreamMessage::Stop) => break,
            Ok(
                StreamMessage::Connected
                | StreamMessage::Mark { .. }
                | StreamMessage::Dtmf { .. }
                | StreamMessage::Unknown { .. },
            )
            | Err(_) => {}
        }
    }
    let _ = socket.close().await;
}

#[derive(Default)]
struct Sound {
    up: Up2,
    down: Down2,
    payload: Vec<u8>,
    wide: Vec<f32>,
    narrow: Vec<f32>,
}

impl Sound {
    fn there_and_back(&mut self) -> [u8; SAMPLES_PER_FRAME] {
        let mut samples = [0; SAMPLES_PER_FRAME];
        mulaw::decode_slice(&self.payload, &mut samples);
        self.wide.clear();
        self.narrow.clear();
        self.up.push(&samples.map(to_f32), &mut self.wide);
        self.down.push(&self.wide, &mut self.narrow);
        let mut echo = [mulaw::SILENCE; SAMPLES_PER_FRAME];
        for (byte, &sample) in echo.iter_mut().zip(&self.narrow) {
            *byte = mulaw::encode(to_i16(sample));
        }
        echo
    }
}

/// As Trunkline's.
const BUFFER: usize = 1024;
const LONGEST_MESSAGE: usize = 256 * 1024;
