//! Mails, over SMTP.

use std::sync::Arc;

use serde_json::json;
use store::outbox::{Channel, NewOutbox};
use tenant_config::id::OutboxId;
use trunkline::{clock::Clock, post::Post, session::line::Line};
use uuid::Uuid;

use super::becomes;
use crate::{
    api::client::House,
    harness::Db,
    node::{Node, NodeSetup},
    server::{Server, ServerSetup, data_folder},
    standins::mail_server::{MailSink, Manner},
};

const STATE: &str = "SELECT state FROM app.outbox";

async fn post(db: &Db, recipient: &str) {
    let mut tx = db.tx().await;
    let new = NewOutbox {
        id: OutboxId(Uuid::now_v7()),
        channel: Channel::Email,
        kind: "test",
        recipient: recipient.to_owned(),
        subject: Some("Grüße".to_owned()),
        body: "Hello Ann,\n.\nhere is a dot.".to_owned(),
        message: None,
        at: Clock::system().now(),
    };
    tx.post(&new).await.unwrap();
    tx.commit().await.unwrap();
}

/// A node that hands mails to the sink.
async fn node(db: &Arc<Db>, sink: Option<&MailSink>) -> Node {
    let post = Post {
        mail: sink.map(MailSink::client),
        carrier: None,
    };
    let setup = NodeSetup::new(Arc::clone(db));
    Node::start_with(Line::Echo, NodeSetup { post, ..setup }).await
}

#[tokio::test]
async fn an_invitation_arrives_and_its_link_is_forgotten_here() {
    let sink = MailSink::start().await;
    let setup = NodeSetup::new(Arc::new(Db::seeded().await));
    let post = Post {
        mail: Some(sink.client()),
        carrier: None,
    };
    let house = House::with(NodeSetup { post, ..setup }).await;
    let working = house.node.worker.clone().start();
    let admin = house.signed_in("admin@ours.test").await;
    let invite = json!({"email": "ann@example.test", "role": "user"});
    admin.post("/invites", invite).await.is(201);
    becomes(&house.node.db, STATE, "sent").await;
    let mail = sink.received().pop().unwrap();
    assert_eq!(mail.to, "ann@example.test");
    for part in [
        "From: Trunkline <noreply@trunkline.test>",
        "Message-ID: <",
        "@trunkline.test>",
        "token=",
    ] {
        assert!(
            mail.text.replace("=3D", "=").contains(part),
            "{part} in {}",
            mail.text
        );
    }
    let owner = house.signed_in("owner@platform.test").await;
    let mailbox = owner.get("/admin/mailbox?state=sent").await.is(200);
    assert_eq!(mailbox["data"][0]["body"], serde_json::Value::Null);
    assert!(mailbox["data"][0]["sent_at"].is_string());
    working.stop().await;
}

#[tokio::test]
async fn without_a_server_a_mail_waits_for_a_node_that_has_one() {
    let db = Arc::new(Db::seeded().await);
    post(&db, "ann@example.test").await;
    let without = node(&db, None).await;
    let working = without.worker.clone().start();
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    let waits = "SELECT o.state || ' ' || o.attempts || ' ' || j.state || ' ' || j.attempts
                 FROM app.outbox o, app.jobs j";
    assert_eq!(db.value(waits).await.unwrap(), "waiting 0 ready 0");
    let sink = MailSink::start().await;
    let with = node(&db, Some(&sink)).await;
    let second = with.worker.clone().start();
    becomes(&db, STATE, "sent").await;
    assert_eq!(sink.received().len(), 1);
    working.stop().await;
    second.stop().await;
}

#[tokio::test]
async fn a_server_that_is_busy_is_asked_again() {
    let db = Arc::new(Db::seeded().await);
    let sink = MailSink::start().await;
    // The second is about our own login: not the mail's fault.
    sink.next([
        Manner::Replies("451 later"),
        Manner::Replies("535 wrong password"),
    ]);
    post(&db, "ann@example.test").await;
    let node = node(&db, Some(&sink)).await;
    let _working = node.worker.clone().start();
    becomes(
        &db,
        "SELECT state || ' ' || attempts FROM app.outbox",
        "sent 3",
    )
    .await;
    assert_eq!(sink.received().len(), 1);
    let job = "SELECT state || ' ' || attempts FROM app.jobs";
    assert_eq!(db.value(job).await.unwrap(), "done 3");
}

#[tokio::test]
async fn a_refusal_is_final_and_the_row_says_why() {
    let db = Arc::new(Db::seeded().await);
    let sink = MailSink::start().await;
    sink.next([Manner::Replies("550 no such user")]);
    post(&db, "nobody@example.test").await;
    let node = node(&db, Some(&sink)).await;
    let _working = node.worker.clone().start();
    becomes(
        &db,
        "SELECT state || ' ' || attempts FROM app.outbox",
        "failed 1",
    )
    .await;
    let why = db.value("SELECT last_error FROM app.outbox").await.unwrap();
    assert!(why.contains("no such user"), "{why}");
    becomes(&db, "SELECT state FROM app.jobs", "done").await;
    assert_eq!(sink.received().len(), 0);
    assert!(db.value("SELECT body FROM app.outbox").await.is_some());
}

#[tokio::test]
async fn a_mail_that_comes_twice_is_the_same_mail() {
    let db = Arc::new(Db::seeded().await);
    let sink = MailSink::start().await;
    sink.next([Manner::TakesAndBreaksOff]);
    post(&db, "ann@example.test").await;
    let node = node(&db, Some(&sink)).await;
    let _working = node.worker.clone().start();
    becomes(&db, STATE, "sent").await;
    let ids: Vec<String> = sink
        .received()
        .iter()
        .filter_map(|mail| {
            mail.text
                .lines()
                .find(|line| line.starts_with("Message-ID:"))
                .map(str::to_owned)
        })
        .collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn two_nodes_send_each_mail_once() {
    let db = Arc::new(Db::seeded().await);
    let sink = MailSink::start().await;
    let (a, b) = (node(&db, Some(&sink)).await, node(&db, Some(&sink)).await);
    let working = [a.worker.clone().start(), b.worker.clone().start()];
    for n in 0..30 {
        post(&db, &format!("p{n}@example.test")).await;
    }
    becomes(
        &db,
        "SELECT count(*)::text FROM app.outbox WHERE state = 'sent'",
        "30",
    )
    .await;
    let mut to: Vec<String> = sink.received().into_iter().map(|mail| mail.to).collect();
    to.sort();
    to.dedup();
    assert_eq!((to.len(), sink.received().len()), (30, 30));
    for working in working {
        working.stop().await;
    }
}

#[tokio::test]
async fn a_job_whose_every_attempt_failed_is_dead_and_can_be_revived() {
    let db = Arc::new(Db::seeded().await);
    let sink = MailSink::start().await;
    sink.next(std::iter::repeat_n(Manner::Replies("451 later"), 8));
    post(&db, "ann@example.test").await;
    let node = node(&db, Some(&sink)).await;
    let _working = node.worker.clone().start();
    becomes(
        &db,
        "SELECT state || ' ' || attempts FROM app.jobs",
        "dead 8",
    )
    .await;
    assert_eq!(db.value(STATE).await.unwrap(), "failed");
    db.arrange(
        "UPDATE app.jobs SET state = 'ready', attempts = 0, finished_at = NULL, due_at = now()",
    )
    .await;
    becomes(&db, STATE, "sent").await;
    assert_eq!(sink.received().len(), 1);
}

#[tokio::test]
async fn the_server_sends_what_waited_and_stops_in_order() {
    let sink = MailSink::start().await;
    let folder = data_folder();
    let forgot = json!({"email": "owner@localhost"});
    let mut server = Server::start(folder.path(), &ServerSetup::default()).await;
    let url = format!("{}/api/v1/auth/password/forgot", server.url);
    let said = reqwest::Client::new()
        .post(&url)
        .json(&forgot)
        .send()
        .await
        .unwrap();
    assert!(said.status().is_success(), "{said:?}");
    server
        .wait_until("a mail waits", async || {
            server
                .value("SELECT state FROM app.outbox")
                .await
                .as_deref()
                == Some("waiting")
        })
        .await;
    let log = server.log();
    assert_eq!(log.matches("mails wait in the mailbox").count(), 1, "{log}");
    server.terminate();
    assert!(server.ended().await.0.success());
    let setup = ServerSetup {
        env: vec![
            ("TRUNKLINE_SMTP_URL", sink.url()),
            (
                "TRUNKLINE_MAIL_FROM",
                "Trunkline <noreply@trunkline.test>".to_owned(),
            ),
        ],
        ..ServerSetup::default()
    };
    let mut server = Server::start(folder.path(), &setup).await;
    server
        .wait_until("the mail is sent", async || !sink.received().is_empty())
        .await;
    assert_eq!(sink.received()[0].to, "owner@localhost");
    server.terminate();
    assert!(server.ended().await.0.success());
}
