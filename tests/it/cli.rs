//! The command line with bad input: it says what is wrong and what to do, and leaves nothing
//! running.

use std::{
    net::TcpListener,
    path::Path,
    process::{Command, Output},
};

/// The binary without the settings of whoever runs the tests.
fn trunkline(folder: &Path, args: &[&str]) -> Output {
    with_database(folder, None, args)
}

fn with_database(folder: &Path, url: Option<&str>, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trunkline"));
    for (name, _) in std::env::vars() {
        let keep = name == "TRUNKLINE_MODELS" || name == "TRUNKLINE_CACHE";
        if (name.starts_with("TRUNKLINE_") || name.starts_with("TWILIO_")) && !keep {
            command.env_remove(name);
        }
    }
    command
        .env_remove("DATABASE_URL")
        .envs(url.map(|url| ("DATABASE_URL", url)));
    command.current_dir(folder).args(args).output().unwrap()
}

fn complaint(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "it must fail: {said}");
    said
}

fn folder() -> tempfile::TempDir {
    // A folder that the database's user may pass to, also when we are root.
    tempfile::Builder::new()
        .prefix("trunkline-cli-")
        .tempdir_in("/tmp")
        .unwrap()
}

#[test]
fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = folder();
    let said = complaint(&trunkline(folder.path(), &["serve", "--listen", &address]));
    assert!(
        said.contains(&format!("cannot listen on {address}")),
        "{said}"
    );
}

#[test]
fn missing_models_name_the_command_that_fetches_them() {
    let folder = folder();
    let said = complaint(&trunkline(
        folder.path(),
        &["serve", "--models-dir", "nowhere"],
    ));
    assert!(
        said.contains("nowhere") && said.contains("trunkline models fetch"),
        "{said}"
    );
}

#[test]
fn a_stand_refuses_the_callers_of_a_carrier() {
    for minds in ["scripted", "echo"] {
        let folder = folder();
        std::fs::write(
            folder.path().join("trunkline.toml"),
            "twilio_auth_token = \"of-an-account\"\nlisten = \"127.0.0.1:0\"",
        )
        .unwrap();
        let said = complaint(&trunkline(folder.path(), &["serve", "--minds", minds]));
        assert!(
            said.contains("TWILIO_AUTH_TOKEN") && said.contains("measurements"),
            "{said}"
        );
    }
}

#[test]
fn a_database_that_is_not_there_is_said() {
    let url = "postgres://nobody:secret@127.0.0.1:1/none";
    let said = complaint(&with_database(folder().path(), Some(url), &["migrate"]));
    assert!(
        said.contains("DATABASE_URL") && said.contains("cannot be reached"),
        "{said}"
    );
    assert!(!said.contains("secret"), "a password is not shown");
}

#[test]
fn a_database_url_that_is_none_is_said() {
    let said = complaint(&with_database(
        folder().path(),
        Some("localhost"),
        &["migrate"],
    ));
    assert!(said.contains("postgres://"), "{said}");
}

#[test]
fn a_file_that_is_no_wav_is_refused_before_anyone_is_called() {
    let folder = folder();
    std::fs::write(folder.path().join("song.wav"), "not a sound").unwrap();
    let line = [
        "call",
        "--to",
        "+19185550103",
        "--auth-token",
        "t",
        "--say",
        "song.wav",
    ];
    let said = complaint(&trunkline(folder.path(), &line));
    assert!(
        said.contains("song.wav cannot be spoken: it is not a WAV file"),
        "{said}"
    );
}

#[test]
fn a_call_without_a_server_or_a_token_says_what_to_do() {
    let folder = folder();
    let said = complaint(&trunkline(folder.path(), &["call", "--to", "+19185550103"]));
    assert!(
        said.contains("no token to sign with") && said.contains("--data-dir"),
        "{said}"
    );
    let line = [
        "call",
        "--to",
        "+19185550103",
        "--auth-token",
        "t",
        "--server",
        "http://127.0.0.1:1",
    ];
    let said = complaint(&trunkline(folder.path(), &line));
    assert!(said.contains("127.0.0.1:1"), "{said}");
}

#[test]
fn a_setting_that_is_no_setting_is_named() {
    let folder = folder();
    std::fs::write(
        folder.path().join("trunkline.toml"),
        "listen = \"everywhere\"\n",
    )
    .unwrap();
    let said = complaint(&trunkline(folder.path(), &["serve"]));
    assert!(said.contains("listen"), "{said}");
    let said = complaint(&trunkline(
        folder.path(),
        &["serve", "--config", "none.toml"],
    ));
    assert!(said.contains("none.toml"), "{said}");
}

#[test]
fn seeding_a_private_database_works_twice() {
    let folder = folder();
    for made in ["made", "there already"] {
        let output = trunkline(folder.path(), &["seed", "--data-dir", "data"]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{errors}");
        assert!(
            said.contains(made) && said.contains("+19185550103  ai-voice"),
            "{said}"
        );
    }
}
