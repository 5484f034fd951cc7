//! Texts, through the carrier.

use std::{sync::Arc, time::Duration};

use store::{
    call::{CallMode, Direction},
    message::NewText,
    outbox::{Channel, NewOutbox},
};
use tenant_config::{
    id::{MessageId, OutboxId},
    phone::E164,
};
use trunkline::{clock::Clock, post::Post, session::line::Line, work::Working};
use uuid::Uuid;

use super::becomes;
use crate::{
    harness::{AI_VOICE, Db},
    node::{CALLER, Node, NodeSetup},
    standins::twilio::{Manner, TwilioStandIn},
    texts::Texter,
};

const ROW: &str = "SELECT state || ' ' || attempts FROM app.outbox";

/// A node, its carrier, and one text that is to go out.
struct Scene {
    db: Arc<Db>,
    carrier: TwilioStandIn,
    node: Node,
    message: MessageId,
}

impl Scene {
    async fn new() -> Self {
        let carrier = TwilioStandIn::start().await;
        let db = Arc::new(Db::seeded().await);
        let message = put_out(&db).await;
        let post = Post {
            mail: None,
            carrier: Some(carrier.client()),
        };
        let setup = NodeSetup::new(Arc::clone(&db));
        let node = Node::start_with(Line::Echo, NodeSetup { post, ..setup }).await;
        Self {
            db,
            carrier,
            node,
            message,
        }
    }

    fn work(&self) -> Working {
        self.node.worker.clone().start()
    }
}

async fn put_out(db: &Db) -> MessageId {
    let (id, at) = (MessageId(Uuid::now_v7()), Clock::system().now());
    let number = |text| E164::normalise(text).unwrap();
    let mut tx = db.tx().await;
    let contact = tx.contact_of(&number(CALLER), at).await.unwrap();
    tx.store_text(&NewText {
        id,
        direction: Direction::Outbound,
        contact: contact.id,
        line: None,
        from: number(AI_VOICE),
        to: number(CALLER),
        text: "We are open.".to_owned(),
        provider: "twilio",
        provider_message_id: None,
        mode: CallMode::Live,
        at,
    })
    .await
    .unwrap();
    tx.post(&NewOutbox {
        id: OutboxId(Uuid::now_v7()),
        channel: Channel::Sms,
        kind: "test",
        recipient: CALLER.to_owned(),
        subject: None,
        body: "We are open.".to_owned(),
        message: Some(id),
        at,
    })
    .await
    .unwrap();
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn a_text_goes_out_with_its_sender_and_where_to_report() {
    let scene = Scene::new().await;
    let working = scene.work();
    becomes(&scene.db, ROW, "sent 1").await;
    let asked = scene.carrier.texts().pop().unwrap();
    for (name, value) in [("From", AI_VOICE), ("To", CALLER), ("Body", "We are open.")] {
        assert_eq!(asked.fields[name], value);
    }
    let report = &asked.fields["StatusCallback"];
    assert!(
        report.starts_with(&format!("{}/sms/status?tenant=", scene.node.origin)),
        "{report}"
    );
    let stored = "SELECT status || ' ' || left(provider_message_id, 2) FROM app.messages";
    assert_eq!(scene.db.value(stored).await.unwrap(), "sending SM");
    assert_eq!(scene.db.value("SELECT body FROM app.outbox").await, None);
    working.stop().await;
}

#[tokio::test]
async fn a_carrier_in_trouble_is_asked_again() {
    let scene = Scene::new().await;
    scene
        .carrier
        .next("POST Messages", Manner::Fails(500, 20_500));
    scene
        .carrier
        .next("POST Messages", Manner::Fails(503, 20_503));
    let _working = scene.work();
    becomes(&scene.db, ROW, "sent 3").await;
    assert_eq!(scene.carrier.texts().len(), 3);
}

#[tokio::test]
async fn a_carrier_that_asks_to_wait_is_waited_for() {
    let scene = Scene::new().await;
    scene.carrier.next("POST Messages", Manner::AsksToWait(3));
    let began = std::time::Instant::now();
    let _working = scene.work();
    becomes(&scene.db, ROW, "sent 2").await;
    assert!(
        began.elapsed() >= Duration::from_secs(3),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn what_the_carrier_refuses_is_not_tried_again() {
    let scene = Scene::new().await;
    scene
        .carrier
        .next("POST Messages", Manner::Fails(400, 21_211));
    let _working = scene.work();
    becomes(&scene.db, ROW, "failed 1").await;
    let why = scene
        .db
        .value("SELECT last_error FROM app.outbox")
        .await
        .unwrap();
    assert!(why.contains("21211"), "{why}");
    let stored = "SELECT status || ' ' || error_code FROM app.messages";
    becomes(&scene.db, stored, "failed 21211").await;
    becomes(&scene.db, "SELECT state FROM app.jobs", "done").await;
    assert_eq!(scene.carrier.texts().len(), 1);
}

#[tokio::test]
async fn a_wrong_token_is_ours_to_mend_and_the_text_waits_for_that() {
    let scene = Scene::new().await;
    let mut worker = scene.node.worker.clone();
    worker.post.carrier = Some(scene.carrier.client_with("an old token"));
    let working = worker.start();
    becomes(
        &scene.db,
        "SELECT state || ' ' || (attempts > 1) FROM app.outbox",
        "waiting true",
    )
    .await;
    let why = scene
        .db
        .value("SELECT last_error FROM app.outbox")
        .await
        .unwrap();
    assert!(why.contains("TWILIO_AUTH_TOKEN"), "{why}");
    working.stop().await;
    let _working = scene.work();
    becomes(&scene.db, "SELECT state FROM app.outbox", "sent").await;
}

#[tokio::test]
async fn who_wants_no_texts_gets_none() {
    let scene = Scene::new().await;
    scene
        .db
        .arrange("UPDATE app.contacts SET opt_out = true, opt_out_at = now()")
        .await;
    let _working = scene.work();
    becomes(&scene.db, ROW, "failed 1").await;
    let why = scene
        .db
        .value("SELECT last_error FROM app.outbox")
        .await
        .unwrap();
    assert!(why.contains("wants no texts"), "{why}");
    assert_eq!(scene.carrier.texts().len(), 0);
}

#[tokio::test]
async fn who_told_the_carrier_so_is_remembered() {
    let scene = Scene::new().await;
    scene
        .carrier
        .next("POST Messages", Manner::Fails(400, 21_610));
    let _working = scene.work();
    becomes(&scene.db, "SELECT opt_out::text FROM app.contacts", "true").await;
    becomes(&scene.db, ROW, "failed 1").await;
}

#[tokio::test]
async fn a_report_says_that_a_text_was_taken_although_the_answer_was_lost() {
    let scene = Scene::new().await;
    scene
        .carrier
        .next("POST Messages", Manner::DoesItAndBreaksOff);
    let _working = scene.work();
    becomes(&scene.db, ROW, "waiting 1").await;
    let asked = scene.carrier.texts().pop().unwrap();
    let report = asked.fields["StatusCallback"].clone();
    let texter = Texter::new(&scene.node);
    let sid = "SM0123456789abcdef0123456789abcdef";
    let form = [
        ("MessageSid", sid),
        ("MessageStatus", "sent"),
        ("AccountSid", "AC1"),
    ];
    let said = texter
        .asks(report.strip_prefix(&scene.node.origin).unwrap(), &form)
        .await;
    assert_eq!(said.status(), 204);
    becomes(&scene.db, "SELECT state FROM app.outbox", "sent").await;
    becomes(&scene.db, "SELECT state FROM app.jobs", "done").await;
    assert_eq!(
        scene.carrier.texts().len(),
        1,
        "it was not sent a second time"
    );
    let stored = format!(
        "SELECT status || ' ' || provider_message_id FROM app.messages WHERE id = '{}'",
        scene.message
    );
    assert_eq!(
        scene.db.value(&stored).await.unwrap(),
        format!("sent {sid}")
    );
}

#[tokio::test]
async fn without_a_report_a_lost_answer_is_asked_for_again() {
    let scene = Scene::new().await;
    scene
        .carrier
        .next("POST Messages", Manner::DoesItAndBreaksOff);
    let began = std::time::Instant::now();
    let _working = scene.work();
    becomes(&scene.db, ROW, "sent 2").await;
    assert_eq!(scene.carrier.texts().len(), 2);
    assert!(
        began.elapsed() >= Duration::from_secs(3),
        "a report had no time to come"
    );
}

#[tokio::test]
async fn a_carrier_that_never_answers_holds_nothing_up() {
    let scene = Scene::new().await;
    scene.carrier.next("POST Messages", Manner::Hangs);
    let _working = scene.work();
    for _ in 0..400 {
        if scene.carrier.texts().len() == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Meanwhile another one goes.
    let other = put_out(&scene.db).await;
    let sent = format!("SELECT state FROM app.outbox WHERE message_id = '{other}'");
    becomes(&scene.db, &sent, "sent").await;
    assert_eq!(scene.carrier.texts().len(), 2);
    becomes(
        &scene.db,
        "SELECT count(*)::text FROM app.outbox WHERE state = 'sent'",
        "2",
    )
    .await;
}
