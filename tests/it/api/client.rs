//! A node with people of every role in two tenants, and a client that speaks as one of them.

use std::sync::{Arc, OnceLock};

use reqwest::{Method, RequestBuilder, StatusCode, header::HeaderMap};
use serde_json::{Value, json};
use store::{
    Actor, PlatformActor, TenantScope, membership::Role, platform::PlatformRole, tenant::NewTenant,
    user::NewUser,
};
use tenant_config::{
    id::{TenantId, UserId},
    plan::{PlanTier, TenantStatus},
};
use trunkline::{api::identity::password::hash_now, clock::Clock, session::line::Line};
use uuid::Uuid;

use crate::{
    harness::Db,
    node::{Node, NodeSetup},
};

pub(crate) const PASSWORD: &str = "correct horse battery";

/// A node with its people.
pub(crate) struct House {
    pub(crate) node: Node,
    /// The demo tenant, Bright Dental.
    pub(crate) ours: TenantId,
    /// Another tenant.
    pub(crate) theirs: TenantId,
    http: reqwest::Client,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) json: Value,
}

impl Said {
    /// The answer, which must have this status.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.json);
        self.json
    }

    /// A problem of this code, as every problem is.
    #[track_caller]
    pub(crate) fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.json);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(self.json["code"], code, "{}", self.json);
        assert_eq!(self.json["status"], status);
        assert!(self.json["title"].is_string() && self.json["detail"].is_string());
        assert_eq!(
            self.json["request_id"],
            self.headers["x-request-id"].to_str().unwrap()
        );
        self.json
    }

    pub(crate) fn header(&self, name: &str) -> String {
        let value = self.headers.get(name).map(|value| value.to_str().unwrap());
        value.unwrap_or_default().to_owned()
    }
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::at(Clock::system()).await
    }

    pub(crate) async fn at(clock: Clock) -> Self {
        let setup = NodeSetup::new(Arc::new(Db::seeded().await));
        Self::with(NodeSetup { clock, ..setup }).await
    }

    pub(crate) async fn with(setup: NodeSetup) -> Self {
        Self::on(Line::Echo, setup).await
    }

    pub(crate) async fn on(line: impl Into<Line>, setup: NodeSetup) -> Self {
        let node = Node::start_with(line, setup).await;
        let theirs = another_tenant(&node.db).await;
        let house = Self {
            ours: node.db.demo,
            theirs,
            node,
            http: reqwest::Client::new(),
        };
        house.people().await;
        house
    }

    /// One login for each role in each tenant, and the platform's people.
    async fn people(&self) {
        for (tenant, host) in [(self.ours, "ours.test"), (self.theirs, "theirs.test")] {
            for role in Role::ALL {
                self.member(tenant, &format!("{}@{host}", role.as_str()), *role)
                    .await;
            }
        }
        let mut tx = self
            .node
            .db
            .store
            .platform(PlatformActor::operator())
            .await
            .unwrap();
        for role in [PlatformRole::Owner, PlatformRole::SuperAdmin] {
            let new = login(&format!("{}@platform.test", role.as_str()));
            tx.create_platform_user(&new, Some(role)).await.unwrap();
        }
        tx.commit().await.unwrap();
        self.node
            .db
            .arrange("UPDATE app.users SET must_change_password = false")
            .await;
    }

    pub(crate) async fn member(&self, tenant: TenantId, email: &str, role: Role) -> UserId {
        let new = login(email);
        let scope = TenantScope::new(tenant, Actor::System);
        let mut tx = self.node.db.store.tenant(&scope).await.unwrap();
        tx.create_user(&new).await.unwrap();
        tx.add_member(new.id, role, new.created_at).await.unwrap();
        tx.commit().await.unwrap();
        new.id
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}/api/v1{path}", self.node.url))
    }

    /// Somebody who has signed in.
    pub(crate) async fn signed_in(&self, email: &str) -> Client<'_> {
        let said = self.login(email, PASSWORD).await.is(200);
        self.with_token(said["access_token"].as_str().unwrap())
    }

    pub(crate) async fn login(&self, email: &str, password: &str) -> Said {
        let body = json!({"email": email, "password": password});
        send(self.request(Method::POST, "/auth/login").json(&body)).await
    }

    pub(crate) fn with_token(&self, token: &str) -> Client<'_> {
        Client {
            house: self,
            token: token.to_owned(),
        }
    }

    /// The last waiting mail to an address.
    pub(crate) async fn mail_to(&self, recipient: &str) -> Option<String> {
        for _ in 0..100 {
            let sql = format!(
                "SELECT body FROM app.outbox WHERE recipient = '{recipient}' ORDER BY created_at DESC, id DESC LIMIT 1"
            );
            if let Some(body) = self.node.db.value(&sql).await {
                return Some(body);
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        None
    }
}

/// The secret of a link in a mail.
pub(crate) fn token_in(mail: &str) -> String {
    let (_, after) = mail.split_once("token=").unwrap();
    after.split_whitespace().next().unwrap().to_owned()
}

/// Speaks with one token.
pub(crate) struct Client<'a> {
    pub(crate) house: &'a House,
    pub(crate) token: String,
}

impl Client<'_> {
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.house.request(method, path).bearer_auth(&self.token)
    }

    pub(crate) async fn get(&self, path: &str) -> Said {
        send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Said {
        send(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Said {
        send(self.request(Method::PATCH, path).json(&body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Said {
        send(self.request(Method::DELETE, path)).await
    }
}

pub(crate) async fn send(request: RequestBuilder) -> Said {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let goes_on = headers
        .get("content-type")
        .is_some_and(|kind| kind == "text/event-stream");
    let bytes = if goes_on {
        bytes::Bytes::default()
    } else {
        response.bytes().await.unwrap()
    };
    Said {
        status,
        headers,
        json: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    }
}

fn login(email: &str) -> NewUser {
    static HASH: OnceLock<String> = OnceLock::new();
    NewUser {
        id: UserId(Uuid::now_v7()),
        email: email.to_owned(),
        name: email.split('@').next().unwrap().to_owned(),
        password_hash: Some(HASH.get_or_init(|| hash_now(PASSWORD).unwrap()).clone()),
        created_at: Clock::system().now(),
    }
}

async fn another_tenant(db: &Db) -> TenantId {
    let new = NewTenant {
        id: TenantId(Uuid::now_v7()),
        slug: "their-garage".to_owned(),
        company_name: "Their Garage".to_owned(),
        status: TenantStatus::Active,
        tier: PlanTier::Pro,
        timezone: chrono_tz::America::Chicago,
        currency: "USD".to_owned(),
        address: None,
        industry: None,
        city: None,
        contact_name: None,
        contact_email: None,
        contact_phone: None,
        is_test_mode: false,
        branding: None,
        created_at: Clock::system().now(),
    };
    let mut tx = db.store.platform(PlatformActor::operator()).await.unwrap();
    tx.create_tenant(&new).await.unwrap();
    tx.commit().await.unwrap();
    new.id
}
