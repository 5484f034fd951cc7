//! Random conversations: whatever happens in whatever order, the call is never stuck, never
//! speaks after its end, keeps a deadline for every wait, and records what was played.

use std::time::Duration;

use call::{
    conversation::{CallControl, Expecting, Message},
    record::Speaker,
};
use proptest::prelude::*;

use crate::world::{Answer, Script, World, check_agent_turn};

fn answers() -> impl Strategy<Value = Answer> {
    let text = prop::sample::select(vec![
        "",
        "Yes.",
        "We open at eight.",
        "I have nine, ten and eleven on Tuesday. Which one would you like, or should I look at another day for you?",
    ]);
    let tool = prop::option::weighted(0.3, prop::sample::select(vec!["book", "find", "end_call"]));
    let expecting = prop::sample::select(vec![
        Expecting::Anything,
        Expecting::YesNo,
        Expecting::Digits,
        Expecting::Dictation,
    ]);
    (
        text,
        tool,
        expecting,
        prop::bool::weighted(0.03),
        prop::bool::weighted(0.03),
        prop::bool::weighted(0.03),
    )
        .prop_map(|(text, tool, expecting, fails, never, trickles)| Answer {
            text,
            expecting,
            tool,
            fails,
            never,
            trickles,
        })
}

fn scripts() -> impl Strategy<Value = Script> {
    let speech = prop::collection::vec((100_u64..4_000, 50_u64..3_000), 0..12);
    let transcript = prop::sample::select(vec![
        Ok(""),
        Ok("Okay."),
        Ok("Yes."),
        Ok("Book a cleaning and"),
        Ok("What does it cost?"),
        Err("busy"),
    ]);
    let delays = (0_u64..2_500, 0_u64..2_500, 0_u64..2_500, 0_u64..3_000);
    let digits = prop::collection::vec(
        (0_u64..40_000, prop::sample::select(vec!['1', '#', '0'])),
        0..5,
    );
    (
        speech,
        prop::collection::vec(transcript, 12),
        prop::collection::vec(answers(), 30),
        delays,
        digits,
        prop::option::weighted(0.4, 0_u64..60_000),
        prop::option::weighted(0.2, Just(CallControl::HangUp)),
        (
            any::<bool>(),
            prop::bool::weighted(0.9),
            prop::bool::weighted(0.05),
            prop::bool::weighted(0.05),
        ),
        (
            prop::option::weighted(0.1, 0_u64..60_000),
            prop::option::weighted(0.1, 0_u64..60_000),
            prop::option::weighted(0.2, 0_u64..60_000),
        ),
    )
        .prop_map(
            |(
                speech,
                transcripts,
                answers,
                delays,
                mut digits,
                hang_up_at,
                control,
                flags,
                stops,
            )| {
                let mut at = 0;
                let speech = speech
                    .into_iter()
                    .map(|(gap, length)| {
                        let from = at + gap;
                        at = from + length;
                        (from, at)
                    })
                    .collect();
                digits.sort_unstable();
                let mut script = Script {
                    speech,
                    transcripts,
                    answers,
                    digits,
                    hang_up_at,
                    control,
                    asr: Duration::from_millis(delays.0),
                    chat: Duration::from_millis(delays.1),
                    tts: Duration::from_millis(delays.2),
                    tool: Duration::from_millis(delays.3),
                    echo_marks: flags.1,
                    tts_fails: flags.2,
                    tts_trickles: flags.3,
                    media_stops_at: stops.0,
                    judging_stops_at: stops.1,
                    hand_over_at: stops.2,
                    ..Script::default()
                };
                script.settings.greeting_uninterruptible = flags.0;
                script.settings.max_duration = Duration::from_mins(5);
                script
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn never_stuck_and_never_speaking_after_the_end(script in scripts()) {
        let mut world = World::new(script);
        // The longest call and its goodbye.
        world.run_until(360_000);
        prop_assert!(world.ended.is_some(), "the call ends: {:?}", world.events);
        prop_assert_eq!(world.call.poll_timeout(), None);
        prop_assert_eq!(world.heard_samples, world.played_samples);

        let seqs: Vec<u32> = world.turns.iter().map(|turn| turn.seq).collect();
        prop_assert_eq!(seqs, (0..world.turns.len() as u32).collect::<Vec<_>>());
        for turn in &world.turns {
            prop_assert!(turn.start_ms <= turn.end_ms);
            prop_assert!(!turn.text.is_empty());
            if turn.speaker == Speaker::Agent {
                check_agent_turn(turn);
            }
        }
        for messages in world.asked() {
            check_conversation(messages)?;
        }
    }
}

/// Tool answers stand behind their calls, nothing is empty.
fn check_conversation(messages: &[Message]) -> Result<(), TestCaseError> {
    for (at, message) in messages.iter().enumerate() {
        match message {
            Message::Caller { text } | Message::Agent { text, .. } => {
                prop_assert!(!text.is_empty());
            }
            Message::ToolCall(call) => {
                let answered = messages[at + 1..]
                    .iter()
                    .take_while(|m| matches!(m, Message::ToolCall(_) | Message::ToolResult { .. }))
                    .any(|m| matches!(m, Message::ToolResult { id, .. } if *id == call.id));
                prop_assert!(answered, "{call:?} has its answer behind it: {messages:?}");
            }
            Message::ToolResult { .. } | Message::Digits { .. } | Message::NoInput { .. } => {}
        }
    }
    Ok(())
}
