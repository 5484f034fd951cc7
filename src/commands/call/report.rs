//! What happened in a call, for the person who placed it.
#![expect(clippy::print_stdout, reason = "the command line speaks to its user")]

use std::path::{Path, PathBuf};

use bench::{CallReport, Ending, StreamReport};
use media::frame::MediaTime;

use super::sound::Ears;

/// One line of the conversation.
struct Line {
    from: MediaTime,
    until: MediaTime,
    who: &'static str,
    text: String,
    note: String,
}

/// Prints the conversation with its times.
pub(super) fn print(report: &CallReport, ears: Option<&Ears>) -> anyhow::Result<()> {
    println!("Call {}", report.call_sid.as_str());
    for verb in &report.verbs {
        let what = if verb.what.is_empty() {
            String::new()
        } else {
            format!(" {}", verb.what)
        };
        println!("  {:>7.2} s  <{}>{what}", verb.at.as_secs_f64(), verb.verb);
    }
    for stream in &report.streams {
        println!("\nThe conversation (seconds of the stream):");
        for line in lines(stream, ears)? {
            let (from, until) = (
                line.from.as_ms() as f64 / 1e3,
                line.until.as_ms() as f64 / 1e3,
            );
            println!(
                "  {from:>6.2} - {until:>6.2}  {:<6}  {}{}",
                line.who, line.text, line.note
            );
        }
        print_figures(stream);
    }
    println!(
        "\nEnded: {}, after {:.1} s",
        ending(report.ending),
        report.duration.as_secs_f64()
    );
    Ok(())
}

fn lines(stream: &StreamReport, ears: Option<&Ears>) -> anyhow::Result<Vec<Line>> {
    let mut lines = Vec::new();
    for (said, reply) in stream.utterances.iter().zip(stream.replies()) {
        let mut note = reply
            .latency_ms
            .map(|ms| format!("  [answered after {ms} ms]"))
            .unwrap_or_default();
        if said.barge_in {
            note.push_str("  [over the agent]");
        }
        if reply.cut_off {
            note.push_str("  [was cut off]");
        }
        let (from, until, text) = (said.start, said.speech_end, said.name.clone());
        lines.push(Line {
            from,
            until,
            who: "caller",
            text,
            note,
        });
    }
    for segment in stream.agent_segments() {
        let text = match ears {
            Some(ears) => ears.transcribe(stream, segment.start, segment.end)?,
            None => "(speaks)".to_owned(),
        };
        let (from, until) = (segment.start, segment.end);
        lines.push(Line {
            from,
            until,
            who: "agent",
            text,
            note: String::new(),
        });
    }
    lines.sort_by_key(|line| line.from);
    Ok(lines)
}

fn print_figures(stream: &StreamReport) {
    let mut latencies: Vec<u64> = stream
        .replies()
        .iter()
        .filter_map(|r| r.latency_ms)
        .collect();
    latencies.sort_unstable();
    if let (Some(least), Some(most)) = (latencies.first(), latencies.last()) {
        let median = latencies[latencies.len() / 2];
        println!(
            "\nEnd of speech to first audio: median {median} ms, {least} to {most} ms, {} turns",
            latencies.len()
        );
    }
    for barge_in in stream.barge_ins() {
        match barge_in.onset_to_clear_ms {
            Some(ms) => println!(
                "Barge-in: clear {ms} ms after the caller began, {} bytes of the old speech after it",
                barge_in.bytes_after_clear
            ),
            None => println!("Barge-in: the agent did not stop"),
        }
    }
    for violation in &stream.violations {
        println!("PROTOCOL VIOLATION: {violation:?}");
    }
}

const fn ending(ending: Ending) -> &'static str {
    match ending {
        Ending::CallerHungUp => "the caller hung up",
        Ending::AgentHungUp => "the agent hung up",
        Ending::Rejected => "the call was rejected",
        Ending::NoVerbLeft => "the server had nothing more to say",
        Ending::TimeLimit => "the simulated call ran into its time limit",
    }
}

/// Says where the sound is.
pub(super) fn print_files(report: &CallReport, data_dir: &Path, saved: Option<&Path>) {
    if let Some(recording) = wait_for_recording(data_dir, report) {
        println!("Recording: {}", recording.display());
    } else if !report.streams.is_empty() {
        println!(
            "Recording: none found below {}",
            data_dir.join("recordings").display()
        );
    }
    if let Some(path) = saved {
        println!("As the caller heard it: {}", path.display());
    }
}

/// The server finishes the file right after the call.
fn wait_for_recording(data_dir: &Path, report: &CallReport) -> Option<PathBuf> {
    if report.streams.is_empty() {
        return None;
    }
    for _ in 0..10 {
        if let Some(path) = find(&data_dir.join("recordings"), report.call_sid.as_str()) {
            return Some(path);
        }
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    None
}

fn find(folder: &Path, call_sid: &str) -> Option<PathBuf> {
    for entry in std::fs::read_dir(folder).ok()?.flatten() {
        let path = entry.path();
        if path.is_dir() {
            if let Some(found) = find(&path, call_sid) {
                return Some(found);
            }
        } else if path
            .file_stem()
            .is_some_and(|name| name.to_string_lossy().ends_with(call_sid))
        {
            return Some(path);
        }
    }
    None
}
