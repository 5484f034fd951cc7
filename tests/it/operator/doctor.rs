//! `trunkline doctor`: says what is wrong and what to do, changes nothing, and shows no secret.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;

use super::Said;
use crate::{
    harness::Db,
    server::{Server, ServerSetup, data_folder, program},
    standins::{
        mail_server::MailSink,
        twilio::{ACCOUNT, TOKEN, TwilioStandIn},
    },
};

/// A node for measurements needs no models; everything else is looked at as on any other.
fn doctor(data: &Path, url: Option<&str>) -> Command {
    let mut command = program();
    command
        .current_dir(data)
        .arg("doctor")
        .arg("--data-dir")
        .arg(data.join("data"));
    command
        .env("TRUNKLINE_MINDS", "scripted")
        .env("TRUNKLINE_LISTEN", "127.0.0.1:0");
    command.envs(url.map(|url| ("DATABASE_URL", url)));
    command
}

fn run(command: &mut Command) -> Said {
    command.stdin(Stdio::null()).output().unwrap().into()
}

/// The findings, whatever they come to.
fn findings(command: &mut Command) -> Vec<Value> {
    if command.get_args().all(|arg| arg != "--json") {
        command.arg("--json");
    }
    let said = run(command);
    let document: Value =
        serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{}{}", said.out, said.err));
    document["findings"].as_array().unwrap().clone()
}

/// Whether a line of that verdict says so, and, unless all is well, what to do.
#[track_caller]
fn has(findings: &[Value], area: &str, verdict: &str, words: &str) {
    let found = findings.iter().find(|finding| {
        finding["area"] == area && finding["says"].as_str().unwrap().contains(words)
    });
    let found = found.unwrap_or_else(|| panic!("{area}: nothing says {words:?} in {findings:#?}"));
    assert_eq!(found["verdict"], verdict, "{found}");
    let is_trouble = verdict == "warning" || verdict == "broken";
    assert_eq!(found["todo"].is_string(), is_trouble, "{found}");
}

#[test]
fn before_the_first_start_nothing_is_broken_and_nothing_is_made() {
    let folder = data_folder();
    let said = run(&mut doctor(folder.path(), None)).is(0);
    assert!(
        said.contains("there is none yet: the first start makes a private one"),
        "{said}"
    );
    assert!(said.contains("the first start makes it"), "{said}");
    assert!(said.contains("Nothing is broken"), "{said}");
    assert!(!said.contains('\x1b'), "no colours but on a terminal");
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        0,
        "nothing was made"
    );
}

#[tokio::test]
async fn a_running_server_is_well_but_for_its_first_password() {
    let folder = data_folder();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    fs::set_permissions(&data, fs::Permissions::from_mode(0o755)).unwrap();
    let server = Server::start(&data, &ServerSetup::default()).await;
    let mut command = doctor(folder.path(), None);
    let address = server.url.strip_prefix("http://").unwrap();
    command.env("TRUNKLINE_LISTEN", address);
    let found = findings(&mut command);
    has(&found, "address", "ok", "a server listens");
    has(&found, "database", "ok", "answers, PostgreSQL");
    has(&found, "database", "ok", "migrations are applied");
    has(
        &found,
        "database",
        "ok",
        "row-level security is in force on every table",
    );
    has(&found, "database", "ok", "its clock goes with");
    has(&found, "keys", "ok", "is private");
    has(&found, "folders", "ok", "MiB are free");
    has(
        &found,
        "people",
        "warning",
        "owner@localhost still has the password",
    );
    assert!(
        found.iter().all(|finding| finding["verdict"] != "broken"),
        "{found:#?}"
    );
    // And what somebody did by hand.
    let changed = "UPDATE app.users SET must_change_password = false RETURNING 'x'";
    assert!(server.value(changed).await.is_some());
    fs::set_permissions(data.join("keys"), fs::Permissions::from_mode(0o644)).unwrap();
    let found = findings(&mut command);
    has(&found, "keys", "broken", "every user of this machine");
    assert!(
        found.iter().all(|finding| finding["area"] != "people"),
        "{found:#?}"
    );
}

#[tokio::test]
async fn a_database_whose_walls_are_down_is_broken() {
    let folder = data_folder();
    let db = Db::seeded().await;
    let url = db.url();
    db.arrange(
        "ALTER TABLE app.faqs NO FORCE ROW LEVEL SECURITY;
         UPDATE app.tenant_phone_config SET sip_password_enc = 'x', sip_password_key_id = 'lost'
         WHERE phone_number = '+19185550101';
         INSERT INTO app._sqlx_migrations (version, description, success, checksum, execution_time)
         SELECT 99999, 'of another program', true, 'x', 0 WHERE false",
    )
    .await;
    let mut command = doctor(folder.path(), Some(&url));
    let found = findings(&mut command);
    has(&found, "database", "broken", "not in force on app.faqs");
    has(
        &found,
        "keys",
        "broken",
        "need the key lost, which is not in the file",
    );
    run(&mut command).is(1);
    db.arrange(
        "INSERT INTO app._sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (99999, 'of another program', true, 'x', 0)",
    )
    .await;
    has(
        &findings(&mut command),
        "database",
        "broken",
        "99999 is of a newer program",
    );
}

#[test]
fn what_is_away_or_wrong_is_said_with_what_to_do() {
    let folder = data_folder();
    let mut command = doctor(folder.path(), Some("postgres://me:hush@127.0.0.1:1/calls"));
    command.env("TRUNKLINE_PUBLIC_ORIGIN", "http://voice.example.com");
    command
        .env("TWILIO_AUTH_TOKEN", "x")
        .env("TRUNKLINE_MINDS", "real");
    command
        .env("TRUNKLINE_MODELS_DIR", "nowhere")
        .env("TRUNKLINE_LLM_URL", "http://127.0.0.1:1/v1");
    command.env("TRUNKLINE_PUBLIC_ORIGN", "https://slip.example.com");
    let found = findings(&mut command);
    has(
        &found,
        "settings",
        "warning",
        "TRUNKLINE_PUBLIC_ORIGN is no setting",
    );
    has(
        &found,
        "address",
        "broken",
        "plain http beyond this machine",
    );
    has(
        &found,
        "database",
        "broken",
        "calls at 127.0.0.1:1 does not answer",
    );
    has(&found, "models", "broken", "missing");
    has(&found, "minds", "broken", "no model to ask for");
    run(&mut command).is(1);
    fs::write(folder.path().join("trunkline.toml"), "spool_mib = \"many\"").unwrap();
    let found = findings(&mut doctor(folder.path(), None));
    has(&found, "settings", "broken", "spool_mib");
}

#[test]
fn a_server_of_minds_is_asked_only_online() {
    let folder = data_folder();
    let mut command = doctor(folder.path(), None);
    command
        .env("TRUNKLINE_MINDS", "real")
        .env("TRUNKLINE_MODELS_DIR", "nowhere");
    command
        .env("TRUNKLINE_LLM_URL", "http://127.0.0.1:1/v1")
        .env("TRUNKLINE_LLM_MODEL", "tiny");
    has(
        &findings(&mut command),
        "minds",
        "ok",
        "tiny at 127.0.0.1:1",
    );
    let found = findings(command.arg("--online"));
    has(&found, "minds", "broken", "127.0.0.1:1 does not answer");
}

/// On threads of its own: the stand-ins answer meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn carrier_and_mail_server_are_tried_online() {
    let folder = data_folder();
    let carrier = TwilioStandIn::start().await;
    let sink = MailSink::start().await;
    let online = |token: &str, smtp: String| {
        let mut command = doctor(folder.path(), None);
        command
            .env("TWILIO_ACCOUNT_SID", ACCOUNT)
            .env("TWILIO_AUTH_TOKEN", token)
            .env("TRUNKLINE_TWILIO_URL", &carrier.url)
            .env("TRUNKLINE_SMTP_URL", smtp)
            .env("TRUNKLINE_MAIL_FROM", "Trunkline <noreply@trunkline.test>")
            .arg("--online");
        tokio::task::block_in_place(|| findings(&mut command))
    };
    let found = online(TOKEN, sink.url());
    has(&found, "twilio", "ok", "answers and takes the login");
    has(&found, "mail", "ok", "answers and takes the login");
    // Trying costs nothing: nothing is sent, nothing bought.
    assert!(sink.received().is_empty() && carrier.texts().is_empty());
    assert!(carrier.asked("POST").is_empty() && carrier.asked("GET").len() == 1);

    let found = online("another token", "smtp://127.0.0.1:1".to_owned());
    let broken = |area: &str| {
        let mut found = found.iter();
        found.any(|finding| finding["area"] == area && finding["verdict"] == "broken")
    };
    assert!(broken("twilio") && broken("mail"), "{found:#?}");
}

#[tokio::test]
async fn no_secret_is_ever_shown() {
    const SECRET: &str = "Zx9hush7Qw";
    let folder = data_folder();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    let hexadecimal = "5ec2e7".repeat(11)[..64].to_owned();
    fs::write(data.join("keys"), format!("k1 {hexadecimal}\n")).unwrap();
    fs::write(data.join("local_auth_token"), SECRET).unwrap();
    let planted = |command: &mut Command| {
        for name in [
            "TWILIO_AUTH_TOKEN",
            "TWILIO_AUTH_TOKEN_SECONDARY",
            "OPENAI_API_KEY",
            "TRUNKLINE_LLM_KEY",
            "TRUNKLINE_ASR_KEY",
            "TRUNKLINE_TTS_KEY",
        ] {
            command.env(name, SECRET);
        }
        for mind in ["LLM", "ASR", "TTS"] {
            command.env(format!("TRUNKLINE_{mind}_MODEL"), "tiny");
            let url = format!("http://me:{SECRET}@127.0.0.1:1/v1?key={SECRET}");
            command.env(format!("TRUNKLINE_{mind}_URL"), url);
        }
        command.env(
            "TRUNKLINE_PUBLIC_ORIGIN",
            format!("https://me:{SECRET}@voice.example.com"),
        );
        command
            .env("TRUNKLINE_MINDS", "real")
            .env("TRUNKLINE_MODELS_DIR", "nowhere");
        command.env(
            "TRUNKLINE_SMTP_URL",
            format!("smtp://me:{SECRET}@127.0.0.1:1"),
        );
        command.env("TRUNKLINE_MAIL_FROM", "Trunkline <noreply@example.com>");
        command.env("TWILIO_ACCOUNT_SID", format!("AC{}", "0".repeat(32)));
        command.env("TRUNKLINE_TWILIO_URL", "http://127.0.0.1:1");
    };
    let db = Db::seeded().await;
    let urls = [
        format!("postgres://me:{SECRET}@127.0.0.1:1/calls"),
        format!("mysql://me:{SECRET}@127.0.0.1:1/calls"),
        format!("postgres://me:{SECRET}@[127.0.0.1/calls"),
        db.url()
            .replace("postgres@", &format!("postgres:{SECRET}@")),
    ];
    for url in &urls {
        for args in [&["--online"][..], &["--online", "--json"]] {
            let mut command = doctor(folder.path(), Some(url));
            planted(&mut command);
            let said = run(command.args(args));
            for shown in [&said.out, &said.err] {
                assert!(!shown.contains(SECRET), "{shown}");
                assert!(!shown.contains(&hexadecimal[..12]), "{shown}");
            }
            assert!(said.out.contains("an auth token is set"), "{}", said.out);
        }
    }
    // Nor where a settings file cannot be read.
    for text in [
        format!("twilio_auth_token = {SECRET}"),
        format!("twilio_auth_token = [\"{SECRET}\"]"),
        format!("llm_key = {{ key = \"{SECRET}\" }}"),
    ] {
        fs::write(folder.path().join("trunkline.toml"), &text).unwrap();
        let said = run(&mut doctor(folder.path(), None));
        assert!(
            !format!("{}{}", said.out, said.err).contains(SECRET),
            "{}{}",
            said.out,
            said.err
        );
        said.is(1);
    }
}
