//! Getting in, staying in, getting out: passwords, tokens, cookies, second factors, links.

use reqwest::Method;
use serde_json::{Value, json};
use trunkline::{
    api::identity::totp, boot::owner, clock::Clock, session::line::Line, work::housekeeping::tidy,
};

use super::client::{House, PASSWORD, Said, send, token_in};
use crate::{
    harness::{Db, noon, utc},
    node::{Node, NodeSetup},
};

const ANN: &str = "admin@ours.test";

fn refresh_cookie(said: &Said) -> String {
    let cookie = said.header("set-cookie");
    cookie.split(';').next().unwrap().to_owned()
}

async fn refresh(house: &House, cookie: &str) -> Said {
    send(
        house
            .request(Method::POST, "/auth/refresh")
            .header("cookie", cookie),
    )
    .await
}

#[tokio::test]
async fn a_login_gives_a_token_and_a_cookie_that_no_script_sees() {
    let house = House::new().await;
    let said = house.login(ANN, PASSWORD).await;
    let cookie = said.header("set-cookie");
    for part in ["tl_refresh=", "HttpOnly", "SameSite=Strict", "Path=/api"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let session = said.is(200);
    assert_eq!(session["expires_in"], 600);
    let ann = house.with_token(session["access_token"].as_str().unwrap());
    let me = ann.get("/me").await.is(200);
    assert_eq!(
        (me["email"].as_str(), me["role"].as_str()),
        (Some(ANN), Some("admin"))
    );
    // In whatever case it is typed.
    house.login("  ADMIN@ours.test ", PASSWORD).await.is(200);
}

#[tokio::test]
async fn nobody_learns_who_has_a_login_and_guessing_is_slowed_down() {
    let house = House::at(Clock::fixed(noon())).await;
    let known = house
        .login(ANN, "wrong password")
        .await
        .problem(401, "invalid_credentials");
    let unknown = house.login("nobody@ours.test", "wrong password").await;
    let unknown = unknown.problem(401, "invalid_credentials");
    assert_eq!(known["detail"], unknown["detail"]);
    for email in [ANN, "nobody@ours.test"] {
        let mut blocked = None;
        for _ in 0..8 {
            let said = house.login(email, "wrong password").await;
            if said.status == 429 {
                blocked = Some(said);
                break;
            }
            said.problem(401, "invalid_credentials");
        }
        let blocked = blocked.expect("blocked");
        assert!(!blocked.header("retry-after").is_empty());
        blocked.problem(429, "too_many_requests");
        // Not even with the right one, or it would tell.
        house
            .login(email, PASSWORD)
            .await
            .problem(429, "too_many_requests");
    }
    house.login("user@ours.test", PASSWORD).await.is(200);
}

#[tokio::test]
async fn a_refresh_token_works_once_and_a_second_time_ends_the_session() {
    let house = House::new().await;
    let said = house.login(ANN, PASSWORD).await;
    let first = refresh_cookie(&said);
    let token = said.is(200)["access_token"].as_str().unwrap().to_owned();
    let next = refresh(&house, &first).await;
    let second = refresh_cookie(&next);
    assert_ne!(first, second);
    let token_2 = next.is(200)["access_token"].as_str().unwrap().to_owned();
    house.with_token(&token_2).get("/me").await.is(200);
    let stolen = refresh(&house, &first).await;
    assert!(stolen.header("set-cookie").contains("Max-Age=0"));
    stolen.problem(401, "session_ended");
    refresh(&house, &second).await.problem(401, "session_ended");
    for token in [token, token_2] {
        house
            .with_token(&token)
            .get("/me")
            .await
            .problem(401, "session_ended");
    }
    refresh(&house, "tl_refresh=made-up")
        .await
        .problem(401, "session_ended");
    send(house.request(Method::POST, "/auth/refresh"))
        .await
        .problem(401, "session_ended");
}

#[tokio::test]
async fn signing_out_ends_every_token_of_the_session() {
    let house = House::new().await;
    let said = house.login(ANN, PASSWORD).await;
    let cookie = refresh_cookie(&said);
    let ann = house.with_token(said.is(200)["access_token"].as_str().unwrap());
    let out = ann.post("/auth/logout", json!({})).await;
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    out.is(204);
    ann.get("/me").await.problem(401, "session_ended");
    refresh(&house, &cookie).await.problem(401, "session_ended");
}

#[tokio::test]
async fn tokens_that_are_old_forged_or_of_another_node_are_nobodys() {
    let house = House::new().await;
    let other = House::new().await;
    let foreign = other.signed_in(ANN).await.token;
    let ours = house.signed_in(ANN).await.token;
    let mut parts: Vec<&str> = ours.split('.').collect();
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIiwia2lkIjoiazEifQ";
    let unsigned = format!("{none}.{}.", parts[1]);
    parts[2] = "AAAA";
    let tampered = parts.join(".");
    for token in [foreign.as_str(), &unsigned, &tampered, "tk_live_0000", "x"] {
        house
            .with_token(token)
            .get("/me")
            .await
            .problem(401, "unauthenticated");
    }
}

#[tokio::test]
async fn a_token_is_over_after_ten_minutes() {
    let setup = NodeSetup::new(std::sync::Arc::new(Db::seeded().await));
    let later = NodeSetup {
        clock: Clock::fixed(utc("2026-11-18 18:10")),
        keys: setup.keys.clone(),
        ..NodeSetup::new(setup.db.clone())
    };
    let clock = Clock::fixed(utc("2026-11-18 18:00"));
    let house = House::with(NodeSetup { clock, ..setup }).await;
    let later = Node::start_with(Line::Echo, later).await;
    let said = house.login(ANN, PASSWORD).await;
    let cookie = refresh_cookie(&said);
    let token = said.is(200)["access_token"].as_str().unwrap().to_owned();
    house.with_token(&token).get("/me").await.is(200);
    let http = reqwest::Client::new();
    let me = |token: &str| {
        send(
            http.get(format!("{}/api/v1/me", later.url))
                .bearer_auth(token),
        )
    };
    me(&token).await.problem(401, "unauthenticated");
    // The session goes on, with the next token.
    let next = http.post(format!("{}/api/v1/auth/refresh", later.url));
    let next = send(next.header("cookie", cookie)).await.is(200);
    me(next["access_token"].as_str().unwrap()).await.is(200);
}

#[tokio::test]
async fn sessions_are_listed_and_ended_from_the_list() {
    let house = House::new().await;
    let here = house.signed_in(ANN).await;
    let there = house.signed_in(ANN).await;
    let list = here.get("/me/sessions").await.is(200);
    let sessions = list["data"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    let other = sessions
        .iter()
        .find(|session| session["is_this"] == false)
        .unwrap();
    let path = format!("/me/sessions/{}", other["id"].as_str().unwrap());
    let stranger = house.signed_in("user@ours.test").await;
    stranger.delete(&path).await.problem(404, "not_found");
    here.delete(&path).await.is(204);
    there.get("/me").await.problem(401, "session_ended");
    here.get("/me").await.is(200);
}

#[tokio::test]
async fn another_password_ends_the_other_sessions() {
    let house = House::new().await;
    let here = house.signed_in(ANN).await;
    let there = house.signed_in(ANN).await;
    let change =
        |current: &str, new: &str| json!({"current_password": current, "new_password": new});
    here.post(
        "/me/password",
        change("wrong password", "a better password"),
    )
    .await
    .problem(422, "invalid_fields");
    here.post("/me/password", change(PASSWORD, "short"))
        .await
        .problem(422, "invalid_fields");
    here.post("/me/password", change(PASSWORD, "a better password"))
        .await
        .is(204);
    there.get("/me").await.problem(401, "session_ended");
    here.get("/me").await.is(200);
    house
        .login(ANN, PASSWORD)
        .await
        .problem(401, "invalid_credentials");
    house.login(ANN, "a better password").await.is(200);
}

#[tokio::test]
async fn a_forgotten_password_is_set_by_a_link_that_works_once() {
    let house = House::new().await;
    let before = house.signed_in(ANN).await;
    for email in [ANN, "nobody@ours.test"] {
        let body = json!({"email": email});
        send(
            house
                .request(Method::POST, "/auth/password/forgot")
                .json(&body),
        )
        .await
        .is(202);
    }
    let token = token_in(&house.mail_to(ANN).await.unwrap());
    let reset = |token: &str| {
        let body = json!({"token": token, "password": "a better password"});
        send(
            house
                .request(Method::POST, "/auth/password/reset")
                .json(&body),
        )
    };
    reset("made-up").await.problem(401, "invalid_credentials");
    reset(&token).await.is(204);
    reset(&token).await.problem(401, "invalid_credentials");
    before.get("/me").await.problem(401, "session_ended");
    house.login(ANN, "a better password").await.is(200);
    let none = "SELECT 1::text FROM app.outbox WHERE recipient = 'nobody@ours.test'";
    assert_eq!(house.node.db.value(none).await, None);
}

#[tokio::test]
async fn the_first_owner_must_choose_a_password_before_anything_else() {
    let house = House::new().await;
    let db = &house.node.db;
    db.arrange("UPDATE app.users SET must_change_password = true WHERE platform_role = 'owner'")
        .await;
    let said = house.login("owner@platform.test", PASSWORD).await.is(200);
    assert_eq!(said["must_change_password"], true);
    let owner = house.with_token(said["access_token"].as_str().unwrap());
    owner
        .get("/admin/tenants")
        .await
        .problem(403, "password_change_required");
    owner.get("/me").await.is(200);
    let change = json!({"current_password": PASSWORD, "new_password": "a better password"});
    owner.post("/me/password", change).await.is(204);
    owner.get("/admin/tenants").await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_gets_its_first_owner_once() {
    let db = Db::seeded().await;
    let config = trunkline::config::Config::load(None).unwrap();
    let first = owner::make_first(&db.store, &config, noon())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(first.email, "owner@localhost");
    assert!(
        owner::make_first(&db.store, &config, noon())
            .await
            .unwrap()
            .is_none()
    );
    let login = db.store.find_login(&first.email).await.unwrap().unwrap();
    assert!(login.must_change_password && login.platform_role.is_some());
}

#[tokio::test]
async fn a_second_factor_is_asked_for_and_each_code_works_once() {
    let house = House::at(Clock::fixed(noon())).await;
    let ann = house.signed_in(ANN).await;
    ann.post("/me/mfa", json!({"password": "wrong password"}))
        .await
        .problem(422, "invalid_fields");
    let proposed = ann
        .post("/me/mfa", json!({"password": PASSWORD}))
        .await
        .is(200);
    let secret = decode(proposed["secret"].as_str().unwrap());
    assert!(
        proposed["otpauth_url"]
            .as_str()
            .unwrap()
            .starts_with("otpauth://totp/Trunkline:")
    );
    // Until a code was shown it does not count.
    house.login(ANN, PASSWORD).await.is(200)["access_token"]
        .as_str()
        .unwrap();
    let step = totp::step(noon().timestamp());
    let code = |step: i64| json!({"code": totp::code_of(&secret, step)});
    ann.post("/me/mfa/confirm", json!({"code": "000000"}))
        .await
        .problem(422, "invalid_fields");
    ann.post("/me/mfa/confirm", code(step - 1)).await.is(200);
    let asked = house.login(ANN, PASSWORD).await.is(200);
    assert_eq!(asked["mfa_required"], true);
    assert!(asked["access_token"].is_null());
    let token = asked["mfa_token"].as_str().unwrap();
    house
        .with_token(token)
        .get("/me")
        .await
        .problem(401, "unauthenticated");
    let verify = |step: i64| {
        let body = json!({"mfa_token": token, "code": totp::code_of(&secret, step)});
        send(house.request(Method::POST, "/auth/mfa/verify").json(&body))
    };
    verify(step - 1).await.problem(401, "invalid_credentials");
    verify(step + 5).await.problem(401, "invalid_credentials");
    let session = verify(step).await.is(200);
    verify(step).await.problem(401, "invalid_credentials");
    let ann = house.with_token(session["access_token"].as_str().unwrap());
    assert_eq!(ann.get("/me").await.is(200)["has_mfa"], true);
    let disable = json!({"password": PASSWORD, "code": totp::code_of(&secret, step + 1)});
    ann.post("/me/mfa/disable", disable).await.is(204);
    house.login(ANN, PASSWORD).await.is(200)["access_token"]
        .as_str()
        .unwrap();
}

#[tokio::test]
async fn a_lost_second_factor_is_replaced_by_codes_that_work_once() {
    let house = House::at(Clock::fixed(noon())).await;
    let ann = house.signed_in(ANN).await;
    let proposed = ann
        .post("/me/mfa", json!({"password": PASSWORD}))
        .await
        .is(200);
    let secret = decode(proposed["secret"].as_str().unwrap());
    let code = totp::code_of(&secret, totp::step(noon().timestamp()));
    let confirmed = ann
        .post("/me/mfa/confirm", json!({"code": code}))
        .await
        .is(200);
    let codes = |said: &Value| -> Vec<String> {
        let codes = said["recovery_codes"].as_array().unwrap();
        codes
            .iter()
            .map(|c| c.as_str().unwrap().to_owned())
            .collect()
    };
    let first = codes(&confirmed);
    assert_eq!(first.len(), 10);

    let enter = async |code: &str| {
        let asked = house.login(ANN, PASSWORD).await.is(200);
        let body = json!({"mfa_token": asked["mfa_token"], "code": code});
        send(house.request(Method::POST, "/auth/mfa/verify").json(&body)).await
    };
    let typed = first[0].to_lowercase().replace('-', " ");
    let session = enter(&typed).await.is(200);
    enter(&first[0]).await.problem(401, "invalid_credentials");
    let ann = house.with_token(session["access_token"].as_str().unwrap());
    assert_eq!(ann.get("/me").await.is(200)["recovery_codes_left"], 9);

    // Others take their place, for who shows both the password and a code.
    let renew = |password: &str, code: &str| json!({"password": password, "code": code});
    let path = "/me/mfa/recovery-codes";
    ann.post(path, renew("wrong password", &first[1]))
        .await
        .problem(422, "invalid_fields");
    ann.post(path, renew(PASSWORD, &first[0]))
        .await
        .problem(422, "invalid_fields");
    let second = codes(&ann.post(path, renew(PASSWORD, &first[1])).await.is(200));
    assert!(first.iter().all(|code| !second.contains(code)));
    enter(&first[2]).await.problem(401, "invalid_credentials");
    enter(&second[0]).await.is(200);
    // And they go with the second factor.
    ann.post("/me/mfa/disable", renew(PASSWORD, &second[1]))
        .await
        .is(204);
    let me = ann.get("/me").await.is(200);
    assert_eq!(
        (&me["has_mfa"], &me["recovery_codes_left"]),
        (&json!(false), &json!(0))
    );
}

#[tokio::test]
async fn what_is_long_over_is_forgotten() {
    let house = House::new().await;
    let db = &house.node.db;
    house.login(ANN, PASSWORD).await.is(200);
    db.arrange(
        "UPDATE app.sessions SET created_at = now() - interval '90 days', expires_at = now() - interval '31 days'",
    )
    .await;
    house.login(ANN, PASSWORD).await.is(200);
    house
        .login(ANN, "wrong password")
        .await
        .problem(401, "invalid_credentials");
    let count = async |table: &str| {
        db.value(&format!("SELECT count(*)::text FROM app.{table}"))
            .await
    };
    assert_eq!(count("sessions").await.as_deref(), Some("2"));
    tidy(&db.store, Clock::system().now()).await;
    assert_eq!(count("sessions").await.as_deref(), Some("1"));
    assert_eq!(count("refresh_tokens").await.as_deref(), Some("1"));
    // A failure of today still counts; one of last month does not.
    assert_eq!(count("login_throttle").await.as_deref(), Some("2"));
    db.arrange("UPDATE app.login_throttle SET window_start = now() - interval '31 days'")
        .await;
    tidy(&db.store, Clock::system().now()).await;
    assert_eq!(count("login_throttle").await.as_deref(), Some("0"));
}

/// RFC 4648.
pub(crate) fn decode(base32: &str) -> Vec<u8> {
    let mut bits = 0_u64;
    let mut count = 0;
    let mut bytes = Vec::new();
    for letter in base32.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            _ => letter - b'2' + 26,
        };
        bits = bits << 5 | u64::from(value);
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}

#[tokio::test]
async fn whoever_belongs_to_several_tenants_works_in_one_at_a_time() {
    let house = House::new().await;
    let user = house
        .node
        .db
        .value("SELECT id::text FROM app.users WHERE email = 'admin@ours.test'")
        .await;
    let join = format!(
        "INSERT INTO app.memberships VALUES ('{}', '{}', 'viewer', '2026-01-01')",
        house.theirs,
        user.unwrap()
    );
    house.node.db.arrange(&join).await;
    let ann = house.signed_in(ANN).await;
    assert_eq!(
        ann.get("/me/memberships").await.is(200)["data"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let switched = ann
        .post("/me/switch-tenant", json!({"tenant_id": house.theirs}))
        .await
        .is(200);
    let there = house.with_token(switched["access_token"].as_str().unwrap());
    let me = there.get("/me").await.is(200);
    assert_eq!(me["role"], "viewer");
    assert_eq!(there.get("/settings").await.is(200)["slug"], "their-garage");
    there
        .patch("/settings", json!({"city": "Tulsa"}))
        .await
        .problem(403, "forbidden");
    assert_eq!(ann.get("/settings").await.is(200)["slug"], "bright-dental");
    let nowhere = json!({"tenant_id": uuid::Uuid::now_v7()});
    ann.post("/me/switch-tenant", nowhere)
        .await
        .problem(404, "not_found");
    let stranger = house.signed_in("user@ours.test").await;
    stranger
        .post("/me/switch-tenant", json!({"tenant_id": house.theirs}))
        .await
        .problem(404, "not_found");
}
