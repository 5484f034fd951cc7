//! `trunkline keys`: a key is replaced under a running server, and nobody notices.

use std::path::Path;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::Method;
use serde_json::{Value, json};
use store::{
    Actor, DatabaseSource, Store, TenantScope, embedded::PrivateCluster, membership::Role,
    user::NewUser,
};
use tenant_config::id::UserId;
use trunkline::{
    api::identity::{password::hash_now, totp},
    clock::Clock,
};
use uuid::Uuid;

use super::Said;
use crate::server::{Server, ServerSetup, data_folder, program};

const EMAIL: &str = "ann@example.com";
const PASSWORD: &str = "correct horse battery";

/// A running server, whose tenant has an administrator.
struct Stand {
    server: Server,
    data: tempfile::TempDir,
    http: reqwest::Client,
}

impl Stand {
    async fn start() -> Self {
        let data = data_folder();
        let server = Server::start(data.path(), &ServerSetup::default()).await;
        add_administrator(data.path()).await;
        Self {
            server,
            data,
            http: reqwest::Client::new(),
        }
    }

    fn keys(&self, args: &[&str]) -> Said {
        let mut command = program();
        command
            .arg("keys")
            .args(args)
            .arg("--data-dir")
            .arg(self.data.path());
        command.output().unwrap().into()
    }

    /// The ids in the file, the one that is used first.
    fn ids(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.data.path().join("keys")).unwrap();
        let id = |line: &str| line.split(' ').next().unwrap().to_owned();
        text.lines().map(id).collect()
    }

    fn listed(&self) -> Value {
        serde_json::from_str(&self.keys(&["list", "--json"]).is(0)).unwrap()
    }

    async fn ask(&self, method: Method, path: &str, token: &str, body: Value) -> (u16, Value) {
        let url = format!("{}/api/v1{path}", self.server.url);
        let mut request = self.http.request(method, url);
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        if !body.is_null() {
            request = request.json(&body);
        }
        let said = request.send().await.unwrap();
        let status = said.status().as_u16();
        let bytes = said.bytes().await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    async fn login(&self) -> Value {
        let body = json!({"email": EMAIL, "password": PASSWORD});
        let (status, said) = self.ask(Method::POST, "/auth/login", "", body).await;
        assert_eq!(status, 200, "{said}");
        said
    }

    /// Whether a token is still good.
    async fn accepts(&self, token: &str) -> bool {
        let (status, _) = self.ask(Method::GET, "/me", token, Value::Null).await;
        status == 200
    }

    async fn set_sip_password(&self, token: &str, password: &str) {
        let (_, lines) = self
            .ask(Method::GET, "/phone-configs", token, Value::Null)
            .await;
        let path = format!(
            "/phone-configs/{}",
            lines["data"][0]["id"].as_str().unwrap()
        );
        let body = json!({"sip_username": "desk", "sip_password": password});
        let (status, said) = self.ask(Method::PATCH, &path, token, body).await;
        assert_eq!(status, 200, "{said}");
    }
}

async fn add_administrator(data: &Path) {
    let source = DatabaseSource::Embedded {
        socket_dir: data.join("postgres/socket"),
        database: PrivateCluster::DATABASE.to_owned(),
    };
    let store = Store::connect(&source).await.unwrap();
    let demo = store
        .tenant_by_slug("bright-dental")
        .await
        .unwrap()
        .unwrap();
    let scope = TenantScope::new(demo, Actor::System);
    let mut tx = store.tenant(&scope).await.unwrap();
    let new = NewUser {
        id: UserId(Uuid::now_v7()),
        email: EMAIL.to_owned(),
        name: "Ann".to_owned(),
        password_hash: Some(hash_now(PASSWORD).unwrap()),
        created_at: Clock::system().now(),
    };
    tx.create_user(&new).await.unwrap();
    tx.add_member(new.id, Role::Admin, new.created_at)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    store.close().await;
}

/// The id of the key that signed a token.
fn signed_by(token: &str) -> String {
    let header = URL_SAFE_NO_PAD
        .decode(token.split('.').next().unwrap())
        .unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_key_is_replaced_under_a_running_server() {
    let stand = Stand::start().await;
    let old = stand.ids().remove(0);
    let token = text(&stand.login().await["access_token"]);
    assert_eq!(signed_by(&token), old);
    // Two secrets that the old key encrypts: a second factor and a SIP password.
    let body = json!({"password": PASSWORD});
    let (status, proposed) = stand.ask(Method::POST, "/me/mfa", &token, body).await;
    assert_eq!(status, 200, "{proposed}");
    let secret = crate::api::base32(proposed["secret"].as_str().unwrap());
    let code = |step: i64| json!({"code": totp::code_of(&secret, step)});
    let step = totp::step(Clock::system().now().timestamp());
    let (status, _) = stand
        .ask(Method::POST, "/me/mfa/confirm", &token, code(step - 1))
        .await;
    assert_eq!(status, 200);
    stand.set_sip_password(&token, "hush-hush").await;
    let listed = stand.listed();
    assert_eq!(
        listed["keys"][0]["secrets"],
        json!({"mfa": 1, "sip_password": 1})
    );

    let refused = stand.keys(&["retire", &old]);
    assert!(
        refused.err.contains("is the one that is used"),
        "{}",
        refused.err
    );
    refused.is(1);
    stand.keys(&["rotate"]).is(0);
    let ids = stand.ids();
    assert_eq!((ids.len(), &ids[1]), (2, &old));
    let new = &ids[0];
    let listed = stand.listed();
    assert_eq!(
        listed["keys"][0]["secrets"],
        json!({"mfa": 1, "sip_password": 1})
    );
    assert_eq!(
        listed["keys"][1]["secrets"],
        json!({"mfa": 0, "sip_password": 0})
    );

    // The running server accepts what the old key signed, opens what the new one encrypted, and
    // signs with the new one.
    assert!(stand.accepts(&token).await);
    let asked = stand.login().await;
    let mfa_token = text(&asked["mfa_token"]);
    assert_eq!(signed_by(&mfa_token), *new);
    let step = totp::step(Clock::system().now().timestamp());
    let body = json!({"mfa_token": mfa_token, "code": totp::code_of(&secret, step)});
    let (status, said) = stand.ask(Method::POST, "/auth/mfa/verify", "", body).await;
    assert_eq!(status, 200, "{said}");
    let newer = text(&said["access_token"]);
    assert_eq!(signed_by(&newer), *new);
    stand.set_sip_password(&newer, "hush").await;
    assert_eq!(stand.listed()["keys"][0]["secrets"]["sip_password"], 1);

    // The old one goes when its tokens are over, or at once when that is meant.
    let refused = stand.keys(&["retire", &old]);
    assert!(refused.err.contains("--end-tokens"), "{}", refused.err);
    refused.is(1);
    stand.keys(&["retire", &old, "--end-tokens"]).is(0);
    assert_eq!(stand.ids(), std::slice::from_ref(new));
    let forgets = stand
        .server
        .wait_until("the old key counts no longer", async || {
            !stand.accepts(&token).await
        });
    forgets.await;
    assert!(stand.accepts(&newer).await);
    let log = stand.server.log();
    assert!(log.contains("the keys were read again"), "{log}");
    let keys = std::fs::read_to_string(stand.data.path().join("keys")).unwrap();
    let digits = keys.split_whitespace().nth(1).unwrap();
    assert!(!log.contains(digits), "a key is not logged");
}

#[tokio::test]
async fn a_rotation_that_was_broken_off_is_completed_without_another_key() {
    let stand = Stand::start().await;
    let old = stand.ids().remove(0);
    let token = text(&stand.login().await["access_token"]);
    stand.set_sip_password(&token, "hush-hush").await;
    // As a rotation leaves it that was killed after the file was written.
    let path = stand.data.path().join("keys");
    let file = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("k2 {}\n{file}", "2f".repeat(32))).unwrap();
    let refused = stand.keys(&["retire", &old]);
    assert!(
        refused.err.contains("still needed by 1 SIP password"),
        "{}",
        refused.err
    );
    refused.is(1);
    let said = stand.keys(&["rotate"]).is(0);
    assert!(said.contains("no other key is made"), "{said}");
    assert_eq!(stand.ids(), ["k2".to_owned(), old.clone()]);
    assert_eq!(stand.listed()["keys"][0]["secrets"]["sip_password"], 1);
    // A key without a date signed nothing that is known of: it goes when no secret needs it.
    stand.keys(&["retire", &old]).is(0);

    // What no key opens is named, and does not keep the others from moving.
    let lost = "UPDATE app.tenant_phone_config SET sip_password_key_id = 'lost' WHERE sip_username = 'desk' RETURNING 'x'";
    assert!(stand.server.value(lost).await.is_some());
    let said = stand.keys(&["rotate"]).is(1);
    assert!(
        said.contains("NOT MOVED  SIP password") && said.contains("no key \"lost\""),
        "{said}"
    );
    let listed = stand.keys(&["list"]).is(0);
    assert!(
        listed.contains("lost") && listed.contains("MISSING"),
        "{listed}"
    );
}
