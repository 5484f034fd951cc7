//! `trunkline talk` from outside: a program that types, with the private database and beside a node
//! that runs on it.

use std::{
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};

use crate::harness::{AI_VOICE, IVR};

fn trunkline(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trunkline"));
    for (name, _) in std::env::vars() {
        if name.starts_with("TRUNKLINE_") || name.starts_with("TWILIO_") {
            command.env_remove(name);
        }
    }
    command
        .env_remove("DATABASE_URL")
        .env_remove("OPENAI_API_KEY")
        .current_dir(folder)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn typing(folder: &Path, args: &[&str], lines: &str) -> Output {
    let mut child = trunkline(folder, args).spawn().unwrap();
    // A command that refuses at once does not read.
    let _ = child.stdin.take().unwrap().write_all(lines.as_bytes());
    child.wait_with_output().unwrap()
}

fn answers(output: &Output) -> Vec<Value> {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let text = String::from_utf8_lossy(&output.stdout);
    let lines = text.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().unwrap()
}

fn folder() -> tempfile::TempDir {
    // A folder that the database's user may pass to, also when we are root.
    tempfile::Builder::new()
        .prefix("trunkline-talk-")
        .tempdir_in("/tmp")
        .unwrap()
}

#[test]
fn a_program_books_by_typing_and_hangs_up_with_its_input() {
    let folder = folder();
    let seeded = trunkline(folder.path(), &["seed"]).output().unwrap();
    assert!(seeded.status.success());
    let lines = [
        json!({"say": "A cleaning next Tuesday at three in the afternoon, please."}),
        json!({"interrupt_after": "thank you"}),
        json!({"digits": "7"}),
        json!({"nonsense": 1}),
    ];
    let lines = lines.map(|line| line.to_string()).join("\n");
    let args = [
        "talk",
        "--to",
        AI_VOICE,
        "--from",
        "+15555550123",
        "--json",
        "--test-clock",
        "2026-03-03T10:00:00-06:00",
    ];
    let told = answers(&typing(folder.path(), &args, &lines));
    assert!(
        told[0]["agent"].as_str().unwrap().contains("Emma"),
        "{told:?}"
    );
    assert_eq!(told[1], json!({"listening": true}));
    let tool = told.iter().find(|line| line["tool"].is_string()).unwrap();
    assert_eq!(tool["result"]["slots"][0], "2026-03-10T15:00", "{tool}");
    assert!(
        told.iter().any(|line| line["error"].is_string()),
        "{told:?}"
    );
    let last = told.last().unwrap();
    assert_eq!(last["ended"], "caller_hung_up", "{last}");
    assert_eq!(last["next"], json!({"kind": "hang_up"}));

    // A stand's clock and a carrier's token exclude each other; a menu is no conversation.
    let mut refused = trunkline(folder.path(), &args);
    let refused = refused.env("TWILIO_AUTH_TOKEN", "t").output().unwrap();
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("--test-clock"), "{said}");
    let refused = typing(folder.path(), &["talk", "--to", IVR], "");
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        !refused.status.success() && said.contains("mode `ivr`"),
        "{said}"
    );
}

#[test]
fn a_business_from_a_file_is_seeded_or_its_error_names_the_field() {
    let folder = folder();
    let path = crate::receptionist::businesses().join("willow-hair.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let broken = text.replacen("currency = \"USD\"", "currency = \"dollars\"", 1);
    std::fs::write(folder.path().join("salon.toml"), broken).unwrap();
    let args = ["seed", "--business", "salon.toml"];
    let refused = trunkline(folder.path(), &args).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("currency is \"dollars\""), "{said}");
    assert!(!folder.path().join("data").exists(), "nothing was started");

    std::fs::write(folder.path().join("salon.toml"), text).unwrap();
    let seeded = trunkline(folder.path(), &args).output().unwrap();
    let said = String::from_utf8_lossy(&seeded.stdout).into_owned();
    assert!(said.contains("+17185550143  ai-voice"), "{said}");
}
