//! A tenant's logo: taken as what it is, shown to everybody, and never anything that could run.

use reqwest::Method;
use serde_json::{Value, json};

use super::client::{Client, House, Said, send};

fn png(width: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(20_u32.to_be_bytes());
    bytes.extend([8, 6, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0]);
    bytes.extend(b"IEND\xaeB`\x82");
    bytes
}

async fn put(client: &Client<'_>, path: &str, kind: &str, bytes: Vec<u8>) -> Said {
    let request = client.request(Method::PUT, path);
    send(request.header("content-type", kind).body(bytes)).await
}

async fn put_own(client: &Client<'_>, kind: &str, bytes: Vec<u8>) -> Said {
    put(client, "/settings/logo", kind, bytes).await
}

fn url(logo: &Value) -> String {
    logo["logo_url"].as_str().unwrap().to_owned()
}

async fn status(house: &House, url: &str) -> u16 {
    let shown = reqwest::get(format!("{}{url}", house.node.url)).await;
    shown.unwrap().status().as_u16()
}

async fn named(client: &Client<'_>) -> Value {
    client.get("/settings").await.is(200)["branding"]["logo_url"].clone()
}

#[tokio::test]
async fn a_logo_is_shown_to_everybody_under_the_hash_of_its_bytes() {
    let house = House::new().await;
    let admin = house.signed_in("admin@ours.test").await;
    let colours = json!({"branding": {"accent_color": "#123456"}});
    admin.patch("/settings", colours).await.is(200);
    let made = put_own(&admin, "image/png", png(30)).await.is(200);
    assert_eq!(
        (&made["media_type"], &made["bytes"]),
        (&json!("image/png"), &json!(png(30).len()))
    );
    let shown = reqwest::get(format!("{}{}", house.node.url, url(&made)))
        .await
        .unwrap();
    assert_eq!(shown.status(), 200);
    for (name, value) in [
        ("content-type", "image/png"),
        ("cache-control", "public, max-age=31536000, immutable"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(shown.headers()[name], value);
    }
    assert_eq!(shown.bytes().await.unwrap(), png(30));
    let settings = admin.get("/settings").await.is(200);
    let branding = json!({"accent_color": "#123456", "logo_url": made["logo_url"]});
    assert_eq!(settings["branding"], branding);
    // Another one takes its place; what it is said to be counts for nothing.
    let second = put_own(&admin, "image/webp", png(31)).await.is(200);
    assert_eq!(second["media_type"], "image/png");
    assert_eq!(status(&house, &url(&made)).await, 404);
    assert_eq!(status(&house, &url(&second)).await, 200);
    let theirs = house.signed_in("admin@theirs.test").await;
    assert_eq!(named(&theirs).await, Value::Null);
    theirs.delete("/settings/logo").await.is(204);
    assert_eq!(named(&admin).await, second["logo_url"]);
    admin.delete("/settings/logo").await.is(204);
    for gone in [url(&second), "/api/v1/branding/logo/abc".to_owned()] {
        assert_eq!(status(&house, &gone).await, 404);
    }
    let settings = admin.get("/settings").await.is(200);
    assert_eq!(settings["branding"], json!({"accent_color": "#123456"}));
    let log = admin.get("/audit-log").await.is(200).to_string();
    assert_eq!(log.matches("settings.logo_set").count(), 2);
    assert_eq!(log.matches("settings.logo_cleared").count(), 1);
}

#[tokio::test]
async fn what_is_no_logo_is_told_what_it_is() {
    let house = House::new().await;
    let admin = house.signed_in("admin@ours.test").await;
    for (kind, bytes, what) in [
        ("image/png", b"GIF89a and so on".to_vec(), "This is a GIF."),
        (
            "image/svg+xml",
            b"<svg onload=\"alert(1)\"/>".to_vec(),
            "This is an SVG",
        ),
        (
            "application/octet-stream",
            b"<!doctype html><script>".to_vec(),
            "This is a web page.",
        ),
        ("image/png", png(30)[..20].to_vec(), "broken"),
        ("image/png", png(9_000), "9000 × 20 pixels"),
        ("image/png", Vec::new(), "This is nothing."),
    ] {
        let said = put_own(&admin, kind, bytes).await;
        let said = said.problem(422, "invalid_fields");
        let detail = said["errors"][0]["detail"].as_str().unwrap();
        assert!(detail.contains(what), "{detail}");
    }
    for kind in ["multipart/form-data; boundary=x", "application/json"] {
        let said = put_own(&admin, kind, png(30)).await;
        said.problem(415, "unsupported_media_type");
    }
    for size in [512 * 1024, 2 * 1024 * 1024] {
        let large = [png(30), vec![0; size]].concat();
        let said = put_own(&admin, "image/png", large).await;
        let said = said.problem(413, "too_large");
        assert!(said["detail"].as_str().unwrap().contains("512 KiB"));
    }
    assert_eq!(named(&admin).await, Value::Null);
    let largest = [png(30), vec![0; 512 * 1024 - png(30).len()]].concat();
    put_own(&admin, "image/png", largest).await.is(200);
}

#[tokio::test]
async fn a_branding_names_an_uploaded_logo_or_one_from_elsewhere() {
    let house = House::new().await;
    let admin = house.signed_in("admin@ours.test").await;
    let name = async |url: &Value| {
        let branding = json!({"branding": {"logo_url": url}});
        admin.patch("/settings", branding).await
    };
    let theirs = house.signed_in("admin@theirs.test").await;
    let foreign = put_own(&theirs, "image/png", png(40)).await.is(200);
    let made = put_own(&admin, "image/png", png(30)).await.is(200);
    for wrong in [&json!("http://example.com/l.png"), &foreign["logo_url"]] {
        let said = name(wrong).await.problem(422, "invalid_fields");
        assert_eq!(said["errors"][0]["pointer"], "/branding/logo_url");
    }
    // Whatever else is changed, the logo stays.
    name(&made["logo_url"]).await.is(200);
    let city = json!({"city": "Tulsa"});
    admin.patch("/settings", city).await.is(200);
    assert_eq!(status(&house, &url(&made)).await, 200);
    // What nobody names is not shown.
    name(&json!("https://example.com/l.png")).await.is(200);
    assert_eq!(status(&house, &url(&made)).await, 404);
    name(&made["logo_url"]).await.problem(422, "invalid_fields");
    assert_eq!(status(&house, &url(&foreign)).await, 200);
    admin.delete("/settings/logo").await.is(204);
    assert_eq!(named(&admin).await, Value::Null);
}

#[tokio::test]
async fn the_platforms_people_set_a_logo_and_a_clone_has_its_own() {
    let house = House::new().await;
    let platform = house.signed_in("super_admin@platform.test").await;
    let path = format!("/admin/tenants/{}/logo", house.ours);
    put(&platform, &path, "image/png", b"GIF89a".to_vec())
        .await
        .problem(422, "invalid_fields");
    let nobody = "/admin/tenants/01900000-0000-7000-8000-0000000000ff/logo";
    put(&platform, nobody, "image/png", png(30))
        .await
        .problem(404, "not_found");
    platform.delete(nobody).await.problem(404, "not_found");
    let made = put(&platform, &path, "image/png", png(30)).await.is(200);
    let admin = house.signed_in("admin@ours.test").await;
    assert_eq!(named(&admin).await, made["logo_url"]);
    let log = admin.get("/audit-log").await.is(200);
    let entry = &log["data"][0];
    assert_eq!(entry["action"], "settings.logo_set");
    assert_eq!(entry["after"]["logo_url"], made["logo_url"]);
    let clone = async |slug: &str, branding: Value| {
        let body =
            json!({"company_name": slug, "slug": slug, "timezone": "UTC", "branding": branding});
        let path = format!("/admin/tenants/{}/clone", house.ours);
        platform.post(&path, body).await
    };
    let alike = clone("second", Value::Null).await.is(201);
    assert_eq!(alike["branding"]["logo_url"], made["logo_url"]);
    let other = clone("third", json!({"accent_color": "#123456"})).await;
    assert_eq!(
        other.is(201)["branding"],
        json!({"accent_color": "#123456"})
    );
    // Each has its own: what becomes of one is nothing to the other.
    platform.delete(&path).await.is(204);
    assert_eq!(status(&house, &url(&made)).await, 200);
    let second = format!("/admin/tenants/{}/logo", alike["id"].as_str().unwrap());
    platform.delete(&second).await.is(204);
    assert_eq!(status(&house, &url(&made)).await, 404);
}

#[tokio::test]
async fn a_tenant_is_made_with_its_branding() {
    let house = House::new().await;
    let owner = house.signed_in("owner@platform.test").await;
    let tenant = |slug: &str, branding: Value| json!({"company_name": slug, "slug": slug, "timezone": "UTC", "branding": branding});
    let branding = json!({"logo_url": "https://example.com/l.svg", "accent_color": "#123456"});
    let body = json!({"tenant": tenant("first", branding.clone())});
    let made = owner.post("/admin/concierge/tenants", body).await.is(201);
    assert_eq!(made["tenant"]["branding"], branding);
    let plain = owner.post("/admin/tenants", tenant("plain", Value::Null));
    assert_eq!(plain.await.is(201)["branding"], json!({}));
    let own = format!("/api/v1/branding/logo/{}", "ab".repeat(32));
    for wrong in ["http://example.com/l.png", &own] {
        let tenant = tenant("second", json!({"logo_url": wrong}));
        let body = json!({"tenant": tenant});
        let said = owner.post("/admin/concierge/tenants", body).await;
        let said = said.problem(422, "invalid_fields");
        assert_eq!(said["errors"][0]["pointer"], "/tenant/branding/logo_url");
    }
}
