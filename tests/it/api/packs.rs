//! Industry packs: what a new tenant begins with, and what is given to one that there is.

use reqwest::Method;
use serde_json::{Value, json};

use super::client::{Client, House, PASSWORD, send, token_in};

fn tenant(slug: &str) -> Value {
    json!({"company_name": "Ann's Place", "slug": slug, "timezone": "America/New_York",
           "admin_email": format!("ann@{slug}.test")})
}

fn with(mut value: Value, name: &str, field: Value) -> Value {
    value[name] = field;
    value
}

/// Accepts the invitation and signs in.
async fn ann<'a>(house: &'a House, slug: &str) -> Client<'a> {
    let address = format!("ann@{slug}.test");
    let token = token_in(&house.mail_to(&address).await.unwrap());
    let body = json!({"token": token, "password": PASSWORD, "name": "Ann"});
    let accept = house.request(Method::POST, "/auth/invites/accept");
    send(accept.json(&body)).await.is(200);
    house.signed_in(&address).await
}

async fn list(client: &Client<'_>, path: &str) -> Vec<Value> {
    client.get(path).await.is(200)["data"]
        .as_array()
        .unwrap()
        .clone()
}

fn names(rows: &[Value], field: &str) -> Vec<String> {
    rows.iter()
        .map(|row| row[field].as_str().unwrap().to_owned())
        .collect()
}

fn named<'a>(rows: &'a [Value], field: &str, name: &str) -> &'a Value {
    let found = rows.iter().find(|row| row[field] == name);
    found.unwrap_or_else(|| panic!("no {name}"))
}

#[tokio::test]
async fn a_tenant_of_a_trade_begins_with_its_pack() {
    let house = House::new().await;
    let owner = house.signed_in("owner@platform.test").await;
    let setup = json!({"tenant": with(tenant("anns-cars"), "industry", json!("Auto detailing")),
                       "phone_number": "+19185550160", "agent": {"agent_name": "Zoe"}});
    let made = owner.post("/admin/concierge/tenants", setup).await.is(201);
    assert_eq!(made["pack"], "detailing");
    let ann = ann(&house, "anns-cars").await;
    let packs = list(&ann, "/industry-packs").await;
    assert!(packs.len() >= 8);
    let pack = named(&packs, "key", "detailing");
    assert_eq!(pack["applied_version"], pack["version"]);
    assert_eq!(
        named(&packs, "key", "general")["applied_version"],
        Value::Null
    );

    let agents = list(&ann, "/agents").await;
    let mut kinds = names(&agents, "kind");
    kinds.sort();
    assert_eq!(kinds, ["booking", "onboarding", "support"]);
    for agent in &agents {
        assert_eq!(agent["industry_pack"], "detailing");
        let said = named(
            pack["agents"].as_array().unwrap(),
            "kind",
            agent["kind"].as_str().unwrap(),
        );
        assert_eq!(agent["settings"]["prompt"], said["settings"]["prompt"]);
        assert_eq!(agent["settings"]["vocabulary"], pack["vocabulary"]);
    }
    let booking = named(&agents, "kind", "booking");
    assert_eq!(booking["id"], made["agent_id"]);
    assert_eq!(booking["id"], made["line"]["agent_id"]);
    assert_eq!(booking["settings"]["agent_name"], "Zoe");
    assert!(
        booking["settings"]["prompt"]
            .as_str()
            .unwrap()
            .contains("cars")
    );

    let services = list(&ann, "/knowledge/services").await;
    assert_eq!(services.len(), pack["services"].as_array().unwrap().len());
    let wash = named(&services, "name", "Express wash");
    assert_eq!(
        (&wash["duration_min"], &wash["price_minor"]),
        (&json!(45), &json!(4500))
    );
    assert_eq!(wash["upsells"], json!(["Wax and seal"]));
    let faqs = list(&ann, "/knowledge/faqs").await;
    assert_eq!(faqs.len(), pack["faqs"].as_array().unwrap().len());
    let menus = list(&ann, "/ivr-menus").await;
    assert!(
        menus[0]["prompt"].as_str().unwrap().contains("Ann's Place"),
        "{menus:?}"
    );
}

#[tokio::test]
async fn each_way_to_make_a_tenant_gives_it_a_pack() {
    let house = House::new().await;
    let admin = house.signed_in("super_admin@platform.test").await;
    let packs_of = async |id: &Value| {
        let sql = format!(
            "SELECT string_agg(pack || ' ' || version, ',') FROM app.tenant_packs WHERE tenant_id = '{}'",
            id.as_str().unwrap()
        );
        house.node.db.value(&sql).await.unwrap()
    };
    let plain = admin.post("/admin/tenants", tenant("plain")).await.is(201);
    assert_eq!(packs_of(&plain["id"]).await, "general 1");
    let named = with(tenant("groomer"), "pack", json!("pet-grooming"));
    let named = admin.post("/admin/tenants", named).await.is(201);
    assert_eq!(packs_of(&named["id"]).await, "pet-grooming 1");
    let rand = with(
        with(tenant("rand"), "pack", json!("plumbing")),
        "currency",
        json!("ZAR"),
    );
    let rand = admin.post("/admin/tenants", rand).await.is(201);
    let priced = format!(
        "SELECT count(price_minor) || ' of ' || count(*) FROM app.services_catalog WHERE tenant_id = '{}'",
        rand["id"].as_str().unwrap()
    );
    assert_eq!(house.node.db.value(&priced).await.unwrap(), "0 of 9");
    let unknown = with(tenant("nobody"), "pack", json!("dentistry"));
    let said = admin.post("/admin/tenants", unknown).await;
    assert_eq!(
        said.problem(422, "invalid_fields")["errors"][0]["pointer"],
        "/pack"
    );

    let clone = format!("/admin/tenants/{}/clone", named["id"].as_str().unwrap());
    let copy = admin.post(&clone, tenant("groomer-two")).await.is(201);
    assert_eq!(packs_of(&copy["id"]).await, "pet-grooming 1");
    let kinds = format!(
        "SELECT string_agg(kind, ' ' ORDER BY kind) FROM app.agents WHERE tenant_id = '{}'",
        copy["id"].as_str().unwrap()
    );
    let kinds = house.node.db.value(&kinds).await.unwrap();
    assert_eq!(kinds, "booking onboarding support");
    let other = with(tenant("groomer-three"), "pack", json!("general"));
    admin
        .post(&clone, other)
        .await
        .problem(422, "invalid_fields");

    let ask = json!({"company_name": "Sparks", "contact_name": "Ann", "email": "ann@sparks.test",
                     "industry": "Electrician"});
    let asked = send(house.request(Method::POST, "/setup-requests").json(&ask))
        .await
        .is(201);
    let path = format!(
        "/admin/setup-requests/{}/approve",
        asked["id"].as_str().unwrap()
    );
    let approve = json!({"slug": "sparks", "timezone": "America/New_York"});
    let made = admin.post(&path, approve).await.is(201);
    assert_eq!(packs_of(&made["id"]).await, "electrical 1");
}

#[tokio::test]
async fn a_pack_is_given_once_and_leaves_what_is_there() {
    let house = House::new().await;
    let admin = house.signed_in("admin@ours.test").await;
    let front = list(&admin, "/agents").await[0].clone();
    admin
        .post("/industry-packs/dentistry/apply", json!({}))
        .await
        .problem(404, "not_found");
    // One of that name is ours already.
    let own = json!({"name": "deep clean", "duration_min": 20, "price_minor": 1});
    admin.post("/knowledge/services", own).await.is(201);
    let given = admin
        .post("/industry-packs/cleaning/apply", json!({}))
        .await
        .is(200);
    assert_eq!(given["had_version"], Value::Null);
    assert_eq!(given["kept"], json!(["Deep clean"]));
    assert_eq!(given["services"].as_array().unwrap().len(), 8);
    let agents = given["agents"].as_array().unwrap();
    let drafted = named(agents, "kind", "booking");
    assert_eq!(
        (&drafted["outcome"], &drafted["id"]),
        (&json!("drafted"), &front["id"])
    );
    assert_eq!(named(agents, "kind", "support")["outcome"], "made");
    // The agent on the line says what it said, and the pack's words wait as a version.
    let agents = list(&admin, "/agents").await;
    let is = named(&agents, "kind", "booking");
    assert_eq!(is["published_version_id"], front["published_version_id"]);
    assert_eq!(is["latest_version"], 2);

    // What is changed and what is taken away stays so.
    let services = list(&admin, "/knowledge/services").await;
    let path = |name: &str| {
        let id = named(&services, "name", name)["id"].as_str().unwrap();
        format!("/knowledge/services/{id}")
    };
    let renamed = json!({"name": "Weekly clean", "price_minor": 9900});
    admin.patch(&path("Standard clean"), renamed).await.is(200);
    admin.delete(&path("Office clean")).await.is(204);
    let before = list(&admin, "/knowledge/services").await;
    let again = admin
        .post("/industry-packs/cleaning/apply", json!({}))
        .await
        .is(200);
    assert_eq!(again["had_version"], 1);
    for nothing in ["services", "faqs", "menus", "agents", "kept"] {
        assert_eq!(again[nothing], json!([]), "{nothing}");
    }
    assert_eq!(list(&admin, "/knowledge/services").await, before);
    let log = admin
        .get("/audit-log?action=industry_pack.applied")
        .await
        .is(200);
    assert_eq!(log["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn another_trades_pack_lets_a_packs_agents_speak_of_it() {
    let house = House::new().await;
    let owner = house.signed_in("owner@platform.test").await;
    let setup = json!({"tenant": tenant("anns-place"), "agent": {"agent_name": "Zoe"}});
    let made = owner.post("/admin/concierge/tenants", setup).await.is(201);
    assert_eq!(made["pack"], "general");
    let ann = ann(&house, "anns-place").await;
    let given = ann
        .post("/industry-packs/hvac/apply", json!({}))
        .await
        .is(200);
    for agent in given["agents"].as_array().unwrap() {
        assert_eq!(agent["outcome"], "published");
    }
    let agents = list(&ann, "/agents").await;
    assert_eq!(agents.len(), 3);
    let booking = named(&agents, "kind", "booking");
    assert_eq!(
        (&booking["id"], &booking["industry_pack"]),
        (&made["agent_id"], &json!("hvac"))
    );
    let settings = &booking["settings"];
    // Its name was chosen, its words were the pack's.
    assert_eq!(settings["agent_name"], "Zoe");
    assert!(
        settings["prompt"]
            .as_str()
            .unwrap()
            .contains("carbon monoxide")
    );
    let words = settings["vocabulary"].as_array().unwrap();
    assert!(words.contains(&json!("heat pump")), "{words:?}");
}

#[tokio::test]
async fn a_line_that_answers_with_keys_begins_with_the_packs_menu() {
    let house = House::new().await;
    let owner = house.signed_in("owner@platform.test").await;
    let setup = json!({"tenant": with(tenant("anns-pipes"), "pack", json!("plumbing")),
                       "phone_number": "+19185550160", "ivr_mode": "ivr"});
    let made = owner.post("/admin/concierge/tenants", setup).await.is(201);
    let ann = ann(&house, "anns-pipes").await;
    let menus = list(&ann, "/ivr-menus").await;
    assert_eq!(names(&menus, "name"), ["Plumbing"]);
    assert_eq!(made["line"]["ivr_menu_id"], menus[0]["id"]);
    assert_eq!(made["line"]["agent_id"], made["agent_id"]);
}
