//! What a frame costs on its way through, stage by stage and whole: `cargo bench -p media`.
//!
//! One iteration is 20 ms of one call in one direction, so 20 ms divided by a figure is how many
//! calls one core could carry if there were nothing but this.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use criterion::{Criterion, criterion_group, criterion_main};
use media::{
    jitter::Arrivals,
    mulaw,
    playout::{Playout, PlayoutConfig, PlayoutStep, UtteranceId},
    resample::{Down2, ToTelephone, Up2, to_f32, to_i16},
    twilio::{self, StreamMessage, StreamWriter},
};

fn payload() -> [u8; 160] {
    std::array::from_fn(|n| (n * 37 % 256) as u8)
}

fn media_text(chunk: u64) -> String {
    let mut writer = StreamWriter::new(
        &"MZ0123456789abcdef0123456789abcdef"
            .parse()
            .expect("a name"),
    );
    let ours = writer.media(&payload()).to_owned();
    let counters = format!(
        r#""track":"inbound","chunk":"{chunk}","timestamp":"{}","#,
        chunk * 20
    );
    ours.replace(r#""payload""#, &format!(r#"{counters}"payload""#))
        .replace(
            r#""streamSid""#,
            &format!(r#""sequenceNumber":"{chunk}","streamSid""#),
        )
}

fn stages(c: &mut Criterion) {
    let mut group = c.benchmark_group("stage");
    let text = media_text(4_231);
    group.bench_function("parse", |b| {
        b.iter(|| twilio::parse(black_box(&text)).expect("media"));
    });
    let Ok(StreamMessage::Media(media)) = twilio::parse(&text) else {
        panic!("no media")
    };
    let mut bytes = Vec::new();
    group.bench_function("base64_decode", |b| {
        b.iter(|| twilio::decode_payload(black_box(&media.payload), &mut bytes).expect("base64"));
    });
    let (payload, mut samples, mut coded) = (payload(), [0; 160], [0; 160]);
    group.bench_function("mulaw_decode", |b| {
        b.iter(|| mulaw::decode_slice(black_box(&payload), black_box(&mut samples)));
    });
    group.bench_function("mulaw_encode", |b| {
        b.iter(|| mulaw::encode_slice(black_box(&samples), black_box(&mut coded)));
    });
    group.bench_function("arrivals", |b| {
        let (mut arrivals, mut chunk) = (Arrivals::new(), 0);
        b.iter(|| {
            arrivals.push(chunk * 20, Some(chunk + 1), black_box(&payload));
            chunk += 1;
            arrivals.pop()
        });
    });
    let narrow = samples.map(to_f32);
    let wide = [narrow, narrow].concat();
    let mut out = Vec::new();
    group.bench_function("up_8k_16k", |b| {
        let mut up = Up2::new();
        b.iter(|| {
            out.clear();
            up.push(black_box(&narrow), &mut out);
        });
    });
    group.bench_function("down_16k_8k", |b| {
        let mut down = Down2::new();
        b.iter(|| {
            out.clear();
            down.push(black_box(&wide), &mut out);
        });
    });
    for rate in [22_050, 24_000, 48_000] {
        let voice = vec![0.1; rate as usize / 50];
        let mut out = Vec::new();
        group.bench_function(format!("to_telephone_{rate}"), |b| {
            let mut filter = ToTelephone::new(rate).expect("a supported rate");
            b.iter(|| {
                out.clear();
                filter.push(black_box(&voice), &mut out);
            });
        });
    }
    let mut writer = StreamWriter::new(
        &"MZ0123456789abcdef0123456789abcdef"
            .parse()
            .expect("a name"),
    );
    group.bench_function("write_media", |b| {
        b.iter(|| writer.media(black_box(&payload)).len());
    });
    group.finish();
}

fn paths(c: &mut Criterion) {
    let mut group = c.benchmark_group("path");
    group.bench_function("inbound", |b| {
        let text = media_text(4_231);
        let (mut bytes, mut wide) = (Vec::new(), Vec::new());
        let (mut arrivals, mut up, mut chunk) = (Arrivals::new(), Up2::new(), 0);
        b.iter(|| {
            let Ok(StreamMessage::Media(media)) = twilio::parse(black_box(&text)) else {
                return;
            };
            twilio::decode_payload(&media.payload, &mut bytes).expect("base64");
            // The text stays the same; its counters may not, or it would be a duplicate.
            arrivals.push(chunk * 20, Some(chunk + 1), &bytes);
            chunk += 1;
            let frame = arrivals.pop().expect("a frame for a frame");
            wide.clear();
            up.push(&frame.samples.map(to_f32), &mut wide);
            black_box(&wide);
        });
    });
    group.bench_function("outbound", |b| {
        let mut writer = StreamWriter::new(
            &"MZ0123456789abcdef0123456789abcdef"
                .parse()
                .expect("a name"),
        );
        let mut now = origin();
        let mut playout = Playout::new(PlayoutConfig::default(), now);
        let (mut down, voice, mut narrow) = (Down2::new(), [0.1; 320], Vec::new());
        b.iter(|| {
            narrow.clear();
            down.push(black_box(&voice), &mut narrow);
            let samples: [i16; 160] = std::array::from_fn(|n| to_i16(narrow[n]));
            playout.push(UtteranceId(1), &samples);
            now += Duration::from_millis(20);
            while let Some(step) = playout.poll(now) {
                match step {
                    PlayoutStep::Media { payload, .. } => black_box(writer.media(&payload).len()),
                    PlayoutStep::Mark { name } => {
                        playout.handle_mark(&name.to_string());
                        black_box(writer.mark(name).len())
                    }
                };
            }
            while let Some(frame) = playout.poll_played(now) {
                black_box(frame.samples().len());
            }
        });
    });
    group.finish();
}

#[expect(
    clippy::disallowed_methods,
    reason = "an origin for virtual time; nothing reads it again"
)]
fn origin() -> Instant {
    Instant::now()
}

criterion_group!(benches, stages, paths);
criterion_main!(benches);
