//! Whole dialogues as spoken calls: a local voice speaks the caller's lines, the node's recognizer
//! hears them, and the call comes to what the dialogue says, or not.
//!
//! The dialogues and how their outcome is judged are those of `tests/it/receptionist`, where they are
//! typed. What is missed here and not there was lost in speaking and hearing.

#[expect(clippy::unwrap_used, reason = "shared with the tests")]
#[path = "../../tests/it/receptionist"]
mod written {
    pub(crate) mod calendar;
    pub(crate) mod dialogue;
}

use std::{sync::Arc, time::Duration};

use agents::{receptionist::Receptionist, tts::SpeechSynthesizer};
use anyhow::Context;
use bench::{CallerScript, Step};
use local_speech::LocalSpeech;
use serde::Serialize;
use trunkline::{clock::Clock, session::providers::Providers};
use written::{
    calendar,
    dialogue::{Dialogue, Turn, read_all},
};

use crate::{
    house::{House, Line, say},
    minds::{providers, speak},
};

/// What came of the spoken dialogues.
#[derive(Debug, Serialize)]
pub(crate) struct DialogueFigures {
    voice: String,
    completed: usize,
    of: usize,
    dialogues: Vec<Spoken>,
}

/// What came of one. Nothing `missed`: it was completed.
#[derive(Debug, Serialize)]
struct Spoken {
    id: String,
    style: Vec<String>,
    missed: Vec<String>,
    /// `speaker: words`, as the node stored them.
    turns: Vec<String>,
}

/// Minds as the node has them by default.
pub(crate) fn minds(local: LocalSpeech) -> Providers {
    providers(local, Arc::new(Receptionist::new()))
}

/// The dialogues of [`CHOSEN`], at most `limit`.
pub(crate) fn chosen(limit: usize) -> anyhow::Result<Vec<Dialogue>> {
    let all = read_all();
    let find = |id: &&str| {
        let found = all.iter().find(|dialogue| dialogue.id == *id).cloned();
        found.with_context(|| format!("there is no dialogue {id}"))
    };
    CHOSEN.iter().take(limit).map(find).collect()
}

/// The clock that a dialogue wants.
pub(crate) fn clock(dialogue: &Dialogue) -> anyhow::Result<Clock> {
    Clock::starting_at(dialogue.clock.to_utc())
}

/// Holds one dialogue in a house whose clock is the dialogue's. `number` tells its tenant.
pub(crate) async fn hold(
    house: &House<'_>,
    dialogue: &Dialogue,
    number: usize,
    caller: &Arc<dyn SpeechSynthesizer>,
    figures: &mut DialogueFigures,
) -> anyhow::Result<()> {
    let business = calendar::business(dialogue, number);
    let mut admin = house.database().await?;
    let tenant = calendar::arrange(dialogue, &business, house.store(), &mut admin).await;
    let mut steps = Vec::new();
    for turn in &dialogue.turns {
        steps.push(step(turn, caller).await?);
    }
    let line = Line {
        from: dialogue.from.as_ref().map(|from| from.as_str().to_owned()),
        to: business.lines[0].number.as_str().to_owned(),
    };
    let heard = house.talk_on(&line, CallerScript::new(steps)).await?;
    let said = |turn: &&crate::house::StoredTurn| turn.speaker == "agent";
    let agent: Vec<_> = heard
        .turns
        .iter()
        .filter(said)
        .map(|t| t.text.to_lowercase())
        .collect();
    let ended = heard.end_reason.as_deref().unwrap_or("unknown");
    let mut missed = calendar::judge(dialogue, &business, tenant, ended, &mut admin).await;
    for turn in &dialogue.turns {
        let words = turn.agent_says.iter();
        let unsaid = words.filter(|w| !agent.iter().any(|said| said.contains(&w.to_lowercase())));
        missed.extend(unsaid.map(|words| format!("never said {words:?}")));
        let barred = turn.agent_not_says.iter();
        let said = barred.filter(|w| agent.iter().any(|said| said.contains(&w.to_lowercase())));
        missed.extend(said.map(|words| format!("said {words:?}")));
    }
    tracing::info!(
        "{}: {}",
        dialogue.id,
        if missed.is_empty() {
            "completed"
        } else {
            "missed"
        }
    );
    figures.completed += usize::from(missed.is_empty());
    figures.of += 1;
    figures.dialogues.push(Spoken {
        id: dialogue.id.clone(),
        style: dialogue.style.clone(),
        missed,
        turns: heard
            .turns
            .iter()
            .map(|t| format!("{}: {}", t.speaker, t.text))
            .collect(),
    });
    Ok(())
}

impl DialogueFigures {
    pub(crate) const fn of(voice: String) -> Self {
        Self {
            voice,
            completed: 0,
            of: 0,
            dialogues: Vec::new(),
        }
    }
}

async fn step(turn: &Turn, caller: &Arc<dyn SpeechSynthesizer>) -> anyhow::Result<Step> {
    if turn.caller.trim().is_empty() {
        return Ok(Step::Wait(SILENCE));
    }
    let samples_8k = speak(caller, &turn.caller).await?;
    Ok(match &turn.interrupt_after {
        None => say(&turn.caller, samples_8k),
        Some(words) => Step::BargeIn {
            after: LETTER * words.len() as u32,
            samples_8k,
        },
    })
}

#[expect(clippy::print_stdout, reason = "the figures are the output")]
pub(crate) fn print(figures: &DialogueFigures) {
    println!("## Dialogues, spoken by {}\n", figures.voice);
    println!("{} of {} completed.\n", figures.completed, figures.of);
    println!("| dialogue | style | missed |\n|---|---|---|");
    for one in &figures.dialogues {
        let missed = if one.missed.is_empty() {
            "-".to_owned()
        } else {
            one.missed.join("; ")
        };
        println!("| {} | {} | {missed} |", one.id, one.style.join(", "));
    }
    for one in figures
        .dialogues
        .iter()
        .filter(|one| !one.missed.is_empty())
    {
        println!("\n{}", one.id);
        for turn in &one.turns {
            println!("- {turn}");
        }
    }
}

/// One of each style, all four businesses among them.
const CHOSEN: [&str; 12] = [
    "dental-book-polite",
    "dental-book-interrupting",
    "dental-wants-a-person",
    "dental-neighbours-appointment",
    "home-leak-terse",
    "home-changes-his-mind-at-the-end",
    "home-message-for-the-technician",
    "salon-rambling-color",
    "salon-closed-monday",
    "salon-cancel-and-rebook",
    "support-full-then-soonest",
    "support-training-price-and-date",
];
/// The node asks after eight seconds whether the caller is still there.
const SILENCE: Duration = Duration::from_secs(12);
/// About fifteen letters a second.
const LETTER: Duration = Duration::from_millis(67);
