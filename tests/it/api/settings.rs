//! Knowledge, contacts, calls, features, settings: what a tenant has and what came of it.

use serde_json::{Value, json};

use super::client::House;

#[tokio::test]
async fn services_and_questions_are_kept() {
    let house = House::new().await;
    let admin = house.signed_in("admin@ours.test").await;
    let made = admin.post(
        "/knowledge/services",
        json!({"name": "Polishing", "duration_min": 60, "price_minor": 19900}),
    );
    let made = made.await.is(201);
    let path = format!("/knowledge/services/{}", made["id"].as_str().unwrap());
    let changed = admin
        .patch(
            &path,
            json!({"price_minor": null, "aliases": ["bleaching"]}),
        )
        .await
        .is(200);
    assert_eq!(
        (&changed["price_minor"], &changed["aliases"]),
        (&Value::Null, &json!(["bleaching"]))
    );
    admin
        .patch(&path, json!({"duration_min": 1}))
        .await
        .problem(422, "invalid_fields");
    admin.delete(&path).await.is(204);
    let faq = admin
        .post(
            "/knowledge/faqs",
            json!({"question": "Parking?", "answer": "Behind."}),
        )
        .await
        .is(201);
    let path = format!("/knowledge/faqs/{}", faq["id"].as_str().unwrap());
    assert_eq!(
        admin
            .patch(&path, json!({"answer": "In front."}))
            .await
            .is(200)["answer"],
        "In front."
    );
    admin
        .post(
            "/knowledge/faqs",
            json!({"question": "Parking?", "answer": "No."}),
        )
        .await
        .problem(409, "duplicate");
    admin.delete(&path).await.is(204);
}

#[tokio::test]
async fn contacts_are_one_for_each_number() {
    let house = House::new().await;
    let user = house.signed_in("user@ours.test").await;
    let made = user
        .post(
            "/contacts",
            json!({"number": "+1 918 555 0142", "name": "Sarah"}),
        )
        .await
        .is(201);
    assert_eq!(made["number"], "+19185550142");
    user.post("/contacts", json!({"number": "+19185550142"}))
        .await
        .problem(409, "duplicate");
    user.post("/contacts", json!({"number": "911"}))
        .await
        .problem(422, "invalid_fields");
    let path = format!("/contacts/{}", made["id"].as_str().unwrap());
    let out = user
        .patch(&path, json!({"opted_out": true, "email": "s@example.com"}))
        .await
        .is(200);
    assert!(out["opted_out_at"].is_string());
    assert_eq!(out["name"], "Sarah");
    let found = user.get("/contacts?q=sarah").await.is(200);
    assert_eq!(found["data"].as_array().unwrap().len(), 1);
    user.delete(&path).await.problem(403, "forbidden");
    house
        .signed_in("admin@ours.test")
        .await
        .delete(&path)
        .await
        .is(204);
}

#[tokio::test]
async fn calls_are_listed_in_pages_and_shown_with_what_is_left_of_them() {
    let house = House::new().await;
    for _ in 0..5 {
        house.node.db.begun_call().await;
    }
    let viewer = house.signed_in("viewer@ours.test").await;
    let mut seen = Vec::new();
    let mut path = "/calls?limit=2&ivr_mode=ai-voice&mode=live&live=true".to_owned();
    loop {
        let page = viewer.get(&path).await.is(200);
        for call in page["data"].as_array().unwrap() {
            seen.push(call["id"].as_str().unwrap().to_owned());
        }
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        path = format!("/calls?limit=2&cursor={cursor}");
    }
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((all, seen.len()), (5, 5));
    let one = viewer.get(&format!("/calls/{}", seen[0])).await.is(200);
    assert_eq!(
        (one["id"].as_str(), one["provider"].as_str()),
        (Some(seen[0].as_str()), Some("twilio"))
    );
    for part in ["turns", "events", "recordings"] {
        let said = viewer
            .get(&format!("/calls/{}/{part}", seen[0]))
            .await
            .is(200);
        assert!(said["data"].is_array());
    }
    let none = viewer
        .get("/calls?started_at[lt]=2020-01-01T00:00:00Z")
        .await
        .is(200);
    assert_eq!(none["data"], json!([]));
    assert_eq!(
        viewer.get("/calls?status=completed").await.is(200)["data"],
        json!([])
    );
}

#[tokio::test]
async fn settings_are_the_tenants_and_its_standing_is_not() {
    let house = House::new().await;
    let admin = house.signed_in("admin@ours.test").await;
    let changed = admin.patch(
        "/settings",
        json!({"company_name": "Brighter Dental", "preferences": {"a": 1}}),
    );
    let changed = changed.await.is(200);
    assert_eq!(
        (&changed["company_name"], &changed["preferences"]),
        (&json!("Brighter Dental"), &json!({"a": 1}))
    );
    for theirs in ["status", "plan_tier", "slug", "max_calls", "internal_notes"] {
        let said = admin
            .patch("/settings", json!({theirs: "x"}))
            .await
            .problem(422, "invalid_fields");
        assert_eq!(said["errors"][0]["code"], "unknown");
    }
    for bad in [
        json!({"timezone": "Mars"}),
        json!({"retention": {"audio_days": 0}}),
        json!({"company_name": null}),
    ] {
        admin
            .patch("/settings", bad)
            .await
            .problem(422, "invalid_fields");
    }
    assert!(
        !admin
            .get("/settings")
            .await
            .is(200)
            .to_string()
            .contains("internal_notes")
    );
}

#[tokio::test]
async fn a_feature_follows_platform_plan_and_tenant_without_a_restart() {
    let house = House::new().await;
    let admin = house.signed_in("admin@theirs.test").await;
    let feature = async || {
        let list = admin.get("/features").await.is(200);
        let found = list["data"]
            .as_array()
            .unwrap()
            .iter()
            .find(|f| f["key"] == "advanced_analytics")
            .cloned();
        let found = found.unwrap();
        (
            found["enabled"].as_bool().unwrap(),
            found["reason"].as_str().unwrap().to_owned(),
        )
    };
    assert_eq!(feature().await, (true, "plan".to_owned()));
    admin
        .patch(
            "/features/advanced_analytics",
            json!({"enabled": false, "reason": "too loud"}),
        )
        .await
        .is(200);
    assert_eq!(feature().await, (false, "tenant".to_owned()));
    admin
        .patch("/features/white_label", json!({"enabled": true}))
        .await
        .problem(403, "forbidden");
    let owner = house.signed_in("super_admin@platform.test").await;
    owner
        .patch(
            "/admin/features/advanced_analytics",
            json!({"killed": true}),
        )
        .await
        .is(200);
    assert_eq!(feature().await, (false, "platform_kill".to_owned()));
    owner
        .patch("/admin/features/no_such", json!({"killed": true}))
        .await
        .problem(404, "not_found");
}
