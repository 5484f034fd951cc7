//! Conversations that stand still between two deadlines: somebody notices, says so, and goes on.

use call::{
    conversation::Message,
    record::{EndReason, EventKind, NextAction, Speaker, Stall},
};

use crate::world::{Answer, Script, World, say};

fn stalls(world: &World) -> Vec<(u64, Stall)> {
    let stall = |(at, kind): &(u64, EventKind)| match kind {
        EventKind::Stalled { what } => Some((*at, *what)),
        EventKind::StreamStarted
        | EventKind::Dtmf { .. }
        | EventKind::BargeIn { .. }
        | EventKind::FalseInterruption { .. }
        | EventKind::ToolCalled { .. }
        | EventKind::ToolAnswered { .. }
        | EventKind::NoInput { .. }
        | EventKind::ProviderFailed { .. }
        | EventKind::DeadlineMissed { .. }
        | EventKind::AudioFaults { .. } => None,
    };
    world.events.iter().filter_map(stall).collect()
}

fn trickle() -> Answer {
    Answer {
        trickles: true,
        ..Answer::default()
    }
}

#[test]
fn a_mind_that_trickles_is_given_up_once_and_the_caller_asked_again() {
    let world = World::run(
        Script {
            speech: vec![(1_000, 2_000), (30_000, 31_000)],
            transcripts: vec![Ok("When are you open?"), Ok("When are you open?")],
            answers: vec![trickle(), say("At eight.")],
            ..Script::default()
        },
        40_000,
    );
    let seen = stalls(&world);
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert_eq!(seen[0].1, Stall::Speaking);
    assert!((22_000..24_000).contains(&seen[0].0), "{seen:?}");
    assert_eq!(
        world.said(Speaker::Agent)[..3],
        [
            "Hello.",
            "Sorry, I lost my thread. Could you say that again?",
            "At eight."
        ]
    );
    assert!(world.ended.is_none());
}

#[test]
fn a_mind_that_trickles_again_is_replaced_by_the_fallback() {
    let world = World::run(
        Script {
            speech: vec![(1_000, 2_000), (30_000, 31_000)],
            transcripts: vec![Ok("When are you open?"), Ok("When are you open?")],
            answers: vec![trickle(), trickle()],
            ..Script::default()
        },
        60_000,
    );
    let (_, summary) = world.ended.clone().expect("the call ended");
    assert_eq!(summary.reason, EndReason::AgentUnavailable);
    assert_eq!(summary.next, NextAction::Fallback { apologise: true });
    let failure = summary.failure.expect("somebody failed");
    assert_eq!(
        (failure.stage.as_str(), failure.code.as_str()),
        ("llm", "stalled")
    );
    assert_eq!(stalls(&world).len(), 2);
}

#[test]
fn a_voice_that_sends_nothing_but_promises_is_replaced_by_the_carriers() {
    let world = World::run(
        Script {
            tts_trickles: true,
            ..Script::default()
        },
        60_000,
    );
    let (at, summary) = world.ended.expect("the call ended");
    assert!((40_000..42_000).contains(&at), "{at}");
    assert_eq!(summary.next, NextAction::Fallback { apologise: true });
    let failure = summary.failure.expect("somebody failed");
    assert_eq!(
        (failure.stage.as_str(), failure.code.as_str()),
        ("tts", "stalled")
    );
}

#[test]
fn a_long_answer_is_no_stall() {
    let long = "We are open on Monday and Tuesday and Wednesday and Thursday and Friday and Saturday \
                from eight in the morning until six at night, and on Sunday from ten until noon, and \
                on holidays we are closed, except for emergencies, which we take at any time of the \
                day or night, as you will be told when you call us. ";
    let world = World::run(
        Script {
            speech: vec![(1_000, 2_000)],
            transcripts: vec![Ok("When are you open?")],
            answers: vec![say(long)],
            ..Script::default()
        },
        40_000,
    );
    assert!(
        world.said(Speaker::Agent)[1].len() > 250,
        "it takes over 15 s"
    );
    assert_eq!(stalls(&world), []);
}

#[test]
fn a_stream_that_is_open_and_silent_is_lost() {
    let world = World::run(
        Script {
            media_stops_at: Some(5_000),
            judging_stops_at: Some(5_000),
            ..Script::default()
        },
        60_000,
    );
    let (at, summary) = world.ended.clone().expect("the call ended");
    assert!((14_900..15_100).contains(&at), "{at}");
    assert_eq!(summary.reason, EndReason::StreamLost);
    assert_eq!(summary.next, NextAction::Fallback { apologise: true });
    assert_eq!(stalls(&world)[0].1, Stall::Media);
    assert_eq!(stalls(&world).len(), 1, "not the judge is to blame");
}

#[test]
fn a_caller_whom_nobody_judges_is_passed_on() {
    let world = World::run(
        Script {
            judging_stops_at: Some(5_000),
            ..Script::default()
        },
        60_000,
    );
    let (at, summary) = world.ended.clone().expect("the call ended");
    assert!((10_000..16_000).contains(&at), "{at}");
    assert_eq!(summary.reason, EndReason::AgentUnavailable);
    assert_eq!(summary.next, NextAction::Fallback { apologise: false });
    let failure = summary.failure.expect("somebody failed");
    assert_eq!(
        (failure.provider.as_str(), failure.stage.as_str()),
        ("vad", "vad")
    );
    let apology = world.said(Speaker::Agent).last().copied();
    assert!(
        apology.is_some_and(|text| text.contains("trouble")),
        "{apology:?}"
    );
}

#[test]
fn a_sound_that_never_stops_ends_its_turn() {
    let world = World::run(
        Script {
            speech: vec![(2_000, 200_000)],
            transcripts: vec![Ok("And another thing.")],
            ..Script::default()
        },
        60_000,
    );
    assert_eq!(stalls(&world)[0].1, Stall::Turn);
    let words = |m: &Message| matches!(m, Message::Caller { text } if text == "And another thing.");
    assert!(world.asked()[0].iter().any(words));
}
