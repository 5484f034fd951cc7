//! `trunkline replay` on the logs that are committed here, and on logs that are none.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn committed() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/replay/logs");
    let mut logs: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    logs.sort();
    logs
}

fn trunkline_replay(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_trunkline"))
        .arg("replay")
        .args(args)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    let text = [output.stdout.as_slice(), &output.stderr].concat();
    String::from_utf8(text).unwrap()
}

/// The first committed log, unpacked.
fn plain(folder: &Path) -> (PathBuf, String) {
    use std::io::Read as _;
    let mut text = String::new();
    let packed = fs::read(&committed()[0]).unwrap();
    flate2::read::GzDecoder::new(packed.as_slice())
        .read_to_string(&mut text)
        .unwrap();
    let path = folder.join("call.jsonl");
    fs::write(&path, &text).unwrap();
    (path, text)
}

#[test]
fn committed_calls_replay_byte_for_byte() {
    let logs = committed();
    assert!(logs.len() >= 4, "{logs:?}");
    let args: Vec<&str> = logs.iter().map(|log| log.to_str().unwrap()).collect();
    let output = trunkline_replay(&args);
    let said = said(&output);
    assert!(output.status.success(), "{said}");
    assert_eq!(said.matches(": identical: ").count(), logs.len(), "{said}");
}

#[test]
fn a_difference_is_shown_with_its_place_and_can_be_renewed() {
    let folder = tempfile::tempdir().unwrap();
    let (path, text) = plain(folder.path());
    let changed = text.replacen("\"send_mark\":\"m1\"", "\"send_mark\":\"m9\"", 1);
    assert_ne!(changed, text);
    fs::write(&path, changed).unwrap();
    let log = path.to_str().unwrap();

    let output = trunkline_replay(&[log]);
    let difference = said(&output);
    assert_eq!(output.status.code(), Some(1), "{difference}");
    assert!(difference.contains("differs at 1 of "), "{difference}");
    assert!(
        difference.contains(r#"expected {"send_mark":"m9"}"#)
            && difference.contains(r#"got      {"send_mark":"m1"}"#),
        "{difference}"
    );

    assert!(trunkline_replay(&["--renew", log]).status.success());
    let renewed = fs::read_to_string(&path).unwrap();
    assert!(renewed.contains(r#"{"send_mark":"m1"}"#));
    assert!(trunkline_replay(&[log]).status.success());
}

#[test]
fn a_log_that_was_cut_off_replays_as_far_as_it_goes() {
    let folder = tempfile::tempdir().unwrap();
    let (path, text) = plain(folder.path());
    fs::write(&path, &text[..text.len() / 2]).unwrap();
    let output = trunkline_replay(&[path.to_str().unwrap()]);
    let said = said(&output);
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("identical: ") && said.contains("torn"),
        "{said}"
    );
}

#[test]
fn what_is_no_log_of_ours_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let (path, text) = plain(folder.path());
    let later = text.replacen("\"trunkline_call_log\":1", "\"trunkline_call_log\":2", 1);
    let second_line_is_none = text.replacen("\n{\"at\"", "\n{\"when\"", 1);
    for (content, reason) in [
        ("", "it is empty"),
        ("hello\n", "this is no call log"),
        (
            later.as_str(),
            "version 2, and this program reads version 1",
        ),
        (second_line_is_none.as_str(), "line 2 of the call log"),
    ] {
        fs::write(&path, content).unwrap();
        let output = trunkline_replay(&[path.to_str().unwrap()]);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(
            said.contains(reason) && said.contains("call.jsonl"),
            "{said}"
        );
    }
    fs::write(&path, [0xff, 0xfe, 0]).unwrap();
    assert!(said(&trunkline_replay(&[path.to_str().unwrap()])).contains("not UTF-8"));
    assert!(said(&trunkline_replay(&["nowhere.jsonl"])).contains("nowhere.jsonl"));
}
