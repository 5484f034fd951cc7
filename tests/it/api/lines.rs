//! Lines, menus, hours, agents: what is set up through the API is what the next call gets.

use reqwest::Method;
use serde_json::{Value, json};
use trunkline::clock::Clock;

use super::client::{House, send};
use crate::harness::{AI_VOICE, IVR, SIMPLE, noon, utc};

fn line(number: &str) -> Value {
    json!({"phone_number": number, "ivr_mode": "simple", "forward_to": "+19185550199",
           "sip_username": "desk", "sip_password": "hush-hush"})
}

#[tokio::test]
async fn a_line_is_set_up_changed_and_taken_down() {
    let house = House::new().await;
    let admin = house.signed_in("admin@ours.test").await;
    let said = admin
        .post("/phone-configs", line(" +1 918 555 0110 "))
        .await;
    let place = said.header("location");
    let made = said.is(201);
    assert_eq!(made["phone_number"], "+19185550110");
    assert_eq!(made["has_sip_password"], true);
    assert!(!made.to_string().contains("hush-hush"));
    let path = place.strip_prefix("/api/v1").unwrap();
    assert_eq!(admin.get(path).await.is(200), made);
    let changed = admin
        .patch(path, json!({"dial_timeout_s": 30, "sip_username": null}))
        .await
        .is(200);
    assert_eq!(changed["dial_timeout_s"], 30);
    assert_eq!(
        (&changed["sip_username"], &changed["has_sip_password"]),
        (&Value::Null, &json!(true))
    );
    let cleared = admin
        .patch(path, json!({"sip_password": null}))
        .await
        .is(200);
    assert_eq!(cleared["has_sip_password"], false);
    admin.delete(path).await.is(204);
    admin.get(path).await.problem(404, "not_found");
    admin.delete(path).await.problem(404, "not_found");
    let log = admin
        .get("/audit-log?object_kind=phone_config")
        .await
        .is(200);
    let actions: Vec<&str> = log["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        actions,
        [
            "phone_config.deleted",
            "phone_config.edited",
            "phone_config.edited",
            "phone_config.created"
        ]
    );
    assert_eq!(log["data"][0]["actor_name"], "admin");
    assert!(!log.to_string().contains("hush-hush"));
}

#[tokio::test]
async fn a_password_is_kept_encrypted() {
    let house = House::new().await;
    let admin = house.signed_in("admin@ours.test").await;
    admin
        .post("/phone-configs", line("+19185550110"))
        .await
        .is(201);
    let kept = "SELECT encode(sip_password_enc, 'escape') FROM app.tenant_phone_config WHERE sip_username = 'desk'";
    let kept = house.node.db.value(kept).await.unwrap();
    assert!(!kept.is_empty() && !kept.contains("hush-hush"));
}

#[tokio::test]
async fn what_a_line_cannot_be_is_told_field_by_field() {
    let house = House::new().await;
    let admin = house.signed_in("admin@ours.test").await;
    let said = admin
        .post(
            "/phone-configs",
            json!({"phone_number": "918 555 0100", "ivr_mode": "ivr", "dial_timeout_s": 1}),
        )
        .await
        .problem(422, "invalid_fields");
    let pointers: Vec<&str> = said["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(
        pointers,
        ["/phone_number", "/dial_timeout_s", "/ivr_menu_id"]
    );
    let twice = admin
        .post("/phone-configs", line(SIMPLE))
        .await
        .problem(409, "duplicate");
    assert_eq!(twice["errors"][0]["pointer"], "/phone_number");
    let empty = json!({"phone_number": "", "ivr_mode": "simple", "forward_to": "+19185550199"});
    assert_eq!(
        admin.post("/phone-configs", empty).await.is(201)["phone_number"],
        Value::Null
    );
}

#[tokio::test]
async fn roots_own_line_cannot_be_taken_down() {
    let house = House::new().await;
    let root = store::seed::ROOT_TENANT;
    house
        .member(root, "admin@root.test", store::membership::Role::Admin)
        .await;
    let admin = house.signed_in("admin@root.test").await;
    let lines = admin.get("/phone-configs").await.is(200);
    let own = lines["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["is_root_protected"] == true);
    let path = format!("/phone-configs/{}", own.unwrap()["id"].as_str().unwrap());
    admin.delete(&path).await.problem(409, "refused");
    admin.get(&path).await.is(200);
}

#[tokio::test]
async fn a_menu_is_made_checked_and_taken_away_when_nothing_leads_to_it() {
    let house = House::new().await;
    let admin = house.signed_in("admin@ours.test").await;
    let menu = |name: &str, action: Value| {
        json!({"name": name, "prompt": "Press 1.", "options": [{"digit": "1", "action": action}],
               "fallback": {"kind": "voicemail"}})
    };
    let inner = admin
        .post("/ivr-menus", menu("Inner", json!({"kind": "ai_voice"})))
        .await
        .is(201);
    let inner_path = format!("/ivr-menus/{}", inner["id"].as_str().unwrap());
    let to_inner = json!({"kind": "submenu", "menu_id": inner["id"]});
    let outer = admin
        .post("/ivr-menus", menu("Outer", to_inner))
        .await
        .is(201);
    admin
        .post("/ivr-menus", menu("Outer", json!({"kind": "hang_up"})))
        .await
        .problem(409, "duplicate");
    // Whoever presses nothing in the one must not be led to the other and back.
    admin
        .patch(
            &inner_path,
            json!({"fallback": {"kind": "submenu", "menu_id": inner["id"]}}),
        )
        .await
        .problem(422, "invalid_fields");
    admin.delete(&inner_path).await.problem(409, "conflict");
    let outer_path = format!("/ivr-menus/{}", outer["id"].as_str().unwrap());
    let options =
        json!([{"digit": "2", "label": "Desk", "action": {"kind": "dial", "to": "+19185550199"}}]);
    let changed = admin
        .patch(&outer_path, json!({"options": options}))
        .await
        .is(200);
    assert_eq!(changed["options"][0]["digit"], "2");
    admin.delete(&inner_path).await.is(204);
    admin.get(&inner_path).await.problem(404, "not_found");
}

#[tokio::test]
async fn hours_are_changed_day_by_day_and_date_by_date() {
    let house = House::new().await;
    let admin = house.signed_in("admin@ours.test").await;
    let before = admin.get("/business-hours").await;
    let tag = before.header("etag");
    let before = before.is(200);
    assert_eq!(before["timezone"], "America/Chicago");
    let patch = json!({"saturday": [{"opens": "09:00", "closes": "12:00"}],
                       "exceptions": {"2030-12-25": {"reason": "Christmas"}}});
    let request = admin
        .request(Method::PATCH, "/business-hours")
        .header("if-match", &tag);
    let after = send(request.json(&patch)).await.is(200);
    assert_eq!(after["saturday"], patch["saturday"]);
    assert_eq!(after["monday"], before["monday"]);
    assert_eq!(after["exceptions"]["2030-12-25"]["intervals"], json!([]));
    let gone = admin
        .patch(
            "/business-hours",
            json!({"exceptions": {"2030-12-25": null}}),
        )
        .await
        .is(200);
    assert_eq!(gone["exceptions"].get("2030-12-25"), None);
    let bad = json!({"monday": [{"opens": "17:00", "closes": "08:00"}]});
    admin
        .patch("/business-hours", bad)
        .await
        .problem(422, "invalid_fields");
}

#[tokio::test]
async fn an_agents_versions_are_written_published_and_rolled_back() {
    let house = House::new().await;
    let admin = house.signed_in("admin@ours.test").await;
    let made = admin
        .post(
            "/agents",
            json!({"name": "Night", "settings": {"agent_name": "Emma"}}),
        )
        .await
        .is(201);
    let path = format!("/agents/{}", made["id"].as_str().unwrap());
    let first = made["published_version_id"].clone();
    let second = admin
        .post(&format!("{path}/versions"), json!({"agent_name": "Zoe"}))
        .await
        .is(201);
    assert_eq!(
        (second["version"].as_i64(), &second["is_published"]),
        (Some(2), &json!(false))
    );
    assert_eq!(
        admin.get(&path).await.is(200)["published_version_id"],
        first
    );
    let publish = json!({"version_id": second["id"]});
    let published = admin
        .post(&format!("{path}/publish"), publish)
        .await
        .is(200);
    assert_eq!(published["published_version_id"], second["id"]);
    let back = admin
        .post(&format!("{path}/rollback"), json!({}))
        .await
        .is(200);
    assert_eq!(back["published_version_id"], first);
    admin
        .post(&format!("{path}/rollback"), json!({}))
        .await
        .problem(409, "conflict");
    let unknown = json!({"version_id": uuid::Uuid::now_v7()});
    admin
        .post(&format!("{path}/publish"), unknown)
        .await
        .problem(422, "invalid_fields");
    let bad = json!({"turn": {"speech_threshold": 2.0}});
    let said = admin
        .post(&format!("{path}/versions"), bad)
        .await
        .problem(422, "invalid_fields");
    assert_eq!(said["errors"][0]["pointer"], "/turn/speech_threshold");
    admin.patch(&path, json!({"name": "Evening"})).await.is(200);
    let versions = admin.get(&format!("{path}/versions")).await.is(200);
    assert_eq!(versions["data"][1]["settings"]["agent_name"], "Emma");
}

#[tokio::test]
async fn a_version_says_who_wrote_it() {
    let house = House::new().await;
    let admin = house.signed_in("admin@ours.test").await;
    let agents = admin.get("/agents").await.is(200);
    let path = format!("/agents/{}", agents["data"][0]["id"].as_str().unwrap());
    let versions = format!("{path}/versions");
    let settings = json!({"agent_name": "Zoe"});
    let own = admin.post(&versions, settings.clone()).await.is(201);
    assert_eq!(own["created_by_name"], "admin");
    let key = json!({"name": "Robot", "scopes": ["config:read", "config:write"]});
    let key = admin.post("/api-keys", key).await.is(201);
    let program = house.with_token(key["key"].as_str().unwrap());
    program.post(&versions, settings.clone()).await.is(201);
    // As they were called then.
    admin.patch("/me", json!({"name": "Ann"})).await.is(200);
    admin.post(&versions, settings).await.is(201);
    let viewer = house.signed_in("viewer@ours.test").await;
    let listed = viewer.get(&versions).await.is(200);
    let names: Vec<&Value> = listed["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| &version["created_by_name"])
        .collect();
    assert_eq!(json!(names), json!(["Ann", "Robot", "admin", null]));
}

#[tokio::test]
async fn the_platform_sets_up_a_tenants_line_in_the_tenants_sight() {
    let house = House::new().await;
    let platform = house.signed_in("super_admin@platform.test").await;
    let place = format!("/admin/tenants/{}/phone-configs", house.theirs);
    let made = platform.post(&place, line("+19185550110")).await.is(201);
    let path = format!("{place}/{}", made["id"].as_str().unwrap());
    let listed = platform.get(&place).await.is(200);
    assert_eq!(listed["data"].as_array().unwrap().last(), Some(&made));
    let changed = platform
        .patch(&path, json!({"dial_timeout_s": 30}))
        .await
        .is(200);
    assert_eq!(platform.get(&path).await.is(200), changed);
    let log = "SELECT string_agg(action || ' ' || (actor_kind = 'platform'), ', ' ORDER BY at) \
               FROM app.audit_log WHERE object_kind = 'phone_config' AND tenant_id = ";
    let log = format!("{log}'{}'", house.theirs);
    let written = house.node.db.value(&log).await.unwrap();
    assert_eq!(
        written,
        "phone_config.created true, phone_config.edited true"
    );
    let elsewhere = format!("/admin/tenants/{}/phone-configs", house.ours);
    let ours = platform.get(&elsewhere).await.is(200);
    let foreign = format!("{place}/{}", ours["data"][0]["id"].as_str().unwrap());
    platform.get(&foreign).await.problem(404, "not_found");
    platform
        .patch(&foreign, json!({"dial_timeout_s": 30}))
        .await
        .problem(404, "not_found");
    let nobody = format!("/admin/tenants/{}", uuid::Uuid::now_v7());
    for rest in ["phone-configs", "agents", "ivr-menus"] {
        let path = format!("{nobody}/{rest}");
        platform.get(&path).await.problem(404, "not_found");
    }
    let agents = format!("/admin/tenants/{}/agents", house.ours);
    let agents = platform.get(&agents).await.is(200);
    assert!(agents["data"][0]["name"].is_string());
    let menus = format!("/admin/tenants/{}/ivr-menus", house.ours);
    assert!(
        !platform.get(&menus).await.is(200)["data"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

/// The checks of a trial that did not pass, by name.
fn failed(trial: &Value) -> Vec<&str> {
    let checks = trial["checks"].as_array().unwrap().iter();
    let failed = checks.filter(|check| check["passed"] == false);
    failed
        .inspect(|check| assert!(check["todo"].is_string(), "{check}"))
        .map(|check| check["name"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_line_says_what_a_call_would_do_now() {
    let house = House::at(Clock::fixed(noon())).await;
    let admin = house.signed_in("admin@ours.test").await;
    let line = async |number: &str| {
        let id =
            format!("SELECT id::text FROM app.tenant_phone_config WHERE phone_number = '{number}'");
        format!("/phone-configs/{}", house.node.db.value(&id).await.unwrap())
    };
    let trial = async |path: &str| admin.post(&format!("{path}/test"), json!({})).await.is(200);
    let simple = line(SIMPLE).await;
    let said = trial(&simple).await;
    assert_eq!(
        (&said["would"], &said["ready"], &said["open_now"]),
        (&json!("forward"), &json!(true), &json!(true))
    );
    assert!(
        said["summary"].as_str().unwrap().contains("+19185550199"),
        "{said}"
    );
    let menu = trial(&line(IVR).await).await;
    assert_eq!(
        (&menu["would"], &menu["ready"]),
        (&json!("menu"), &json!(true)),
        "{menu}"
    );
    let voice = line(AI_VOICE).await;
    let said = trial(&voice).await;
    assert_eq!(
        (&said["would"], &said["ready"]),
        (&json!("agent"), &json!(true)),
        "{said}"
    );
    assert!(
        said["summary"].as_str().unwrap().contains("version 1"),
        "{said}"
    );
    // What is missing is named, each with what to do.
    house
        .node
        .db
        .arrange("UPDATE app.tenants SET max_calls = 0 WHERE slug = 'bright-dental'")
        .await;
    let full = trial(&voice).await;
    assert_eq!(
        (failed(&full), &full["would"]),
        (vec!["capacity"], &json!("fallback"))
    );
    house
        .node
        .db
        .arrange("UPDATE app.agents SET published_version_id = NULL")
        .await;
    assert_eq!(failed(&trial(&voice).await), ["answer", "capacity"]);
    house.node.db.arrange(&format!("UPDATE app.tenant_phone_config SET forward_to = NULL, phone_number = NULL WHERE phone_number = '{SIMPLE}'")).await;
    let bare = trial(&simple).await;
    assert_eq!(
        (failed(&bare), &bare["would"]),
        (vec!["number", "answer"], &json!("refused"))
    );
    // A tenant that is closed changes nothing, and can be told why its calls are refused by nobody but the
    // platform.
    house
        .node
        .db
        .arrange("UPDATE app.tenants SET status = 'suspended' WHERE slug = 'bright-dental'")
        .await;
    admin
        .post(&format!("{voice}/test"), json!({}))
        .await
        .problem(403, "tenant_closed");
    // Nothing was called, and every place was given back.
    assert_eq!(
        house
            .node
            .db
            .value("SELECT count(*)::text FROM app.calls")
            .await
            .as_deref(),
        Some("0")
    );
    assert_eq!(house.node.admission.taken(std::time::Instant::now()), 0);
}

#[tokio::test]
async fn a_menu_of_the_night_is_what_a_call_at_night_hears() {
    let night = Clock::fixed(utc("2026-11-19 04:00"));
    let house = House::at(night).await;
    let admin = house.signed_in("admin@ours.test").await;
    let id = format!("SELECT id::text FROM app.tenant_phone_config WHERE phone_number = '{IVR}'");
    let id = house.node.db.value(&id).await.unwrap();
    let said = admin
        .post(&format!("/phone-configs/{id}/test"), json!({}))
        .await
        .is(200);
    let name = "SELECT m.name FROM app.ivr_menus m JOIN app.tenant_phone_config c ON c.closed_menu_id = m.id";
    let name = house.node.db.value(name).await.unwrap();
    assert_eq!(said["open_now"], false);
    assert!(said["summary"].as_str().unwrap().contains(&name), "{said}");
}
