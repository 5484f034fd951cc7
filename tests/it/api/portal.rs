//! A tenant's own customers: invited as one of its contacts, and shown what is theirs.

use reqwest::Method;
use serde_json::json;

use super::client::{Client, House, PASSWORD, send, token_in};

/// A contact of the tenant of `admin`, and an appointment under its number.
async fn contact(house: &House, admin: &Client<'_>, number: &str, at: &str) -> String {
    let new = json!({"number": number, "name": "Somebody"});
    let made = admin.post("/contacts", new).await.is(201);
    let tenant = house.ours;
    house
        .node
        .db
        .arrange(&format!(
            "INSERT INTO app.appointments (id, tenant_id, service_id, starts_at, ends_at, customer_name, phone, notes)
             SELECT gen_random_uuid(), s.tenant_id, s.id, '{at}', '{at}'::timestamptz + interval '20 min', 'Somebody',
                    '{number}', 'between us' FROM app.services_catalog s WHERE s.tenant_id = '{tenant}' LIMIT 1"
        ))
        .await;
    made["id"].as_str().unwrap().to_owned()
}

async fn customer<'a>(
    house: &'a House,
    admin: &Client<'_>,
    email: &str,
    contact: &str,
) -> Client<'a> {
    let invite = json!({"email": email, "role": "customer", "contact_id": contact});
    admin.post("/invites", invite).await.is(201);
    let token = token_in(&house.mail_to(email).await.unwrap());
    let accept = json!({"token": token, "password": PASSWORD, "name": "Somebody"});
    let accept = house
        .request(Method::POST, "/auth/invites/accept")
        .json(&accept);
    assert_eq!(send(accept).await.is(200)["role"], "customer");
    house.signed_in(email).await
}

#[tokio::test]
async fn a_customer_sees_what_is_booked_under_their_own_number() {
    let house = House::new().await;
    let admin = house.signed_in("admin@ours.test").await;
    let first = contact(&house, &admin, "+19185550143", "2026-12-01 16:00+00").await;
    let second = contact(&house, &admin, "+19185550144", "2026-12-02 16:00+00").await;
    let ann = customer(&house, &admin, "ann@people.test", &first).await;
    let bob = customer(&house, &admin, "bob@people.test", &second).await;

    let portal = ann.get("/portal").await.is(200);
    assert_eq!(portal["number"], "+19185550143");
    assert_eq!(portal["company_name"], "Bright Smile Dental");
    assert_eq!(portal["timezone"], "America/Chicago");
    for (who, at) in [
        (&ann, "2026-12-01T16:00:00Z"),
        (&bob, "2026-12-02T16:00:00Z"),
    ] {
        let booked = who.get("/portal/appointments").await.is(200);
        let booked = booked["data"].as_array().unwrap().clone();
        assert_eq!(booked.len(), 1);
        assert_eq!(booked[0]["starts_at"], at);
        assert!(booked[0]["service_name"].is_string());
        // What the tenant notes is not theirs to read.
        assert_eq!(booked[0].as_object().unwrap().len(), 5);
    }
    for path in [
        "/contacts",
        "/appointments",
        "/calls",
        "/settings",
        "/usage",
    ] {
        ann.get(path).await.problem(403, "forbidden");
    }
    admin.get("/portal").await.problem(403, "forbidden");

    // A contact that goes takes its customer's view with it, and so does the end of the membership.
    admin.delete(&format!("/contacts/{first}")).await.is(204);
    ann.get("/portal").await.problem(404, "not_found");
    let me = bob.get("/me").await.is(200);
    let path = format!("/users/{}", me["id"].as_str().unwrap());
    admin.delete(&path).await.is(204);
    let gone = bob.get("/portal").await;
    assert_eq!(gone.status, 403, "{}", gone.json);
}

#[tokio::test]
async fn only_a_customer_is_a_contact_and_every_customer_is_one() {
    let house = House::new().await;
    let admin = house.signed_in("admin@ours.test").await;
    let theirs = house.signed_in("admin@theirs.test").await;
    let foreign = json!({"number": "+19185550145"});
    let foreign = theirs.post("/contacts", foreign).await.is(201);
    let own = json!({"number": "+19185550145"});
    let own = admin.post("/contacts", own).await.is(201);
    for (role, contact) in [
        ("customer", json!(null)),
        ("customer", foreign["id"].clone()),
        ("customer", json!(uuid::Uuid::now_v7())),
        ("viewer", own["id"].clone()),
    ] {
        let invite = json!({"email": "new@people.test", "role": role, "contact_id": contact});
        let said = admin.post("/invites", invite).await;
        let said = said.problem(422, "invalid_fields");
        assert_eq!(
            said["errors"][0]["pointer"], "/contact_id",
            "{role} {contact}"
        );
    }
    let users = admin.get("/users").await.is(200);
    let viewer = users["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|user| user["role"] == "viewer")
        .unwrap();
    let path = format!("/users/{}", viewer["id"].as_str().unwrap());
    let said = admin.patch(&path, json!({"role": "customer"})).await;
    assert_eq!(
        said.problem(422, "invalid_fields")["errors"][0]["pointer"],
        "/role"
    );
}
