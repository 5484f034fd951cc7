//! What was said in a call as captions: WebVTT (W3C), one cue for each turn.

use std::fmt::Write as _;

use super::record::TurnView;

pub(super) fn captions(turns: &[TurnView]) -> String {
    let mut text = String::from("WEBVTT\n");
    for turn in turns {
        let speaker = if turn.speaker == "agent" {
            "Agent"
        } else {
            "Caller"
        };
        // A cue that lasts no time is none.
        let until = turn.end_ms.max(turn.start_ms + 1);
        let _ = write!(
            text,
            "\n{}\n{} --> {}\n<v {speaker}>{}\n",
            turn.seq,
            time(turn.start_ms),
            time(until),
            escaped(&turn.text)
        );
    }
    text
}

fn time(ms: i64) -> String {
    let ms = ms.max(0);
    let (s, m, h) = (ms / 1000 % 60, ms / 60_000 % 60, ms / 3_600_000);
    format!("{h:02}:{m:02}:{s:02}.{:03}", ms % 1000)
}

/// A text of one line that begins no tag and ends no cue.
fn escaped(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_texts_are_as_the_format_wants_them() {
        assert_eq!(time(3_723_004), "01:02:03.004");
        assert_eq!(
            escaped("a --> b\n\n<b> & c"),
            "a --&gt; b &lt;b&gt; &amp; c"
        );
    }
}
