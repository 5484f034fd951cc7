//! Measures local speech on this machine: `cargo run -p local_speech --release --example
//! speech_figures -- COMMAND`.
//!
//! - `voices`: every voice says receptionist sentences through the telephone, whisper writes them
//!   down: word error rate, real-time factor, time to the first audio.
//! - `listen LIST.json DIR`: word error rate and decoding times over recorded utterances
//!   (`[{"file": …, "text": …}]`, WAV at 8 or 16 kHz below DIR).
//! - `turns LIST.json DIR`: how often whole and cut utterances are called complete.
//! - `speak VOICE TEXT OUT.wav`, `turn IN.wav`: one utterance by hand.
#![expect(
    clippy::print_stdout,
    reason = "a command-line tool prints its figures"
)]

use std::{collections::HashMap, error::Error, path::Path, time::Instant};

use agents::{asr::SpeechRecognizer, tts::SpeechSynthesizer, turn_end::TurnEnd};
use futures_util::StreamExt;
use local_speech::{
    G2p, ModelPaths, OnnxRuntime, PoolSize, SmartTurn, Voices, Whisper, default_models_dir,
};
use media::{mulaw, resample::ToTelephone};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

const POOL: PoolSize = PoolSize {
    workers: 1,
    queue: 8,
};

#[tokio::main]
async fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let models = ModelPaths::new(default_models_dir().ok_or("set TRUNKLINE_MODELS or HOME")?);
    match arguments.as_slice() {
        ["voices"] => voices(&models).await,
        ["listen", list, dir] => listen(&models, list, dir).await,
        ["turns", list, dir] => turns(&models, list, dir).await,
        ["speak", voice, text, out] => {
            let samples = say(&*open_voices(&models)?.open(voice)?, text).await?.0;
            write_wav(Path::new(out), &samples)
        }
        ["turn", wav] => {
            let samples = read_wav(Path::new(wav))?;
            println!("{:.4}", smart_turn(&models)?.completion(samples).await?);
            Ok(())
        }
        _ => Err(
            "voices | listen LIST DIR | turns LIST DIR | speak VOICE TEXT OUT | turn WAV".into(),
        ),
    }
}

async fn voices(models: &ModelPaths) -> Outcome {
    let whisper = Whisper::load(&models.file("ggml-tiny.en.bin")?, POOL, 1)?;
    let voices = open_voices(models)?;
    for name in voices.available() {
        let voice = voices.open(name)?;
        say(&*voice, "This warms the model up.").await?;
        let (mut errors, mut words, mut audio, mut took, mut first) = (0, 0, 0.0, 0.0, Vec::new());
        for sentence in SENTENCES {
            let began = Instant::now();
            let (samples, first_audio) = say(&*voice, sentence).await?;
            took += began.elapsed().as_secs_f64();
            audio += samples.len() as f64 / 8_000.0;
            first.push(first_audio);
            let heard = transcribe(&whisper, &through_the_line(&samples)).await?;
            let (reference, hypothesis) = (plain_words(sentence), plain_words(&heard));
            let wrong = distance(&reference, &hypothesis);
            if wrong > 0 {
                println!(
                    "  {wrong} of {}: {sentence}\n      heard: {heard}",
                    reference.len()
                );
            }
            errors += wrong;
            words += reference.len();
        }
        println!(
            "{name}: WER {:.2} % ({errors}/{words}), RTF {:.3}, first audio median {:.0} ms, max {:.0} ms",
            100.0 * errors as f64 / words as f64,
            took / audio,
            percentile(&mut first, 0.5) * 1e3,
            percentile(&mut first, 1.0) * 1e3,
        );
    }
    Ok(())
}

async fn listen(models: &ModelPaths, list: &str, dir: &str) -> Outcome {
    let whisper = Whisper::load(&models.file("ggml-tiny.en.bin")?, POOL, 1)?;
    let (mut errors, mut words, mut seconds, mut took) = (0, 0, 0.0, Vec::new());
    for (samples, text) in utterances(list, dir)? {
        seconds += samples.len() as f64 / 8_000.0;
        let began = Instant::now();
        let heard = transcribe(&whisper, &through_the_line(&samples)).await?;
        took.push(began.elapsed().as_secs_f64());
        let (reference, hypothesis) = (plain_words(&text), plain_words(&heard));
        let wrong = distance(&reference, &hypothesis);
        if wrong > 0 {
            println!(
                "  {wrong} of {}: {text}\n      heard: {heard}",
                reference.len()
            );
        }
        errors += wrong;
        words += reference.len();
    }
    let all: f64 = took.iter().sum();
    println!(
        "{} utterances, {seconds:.0} s: WER {:.2} % ({errors}/{words}), RTF {:.3}, decode median {:.0} ms, p95 {:.0} ms",
        took.len(),
        100.0 * errors as f64 / words as f64,
        all / seconds,
        percentile(&mut took, 0.5) * 1e3,
        percentile(&mut took, 0.95) * 1e3,
    );
    Ok(())
}

async fn turns(models: &ModelPaths, list: &str, dir: &str) -> Outcome {
    let turn_end = smart_turn(models)?;
    let (mut count, mut whole, mut cut, mut took) = (0, 0, 0, Vec::new());
    for (samples, _) in utterances(list, dir)? {
        let samples = through_the_line(&samples);
        let part = samples[..samples.len() * 6 / 10].to_vec();
        let began = Instant::now();
        whole += u32::from(turn_end.completion(samples).await? > 0.5);
        took.push(began.elapsed().as_secs_f64());
        cut += u32::from(turn_end.completion(part).await? > 0.5);
        count += 1;
    }
    println!(
        "{count} utterances: whole called complete {whole}, cut at 60 % called complete {cut}, median {:.0} ms",
        percentile(&mut took, 0.5) * 1e3
    );
    Ok(())
}

fn open_voices(models: &ModelPaths) -> Outcome<Voices> {
    let runtime = OnnxRuntime::load(&models.file("libonnxruntime.so.1.31.1")?)?;
    Ok(Voices::new(models.clone(), runtime, G2p::load(), POOL, 0))
}

fn smart_turn(models: &ModelPaths) -> Outcome<SmartTurn> {
    let runtime = OnnxRuntime::load(&models.file("libonnxruntime.so.1.31.1")?)?;
    Ok(SmartTurn::load(
        &runtime,
        &models.file("smart-turn-v3.2-cpu.onnx")?,
        POOL,
    )?)
}

/// All of a text's audio and the seconds to its first piece.
async fn say(voice: &dyn SpeechSynthesizer, text: &str) -> Outcome<(Vec<i16>, f64)> {
    let began = Instant::now();
    let (mut samples, mut first) = (Vec::new(), None);
    let mut pieces = voice.speak(text);
    while let Some(piece) = pieces.next().await {
        first.get_or_insert(began.elapsed().as_secs_f64());
        samples.extend(piece?);
    }
    Ok((samples, first.unwrap_or_default()))
}

async fn transcribe(whisper: &Whisper, samples: &[i16]) -> Outcome<String> {
    let mut utterance = whisper.begin();
    utterance.push(samples);
    Ok(utterance.transcript().await?.text)
}

/// To mu-law and back, as a carrier does.
fn through_the_line(samples: &[i16]) -> Vec<i16> {
    samples
        .iter()
        .map(|&sample| mulaw::decode(mulaw::encode(sample)))
        .collect()
}

fn utterances(list: &str, dir: &str) -> Outcome<Vec<(Vec<i16>, String)>> {
    let list: Vec<serde_json::Value> = serde_json::from_slice(&std::fs::read(list)?)?;
    let mut utterances = Vec::new();
    for entry in &list {
        let (Some(file), Some(text)) = (entry["file"].as_str(), entry["text"].as_str()) else {
            return Err(format!("an entry needs file and text: {entry}").into());
        };
        utterances.push((read_wav(&Path::new(dir).join(file))?, text.to_owned()));
    }
    Ok(utterances)
}

/// A mono 16-bit WAV, or 16 kHz raw samples, at 8 kHz.
fn read_wav(path: &Path) -> Outcome<Vec<i16>> {
    let name = |e: &dyn Error| format!("{}: {e}", path.display());
    let (samples, rate): (Vec<f32>, u32) = if path.extension().is_some_and(|e| e == "raw") {
        let bytes = std::fs::read(path).map_err(|e| name(&e))?;
        let samples = bytes.as_chunks::<2>().0;
        (
            samples
                .iter()
                .map(|b| f32::from(i16::from_le_bytes(*b)) / 32_768.0)
                .collect(),
            16_000,
        )
    } else {
        let mut reader = hound::WavReader::open(path).map_err(|e| name(&e))?;
        let rate = reader.spec().sample_rate;
        let samples: Result<Vec<i16>, _> = reader.samples().collect();
        (
            samples?.iter().map(|&s| f32::from(s) / 32_768.0).collect(),
            rate,
        )
    };
    let mut out = Vec::new();
    let mut resampler = ToTelephone::new(rate)?;
    resampler.push(&samples, &mut out);
    resampler.finish(&mut out);
    Ok(out)
}

fn write_wav(path: &Path, samples: &[i16]) -> Outcome {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec)?;
    for &sample in samples {
        writer.write_sample(sample)?;
    }
    Ok(writer.finalize()?)
}

/// Lower-case words without punctuation, numbers and short forms written one way.
fn plain_words(text: &str) -> Vec<String> {
    let same: HashMap<&str, &str> = SAME.into_iter().collect();
    let text = text.to_lowercase().replace('-', " ").replace("o'clock", "");
    let text: String = text
        .chars()
        .filter(|c| c.is_alphanumeric() || c.is_whitespace())
        .collect();
    text.split_whitespace()
        .flat_map(|word| {
            same.get(word)
                .copied()
                .unwrap_or(word)
                .split(' ')
                .map(String::from)
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Word-level edit distance.
fn distance(reference: &[String], hypothesis: &[String]) -> usize {
    let mut row: Vec<usize> = (0..=hypothesis.len()).collect();
    for (i, word) in reference.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, other) in hypothesis.iter().enumerate() {
            let substituted = diagonal + usize::from(word != other);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[hypothesis.len()]
}

fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let index = ((values.len().saturating_sub(1)) as f64 * share).round() as usize;
    values.get(index).copied().unwrap_or(f64::NAN)
}

/// Spellings of the same sounds.
const SAME: [(&str, &str); 12] = [
    ("2", "two"),
    ("9", "nine"),
    ("10", "ten"),
    ("15", "fifteen"),
    ("30", "thirty"),
    ("230", "two thirty"),
    ("24th", "twenty fourth"),
    ("120", "one hundred twenty dollars"),
    ("45", "forty five"),
    ("okay", "ok"),
    ("dr", "doctor"),
    ("mr", "mister"),
];

const SENTENCES: [&str; 20] = [
    "Thank you for calling Bright Dental, how can I help you today?",
    "I can book you an appointment with the hygienist on Tuesday morning.",
    "Would you prefer nine in the morning or two thirty in the afternoon?",
    "Could you please tell me your full name and your phone number?",
    "A routine cleaning takes forty five minutes and includes an examination.",
    "We are open Monday to Friday from nine to five.",
    "I am sorry, that time is already taken, but we have an opening an hour later.",
    "Your appointment is confirmed for Thursday the twenty fourth of November.",
    "Please hold the line while I transfer you to a member of our staff.",
    "We accept most insurance plans, cash and all major credit cards.",
    "Our office is next to the public library on Maple Street.",
    "I did not quite understand, could you say that again please?",
    "Your appointment has been cancelled, would you like to choose another day?",
    "The doctor will call you back before the end of the day.",
    "Parking is free behind the building for all of our patients.",
    "A whitening treatment usually takes about an hour and a half.",
    "Please bring your insurance card and arrive fifteen minutes early.",
    "Is there anything else that I can do for you?",
    "I will take a message and make sure that somebody calls you back.",
    "Thank you very much for your call, have a wonderful day, goodbye.",
];
