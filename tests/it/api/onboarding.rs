//! After a tenant was made: the mail and text it begins with, a link that lets its administrator in,
//! and what the platform notes about it.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};
use trunkline::{
    api::{
        access::{RULES, Who},
        identity::totp,
    },
    clock::Clock,
    post::Post,
};

use super::{
    base32,
    client::{Client, House, PASSWORD, Said, send, token_in},
};
use crate::{
    harness::{Db, noon},
    node::NodeSetup,
    post::becomes,
    standins::{mail_server::MailSink, twilio::TwilioStandIn},
};

const WHY: &str = "Ann asked for it on the phone";

async fn asks_for_link(owner: &Client<'_>, email: &str) -> Said {
    let path = format!("/admin/tenants/{}/login-link", owner.house.theirs);
    owner
        .post(&path, json!({"email": email, "reason": WHY}))
        .await
}

async fn link(owner: &Client<'_>, email: &str) -> String {
    let made = asks_for_link(owner, email).await.is(201);
    token_in(made["link"].as_str().unwrap())
}

async fn shows(house: &House, token: &str) -> Said {
    let body = json!({"token": token});
    send(house.request(Method::POST, "/auth/login-link").json(&body)).await
}

/// What is answered to every link that lets nobody in.
async fn lets_nobody_in(house: &House, token: &str) {
    let mut said = shows(house, token)
        .await
        .problem(401, "invalid_credentials");
    said["request_id"] = Value::Null;
    let mut unknown = shows(house, "no such link")
        .await
        .problem(401, "invalid_credentials");
    unknown["request_id"] = Value::Null;
    assert_eq!(said, unknown);
}

#[tokio::test]
async fn a_link_lets_an_administrator_in_once_and_everybody_can_see_it() {
    let house = House::new().await;
    let owner = house.signed_in("owner@platform.test").await;
    let token = link(&owner, "Admin@theirs.test").await;
    let said = shows(&house, &token).await;
    assert!(said.header("set-cookie").contains("HttpOnly"));
    let session = said.is(200);
    assert_eq!(session["tenant_id"], house.theirs.to_string());
    let admin = house.with_token(session["access_token"].as_str().unwrap());
    let me = admin.get("/me").await.is(200);
    assert_eq!(
        (&me["email"], &me["role"]),
        (&json!("admin@theirs.test"), &json!("admin"))
    );
    lets_nobody_in(&house, &token).await;
    // In both logs, with the reason; only the hash is kept.
    let made = admin.get("/audit-log?action=login_link.made").await.is(200);
    let made = &made["data"][0];
    assert_eq!(
        (&made["actor_kind"], &made["reason"]),
        (&json!("platform"), &json!(WHY))
    );
    let used = admin.get("/audit-log?action=login_link.used").await.is(200);
    assert_eq!(used["data"][0]["actor_name"], "admin");
    let activity = owner
        .get("/admin/activity?action=login_link.made")
        .await
        .is(200);
    assert_eq!(activity["data"][0]["reason"], WHY);
    assert!(!made.to_string().contains(&token));
    let kept = format!(
        "SELECT count(*)::text FROM app.login_links WHERE token_hash = sha256('{token}') AND used_at IS NOT NULL"
    );
    assert_eq!(house.node.db.value(&kept).await.unwrap(), "1");
}

#[tokio::test]
async fn a_link_is_made_by_owners_for_administrators_alone() {
    let house = House::new().await;
    let owner = house.signed_in("owner@platform.test").await;
    let admin = house.signed_in("super_admin@platform.test").await;
    asks_for_link(&admin, "admin@theirs.test")
        .await
        .problem(403, "forbidden");
    // Who is no administrator there, belongs elsewhere, or is nobody.
    for address in ["user@theirs.test", "admin@ours.test", "nobody@nowhere.test"] {
        let said = asks_for_link(&owner, address).await;
        let said = said.problem(422, "invalid_fields");
        assert_eq!(said["errors"][0]["pointer"], "/email", "{address}");
    }
    let path = format!("/admin/tenants/{}/login-link", house.theirs);
    let short = json!({"email": "admin@theirs.test", "reason": "short"});
    owner
        .post(&path, short)
        .await
        .problem(422, "invalid_fields");
    let root = format!("/admin/tenants/{}/login-link", store::seed::ROOT_TENANT);
    let body = json!({"email": "admin@theirs.test", "reason": WHY});
    owner
        .post(&root, body.clone())
        .await
        .problem(409, "refused");
    let promoted = "UPDATE app.users SET platform_role = 'super_admin' WHERE email = 'tenant_owner@theirs.test'";
    house.node.db.arrange(promoted).await;
    asks_for_link(&owner, "tenant_owner@theirs.test")
        .await
        .problem(409, "refused");
    // The same request again is the same link, which is said once.
    let keyed = || {
        let request = owner.request(Method::POST, &path).json(&body);
        send(request.header("Idempotency-Key", "k1"))
    };
    assert!(keyed().await.is(201)["link"].is_string());
    assert_eq!(keyed().await.is(201)["link"], Value::Null);
}

#[tokio::test]
async fn a_link_ends_with_its_time_and_with_what_it_relies_on() {
    let house = House::new().await;
    let owner = house.signed_in("owner@platform.test").await;
    let old = link(&owner, "admin@theirs.test").await;
    let age = "UPDATE app.login_links SET created_at = created_at - interval '1 hour',
                 expires_at = expires_at - interval '1 hour'";
    house.node.db.arrange(age).await;
    lets_nobody_in(&house, &old).await;
    // Suspended: none is made, and one that there is waits.
    let token = link(&owner, "admin@theirs.test").await;
    let standing = format!("/admin/tenants/{}", house.theirs);
    let reason = json!({"reason": "Unpaid since March"});
    let moves = async |way: &str| {
        let path = format!("{standing}/{way}");
        owner.post(&path, reason.clone()).await.is(200);
    };
    moves("suspend").await;
    lets_nobody_in(&house, &token).await;
    asks_for_link(&owner, "admin@theirs.test")
        .await
        .problem(409, "refused");
    moves("reactivate").await;
    shows(&house, &token).await.is(200);
    // The login is an administrator no longer; it belongs there no longer; it is locked out.
    for end in [
        "UPDATE app.memberships SET role = 'user'",
        "DELETE FROM app.memberships",
    ] {
        let token = link(&owner, "admin@theirs.test").await;
        let whose = "WHERE user_id = (SELECT id FROM app.users WHERE email = 'admin@theirs.test')";
        house.node.db.arrange(&format!("{end} {whose}")).await;
        lets_nobody_in(&house, &token).await;
        if end.starts_with("UPDATE") {
            let back = format!("UPDATE app.memberships SET role = 'admin' {whose}");
            house.node.db.arrange(&back).await;
        }
    }
    let token = link(&owner, "tenant_owner@theirs.test").await;
    let lock = "UPDATE app.users SET disabled_at = now() WHERE email = 'tenant_owner@theirs.test'";
    house.node.db.arrange(lock).await;
    lets_nobody_in(&house, &token).await;
}

#[tokio::test]
async fn two_who_show_a_link_at_once_are_one_session() {
    let house = House::new().await;
    let owner = house.signed_in("owner@platform.test").await;
    let token = link(&owner, "admin@theirs.test").await;
    let (a, b, c) = tokio::join!(
        shows(&house, &token),
        shows(&house, &token),
        shows(&house, &token)
    );
    let mut statuses = [a, b, c].map(|said| said.status.as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401, 401]);
}

#[tokio::test]
async fn a_second_factor_is_asked_for_behind_a_link_too() {
    let house = House::at(Clock::fixed(noon())).await;
    // Ours comes first by name: without the link a session would begin there.
    let also = format!(
        "INSERT INTO app.memberships (tenant_id, user_id, role, created_at)
         SELECT '{}', id, 'viewer', now() FROM app.users WHERE email = 'admin@theirs.test'",
        house.ours
    );
    house.node.db.arrange(&also).await;
    let admin = house.signed_in("admin@theirs.test").await;
    let proposed = admin.post("/me/mfa", json!({"password": PASSWORD})).await;
    let proposed = proposed.is(200);
    let secret = base32(proposed["secret"].as_str().unwrap());
    let step = totp::step(noon().timestamp());
    let code = json!({"code": totp::code_of(&secret, step - 1)});
    admin.post("/me/mfa/confirm", code).await.is(200);
    let owner = house.signed_in("owner@platform.test").await;
    let token = link(&owner, "admin@theirs.test").await;
    let asked = shows(&house, &token).await;
    assert_eq!(asked.header("set-cookie"), "");
    let asked = asked.is(200);
    assert_eq!(
        (&asked["mfa_required"], &asked["access_token"]),
        (&json!(true), &Value::Null)
    );
    lets_nobody_in(&house, &token).await;
    let body = json!({"mfa_token": asked["mfa_token"], "code": totp::code_of(&secret, step)});
    let verify = house.request(Method::POST, "/auth/mfa/verify").json(&body);
    let session = send(verify).await.is(200);
    assert!(session["access_token"].is_string());
    assert_eq!(session["tenant_id"], house.theirs.to_string());
}

/// A tenant with a contact, by an owner of the platform.
fn anns(slug: &str) -> Value {
    json!({"company_name": "Ann's Place", "slug": slug, "timezone": "America/New_York", "plan_tier": "pro",
           "industry": "plumber", "contact_name": "Ann", "contact_phone": "+19185550188",
           "admin_email": "ann@place.test"})
}

#[tokio::test]
async fn the_onboarding_mail_and_text_leave_once_for_each_key() {
    let (sink, carrier) = (MailSink::start().await, TwilioStandIn::start().await);
    let setup = NodeSetup::new(Arc::new(Db::seeded().await));
    let post = Post {
        mail: Some(sink.client()),
        carrier: Some(carrier.client()),
    };
    let house = House::with(NodeSetup { post, ..setup }).await;
    let db = &house.node.db;
    let admin = house.signed_in("super_admin@platform.test").await;
    let made = admin
        .post("/admin/tenants", anns("anns-place"))
        .await
        .is(201);
    let path = format!("/admin/tenants/{}/onboarding", made["id"].as_str().unwrap());
    // Root has no number yet.
    let said = admin.post(&path, json!({})).await.is(202);
    assert_eq!(said["texted_to"], Value::Null);
    assert!(said["not_texted"].as_str().unwrap().contains("number"));
    db.arrange(
        "UPDATE app.tenant_phone_config SET phone_number = '+19185550100' WHERE is_root_protected",
    )
    .await;
    let keyed = || {
        let request = admin.request(Method::POST, &path).json(&json!({}));
        send(request.header("Idempotency-Key", "once"))
    };
    let said = keyed().await.is(202);
    assert_eq!(said["mailed_to"], "ann@place.test");
    assert_eq!(said["texted_to"], "+19185550188");
    let again = keyed().await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.is(202), said);
    let working = house.node.worker.clone().start();
    // An invitation, a mail without a text, and a mail with one.
    let sent = "SELECT count(*)::text FROM app.outbox WHERE state = 'sent'";
    becomes(db, sent, "4").await;
    let open = "SELECT count(*)::text FROM app.jobs WHERE state IN ('ready', 'leased')";
    becomes(db, open, "0").await;
    working.stop().await;
    assert_eq!(db.value(sent).await.unwrap(), "4");
    let mails: Vec<String> = sink
        .received()
        .into_iter()
        .filter(|mail| mail.to == "ann@place.test" && mail.text.contains("is set up"))
        .map(|mail| mail.text.replace("=\r\n", "").replace("=\n", ""))
        .collect();
    assert_eq!(mails.len(), 2);
    for part in ["Hello Ann", "Ann's Place", "Pro", "Plumbing", "anns-place"] {
        assert!(mails[1].contains(part), "{part} in {}", mails[1]);
    }
    let texts = carrier.texts();
    assert_eq!(texts.len(), 1);
    let fields = &texts[0].fields;
    assert_eq!(
        (&*fields["To"], &*fields["From"]),
        ("+19185550188", "+19185550100")
    );
    assert!(fields["Body"].contains("Ann's Place"), "{fields:?}");
    let log = format!(
        "SELECT count(*)::text FROM app.audit_log WHERE action = 'tenant.onboarding_sent' AND tenant_id = '{}'",
        made["id"].as_str().unwrap()
    );
    assert_eq!(db.value(&log).await.unwrap(), "2");
}

#[tokio::test]
async fn the_onboarding_comes_with_the_set_up_or_not_at_all() {
    let house = House::new().await;
    let db = &house.node.db;
    let owner = house.signed_in("owner@platform.test").await;
    let setup = |slug: &str| json!({"tenant": anns(slug), "phone_number": "+19185550160", "send_onboarding": true});
    let made = owner
        .post("/admin/concierge/tenants", setup("anns-place"))
        .await
        .is(201);
    assert_eq!(made["onboarding"]["mailed_to"], "ann@place.test");
    assert!(made["onboarding"]["not_texted"].is_string());
    let mails = "SELECT count(*)::text FROM app.outbox WHERE kind = 'onboarding'";
    assert_eq!(db.value(mails).await.unwrap(), "1");
    let body = "SELECT body FROM app.outbox WHERE kind = 'onboarding'";
    let body = db.value(body).await.unwrap();
    assert!(
        body.contains("+19185550160 is answered by your agent"),
        "{body}"
    );
    // The number is taken: nothing is sent either.
    owner
        .post("/admin/concierge/tenants", setup("other-place"))
        .await
        .problem(409, "duplicate");
    assert_eq!(db.value(mails).await.unwrap(), "1");
    let mut nobody = setup("third-place");
    nobody["tenant"]["admin_email"] = Value::Null;
    owner
        .post("/admin/concierge/tenants", nobody)
        .await
        .problem(422, "invalid_fields");
    let path = format!("/admin/tenants/{}/onboarding", house.theirs);
    owner.post(&path, json!({})).await.problem(409, "refused");
}

#[tokio::test]
async fn notes_are_an_owners_and_no_tenants_route_shows_them() {
    let house = House::new().await;
    let owner = house.signed_in("owner@platform.test").await;
    let path = format!("/admin/tenants/{}/notes", house.theirs);
    assert_eq!(
        owner.get(&path).await.is(200),
        json!({"internal_notes": "", "extras": []})
    );
    let first = json!({"internal_notes": "pays-late-secret",
                       "extras": [{"name": "logo-help-secret", "status": "open"}]});
    assert_eq!(owner.patch(&path, first.clone()).await.is(200), first);
    let seen = owner.get(&path).await;
    let tag = seen.header("etag");
    let done = json!({"extras": [{"name": "logo-help-secret", "status": "done"},
                                 {"name": "copywriting", "status": "open"}]});
    let changed = owner.patch(&path, done.clone()).await.is(200);
    assert_eq!(changed["internal_notes"], "pays-late-secret");
    assert_eq!(changed["extras"], done["extras"]);
    let stale = owner
        .request(Method::PATCH, &path)
        .json(&json!({"internal_notes": "x"}));
    send(stale.header("If-Match", tag))
        .await
        .problem(412, "precondition_failed");
    owner
        .patch(&path, json!({"extras": [{"name": "", "status": "open"}]}))
        .await
        .problem(422, "invalid_fields");
    let admin = house.signed_in("super_admin@platform.test").await;
    admin.get(&path).await.problem(403, "forbidden");
    let nobody = format!("/admin/tenants/{}/notes", uuid::Uuid::now_v7());
    owner.get(&nobody).await.problem(404, "not_found");

    let theirs = house.signed_in("tenant_owner@theirs.test").await;
    let mut asked = 0;
    for rule in RULES {
        let is_theirs = matches!(rule.who, Who::Tenant { .. } | Who::SignedIn);
        // Numbers are the carrier's, and a stream has no end.
        let is_other = ["/phone-numbers/available", "/events"].contains(&rule.path);
        if rule.method != "GET" || !is_theirs || is_other || rule.path.contains('{') {
            continue;
        }
        let path = match rule.path {
            "/search/turns" => "/search/turns?q=secret",
            path => path,
        };
        let said = theirs.get(path).await.is(200).to_string();
        assert!(!said.contains("-secret"), "{path} shows the notes");
        asked += 1;
    }
    assert!(asked > 15, "only {asked} asked");
    // Super admins read root's log.
    let log = admin
        .get("/admin/activity?action=tenant_notes.edited")
        .await
        .is(200);
    assert_eq!(log["data"].as_array().unwrap().len(), 2);
    assert!(!log.to_string().contains("-secret"));
}
