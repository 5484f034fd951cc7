//! The platform in numbers, how the machine is, and what plug-ins add: every figure is what SQL says.

use std::{fmt::Write as _, sync::Arc};

use serde_json::{Value, json};
use trunkline::clock::Clock;

use super::client::House;
use crate::{
    harness::{Db, utc},
    node::{Minds, NodeSetup, speak},
};

/// Calls and texts around the beginning of a day and of a month, of both tenants.
async fn traffic(house: &House) {
    let mut sql = String::new();
    for (n, (at, mode, tenant)) in [
        ("2026-11-18 00:00", "live", house.ours),
        ("2026-11-18 17:00", "live", house.theirs),
        ("2026-11-18 17:30", "test", house.ours),
        ("2026-11-17 23:59", "live", house.ours),
        ("2026-11-01 00:00", "live", house.theirs),
        ("2026-10-31 23:59", "live", house.ours),
    ]
    .into_iter()
    .enumerate()
    {
        house
            .node
            .db
            .store
            .prepare_partitions(utc(at))
            .await
            .unwrap();
        let (billed, way) = (61 + 7 * n, ["inbound", "outbound"][n % 2]);
        let ended = if n == 1 {
            "NULL".to_owned()
        } else {
            format!("timestamptz '{at}+00'")
        };
        write!(
            sql,
            "INSERT INTO app.calls (id, tenant_id, started_at, provider, provider_call_id, direction, mode,
               ivr_mode, resolution_method, status, bill_sec, ended_at)
             VALUES (gen_random_uuid(), '{tenant}', '{at}+00', 'twilio', 'CA{n}', 'inbound', '{mode}', 'simple',
               'to_number', 'completed', {billed}, {ended});
             INSERT INTO app.messages (id, tenant_id, channel, text, created_at, direction, status, mode,
               from_e164, to_e164)
             VALUES (gen_random_uuid(), '{tenant}', 'sms', 'hello', '{at}+00', '{way}',
               '{}', '{mode}', '+19185550142', '+19185550101');",
            if n % 2 == 0 { "received" } else { "sent" },
        )
        .unwrap();
    }
    house.node.db.arrange(&sql).await;
}

/// What SQL says about live traffic from a day on.
async fn counted(house: &House, since: &str) -> Value {
    let sql = format!(
        "SELECT jsonb_build_object('calls', (SELECT count(*) FROM app.calls WHERE mode = 'live' AND started_at >= {since}),
           'billed_s', (SELECT sum(bill_sec) FROM app.calls WHERE mode = 'live' AND started_at >= {since}),
           'minutes', (SELECT ceil(sum(bill_sec) / 60.0)::int FROM app.calls WHERE mode = 'live' AND started_at >= {since}),
           'texts_received', (SELECT count(*) FROM app.messages WHERE mode = 'live' AND direction = 'inbound' AND created_at >= {since}),
           'texts_sent', (SELECT count(*) FROM app.messages WHERE mode = 'live' AND direction = 'outbound' AND created_at >= {since})
         )::text"
    );
    serde_json::from_str(&house.node.db.value(&sql).await.unwrap()).unwrap()
}

#[tokio::test]
async fn the_overview_is_what_sql_says() {
    let house = House::at(Clock::fixed(utc("2026-11-18 18:00"))).await;
    traffic(&house).await;
    let admin = house.signed_in("super_admin@platform.test").await;
    let said = admin.get("/admin/overview").await.is(200);
    assert_eq!(said["today"], counted(&house, "'2026-11-18+00'").await);
    assert_eq!(said["this_month"], counted(&house, "'2026-11-01+00'").await);
    assert_eq!(said["today"]["calls"], 2, "{said}");
    assert_eq!(said["this_month"]["calls"], 4, "{said}");
    assert_eq!(said["this_month"]["texts_sent"], 2, "{said}");
    assert_eq!(said["calls_live"], 1);
    assert_eq!(said["tenants"]["total"], 2, "root is none: {said}");
    assert_eq!(
        (&said["in_trouble"], &said["setup_requests_pending"]),
        (&json!([]), &json!(0))
    );
    // A tenant gets into trouble, and somebody asks for another one.
    let suspend = format!("/admin/tenants/{}/suspend", house.theirs);
    admin
        .post(&suspend, json!({"reason": "Unpaid"}))
        .await
        .is(200);
    let wish = json!({"company_name": "New Co", "contact_name": "Ann", "email": "ann@new.test", "plan_tier": "pro"});
    let asked = house
        .request(reqwest::Method::POST, "/setup-requests")
        .json(&wish);
    super::client::send(asked).await.is(201);
    let said = admin.get("/admin/overview").await.is(200);
    assert_eq!(said["in_trouble"][0]["slug"], "their-garage");
    assert_eq!(said["in_trouble"][0]["status"], "suspended");
    assert_eq!(said["setup_requests_pending"], 1);
    for (list, column, word) in [
        ("by_status", "status", "status"),
        ("by_plan", "plan_tier", "plan_tier"),
    ] {
        for row in said["tenants"][list].as_array().unwrap() {
            let sql = format!(
                "SELECT count(*)::text FROM app.tenants WHERE NOT is_root AND {column} = '{}'",
                row[word].as_str().unwrap()
            );
            assert_eq!(
                house.node.db.value(&sql).await,
                Some(row["tenants"].to_string()),
                "{row}"
            );
        }
    }
    assert_eq!(said["tenants"]["by_status"].as_array().unwrap().len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn system_health_tells_of_the_node_its_minds_the_queue_and_what_has_not_left() {
    let setup = NodeSetup::new(Arc::new(Db::seeded().await));
    let minds = Minds::hearing(&["Hello?"])
        .saying(&["Good day to you."])
        .providers();
    let house = House::on(minds, setup).await;
    let admin = house.signed_in("super_admin@platform.test").await;
    let fresh = admin.get("/admin/system-health").await.is(200);
    assert_eq!(fresh["node"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(fresh["node"]["minds"][1]["last_success_at"], Value::Null);
    assert!(fresh["database"]["ping_ms"].as_f64().unwrap() > 0.0);
    assert_eq!(fresh["database"]["pools"][0]["name"], "app");
    assert!(fresh["database"]["pools"][0]["open"].as_u64().unwrap() > 0);
    house.node.place(vec![speak(900)]).await;
    house.node.settled().await;
    house.node.db.arrange(&format!(
        "INSERT INTO app.jobs (id, tenant_id, kind, state, due_at, created_at) VALUES
           (gen_random_uuid(), '{0}', 'test_kind', 'ready', now() - interval '1 hour', now()),
           (gen_random_uuid(), '{0}', 'test_kind', 'ready', now() + interval '1 hour', now()),
           (gen_random_uuid(), '{0}', 'test_kind', 'dead', now(), now()),
           (gen_random_uuid(), '{0}', 'other_kind', 'done', now(), now());
         INSERT INTO app.outbox (id, tenant_id, channel, kind, recipient, body, state, created_at) VALUES
           (gen_random_uuid(), '{0}', 'sms', 'test', '+19185550142', 'a secret', 'waiting', '2026-11-18T18:00Z'),
           (gen_random_uuid(), '{0}', 'sms', 'test', '+19185550142', 'a secret', 'failed', now())", house.ours)).await;
    let said = admin.get("/admin/system-health").await.is(200);
    for mind in said["node"]["minds"].as_array().unwrap() {
        assert!(mind["last_success_at"].is_string(), "{mind}");
        assert_eq!(mind["last_failure"], Value::Null);
    }
    let jobs = said["jobs"].as_array().unwrap();
    let ours = jobs
        .iter()
        .find(|kind| kind["kind"] == "test_kind")
        .unwrap();
    assert_eq!((&ours["ready"], &ours["dead"]), (&json!(2), &json!(1)));
    assert!(ours["overdue_since"].is_string());
    assert!(!jobs.iter().any(|kind| kind["kind"] == "other_kind"));
    let texts = json!({"channel": "sms", "waiting": 1, "failed": 1, "oldest_waiting": "2026-11-18T18:00:00Z"});
    assert_eq!(said["outbox"], json!([texts]));
    assert!(!said.to_string().contains("secret"));
}

#[tokio::test]
async fn without_plug_ins_nothing_is_added_to_the_navigation() {
    let house = House::new().await;
    let admin = house.signed_in("super_admin@platform.test").await;
    assert_eq!(admin.get("/plugins/nav").await.is(200), json!([]));
    let member = house.signed_in("tenant_owner@ours.test").await;
    member.get("/plugins/nav").await.problem(404, "not_found");
}
