//! The one loop of a call: whatever happens becomes one input of the [`Call`], and what the call
//! wants done is carried out before the next.

use std::{
    collections::VecDeque,
    path::PathBuf,
    pin::{Pin, pin},
    sync::{Arc, Mutex, PoisonError},
};

use agents::{brief::Brief, llm::ChatEvent, tools::ToolBackend, vad::SpeechProbability};
use axum::extract::ws::{Message, WebSocket};
use call::{
    Call, CallConfig, Input, Output,
    io::{Command, Part, Recognize, StreamEnd, TurnId},
    record::{CallSummary, EventKind, WordTime},
};
use media::{
    frame::MediaTime,
    twilio::{self, StreamMessage, StreamWriter, Track},
};
use store::call::{CallOutcome, CallRef};
use tokio::{sync::mpsc, time::Instant};
use tracing::Instrument;

use super::{
    caller_audio::CallerAudio,
    event::{Event, failure},
    goodbye::Goodbye,
    input_log::InputLog,
    keeper::{Desk, Keeper, keep_recording},
    listener::{self, Heard},
    mind::Mind,
    providers::Providers,
    recorder::{Recorder, writer::RecordingWriter},
    speaker::{self, Say},
    wire::Wire,
};
use crate::{
    clock::Clock,
    ledger::{Ledger, Share},
};

/// Everything a session is held with.
pub struct Session {
    pub ledger: Ledger,
    pub clock: Clock,
    pub recordings: RecordingWriter,
    pub providers: Providers,
    pub call: CallRef,
    /// The carrier's name of the call.
    pub call_sid: String,
    /// Where the recording lies, below the data folder; `None`: there is none.
    pub recording: Option<String>,
    /// How long the call had lasted when this stream began, where it follows another: its times
    /// count on from there.
    pub began_after_ms: u64,
    pub config: CallConfig,
    pub brief: Arc<Brief>,
    pub backend: Arc<dyn ToolBackend>,
    pub outcome: Arc<Mutex<Option<CallOutcome>>>,
    /// Where the call's inputs are written down, if the operator wants that.
    pub input_log: Option<PathBuf>,
    pub commands: mpsc::Receiver<Command>,
}

/// Holds the conversation on an open stream until it is over, and writes down how it ended. Made
/// here and not in the future, so that a call holds itself once.
pub fn run(
    session: Session,
    socket: WebSocket,
    writer: StreamWriter,
) -> Pin<Box<impl Future<Output = ()> + Send>> {
    let Session {
        ledger,
        clock,
        recordings,
        providers,
        call,
        config,
        brief,
        backend,
        ..
    } = session;
    let desk = Desk {
        ledger,
        clock,
        call,
        call_sid: session.call_sid,
        share: Share::default(),
    };
    let recorder = session
        .recording
        .map(|key| Recorder::start(&recordings, key));
    let (events, received) = mpsc::channel(EVENTS);
    let (heard, to_listener) = mpsc::channel(HEARD);
    let (says, to_speaker) = mpsc::channel(SAYS);
    let (judgements, probabilities) = mpsc::channel(JUDGEMENTS);
    let listening = listener::run(
        Arc::clone(&providers.recognizer),
        Arc::clone(&providers.turn_end),
        to_listener,
        events.clone(),
    );
    tokio::spawn(listening.in_current_span());
    let speaking = speaker::run(Arc::clone(&providers.voice), to_speaker, events.clone());
    tokio::spawn(speaking.in_current_span());
    let began = Instant::now();
    let input_log = session
        .input_log
        .and_then(|path| InputLog::begin(&path, &config, began.into_std()));
    let mut driver = Driver {
        call: Call::new(config, began.into_std()),
        began,
        input_log,
        wire: Wire::new(socket, writer),
        voice_activity: providers.voice_activity.open(judgements),
        caller_audio: CallerAudio::default(),
        sure: VecDeque::new(),
        heard,
        says,
        mind: Mind::new(Arc::clone(&providers.chat), brief, backend, events),
        recorder,
        judged_until: MediaTime::ZERO,
        caller_until: MediaTime::ZERO,
        keeper: Keeper::start(desk.clone()),
        payload: Vec::with_capacity(1_024),
        began_after_ms: session.began_after_ms,
        ended: None,
        goodbye: Goodbye::Over,
    };
    let mut inbox = Inbox {
        events: received,
        probabilities,
        commands: session.commands,
    };
    let outcome = session.outcome;
    // Lent and not given away: a future keeps what it was given beside what it makes of it.
    Box::pin(async move {
        driver.converse(&mut inbox).await;
        Box::pin(driver.close(&outcome, desk)).await;
    })
}

/// Everything that can happen to a call.
struct Inbox {
    events: mpsc::Receiver<Event>,
    probabilities: mpsc::Receiver<SpeechProbability>,
    commands: mpsc::Receiver<Command>,
}

struct Driver {
    call: Call,
    began: Instant,
    input_log: Option<InputLog>,
    wire: Wire,
    voice_activity: Box<dyn agents::vad::VoiceActivityStream>,
    caller_audio: CallerAudio,
    /// Judgements that came with their frame.
    sure: VecDeque<SpeechProbability>,
    heard: mpsc::Sender<Heard>,
    says: mpsc::Sender<Say>,
    mind: Mind,
    recorder: Option<Recorder>,
    /// The caller's audio is judged up to here.
    judged_until: MediaTime,
    /// The caller's audio is recorded up to here.
    caller_until: MediaTime,
    keeper: Keeper,
    /// Decoded payload of the message at hand; reused.
    payload: Vec<u8>,
    began_after_ms: u64,
    ended: Option<Box<CallSummary>>,
    /// How the stream will be closed.
    goodbye: Goodbye,
}

impl Driver {
    async fn converse(&mut self, inbox: &mut Inbox) {
        self.input(Input::Started).await;
        let mut stream_open = true;
        // One timer for the whole call: moving it is cheaper than making one for each message.
        let mut alarm = pin!(tokio::time::sleep_until(self.began));
        while self.ended.is_none() {
            // A judgement that needed no thought comes behind those that did.
            while !self.sure.is_empty()
                && let Ok(judged) = inbox.probabilities.try_recv()
            {
                self.judged(judged).await;
            }
            if let Some(judged) = self.sure.pop_front() {
                self.judged(judged).await;
                continue;
            }
            let deadline = self.call.poll_timeout().map(Instant::from_std);
            if let Some(at) = deadline.filter(|at| *at != alarm.deadline()) {
                alarm.as_mut().reset(at);
            }
            tokio::select! {
                biased;
                Some(judged) = inbox.probabilities.recv() => self.judged(judged).await,
                message = self.wire.receive(), if stream_open => {
                    stream_open = self.message(message).await;
                }
                Some(event) = inbox.events.recv() => self.event(event).await,
                Some(command) = inbox.commands.recv() => self.input(Input::Command(command)).await,
                () = alarm.as_mut(), if deadline.is_some() => self.input(Input::Timeout).await,
            }
            if self.wire.is_lost() && stream_open {
                stream_open = false;
                self.input(Input::StreamEnded(StreamEnd::Lost)).await;
            }
        }
    }

    /// The conversation is over: first what happens next is stored, then the stream is closed, so
    /// that the carrier's next question finds an answer.
    async fn close(self, outcome: &Mutex<Option<CallOutcome>>, desk: Desk) {
        let Self {
            wire,
            keeper,
            recorder,
            input_log,
            ended,
            goodbye,
            call,
            ..
        } = self;
        let Some(summary) = ended else { return };
        let outcome = *outcome.lock().unwrap_or_else(PoisonError::into_inner);
        keeper.finish(&summary, outcome).await;
        let closed = wire.close(goodbye).await;
        let arrivals = call.arrival_stats();
        tracing::info!(
            reason = summary.reason.as_str(),
            duration_ms = summary.duration_ms,
            barge_ins = summary.barge_ins,
            closed,
            samples_lost = arrivals.lost_samples,
            "conversation ended"
        );
        metrics::counter!("trunkline_conversations_total", "reason" => summary.reason.as_str())
            .increment(1);
        if let Some(log) = input_log {
            let _ = tokio::task::spawn_blocking(|| log.finish()).await;
        }
        if let Some(recorder) = recorder {
            keep_recording(&desk, recorder.finish().await);
        }
    }

    async fn message(&mut self, message: Option<Result<Message, axum::Error>>) -> bool {
        let text = match message {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Binary(_))) => {
                ignored("binary");
                return true;
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => return true,
            Some(Err(error)) => {
                self.lose_stream(Goodbye::after(&error)).await;
                return false;
            }
            Some(Ok(Message::Close(_))) | None => {
                self.lose_stream(Goodbye::Over).await;
                return false;
            }
        };
        match twilio::parse(&text) {
            Ok(StreamMessage::Media(media)) if media.track == Track::Inbound => {
                self.media(&media).await;
            }
            Ok(StreamMessage::Dtmf { digit }) => self.input(Input::Digit(digit)).await,
            Ok(StreamMessage::Mark { name }) => self.input(Input::Mark(&name)).await,
            Ok(StreamMessage::Stop) => {
                self.input(Input::StreamEnded(StreamEnd::Stopped)).await;
                return false;
            }
            // A socket is one stream for its whole life: whoever begins another on it is no carrier.
            Ok(StreamMessage::Start(_)) => {
                tracing::warn!("the stream was started twice and is closed");
                metrics::counter!("trunkline_streams_refused_total", "reason" => "second_start")
                    .increment(1);
                self.lose_stream(Goodbye::Refused("second start")).await;
                return false;
            }
            Ok(
                StreamMessage::Media(_) | StreamMessage::Connected | StreamMessage::Unknown { .. },
            ) => {
                ignored("event");
            }
            Err(_) => ignored("malformed"),
        }
        true
    }

    /// Nothing is read any more. The stream is closed once the end of the call is stored.
    async fn lose_stream(&mut self, goodbye: Goodbye) {
        self.goodbye = goodbye;
        self.input(Input::StreamEnded(StreamEnd::Lost)).await;
    }

    async fn media(&mut self, media: &twilio::Media<'_>) {
        let mut payload = std::mem::take(&mut self.payload);
        payload.clear();
        if twilio::decode_payload(&media.payload, &mut payload).is_ok() {
            let (timestamp_ms, chunk) = (media.timestamp_ms, media.chunk);
            self.input(Input::Media {
                timestamp_ms,
                chunk,
                payload: &payload,
            })
            .await;
        } else {
            ignored("base64");
        }
        self.payload = payload;
    }

    async fn judged(&mut self, judged: SpeechProbability) {
        let decided = Instant::now();
        let window_samples = judged
            .until
            .samples_since(self.judged_until)
            .min(LONGEST_WINDOW);
        self.judged_until = judged.until;
        let cleared = self
            .input_clearing(Input::SpeechProbability {
                until: judged.until,
                window_samples,
                probability: judged.probability,
            })
            .await;
        if cleared {
            metrics::histogram!("trunkline_barge_in_clear_seconds")
                .record(decided.elapsed().as_secs_f64());
        }
    }

    async fn event(&mut self, event: Event) {
        match event {
            Event::TurnEnd { turn, probability } => {
                self.input(Input::TurnEndJudged { turn, probability }).await;
            }
            Event::Transcript {
                turn,
                from,
                transcript,
            } => {
                let words: Vec<WordTime> = transcript
                    .words
                    .into_iter()
                    .map(|word| WordTime {
                        text: word.text,
                        start_ms: from.as_ms() + u64::from(word.start_ms),
                        end_ms: from.as_ms() + u64::from(word.end_ms),
                    })
                    .collect();
                self.input(Input::Transcript {
                    turn: Some(turn),
                    part: Part::Whole,
                    text: &transcript.text,
                    confidence: transcript.confidence,
                    words: &words,
                })
                .await;
            }
            Event::RecognizerFailed { turn, error } => {
                let failure = note_failure(&error);
                self.input(Input::RecognizerFailed { turn, failure }).await;
            }
            Event::Chat {
                ask,
                event: ChatEvent::Text(text),
            } => {
                self.input(Input::ChatText { ask, text: &text }).await;
            }
            Event::Chat {
                ask,
                event: ChatEvent::ToolCall(call),
            } => {
                self.input(Input::ChatToolCall { ask, call }).await;
            }
            Event::Chat {
                ask,
                event: ChatEvent::Expect(expecting),
            } => {
                self.input(Input::ChatExpects { ask, expecting }).await;
            }
            Event::Chat {
                ask,
                event: ChatEvent::Finished(usage),
            } => {
                let (tokens_in, tokens_out) = (usage.tokens_in, usage.tokens_out);
                self.input(Input::ChatFinished {
                    ask,
                    tokens_in,
                    tokens_out,
                })
                .await;
            }
            Event::ChatFailed { ask, error } => {
                let failure = note_failure(&error);
                self.input(Input::ChatFailed { ask, failure }).await;
            }
            Event::Tool {
                id,
                content,
                control,
            } => {
                self.input(Input::ToolAnswered {
                    id,
                    content,
                    control,
                })
                .await;
            }
            Event::Audio { clause, samples } => {
                self.input(Input::SpeechAudio {
                    clause,
                    samples: &samples,
                })
                .await;
            }
            Event::AudioFinished { clause } => self.input(Input::SpeechFinished { clause }).await,
            Event::SpeechFailed { clause, error } => {
                let failure = note_failure(&error);
                self.input(Input::SpeechFailed { clause, failure }).await;
            }
        }
    }

    /// One input, one drain.
    async fn input(&mut self, input: Input<'_>) {
        self.input_clearing(input).await;
    }

    /// One input, one drain. Returns whether a `clear` went out.
    async fn input_clearing(&mut self, input: Input<'_>) -> bool {
        let now = Instant::now();
        if let Some(log) = &mut self.input_log {
            log.input(&input, now.into_std());
        }
        self.call.handle_input(input, now.into_std());
        let mut cleared = false;
        while let Some(output) = self.call.poll_output() {
            if let Some(log) = &mut self.input_log {
                log.output(&output);
            }
            cleared |= output == Output::SendClear;
            self.carry_out(output).await;
        }
        self.advance_recording(now);
        self.wire.flush().await;
        cleared
    }

    async fn carry_out(&mut self, output: Output) {
        match output {
            Output::CallerFrame(frame) => {
                self.sure.extend(self.voice_activity.push(&frame));
                self.caller_audio.push(&frame);
                self.caller_until = frame.at.plus_samples(frame.samples.len() as u64);
                if let Some(recorder) = &mut self.recorder {
                    recorder.caller(&frame);
                }
            }
            Output::AgentHeard(played) => {
                if let Some(recorder) = &mut self.recorder {
                    recorder.agent(&played);
                }
            }
            Output::SendMedia(payload) => self.wire.media(&payload).await,
            Output::SendMark(name) => self.wire.mark(name).await,
            Output::SendClear => self.wire.clear().await,
            Output::Recognize(command) => self.recognize(command),
            Output::JudgeTurnEnd { turn } => self.judge(turn),
            Output::Ask { ask, messages } => self.mind.ask(ask, messages),
            Output::CancelAsk { ask } => self.mind.cancel(ask),
            Output::Speak { clause, text } => self.tell_speaker(Say::Clause { clause, text }),
            Output::CancelSpeech { from } => self.tell_speaker(Say::Cancel { from }),
            Output::RunTool(call) => self.mind.run_tool(call),
            Output::TurnDone(mut turn) => {
                turn.count_on_from(self.began_after_ms);
                if let Some(total) = turn.latency.total_ms() {
                    metrics::histogram!("trunkline_first_audio_seconds")
                        .record(total as f64 / 1000.0);
                }
                self.keeper.turn(turn);
            }
            Output::Event(mut event) => {
                event.at_ms += self.began_after_ms;
                if let EventKind::Stalled { what } = &event.kind {
                    metrics::counter!("trunkline_stalls_total", "what" => what.as_str())
                        .increment(1);
                    tracing::warn!(what = what.as_str(), "the conversation stood still");
                }
                self.keeper.event(&event);
            }
            Output::Ended(mut summary) => {
                summary.duration_ms += self.began_after_ms;
                self.ended = Some(summary);
            }
        }
    }

    fn recognize(&mut self, command: Recognize) {
        let began = self.caller_audio.follow(command);
        let heard = match command {
            Recognize::Begin { turn, from } => {
                let from = began.unwrap_or(from);
                Heard::Begin { turn, from }
            }
            Recognize::Transcribe { turn } => {
                let samples = self.caller_audio.give(turn);
                Heard::Transcribe { turn, samples }
            }
            Recognize::Resume { .. } => Heard::Resume,
            Recognize::Finish { turn } => Heard::Finish { turn },
        };
        self.tell_listener(heard);
    }

    fn judge(&self, turn: TurnId) {
        if let Some(samples) = self.caller_audio.last_of(turn) {
            self.tell_listener(Heard::Judge { turn, samples });
        }
    }

    /// The listener takes each command at once: its channel is never full while it lives, and what
    /// a dead one does not answer is missed by a deadline.
    fn tell_listener(&self, heard: Heard) {
        if self.heard.try_send(heard).is_err() {
            metrics::counter!("trunkline_listener_behind_total").increment(1);
        }
    }

    /// The machine has at most two clauses in synthesis, so the channel is never full while the
    /// speaker lives; a dead speaker shows as a missed synthesis deadline.
    fn tell_speaker(&self, say: Say) {
        if self.says.try_send(say).is_err() {
            tracing::error!("the speaker does not listen");
        }
    }

    /// Both sides are complete up to here: the agent's by the clock, the caller's by what came.
    fn advance_recording(&mut self, now: Instant) {
        let Some(recorder) = &mut self.recorder else {
            return;
        };
        let played = MediaTime::from_duration(now.duration_since(self.began));
        let settled = played.0.saturating_sub(SETTLE.0);
        // A caller whose audio stopped coming does not hold the recording up.
        let until = self
            .caller_until
            .0
            .max(settled.saturating_sub(STALLED.0))
            .min(settled);
        recorder.advance(MediaTime(until));
    }
}

fn note_failure(error: &agents::ProviderError) -> call::record::Failure {
    metrics::counter!("trunkline_provider_failures_total", "stage" => error.stage.as_str())
        .increment(1);
    tracing::warn!(%error, "provider failed");
    failure(error)
}

fn ignored(what: &'static str) {
    metrics::counter!("trunkline_stream_messages_ignored_total", "what" => what).increment(1);
}

/// Reports waiting for the driver; the tasks that make them wait when it is full.
const EVENTS: usize = 256;
const HEARD: usize = 64;
const SAYS: usize = 64;
/// Four seconds of windows.
const JUDGEMENTS: usize = 128;
/// A judgement speaks for no more than the last 128 ms, whatever came between.
const LONGEST_WINDOW: u64 = 1_024;
/// Audio counts as played this long after its time.
const SETTLE: MediaTime = MediaTime::from_ms(60);
/// How long the recording waits for the caller's audio.
const STALLED: MediaTime = MediaTime::from_ms(2_000);
