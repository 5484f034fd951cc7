//! From the caller's last sound to the agent's first, with everything real: local models, the
//! offline receptionist, one call at a time. As the caller hears it, and by stage as stored.

use std::sync::Arc;

use agents::{receptionist::Receptionist, tts::SpeechSynthesizer};
use bench::CallerScript;
use local_speech::LocalSpeech;
use serde::Serialize;
use trunkline::session::providers::Providers;

use crate::{
    figures::{SPREAD_HEADER, Spread, print_table, spread_row},
    house::{House, Spoken, StoredTurn, say},
    minds::{providers, speak},
};

/// What was measured.
#[derive(Debug, Serialize)]
pub(crate) struct LatencyFigures {
    voice: String,
    why_this_voice: String,
    calls: usize,
    /// Utterances of the caller.
    said: usize,
    /// Utterances that got no answer before the caller spoke again or hung up.
    unanswered: usize,
    /// The agent began while the caller still spoke.
    cut_off: usize,
    heard_ms: Option<Spread>,
    /// As the node saw it: the stages of [`STAGES`], which add up to the last, in each answer.
    stages_ms: Vec<(&'static str, Option<Spread>)>,
    caller_late_p99_ms: f64,
}

/// Minds as the node has them by default.
pub(crate) fn minds(local: LocalSpeech) -> Providers {
    providers(local, Arc::new(Receptionist::new()))
}

/// Places so many calls, one after the other; what `caller` says is prepared before each. `limit`: of utterances, in all.
pub(crate) async fn measure(
    house: &House<'_>,
    caller: &Arc<dyn SpeechSynthesizer>,
    agent: &local_speech::VoiceChoice,
    calls: usize,
    limit: usize,
) -> anyhow::Result<LatencyFigures> {
    let mut left = limit;
    let mut spoken = Vec::new();
    for number in 0..calls {
        let mut steps = Vec::new();
        for line in dialogue(number).iter().take(left) {
            steps.push(say(line, speak(caller, line).await?));
        }
        if steps.is_empty() {
            break;
        }
        left -= steps.len();
        spoken.push(house.talk(CallerScript::new(steps)).await?);
        tracing::info!("call {} of {calls} is over", number + 1);
    }
    Ok(summary(agent, &spoken))
}

/// A caller who asks, books and says goodbye. Differs from call to call in what the agent's
/// answers depend on, so that phrases are synthesised as often as in life.
fn dialogue(number: usize) -> [String; 5] {
    let pick = |list: &[&'static str]| list[number % list.len()];
    let (service, name) = (pick(&SERVICES), pick(&NAMES));
    let (day, time) = (pick(&DAYS), pick(&TIMES));
    [
        format!("Hi. How much is a {service}?"),
        format!("Can I book one for next {day} at {time}?"),
        format!("My name is {name}."),
        "Yes, please.".to_owned(),
        "No, that's all. Goodbye.".to_owned(),
    ]
}

fn summary(agent: &local_speech::VoiceChoice, calls: &[Spoken]) -> LatencyFigures {
    let replies: Vec<_> = calls
        .iter()
        .flat_map(|call| call.stream.replies())
        .collect();
    let turns = calls.iter().flat_map(|call| &call.turns);
    let split: Vec<_> = turns
        .filter(|t| t.speaker == "agent")
        .filter_map(stages)
        .collect();
    let stage = |index: usize| Spread::of(split.iter().map(|stages| stages[index]).collect());
    LatencyFigures {
        voice: agent.name.clone(),
        why_this_voice: agent.why.clone(),
        calls: calls.len(),
        said: replies.len(),
        unanswered: replies
            .iter()
            .filter(|r| r.latency_ms.is_none() && !r.cut_off)
            .count(),
        cut_off: replies.iter().filter(|r| r.cut_off).count(),
        heard_ms: Spread::of(
            replies
                .iter()
                .filter_map(|reply| reply.latency_ms)
                .collect(),
        ),
        stages_ms: STAGES
            .iter()
            .enumerate()
            .map(|(i, name)| (*name, stage(i)))
            .collect(),
        caller_late_p99_ms: calls
            .iter()
            .map(Spoken::lateness_p99_ms)
            .fold(0.0, f64::max),
    }
}

/// The time that each stage added, in ms, and all together. A stage that was ready before the one
/// ahead of it, as a transcript is that was decoded while the caller paused, added none.
fn stages(turn: &StoredTurn) -> Option<[u64; 6]> {
    let times = [
        turn.endpoint_ms,
        turn.asr_final_ms,
        turn.llm_first_token_ms,
        turn.tts_first_byte_ms,
        turn.first_frame_ms,
    ];
    let began = turn.speech_end_ms?;
    let (mut added, mut until) = ([0; 6], began);
    for (stage, time) in added.iter_mut().zip(times) {
        let ready = time?.max(until);
        *stage = (ready - until).unsigned_abs();
        until = ready;
    }
    added[5] = (until - began).unsigned_abs();
    Some(added)
}

/// Prints the table.
#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
pub(crate) fn print(figures: &LatencyFigures) {
    println!(
        "{} calls with {} ({}); {} utterances, {} unanswered, {} cut off; the caller was at most \
         {:.1} ms late (p99)\n",
        figures.calls,
        figures.voice,
        figures.why_this_voice,
        figures.said,
        figures.unanswered,
        figures.cut_off,
        figures.caller_late_p99_ms
    );
    let mut rows: Vec<_> = figures
        .stages_ms
        .iter()
        .map(|(name, spread)| spread_row(name, *spread))
        .collect();
    rows.push(spread_row("**heard by the caller**", figures.heard_ms));
    print_table(&SPREAD_HEADER, &rows);
}

/// Another voice than the agent is likely to have.
pub(crate) const CALLER_VOICE: &str = "kokoro:af_heart";

const STAGES: [&str; 6] = [
    "end of speech → endpoint",
    "endpoint → transcript final",
    "transcript → first token",
    "first token → first audio byte",
    "first audio byte → first frame out",
    "**together**",
];

// Of different lengths, so that ten calls are ten conversations.
const SERVICES: [&str; 4] = ["teeth cleaning", "checkup", "whitening", "filling"];
const NAMES: [&str; 5] = [
    "Sarah Miller",
    "James Wilson",
    "Mary Johnson",
    "David Brown",
    "Laura Smith",
];
const DAYS: [&str; 5] = ["Tuesday", "Wednesday", "Thursday", "Monday", "Friday"];
const TIMES: [&str; 3] = [
    "three in the afternoon",
    "ten in the morning",
    "two in the afternoon",
];
