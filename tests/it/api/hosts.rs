//! Addresses of tenants: below the base domain, of their own, or named in a header.

use reqwest::{Method, header::HOST};
use serde_json::{Value, json};
use store::{Actor, TenantScope, membership::Role};
use trunkline::{api::state::ApiSettings, clock::Clock};

use super::client::{House, PASSWORD, Said, send};
use crate::{harness::Db, node::NodeSetup};

const OURS: &str = "bright-dental.trunkline.test";
const THEIRS: &str = "their-garage.trunkline.test:8443";

async fn house() -> House {
    let setup = NodeSetup::new(std::sync::Arc::new(Db::seeded().await));
    let api = ApiSettings {
        base_domain: Some("trunkline.test".to_owned()),
        ..setup.api
    };
    House::with(NodeSetup { api, ..setup }).await
}

async fn branding(house: &House, host: &str) -> Said {
    send(house.request(Method::GET, "/branding").header(HOST, host)).await
}

async fn login(house: &House, host: &str, email: &str) -> Said {
    let body = json!({"email": email, "password": PASSWORD});
    let request = house.request(Method::POST, "/auth/login");
    send(request.header(HOST, host).json(&body)).await
}

#[tokio::test]
async fn an_address_says_whose_it_is() {
    let house = house().await;
    let slug = |said: Value| said["tenant"]["slug"].as_str().map(str::to_owned);
    assert_eq!(
        slug(branding(&house, OURS).await.is(200)).as_deref(),
        Some("bright-dental")
    );
    assert_eq!(
        slug(branding(&house, THEIRS).await.is(200)).as_deref(),
        Some("their-garage")
    );
    for own in [
        "127.0.0.1:1",
        "localhost",
        "trunkline.test",
        "inner.network",
    ] {
        assert_eq!(slug(branding(&house, own).await.is(200)), None, "{own}");
    }
    for nobodys in ["nobody.trunkline.test", "a.bright-dental.trunkline.test"] {
        branding(&house, nobodys).await.problem(404, "not_found");
        login(&house, nobodys, "admin@ours.test")
            .await
            .problem(404, "not_found");
    }
    // Its own colours are a matter of the plan.
    let admin = house.signed_in("admin@ours.test").await;
    admin
        .patch("/settings", json!({"branding": {"colour": "#123456"}}))
        .await
        .is(200);
    let shown = async || branding(&house, OURS).await.is(200)["tenant"]["branding"].clone();
    assert_eq!(shown().await, json!({}));
    let owner = house.signed_in("owner@platform.test").await;
    let path = format!("/admin/tenants/{}", house.ours);
    owner
        .patch(&path, json!({"plan_tier": "elite"}))
        .await
        .is(200);
    admin
        .patch("/features/white_label", json!({"enabled": true}))
        .await
        .is(200);
    assert_eq!(shown().await, json!({"colour": "#123456"}));
}

#[tokio::test]
async fn at_a_tenants_address_only_its_people_get_in() {
    let house = house().await;
    let tenant = |said: Said| said.is(200)["tenant_id"].as_str().unwrap().to_owned();
    assert_eq!(
        tenant(login(&house, OURS, "admin@ours.test").await),
        house.ours.to_string()
    );
    for stranger in ["admin@theirs.test", "owner@platform.test"] {
        let refused = login(&house, OURS, stranger).await;
        let refused = refused.problem(401, "invalid_credentials");
        let wrong = house.login("admin@ours.test", "wrong password").await;
        assert_eq!(refused["detail"], wrong.json["detail"]);
    }
    // Whoever belongs to both works in the one whose address it is.
    let both = house
        .member(house.ours, "both@people.test", Role::User)
        .await;
    let scope = TenantScope::new(house.theirs, Actor::System);
    let mut tx = house.node.db.store.tenant(&scope).await.unwrap();
    tx.add_member(both, Role::User, Clock::system().now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    for (host, id) in [(OURS, house.ours), (THEIRS, house.theirs)] {
        let said = login(&house, host, "both@people.test").await;
        assert_eq!(tenant(said), id.to_string(), "{host}");
    }
}

#[tokio::test]
async fn a_token_finds_nothing_at_anothers_address() {
    let house = house().await;
    let admin = house.signed_in("admin@ours.test").await;
    let at = |header: &'static str, value: &str| {
        let request = admin.request(Method::GET, "/settings");
        send(request.header(header, value))
    };
    for (header, value) in [
        ("host", OURS),
        ("x-tenant", "bright-dental"),
        ("host", "localhost"),
    ] {
        let settings = at(header, value).await.is(200);
        assert_eq!(settings["slug"], "bright-dental", "{header}: {value}");
    }
    for (header, value) in [
        ("host", THEIRS),
        ("x-tenant", "their-garage"),
        ("x-tenant", "nobody"),
        ("x-tenant", ""),
        ("host", "nobody.trunkline.test"),
    ] {
        at(header, value).await.problem(404, "not_found");
    }
    let both = admin
        .request(Method::GET, "/settings")
        .header("host", OURS)
        .header("x-tenant", "their-garage");
    send(both).await.problem(404, "not_found");
    let key = json!({"name": "k", "scopes": ["config:read"], "mode": "live"});
    let key = admin.post("/api-keys", key).await.is(201);
    let program = house.with_token(key["key"].as_str().unwrap());
    program.get("/settings").await.is(200);
    let elsewhere = program.request(Method::GET, "/settings");
    send(elsewhere.header("host", THEIRS))
        .await
        .problem(404, "not_found");
    // Nor is the platform run from there.
    let owner = house.signed_in("owner@platform.test").await;
    owner.get("/admin/tenants").await.is(200);
    let elsewhere = owner.request(Method::GET, "/admin/tenants");
    send(elsewhere.header("host", OURS))
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn a_domain_of_its_own_is_given_by_the_platform_and_taken_again() {
    let house = house().await;
    let owner = house.signed_in("owner@platform.test").await;
    let path = format!("/admin/tenants/{}/domains", house.theirs);
    let host = json!({"host": "Calls.Their-Garage.test"});
    let made = owner.post(&path, host.clone()).await.is(201);
    assert_eq!(made["host"], "calls.their-garage.test");
    owner.post(&path, host).await.problem(409, "duplicate");
    owner
        .post(&path, json!({"host": "https://their-garage.test/"}))
        .await
        .problem(422, "invalid_fields");
    let said = branding(&house, "calls.their-garage.test").await.is(200);
    assert_eq!(said["tenant"]["slug"], "their-garage");
    let list = owner.get(&path).await.is(200);
    assert_eq!(list["data"], json!([made]));

    let elsewhere = format!(
        "/admin/tenants/{}/domains/calls.their-garage.test",
        house.ours
    );
    owner.delete(&elsewhere).await.problem(404, "not_found");
    let one = format!("{path}/calls.their-garage.test");
    owner.delete(&one).await.is(204);
    owner.delete(&one).await.problem(404, "not_found");
    let said = branding(&house, "calls.their-garage.test").await.is(200);
    assert_eq!(said["tenant"], Value::Null);
    let admin = house.signed_in("admin@theirs.test").await;
    let log = admin.get("/audit-log").await.is(200);
    let actions: Vec<_> = log["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["action"])
        .collect();
    assert!(
        actions.contains(&&json!("tenant.domain_added"))
            && actions.contains(&&json!("tenant.domain_removed"))
    );
}
