//! `trunkline talk` from outside: a program that types, with the private database and beside a node
//! that runs on it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Command, Output, Stdio},
};

use bench::{Ending, Step, place_call};
use serde_json::{Value, json};

use crate::{
    chaos::Chaos,
    harness::{AI_VOICE, Db, IVR},
    server::{self, Server, ServerSetup, data_folder},
};

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

/// Types a line to the agent of the server that works with this data folder.
fn type_beside(data: &Path) -> Vec<Value> {
    let data = data.to_str().unwrap();
    let args = ["talk", "--to", AI_VOICE, "--json", "--data-dir", data];
    answers(&typing(
        Path::new("/tmp"),
        &args,
        "{\"say\": \"Goodbye.\"}\n",
    ))
}

/// What a server says that may not start here.
fn refused(data: &Path) -> String {
    let (mut second, _) = server::serve(data, &ServerSetup::default());
    let refused = second.output().unwrap();
    assert!(!refused.status.success());
    String::from_utf8_lossy(&refused.stderr).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_beside_a_server_disturbs_nobody_and_a_second_server_is_told_what_to_do() {
    let data = data_folder();
    let server = Server::start(data.path(), &ServerSetup::default()).await;
    let spoken = server.call(vec![server::ask(), Step::HangUp]);
    let spoken = tokio::spawn(async move { place_call(&spoken).await.unwrap() });
    server.holds(1).await;
    let folder = data.path().to_owned();
    let typed = tokio::task::spawn_blocking(move || (type_beside(&folder), refused(&folder)));
    let (told, refusal) = typed.await.unwrap();
    assert_eq!(told.last().unwrap()["next"], json!({"kind": "hang_up"}));
    assert!(
        refusal.contains("in use by another running PostgreSQL") && refusal.contains("--data-dir"),
        "{refusal}"
    );
    let report = spoken.await.unwrap();
    assert_eq!(
        (report.streams.len(), report.ending),
        (1, Ending::CallerHungUp)
    );
    let both = "SELECT string_agg(concat_ws(' ', provider, mode, finalized_at IS NOT NULL), ', '
                ORDER BY provider) FROM app.calls";
    server
        .wait_until("both calls are in the record", async || {
            server.value(both).await.as_deref() == Some("twilio live t, typed test t")
        })
        .await;
    let health = server.health().await;
    assert_eq!(health["ledger"]["database"], "answers", "{health}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_beside_a_lone_typist_is_told_what_to_do() {
    let data = data_folder();
    let folder = data.path().to_str().unwrap();
    let seeded = server::program()
        .args(["seed", "--data-dir", folder])
        .output();
    assert!(seeded.unwrap().status.success());
    let mut typist = trunkline(
        Path::new("/tmp"),
        &["talk", "--to", AI_VOICE, "--json", "--data-dir", folder],
    )
    .spawn()
    .unwrap();
    let mut told = BufReader::new(typist.stdout.take().unwrap());
    let mut greeting = String::new();
    told.read_line(&mut greeting).unwrap();
    assert!(greeting.contains("agent"), "{greeting}");
    let refusal = refused(data.path());
    assert!(
        refusal.contains("trunkline talk") && refusal.contains("--data-dir"),
        "{refusal}"
    );
    // Its conversation goes on, and the folder is free when it is over.
    drop(typist.stdin.take());
    let mut rest = String::new();
    told.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("caller_hung_up"), "{rest}");
    assert!(typist.wait().unwrap().success());
    let server = Server::start(data.path(), &ServerSetup::default()).await;
    let calls = server.value("SELECT min(end_reason) FROM app.calls").await;
    assert_eq!(calls.as_deref(), Some("caller_hung_up"));
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_database_of_the_operators_a_typist_needs_no_spool_and_a_second_server_does() {
    let (db, data) = (Db::seeded().await, data_folder());
    let proxy = Chaos::before(db.upstream()).await;
    let setup = ServerSetup {
        database_url: Some(db.url_through(proxy.address)),
        ..ServerSetup::default()
    };
    let server = Server::start(data.path(), &setup).await;
    let url = setup.database_url.clone().unwrap();
    let folder = data.path().to_owned();
    let beside = tokio::task::spawn_blocking(move || {
        let folder = folder.to_str().unwrap();
        let args = ["talk", "--to", AI_VOICE, "--json", "--data-dir", folder];
        let mut typist = trunkline(Path::new("/tmp"), &args);
        let typed = typist
            .env("DATABASE_URL", url)
            .stdin(Stdio::null())
            .output();
        let (mut second, _) = server::serve(Path::new(folder), &setup);
        (typed.unwrap(), second.output().unwrap())
    });
    let (typed, second) = beside.await.unwrap();
    assert_eq!(answers(&typed).last().unwrap()["ended"], "caller_hung_up");
    let refusal = String::from_utf8_lossy(&second.stderr);
    assert!(!second.status.success());
    assert!(
        refusal.contains("another server uses") && refusal.contains("--data-dir"),
        "{refusal}"
    );
    assert_eq!(server.health().await["status"], "ok");
}
