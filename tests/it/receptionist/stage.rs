//! Plays a dialogue through the code of `trunkline talk`, for a tenant of its own with a fresh
//! calendar, and holds what came of it against what was to come of it.

use std::{fmt::Write as _, sync::Arc};

use agents::llm::ChatModel;
use store::seed::Business;
use trunkline::{
    clock::Clock,
    session::{
        choice::Choice,
        typed::{Dialled, Said, TypedCall, TypingDesk},
    },
};

use super::{
    calendar,
    dialogue::{Dialogue, Turn},
    facts::Evidence,
};
use crate::harness::Db;

/// What came of a dialogue.
#[derive(Debug, Default)]
pub(super) struct Played {
    pub(super) id: String,
    pub(super) style: Vec<String>,
    /// What was to come of it and did not.
    pub(super) missed: Vec<String>,
    /// What the agent said without ground.
    pub(super) invented: Vec<String>,
    pub(super) transcript: String,
}

/// One dialogue; `number` tells its tenant from the others'.
pub(super) async fn play(
    dialogue: &Dialogue,
    number: usize,
    db: &Db,
    chat: Arc<dyn ChatModel>,
) -> Played {
    let mut played = Played {
        id: dialogue.id.clone(),
        style: dialogue.style.clone(),
        ..Played::default()
    };
    let business = calendar::business(dialogue, number);
    let mut admin = db.admin().await;
    let tenant = calendar::arrange(dialogue, &business, &db.store, &mut admin).await;
    let desk = TypingDesk {
        store: db.store.clone(),
        clock: Clock::starting_at(dialogue.clock.to_utc()).unwrap(),
        chat,
        choice: Choice::default(),
    };
    let dialled = Dialled {
        to: business.lines[0].number.clone(),
        from: dialogue.from.clone(),
    };
    let mut call = desk.dial(&dialled).await.unwrap();
    converse(dialogue, &business, &mut call, &mut played).await;
    let ended = call.ended().unwrap().reason.as_str();
    let missed = calendar::judge(dialogue, &business, tenant, ended, &mut admin).await;
    played.missed.extend(missed);
    played
}

async fn converse(
    dialogue: &Dialogue,
    business: &Business,
    call: &mut TypedCall,
    played: &mut Played,
) {
    let mut evidence = Evidence::new(business, dialogue);
    let cut_by = |at: usize| {
        dialogue
            .turns
            .get(at)
            .and_then(|t| t.interrupt_after.as_deref())
    };
    listen(call, cut_by(0), played).await;
    hear(call, &mut evidence, played);
    for (at, turn) in dialogue.turns.iter().enumerate() {
        if call.ended().is_some() {
            let left = dialogue.turns.len() - at;
            let _ = writeln!(played.transcript, "  ({left} turns of the caller are left)");
            break;
        }
        let _ = writeln!(played.transcript, "  caller: {}", turn.caller);
        evidence.caller_said(&turn.caller);
        if turn.caller.trim().is_empty() {
            call.keep_silent().await;
        } else {
            call.say(&turn.caller);
        }
        listen(call, cut_by(at + 1), played).await;
        let answer = hear(call, &mut evidence, played);
        expect(turn, &answer, played);
    }
    if call.ended().is_none() {
        call.hang_up().await;
        hear(call, &mut evidence, played);
    }
}

async fn listen(call: &mut TypedCall, cut: Option<&str>, played: &mut Played) {
    match cut {
        None => call.listen().await,
        Some(words) => {
            if !call.listen_for(words).await {
                let problem = format!("the agent never said {words:?}, where the caller cuts in");
                played.missed.push(problem);
            }
        }
    }
}

/// Takes in what was said and done; the words that the caller heard.
fn hear(call: &mut TypedCall, evidence: &mut Evidence<'_>, played: &mut Played) -> String {
    let mut answer = String::new();
    for said in call.take_said() {
        match said {
            Said::Agent { text, interrupted } => {
                let cut = if interrupted { " -" } else { "" };
                let _ = writeln!(played.transcript, "  agent:  {text}{cut}");
                for fact in evidence.unsupported(&text) {
                    played.invented.push(format!("{fact} in {text:?}"));
                }
                answer += &text;
                answer.push(' ');
            }
            Said::Tool {
                name,
                arguments,
                result,
            } => {
                let _ = writeln!(played.transcript, "  [{name} {arguments} -> {result}]");
                evidence.tool_answered(&result);
            }
            Said::Trouble { stage, code } => {
                played.missed.push(format!("{stage} failed: {code}"));
            }
        }
    }
    answer + &call.heard_so_far()
}

fn expect(turn: &Turn, answer: &str, played: &mut Played) {
    let answer = answer.to_lowercase();
    let has = |words: &String| answer.contains(&words.to_lowercase());
    for words in turn.agent_says.iter().filter(|words| !has(words)) {
        let problem = format!("no {words:?} in the answer to {:?}", turn.caller);
        played.missed.push(problem);
    }
    for words in turn.agent_not_says.iter().filter(|words| has(words)) {
        let problem = format!("{words:?} in the answer to {:?}", turn.caller);
        played.missed.push(problem);
    }
}
