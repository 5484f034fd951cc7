//! Texts that come in: whose they are, what becomes of them, and what the agent answers.

mod conversation;
mod manners;
mod routing;

use std::sync::Arc;

use reqwest::Response;
use secrecy::SecretString;
use trunkline::{
    clock::Clock,
    post::Post,
    session::line::Line,
    twilio::signature::{HEADER, PublicOrigin, Verifier},
    work::Working,
};

use crate::{
    harness::{AI_VOICE, Db},
    node::{CALLER, Minds, Node, NodeSetup, TOKEN},
    standins::twilio::TwilioStandIn,
};

/// Somebody with a phone, as the carrier tells it to a node.
pub(crate) struct Texter {
    url: String,
    signer: Verifier,
    http: reqwest::Client,
}

impl Texter {
    pub(crate) fn new(node: &Node) -> Self {
        let origin: PublicOrigin = node.origin.parse().unwrap();
        Self {
            url: node.url.clone(),
            signer: Verifier::new(vec![SecretString::from(TOKEN)], origin).unwrap(),
            http: reqwest::Client::new(),
        }
    }

    /// A signed form.
    pub(crate) async fn asks(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let owned: Vec<(String, String)> = form
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        let signature = self.signer.sign_form(path, &owned);
        self.sends(path, form, Some(&signature)).await
    }

    pub(crate) async fn sends(
        &self,
        path: &str,
        form: &[(&str, &str)],
        signature: Option<&str>,
    ) -> Response {
        let request = self.http.post(format!("{}{path}", self.url)).form(form);
        let request = match signature {
            Some(signature) => request.header(HEADER, signature),
            None => request,
        };
        request.send().await.unwrap()
    }

    /// Writes a text; the carrier must hear that there is nothing to do.
    pub(crate) async fn writes(&self, to: &str, words: &str) -> String {
        self.writes_more(to, words, &[]).await
    }

    /// The same with more fields; of equal names `more` counts. The MessageSid.
    pub(crate) async fn writes_more(&self, to: &str, words: &str, more: &[(&str, &str)]) -> String {
        let sid = format!("SM{}", uuid::Uuid::new_v4().simple());
        let usual = [
            ("MessageSid", sid.as_str()),
            ("AccountSid", "AC0123456789abcdef0123456789abcdef"),
            ("From", CALLER),
            ("To", to),
            ("Body", words),
            ("NumMedia", "0"),
        ];
        let is_replaced = |name: &str| more.iter().any(|(other, _)| *other == name);
        let mut form: Vec<(&str, &str)> = usual
            .into_iter()
            .filter(|(name, _)| !is_replaced(name))
            .collect();
        form.extend(more);
        let said = self.asks("/sms", &form).await;
        assert_eq!(said.status(), 200);
        assert_eq!(said.headers()["content-type"], "text/xml; charset=utf-8");
        let twiml = said.text().await.unwrap();
        assert!(
            twiml.contains("<Response") && !twiml.contains("<Message"),
            "{twiml}"
        );
        sid
    }
}

/// A node whose agent answers texts, its carrier, and a contact.
struct Scene {
    db: Arc<Db>,
    carrier: TwilioStandIn,
    node: Node,
    texter: Texter,
}

impl Scene {
    async fn of(minds: Minds) -> Self {
        Self::at(minds, Clock::system()).await
    }

    async fn at(minds: Minds, clock: Clock) -> Self {
        let carrier = TwilioStandIn::start().await;
        let db = Arc::new(Db::seeded().await);
        let post = Post {
            mail: None,
            carrier: Some(carrier.client()),
        };
        let setup = NodeSetup::new(Arc::clone(&db));
        let setup = NodeSetup {
            clock,
            post,
            ..setup
        };
        let node = Node::start_with(Line::from(minds.providers()), setup).await;
        let texter = Texter::new(&node);
        Self {
            db,
            carrier,
            node,
            texter,
        }
    }

    fn work(&self) -> Working {
        self.node.worker.clone().start()
    }

    /// Writes to the agent and waits for its answer, which is the `n`th.
    async fn asks(&self, words: &str, n: usize) -> String {
        self.texter.writes(AI_VOICE, words).await;
        self.answer(n).await
    }

    async fn answer(&self, n: usize) -> String {
        for _ in 0..1200 {
            if let Some(text) = self.carrier.texts().get(n - 1) {
                return text.fields["Body"].clone();
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let jobs = "SELECT string_agg(kind || ' ' || state || ' ' || COALESCE(last_error, ''), ', ') FROM app.jobs";
        panic!("there is no answer {n}: {:?}", self.db.value(jobs).await);
    }

    /// Waits until no job waits.
    async fn settled(&self) {
        let waits = "SELECT count(*)::text FROM app.jobs WHERE state IN ('ready', 'leased')";
        for _ in 0..1200 {
            if self.db.value(waits).await.as_deref() == Some("0") {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("a job still waits");
    }
}
