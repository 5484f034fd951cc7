//! Calls watched while they go on, and ended from outside.

use std::time::Duration;

use bench::{Ending, Step};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use super::client::{Client, House};
use crate::{
    harness::{AI_VOICE, Db},
    node::{Minds, NodeSetup, speak},
};

/// A stream of events, read one by one.
struct Events {
    response: Response,
    read: String,
}

impl Events {
    async fn open(client: &Client<'_>, path: &str) -> Self {
        let response = client.request(Method::GET, path).send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut events = Self {
            response,
            read: String::new(),
        };
        assert_eq!(events.next().await.unwrap().0, "ready");
        events
    }

    /// The next event's name and data; `None` at the end. Comments are passed over.
    async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some(end) = self.read.find("\n\n") {
                let block: String = self.read.drain(..end + 2).collect();
                let field = |name: &str| {
                    let line = block.lines().find_map(|line| line.strip_prefix(name));
                    line.map(|value| value.trim().to_owned())
                };
                let (name, data) = (field("event:"), field("data:"));
                if let Some(name) = name {
                    return Some((name, serde_json::from_str(&data.unwrap()).unwrap()));
                }
                continue;
            }
            let more = tokio::time::timeout(Duration::from_secs(40), self.response.chunk());
            let more = more.await.expect("an event comes, or the end").unwrap()?;
            self.read.push_str(std::str::from_utf8(&more).unwrap());
        }
    }

    /// All up to an event of this name, which is the last.
    async fn until(&mut self, name: &str) -> Vec<(String, Value)> {
        let mut all = Vec::new();
        while let Some(event) = self.next().await {
            let is_last = event.0 == name;
            all.push(event);
            if is_last {
                return all;
            }
        }
        panic!("no {name} in {all:?}");
    }
}

async fn talking() -> House {
    let minds = Minds::hearing(&["What are your hours?", "Thanks, goodbye."]);
    let setup = NodeSetup::new(std::sync::Arc::new(Db::seeded().await));
    House::on(minds.providers(), setup).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_seen_from_its_beginning_to_its_end_by_its_tenant_alone() {
    let house = talking().await;
    let ours = house.signed_in("viewer@ours.test").await;
    let theirs = house.signed_in("viewer@theirs.test").await;
    let mut seen = Events::open(&ours, "/events").await;
    let mut others = Events::open(&theirs, "/events").await;

    let report = house.node.place(vec![speak(1_200), speak(900)]).await;
    assert_eq!(report.ending, Ending::AgentHungUp);
    house.node.settled().await;
    let events = seen.until("call.ended").await;
    let names: Vec<&str> = events.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names[0], "call.started");
    let call_id = &events[0].1["call_id"];
    assert!(events.iter().all(|(_, data)| data["call_id"] == *call_id));
    let said: Vec<&str> = events
        .iter()
        .filter(|(name, _)| name == "transcript.updated")
        .map(|(_, data)| data["turn"]["text"].as_str().unwrap())
        .collect();
    assert!(said[0].starts_with("Thank you for calling"), "{said:?}");
    assert!(said.contains(&"What are your hours?"), "{said:?}");
    assert!(
        events
            .iter()
            .any(|(name, data)| name == "call.event" && data["event"]["kind"].is_string())
    );
    let (_, ended) = events.last().unwrap();
    assert_eq!(ended["call"]["end_reason"], "agent_hung_up");

    // What comes first at the others' is a call of their own, though ours was before it.
    let their_call = house.node.db.begun_call_of(house.theirs).await;
    let (name, data) = others.next().await.unwrap();
    assert_eq!(name, "call.started");
    assert_eq!(data["call_id"], json!(their_call.call_id));
    assert_ne!(data["call_id"], *call_id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_is_hung_up_by_whoever_may() {
    let house = talking().await;
    let user = house.signed_in("user@ours.test").await;
    let mut seen = Events::open(&user, "/events").await;
    // Says nothing, and would wait for minutes.
    let options = house.node.call(Vec::new());
    let calling = tokio::spawn(async move { bench::place_call(&options).await });
    let spoke = seen.until("transcript.updated").await;
    let call_id = spoke[0].1["call_id"].as_str().unwrap();
    // The carrier reports nothing before the end; the stream is what answers.
    assert!(spoke.iter().any(|(name, _)| name == "call.status"));
    let now = user.get(&format!("/calls/{call_id}")).await.is(200);
    assert_eq!(now["status"], "in-progress");
    assert!(now["answered_at"].is_string(), "{now}");
    let path = format!("/calls/live/{call_id}/hangup");
    let viewer = house.signed_in("viewer@ours.test").await;
    viewer
        .post(&path, json!({}))
        .await
        .problem(403, "forbidden");
    let theirs = house.signed_in("admin@theirs.test").await;
    theirs
        .post(&path, json!({}))
        .await
        .problem(404, "not_found");
    user.post(&path, json!({})).await.is(202);
    let ended = seen.until("call.ended").await;
    assert_eq!(ended.last().unwrap().1["call"]["end_reason"], "operator");
    calling.await.unwrap().unwrap();
    house.node.settled().await;
    user.post(&path, json!({})).await.problem(409, "conflict");
    let admin = house.signed_in("admin@ours.test").await;
    let log = admin.get("/audit-log?limit=5").await.is(200);
    assert!(
        log["data"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["action"] == "call.hung_up")
    );
    // One that has no conversation here.
    let call = house.node.db.begun_call().await;
    let path = format!("/calls/live/{}/hangup", call.call_id);
    user.post(&path, json!({})).await.problem(409, "conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_taken_down_in_mid_call_lets_the_call_end_as_it_would() {
    let house = talking().await;
    let admin = house.signed_in("admin@ours.test").await;
    let mut seen = Events::open(&admin, "/events").await;
    // The caller is slow to speak, so that the number goes while the agent says hello.
    let slow = Step::Wait(Duration::from_secs(3));
    let options = house.node.call(vec![slow, speak(1_200), speak(900)]);
    let calling = tokio::spawn(async move { bench::place_call(&options).await });
    let events = seen.until("call.started").await;
    let call_id = events[0].1["call_id"].as_str().unwrap().to_owned();
    let lines = admin.get("/phone-configs").await.is(200);
    let line = lines["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["phone_number"] == AI_VOICE)
        .unwrap();
    let path = format!("/phone-configs/{}", line["id"].as_str().unwrap());
    admin.delete(&path).await.is(204);
    admin.get(&path).await.problem(404, "not_found");
    let report = calling.await.unwrap().unwrap();
    assert_eq!(report.ending, Ending::AgentHungUp);
    house.node.settled().await;
    let call = admin.get(&format!("/calls/{call_id}")).await.is(200);
    assert_eq!(
        (&call["status"], &call["end_reason"]),
        (&json!("completed"), &json!("agent_hung_up"))
    );
    let turns = admin.get(&format!("/calls/{call_id}/turns")).await.is(200);
    assert!(turns["data"].as_array().unwrap().len() >= 4, "{turns}");
    // Stages of an answer are told from the end of what it answers.
    let answer = &turns["data"][2];
    let stage = |name: &str| answer[name].as_i64().unwrap();
    assert_eq!(stage("first_frame_ms"), stage("total_ms"), "{answer}");
    assert!(stage("endpoint_ms") <= stage("first_frame_ms"), "{answer}");
    assert!(stage("first_frame_ms") < answer["start_ms"].as_i64().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn watching_ends_with_the_session_and_with_the_node() {
    let house = House::new().await;
    let user = house.signed_in("user@ours.test").await;
    let mut seen = Events::open(&user, "/events").await;
    user.post("/auth/logout", json!({})).await.is(204);
    let (name, data) = seen.next().await.unwrap();
    assert_eq!(
        (name.as_str(), &data["code"]),
        ("end", &json!("session_ended"))
    );
    assert!(seen.next().await.is_none());

    let viewer = house.signed_in("viewer@ours.test").await;
    let call = house.node.db.begun_call().await;
    let one = format!("/events?call_id={}", call.call_id);
    let mut seen = Events::open(&viewer, &one).await;
    house.node.db.begun_call().await;
    house.node.db.store.end_watches();
    let (name, data) = seen.next().await.unwrap();
    assert_eq!((name.as_str(), &data["code"]), ("end", &json!("stopping")));
    let theirs = house.signed_in("viewer@theirs.test").await;
    theirs.get(&one).await.problem(404, "not_found");
    theirs
        .get("/events?call=1")
        .await
        .problem(400, "invalid_request");
}
