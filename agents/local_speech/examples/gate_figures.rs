//! What the loudness gate in front of Silero saves, and what it moves: recorded people, clean and
//! with noise, judged window by window as in a call and compared with asking the model everything.
//!
//! `cargo run -p local_speech --example gate_figures [-- FOLDER_OF_SOUNDS]` (Debian's
//! `asterisk-core-sounds-en-wav`; the folder defaults to `/usr/share/asterisk/sounds`).
//!
//! An edge of speech *moved* when its partner without the gate is more than one window (32 ms) away.
//! Exits with an error when more than three edges in a hundred moved, or more than one came or went.

use std::{
    fmt::Write as _,
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use agents::vad::{SpeechProbability, VoiceActivity};
use futures_util::future::join_all;
use local_speech::{ModelPaths, Silero, default_models_dir};
use media::{
    frame::{Frame, MediaTime, SAMPLES_PER_FRAME},
    mulaw,
    vad::{SpeechEdge, SpeechGate, SpeechGateConfig},
    wav::read_telephone,
};
use tokio::sync::mpsc;

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it prints figures"
)]
async fn main() -> ExitCode {
    match figures().await {
        Ok((table, all)) => {
            print!("{table}");
            let strange = all.only_gated + all.only_asked;
            println!(
                "{} of {} edges moved, {strange} came or went",
                all.moved, all.edges
            );
            if all.moved * 100 > all.edges * 3 || strange * 100 > all.edges {
                return ExitCode::FAILURE;
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn figures() -> Result<(String, Row), Failure> {
    let folder = std::env::args().nth(1).map_or_else(
        || PathBuf::from("/usr/share/asterisk/sounds"),
        PathBuf::from,
    );
    let recordings = recordings(&folder)?;
    let models = default_models_dir().ok_or("set TRUNKLINE_MODELS to the folder of the models")?;
    let vad = Silero::load(&ModelPaths::new(models))?;
    let babble: Vec<f32> = mixed(&recordings);
    let mut table = String::from(
        "| sound | edges | moved | only with the gate | only without | asked of the model |\n|---|---|---|---|---|---|\n",
    );
    let mut all = Row::default();
    for scene in SCENES {
        let sounds: Vec<Vec<i16>> = recordings
            .iter()
            .map(|speech| scene.sound(speech, &babble))
            .collect();
        let row = judge(&vad, &sounds).await;
        let asked = 100.0 * row.asked as f64 / row.windows as f64;
        writeln!(
            table,
            "| {} | {} | {} | {} | {} | {asked:.0} % |",
            scene.name, row.edges, row.moved, row.only_gated, row.only_asked,
        )?;
        all.edges += row.edges;
        all.moved += row.moved;
        all.only_gated += row.only_gated;
        all.only_asked += row.only_asked;
    }
    Ok((table, all))
}

#[derive(Default)]
struct Row {
    edges: usize,
    moved: usize,
    only_gated: usize,
    only_asked: usize,
    windows: usize,
    asked: usize,
}

/// First each recording alone, then all of them at once, as calls of one node.
async fn judge(vad: &Silero, sounds: &[Vec<i16>]) -> Row {
    let mut row = Row::default();
    let mut all_asked = Vec::new();
    for sound in sounds {
        all_asked.push(everything(vad, sound).await);
    }
    let lives = join_all(sounds.iter().map(|sound| live(vad, sound))).await;
    for (asked, (live, sure)) in all_asked.into_iter().zip(lives) {
        assert_eq!(asked.len(), live.len(), "a judgement was lost");
        row.windows += live.len();
        row.asked += live.len() - sure;
        compare(&edges(&asked), &edges(&live), &mut row);
    }
    row
}

/// Pushed in one go, the model is never idle and is asked all windows.
async fn everything(vad: &Silero, sound: &[i16]) -> Vec<SpeechProbability> {
    let (send, mut judgements) = mpsc::channel(sound.len() / 256 + 1);
    let mut stream = vad.open(send);
    let mut all: Vec<_> = frames(sound)
        .filter_map(|frame| stream.push(&frame))
        .collect();
    drop(stream);
    while let Some(judged) = judgements.recv().await {
        all.push(judged);
    }
    all
}

/// As in a call: the next frame comes when what came before is judged.
async fn live(vad: &Silero, sound: &[i16]) -> (Vec<SpeechProbability>, usize) {
    let (send, mut judgements) = mpsc::channel(8);
    let mut stream = vad.open(send);
    let (mut all, mut sure) = (Vec::new(), 0);
    for (n, frame) in frames(sound).enumerate() {
        let at_once = stream.push(&frame);
        sure += usize::from(at_once.is_some());
        all.extend(at_once);
        while all.len() < (n + 1) * SAMPLES_PER_FRAME / 256 {
            all.extend(judgements.recv().await);
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    (all, sure)
}

fn frames(sound: &[i16]) -> impl Iterator<Item = Frame> + '_ {
    let frames = sound.as_chunks::<SAMPLES_PER_FRAME>().0;
    frames.iter().enumerate().map(|(n, samples)| Frame {
        at: MediaTime((n * SAMPLES_PER_FRAME) as u64),
        samples: *samples,
    })
}

/// With the settings of a call.
fn edges(judged: &[SpeechProbability]) -> Vec<SpeechEdge> {
    let mut gate = SpeechGate::new(SpeechGateConfig {
        stop: Duration::from_millis(180),
        ..SpeechGateConfig::default()
    });
    judged
        .iter()
        .filter_map(|judged| gate.handle(judged.until, 256, judged.probability))
        .collect()
}

fn compare(asked: &[SpeechEdge], live: &[SpeechEdge], row: &mut Row) {
    row.edges += asked.len();
    let near = |one: &SpeechEdge, other: &SpeechEdge, by: u64| match (one, other) {
        (SpeechEdge::Started { at: a }, SpeechEdge::Started { at: b })
        | (SpeechEdge::Paused { at: a }, SpeechEdge::Paused { at: b }) => a.0.abs_diff(b.0) <= by,
        (SpeechEdge::Started { .. }, SpeechEdge::Paused { .. })
        | (SpeechEdge::Paused { .. }, SpeechEdge::Started { .. }) => false,
    };
    let lacks =
        |list: &[SpeechEdge], edge: &SpeechEdge, by| !list.iter().any(|e| near(e, edge, by));
    for edge in asked {
        if lacks(live, edge, FAR) {
            row.only_asked += 1;
        } else if lacks(live, edge, 256) {
            row.moved += 1;
        }
    }
    row.only_gated += live.iter().filter(|edge| lacks(asked, edge, FAR)).count();
}

/// How a recording reaches us.
struct Scene {
    name: &'static str,
    /// Loudness of the speech, of what it was.
    gain: f32,
    noise: Noise,
    /// Speech to noise in dB.
    snr: f32,
}

enum Noise {
    None,
    White,
    /// Other people, all at once.
    Babble,
}

const SCENES: &[Scene] = &[
    Scene {
        name: "clean",
        gain: 1.0,
        noise: Noise::None,
        snr: 0.0,
    },
    Scene {
        name: "clean, 20 dB softer",
        gain: 0.1,
        noise: Noise::None,
        snr: 0.0,
    },
    Scene {
        name: "white noise, 20 dB below",
        gain: 0.5,
        noise: Noise::White,
        snr: 20.0,
    },
    Scene {
        name: "white noise, 10 dB below",
        gain: 0.5,
        noise: Noise::White,
        snr: 10.0,
    },
    Scene {
        name: "white noise, 5 dB below",
        gain: 0.5,
        noise: Noise::White,
        snr: 5.0,
    },
    Scene {
        name: "babble, 20 dB below",
        gain: 0.5,
        noise: Noise::Babble,
        snr: 20.0,
    },
    Scene {
        name: "babble, 10 dB below",
        gain: 0.5,
        noise: Noise::Babble,
        snr: 10.0,
    },
];

impl Scene {
    /// The recording with 3 s before and after it, in its noise, through mu-law.
    fn sound(&self, speech: &[i16], babble: &[f32]) -> Vec<i16> {
        let mut sound = vec![0.0; PAD];
        sound.extend(speech.iter().map(|&s| f32::from(s) * self.gain));
        sound.resize(sound.len() + PAD, 0.0);
        let level = rms(speech.iter().map(|&s| f32::from(s))) * self.gain;
        let level = level / 10_f32.powf(self.snr / 20.0);
        let mut state = 88_172_645_463_325_252_u64;
        let mut white = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            // Even between -1 and 1, so its square root of mean squares is 1 / sqrt(3).
            ((state >> 40) as f32 / 8_388_608.0 - 1.0) * 3_f32.sqrt()
        };
        for (n, sample) in sound.iter_mut().enumerate() {
            *sample += match self.noise {
                Noise::None => 0.0,
                Noise::White => level * white(),
                Noise::Babble => level * babble[n % babble.len()],
            };
        }
        let telephone =
            |sample: f32| mulaw::decode(mulaw::encode(sample.clamp(-32_000.0, 32_000.0) as i16));
        sound.into_iter().map(telephone).collect()
    }
}

fn rms(samples: impl ExactSizeIterator<Item = f32>) -> f32 {
    let count = samples.len().max(1) as f32;
    (samples.map(|s| s * s).sum::<f32>() / count)
        .sqrt()
        .max(1.0)
}

/// Forty recordings at once, each from another place, at a loudness of one.
fn mixed(recordings: &[Vec<i16>]) -> Vec<f32> {
    let mut babble = vec![0.0; 20 * 8_000];
    for (n, recording) in recordings.iter().take(40).enumerate() {
        for (m, sample) in babble.iter_mut().enumerate() {
            *sample += f32::from(recording[(m + n * 977) % recording.len()]);
        }
    }
    let loudness = rms(babble.iter().copied());
    babble.iter().map(|sample| sample / loudness).collect()
}

/// The recordings of the word error set that are found in Debian's sounds, at 8 kHz.
fn recordings(folder: &Path) -> Result<Vec<Vec<i16>>, Failure> {
    let list: serde_json::Value =
        serde_json::from_str(include_str!("../../../benches/spoken/human_speech.json"))?;
    let files = list.as_array().into_iter().flatten();
    let mut all = Vec::new();
    for file in files.filter_map(|entry| entry["file"].as_str()) {
        let Some(name) = file.strip_prefix("asterisk/sounds/") else {
            continue;
        };
        let path = folder.join(name);
        let file = File::open(&path).map_err(|error| {
            format!(
                "{}: {error}; apt-get install asterisk-core-sounds-en-wav",
                path.display()
            )
        })?;
        all.push(read_telephone(BufReader::new(file))?);
    }
    if all.is_empty() {
        return Err("the list names no recording".into());
    }
    Ok(all)
}

/// 3 s.
const PAD: usize = 24_000;
/// Edges further apart are not the same one: 250 ms.
const FAR: u64 = 2_000;
