//! A frame costs no memory: once a call is under way, 20 ms of the caller's sound in and 20 ms of
//! the agent's out touch the allocator not once, from the text of one message to the text of the
//! other.
//!
//! A binary of its own, since it counts what its whole process allocates.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    time::{Duration, Instant},
};

use call::{
    Call, CallConfig, Input, Output,
    config::{Limits, Phrases, ProviderNames},
};
use media::{
    frame::{MediaTime, SAMPLES_PER_FRAME},
    mulaw,
    playout::PlayoutConfig,
    recording::StereoMixer,
    resample::{Down2, Up2, to_f32},
    twilio::{self, StreamMessage, StreamWriter},
};
use tenant_config::voice::VoiceSettings;

struct Counting;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

#[expect(
    unsafe_code,
    reason = "an allocator is written no other way; this one only counts"
)]
// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: as above.
        unsafe { System.realloc(memory, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// A call whose agent speaks for two minutes, and all that a driver does with a frame.
struct Line {
    call: Call,
    writer: StreamWriter,
    mixer: StereoMixer,
    recorded: Vec<u8>,
    payload: Vec<u8>,
    sent: usize,
    /// The text of the mark that the carrier echoes with its next message.
    mark: String,
    began: Instant,
}

impl Line {
    fn new(began: Instant) -> Self {
        let config = CallConfig {
            settings: VoiceSettings::default(),
            greeting: "A long story.".to_owned(),
            resume: None,
            playout: PlayoutConfig::default(),
            phrases: Phrases::default(),
            limits: Limits::default(),
            providers: ProviderNames {
                asr: "asr".into(),
                vad: "vad".into(),
                chat: "chat".into(),
                tts: "tts".into(),
            },
        };
        let mut line = Self {
            call: Call::new(config, began),
            writer: StreamWriter::new(&"MZ0123".parse().expect("a StreamSid")),
            mixer: StereoMixer::default(),
            recorded: Vec::with_capacity(4 << 20),
            payload: Vec::with_capacity(1_024),
            sent: 0,
            mark: String::with_capacity(256),
            began,
        };
        line.call.handle_input(Input::Started, began);
        let mut clause = None;
        while let Some(output) = line.call.poll_output() {
            if let Output::Speak { clause: asked, .. } = output {
                clause = Some(asked);
            }
        }
        let samples = vec![1_000; 120 * 8_000];
        let clause = clause.expect("the greeting is spoken");
        let samples = &samples[..];
        line.input(Input::SpeechAudio { clause, samples }, began);
        line.input(Input::SpeechFinished { clause }, began);
        line
    }

    fn input(&mut self, input: Input<'_>, now: Instant) {
        self.call.handle_input(input, now);
        while let Some(output) = self.call.poll_output() {
            if let Output::SendMedia(payload) = &output {
                self.sent += usize::from(!self.writer.media(payload).is_empty());
            } else if let Output::SendMark(name) = output {
                self.mark.clear();
                self.mark.push_str(self.writer.mark(name));
            } else if let Output::CallerFrame(frame) = &output {
                self.mixer.caller(frame);
            } else if let Output::AgentHeard(played) = &output {
                self.mixer.agent(played.at, played.samples());
            }
        }
        let until = MediaTime::from_duration(now - self.began);
        self.mixer.advance(until, &mut self.recorded);
    }

    /// One message of the caller, and what is due with it.
    fn message(&mut self, text: &str, now: Instant) {
        let mut payload = std::mem::take(&mut self.payload);
        let Ok(StreamMessage::Media(media)) = twilio::parse(text) else {
            panic!("no media: {text}")
        };
        twilio::decode_payload(&media.payload, &mut payload).expect("base64");
        let (timestamp_ms, chunk) = (media.timestamp_ms, media.chunk);
        let input = Input::Media {
            timestamp_ms,
            chunk,
            payload: &payload,
        };
        self.input(input, now);
        self.payload = payload;
        let judged = Input::SpeechProbability {
            until: MediaTime::from_ms(timestamp_ms + 20),
            window_samples: 160,
            probability: 0.01,
        };
        self.input(judged, now);
        let mark = std::mem::take(&mut self.mark);
        if let Ok(StreamMessage::Mark { name }) = twilio::parse(&mark) {
            self.input(Input::Mark(&name), now);
        }
        self.mark = mark;
    }
}

/// The caller's messages, as text: what the socket hands over.
fn messages(frames: u64) -> Vec<String> {
    let mut writer = StreamWriter::new(&"MZ0123".parse().expect("a StreamSid"));
    let payload = [mulaw::encode(300); SAMPLES_PER_FRAME];
    let ours = writer.media(&payload).to_owned();
    (0..frames)
        .map(|n| {
            let counters = format!(r#""chunk":"{}","timestamp":"{}","payload""#, n + 1, n * 20);
            ours.replace(r#""payload""#, &counters)
        })
        .collect()
}

#[test]
fn a_frame_of_a_call_under_way_allocates_nothing() {
    #[expect(
        clippy::disallowed_methods,
        reason = "an origin for virtual time; nothing reads it again"
    )]
    let began = Instant::now();
    let mut line = Line::new(began);
    let messages = messages(3_000);
    let (warm, steady) = messages.split_at(500);
    let mut now = began;
    let mut run = |line: &mut Line, texts: &[String]| {
        let before = (COUNT.get(), line.sent);
        for text in texts {
            now += Duration::from_millis(20);
            line.message(text, now);
        }
        (COUNT.get() - before.0, line.sent - before.1)
    };
    run(&mut line, warm);
    let (allocations, frames) = run(&mut line, steady);
    assert_eq!((allocations, frames), (0, 2_500));
}

#[test]
fn resampling_both_ways_allocates_nothing() {
    let (mut up, mut down) = (Up2::new(), Down2::new());
    let (mut wide, mut narrow) = (Vec::with_capacity(512), Vec::with_capacity(512));
    let frame = [to_f32(1_000); SAMPLES_PER_FRAME];
    let before = COUNT.get();
    for _ in 0..1_000 {
        wide.clear();
        narrow.clear();
        up.push(&frame, &mut wide);
        down.push(&wide, &mut narrow);
    }
    assert_eq!((COUNT.get() - before, narrow.len()), (0, SAMPLES_PER_FRAME));
}
