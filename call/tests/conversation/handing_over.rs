//! A conversation in two streams: it leaves one and goes on in the next, and nothing is forgotten.

use call::{
    Resume,
    conversation::Message,
    record::{EndReason, NextAction, Speaker},
};

use crate::world::{Script, World, say};

/// Runs a call that is handed over at `ms`; it, and what it takes along.
fn handed_over(script: Script, ms: u64) -> (World, Resume) {
    let script = Script {
        hand_over_at: Some(ms),
        ..script
    };
    let world = World::run(script, ms + 10_000);
    let (_, summary) = world.ended.clone().expect("the stream is closed");
    assert_eq!(summary.reason, EndReason::HandedOver);
    assert_eq!(summary.next, NextAction::Reconnect);
    let resume = *summary.resume.expect("the next stream needs it");
    // It goes through a database.
    let stored = serde_json::to_string(&resume).expect("plain data");
    let read: Resume = serde_json::from_str(&stored).expect("what was written");
    assert_eq!(read, resume);
    (world, resume)
}

fn goes_on(resume: Resume, script: Script, ms: u64) -> World {
    let resume = Some(resume);
    World::run(Script { resume, ..script }, ms)
}

#[test]
fn an_answer_that_was_cut_off_is_said_to_its_end() {
    let long =
        "We are open on Monday and Tuesday and Wednesday and Thursday and Friday and Saturday.";
    let (world, resume) = handed_over(
        Script {
            speech: vec![(1_000, 2_000)],
            transcripts: vec![Ok("When are you open?")],
            answers: vec![say(long)],
            ..Script::default()
        },
        5_000,
    );
    let heard = world.turns.last().unwrap();
    assert!(heard.interrupted && long.starts_with(&heard.text));
    assert_eq!(format!("{} {}", heard.text, resume.rest), long);
    assert_eq!(resume.next_seq as usize, world.turns.len());

    let second = goes_on(resume, Script::default(), 10_000);
    let said = second.said(Speaker::Agent)[0];
    assert!(said.starts_with("Sorry, I'm back."), "{said}");
    assert!(
        long.ends_with(said.trim_start_matches("Sorry, I'm back. ")),
        "{said}"
    );
    assert_eq!(
        second.turns[0].seq as usize,
        world.turns.len(),
        "turns count on"
    );
    assert!(second.asked().is_empty(), "nothing is left to answer");
}

#[test]
fn words_that_were_being_said_are_written_down_and_answered_in_the_next_stream() {
    let (world, resume) = handed_over(
        Script {
            speech: vec![(2_000, 8_000)],
            transcripts: vec![Ok("I want to book a cleaning.")],
            ..Script::default()
        },
        5_000,
    );
    assert_eq!(world.said(Speaker::Caller), ["I want to book a cleaning."]);
    let answers = vec![say("For when?")];
    let script = Script {
        answers,
        ..Script::default()
    };
    let second = goes_on(resume, script, 10_000);
    assert_eq!(
        second.said(Speaker::Agent),
        ["Sorry, I'm back.", "For when?"]
    );
    let told = second.asked()[0];
    assert!(
        matches!(told.last(), Some(Message::Caller { text }) if text == "I want to book a cleaning."),
        "{told:?}"
    );
    let hello = |m: &Message| matches!(m, Message::Agent { text, .. } if text == "Hello.");
    assert!(
        told.iter().any(hello),
        "it knows what was said before: {told:?}"
    );
}

#[test]
fn a_question_that_was_not_answered_is_answered_in_the_next_stream() {
    let (_, resume) = handed_over(
        Script {
            speech: vec![(1_000, 2_000)],
            transcripts: vec![Ok("When are you open?")],
            chat: std::time::Duration::from_secs(5),
            ..Script::default()
        },
        4_000,
    );
    assert!(resume.owes_answer);
    let answers = vec![say("At eight.")];
    let script = Script {
        answers,
        ..Script::default()
    };
    let second = goes_on(resume, script, 10_000);
    assert_eq!(
        second.said(Speaker::Agent),
        ["Sorry, I'm back.", "At eight."]
    );
}

#[test]
fn a_goodbye_that_is_being_said_ends_the_call_instead() {
    let world = World::run(
        Script {
            settings: tenant_config::voice::VoiceSettings {
                no_input_prompts: 0,
                ..Default::default()
            },
            // Nobody says anything; the goodbye begins after 8 s.
            hand_over_at: Some(10_000),
            ..Script::default()
        },
        30_000,
    );
    let (_, summary) = world.ended.expect("the call ended");
    assert_eq!(
        (summary.reason, summary.next),
        (EndReason::NoInput, NextAction::HangUp)
    );
    assert_eq!(summary.resume, None);
}
