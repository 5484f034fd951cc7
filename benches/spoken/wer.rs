//! Word error rate through the whole path: recorded people call, the node's VAD, endpointing and
//! recognizer write down what they say; the mind only says a short word so that they can go on.

use std::{ops::Range, sync::Arc, time::Duration};

use agents::scripted::{ScriptedSynthesizer, Sound};
use bench::{CallerScript, Utterance};
use futures_util::{StreamExt, TryStreamExt, stream};
use local_speech::LocalSpeech;
use serde::Serialize;
use trunkline::session::{choice::Choice, providers::Providers};

use crate::{
    figures::{SPREAD_HEADER, Spread, print_table, spread_row},
    house::{House, Spoken, StoredTurn, say},
    minds::{Parrot, providers},
    recordings::Recording,
    scoring::{WordErrors, owners, words},
};

/// What was measured.
#[derive(Debug, Serialize)]
pub(crate) struct WerFigures {
    recognizer: String,
    calls_at_once: usize,
    utterances: usize,
    words: usize,
    errors: usize,
    substituted: usize,
    left_out: usize,
    put_in: usize,
    wer_percent: f64,
    /// Of these no turn was stored; all their words count as left out.
    missed: usize,
    /// These were stored as more than one turn.
    cut: usize,
    /// Turns of the caller at a time when the caller said nothing.
    turns_from_nothing: usize,
    /// From the last sound of a turn to the decision that it is over.
    endpoint_ms: Option<Spread>,
    /// From the last sound of a turn to its final transcript.
    transcript_ms: Option<Spread>,
    caller_late_p99_ms: f64,
    scores: Vec<Score>,
}

/// How one utterance was understood.
#[derive(Debug, Serialize)]
struct Score {
    id: String,
    said: String,
    heard: String,
    turns: usize,
    #[serde(skip)]
    errors: WordErrors,
    wrong: usize,
}

/// Minds that listen with the node's models, answer briefly, and speak in tones.
pub(crate) fn minds(local: LocalSpeech) -> Providers {
    Providers {
        voice: Arc::new(ScriptedSynthesizer::new(Sound::Tone { ms_per_char: 20 })),
        // The voice that the demo tenant's agent may name is not wanted.
        choice: Choice::default(),
        ..providers(local, Arc::new(Parrot("Okay.")))
    }
}

/// Has every recording said once, `at_once` calls at a time.
pub(crate) async fn measure(
    house: &House<'_>,
    recognizer: String,
    recordings: &[Recording],
    at_once: usize,
) -> anyhow::Result<WerFigures> {
    let chunks: Vec<&[Recording]> = recordings.chunks(PER_CALL).collect();
    let total = chunks.len();
    let calls = stream::iter(chunks.into_iter().enumerate()).map(|(index, chunk)| async move {
        let spoken = house.talk(script(chunk)).await?;
        tracing::info!("call {} of {total} is over", index + 1);
        anyhow::Ok((chunk, spoken))
    });
    let calls: Vec<_> = calls.buffered(at_once.max(1)).try_collect().await?;
    summary(recognizer, at_once, &calls)
}

fn script(recordings: &[Recording]) -> CallerScript {
    let steps = recordings
        .iter()
        .map(|r| say(&r.id, Arc::clone(&r.samples_8k)))
        .collect();
    let mut script = CallerScript::new(steps);
    // Whoever is not answered says the next all the same, before the agent asks for a word.
    script.manners.patience = Duration::from_secs(6);
    script
}

fn summary(
    recognizer: String,
    at_once: usize,
    calls: &[(&[Recording], Spoken)],
) -> anyhow::Result<WerFigures> {
    let (mut scores, mut turns_from_nothing) = (Vec::new(), 0);
    let (mut endpoints, mut transcripts) = (Vec::new(), Vec::new());
    for (recordings, spoken) in calls {
        let turns: Vec<_> = spoken
            .turns
            .iter()
            .filter(|t| t.speaker == "caller")
            .collect();
        let said = &spoken.stream.utterances;
        anyhow::ensure!(
            said.len() == recordings.len(),
            "a call ended before all was said"
        );
        let (found, strays) = score(recordings, said, &turns);
        scores.extend(found);
        turns_from_nothing += strays;
        endpoints.extend(turns.iter().filter_map(|t| since_speech(t, t.endpoint_ms)));
        transcripts.extend(turns.iter().filter_map(|t| since_speech(t, t.asr_final_ms)));
    }
    let mut all = WordErrors::default();
    for score in &scores {
        all += score.errors;
    }
    Ok(WerFigures {
        recognizer,
        calls_at_once: at_once,
        utterances: scores.len(),
        words: all.words,
        errors: all.count(),
        substituted: all.substituted,
        left_out: all.left_out,
        put_in: all.put_in,
        wer_percent: all.percent(),
        missed: scores.iter().filter(|score| score.turns == 0).count(),
        cut: scores.iter().filter(|score| score.turns > 1).count(),
        turns_from_nothing,
        endpoint_ms: Spread::of(endpoints),
        transcript_ms: Spread::of(transcripts),
        caller_late_p99_ms: calls
            .iter()
            .map(|(_, s)| s.lateness_p99_ms())
            .fold(0.0, f64::max),
        scores,
    })
}

/// Each utterance against the turns that belong to it, and how many turns belong to none.
fn score(
    recordings: &[Recording],
    said: &[Utterance],
    turns: &[&StoredTurn],
) -> (Vec<Score>, usize) {
    let spans: Vec<Range<u64>> = said
        .iter()
        .map(|u| u.start.as_ms()..u.end.as_ms())
        .collect();
    let heard: Vec<Range<u64>> = turns
        .iter()
        .map(|t| t.start_ms.unsigned_abs()..t.end_ms.unsigned_abs())
        .collect();
    let owners = owners(&heard, &spans);
    let score = |(index, recording): (usize, &Recording)| {
        let own = owners
            .iter()
            .zip(turns)
            .filter(|(owner, _)| **owner == Some(index));
        let texts: Vec<&str> = own.map(|(_, turn)| turn.text.as_str()).collect();
        let heard = texts.join(" ");
        let errors = WordErrors::between(&words(&recording.text), &words(&heard));
        Score {
            id: recording.id.clone(),
            said: recording.text.clone(),
            heard,
            turns: texts.len(),
            errors,
            wrong: errors.count(),
        }
    };
    let scores = recordings.iter().enumerate().map(score).collect();
    (
        scores,
        owners.iter().filter(|owner| owner.is_none()).count(),
    )
}

fn since_speech(turn: &StoredTurn, at: Option<i64>) -> Option<u64> {
    u64::try_from(at? - turn.speech_end_ms?).ok()
}

/// Prints the tables and the worst utterances.
#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
pub(crate) fn print(figures: &WerFigures) {
    println!(
        "{}; {} calls at once; the caller was at most {:.1} ms late (p99)\n",
        figures.recognizer, figures.calls_at_once, figures.caller_late_p99_ms
    );
    let header = [
        "utterances",
        "words",
        "word error rate",
        "errors (sub/left out/put in)",
        "cut",
        "missed",
        "turns from nothing",
    ];
    print_table(
        &header,
        &[vec![
            figures.utterances.to_string(),
            figures.words.to_string(),
            format!("{:.2} %", figures.wer_percent),
            format!(
                "{} ({}/{}/{})",
                figures.errors, figures.substituted, figures.left_out, figures.put_in
            ),
            figures.cut.to_string(),
            figures.missed.to_string(),
            figures.turns_from_nothing.to_string(),
        ]],
    );
    print_table(
        &SPREAD_HEADER,
        &[
            spread_row("end of speech → endpoint", figures.endpoint_ms),
            spread_row("end of speech → transcript final", figures.transcript_ms),
        ],
    );
    let mut worst: Vec<&Score> = figures.scores.iter().filter(|s| s.wrong > 0).collect();
    worst.sort_by_key(|score| std::cmp::Reverse(score.wrong));
    println!("Worst utterances:");
    for score in worst.iter().take(WORST) {
        println!(
            "  {} wrong, {} turns, {}",
            score.wrong, score.turns, score.id
        );
        println!("    said:  {}\n    heard: {}", score.said, score.heard);
    }
}

const PER_CALL: usize = 20;
const WORST: usize = 10;
