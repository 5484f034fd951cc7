//! `/twilio/...`: the webhooks, asked as the carrier asks them.

mod ai;
mod gather;
mod incoming;
mod next;
mod overflow;
mod recording;
mod signed;
mod status;

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use chrono::{DateTime, Utc};
use secrecy::SecretString;
use tempfile::TempDir;
use tower::ServiceExt;
use trunkline::{
    admission::{Admission, NodeLimit},
    clock::Clock,
    ledger::Ledger,
    twilio::{
        signature::{HEADER, Verifier},
        webhook::{self, HearAgain, WebhookState},
    },
    work::Wake,
};
use url::form_urlencoded;

use crate::harness::{Db, noon};

const ORIGIN: &str = "https://voice.example.com";
const TOKEN: &str = "test-auth-token";
const CALLER: &str = "+12025550123";

/// One phone call, as the carrier tells it to us.
struct Phone {
    router: Router,
    signer: Arc<Verifier>,
    /// Of the node.
    _data: TempDir,
    sid: String,
    from: String,
    to: String,
}

/// What came back.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    content_type: String,
    body: String,
}

/// What differs between nodes.
#[derive(Debug, Clone)]
struct Node {
    now: DateTime<Utc>,
    unassigned_answers_as_root: bool,
    admission: Admission,
}

impl Default for Node {
    fn default() -> Self {
        Self {
            now: noon(),
            unassigned_answers_as_root: false,
            admission: Admission::new(NodeLimit::Calls(usize::MAX)),
        }
    }
}

impl Phone {
    /// A caller who dials `to`, at noon of a working day.
    fn dials(db: &Db, to: &str) -> Self {
        Self::dials_at(db, to, Node::default())
    }

    fn dials_at(db: &Db, to: &str, node: Node) -> Self {
        let signer = Arc::new(verifier(ORIGIN, TOKEN));
        let clock = Clock::fixed(node.now);
        let data = TempDir::new().unwrap();
        let opened = Ledger::open(db.store.clone(), clock, data.path(), 1 << 20).unwrap();
        let state = WebhookState {
            store: db.store.clone(),
            signatures: Arc::clone(&signer),
            origin: ORIGIN.parse().unwrap(),
            clock,
            admission: node.admission,
            unassigned_answers_as_root: node.unassigned_answers_as_root,
            ledger: opened.ledger.clone(),
            wake: Wake::default(),
        };
        opened.start(Arc::new(HearAgain::new(state.clone())));
        Self {
            router: webhook::router::<WebhookState>().with_state(state),
            signer,
            _data: data,
            sid: format!("CA{}", uuid::Uuid::new_v4().simple()),
            from: CALLER.to_owned(),
            to: to.to_owned(),
        }
    }

    /// The same call, asked about at another node.
    fn at_another_node(&self, db: &Db) -> Self {
        let sid = self.sid.clone();
        Self {
            sid,
            ..Self::dials(db, &self.to)
        }
    }

    /// A signed webhook with the usual fields, and `more` of them; of equal names `more` counts.
    async fn asks(&self, path: &str, more: &[(&str, &str)]) -> Answer {
        let params = self.params(more);
        let signature = self.signer.sign_form(path, &params);
        self.sends(path, &params, Some(&signature)).await
    }

    /// A webhook whose answer must be TwiML.
    async fn hears(&self, path: &str, more: &[(&str, &str)]) -> String {
        let answer = self.asks(path, more).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        assert_eq!(answer.content_type, "text/xml; charset=utf-8");
        answer.body
    }

    fn params(&self, more: &[(&str, &str)]) -> Vec<(String, String)> {
        let usual = [
            ("CallSid", self.sid.as_str()),
            ("AccountSid", "AC00000000000000000000000000000001"),
            ("From", &self.from),
            ("To", &self.to),
            ("CallStatus", "ringing"),
            ("Direction", "inbound"),
            ("ApiVersion", "2010-04-01"),
        ];
        let is_replaced = |name: &str| more.iter().any(|(other, _)| *other == name);
        let usual = usual.iter().filter(|(name, _)| !is_replaced(name));
        usual
            .chain(more)
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect()
    }

    async fn sends(
        &self,
        path: &str,
        params: &[(String, String)],
        signature: Option<&str>,
    ) -> Answer {
        let mut request = Request::post(path).header(header::HOST, "10.0.0.7").header(
            header::CONTENT_TYPE,
            "application/x-www-form-urlencoded; charset=UTF-8",
        );
        if let Some(signature) = signature {
            request = request.header(HEADER, signature);
        }
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(params)
            .finish();
        self.answer(request.body(Body::from(body)).unwrap()).await
    }

    async fn answer(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let content_type = response.headers().get(header::CONTENT_TYPE);
        let content_type = content_type
            .map(|v| v.to_str().unwrap().to_owned())
            .unwrap_or_default();
        let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        Answer {
            status,
            content_type,
            body: String::from_utf8(body.into()).unwrap(),
        }
    }

    /// A column of the stored call, as text.
    async fn stored(&self, db: &Db, column: &str) -> Option<String> {
        let sid = &self.sid;
        db.value(&format!(
            "SELECT {column}::text FROM app.calls WHERE provider_call_id = '{sid}'"
        ))
        .await
    }

    /// The kinds of the call's events, in order, joined by a space.
    async fn events(&self, db: &Db) -> String {
        let sid = &self.sid;
        db.value(&format!(
            "SELECT string_agg(e.kind, ' ' ORDER BY e.id) FROM app.call_events e
             JOIN app.calls c ON c.id = e.call_id WHERE c.provider_call_id = '{sid}'"
        ))
        .await
        .unwrap_or_default()
    }

    async fn call(&self, db: &Db) -> store::call::CallRef {
        db.store
            .find_call("twilio", &self.sid)
            .await
            .unwrap()
            .unwrap()
    }
}

fn verifier(origin: &str, token: &str) -> Verifier {
    Verifier::new(vec![SecretString::from(token)], origin.parse().unwrap()).unwrap()
}

const INCOMING: &str = "/twilio/voice/incoming";
const AI: &str = "/twilio/voice/ai";
const GATHER: &str = "/twilio/voice/gather";
const NO_INPUT: &str = "/twilio/voice/gather?no_input=1";
const NEXT: &str = "/twilio/voice/next";
const AFTER_DIAL: &str = "/twilio/voice/next?leg=dial";
const AFTER_VOICEMAIL: &str = "/twilio/voice/next?leg=voicemail";
const STATUS: &str = "/twilio/voice/status";
const RECORDING: &str = "/twilio/recording";
