//! C7: a mark that comes back after our `clear` does not mean that its audio was heard: the carrier
//! echoes every pending mark as soon as it is cleared.

use bench::Instruction;

use super::line::Line;
use crate::node::{Minds, Node};
use agents::scripted::{ScriptedSynthesizer, Sound};

/// So fast that the node's lead of 200 ms is a hundred letters.
const MS_PER_LETTER: u32 = 2;
/// An answer of six seconds.
const SENTENCES: usize = 60;

#[tokio::test(flavor = "multi_thread")]
async fn marks_echoed_after_a_clear_do_not_count_as_heard() {
    let answer = "We have appointments on each day of this week now. ".repeat(SENTENCES);
    let voice = ScriptedSynthesizer::new(Sound::Tone {
        ms_per_char: MS_PER_LETTER,
    });
    let minds = Minds::hearing(&[]).saying(&[&answer]).speaking(voice);
    let node = Node::start(minds.providers()).await;
    let mut line = Line::answered(&node).await;
    line.hear_audio(3).await;
    line.press("7#").await;
    // The greeting is cleared, then a second and a half of the answer follows.
    while line.hear().await != Instruction::Clear {}
    let (mut pieces, mut marks, mut interrupted) = (0, Vec::new(), false);
    loop {
        match line.hear().await {
            Instruction::Media(_) => pieces += 1,
            Instruction::Mark(name) => marks.push(name),
            Instruction::Clear => break,
        }
        if pieces > 75 && !interrupted {
            interrupted = true;
            line.press("1").await;
        }
    }
    for name in &marks {
        line.echo(name).await;
    }
    let sent_ms = pieces * 20;
    let sql =
        "SELECT text FROM app.call_turns t WHERE t.call_id = calls.id AND interrupted AND seq > 0";
    line.stop().await;
    line.closed().await;
    node.settled().await;
    let heard = line.record.value(sql).await.expect("an interrupted answer");
    assert!(answer.starts_with(&heard), "{heard}");
    let heard_ms = heard.len() * MS_PER_LETTER as usize;
    assert!(
        (1_000..sent_ms - 60).contains(&heard_ms),
        "{heard_ms} ms heard of {sent_ms} ms sent, whose marks all came back"
    );
}
