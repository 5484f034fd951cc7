//! A tenant's people and programs: invitations, roles, keys.

use reqwest::Method;
use serde_json::json;

use super::client::{House, PASSWORD, send, token_in};

#[tokio::test]
async fn somebody_is_invited_accepts_once_and_belongs() {
    let house = House::new().await;
    let admin = house.signed_in("admin@ours.test").await;
    let invite = |email: &str, role: &str| json!({"email": email, "role": role});
    let made = admin
        .post("/invites", invite("new@ours.test", "user"))
        .await
        .is(201);
    assert!(!made.to_string().contains("token"));
    admin
        .post("/invites", invite("boss@ours.test", "tenant_owner"))
        .await
        .problem(403, "forbidden");
    admin
        .post("/invites", invite("user@ours.test", "user"))
        .await
        .problem(409, "duplicate");
    let said = admin
        .post("/invites", invite("no address", "king"))
        .await
        .problem(422, "invalid_fields");
    assert_eq!(said["errors"].as_array().unwrap().len(), 2);
    let token = token_in(&house.mail_to("new@ours.test").await.unwrap());
    let accept = |token: &str, password: &str| {
        let body = json!({"token": token, "password": password, "name": "Newcomer"});
        send(
            house
                .request(Method::POST, "/auth/invites/accept")
                .json(&body),
        )
    };
    accept("made-up", PASSWORD)
        .await
        .problem(401, "invalid_credentials");
    accept(&token, "short").await.problem(422, "invalid_fields");
    assert_eq!(accept(&token, PASSWORD).await.is(200)["role"], "user");
    accept(&token, PASSWORD)
        .await
        .problem(401, "invalid_credentials");
    let new = house.signed_in("new@ours.test").await;
    assert_eq!(new.get("/me").await.is(200)["role"], "user");
    // Who has a login elsewhere shows its password.
    admin
        .post("/invites", invite("viewer@theirs.test", "viewer"))
        .await
        .is(201);
    let token = token_in(&house.mail_to("viewer@theirs.test").await.unwrap());
    accept(&token, "wrong password")
        .await
        .problem(401, "invalid_credentials");
    accept(&token, PASSWORD).await.is(200);
    // One that was taken back lets nobody in.
    let open = admin
        .post("/invites", invite("late@ours.test", "user"))
        .await
        .is(201);
    let token = token_in(&house.mail_to("late@ours.test").await.unwrap());
    admin
        .delete(&format!("/invites/{}", open["id"].as_str().unwrap()))
        .await
        .is(204);
    accept(&token, PASSWORD)
        .await
        .problem(401, "invalid_credentials");
}

#[tokio::test]
async fn a_role_counts_at_once_and_the_last_administrator_stays() {
    let house = House::new().await;
    let owner = house.signed_in("tenant_owner@ours.test").await;
    let user = house.signed_in("user@ours.test").await;
    let users = owner.get("/users").await.is(200);
    let id = |email: &str| {
        let found = users["data"]
            .as_array()
            .unwrap()
            .iter()
            .find(|user| user["email"] == email);
        format!("/users/{}", found.unwrap()["id"].as_str().unwrap())
    };
    user.patch("/settings", json!({"city": "Tulsa"}))
        .await
        .problem(403, "forbidden");
    owner
        .patch(&id("user@ours.test"), json!({"role": "admin"}))
        .await
        .is(200);
    user.patch("/settings", json!({"city": "Tulsa"}))
        .await
        .is(200);
    // An administrator makes no owner, and unmakes none.
    user.patch(&id("viewer@ours.test"), json!({"role": "tenant_owner"}))
        .await
        .problem(403, "forbidden");
    user.delete(&id("tenant_owner@ours.test"))
        .await
        .problem(403, "forbidden");
    owner.delete(&id("user@ours.test")).await.is(204);
    user.get("/settings").await.problem(403, "forbidden");
    owner.delete(&id("admin@ours.test")).await.is(204);
    let last = id("tenant_owner@ours.test");
    owner
        .patch(&last, json!({"role": "viewer"}))
        .await
        .problem(409, "refused");
    owner.delete(&last).await.problem(409, "refused");
}

#[tokio::test]
async fn what_somebody_did_is_counted_for_administrators() {
    let house = House::new().await;
    let admin = house.signed_in("admin@ours.test").await;
    let user = house.signed_in("user@ours.test").await;
    let mut made = Vec::new();
    for (name, phone) in [("Ada", "+19185550101"), ("Ben", "+19185550102")] {
        let body = json!({"name": name, "number": phone});
        let contact = user.post("/contacts", body).await.is(201);
        made.push(format!("/contacts/{}", contact["id"].as_str().unwrap()));
    }
    user.patch(&made[0], json!({"name": "Ada L."}))
        .await
        .is(200);
    let id = user.get("/me").await.is(200)["id"].clone();
    let path = format!("/users/{}/performance", id.as_str().unwrap());
    let said = admin.get(&path).await.is(200);
    assert_eq!(
        (&said["active_days"], &said["times"]),
        (&json!(1), &json!(3))
    );
    assert!(said["last_at"].is_string());
    let contacts = json!([{"object_kind": "contact", "objects": 2, "times": 3, "actions": [
        {"action": "contact.created", "times": 2}, {"action": "contact.edited", "times": 1}
    ]}]);
    assert_eq!(said["kinds"], contacts);
    // Longer ago than was asked for.
    let aged = "ALTER TABLE app.audit_log DISABLE TRIGGER USER;
                UPDATE app.audit_log SET at = at - interval '40 days' WHERE action = 'contact.created';
                ALTER TABLE app.audit_log ENABLE TRIGGER USER";
    house.node.db.arrange(aged).await;
    assert_eq!(admin.get(&path).await.is(200)["times"], 1);
    let longer = admin.get(&format!("{path}?days=60")).await.is(200);
    assert_eq!(
        (&longer["active_days"], &longer["times"]),
        (&json!(2), &json!(3))
    );
    admin
        .get(&format!("{path}?days=0"))
        .await
        .problem(400, "invalid_request");
    user.get(&path).await.problem(403, "forbidden");
    let nobody = "/users/01900000-0000-7000-8000-000000000000/performance";
    admin.get(nobody).await.problem(404, "not_found");
    // Nothing is an answer, too.
    let viewer = house.signed_in("viewer@ours.test").await;
    let id = viewer.get("/me").await.is(200)["id"].clone();
    let path = format!("/users/{}/performance", id.as_str().unwrap());
    let idle = admin.get(&path).await.is(200);
    assert_eq!(
        (&idle["times"], &idle["kinds"], &idle["last_at"]),
        (&json!(0), &json!([]), &json!(null))
    );
}

#[tokio::test]
async fn a_key_may_what_its_scopes_say_and_is_shown_once() {
    let house = House::new().await;
    let admin = house.signed_in("admin@ours.test").await;
    let made = admin
        .post(
            "/api-keys",
            json!({"name": "Reporting", "scopes": ["calls:read"]}),
        )
        .await
        .is(201);
    let key = made["key"].as_str().unwrap().to_owned();
    assert!(key.starts_with("tk_live_") && key.len() > 60);
    let program = house.with_token(&key);
    program.get("/calls").await.is(200);
    program.get("/settings").await.problem(403, "missing_scope");
    program.get("/users").await.problem(403, "forbidden");
    program.get("/me").await.problem(403, "forbidden");
    program
        .get("/admin/tenants")
        .await
        .problem(403, "forbidden");
    let list = admin.get("/api-keys").await.is(200);
    assert!(!list.to_string().contains(&key));
    assert!(list["data"][0]["last_used_at"].is_string());
    admin
        .delete(&format!("/api-keys/{}", made["id"].as_str().unwrap()))
        .await
        .is(204);
    program.get("/calls").await.problem(401, "unauthenticated");
    for bad in [
        json!({"name": "K", "scopes": []}),
        json!({"name": "K", "scopes": ["all"]}),
        json!({"name": "K", "scopes": ["calls:read"], "expires_at": "2020-01-01T00:00:00Z"}),
    ] {
        admin
            .post("/api-keys", bad)
            .await
            .problem(422, "invalid_fields");
    }
}

#[tokio::test]
async fn a_key_is_not_kept_for_who_asks_again() {
    let house = House::new().await;
    let admin = house.signed_in("admin@ours.test").await;
    let post = || {
        let request = admin
            .request(Method::POST, "/api-keys")
            .header("idempotency-key", "k");
        send(request.json(&json!({"name": "K", "scopes": ["calls:read"]})))
    };
    let first = post().await.is(201);
    let again = post().await.is(201);
    assert_eq!(first["id"], again["id"]);
    assert!(first["key"].is_string() && again["key"].is_null());
}

#[tokio::test]
async fn a_test_key_sees_tests_and_changes_nothing_live() {
    let house = House::new().await;
    house.node.db.begun_call().await;
    let admin = house.signed_in("admin@ours.test").await;
    let made = admin.post(
        "/api-keys",
        json!({"name": "T", "mode": "test", "scopes": ["calls:read", "contacts:read", "contacts:write"]}),
    );
    let made = made.await.is(201);
    let key = made["key"].as_str().unwrap();
    assert!(key.starts_with("tk_test_"));
    let program = house.with_token(key);
    assert_eq!(
        program.get("/calls?mode=live").await.is(200)["data"],
        json!([])
    );
    let contact = json!({"number": "+19185550142"});
    program
        .post("/contacts", contact.clone())
        .await
        .problem(403, "test_key");
    admin
        .patch("/settings", json!({"is_test_mode": true}))
        .await
        .is(200);
    program.post("/contacts", contact).await.is(201);
}
