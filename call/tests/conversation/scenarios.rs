//! Conversations as callers have them, each named after what must happen.

use std::time::Duration;

use call::{
    conversation::{CallControl, Expecting, Message},
    record::{EndReason, EventKind, NextAction, Speaker},
};
use tenant_config::{pronunciation::Pronunciation, voice::VoiceSettings};

use crate::world::{Answer, Script, Seen, World, check_agent_turn, say};

fn caller(text: &str) -> Message {
    Message::Caller { text: text.into() }
}

#[test]
fn a_question_is_answered_and_every_stage_has_its_time() {
    let world = World::run(
        Script {
            speech: vec![(2_000, 3_500)],
            transcripts: vec![Ok("What are your hours?")],
            answers: vec![say("We open at eight. Anything else?")],
            ..Script::default()
        },
        9_000,
    );
    assert_eq!(
        world.said(Speaker::Agent),
        ["Hello.", "We open at eight. Anything else?"]
    );
    assert_eq!(world.said(Speaker::Caller), ["What are your hours?"]);
    let answer = &world.turns[2];
    let starts: Vec<_> = answer.words.iter().map(|word| word.start_ms).collect();
    assert_eq!(starts[0], answer.start_ms);
    // The second clause begins after the first: 17 letters of 33 are said.
    let half = answer.start_ms + (answer.end_ms - answer.start_ms) / 2;
    assert!(starts[4].abs_diff(half) < 100, "{starts:?}, half at {half}");
    let l = answer.latency;
    let stages = [
        l.speech_end_ms,
        l.endpoint_ms,
        l.llm_first_token_ms,
        l.tts_first_byte_ms,
        l.first_frame_ms,
        l.mark_ms,
    ]
    .map(|stage| stage.expect("every stage happened"));
    assert!(stages.is_sorted(), "{stages:?}");
    assert!(l.asr_final_ms.is_some_and(|ms| ms <= stages[1]));
    // 180 ms of silence, 300 ms of recognition, 100 ms each for chat and voice.
    let total = l.total_ms().unwrap();
    assert!((640..=760).contains(&total), "{total} ms");
    assert_eq!(world.heard_samples, world.played_samples);
}

#[test]
fn a_pause_within_a_sentence_does_not_end_the_turn() {
    let world = World::run(
        Script {
            speech: vec![(2_000, 3_000), (3_500, 4_500)],
            transcripts: vec![Ok("I'd like to book a cleaning and")],
            ..Script::default()
        },
        4_600,
    );
    assert!(world.asked().is_empty());
}

#[test]
fn barge_in_clears_within_the_same_input_and_keeps_only_what_was_heard() {
    let long =
        "We are open on Monday and Tuesday and Wednesday and Thursday and Friday and Saturday.";
    let world = World::run(
        Script {
            speech: vec![(1_000, 2_000), (4_000, 5_500)],
            transcripts: vec![Ok("When are you open?"), Ok("And on Sunday?")],
            answers: vec![say(long), say("No.")],
            ..Script::default()
        },
        9_000,
    );
    let clear = world.seen.iter().find_map(|seen| match seen {
        Seen::Clear(ms) => Some(*ms),
        Seen::Media(_) | Seen::Ask(..) | Seen::Speak(..) => None,
    });
    let clear = clear.expect("the agent was interrupted");
    let decided = world
        .events
        .iter()
        .find(|(_, kind)| matches!(kind, EventKind::BargeIn { .. }))
        .map(|(ms, _)| *ms)
        .expect("a barge-in");
    assert_eq!(clear, decided);
    assert!((4_100..4_250).contains(&clear), "{clear}");
    let first_after = world.seen.iter().find_map(|seen| match seen {
        Seen::Media(ms) if *ms > clear => Some(*ms),
        Seen::Media(_) | Seen::Clear(_) | Seen::Ask(..) | Seen::Speak(..) => None,
    });
    assert!(
        first_after.is_some_and(|ms| ms > 5_500),
        "silence until the answer: {first_after:?}"
    );
    let heard = &world.turns[2];
    assert!(heard.interrupted && long.starts_with(&heard.text) && heard.text.len() < long.len());
    assert_eq!(heard.generated, long);
    check_agent_turn(heard);
    assert_eq!(
        world.heard_samples, world.played_samples,
        "the recording has what was played"
    );
    let told = world.asked()[1];
    assert_eq!(
        told[2],
        Message::Agent {
            text: heard.text.clone(),
            interrupted: true
        },
        "the mind knows what was heard and no more"
    );
    assert_eq!(told[3], caller("And on Sunday?"));
}

#[test]
fn the_voice_is_given_how_names_are_said_and_all_else_how_they_are_written() {
    let long = "Dr Nguyen is here on Monday, and Nguyen Junior on Tuesday, Wednesday and Thursday.";
    let settings = VoiceSettings {
        pronunciations: vec![Pronunciation {
            word: "nguyen".to_owned(),
            say: "when, rhyming with ten,".to_owned(),
        }],
        ..VoiceSettings::default()
    };
    let world = World::run(
        Script {
            greeting: "Nguyen Dental.",
            settings,
            speech: vec![(2_500, 3_500), (6_500, 8_000)],
            transcripts: vec![Ok("Who is there?"), Ok("And on Friday?")],
            answers: vec![say(long), say("Dr Nguyen.")],
            ..Script::default()
        },
        12_000,
    );
    let spoken: Vec<&String> = world
        .seen
        .iter()
        .filter_map(|seen| match seen {
            Seen::Speak(_, text) => Some(text),
            Seen::Media(_) | Seen::Clear(_) | Seen::Ask(..) => None,
        })
        .collect();
    assert_eq!(spoken[0], "when, rhyming with ten, Dental.");
    assert!(
        spoken.iter().all(|text| !text.contains("Nguyen")),
        "{spoken:?}"
    );
    assert_eq!(world.turns[0].text, "Nguyen Dental.");
    let heard = &world.turns[2];
    assert!(
        heard.interrupted && long.starts_with(&heard.text),
        "{heard:?}"
    );
    assert!(heard.text.starts_with("Dr Nguyen is"), "{heard:?}");
    assert_eq!(heard.generated, long);
    let told = world.asked()[1];
    let kept = Message::Agent {
        text: heard.text.clone(),
        interrupted: true,
    };
    assert!(told.contains(&kept), "{told:?}");
}

#[test]
fn a_noise_over_the_agent_is_forgiven_and_the_rest_is_said() {
    for sound in ["", "Mm-hm."] {
        let world = World::run(
            Script {
                speech: vec![(1_000, 2_000), (3_500, 3_900)],
                transcripts: vec![Ok("When are you open?"), Ok(sound)],
                answers: vec![say(
                    "Every day of the week from eight in the morning until six at night.",
                )],
                ..Script::default()
            },
            12_000,
        );
        assert_eq!(
            world.count(|kind| matches!(kind, EventKind::FalseInterruption { .. })),
            1
        );
        let said = world.said(Speaker::Agent)[1..].join(" ");
        assert_eq!(
            said,
            "Every day of the week from eight in the morning until six at night."
        );
        assert_eq!(world.asked().len(), 1);
    }
}

#[test]
fn an_uninterruptible_greeting_is_heard_whole_and_what_was_said_meanwhile_is_answered() {
    let mut script = Script {
        greeting: "This call is recorded for quality. How can I help?",
        speech: vec![(500, 1_500)],
        transcripts: vec![Ok("Hello there.")],
        answers: vec![say("Hi.")],
        ..Script::default()
    };
    script.settings.greeting_uninterruptible = true;
    let world = World::run(script, 8_000);
    assert!(!world.seen.iter().any(|seen| matches!(seen, Seen::Clear(_))));
    assert_eq!(
        world.said(Speaker::Agent),
        ["This call is recorded for quality. How can I help?", "Hi."]
    );
}

#[test]
fn words_added_before_the_answer_join_the_question() {
    let world = World::run(
        Script {
            speech: vec![(1_000, 2_000), (2_700, 3_500)],
            transcripts: vec![Ok("Book a cleaning."), Ok("On Tuesday.")],
            chat: Duration::from_millis(600),
            answers: vec![say("Cleaning."), say("Tuesday then.")],
            ..Script::default()
        },
        9_000,
    );
    assert_eq!(
        world.asked().last().unwrap().last().unwrap(),
        &caller("Book a cleaning. On Tuesday.")
    );
    assert_eq!(world.said(Speaker::Agent), ["Hello.", "Tuesday then."]);
}

#[test]
fn a_tool_is_run_told_and_its_answer_spoken_in_one_say() {
    let world = World::run(
        Script {
            speech: vec![(1_000, 2_000)],
            transcripts: vec![Ok("Book it.")],
            answers: vec![
                Answer {
                    text: "One moment.",
                    tool: Some("book"),
                    ..Answer::default()
                },
                say("It is booked."),
            ],
            ..Script::default()
        },
        8_000,
    );
    assert_eq!(
        world.said(Speaker::Agent),
        ["Hello.", "One moment. It is booked."]
    );
    let told = world.asked()[1];
    assert!(matches!(&told[told.len() - 2], Message::ToolCall(call) if call.name == "book"));
    assert!(matches!(told.last(), Some(Message::ToolResult { .. })));
}

#[test]
fn a_tool_interrupted_by_the_caller_is_not_lost() {
    let world = World::run(
        Script {
            speech: vec![(1_000, 2_000), (3_000, 3_800)],
            transcripts: vec![Ok("Book it."), Ok("At three.")],
            tool: Duration::from_millis(2_500),
            answers: vec![
                Answer {
                    text: "One moment please.",
                    tool: Some("book"),
                    ..Answer::default()
                },
                say("Booked at three."),
            ],
            ..Script::default()
        },
        10_000,
    );
    let told = world.asked().last().copied().unwrap();
    let call = told
        .iter()
        .position(|m| matches!(m, Message::ToolCall(_)))
        .unwrap();
    assert!(
        matches!(&told[call + 1], Message::ToolResult { .. }),
        "{told:?}"
    );
    assert_eq!(told.last(), Some(&caller("At three.")));
    assert!(world.said(Speaker::Agent).contains(&"Booked at three."));
}

#[test]
fn a_goodbye_is_heard_before_we_hang_up() {
    let world = World::run(
        Script {
            speech: vec![(1_000, 2_000)],
            transcripts: vec![Ok("Bye.")],
            answers: vec![Answer {
                text: "Thanks for calling. Goodbye.",
                tool: Some("end_call"),
                ..Answer::default()
            }],
            control: Some(CallControl::HangUp),
            ..Script::default()
        },
        20_000,
    );
    let (at, summary) = world.ended.clone().expect("the call ended");
    assert_eq!(
        (summary.reason, summary.next),
        (EndReason::AgentHungUp, NextAction::HangUp)
    );
    assert_eq!(
        world.said(Speaker::Agent),
        ["Hello.", "Thanks for calling. Goodbye."]
    );
    let goodbye = world.turns.last().unwrap();
    assert!(!goodbye.interrupted && goodbye.end_ms <= at);
    assert_eq!(world.heard_samples, world.played_samples);
}

#[test]
fn a_mark_that_never_comes_back_does_not_hold_the_call() {
    let world = World::run(
        Script {
            echo_marks: false,
            speech: vec![(4_000, 5_000)],
            transcripts: vec![Ok("Bye.")],
            answers: vec![Answer {
                text: "Goodbye.",
                tool: Some("end_call"),
                ..Answer::default()
            }],
            control: Some(CallControl::HangUp),
            ..Script::default()
        },
        20_000,
    );
    assert!(world.ended.is_some_and(|(at, _)| at < 9_500));
}

#[test]
fn silence_is_prompted_and_then_ends_the_call() {
    let world = World::run(Script::default(), 90_000);
    assert_eq!(
        world.count(|kind| matches!(kind, EventKind::NoInput { .. })),
        4
    );
    let (_, summary) = world.ended.expect("the call ended");
    assert_eq!(
        (summary.reason, summary.next),
        (EndReason::NoInput, NextAction::HangUp)
    );
}

#[test]
fn a_dead_model_apologises_and_hands_over_to_the_fallback() {
    for answer in [
        Answer {
            fails: true,
            ..Answer::default()
        },
        Answer {
            never: true,
            ..Answer::default()
        },
    ] {
        let world = World::run(
            Script {
                speech: vec![(1_000, 2_000)],
                transcripts: vec![Ok("Hello?")],
                answers: vec![answer],
                ..Script::default()
            },
            40_000,
        );
        let (_, summary) = world.ended.clone().expect("the call ended");
        assert_eq!(summary.reason, EndReason::AgentUnavailable);
        assert_eq!(summary.next, NextAction::Fallback { apologise: false });
        assert_eq!(summary.failure.map(|f| f.stage), Some("llm".to_owned()));
        assert!(
            world
                .said(Speaker::Agent)
                .last()
                .unwrap()
                .starts_with("I'm sorry")
        );
    }
}

#[test]
fn a_dead_voice_leaves_the_apology_to_the_carrier() {
    let world = World::run(
        Script {
            tts_fails: true,
            ..Script::default()
        },
        10_000,
    );
    let (_, summary) = world.ended.expect("the call ended");
    assert_eq!(summary.next, NextAction::Fallback { apologise: true });
    assert_eq!(
        summary.failure.map(|f| f.code),
        Some("unreachable".to_owned())
    );
}

#[test]
fn a_recognizer_gets_a_second_chance_and_no_third() {
    let world = World::run(
        Script {
            speech: vec![(1_000, 2_000), (6_000, 7_000)],
            transcripts: vec![Err("busy"), Err("busy")],
            ..Script::default()
        },
        30_000,
    );
    assert_eq!(
        world.said(Speaker::Agent)[1],
        "Sorry, could you say that again?"
    );
    let (_, summary) = world.ended.expect("the call ended");
    assert_eq!(summary.reason, EndReason::AgentUnavailable);
    assert_eq!(summary.failure.map(|f| f.stage), Some("asr".to_owned()));
}

#[test]
fn keys_that_belong_together_are_one_entry() {
    let world = World::run(
        Script {
            digits: vec![(2_000, '1'), (2_400, '2'), (2_800, '3')],
            ..Script::default()
        },
        6_000,
    );
    assert_eq!(
        world.asked()[0].last(),
        Some(&Message::Digits {
            digits: "123".into()
        })
    );
}

#[test]
fn the_last_words_before_a_hang_up_are_kept() {
    let world = World::run(
        Script {
            speech: vec![(2_000, 3_500)],
            transcripts: vec![Ok("Never mind.")],
            hang_up_at: Some(3_400),
            ..Script::default()
        },
        20_000,
    );
    assert_eq!(world.said(Speaker::Caller), ["Never mind."]);
    let (_, summary) = world.ended.expect("the call ended");
    assert_eq!(summary.reason, EndReason::CallerHungUp);
}

#[test]
fn the_longest_call_ends_with_a_goodbye() {
    let mut script = Script::default();
    script.settings.max_duration = Duration::from_secs(5);
    let world = World::run(script, 30_000);
    let (_, summary) = world.ended.clone().expect("the call ended");
    assert_eq!(summary.reason, EndReason::MaxDuration);
    assert!(
        world
            .said(Speaker::Agent)
            .last()
            .unwrap()
            .contains("longest time")
    );
}

#[test]
fn a_sound_that_never_stops_is_answered_all_the_same() {
    let world = World::run(
        Script {
            speech: vec![(1_000, 3_600_000)],
            transcripts: vec![Ok("A very long story.")],
            ..Script::default()
        },
        60_000,
    );
    assert_eq!(world.said(Speaker::Caller), ["A very long story."]);
}

#[test]
fn yes_over_the_agent_counts_when_it_was_asked_for() {
    let world = World::run(
        Script {
            speech: vec![(1_000, 2_000), (4_600, 5_100)],
            transcripts: vec![Ok("Book it."), Ok("Okay.")],
            answers: vec![
                Answer {
                    text: "That is Tuesday the twenty fourth at three. Shall I book it for you now?",
                    expecting: Expecting::YesNo,
                    ..Answer::default()
                },
                say("Done."),
            ],
            ..Script::default()
        },
        12_000,
    );
    assert_eq!(world.said(Speaker::Agent).last(), Some(&"Done."));
}

#[test]
fn an_hour_of_talk_takes_no_time() {
    let mut script = Script {
        settings: VoiceSettings::default(),
        ..Script::default()
    };
    script.settings.max_duration = Duration::from_hours(1);
    for n in 0..350 {
        script.speech.push((5_000 + n * 10_000, 6_500 + n * 10_000));
        script.transcripts.push(Ok("Tell me more."));
    }
    let world = World::run(script, 3_700_000);
    assert!(world.said(Speaker::Caller).len() >= 340);
    assert_eq!(world.heard_samples, world.played_samples);
}
