//! `trunkline login reset`: a way back in from the console.

use serde_json::json;

use super::on;
use crate::api::client::{House, token_in};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_lost_their_password_gets_another_once() {
    let house = House::new().await;
    let db = &house.node.db;
    let said = on(db, &["login", "reset", "Admin@ours.test"]).is(0);
    let token = token_in(&said);
    let body = json!({"token": token, "password": "another long sentence"});
    let nobody = house.with_token("");
    nobody
        .post("/auth/password/reset", body.clone())
        .await
        .is(204);
    nobody
        .post("/auth/password/reset", body)
        .await
        .problem(401, "invalid_credentials");
    house
        .login("admin@ours.test", "another long sentence")
        .await
        .is(200);
    let written = "SELECT actor_kind || ' ' || action FROM app.audit_log
        WHERE action = 'login.reset_at_console'";
    assert_eq!(
        db.value(written).await.as_deref(),
        Some("operator login.reset_at_console")
    );

    let unknown = on(db, &["login", "reset", "nobody@ours.test"]);
    assert!(
        unknown
            .err
            .contains("no login has the address nobody@ours.test"),
        "{}",
        unknown.err
    );
    unknown.is(1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_that_is_lost_is_asked_for_no_longer() {
    let house = House::new().await;
    let db = &house.node.db;
    db.arrange(
        "UPDATE app.users SET mfa_secret_enc = '\\x00', mfa_key_id = 'k1', mfa_confirmed_at = now()
         WHERE email = 'admin@ours.test'",
    )
    .await;
    let asked = house
        .login("admin@ours.test", crate::api::client::PASSWORD)
        .await
        .is(200);
    assert_eq!(asked["mfa_required"], true);
    on(
        db,
        &[
            "login",
            "reset",
            "admin@ours.test",
            "--without-second-factor",
        ],
    )
    .is(0);
    house
        .signed_in("admin@ours.test")
        .await
        .get("/me")
        .await
        .is(200);
}
