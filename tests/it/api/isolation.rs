//! Every route for every role, and every id of another tenant: the table of who may what, tried.

use reqwest::Method;
use serde_json::{Value, json};
use store::{membership::Role, platform::PlatformRole};
use trunkline::api::access::{RULES, Rule, SCOPES, Who};
use uuid::Uuid;

use super::client::{Client, House, send};

/// A body that is read without a fault, so that what is refused is the sender and not the body.
fn body(rule: &Rule) -> Value {
    let id = Uuid::now_v7();
    match (rule.method, rule.path) {
        ("POST", "/agents/{id}/publish") => json!({"version_id": id}),
        ("POST", "/phone-configs/{id}/release") => json!({"confirm_number": "+19185550100"}),
        ("POST", "/admin/tenants/{id}/suspend" | "/admin/tenants/{id}/reactivate") => {
            json!({"reason": "x"})
        }
        ("POST", "/admin/tenants/{id}/cancel") => json!({"reason": "x", "confirm_slug": "x"}),
        ("POST", "/admin/tenants/{id}/domains") => json!({"host": "calls.example.com"}),
        ("POST", "/admin/tenants/{id}/clone") => {
            json!({"company_name": "C", "slug": "c", "timezone": "UTC"})
        }
        ("POST", "/admin/setup-requests/{id}/approve") => json!({"slug": "c", "timezone": "UTC"}),
        ("POST", "/admin/tenants/{id}/login-link") => {
            json!({"email": "ann@example.com", "reason": "She asked by phone"})
        }
        ("POST", "/calls/{id}/notes") => json!({"text": "x"}),
        ("PUT", "/calls/{id}/tags") => json!({"tags": []}),
        ("POST", "/calls/{id}/shares") => json!({"expires_in_hours": 1}),
        ("POST", "/admin/setup-requests/{id}/reject") => json!({"reason": "x"}),
        _ => json!({}),
    }
}

/// The route with ids of nothing.
fn path(rule: &Rule) -> String {
    path_of(rule, &Uuid::now_v7().to_string())
}

/// The route with an id, and parts of nothing.
fn path_of(rule: &Rule, id: &str) -> String {
    let part = Uuid::now_v7().to_string();
    rule.path
        .replace("{id}", id)
        .replace("{recording_id}", &part)
        .replace("{note_id}", &part)
        .replace("{share_id}", &part)
        .replace("{line_id}", &part)
        .replace("{seq}", "0")
        .replace("{token}", "no_such_token")
        .replace("{hash}", "no_such_hash")
        .replace("{key}", "no_such_key")
        .replace("{tier}", "no_such_tier")
        .replace("{host}", "no.such.host")
}

async fn ask(client: &Client<'_>, rule: &Rule, path: &str) -> (u16, String) {
    let method = Method::from_bytes(rule.method.as_bytes()).unwrap();
    let mut request = client.request(method, path);
    if matches!(rule.method, "POST" | "PATCH" | "PUT") {
        request = request.json(&body(rule));
    }
    let said = send(request).await;
    (
        said.status.as_u16(),
        said.json["code"].as_str().unwrap_or_default().to_owned(),
    )
}

/// What would change the asker itself while the table is walked.
fn is_oneself(rule: &Rule) -> bool {
    rule.path == "/auth/logout"
}

#[tokio::test]
async fn nobody_gets_anything_without_saying_who_they_are() {
    let house = House::new().await;
    let nobody = house.with_token("");
    for rule in RULES {
        if matches!(rule.who, Who::Anybody | Who::LettingIn) {
            continue;
        }
        let (status, code) = ask(&nobody, rule, &path(rule)).await;
        assert_eq!(
            (status, code.as_str()),
            (401, "unauthenticated"),
            "{} {}",
            rule.method,
            rule.path
        );
    }
}

#[tokio::test]
async fn every_role_may_what_the_table_says_and_nothing_else() {
    let house = House::new().await;
    for role in Role::ALL {
        let client = house
            .signed_in(&format!("{}@ours.test", role.as_str()))
            .await;
        for rule in RULES.iter().filter(|rule| !is_oneself(rule)) {
            let (status, code) = ask(&client, rule, &path(rule)).await;
            let at = format!(
                "{} {} as {}: {status} {code}",
                rule.method,
                rule.path,
                role.as_str()
            );
            match rule.who {
                Who::Platform(_) | Who::Impersonator => assert_eq!(code, "not_found", "{at}"),
                Who::Tenant { .. } | Who::Customer if !rule.who.lets_role(*role) => {
                    assert_eq!((status, code.as_str()), (403, "forbidden"), "{at}");
                }
                Who::Tenant { .. } | Who::Customer | Who::SignedIn => {
                    assert!(status != 401 && status != 403 && status < 500, "{at}");
                }
                Who::Anybody | Who::LettingIn => assert!(status < 500, "{at}"),
            }
        }
    }
}

#[tokio::test]
async fn the_platforms_people_may_what_the_table_says_and_nothing_in_tenants() {
    let house = House::new().await;
    for role in [PlatformRole::SuperAdmin, PlatformRole::Owner] {
        let client = house
            .signed_in(&format!("{}@platform.test", role.as_str()))
            .await;
        for rule in RULES.iter().filter(|rule| !is_oneself(rule)) {
            let (status, code) = ask(&client, rule, &path(rule)).await;
            let at = format!(
                "{} {} as {}: {status} {code}",
                rule.method,
                rule.path,
                role.as_str()
            );
            match rule.who {
                Who::Tenant { .. } | Who::Customer => {
                    assert_eq!((status, code.as_str()), (403, "forbidden"), "{at}");
                }
                Who::Impersonator => assert_eq!(status, 404, "{at}"),
                Who::Platform(_) if !rule.who.lets_platform(role) => {
                    assert_eq!((status, code.as_str()), (403, "forbidden"), "{at}");
                }
                Who::Platform(_) | Who::SignedIn => {
                    assert!(status != 401 && status != 403 && status < 500, "{at}");
                }
                Who::Anybody | Who::LettingIn => assert!(status < 500, "{at}"),
            }
        }
    }
}

/// One row of theirs for each route that names one.
async fn their_rows(house: &House) -> Vec<(&'static str, String)> {
    let owner = house.signed_in("tenant_owner@theirs.test").await;
    let made = async |path: &str, body: Value| {
        owner.post(path, body).await.is(201)["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let menu = json!({"name": "Main", "prompt": "Press 1.", "fallback": {"kind": "hang_up"},
                      "options": [{"digit": "1", "action": {"kind": "voicemail"}}]});
    let line =
        json!({"phone_number": "+19185550777", "ivr_mode": "simple", "forward_to": "+19185550778"});
    let mut rows = vec![
        ("/phone-configs/", made("/phone-configs", line).await),
        ("/ivr-menus/", made("/ivr-menus", menu).await),
        (
            "/agents/",
            made("/agents", json!({"name": "Front desk"})).await,
        ),
        (
            "/knowledge/services/",
            made(
                "/knowledge/services",
                json!({"name": "Tyres", "duration_min": 30}),
            )
            .await,
        ),
        (
            "/knowledge/faqs/",
            made("/knowledge/faqs", json!({"question": "Q", "answer": "A"})).await,
        ),
        (
            "/contacts/",
            made("/contacts", json!({"number": "+19185550779"})).await,
        ),
        (
            "/invites/",
            made(
                "/invites",
                json!({"email": "new@theirs.test", "role": "user"}),
            )
            .await,
        ),
        (
            "/api-keys/",
            made("/api-keys", json!({"name": "K", "scopes": ["calls:read"]})).await,
        ),
    ];
    let automations = owner.get("/automations").await.is(200);
    let first = automations["data"][0]["id"].as_str().unwrap();
    rows.push(("/automations/", first.to_owned()));
    let users = owner.get("/users").await.is(200);
    rows.push((
        "/users/",
        users["data"][0]["id"].as_str().unwrap().to_owned(),
    ));
    let call = format!(
        "INSERT INTO app.call_keys (provider, provider_call_id, tenant_id, call_id, started_at)
         SELECT 'twilio', 'CA-theirs', '{0}', '01900000-0000-7000-8000-0000000000ca', now()",
        house.theirs
    );
    house.node.db.arrange(&call).await;
    rows.push(("/calls/", "01900000-0000-7000-8000-0000000000ca".to_owned()));
    let desk = format!(
        "INSERT INTO app.appointments (id, tenant_id, service_id, starts_at, ends_at, customer_name, phone)
         SELECT '01900000-0000-7000-8000-0000000000aa', tenant_id, id, now() + '1 day', now() + '25 hours', 'Ada',
                '+19185550779'
         FROM app.services_catalog WHERE tenant_id = '{0}' LIMIT 1;
         INSERT INTO app.notifications (id, tenant_id, kind, title, body, created_at)
         VALUES ('01900000-0000-7000-8000-0000000000bb', '{0}', 'note', 'T', '', now())",
        house.theirs
    );
    house.node.db.arrange(&desk).await;
    for (prefix, id) in [("/appointments/", "aa"), ("/notifications/", "bb")] {
        rows.push((prefix, format!("01900000-0000-7000-8000-0000000000{id}")));
    }
    rows
}

#[tokio::test]
async fn ids_of_another_tenant_are_ids_of_nothing_on_every_route() {
    let house = House::new().await;
    let rows = their_rows(&house).await;
    let ours = house.signed_in("tenant_owner@ours.test").await;
    let key = ours.post("/api-keys", json!({"name": "K", "scopes": SCOPES}));
    let key = key.await.is(201)["key"].as_str().unwrap().to_owned();
    let program = house.with_token(&key);
    let mut tried = 0;
    for rule in RULES {
        let Who::Tenant { scope, .. } = rule.who else {
            continue;
        };
        if !rule.path.contains("{id}") {
            continue;
        }
        let (prefix, id) = rows
            .iter()
            .find(|(prefix, _)| rule.path.starts_with(prefix))
            .unwrap_or_else(|| panic!("no row of theirs for {}", rule.path));
        let path = path_of(rule, id);
        assert!(path.starts_with(prefix));
        let mut askers = vec![&ours];
        askers.extend(scope.map(|_| &program));
        for asker in askers {
            let (status, code) = ask(asker, rule, &path).await;
            assert_eq!(
                (status, code.as_str()),
                (404, "not_found"),
                "{} {path}",
                rule.method
            );
            tried += 1;
        }
    }
    assert!(tried > 40, "only {tried} tried");
    // And nothing of theirs has changed.
    let theirs = house.signed_in("tenant_owner@theirs.test").await;
    for (prefix, id) in &rows {
        if ["/invites/", "/api-keys/", "/calls/", "/notifications/"].contains(prefix) {
            continue;
        }
        theirs.get(&format!("{prefix}{id}")).await.is(200);
    }
}

#[tokio::test]
async fn lists_show_ones_own_rows_alone() {
    let house = House::new().await;
    their_rows(&house).await;
    let ours = house.signed_in("tenant_owner@ours.test").await;
    for rule in RULES {
        // The carrier's numbers are nobody's rows.
        let is_list = rule.method == "GET"
            && !rule.path.contains('{')
            && rule.path != "/phone-numbers/available";
        if !is_list || !matches!(rule.who, Who::Tenant { .. }) {
            continue;
        }
        let path = if rule.path == "/search/turns" {
            "/search/turns?q=tyres"
        } else {
            rule.path
        };
        let text = ours.get(path).await.is(200).to_string();
        for word in [
            "theirs.test",
            "+19185550777",
            "+19185550779",
            "Tyres",
            "CA-theirs",
        ] {
            assert!(!text.contains(word), "{path} shows {word}");
        }
    }
}

#[tokio::test]
async fn references_to_another_tenants_rows_are_refused() {
    let house = House::new().await;
    let rows = their_rows(&house).await;
    let id = |prefix: &str| rows.iter().find(|(p, _)| *p == prefix).unwrap().1.clone();
    let ours = house.signed_in("admin@ours.test").await;
    let line = json!({"ivr_mode": "ai-voice", "agent_id": id("/agents/")});
    ours.post("/phone-configs", line)
        .await
        .problem(409, "conflict");
    let menu = json!({"name": "Other", "prompt": "Press 1.", "fallback": {"kind": "hang_up"},
                      "options": [{"digit": "1", "action": {"kind": "submenu", "menu_id": id("/ivr-menus/")}}]});
    ours.post("/ivr-menus", menu)
        .await
        .problem(422, "invalid_fields");
    // A number that they have is taken, and nothing more is said.
    let taken =
        json!({"phone_number": "+19185550777", "ivr_mode": "simple", "forward_to": "+19185550199"});
    let said = ours
        .post("/phone-configs", taken)
        .await
        .problem(409, "duplicate");
    assert!(!said.to_string().contains("Garage"));
}
