//! Texts that customers get by themselves, as the carrier receives them: of what they booked, before it
//! begins, and after a call that nobody took.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use store::{Actor, TenantScope, pack::Pack};
use trunkline::{clock::Clock, post::Post, session::line::Line, work::Working};

use crate::{
    api::client::{Client, House},
    harness::{AI_VOICE, Db, IVR, SIMPLE, noon, utc},
    node::{CALLER, Minds, NodeSetup, speak},
    standins::twilio::{Manner, TwilioStandIn},
    texts::Texter,
};

/// A tenant's people, its carrier, and a customer with a phone.
struct Scene {
    house: House,
    carrier: TwilioStandIn,
    phone: Texter,
    clock: Clock,
}

impl Scene {
    async fn new() -> Self {
        Self::on(Line::Echo, Clock::fixed(noon())).await
    }

    async fn on(line: impl Into<Line>, clock: Clock) -> Self {
        let carrier = TwilioStandIn::start().await;
        let post = Post {
            mail: None,
            carrier: Some(carrier.client()),
        };
        let setup = NodeSetup::new(Arc::new(Db::seeded().await));
        let house = House::on(
            line,
            NodeSetup {
                clock,
                post,
                ..setup
            },
        )
        .await;
        let phone = Texter::new(&house.node);
        Self {
            house,
            carrier,
            phone,
            clock,
        }
    }

    async fn admin(&self) -> Client<'_> {
        self.house.signed_in("admin@ours.test").await
    }

    /// Switches a kind on, with what else is to be different.
    async fn wants(&self, kind: &str, change: Value) -> Value {
        let admin = self.admin().await;
        let id = row_of(&admin, kind).await["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let mut patch = json!({"enabled": true});
        patch
            .as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        admin
            .patch(&format!("/automations/{id}"), patch)
            .await
            .is(200)
    }

    /// Carries out what is due at this node's time.
    async fn works(&self) {
        self.works_at(self.clock.now()).await;
    }

    /// Carries out everything that is due then.
    async fn works_at(&self, at: DateTime<Utc>) {
        let mut worker = self.house.node.worker.clone();
        worker.clock = Clock::fixed(at);
        let working: Working = worker.start();
        let waits = format!(
            "SELECT count(*)::text FROM app.jobs WHERE state = 'leased' OR (state = 'ready' AND due_at <= '{}')",
            at.to_rfc3339()
        );
        for _ in 0..1200 {
            if self.house.node.db.value(&waits).await.as_deref() == Some("0") {
                return working.stop().await;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        let jobs = "SELECT string_agg(kind || ' ' || state || ' ' || COALESCE(last_error, ''), ', ') FROM app.jobs";
        panic!(
            "a job still waits: {:?}",
            self.house.node.db.value(jobs).await
        );
    }

    fn said(&self) -> Vec<String> {
        let texts = self.carrier.texts();
        texts
            .iter()
            .map(|text| text.fields["Body"].clone())
            .collect()
    }

    /// Somebody books a cleaning by hand.
    async fn books(&self, starts_at: &str) -> String {
        let cleaning = "SELECT id::text FROM app.services_catalog WHERE name = 'Cleaning'";
        let service = self.house.node.db.value(cleaning).await.unwrap();
        let user = self.house.signed_in("user@ours.test").await;
        let new = json!({"service_id": service, "starts_at": starts_at, "customer_name": "Ann Bell", "phone": CALLER});
        user.post("/appointments", new).await.is(201)["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// A call by its webhooks: how it comes in, and what the carrier says of it.
    async fn calls(&self, from: &str, to: &str, words: &[(&str, &[(&str, &str)])]) {
        let sid = format!("CA{}", uuid::Uuid::new_v4().simple());
        let usual = [
            ("CallSid", sid.as_str()),
            ("AccountSid", "AC0123456789abcdef0123456789abcdef"),
            ("From", from),
            ("To", to),
            ("Direction", "inbound"),
            ("ApiVersion", "2010-04-01"),
        ];
        let incoming: (&str, &[(&str, &str)]) =
            ("/twilio/voice/incoming", &[("CallStatus", "ringing")]);
        for (path, more) in std::iter::once(&incoming).chain(words) {
            let form: Vec<(&str, &str)> = usual.iter().chain(*more).copied().collect();
            let said = self.phone.asks(path, &form).await;
            assert!(said.status().is_success(), "{path}: {}", said.status());
        }
    }

    /// A forwarded call whose leg ended so.
    async fn is_forwarded(&self, from: &str, outcome: &str) {
        let leg = [("DialCallStatus", outcome), ("CallStatus", "in-progress")];
        self.calls(from, SIMPLE, &[("/twilio/voice/next?leg=dial", &leg), OVER])
            .await;
    }
}

/// The carrier's last word.
const OVER: (&str, &[(&str, &str)]) = (
    "/twilio/voice/status",
    &[
        ("CallStatus", "completed"),
        ("CallDuration", "12"),
        ("SequenceNumber", "3"),
    ],
);

async fn row_of(client: &Client<'_>, kind: &str) -> Value {
    let all = client.get("/automations").await.is(200);
    let mut rows = all["data"].as_array().unwrap().iter();
    rows.find(|row| row["kind"] == kind).unwrap().clone()
}

#[tokio::test]
async fn a_booking_is_told_from_the_lines_own_number_and_a_move_with_its_time() {
    let scene = Scene::new().await;
    scene.books("2026-11-24T16:00:00Z").await;
    scene.works().await;
    assert_eq!(
        scene.said(),
        Vec::<String>::new(),
        "off until it is switched on"
    );
    scene.wants("booking_text", json!({})).await;
    let id = scene.books("2026-11-24T21:00:00Z").await;
    scene.works().await;
    assert_eq!(
        scene.said(),
        [
            "Bright Smile Dental: your Cleaning is booked for Tuesday, November 24 at 3:00 PM. Reply here to change it."
        ]
    );
    let text = scene.carrier.texts().pop().unwrap();
    assert_eq!(text.fields["To"], CALLER);
    assert!(
        [SIMPLE, IVR, AI_VOICE].contains(&text.fields["From"].as_str()),
        "{text:?}"
    );
    let user = scene.house.signed_in("user@ours.test").await;
    let moved = json!({"starts_at": "2026-11-25T15:30:00Z"});
    user.patch(&format!("/appointments/{id}"), moved)
        .await
        .is(200);
    scene.works().await;
    assert!(
        scene.said()[1].contains("Wednesday, November 25 at 9:30 AM"),
        "{:?}",
        scene.said()
    );
    // It is a message like any other.
    let sent =
        "SELECT string_agg(direction || ' ' || status || ' ' || mode, ', ') FROM app.messages";
    assert_eq!(
        scene.house.node.db.value(sent).await.unwrap(),
        "outbound sending live, outbound sending live"
    );
    // A booking that fails tells nothing.
    let cleaning = "SELECT service_id::text FROM app.appointments LIMIT 1";
    let service = scene.house.node.db.value(cleaning).await.unwrap();
    let taken = json!({"service_id": service, "starts_at": "2026-11-25T15:30:00Z", "customer_name": "Bo", "phone": CALLER});
    user.post("/appointments", taken)
        .await
        .problem(409, "conflict");
    scene.works().await;
    assert_eq!(scene.said().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_booked_in_a_call_is_told_from_the_number_that_was_called() {
    let minds = Minds::hearing(&[
        "Can I book a teeth cleaning for next Tuesday at three PM?",
        "My name is Sarah Miller.",
        "Yes, please.",
        "No, that's all. Goodbye.",
    ]);
    let scene = Scene::on(minds.providers(), Clock::starting_at(noon()).unwrap()).await;
    scene
        .wants("booking_text", json!({"text": "{name}: {service}, {time}"}))
        .await;
    let says = || speak(900);
    scene
        .house
        .node
        .place(vec![says(), says(), says(), says()])
        .await;
    scene.house.node.settled().await;
    scene.works().await;
    assert_eq!(
        scene.said(),
        ["Sarah Miller: Cleaning, Tuesday, November 24 at 3:00 PM"]
    );
    assert_eq!(scene.carrier.texts()[0].fields["From"], AI_VOICE);
}

#[tokio::test]
async fn what_is_booked_by_text_is_told_from_the_number_that_was_written_to() {
    let scene = Scene::on(
        Minds::hearing(&[]).providers(),
        Clock::starting_at(noon()).unwrap(),
    )
    .await;
    scene
        .wants("booking_text", json!({"text": "Booked: {service}"}))
        .await;
    let working = scene.house.node.worker.clone().start();
    let booked = "SELECT status FROM app.appointments";
    for words in [
        "Hi, I would like to book a teeth cleaning",
        "Tomorrow at 10 in the morning",
        "My name is Ann Bell",
        "Yes please",
        "Yes",
    ] {
        if scene.house.node.db.value(booked).await.is_some() {
            break;
        }
        let before = scene.said().len();
        scene.phone.writes(AI_VOICE, words).await;
        for _ in 0..400 {
            if scene.said().len() > before {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
    }
    for _ in 0..400 {
        if scene.said().contains(&"Booked: Cleaning".to_owned()) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    working.stop().await;
    let texts = scene.carrier.texts();
    let told = texts
        .iter()
        .find(|text| text.fields["Body"] == "Booked: Cleaning");
    assert_eq!(told.unwrap().fields["From"], AI_VOICE, "{:?}", scene.said());
}

#[tokio::test]
async fn a_reminder_comes_in_time_and_only_for_what_is_still_so() {
    let scene = Scene::new().await;
    scene.books("2026-11-24T21:00:00Z").await; // before reminders are wanted
    scene
        .wants("reminder_text", json!({"minutes_before": 120}))
        .await;
    let moved = scene.books("2026-11-25T15:00:00Z").await;
    let off = scene.books("2026-11-25T16:00:00Z").await;
    let user = scene.house.signed_in("user@ours.test").await;
    user.patch(
        &format!("/appointments/{moved}"),
        json!({"starts_at": "2026-11-27T15:00:00Z"}),
    )
    .await
    .is(200);
    user.delete(&format!("/appointments/{off}")).await.is(204);
    // An hour ahead: two hours before it is past.
    scene.books("2026-11-18T19:00:00Z").await;
    scene.works_at(utc("2026-11-24 18:59")).await;
    assert_eq!(scene.said(), Vec::<String>::new());
    scene.works_at(utc("2026-11-24 19:01")).await;
    assert_eq!(
        scene.said(),
        [
            "Bright Smile Dental: a reminder of your Cleaning, Tuesday, November 24 at 3:00 PM. Reply here if you need another time."
        ]
    );
    // The time of what was moved and of what was called off comes and goes.
    scene.works_at(utc("2026-11-25 14:30")).await;
    assert_eq!(scene.said().len(), 1);
    // Another lead: the one that was planned says nothing, the other one does, once.
    scene
        .wants(
            "reminder_text",
            json!({"minutes_before": 60, "text": "{service} at {time}"}),
        )
        .await;
    scene.wants("reminder_text", json!({})).await;
    scene.works_at(utc("2026-11-27 13:30")).await;
    assert_eq!(scene.said().len(), 1);
    scene.works_at(utc("2026-11-27 14:01")).await;
    assert_eq!(
        scene.said()[1..],
        ["Cleaning at Friday, November 27 at 9:00 AM"]
    );
    // A worker that comes after the appointment has begun says nothing.
    scene.books("2026-11-30T15:00:00Z").await;
    scene.works_at(utc("2026-11-30 15:00")).await;
    assert_eq!(scene.said().len(), 2);
}

#[tokio::test]
async fn a_missed_call_is_answered_by_one_text_in_24_hours() {
    let scene = Scene::new().await;
    let later = noon() + TimeDelta::minutes(2);
    scene.is_forwarded(CALLER, "no-answer").await;
    scene.works_at(later).await;
    assert_eq!(
        scene.said(),
        Vec::<String>::new(),
        "off until it is switched on"
    );
    scene.wants("missed_call_text", json!({})).await;
    scene.is_forwarded(CALLER, "no-answer").await;
    scene.works().await;
    assert_eq!(
        scene.said(),
        Vec::<String>::new(),
        "not before the last words have come in"
    );
    scene.works_at(later).await;
    assert_eq!(
        scene.said(),
        [
            "Bright Smile Dental: sorry that we missed your call. Reply here and tell us what it is about."
        ]
    );
    let text = scene.carrier.texts().pop().unwrap();
    assert_eq!(
        (text.fields["To"].as_str(), text.fields["From"].as_str()),
        (CALLER, SIMPLE)
    );
    scene.is_forwarded(CALLER, "busy").await;
    scene.works_at(later).await;
    assert_eq!(scene.said().len(), 1, "once in 24 hours");
    scene
        .house
        .node
        .db
        .arrange("UPDATE app.outbox SET created_at = created_at - interval '25 hours'")
        .await;
    scene.is_forwarded(CALLER, "busy").await;
    scene.works_at(later).await;
    assert_eq!(scene.said().len(), 2);
}

#[tokio::test]
async fn calls_that_somebody_took_are_answered_by_nothing() {
    let scene = Scene::new().await;
    scene.wants("missed_call_text", json!({})).await;
    let later = noon() + TimeDelta::minutes(2);
    scene.is_forwarded("+12025550101", "completed").await;
    // Voicemail was left.
    let unanswered = [
        ("DialCallStatus", "no-answer"),
        ("CallStatus", "in-progress"),
    ];
    let voicemail = [
        ("CallStatus", "in-progress"),
        ("RecordingSid", "RE0123456789abcdef0123456789abcdef"),
    ];
    scene
        .calls(
            "+12025550102",
            SIMPLE,
            &[
                ("/twilio/voice/next?leg=dial", &unanswered),
                ("/twilio/voice/next?leg=voicemail", &voicemail),
                OVER,
            ],
        )
        .await;
    // Nobody knows who called, or the number is none.
    for from in ["anonymous", "+266696687", ""] {
        scene.is_forwarded(from, "no-answer").await;
    }
    // The menu said what they wanted to know.
    let hours = [("Digits", "3"), ("CallStatus", "in-progress")];
    scene
        .calls(
            "+12025550103",
            IVR,
            &[("/twilio/voice/gather", &hours), OVER],
        )
        .await;
    scene.works_at(later).await;
    assert_eq!(scene.said(), Vec::<String>::new());
    // A caller who hung up in the menu without a key is texted.
    scene.calls("+12025550104", IVR, &[OVER]).await;
    scene.works_at(later).await;
    assert!(
        scene
            .carrier
            .texts()
            .iter()
            .any(|text| text.fields["To"] == "+12025550104")
    );
    // So is one who hung up before a word to the agent.
    scene.calls("+12025550106", AI_VOICE, &[OVER]).await;
    scene.works_at(later).await;
    assert!(
        scene
            .carrier
            .texts()
            .iter()
            .any(|text| text.fields["To"] == "+12025550106"),
        "hung up before a word"
    );
}

#[tokio::test]
async fn nothing_goes_to_who_wants_none_from_a_sandbox_or_without_a_number() {
    let scene = Scene::new().await;
    for kind in ["booking_text", "reminder_text", "missed_call_text"] {
        scene.wants(kind, json!({})).await;
    }
    let (later, far) = (noon() + TimeDelta::minutes(2), utc("2026-11-24 20:30"));
    scene.phone.writes(AI_VOICE, "STOP").await;
    scene.works().await;
    let before = scene.said().len();
    scene.books("2026-11-24T21:00:00Z").await;
    scene.is_forwarded(CALLER, "no-answer").await;
    scene.works_at(later).await;
    scene.works_at(far).await;
    assert_eq!(scene.said().len(), before, "{:?}", scene.said());
    let admin = scene.admin().await;
    admin
        .patch("/settings", json!({"is_test_mode": true}))
        .await
        .is(200);
    let other = "UPDATE app.contacts SET opt_out = false, opt_out_at = NULL";
    scene.house.node.db.arrange(other).await;
    scene.books("2026-11-25T21:00:00Z").await;
    scene.is_forwarded(CALLER, "no-answer").await;
    scene.works_at(utc("2026-11-25 20:30")).await;
    assert_eq!(scene.said().len(), before, "a sandbox sends nothing");
    admin
        .patch("/settings", json!({"is_test_mode": false}))
        .await
        .is(200);
    scene
        .house
        .node
        .db
        .arrange(&format!(
            "UPDATE app.tenant_phone_config SET phone_number = NULL WHERE tenant_id = '{}'",
            scene.house.ours
        ))
        .await;
    scene.books("2026-11-26T21:00:00Z").await;
    scene.works().await;
    assert_eq!(scene.said().len(), before, "no line has a number");
}

#[tokio::test]
async fn a_carrier_that_fails_is_asked_again_and_what_cannot_go_is_said() {
    let scene = Scene::new().await;
    scene.wants("booking_text", json!({})).await;
    scene
        .carrier
        .next("POST Messages", Manner::Fails(500, 20_500));
    scene.books("2026-11-24T21:00:00Z").await;
    // The second attempt is due a moment later.
    scene.works_at(noon()).await;
    scene.works_at(noon() + TimeDelta::minutes(1)).await;
    assert_eq!(scene.said().len(), 2, "asked twice");
    let row = "SELECT state || ' ' || attempts FROM app.outbox";
    assert_eq!(scene.house.node.db.value(row).await.unwrap(), "sent 2");
    for _ in 0..5 {
        scene
            .carrier
            .next("POST Messages", Manner::Fails(500, 20_500));
    }
    scene.books("2026-11-25T21:00:00Z").await;
    for minutes in 2..9 {
        scene.works_at(noon() + TimeDelta::minutes(minutes)).await;
    }
    let row = "SELECT o.state || ' ' || o.attempts || ' ' || m.status || ' ' || (o.last_error <> '') FROM app.outbox o
               JOIN app.messages m ON m.id = o.message_id ORDER BY o.created_at DESC, o.id DESC LIMIT 1";
    assert_eq!(
        scene.house.node.db.value(row).await.unwrap(),
        "failed 5 failed true"
    );
    assert_eq!(scene.said().len(), 2 + 5);
}

#[tokio::test]
async fn every_tenant_has_its_packs_words_and_keeps_its_own() {
    let scene = Scene::new().await;
    let platform = scene.house.signed_in("owner@platform.test").await;
    let body = json!({"tenant": {"company_name": "Shine", "slug": "shine", "timezone": "America/Chicago",
                                 "plan_tier": "pro", "pack": "detailing"},
                      "automations": ["booking_text"]});
    let made = platform
        .post("/admin/concierge/tenants", body)
        .await
        .is(201);
    let id = made["tenant"]["id"].as_str().unwrap();
    let detailing = Pack::find("detailing").unwrap();
    let rows = format!(
        "SELECT string_agg(kind || ' ' || enabled || ' ' || pack, ', ' ORDER BY kind) FROM app.automations WHERE tenant_id = '{id}'"
    );
    assert_eq!(
        scene.house.node.db.value(&rows).await.unwrap(),
        "booking_text true detailing, missed_call_text false detailing, reminder_text false detailing"
    );
    let text = format!(
        "SELECT text FROM app.automations WHERE tenant_id = '{id}' AND kind = 'reminder_text'"
    );
    assert_eq!(
        scene.house.node.db.value(&text).await.unwrap(),
        detailing.texts.reminder
    );
    let unknown = json!({"tenant": {"company_name": "S", "slug": "s2", "timezone": "UTC", "plan_tier": "pro"}, "automations": ["sing"]});
    platform
        .post("/admin/concierge/tenants", unknown)
        .await
        .problem(422, "invalid_fields");
    // A clone has its source's.
    let clone =
        json!({"company_name": "Shine two", "slug": "shine-two", "timezone": "America/Chicago"});
    let copy = platform
        .post(&format!("/admin/tenants/{id}/clone"), clone)
        .await
        .is(201);
    let rows = rows.replace(id, copy["id"].as_str().unwrap());
    assert!(
        scene
            .house
            .node
            .db
            .value(&rows)
            .await
            .unwrap()
            .starts_with("booking_text true detailing")
    );
    // Of a tenant that was there before there were any: the general words, until another pack's; its own
    // words stay its own.
    let admin = scene.admin().await;
    assert_eq!(row_of(&admin, "booking_text").await["pack"], "general");
    let own = scene
        .wants(
            "missed_call_text",
            json!({"text": "{company} here. What was it?"}),
        )
        .await;
    assert_eq!(own["pack"], Value::Null);
    let applied = admin
        .post("/industry-packs/detailing/apply", json!({}))
        .await
        .is(200);
    assert_eq!(applied["texts"], json!(["booking_text", "reminder_text"]));
    let again = admin
        .post("/industry-packs/detailing/apply", json!({}))
        .await
        .is(200);
    assert_eq!(again["texts"], json!([]));
    assert_eq!(row_of(&admin, "booking_text").await["pack"], "detailing");
    assert_eq!(
        row_of(&admin, "missed_call_text").await["text"],
        "{company} here. What was it?"
    );
    let scope = TenantScope::new(scene.house.theirs, Actor::System);
    let theirs = scene
        .house
        .node
        .db
        .store
        .tenant(&scope)
        .await
        .unwrap()
        .automations()
        .await
        .unwrap();
    assert_eq!(theirs.len(), 3);
}

#[tokio::test]
async fn what_a_text_cannot_be_is_refused() {
    let scene = Scene::new().await;
    let admin = scene.admin().await;
    let missed = row_of(&admin, "missed_call_text").await;
    let path = format!("/automations/{}", missed["id"].as_str().unwrap());
    assert_eq!(missed["placeholders"], json!(["company"]));
    for (change, pointer) in [
        (json!({"text": " "}), "/text"),
        (json!({"text": "x".repeat(321)}), "/text"),
        (json!({"text": "See you at {time}"}), "/text"),
        (json!({"minutes_before": 60}), "/minutes_before"),
    ] {
        let said = admin
            .patch(&path, change)
            .await
            .problem(422, "invalid_fields");
        assert_eq!(said["errors"][0]["pointer"], pointer, "{said}");
    }
    let reminder = row_of(&admin, "reminder_text").await;
    let reminder = format!("/automations/{}", reminder["id"].as_str().unwrap());
    for minutes in [json!(null), json!(14), json!(20_161)] {
        admin
            .patch(&reminder, json!({"minutes_before": minutes}))
            .await
            .problem(422, "invalid_fields");
    }
    let seen = admin.get(&path).await;
    let tag = seen.header("etag");
    admin.patch(&path, json!({"enabled": true})).await.is(200);
    let late = admin
        .request(reqwest::Method::PATCH, &path)
        .header("if-match", tag)
        .json(&json!({"enabled": false}));
    crate::api::client::send(late)
        .await
        .problem(412, "precondition_failed");
    let log = admin
        .get("/audit-log?action=automation.edited")
        .await
        .is(200);
    assert_eq!(log["data"].as_array().unwrap().len(), 1);
    let viewer = scene.house.signed_in("viewer@ours.test").await;
    viewer.get(&path).await.is(200);
    viewer
        .patch(&path, json!({"enabled": false}))
        .await
        .problem(403, "forbidden");
}
