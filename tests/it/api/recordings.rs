//! The sound of a call: drawn, listened to by a link, and taken away for good.

use std::{fs, path::PathBuf};

use reqwest::{Method, Response};
use serde_json::{Value, json};
use store::{
    Actor, TenantScope,
    call::{CallRef, RecordingKind, RecordingRow},
};
use trunkline::clock::Clock;
use uuid::Uuid;

use super::client::{Client, House};

/// A call of ours with a recording of 2 s: the caller's side loud, the agent's silent.
struct Recorded<'a> {
    house: &'a House,
    call: CallRef,
    id: String,
    file: PathBuf,
}

impl<'a> Recorded<'a> {
    async fn of(house: &'a House) -> Self {
        let call = house.node.db.begun_call().await;
        let key = format!("recordings/{}/{}.wav", house.ours, call.call_id);
        let sound = [0_u8, 64, 0, 0].repeat(16_000);
        let mut bytes = media::recording::wav_header(sound.len() as u64).to_vec();
        bytes.extend(sound);
        let file = house.node.data.path().join(&key);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, &bytes).unwrap();
        let row = RecordingRow {
            kind: RecordingKind::Conversation,
            provider_recording_id: None,
            storage_key: key,
            channels: 2,
            sample_rate: Some(8_000),
            bytes: Some(bytes.len() as u64),
            sha256: None,
            duration_ms: Some(2_000),
            complete: true,
        };
        let id = keep(house, &call, &row).await;
        Self {
            house,
            call,
            id,
            file,
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("/calls/{}/recordings/{}{rest}", self.call.call_id, self.id)
    }

    async fn link(&self, client: &Client<'_>) -> String {
        let said = client.post(&self.path("/link"), json!({})).await.is(200);
        let url = said["url"].as_str().unwrap();
        format!("{}{url}", self.house.node.url)
    }
}

async fn keep(house: &House, call: &CallRef, row: &RecordingRow) -> String {
    let scope = TenantScope::new(call.tenant_id, Actor::System);
    let mut tx = house.node.db.store.tenant(&scope).await.unwrap();
    let id = tx.finish_recording(call, row).await.unwrap();
    tx.commit().await.unwrap();
    id.to_string()
}

async fn ask(url: &str, range: Option<&str>) -> Response {
    let mut request = reqwest::Client::new().request(Method::GET, url);
    if let Some(range) = range {
        request = request.header("range", range);
    }
    request.send().await.unwrap()
}

async fn code(url: &str) -> (u16, Value) {
    let response = ask(url, None).await;
    let status = response.status().as_u16();
    let body: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default();
    (status, body["code"].clone())
}

#[tokio::test]
async fn a_recording_is_drawn_from_its_samples() {
    let house = House::new().await;
    let recorded = Recorded::of(&house).await;
    let viewer = house.signed_in("viewer@ours.test").await;
    let drawn = viewer.get(&recorded.path("/peaks?points=2")).await.is(200);
    assert_eq!(
        drawn,
        json!({"duration_ms": 2000, "channels": [[64, 64, 64, 64], [0, 0, 0, 0]]})
    );
    assert!(recorded.file.with_extension("outline").exists());
    let whole = viewer
        .get(&recorded.path("/peaks?points=4000"))
        .await
        .is(200);
    assert_eq!(whole["channels"][0].as_array().unwrap().len(), 400);
    for bad in ["/peaks?points=0", "/peaks?points=4001", "/peaks?dots=1"] {
        let said = viewer.get(&recorded.path(bad)).await;
        said.problem(400, "invalid_request");
    }
    let nothing = format!(
        "/calls/{}/recordings/{}/peaks",
        recorded.call.call_id,
        Uuid::now_v7()
    );
    viewer.get(&nothing).await.problem(404, "not_found");
    let theirs = house.signed_in("admin@theirs.test").await;
    theirs
        .get(&recorded.path("/peaks"))
        .await
        .problem(404, "not_found");
    // A key that leads elsewhere opens nothing, whatever a row says.
    for key in [
        "../keys",
        "https://api.twilio.com/RE1",
        "recordings/gone.wav",
    ] {
        let row = RecordingRow {
            kind: RecordingKind::Voicemail,
            provider_recording_id: None,
            storage_key: key.to_owned(),
            channels: 1,
            sample_rate: None,
            bytes: Some(1),
            sha256: None,
            duration_ms: None,
            complete: true,
        };
        let id = keep(&house, &recorded.call, &row).await;
        let path = format!("/calls/{}/recordings/{id}", recorded.call.call_id);
        for route in ["/peaks", "/link"] {
            let method = if route == "/link" {
                Method::POST
            } else {
                Method::GET
            };
            let asked = viewer.request(method, &format!("{path}{route}"));
            super::client::send(asked).await.problem(409, "conflict");
        }
        let admin = house.signed_in("admin@ours.test").await;
        admin.delete(&path).await.problem(409, "conflict");
    }
}

#[tokio::test]
async fn a_link_plays_the_whole_or_a_part_without_a_bearer() {
    let house = House::new().await;
    let recorded = Recorded::of(&house).await;
    let viewer = house.signed_in("viewer@ours.test").await;
    let url = recorded.link(&viewer).await;
    let kept = fs::read(&recorded.file).unwrap();

    let whole = ask(&url, None).await;
    assert_eq!(whole.status(), 200);
    assert_eq!(whole.headers()["content-type"], "audio/wav");
    assert_eq!(whole.headers()["accept-ranges"], "bytes");
    assert_eq!(whole.headers()["content-length"], "64044");
    assert!(whole.headers().get("content-disposition").is_none());
    assert_eq!(whole.bytes().await.unwrap(), kept);

    for (range, first, last) in [
        ("bytes=0-43", 0, 43),
        ("bytes=64000-", 64_000, 64_043),
        ("bytes=-44", 64_000, 64_043),
        ("bytes=100-999999", 100, 64_043),
    ] {
        let part = ask(&url, Some(range)).await;
        assert_eq!(part.status(), 206, "{range}");
        let said = part.headers()["content-range"].to_str().unwrap().to_owned();
        assert_eq!(said, format!("bytes {first}-{last}/64044"));
        assert_eq!(part.bytes().await.unwrap(), kept[first..=last], "{range}");
    }
    let beyond = ask(&url, Some("bytes=64044-")).await;
    assert_eq!(beyond.status(), 416);
    assert_eq!(beyond.headers()["content-range"], "bytes */64044");
    let beyond: Value = serde_json::from_slice(&beyond.bytes().await.unwrap()).unwrap();
    assert_eq!(beyond["code"], "range_not_satisfiable");

    let file = ask(&format!("{url}?download=1"), None).await;
    let name = format!(
        "attachment; filename=\"call-{}.wav\"",
        recorded.call.call_id
    );
    assert_eq!(file.headers()["content-disposition"], name.as_str());
    let head = reqwest::Client::new().head(&url).send().await.unwrap();
    assert_eq!(head.headers()["content-length"], "64044");

    let forged = format!("{url}x");
    assert_eq!(code(&forged).await, (404, json!("not_found")));
    let bearer = format!("{}/api/v1/media/{}", house.node.url, viewer.token);
    assert_eq!(code(&bearer).await, (404, json!("not_found")));
    let wrong = format!("{url}?downlod=1");
    assert_eq!(code(&wrong).await, (400, json!("invalid_request")));
}

#[tokio::test]
async fn a_link_ends_with_its_hour_its_session_its_role_and_its_key() {
    let morning = "2026-11-19T15:00:00Z".parse().unwrap();
    let clock = Clock::starting_at(morning).unwrap();
    let house = House::at(clock).await;
    let recorded = Recorded::of(&house).await;
    let user = house.signed_in("user@ours.test").await;
    let by_session = recorded.link(&user).await;
    let viewer = house.signed_in("viewer@ours.test").await;
    let by_role = recorded.link(&viewer).await;
    let admin = house.signed_in("admin@ours.test").await;
    let key = json!({"name": "K", "scopes": ["calls:read"]});
    let key = admin.post("/api-keys", key).await.is(201);
    let program = house.with_token(key["key"].as_str().unwrap());
    let by_key = recorded.link(&program).await;
    for url in [&by_session, &by_role, &by_key] {
        assert_eq!(ask(url, None).await.status(), 200);
    }

    user.post("/auth/logout", json!({})).await.is(204);
    let members = admin.get("/users").await.is(200);
    let member = members["data"].as_array().unwrap().iter();
    let member = member
        .clone()
        .find(|row| row["email"] == "viewer@ours.test");
    let member = format!("/users/{}", member.unwrap()["id"].as_str().unwrap());
    admin.delete(&member).await.is(204);
    let key = format!("/api-keys/{}", key["id"].as_str().unwrap());
    admin.delete(&key).await.is(204);
    for url in [&by_session, &by_role, &by_key] {
        assert_eq!(code(url).await, (404, json!("not_found")));
    }
}

#[tokio::test]
async fn a_sound_that_was_taken_away_is_gone_and_its_row_says_so() {
    let house = House::new().await;
    let recorded = Recorded::of(&house).await;
    let admin = house.signed_in("admin@ours.test").await;
    let user = house.signed_in("user@ours.test").await;
    let url = recorded.link(&admin).await;
    admin.get(&recorded.path("/peaks")).await.is(200);
    user.delete(&recorded.path(""))
        .await
        .problem(403, "forbidden");
    let theirs = house.signed_in("admin@theirs.test").await;
    theirs
        .delete(&recorded.path(""))
        .await
        .problem(404, "not_found");
    let open = format!(
        "UPDATE app.recordings SET written_by = '{}' WHERE id = '{}'",
        Uuid::now_v7(),
        recorded.id
    );
    house.node.db.arrange(&open).await;
    admin
        .delete(&recorded.path(""))
        .await
        .problem(409, "conflict");
    house
        .node
        .db
        .arrange("UPDATE app.recordings SET written_by = NULL")
        .await;

    admin.delete(&recorded.path("")).await.is(204);
    assert!(!recorded.file.exists());
    assert!(!recorded.file.with_extension("outline").exists());
    let list = format!("/calls/{}/recordings", recorded.call.call_id);
    let row = admin.get(&list).await.is(200)["data"][0].clone();
    assert!(row["purged_at"].is_string(), "{row}");
    assert_eq!(row["duration_ms"], 2000);
    admin
        .get(&recorded.path("/peaks"))
        .await
        .problem(410, "purged");
    admin
        .post(&recorded.path("/link"), json!({}))
        .await
        .problem(410, "purged");
    assert_eq!(code(&url).await, (410, json!("purged")));
    // Once more changes nothing, and nothing more is written down.
    admin.delete(&recorded.path("")).await.is(204);
    let log = admin.get("/audit-log?limit=50").await.is(200);
    let purged = log["data"].as_array().unwrap().iter();
    let purged = purged.filter(|row| row["action"] == "recording.purged");
    assert_eq!(purged.count(), 1);
}
