//! Conversations with scripted minds: what is heard, kept and recorded.

use bench::{Ending, Step, StreamReport};

use crate::{
    node::{Minds, Node, barge_in, speak},
    tape::{assert_same, loud, recording},
};

fn stream(report: &bench::CallReport) -> &StreamReport {
    assert_eq!(report.streams.len(), 1);
    let stream = &report.streams[0];
    assert_eq!(stream.violations, [], "the carrier's protocol is kept");
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_leaves_its_turns_with_times_and_a_recording_as_heard() {
    let minds = Minds::hearing(&["What are your hours?", "Thanks, goodbye."]);
    let node = Node::start(minds.providers()).await;
    let report = node.place(vec![speak(1_200), speak(900)]).await;
    node.settled().await;
    let stream = stream(&report);
    assert_eq!(report.ending, Ending::AgentHungUp, "{:?}", report.verbs);

    let turns =
        "SELECT string_agg(speaker || ': ' || text, ' | ' ORDER BY seq) FROM app.call_turns";
    let turns = node.db.value(turns).await.unwrap();
    assert!(turns.contains("caller: What are your hours?"), "{turns}");
    assert!(turns.contains("caller: Thanks, goodbye."), "{turns}");
    assert!(
        turns.starts_with("agent: Thank you for calling Bright Smile Dental."),
        "{turns}"
    );
    let staged = "SELECT count(*)::text FROM app.call_turns WHERE speaker = 'agent' AND seq > 0
        AND speech_end_ms < endpoint_ms AND endpoint_ms <= llm_first_token_ms
        AND asr_final_ms <= llm_first_token_ms AND llm_first_token_ms <= tts_first_byte_ms
        AND tts_first_byte_ms <= first_frame_ms AND first_frame_ms < mark_ms
        AND total_ms = first_frame_ms - speech_end_ms AND start_ms < end_ms";
    assert_eq!(
        node.db.value(staged).await.as_deref(),
        Some("2"),
        "every stage has its time"
    );

    // What the caller heard is what is recorded, sample by sample, and so is what they said.
    let (caller, agent) = recording(&node).await;
    assert_same(&loud(&agent), &loud(&stream.agent.samples));
    assert_same(&loud(&caller), &loud(&stream.caller_samples));
    let row = "SELECT status || ' ' || end_reason || ' ' || ivr_mode || ' ' || resolution_method FROM app.calls";
    assert_eq!(
        node.db.value(row).await.as_deref(),
        Some("completed agent_hung_up ai-voice to_number")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_barge_in_stops_the_agent_and_the_recording_ends_where_the_ear_did() {
    let long = "We have appointments on Monday and on Tuesday and on Wednesday and on Thursday and on Friday \
                in the morning and in the afternoon and sometimes in the evening as well.";
    let minds = Minds::hearing(&["When?", "Stop.", "Bye."]).saying(&[long, "All right.", "Bye."]);
    let node = Node::start(minds.providers()).await;
    let report = node
        .place(vec![speak(800), barge_in(1_500, 700), Step::HangUp])
        .await;
    node.settled().await;
    let stream = stream(&report);
    let barge_in = stream.barge_ins()[0];
    assert_eq!(
        barge_in.bytes_after_clear, 0,
        "nothing of the old speech follows the clear"
    );
    let to_clear = barge_in.onset_to_clear_ms.expect("the agent stopped");
    assert!(to_clear < 600, "{to_clear} ms");

    let row = "SELECT text FROM app.call_turns WHERE interrupted";
    let heard = node.db.value(row).await.expect("an interrupted turn");
    assert!(
        long.starts_with(&heard) && heard.len() < long.len() / 2,
        "{heard}"
    );
    let (_, agent) = recording(&node).await;
    // Where a clear cuts, the carrier's clock and ours may differ by the way of a message.
    let (recorded, heard) = (loud(&agent), loud(&stream.agent.samples));
    let difference = recorded.len().abs_diff(heard.len());
    assert!(difference <= 60 * 8, "{difference} samples");
    assert_eq!(
        node.db
            .value("SELECT interruptions_caller::text FROM app.calls")
            .await
            .as_deref(),
        Some("1")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_in_a_conversation_are_events_and_reach_the_mind() {
    let minds = Minds::hearing(&[]).saying(&["Seven it is."]);
    let node = Node::start(minds.providers()).await;
    let listen = Step::WaitForAgent {
        quiet: std::time::Duration::from_millis(300),
        at_most: std::time::Duration::from_secs(10),
    };
    let press = Step::Press { digits: "7".into() };
    let wait = Step::Wait(std::time::Duration::from_secs(4));
    let report = node.place(vec![listen, press, wait, Step::HangUp]).await;
    node.settled().await;
    assert_eq!(stream(&report).agent_segments().len(), 2);
    assert_eq!(
        node.db
            .value("SELECT digits FROM app.calls")
            .await
            .as_deref(),
        Some("7")
    );
    let event = "SELECT payload->>'digits' FROM app.call_events WHERE kind = 'dtmf'";
    assert_eq!(node.db.value(event).await.as_deref(), Some("7"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appointment_is_booked_for_this_tenant_and_this_call() {
    let said = [
        "Can I book a cleaning for next Wednesday at ten in the morning?",
        "My name is John Smith.",
        "Yes, please.",
        "No, that's all. Goodbye.",
    ];
    let node = Node::start(Minds::hearing(&said).providers()).await;
    let report = node
        .place(vec![speak(1_500), speak(700), speak(500), speak(700)])
        .await;
    node.settled().await;
    assert_eq!(report.ending, Ending::AgentHungUp);
    let booked = "SELECT a.customer_name || ' ' || to_char(a.starts_at AT TIME ZONE 'America/Chicago', 'FMDay HH24:MI')
        FROM app.appointments a JOIN app.calls c ON c.id = a.call_id AND c.tenant_id = a.tenant_id";
    assert_eq!(
        node.db.value(booked).await.as_deref(),
        Some("John Smith Wednesday 10:00")
    );
    assert_eq!(
        node.db
            .value("SELECT outcome FROM app.calls")
            .await
            .as_deref(),
        Some("appointment_scheduled")
    );
}
