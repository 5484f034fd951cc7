//! The front desk: the calendar, messages, and what its people are told.

use serde_json::{Value, json};
use store::{Actor, TenantScope, message::NewMessage, notification::NewNotification};
use tenant_config::id::NotificationId;
use trunkline::clock::Clock;
use uuid::Uuid;

use super::client::{Client, House};

/// A Thursday morning in Chicago, where the demo tenant is.
async fn on_a_thursday() -> House {
    let morning = "2026-11-19T15:00:00Z".parse().unwrap();
    House::at(Clock::starting_at(morning).unwrap()).await
}

async fn wish(user: &Client<'_>, starts_at: &str) -> Value {
    let services = user.get("/knowledge/services").await.is(200);
    let service = services["data"]
        .as_array()
        .unwrap()
        .first()
        .unwrap()
        .clone();
    json!({"service_id": service["id"], "starts_at": starts_at, "customer_name": " Sarah Miller ",
           "phone": "+1 918 555 0142"})
}

#[tokio::test]
async fn an_appointment_is_booked_moved_and_called_off() {
    let house = on_a_thursday().await;
    let user = house.signed_in("user@ours.test").await;
    let viewer = house.signed_in("viewer@ours.test").await;
    let at = |starts_at| wish(&user, starts_at);
    let first = at("2026-11-19T20:00:00Z").await;
    let made = user.post("/appointments", first.clone()).await.is(201);
    assert_eq!(
        (
            &made["customer_name"],
            &made["phone"],
            &made["status"],
            &made["call_id"]
        ),
        (
            &json!("Sarah Miller"),
            &json!("+19185550142"),
            &json!("booked"),
            &Value::Null
        )
    );
    viewer
        .post("/appointments", first.clone())
        .await
        .problem(403, "forbidden");
    user.post("/appointments", first)
        .await
        .problem(409, "conflict");
    for (starts_at, code) in [
        ("2026-11-19T04:00:00Z", "past"),
        ("2026-11-20T09:00:00Z", "closed"),
    ] {
        let said = user.post("/appointments", at(starts_at).await).await;
        let said = said.problem(422, "invalid_fields");
        assert_eq!(said["errors"][0]["code"], code);
    }
    let mut nothing = at("2026-11-20T16:00:00Z").await;
    nothing["service_id"] = json!(Uuid::now_v7());
    nothing["phone"] = json!("911");
    let said = user.post("/appointments", nothing.clone()).await;
    assert_eq!(
        said.problem(422, "invalid_fields")["errors"][0]["pointer"],
        "/phone"
    );
    nothing["phone"] = json!("+19185550142");
    let said = user.post("/appointments", nothing).await;
    assert_eq!(
        said.problem(422, "invalid_fields")["errors"][0]["pointer"],
        "/service_id"
    );

    let path = format!("/appointments/{}", made["id"].as_str().unwrap());
    let seen = viewer.get(&path).await;
    let tag = seen.header("etag");
    let moved = json!({"starts_at": "2026-11-20T16:00:00Z"});
    assert_eq!(
        user.patch(&path, moved.clone()).await.is(200)["starts_at"],
        "2026-11-20T16:00:00Z"
    );
    let late = user
        .request(reqwest::Method::PATCH, &path)
        .header("if-match", tag)
        .json(&moved);
    super::client::send(late)
        .await
        .problem(412, "precondition_failed");

    let second = user
        .post("/appointments", at("2026-11-19T20:00:00Z").await)
        .await
        .is(201);
    let page = viewer.get("/appointments?limit=1").await.is(200);
    assert_eq!(page["data"][0]["id"], second["id"], "the soonest first");
    let next = format!(
        "/appointments?limit=1&cursor={}",
        page["next_cursor"].as_str().unwrap()
    );
    let page = viewer.get(&next).await.is(200);
    assert_eq!(
        (&page["data"][0]["id"], &page["has_more"]),
        (&made["id"], &json!(false))
    );

    user.delete(&path).await.is(204);
    user.delete(&path).await.problem(404, "not_found");
    user.patch(&path, moved).await.problem(409, "conflict");
    let off = viewer.get("/appointments?status=cancelled").await.is(200);
    assert_eq!(off["data"][0]["id"], made["id"]);
    viewer
        .get("/appointments?status=maybe")
        .await
        .problem(400, "invalid_request");
    let log = house
        .signed_in("admin@ours.test")
        .await
        .get("/audit-log")
        .await
        .is(200);
    let actions: Vec<&str> = log["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["action"].as_str().unwrap())
        .collect();
    for action in [
        "appointment.booked",
        "appointment.moved",
        "appointment.cancelled",
    ] {
        assert!(actions.contains(&action), "{actions:?}");
    }
}

#[tokio::test]
async fn messages_are_the_tenants_and_in_order() {
    let house = House::new().await;
    let scope = TenantScope::new(house.ours, Actor::System);
    for text in ["Please call back.", "It is urgent."] {
        let mut tx = house.node.db.store.tenant(&scope).await.unwrap();
        let left = NewMessage {
            name: Some("Ada".to_owned()),
            phone: Some("+19185550142".to_owned().try_into().unwrap()),
            text: text.to_owned(),
            call: None,
        };
        tx.take_message(&left).await.unwrap();
        tx.commit().await.unwrap();
    }
    let viewer = house.signed_in("viewer@ours.test").await;
    let page = viewer.get("/messages?channel=call&limit=1").await.is(200);
    let last = &page["data"][0];
    assert_eq!(
        (&last["text"], &last["from"], &last["direction"]),
        (
            &json!("It is urgent."),
            &json!("+19185550142"),
            &Value::Null
        )
    );
    let next = format!(
        "/messages?limit=1&cursor={}",
        page["next_cursor"].as_str().unwrap()
    );
    assert_eq!(
        viewer.get(&next).await.is(200)["data"][0]["text"],
        "Please call back."
    );
    assert_eq!(
        viewer.get("/messages?channel=sms").await.is(200)["data"],
        json!([])
    );
    let nobody = format!("/messages?contact_id={}", Uuid::now_v7());
    assert_eq!(viewer.get(&nobody).await.is(200)["data"], json!([]));
    viewer
        .get("/messages?channel=fax")
        .await
        .problem(400, "invalid_request");
    let theirs = house.signed_in("viewer@theirs.test").await;
    assert_eq!(theirs.get("/messages").await.is(200)["data"], json!([]));
}

#[tokio::test]
async fn who_is_told_reads_it_once() {
    let house = House::new().await;
    let scope = TenantScope::new(house.ours, Actor::System);
    let mut tx = house.node.db.store.tenant(&scope).await.unwrap();
    tx.notify(&NewNotification {
        id: NotificationId(Uuid::now_v7()),
        user: None,
        kind: "note",
        title: "Something for administrators".to_owned(),
        body: String::new(),
        link: None,
        at: Clock::system().now(),
    })
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let user = house.signed_in("user@ours.test").await;
    assert_eq!(user.get("/notifications").await.is(200)["data"], json!([]));
    let admin = house.signed_in("admin@ours.test").await;
    let told = admin.get("/notifications").await.is(200);
    assert_eq!(
        (&told["data"][0]["for_all"], &told["data"][0]["read_at"]),
        (&json!(true), &Value::Null)
    );
    let path = format!(
        "/notifications/{}/read",
        told["data"][0]["id"].as_str().unwrap()
    );
    user.post(&path, json!({})).await.problem(404, "not_found");
    admin.post(&path, json!({})).await.is(204);
    let read = admin.get("/notifications").await.is(200)["data"][0]["read_at"].clone();
    admin.post(&path, json!({})).await.is(204);
    assert!(read.is_string());
    assert_eq!(
        admin.get("/notifications").await.is(200)["data"][0]["read_at"],
        read
    );
}
