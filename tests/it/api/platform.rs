//! Running the platform: tenants, their standing, working in their place, the mailbox.

use reqwest::Method;
use serde_json::{Value, json};

use super::client::{Client, House, PASSWORD, send, token_in};

async fn owner(house: &House) -> Client<'_> {
    house.signed_in("owner@platform.test").await
}

fn new_tenant(slug: &str) -> Value {
    json!({"company_name": "Ann's Salon", "slug": slug, "timezone": "America/New_York", "plan_tier": "pro",
           "admin_email": "ann@salon.test"})
}

#[tokio::test]
async fn a_tenant_is_made_and_its_owner_invited() {
    let house = House::new().await;
    let admin = house.signed_in("super_admin@platform.test").await;
    let made = admin
        .post("/admin/tenants", new_tenant("anns-salon"))
        .await
        .is(201);
    assert_eq!(
        (&made["status"], &made["plan_tier"]),
        (&json!("trialing"), &json!("pro"))
    );
    assert_eq!(made["health_score"], 100);
    admin
        .post("/admin/tenants", new_tenant("anns-salon"))
        .await
        .problem(409, "duplicate");
    let bad = json!({"company_name": "", "slug": "No!", "timezone": "Mars"});
    let said = admin
        .post("/admin/tenants", bad)
        .await
        .problem(422, "invalid_fields");
    assert_eq!(said["errors"].as_array().unwrap().len(), 3);
    let token = token_in(&house.mail_to("ann@salon.test").await.unwrap());
    let body = json!({"token": token, "password": PASSWORD, "name": "Ann"});
    send(
        house
            .request(Method::POST, "/auth/invites/accept")
            .json(&body),
    )
    .await
    .is(200);
    let ann = house.signed_in("ann@salon.test").await;
    assert_eq!(ann.get("/me").await.is(200)["role"], "tenant_owner");
    assert_eq!(ann.get("/settings").await.is(200)["slug"], "anns-salon");
    let path = format!("/admin/tenants/{}", made["id"].as_str().unwrap());
    let changed = admin
        .patch(
            &path,
            json!({"plan_tier": "elite", "max_calls": 3, "city": "Albany"}),
        )
        .await
        .is(200);
    assert_eq!(
        (&changed["plan_tier"], &changed["max_calls"]),
        (&json!("elite"), &json!(3))
    );
    admin
        .patch(&path, json!({"plan_tier": "gold"}))
        .await
        .problem(422, "invalid_fields");
    let found = admin
        .get("/admin/tenants?q=salon&plan_tier=elite")
        .await
        .is(200);
    assert_eq!(found["data"].as_array().unwrap().len(), 1);
    let copy = admin
        .post(&format!("{path}/clone"), new_tenant("anns-other-salon"))
        .await
        .is(201);
    assert_eq!(copy["slug"], "anns-other-salon");
    admin
        .get(&format!("/admin/tenants/{}", uuid::Uuid::now_v7()))
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn a_suspended_tenant_reads_and_changes_nothing_until_it_is_back() {
    let house = House::new().await;
    let platform = owner(&house).await;
    let admin = house.signed_in("admin@theirs.test").await;
    let path = format!("/admin/tenants/{}", house.theirs);
    let reason = json!({"reason": "Unpaid since March"});
    let suspended = platform
        .post(&format!("{path}/suspend"), reason.clone())
        .await
        .is(200);
    assert_eq!(
        (&suspended["status"], &suspended["status_reason"]),
        (&json!("suspended"), &reason["reason"])
    );
    platform
        .post(&format!("{path}/suspend"), json!({"reason": " "}))
        .await
        .problem(422, "invalid_fields");
    admin.get("/settings").await.is(200);
    admin
        .patch("/settings", json!({"city": "Reno"}))
        .await
        .problem(403, "tenant_closed");
    admin
        .post("/contacts", json!({"number": "+19185550142"}))
        .await
        .problem(403, "tenant_closed");
    house
        .signed_in("user@theirs.test")
        .await
        .get("/calls")
        .await
        .is(200);
    // So does the platform: that it was done, and why.
    let activity = platform
        .get("/admin/activity?action=tenant.suspended")
        .await
        .is(200);
    let row = &activity["data"][0];
    assert_eq!(
        (&row["reason"], &row["after"]),
        (&reason["reason"], &json!({"tenant_id": house.theirs}))
    );
    // The tenant reads who did it, and why.
    let log = admin
        .get("/audit-log?action=tenant.suspended")
        .await
        .is(200);
    assert_eq!(
        (&log["data"][0]["actor_kind"], &log["data"][0]["reason"]),
        (&json!("platform"), &reason["reason"])
    );
    platform
        .post(&format!("{path}/reactivate"), reason)
        .await
        .is(200);
    admin
        .patch("/settings", json!({"city": "Reno"}))
        .await
        .is(200);
    let cancel =
        |slug: &str| json!({"reason": "Closed down", "confirm_slug": slug, "purge_after_days": 30});
    platform
        .post(&format!("{path}/cancel"), cancel("bright-dental"))
        .await
        .problem(422, "invalid_fields");
    let gone = platform
        .post(&format!("{path}/cancel"), cancel("their-garage"))
        .await
        .is(200);
    assert!(gone["purge_after"].is_string());
    platform
        .post(&format!("{path}/suspend"), json!({"reason": "No way"}))
        .await
        .problem(409, "refused");
    let root = format!("/admin/tenants/{}/suspend", store::seed::ROOT_TENANT);
    platform
        .post(&root, json!({"reason": "Oops"}))
        .await
        .problem(409, "refused");
}

#[tokio::test]
async fn an_owner_works_in_a_tenants_place_in_everybodys_sight() {
    let house = House::new().await;
    let platform = owner(&house).await;
    let begin = |mode: &str, reason: &str| json!({"tenant_id": house.theirs, "mode": mode, "reason": reason});
    let why = "Ticket 4711: hours are wrong";
    platform
        .post("/admin/impersonations", begin("full", "short"))
        .await
        .problem(422, "invalid_fields");
    let admin = house.signed_in("super_admin@platform.test").await;
    admin
        .post("/admin/impersonations", begin("full", why))
        .await
        .problem(403, "forbidden");
    let begun = platform
        .post("/admin/impersonations", begin("full", why))
        .await
        .is(201);
    let there = house.with_token(begun["access_token"].as_str().unwrap());
    let said = there.patch("/settings", json!({"city": "Reno"})).await;
    assert_eq!(said.header("x-impersonating"), house.theirs.to_string());
    assert_eq!(said.is(200)["slug"], "their-garage");
    assert_eq!(
        there.get("/me").await.is(200)["impersonation"]["mode"],
        "full"
    );
    // No nesting, no keys, nothing of the login's own, nothing of the platform's.
    there
        .post("/admin/impersonations", begin("full", why))
        .await
        .problem(404, "not_found");
    platform
        .post("/admin/impersonations", begin("full", why))
        .await
        .problem(409, "conflict");
    there
        .get("/api-keys")
        .await
        .problem(403, "not_while_impersonating");
    there
        .patch("/me", json!({"name": "X"}))
        .await
        .problem(403, "not_while_impersonating");
    there.get("/admin/tenants").await.problem(404, "not_found");
    let theirs = house.signed_in("admin@theirs.test").await;
    let log = theirs
        .get(&format!(
            "/audit-log?impersonation_id={}",
            begun["id"].as_str().unwrap()
        ))
        .await
        .is(200);
    let row = &log["data"][0];
    assert_eq!(
        (&row["action"], &row["actor_kind"]),
        (&json!("settings.edited"), &json!("platform"))
    );
    let started = theirs
        .get("/audit-log?action=impersonation.started")
        .await
        .is(200);
    assert_eq!(started["data"][0]["reason"], why);
    let root = platform
        .get("/admin/activity?action=impersonation.started")
        .await
        .is(200);
    assert_eq!(root["data"][0]["reason"], why);
    there.delete("/admin/impersonations/current").await.is(204);
    there.get("/settings").await.problem(401, "session_ended");
    // One that only looks changes nothing.
    let begun = platform
        .post("/admin/impersonations", begin("read_only", why))
        .await
        .is(201);
    let there = house.with_token(begun["access_token"].as_str().unwrap());
    there.get("/settings").await.is(200);
    there
        .patch("/settings", json!({"city": "Elko"}))
        .await
        .problem(403, "read_only_impersonation");
    let id = begun["id"].as_str().unwrap();
    platform
        .delete(&format!("/admin/impersonations/{id}"))
        .await
        .is(204);
    there.get("/settings").await.problem(401, "session_ended");
    let list = platform.get("/admin/impersonations").await.is(200);
    assert_eq!(list["data"][0]["end_reason"], "revoked");
}

#[tokio::test]
async fn the_end_of_a_session_ends_what_is_done_in_a_tenants_place() {
    let house = House::new().await;
    let platform = owner(&house).await;
    let begin = json!({"tenant_id": house.theirs, "reason": "Ticket 4711: hours"});
    let begun = platform.post("/admin/impersonations", begin).await.is(201);
    let there = house.with_token(begun["access_token"].as_str().unwrap());
    there.get("/settings").await.is(200);
    platform.post("/auth/logout", json!({})).await.is(204);
    there.get("/settings").await.problem(401, "session_ended");
}

#[tokio::test]
async fn a_tenant_is_set_up_whole_or_not_at_all() {
    let house = House::new().await;
    let platform = owner(&house).await;
    let setup = |slug: &str, number: &str| {
        json!({"tenant": new_tenant(slug), "phone_number": number, "ivr_mode": "ai-voice",
               "forward_to": "+19185550199", "agent": {"agent_name": "Zoe"},
               "internal_notes": "pays late", "extras": [{"name": "logo_help", "status": "open"}]})
    };
    let made = platform
        .post(
            "/admin/concierge/tenants",
            setup("anns-salon", "+19185550160"),
        )
        .await
        .is(201);
    assert_eq!(made["line"]["phone_number"], "+19185550160");
    assert_eq!(made["invited"], true);
    let id = made["tenant"]["id"].as_str().unwrap();
    let rows = format!(
        "SELECT (SELECT count(*) FROM app.tenant_phone_config WHERE tenant_id = '{id}')
              + (SELECT count(*) FROM app.agents WHERE tenant_id = '{id}')
              + (SELECT count(*) FROM app.tenant_config WHERE tenant_id = '{id}') || ''"
    );
    assert_eq!(house.node.db.value(&rows).await.as_deref(), Some("5"));
    // The number is taken: nothing of the second one stays.
    platform
        .post(
            "/admin/concierge/tenants",
            setup("other-salon", "+19185550160"),
        )
        .await
        .problem(409, "duplicate");
    let left = "SELECT 1::text FROM app.tenants WHERE slug = 'other-salon'";
    assert_eq!(house.node.db.value(left).await, None);
    let bad = json!({"tenant": {"company_name": "X", "slug": "x", "timezone": "Mars"}});
    let said = platform
        .post("/admin/concierge/tenants", bad)
        .await
        .problem(422, "invalid_fields");
    assert_eq!(said["errors"][0]["pointer"], "/tenant/timezone");
    let token = token_in(&house.mail_to("ann@salon.test").await.unwrap());
    let body = json!({"token": token, "password": PASSWORD, "name": "Ann"});
    send(
        house
            .request(Method::POST, "/auth/invites/accept")
            .json(&body),
    )
    .await
    .is(200);
    let ann = house.signed_in("ann@salon.test").await;
    for path in ["/settings", "/audit-log"] {
        assert!(
            !ann.get(path)
                .await
                .is(200)
                .to_string()
                .contains("pays late"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn whoever_asks_for_a_tenant_gets_one_or_a_reason() {
    let house = House::new().await;
    let admin = house.signed_in("super_admin@platform.test").await;
    let ask = |company: &str| {
        let body =
            json!({"company_name": company, "contact_name": "Ann", "email": "ann@salon.test"});
        send(house.request(Method::POST, "/setup-requests").json(&body))
    };
    let one = ask("Ann's Salon").await.is(201);
    let two = ask("Ann's Other Salon").await.is(201);
    send(
        house
            .request(Method::POST, "/setup-requests")
            .json(&json!({"company_name": "", "contact_name": "",
         "email": "x"})),
    )
    .await
    .problem(422, "invalid_fields");
    assert_eq!(
        admin
            .get("/admin/setup-requests?status=pending")
            .await
            .is(200)["data"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let path = format!("/admin/setup-requests/{}", one["id"].as_str().unwrap());
    let approve = json!({"slug": "anns-salon", "timezone": "America/New_York"});
    assert_eq!(
        admin
            .post(&format!("{path}/approve"), approve.clone())
            .await
            .is(201)["slug"],
        "anns-salon"
    );
    admin
        .post(&format!("{path}/approve"), approve)
        .await
        .problem(409, "conflict");
    let path = format!("/admin/setup-requests/{}", two["id"].as_str().unwrap());
    admin
        .post(
            &format!("{path}/reject"),
            json!({"reason": "One is enough."}),
        )
        .await
        .is(204);
    let mail = house.mail_to("ann@salon.test").await.unwrap();
    assert!(mail.contains("One is enough."), "{mail}");
    admin.get("/admin/mailbox").await.problem(403, "forbidden");
    let mails = owner(&house)
        .await
        .get("/admin/mailbox?state=waiting")
        .await
        .is(200);
    assert!(mails["data"].as_array().unwrap().len() >= 2);
}

#[tokio::test]
async fn the_platforms_people_are_an_owners_to_choose() {
    let house = House::new().await;
    let platform = owner(&house).await;
    let new = json!({"email": "sam@platform.test", "name": "Sam", "platform_role": "super_admin"});
    let made = platform.post("/admin/users", new.clone()).await.is(201);
    let first = made["first_password"].as_str().unwrap().to_owned();
    platform
        .post("/admin/users", new)
        .await
        .problem(409, "duplicate");
    let said = house.login("sam@platform.test", &first).await.is(200);
    assert_eq!(said["must_change_password"], true);
    let path = format!("/admin/users/{}", made["id"].as_str().unwrap());
    let admin = house.signed_in("super_admin@platform.test").await;
    admin
        .patch(&path, json!({"disabled": true}))
        .await
        .problem(403, "forbidden");
    platform
        .patch(&path, json!({"disabled": true}))
        .await
        .is(200);
    house
        .login("sam@platform.test", &first)
        .await
        .problem(401, "invalid_credentials");
    let people = platform
        .get("/admin/users?only_platform=true")
        .await
        .is(200);
    assert_eq!(people["data"].as_array().unwrap().len(), 3);
    let own = people["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|user| user["platform_role"] == "owner")
        .unwrap();
    let own = format!("/admin/users/{}", own["id"].as_str().unwrap());
    platform
        .patch(&own, json!({"platform_role": null}))
        .await
        .problem(409, "refused");
    // Others' logins are anybody's of the platform.
    let list = admin.get("/admin/users?q=viewer@ours").await.is(200);
    let viewer = format!("/admin/users/{}", list["data"][0]["id"].as_str().unwrap());
    let client = house.signed_in("viewer@ours.test").await;
    admin
        .patch(&viewer, json!({"disabled": true}))
        .await
        .is(200);
    client.get("/me").await.problem(401, "session_ended");
    admin
        .patch(&viewer, json!({"disabled": false}))
        .await
        .is(200);
    house
        .signed_in("viewer@ours.test")
        .await
        .get("/me")
        .await
        .is(200);
}

#[tokio::test]
async fn a_plan_gets_another_version_and_tenants_keep_theirs() {
    let house = House::new().await;
    let admin = house.signed_in("super_admin@platform.test").await;
    let version = json!({"price_minor": 159_700, "currency": "USD", "interval": "month",
                         "entitlements": [{"key": "advanced_analytics", "enabled": true}, {"key": "calls", "limit": 2000}]});
    let made = admin
        .post("/admin/plans/pro/versions", version.clone())
        .await
        .is(201);
    assert_eq!(
        (
            made["version"].as_i64(),
            made["price"]["amount_minor"].as_i64()
        ),
        (Some(2), Some(159_700))
    );
    admin
        .post("/admin/plans/gold/versions", version)
        .await
        .problem(404, "not_found");
    let bad = json!({"price_minor": -1, "currency": "usd", "interval": "week", "entitlements": []});
    let said = admin
        .post("/admin/plans/pro/versions", bad)
        .await
        .problem(422, "invalid_fields");
    assert_eq!(said["errors"].as_array().unwrap().len(), 3);
    assert_eq!(
        admin.get("/admin/plans").await.is(200)["data"]
            .as_array()
            .unwrap()
            .len(),
        4
    );
    let shown = house
        .signed_in("viewer@ours.test")
        .await
        .get("/plans")
        .await
        .is(200);
    assert_eq!(shown["data"].as_array().unwrap().len(), 3);
}
