//! The carrier's end of one call in the hands of a test, which decides what is sent and when. It
//! does nothing by itself: no audio goes out, no mark comes back.

use std::time::Duration;

use bench::{
    CounterStyle, Instruction, MessageWriter, Received, StartFields, StreamClient, StreamError,
    new_call_sid, new_stream_sid, read_instruction,
    signature::{HEADER, sign_form, sign_url},
    twiml::{self, Stream, Verb},
};
use media::twilio::{CallSid, StreamSid};
use url::Url;

use super::record::Record;
use crate::{
    harness::AI_VOICE,
    node::{CALLER, Node, TOKEN},
};

/// An open stream of a call that the node connected to its agent.
pub(super) struct Line<'a> {
    /// What is kept of the call.
    pub(super) record: Record<'a>,
    pub(super) fields: StartFields,
    pub(super) writer: MessageWriter,
    socket: StreamClient,
}

impl<'a> Line<'a> {
    /// Dials the agent and opens the stream; nothing is said on it yet.
    pub(super) async fn dial(node: &'a Node) -> Self {
        Self::dial_as(node, new_stream_sid()).await
    }

    pub(super) async fn dial_as(node: &'a Node, stream_sid: StreamSid) -> Self {
        let call_sid = new_call_sid();
        let stream = connected(node, &call_sid).await;
        let socket = open(node, &stream.url, &sign_url(TOKEN, stream.url.as_str()))
            .await
            .expect("a signed stream is let in");
        Self {
            record: Record::new(node, &call_sid),
            fields: StartFields {
                account_sid: ACCOUNT.parse().unwrap(),
                call_sid,
                parameters: stream.parameters,
            },
            writer: MessageWriter::new(stream_sid, CounterStyle::Strings),
            socket,
        }
    }

    /// As [`Self::dial`], and the stream begins.
    pub(super) async fn answered(node: &'a Node) -> Self {
        let mut line = Self::dial(node).await;
        line.begin().await;
        line
    }

    pub(super) async fn begin(&mut self) {
        self.send(self.writer.connected()).await;
        let start = self.writer.start(&self.fields);
        self.send(start).await;
    }

    /// Any text.
    pub(super) async fn send(&mut self, text: impl Into<String>) {
        self.try_send(text).await.unwrap();
    }

    /// As [`Self::send`], to a node that may have closed.
    pub(super) async fn try_send(&mut self, text: impl Into<String>) -> Result<(), StreamError> {
        self.socket.send_text(text).await
    }

    pub(super) async fn send_binary(&mut self, bytes: &[u8]) {
        self.socket.send_binary(bytes.to_vec()).await.unwrap();
    }

    pub(super) async fn press(&mut self, keys: &str) {
        for key in keys.chars() {
            let message = self.writer.dtmf(key);
            self.send(message).await;
        }
    }

    pub(super) async fn echo(&mut self, mark: &str) {
        let message = self.writer.mark(mark);
        self.send(message).await;
    }

    /// Whatever comes next.
    pub(super) async fn receive(&mut self) -> Received {
        tokio::time::timeout(PATIENCE, self.socket.receive())
            .await
            .expect("the node says something or closes")
    }

    /// The next instruction, read as strictly as the carrier reads it.
    pub(super) async fn hear(&mut self) -> Instruction {
        match self.receive().await {
            Received::Text(text) => read_instruction(&text, self.writer.stream_sid()).unwrap(),
            other @ (Received::Binary(_) | Received::Closed { .. }) => panic!("{other:?}"),
        }
    }

    /// Listens until so many pieces of audio came in a row that nothing cleared; the marks behind
    /// them.
    pub(super) async fn hear_audio(&mut self, pieces: usize) -> Vec<String> {
        let (mut heard, mut marks) = (0, Vec::new());
        while heard < pieces {
            match self.hear().await {
                Instruction::Media(_) => heard += 1,
                Instruction::Mark(name) => marks.push(name),
                Instruction::Clear => {
                    heard = 0;
                    marks.clear();
                }
            }
        }
        marks
    }

    /// For so long: echoes each mark as it comes, as if its audio had been played.
    pub(super) async fn echo_all_for(&mut self, time: Duration) {
        let until = tokio::time::Instant::now() + time;
        while let Ok(told) = tokio::time::timeout_at(until, self.hear()).await {
            if let Instruction::Mark(name) = told {
                self.echo(&name).await;
            }
        }
    }

    /// Reads on until the stream is closed: the code, if the node gave one.
    pub(super) async fn closed(&mut self) -> Option<u16> {
        self.closed_because().await.0
    }

    /// The same, with the reason that was given.
    pub(super) async fn closed_because(&mut self) -> (Option<u16>, String) {
        loop {
            if let Received::Closed { code, reason } = self.receive().await {
                return (code, reason);
            }
        }
    }

    /// The caller hangs up: `stop`, then a close.
    pub(super) async fn hang_up(mut self) {
        self.stop().await;
        self.socket.close().await;
    }

    pub(super) async fn stop(&mut self) {
        let StartFields {
            account_sid,
            call_sid,
            ..
        } = &self.fields;
        let stop = self.writer.stop(account_sid, call_sid);
        self.send(stop).await;
    }

    /// A close without a `stop`.
    pub(super) async fn close(self) -> Record<'a> {
        self.socket.close().await;
        self.record
    }

    /// A TCP reset: the carrier's end is gone from one moment to the next.
    pub(super) fn reset(self) -> Record<'a> {
        self.socket.reset();
        self.record
    }
}

/// Opens the media socket at the node itself, whatever its public address is.
pub(super) async fn open(
    node: &Node,
    public: &Url,
    signature: &str,
) -> Result<StreamClient, StreamError> {
    let wire = format!("{}{}", node.url.replace("http://", "ws://"), public.path());
    StreamClient::connect(&wire.parse().unwrap(), Some(signature)).await
}

/// Dials the agent; the stream that the carrier is told to open.
pub(super) async fn connected(node: &Node, call_sid: &CallSid) -> Stream {
    let verbs = ask(node, call_sid, INCOMING, &[]).await;
    let stream = verbs.into_iter().find_map(|verb| {
        if let Verb::Connect { stream, .. } = verb {
            Some(stream)
        } else {
            None
        }
    });
    stream.expect("a stream to the agent")
}

/// A signed webhook of this call, with `more` fields; the verbs of the answer.
pub(super) async fn ask(
    node: &Node,
    call_sid: &CallSid,
    path: &str,
    more: &[(&str, &str)],
) -> Vec<Verb> {
    let usual = [
        ("CallSid", call_sid.as_str()),
        ("AccountSid", ACCOUNT),
        ("From", CALLER),
        ("To", AI_VOICE),
        ("CallStatus", "ringing"),
        ("Direction", "inbound"),
    ];
    let is_replaced = |name: &str| more.iter().any(|(other, _)| *other == name);
    let form: Vec<(String, String)> = usual
        .iter()
        .filter(|(name, _)| !is_replaced(name))
        .chain(more)
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let answer = reqwest::Client::new()
        .post(format!("{}{path}", node.url))
        .header(
            HEADER,
            sign_form(TOKEN, &format!("{}{path}", node.origin), &form),
        )
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    let document = answer.text().await.unwrap();
    twiml::parse(&document).unwrap_or_else(|error| panic!("{error}: {document}"))
}

pub(super) const INCOMING: &str = "/twilio/voice/incoming";
const ACCOUNT: &str = "AC00000000000000000000000000000000";
/// Longer than any promise that is tested, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(20);
