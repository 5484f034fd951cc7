//! Calls as people work with them: found, sorted, noted, tagged, put right, taken along, shared,
//! deleted.

use serde_json::{Value, json};
use uuid::Uuid;

use super::client::{Client, House, send};

/// Calls of ours, of a past day: each with what stands in its row.
async fn fill(house: &House) {
    let row = |n: u32, from: &str, ms: &str, status: &str| {
        format!(
            "('01900000-0000-7000-8000-0000000000{n:02}', '{}', now() - interval '{} hours', 'twilio', 'CA-{n}',
              'inbound', 'live', {from}, '+19185550103', 'ai-voice', 'to_number', '{status}', now(), {ms},
              CASE WHEN {n} = 3 THEN 'message_taken' END)",
            house.ours,
            20 - n
        )
    };
    let rows = [
        row(1, "'+19185550142'", "5000", "completed"),
        row(2, "'+19185550143'", "90000", "failed"),
        row(3, "'+19185550142'", "NULL", "busy"),
        row(4, "NULL", "5000", "completed"),
        row(5, "'+4930123456'", "70000", "completed"),
        row(6, "NULL", "NULL", "no-answer"),
    ];
    let sql = format!(
        "SELECT app.ensure_call_partitions(now() - interval '1 day', 2);
         INSERT INTO app.calls (id, tenant_id, started_at, provider, provider_call_id, direction, mode, from_e164,
           to_e164, ivr_mode, resolution_method, status, ended_at, duration_ms, outcome) VALUES {};
         INSERT INTO app.call_keys (tenant_id, provider, provider_call_id, call_id, started_at)
         SELECT tenant_id, provider, provider_call_id, id, started_at FROM app.calls",
        rows.join(", ")
    );
    house.node.db.arrange(&sql).await;
}

fn id(n: u32) -> String {
    format!("01900000-0000-7000-8000-0000000000{n:02}")
}

/// The number at the end of each call's id.
fn numbers(page: &Value) -> Vec<u32> {
    let rows = page["data"].as_array().unwrap().iter();
    rows.map(|row| row["id"].as_str().unwrap()[34..].parse().unwrap())
        .collect()
}

/// All pages of two of a list.
async fn walk(client: &Client<'_>, query: &str) -> Vec<u32> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = client.get(&format!("/calls?limit=2&{query}{cursor}")).await;
        let page = page.is(200);
        all.extend(numbers(&page));
        let Some(next) = page["next_cursor"].as_str() else {
            return all;
        };
        cursor = format!("&cursor={next}");
    }
}

#[tokio::test]
async fn calls_come_in_any_order_and_page_by_page() {
    let house = House::new().await;
    fill(&house).await;
    let viewer = house.signed_in("viewer@ours.test").await;
    for (sort, order) in [
        ("", [6, 5, 4, 3, 2, 1]),
        ("sort=-started_at", [6, 5, 4, 3, 2, 1]),
        ("sort=started_at", [1, 2, 3, 4, 5, 6]),
        ("sort=duration_ms", [1, 4, 5, 2, 3, 6]),
        ("sort=-duration_ms", [2, 5, 4, 1, 6, 3]),
        ("sort=from", [1, 3, 2, 5, 4, 6]),
        ("sort=-from", [5, 2, 3, 1, 6, 4]),
        ("sort=status", [3, 1, 4, 5, 2, 6]),
        ("sort=-status", [6, 2, 5, 4, 1, 3]),
    ] {
        assert_eq!(walk(&viewer, sort).await, order, "{sort}");
    }
    let page = viewer.get("/calls?limit=2&sort=-duration_ms").await.is(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    for query in [
        format!("sort=duration_ms&cursor={cursor}"),
        format!("cursor={cursor}"),
        "sort=status&cursor=00".to_owned(),
    ] {
        let said = viewer.get(&format!("/calls?{query}")).await;
        said.problem(400, "invalid_cursor");
    }
    viewer
        .get("/calls?sort=to")
        .await
        .problem(400, "invalid_request");
}

#[tokio::test]
async fn calls_are_found_by_what_they_are() {
    let house = House::new().await;
    fill(&house).await;
    let user = house.signed_in("user@ours.test").await;
    let tags = json!({"tags": [" Call Back ", "Estimate", "estimate"]});
    let path = format!("/calls/{}/tags", id(2));
    let put = user.request(reqwest::Method::PUT, &path).json(&tags);
    assert_eq!(
        send(put).await.is(200)["tags"],
        json!(["Call Back", "Estimate"])
    );
    let recorded = format!(
        "INSERT INTO app.recordings (id, tenant_id, call_started_at, call_id, kind, storage_key, channels, complete)
         SELECT gen_random_uuid(), tenant_id, started_at, id, 'conversation', 'x', 2, true FROM app.calls
         WHERE id = '{}'",
        id(5)
    );
    house.node.db.arrange(&recorded).await;
    for (query, found) in [
        ("to=%2B19185550103&sort=started_at&limit=2", vec![1, 2]),
        ("to=%2B19185550199", vec![]),
        ("outcome=message_taken", vec![3]),
        ("duration_ms[gte]=5000&duration_ms[lt]=70000", vec![4, 1]),
        ("duration_ms[gte]=5001&sort=duration_ms", vec![5, 2]),
        ("has_recording=true", vec![5]),
        ("has_recording=false&status=completed", vec![4, 1]),
        ("tag=ESTIMATE", vec![2]),
        ("tag=nothing", vec![]),
        ("agent_id=01900000-0000-7000-8000-000000000000", vec![]),
    ] {
        let page = user.get(&format!("/calls?{query}")).await.is(200);
        assert_eq!(numbers(&page), found, "{query}");
    }
    for query in [
        "outcome=sold",
        "agent_id=x",
        "duration_ms[gte]=long",
        "to=911",
        "has_recording=maybe",
    ] {
        let said = user.get(&format!("/calls?{query}")).await;
        said.problem(400, "invalid_request");
    }
    let call = user.get(&format!("/calls/{}", id(2))).await.is(200);
    assert_eq!(call["tags"], json!(["Call Back", "Estimate"]));
    let call = user.get(&format!("/calls/{}", id(5))).await.is(200);
    assert_eq!(call["has_recording"], true);
    let related = user.get(&format!("/calls/{}/related", id(1))).await.is(200);
    assert_eq!(numbers(&related), [3]);
    let related = user.get(&format!("/calls/{}/related", id(4))).await.is(200);
    assert_eq!(related["data"], json!([]));
}

#[tokio::test]
async fn tags_are_the_tenants_and_counted() {
    let house = House::new().await;
    fill(&house).await;
    let user = house.signed_in("user@ours.test").await;
    let put = async |n: u32, tags: Value| {
        let path = format!("/calls/{}/tags", id(n));
        send(
            user.request(reqwest::Method::PUT, &path)
                .json(&json!({"tags": tags})),
        )
        .await
    };
    put(1, json!(["Urgent", "Ünïcode"])).await.is(200);
    put(2, json!(["urgent"])).await.is(200);
    let tags = user.get("/tags").await.is(200);
    assert_eq!(tags["data"][0]["calls"], 2);
    assert_eq!(tags["data"][1], json!({"tag": "Ünïcode", "calls": 1}));
    put(1, json!([])).await.is(200);
    // A tag of many calls is found as one of few is.
    let many = format!(
        "INSERT INTO app.calls (id, tenant_id, started_at, provider, provider_call_id, direction, ivr_mode,
           resolution_method, status, ended_at, duration_ms)
         SELECT gen_random_uuid(), '{}', now() - n * interval '1 minute', 'twilio', 'CT-' || n, 'inbound', 'simple',
                'to_number', 'completed', now(), n FROM generate_series(1, 600) n;
         INSERT INTO app.call_tags (tenant_id, call_id, call_started_at, folded, tag)
         SELECT tenant_id, id, started_at, 'many', 'Many' FROM app.calls WHERE ivr_mode = 'simple'",
        house.ours
    );
    house.node.db.arrange(&many).await;
    let page = user
        .get("/calls?tag=MANY&sort=-duration_ms&limit=3")
        .await
        .is(200);
    let lasted: Vec<_> = page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|call| &call["duration_ms"])
        .collect();
    assert_eq!(lasted, [600, 599, 598]);
    assert_eq!(page["data"][0]["tags"], json!(["Many"]));
    let none = user.get("/calls?tag=many&status=busy").await.is(200);
    assert_eq!(none["data"], json!([]));
    house
        .node
        .db
        .arrange("DELETE FROM app.call_tags WHERE folded = 'many'")
        .await;
    assert_eq!(
        user.get("/tags").await.is(200)["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let many: Vec<String> = (0..21).map(|n| n.to_string()).collect();
    for (tags, pointer) in [
        (json!(many), "/tags"),
        (json!(["ok", " "]), "/tags/1"),
        (json!(["x".repeat(41)]), "/tags/0"),
        (json!("urgent"), "/tags"),
    ] {
        let said = put(1, tags).await.problem(422, "invalid_fields");
        assert_eq!(said["errors"][0]["pointer"], pointer);
    }
    let viewer = house.signed_in("viewer@ours.test").await;
    let path = format!("/calls/{}/tags", id(1));
    let put = viewer
        .request(reqwest::Method::PUT, &path)
        .json(&json!({"tags": []}));
    send(put).await.problem(403, "forbidden");
}

#[tokio::test]
async fn a_note_is_its_authors_or_an_administrators_to_delete() {
    let house = House::new().await;
    fill(&house).await;
    let path = format!("/calls/{}/notes", id(1));
    let user = house.signed_in("user@ours.test").await;
    let admin = house.signed_in("admin@ours.test").await;
    let key = json!({"name": "CRM", "scopes": ["calls:read", "calls:write"]});
    let key = admin.post("/api-keys", key).await.is(201);
    let program = house.with_token(key["key"].as_str().unwrap());
    let first = user
        .post(&path, json!({"text": " Wants a call. "}))
        .await
        .is(201);
    assert_eq!(
        (&first["text"], &first["author"]),
        (&json!("Wants a call."), &json!("user"))
    );
    let second = program.post(&path, json!({"text": "Synced"})).await.is(201);
    let list = user.get(&path).await.is(200);
    let seen: Vec<_> = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| (&n["author"], &n["is_own"]))
        .collect();
    assert_eq!(
        seen,
        [
            (&json!("user"), &json!(true)),
            (&json!("CRM"), &json!(false))
        ]
    );
    let at = |note: &Value| format!("{path}/{}", note["id"].as_str().unwrap());
    program.delete(&at(&first)).await.problem(403, "forbidden");
    user.delete(&at(&second)).await.problem(403, "forbidden");
    let elsewhere = format!("/calls/{}/notes/{}", id(2), first["id"].as_str().unwrap());
    user.delete(&elsewhere).await.problem(404, "not_found");
    user.delete(&at(&first)).await.is(204);
    admin.delete(&at(&second)).await.is(204);
    user.delete(&at(&first)).await.problem(404, "not_found");
    for text in ["", "  ", &"x".repeat(5001)] {
        let said = user.post(&path, json!({"text": text})).await;
        said.problem(422, "invalid_fields");
    }
    let viewer = house.signed_in("viewer@ours.test").await;
    viewer
        .post(&path, json!({"text": "x"}))
        .await
        .problem(403, "forbidden");
    assert_eq!(viewer.get(&path).await.is(200)["data"], json!([]));
}

async fn text(client: &Client<'_>, path: &str) -> (String, String) {
    let response = client
        .request(reqwest::Method::GET, path)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200, "{path}");
    let kind = response.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    (kind, response.text().await.unwrap())
}

#[tokio::test]
async fn a_list_is_taken_along_whole_and_nothing_in_it_is_a_formula() {
    let house = House::new().await;
    fill(&house).await;
    let more = format!(
        "INSERT INTO app.calls (id, tenant_id, started_at, provider, provider_call_id, direction, from_e164, ivr_mode,
           resolution_method, status, ended_at, duration_ms, end_reason)
         SELECT gen_random_uuid(), '{}', now() - n * interval '1 minute', 'twilio', 'CX-' || n, 'inbound',
                '+19185550177', 'simple', 'to_number', 'completed', now(), n, '=HYPERLINK(\"x\")'
         FROM generate_series(1, 1200) n",
        house.ours
    );
    house.node.db.arrange(&more).await;
    let viewer = house.signed_in("viewer@ours.test").await;
    let (kind, csv) = text(&viewer, "/calls/export?ivr_mode=simple&sort=duration_ms").await;
    assert_eq!(kind, "text/csv; charset=utf-8");
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert_eq!(
        lines.len(),
        1202,
        "names, calls, and nothing behind the last line break"
    );
    assert!(lines[0].starts_with("id,started_at,direction,mode,from,to,"));
    let lasted = |line: &str| {
        let (_, rest) = line.split_once("\"\")\",").unwrap();
        rest.split(',').next().unwrap().parse::<u32>().unwrap()
    };
    let lasted: Vec<u32> = lines[1..1201].iter().map(|line| lasted(line)).collect();
    assert_eq!(lasted, (1..=1200).collect::<Vec<u32>>());
    assert!(lines[1].contains(",+19185550177,"), "{}", lines[1]);
    assert!(lines[1].contains("\"'=HYPERLINK"), "{}", lines[1]);
    // Not for somebody in the people's place.
    let owner = house.signed_in("owner@platform.test").await;
    let wish = json!({"tenant_id": house.ours, "mode": "full", "reason": "They asked us by phone"});
    let begun = owner.post("/admin/impersonations", wish).await.is(201);
    let token = begun["access_token"].as_str().unwrap();
    let said = house.with_token(token).get("/calls/export").await;
    said.problem(403, "not_while_impersonating");
    let (_, none) = text(&viewer, "/calls/export?status=queued").await;
    assert_eq!(none.lines().count(), 1);
    for query in ["limit=5", "cursor=00", "sort=x", "status=x"] {
        let said = viewer.get(&format!("/calls/export?{query}")).await;
        said.problem(400, "invalid_request");
    }
}

/// Turns of a call: the caller, then the agent.
async fn say(house: &House, n: u32) {
    let sql = format!(
        "INSERT INTO app.call_turns (tenant_id, call_started_at, call_id, seq, speaker, text, start_ms, end_ms, words,
           interrupted, tokens_in, tokens_out, speech_end_ms, endpoint_ms, asr_final_ms, llm_first_token_ms,
           tts_first_byte_ms, first_frame_ms)
         SELECT tenant_id, started_at, id, s.seq, s.speaker, s.text, s.seq * 1000, s.seq * 1000 + 900, '[]', false, 0,
                0, s.ends, s.ends + 100, s.ends + 200, s.ends + 300, s.ends + 400, s.ends + 500
         FROM app.calls, (VALUES (0, 'caller', 'My name is <b>Smyth</b> & Sons', NULL::bigint),
                                 (1, 'agent', '=Hello Smyth', 900), (2, 'agent', 'Goodbye', 1900))
           s (seq, speaker, text, ends)
         WHERE id = '{}'",
        id(n)
    );
    house.node.db.arrange(&sql).await;
}

#[tokio::test]
async fn what_was_heard_is_put_right_and_stays() {
    let house = House::new().await;
    fill(&house).await;
    say(&house, 1).await;
    let user = house.signed_in("user@ours.test").await;
    let turns = format!("/calls/{}/turns", id(1));
    let path = format!("{turns}/0");
    let search = async |word: &str| {
        let found = user.get(&format!("/search/turns?q={word}")).await.is(200);
        found["data"].as_array().unwrap().len()
    };
    assert_eq!((search("Smyth").await, search("Schmidt").await), (2, 0));
    let said = user
        .patch(&path, json!({"text": " My name is Schmidt "}))
        .await;
    let tag = said.header("etag");
    let turn = said.is(200);
    assert_eq!(turn["text"], "My name is Schmidt");
    assert_eq!(turn["heard_text"], "My name is <b>Smyth</b> & Sons");
    assert_eq!(user.get(&turns).await.is(200)["data"][0], turn);
    assert_eq!((search("Smyth").await, search("Schmidt").await), (1, 1));
    let again = user
        .request(reqwest::Method::PATCH, &path)
        .header("if-match", &tag);
    send(again.json(&json!({"text": "My name is Schmitt"})))
        .await
        .is(200);
    let late = user
        .request(reqwest::Method::PATCH, &path)
        .header("if-match", &tag);
    send(late.json(&json!({"text": "x"})))
        .await
        .problem(412, "precondition_failed");
    let back = json!({"text": "My name is <b>Smyth</b> & Sons"});
    assert_eq!(
        user.patch(&path, back).await.is(200)["heard_text"],
        Value::Null
    );
    for text in ["", &"x".repeat(4001)] {
        user.patch(&path, json!({"text": text}))
            .await
            .problem(422, "invalid_fields");
    }
    for nothing in ["9", "x", "-1", "4294967296"] {
        let said = user
            .patch(&format!("{turns}/{nothing}"), json!({"text": "x"}))
            .await;
        said.problem(404, "not_found");
    }
    let viewer = house.signed_in("viewer@ours.test").await;
    viewer
        .patch(&path, json!({"text": "x"}))
        .await
        .problem(403, "forbidden");
    let admin = house.signed_in("admin@ours.test").await;
    let log = admin.get("/audit-log?limit=50").await.is(200).to_string();
    assert_eq!(log.matches("call.turn_corrected").count(), 3);

    let latency = user.get("/calls/latency?days=2").await.is(200);
    assert_eq!(latency["answers"], 2);
    assert_eq!(latency["endpoint"], json!({"p50_ms": 100, "p95_ms": 100}));
    assert_eq!(
        latency["first_frame"],
        json!({"p50_ms": 500, "p95_ms": 500})
    );
    for days in ["0", "91", "x"] {
        let said = user.get(&format!("/calls/latency?days={days}")).await;
        said.problem(400, "invalid_request");
    }
    let theirs = house.signed_in("admin@theirs.test").await;
    let none = theirs.get("/calls/latency").await.is(200);
    assert_eq!(
        (&none["answers"], &none["asr_final"]["p50_ms"]),
        (&json!(0), &Value::Null)
    );
}

#[tokio::test]
async fn one_call_is_taken_along_in_three_forms() {
    let house = House::new().await;
    fill(&house).await;
    say(&house, 1).await;
    let user = house.signed_in("user@ours.test").await;
    let path = format!("/calls/{}/export", id(1));
    let note = format!("/calls/{}/notes", id(1));
    user.post(&note, json!({"text": "Nice"})).await.is(201);
    let (kind, all) = text(&user, &path).await;
    assert_eq!(kind, "application/json");
    let all: Value = serde_json::from_str(&all).unwrap();
    assert_eq!(all["call"]["id"], id(1));
    assert_eq!(all["turns"].as_array().unwrap().len(), 3);
    assert_eq!(all["notes"][0]["text"], "Nice");
    let (_, csv) = text(&user, &format!("{path}?format=csv")).await;
    assert!(
        csv.contains("\r\n1,agent,1000,1900,\"'=Hello Smyth\",\"\",false\r\n"),
        "{csv}"
    );
    let (kind, vtt) = text(&user, &format!("{path}?format=vtt")).await;
    assert_eq!(kind, "text/vtt; charset=utf-8");
    assert_eq!(
        vtt,
        "WEBVTT\n\n0\n00:00:00.000 --> 00:00:00.900\n<v Caller>My name is &lt;b&gt;Smyth&lt;/b&gt; &amp; Sons\n\n1\n\
         00:00:01.000 --> 00:00:01.900\n<v Agent>=Hello Smyth\n\n2\n00:00:02.000 --> 00:00:02.900\n<v Agent>Goodbye\n"
    );
    user.get(&format!("{path}?format=pdf"))
        .await
        .problem(400, "invalid_request");
}

#[tokio::test]
async fn a_share_shows_a_call_to_whoever_has_it_until_it_ends() {
    let house = House::new().await;
    fill(&house).await;
    say(&house, 1).await;
    let user = house.signed_in("user@ours.test").await;
    let path = format!("/calls/{}/shares", id(1));
    let key = format!("recordings/{}/shared.wav", house.ours);
    let file = house.node.data.path().join(&key);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, media::recording::wav_header(0)).unwrap();
    let recorded = format!(
        "INSERT INTO app.recordings (id, tenant_id, call_started_at, call_id, kind, storage_key, channels, complete)
         SELECT gen_random_uuid(), tenant_id, started_at, id, 'conversation', '{key}', 2, true FROM app.calls
         WHERE id = '{}'",
        id(1)
    );
    house.node.db.arrange(&recorded).await;
    let made = user
        .post(
            &path,
            json!({"expires_in_hours": 24, "with_recording": true}),
        )
        .await
        .is(201);
    let silent = user
        .post(&path, json!({"expires_in_hours": 1}))
        .await
        .is(201);
    let token = |made: &Value| made["token"].as_str().unwrap().to_owned();
    let nobody = house.with_token("");
    let read = async |token: &str| {
        send(house.request(reqwest::Method::GET, &format!("/shared/{token}"))).await
    };
    let shown = read(&token(&made)).await.is(200);
    assert_eq!(shown["from"], "•••••••0142");
    assert_eq!(shown["company_name"], "Bright Smile Dental");
    assert_eq!(shown["turns"][1]["text"], "=Hello Smyth");
    assert!(!shown.to_string().contains("19185550142"), "{shown}");
    let url = shown["recording"]["url"].as_str().unwrap();
    let sound = async || {
        let asked = reqwest::get(format!("{}{url}", house.node.url))
            .await
            .unwrap();
        asked.status().as_u16()
    };
    assert_eq!(sound().await, 200);
    assert_eq!(
        read(&token(&silent)).await.is(200)["recording"],
        Value::Null
    );
    read("unknown").await.problem(404, "not_found");
    nobody.get(&path).await.problem(401, "unauthenticated");

    let list = user.get(&path).await.is(200);
    assert_eq!(list["data"].as_array().unwrap().len(), 2);
    assert!(!list.to_string().contains(&token(&made)));
    let first = format!("{path}/{}", made["id"].as_str().unwrap());
    let theirs = house.signed_in("admin@theirs.test").await;
    theirs.delete(&first).await.problem(404, "not_found");
    user.delete(&first).await.is(204);
    user.delete(&first).await.problem(404, "not_found");
    read(&token(&made)).await.problem(404, "not_found");
    assert_eq!(
        sound().await,
        404,
        "the link to listen by ends with the share"
    );
    let over = "UPDATE app.call_shares SET expires_at = now() - interval '1 second', \
                created_at = now() - interval '1 hour' WHERE revoked_at IS NULL";
    house.node.db.arrange(over).await;
    read(&token(&silent)).await.problem(404, "not_found");
    for hours in [0, 169] {
        let said = user.post(&path, json!({"expires_in_hours": hours})).await;
        said.problem(422, "invalid_fields");
    }
    let viewer = house.signed_in("viewer@ours.test").await;
    viewer
        .post(&path, json!({"expires_in_hours": 1}))
        .await
        .problem(403, "forbidden");
    let kept = house
        .node
        .db
        .value("SELECT count(*)::text FROM app.call_shares WHERE token_hash IS NOT NULL")
        .await;
    assert_eq!(kept.as_deref(), Some("2"));
    let admin = house.signed_in("admin@ours.test").await;
    let log = admin.get("/audit-log?limit=50").await.is(200).to_string();
    assert_eq!(
        (
            log.matches("\"call.shared\"").count(),
            log.matches("\"call.share_revoked\"").count()
        ),
        (2, 1)
    );
    assert!(!log.contains(&token(&made)));
}

#[tokio::test]
async fn a_deleted_call_is_in_no_list_and_behind_no_link() {
    let house = House::new().await;
    fill(&house).await;
    say(&house, 1).await;
    let admin = house.signed_in("admin@ours.test").await;
    let user = house.signed_in("user@ours.test").await;
    let share = user
        .post(
            &format!("/calls/{}/shares", id(1)),
            json!({"expires_in_hours": 1}),
        )
        .await;
    let token = share.is(201)["token"].as_str().unwrap().to_owned();
    let tags = json!({"tags": ["Gone"]});
    let put = user
        .request(reqwest::Method::PUT, &format!("/calls/{}/tags", id(1)))
        .json(&tags);
    send(put).await.is(200);
    let path = format!("/calls/{}", id(1));
    user.delete(&path).await.problem(403, "forbidden");
    let goes_on = house.node.db.begun_call().await;
    admin
        .delete(&format!("/calls/{}", goes_on.call_id))
        .await
        .problem(409, "conflict");
    let used = admin.get("/usage").await.is(200);
    admin.delete(&path).await.is(204);
    admin.delete(&path).await.problem(404, "not_found");
    for rest in [
        "",
        "/turns",
        "/events",
        "/recordings",
        "/notes",
        "/related",
        "/export",
        "/shares",
    ] {
        admin
            .get(&format!("{path}{rest}"))
            .await
            .problem(404, "not_found");
    }
    let page = admin.get("/calls?from=%2B19185550142").await.is(200);
    assert_eq!(numbers(&page), [3]);
    let related = admin
        .get(&format!("/calls/{}/related", id(3)))
        .await
        .is(200);
    assert_eq!(related["data"], json!([]));
    assert_eq!(
        admin.get("/search/turns?q=Smyth").await.is(200)["data"],
        json!([])
    );
    assert_eq!(admin.get("/tags").await.is(200)["data"], json!([]));
    let shared = house.request(reqwest::Method::GET, &format!("/shared/{token}"));
    send(shared).await.problem(404, "not_found");
    assert_eq!(admin.get("/usage").await.is(200)["calls"], used["calls"]);
    let (_, csv) = text(&admin, "/calls/export").await;
    assert!(!csv.contains(&id(1)) && csv.contains(&id(2)));
    let nothing = Uuid::now_v7();
    admin
        .delete(&format!("/calls/{nothing}"))
        .await
        .problem(404, "not_found");
}
