//! How every request is answered, whatever it asks: problems, ids, headers, limits, repeated requests.

use reqwest::Method;
use serde_json::json;
use trunkline::{api::state::ApiSettings, session::line::Line};

use super::client::{House, send};
use crate::{
    harness::Db,
    node::{Node, NodeSetup},
};

#[tokio::test]
async fn what_is_not_there_is_a_problem_below_api_and_nowhere_else() {
    let house = House::new().await;
    send(house.request(Method::GET, "/nothing"))
        .await
        .problem(404, "not_found");
    let plain = reqwest::get(format!("{}/nothing", house.node.url))
        .await
        .unwrap();
    assert_eq!(plain.status(), 404);
    assert!(plain.headers().get("content-type").is_none());
    let said = send(house.request(Method::PUT, "/phone-configs")).await;
    assert_eq!(said.header("allow"), "GET, POST");
    said.problem(405, "method_not_allowed");
}

#[tokio::test]
async fn a_body_is_read_with_care() {
    let house = House::new().await;
    let admin = house.signed_in("admin@ours.test").await;
    let post = || admin.request(Method::POST, "/phone-configs");
    let json =
        |request: reqwest::RequestBuilder| request.header("content-type", "application/json");
    send(post().body("{}"))
        .await
        .problem(415, "unsupported_media_type");
    send(json(post()).body("{"))
        .await
        .problem(400, "invalid_json");
    send(json(post()).body(&b"\"\xff\""[..]))
        .await
        .problem(400, "invalid_json");
    let large = format!("\"{}\"", "x".repeat(1024 * 1024 + 1));
    send(json(post()).body(large))
        .await
        .problem(413, "too_large");
    let missing = send(post().json(&json!({})))
        .await
        .problem(422, "invalid_fields");
    assert_eq!(missing["errors"][0]["code"], "required");
    let unknown = send(post().json(&json!({"ivr_mode": "simple", "colour": 1}))).await;
    let unknown = unknown.problem(422, "invalid_fields");
    assert_eq!(unknown["errors"][0]["pointer"], "/colour");
    let word = send(post().json(&json!({"ivr_mode": "AI"})))
        .await
        .problem(422, "invalid_fields");
    assert_eq!(word["errors"][0]["pointer"], "/ivr_mode");
    let nul = json!({"ivr_mode": "simple", "forward_to": "a\u{0}b"});
    send(post().json(&nul)).await.problem(422, "invalid_fields");
    let list = send(json(admin.request(Method::PATCH, "/settings")).body("[]")).await;
    list.problem(422, "invalid_fields");
}

#[tokio::test]
async fn a_request_keeps_its_id_and_browsers_are_told_what_they_may() {
    let house = House::new().await;
    let said = send(
        house
            .request(Method::GET, "/me")
            .header("x-request-id", "abc-1"),
    )
    .await;
    assert_eq!(said.header("x-request-id"), "abc-1");
    assert_eq!(said.header("www-authenticate"), "Bearer");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(said.header(name), value);
    }
    assert!(
        said.header("content-security-policy")
            .contains("default-src 'none'")
    );
    said.problem(401, "unauthenticated");
    let bad = send(
        house
            .request(Method::GET, "/me")
            .header("x-request-id", "a b"),
    )
    .await;
    assert_ne!(bad.header("x-request-id"), "a b");
}

#[tokio::test]
async fn the_shorter_name_leads_to_the_same() {
    let house = House::new().await;
    let viewer = house.signed_in("viewer@ours.test").await;
    let url = format!("{}/api/me", house.node.url);
    let said = send(reqwest::Client::new().get(url).bearer_auth(&viewer.token)).await;
    assert_eq!(said.is(200)["email"], "viewer@ours.test");
}

#[tokio::test]
async fn pages_have_bounds_and_cursors_cannot_be_made_up() {
    let house = House::new().await;
    let viewer = house.signed_in("viewer@ours.test").await;
    for bad in [
        "limit=0",
        "limit=201",
        "limit=99999",
        "limit=x",
        "colour=1",
        "status=odd",
        "from=918",
    ] {
        viewer
            .get(&format!("/calls?{bad}"))
            .await
            .problem(400, "invalid_request");
    }
    for bad in ["x", "00", &"f".repeat(48), &"z".repeat(48)] {
        viewer
            .get(&format!("/calls?cursor={bad}"))
            .await
            .problem(400, "invalid_cursor");
    }
    let admin = house.signed_in("admin@ours.test").await;
    admin
        .get("/audit-log?cursor=x")
        .await
        .problem(400, "invalid_cursor");
    viewer
        .get("/search/turns")
        .await
        .problem(400, "invalid_request");
}

#[tokio::test]
async fn a_request_with_a_key_is_done_once() {
    let house = House::new().await;
    let admin = house.signed_in("admin@ours.test").await;
    let body = json!({"name": "Polishing", "duration_min": 30});
    let post = |body: &serde_json::Value, key: &str| {
        let request = admin.request(Method::POST, "/knowledge/services");
        send(request.header("idempotency-key", key).json(body))
    };
    let first = post(&body, "one").await;
    assert_eq!(first.header("idempotent-replayed"), "");
    let first = first.is(201);
    let again = post(&body, "one").await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.is(201), first);
    let other = json!({"name": "Scaling", "duration_min": 30});
    post(&other, "one")
        .await
        .problem(422, "idempotency_key_reused");
    // A key whose request was refused is free again.
    post(&json!({"name": ""}), "two")
        .await
        .problem(422, "invalid_fields");
    post(&other, "two").await.is(201);
    post(&body, "three").await.problem(409, "duplicate");
    let long = "x".repeat(256);
    post(&body, &long).await.problem(400, "invalid_request");
    // Another tenant's key of the same name is another key.
    let theirs = house.signed_in("admin@theirs.test").await;
    let request = theirs.request(Method::POST, "/knowledge/services");
    let said = send(request.header("idempotency-key", "one").json(&body)).await;
    assert_ne!(said.is(201)["id"], first["id"]);
}

#[tokio::test]
async fn requests_that_come_at_once_with_one_key_make_one_thing() {
    let house = House::new().await;
    let admin = house.signed_in("admin@ours.test").await;
    let post = || {
        let request = admin.request(Method::POST, "/knowledge/faqs");
        send(
            request
                .header("idempotency-key", "x")
                .json(&json!({"question": "Why?", "answer": "So."})),
        )
    };
    let said = tokio::join!(post(), post(), post(), post());
    for said in [said.0, said.1, said.2, said.3] {
        match said.status.as_u16() {
            201 => {}
            _ => {
                said.problem(409, "request_in_flight");
            }
        }
    }
    let made = "SELECT count(*)::text FROM app.faqs WHERE question = 'Why?'";
    assert_eq!(house.node.db.value(made).await.as_deref(), Some("1"));
}

#[tokio::test]
async fn nobody_writes_over_what_they_have_not_seen() {
    let house = House::new().await;
    let admin = house.signed_in("admin@ours.test").await;
    let seen = admin.get("/settings").await;
    let tag = seen.header("etag");
    assert!(tag.starts_with('"'), "{tag}");
    let patch = |tag: &str, city: &str| {
        let request = admin
            .request(Method::PATCH, "/settings")
            .header("if-match", tag);
        send(request.json(&json!({"city": city})))
    };
    let (one, two) = tokio::join!(patch(&tag, "Tulsa"), patch(&tag, "Austin"));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    patch(&tag, "Reno")
        .await
        .problem(412, "precondition_failed");
    let fresh = admin.get("/settings").await.header("etag");
    assert_eq!(patch(&fresh, "Reno").await.is(200)["city"], "Reno");
}

#[tokio::test]
async fn too_many_requests_are_told_when_to_come_again_and_others_are_served() {
    let setup = NodeSetup::new(std::sync::Arc::new(Db::seeded().await));
    let api = ApiSettings {
        requests_per_minute: 20,
        ..ApiSettings::default()
    };
    let house = House::with(NodeSetup { api, ..setup }).await;
    let ours = house.signed_in("viewer@ours.test").await;
    let theirs = house.signed_in("viewer@theirs.test").await;
    let first = ours.get("/plans").await;
    assert_eq!(first.header("ratelimit-policy"), "\"tenant\";q=20;w=60");
    let mut refused = None;
    for _ in 0..30 {
        let said = ours.get("/plans").await;
        if said.status == 429 {
            refused = Some(said);
            break;
        }
    }
    let refused = refused.expect("a limit");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
    refused.problem(429, "too_many_requests");
    theirs.get("/plans").await.is(200);
}

#[tokio::test]
async fn nodes_that_are_told_to_count_together() {
    let setup = NodeSetup::new(std::sync::Arc::new(Db::seeded().await));
    let api = ApiSettings {
        requests_per_minute: 20,
        shared_limits: true,
        ..ApiSettings::default()
    };
    let second = NodeSetup {
        db: setup.db.clone(),
        store: setup.store.clone(),
        keys: setup.keys.clone(),
        post: setup.post.clone(),
        origin: None,
        clock: setup.clock,
        api: api.clone(),
    };
    let house = House::with(NodeSetup { api, ..setup }).await;
    let second = Node::start_with(Line::Echo, second).await;
    let ours = house.signed_in("viewer@ours.test").await;
    let theirs = house.signed_in("viewer@theirs.test").await;
    let elsewhere = |token: &str| {
        let url = format!("{}/api/v1/plans", second.url);
        send(reqwest::Client::new().get(url).bearer_auth(token))
    };
    // Each node has its half of the quota asked of it: alone, neither would refuse.
    let mut left = Vec::new();
    for _ in 0..9 {
        for said in [ours.get("/plans").await, elsewhere(&ours.token).await] {
            left.push(said.header("ratelimit"));
            said.is(200);
        }
    }
    assert!(
        left[0].contains("r=19") && left[1].contains("r=18"),
        "{left:?}"
    );
    let mut refused = None;
    for _ in 0..12 {
        let said = elsewhere(&ours.token).await;
        if said.status == 429 {
            refused = Some(said);
            break;
        }
        said.is(200);
    }
    let refused = refused.expect("a limit");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
    refused.problem(429, "too_many_requests");
    elsewhere(&theirs.token).await.is(200);
    house.node.db.store.purge_request_counts().await.unwrap();
    ours.get("/plans").await.problem(429, "too_many_requests");
}
