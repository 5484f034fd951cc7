//! The carrier's REST interface: checks who asks and what is said, keeps texts and sells numbers.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};
use trunkline::{clock::Clock, twilio::rest::TwilioRest};
use url::form_urlencoded;

pub(crate) const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
pub(crate) const TOKEN: &str = "the-account's-token";

/// A request that was let in.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// Below the account.
    pub(crate) place: String,
    pub(crate) fields: BTreeMap<String, String>,
}

/// What becomes of the next request of a kind; it is served where nothing is said.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Manner {
    /// This status, and Twilio's own code.
    Fails(u16, u32),
    /// 429 with `Retry-After` in seconds.
    AsksToWait(u64),
    /// Does it, and breaks off in the middle of the answer.
    DoesItAndBreaksOff,
    /// Never answers.
    Hangs,
}

/// Stops when it is dropped.
pub(crate) struct TwilioStandIn {
    pub(crate) url: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    asked: Mutex<Vec<Asked>>,
    /// By the beginning of method and place.
    manners: Mutex<VecDeque<(&'static str, Manner)>>,
    /// Numbers of the account by sid, with their labels.
    own: Mutex<BTreeMap<String, (String, String)>>,
}

impl TwilioStandIn {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared::default());
        let router = Router::new()
            .fallback(serve)
            .with_state(Arc::clone(&shared));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, shared, task }
    }

    pub(crate) fn client(&self) -> Arc<TwilioRest> {
        self.client_with(TOKEN)
    }

    pub(crate) fn client_with(&self, token: &str) -> Arc<TwilioRest> {
        let token = SecretString::from(token);
        Arc::new(TwilioRest::new(&self.url, ACCOUNT, token, Clock::system()).unwrap())
    }

    /// The next request that begins so (such as `POST Messages`) is treated so.
    pub(crate) fn next(&self, beginning: &'static str, manner: Manner) {
        self.shared
            .manners
            .lock()
            .unwrap()
            .push_back((beginning, manner));
    }

    /// Requests that begin so, in order.
    pub(crate) fn asked(&self, beginning: &str) -> Vec<Asked> {
        let asked = self.shared.asked.lock().unwrap();
        let begins =
            |asked: &&Asked| format!("{} {}", asked.method, asked.place).starts_with(beginning);
        asked.iter().filter(begins).cloned().collect()
    }

    /// Texts that were asked for.
    pub(crate) fn texts(&self) -> Vec<Asked> {
        self.asked("POST Messages.json")
    }

    /// The account's numbers, by sid.
    pub(crate) fn numbers(&self) -> BTreeMap<String, (String, String)> {
        self.shared.own.lock().unwrap().clone()
    }

    /// A number that the account had before.
    pub(crate) fn owns(&self, sid: &str, number: &str, label: &str) {
        let number = (number.to_owned(), label.to_owned());
        self.shared
            .own
            .lock()
            .unwrap()
            .insert(sid.to_owned(), number);
    }
}

impl Drop for TwilioStandIn {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let expected = format!("Basic {}", STANDARD.encode(format!("{ACCOUNT}:{TOKEN}")));
    let said = parts.headers.get(header::AUTHORIZATION);
    if said.is_none_or(|said| said.as_bytes() != expected.as_bytes()) {
        return problem(401, 20_003, "Authenticate");
    }
    let below = format!("/2010-04-01/Accounts/{ACCOUNT}/");
    let Some(place) = parts.uri.path().strip_prefix(&below) else {
        return problem(404, 20_404, "no such account");
    };
    let query = parts.uri.query().unwrap_or_default().as_bytes();
    let fields = form_urlencoded::parse(query).chain(form_urlencoded::parse(&body));
    let asked = Asked {
        method: parts.method.to_string(),
        place: place.to_owned(),
        fields: fields
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect(),
    };
    shared.asked.lock().unwrap().push(asked.clone());
    let manner = manner_for(&shared, &asked);
    match manner {
        Some(Manner::Fails(status, code)) => {
            problem(status, code, "as the test wants it, +19185550142")
        }
        Some(Manner::AsksToWait(seconds)) => {
            let mut response = problem(429, 20_429, "too many requests");
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, seconds.into());
            response
        }
        Some(Manner::Hangs) => {
            tokio::time::sleep(Duration::from_mins(10)).await;
            problem(500, 0, "late")
        }
        Some(Manner::DoesItAndBreaksOff) => {
            act(&shared, &asked);
            let broken = futures_util::stream::iter([
                Ok(Bytes::from_static(b"{\"sid\": \"")),
                Err(std::io::Error::other("broken off")),
            ]);
            Response::new(Body::from_stream(broken))
        }
        None => act(&shared, &asked),
    }
}

fn manner_for(shared: &Shared, asked: &Asked) -> Option<Manner> {
    let mut manners = shared.manners.lock().unwrap();
    let name = format!("{} {}", asked.method, asked.place);
    let place = manners
        .iter()
        .position(|(beginning, _)| name.starts_with(beginning))?;
    manners.remove(place).map(|(_, manner)| manner)
}

fn act(shared: &Shared, asked: &Asked) -> Response {
    let field = |name: &str| asked.fields.get(name).cloned().unwrap_or_default();
    match (asked.method.as_str(), asked.place.as_str()) {
        ("POST", "Messages.json") => {
            let needed = ["To", "From", "Body", "StatusCallback"];
            if let Some(missing) = needed.iter().find(|name| field(name).is_empty()) {
                return problem(400, 21_604, &format!("{missing} is missing"));
            }
            let sid = format!("SM{}", uuid::Uuid::new_v4().simple());
            (
                StatusCode::CREATED,
                json_of(&json!({"sid": sid, "status": "queued"})),
            )
                .into_response()
        }
        ("GET", "AvailablePhoneNumbers/US/Local.json") => {
            let area = field("AreaCode");
            let found: Vec<Value> = (1..=3)
                .map(|n| {
                    json!({"phone_number": format!("+1{}555010{n}", if area.is_empty() { "918" } else { &area }),
                           "friendly_name": "a number", "locality": "Tulsa", "region": "OK", "iso_country": "US",
                           "capabilities": {"voice": true, "SMS": true, "MMS": false}})
                })
                .collect();
            json_of(&json!({"available_phone_numbers": found}))
        }
        ("POST", "IncomingPhoneNumbers.json") => {
            let number = field("PhoneNumber");
            let mut own = shared.own.lock().unwrap();
            if own.values().any(|(known, _)| *known == number) {
                return problem(400, 21_422, "not available");
            }
            let sid = format!("PN{}", uuid::Uuid::new_v4().simple());
            own.insert(sid.clone(), (number.clone(), field("FriendlyName")));
            let body =
                json!({"sid": sid, "phone_number": number, "friendly_name": field("FriendlyName")});
            (StatusCode::CREATED, json_of(&body)).into_response()
        }
        ("GET", "IncomingPhoneNumbers.json") => {
            let wanted = field("PhoneNumber");
            let own = shared.own.lock().unwrap();
            let found: Vec<Value> = own
                .iter()
                .filter(|(_, (number, _))| number.contains(&wanted))
                .map(|(sid, (number, label))| json!({"sid": sid, "phone_number": number, "friendly_name": label}))
                .collect();
            json_of(&json!({"incoming_phone_numbers": found}))
        }
        ("DELETE", place) => {
            let sid = place
                .strip_prefix("IncomingPhoneNumbers/")
                .and_then(|rest| rest.strip_suffix(".json"))
                .unwrap_or_default();
            match shared.own.lock().unwrap().remove(sid) {
                Some(_) => StatusCode::NO_CONTENT.into_response(),
                None => problem(404, 20_404, "not found"),
            }
        }
        _ => problem(404, 20_404, "not found"),
    }
}

fn json_of(body: &Value) -> Response {
    (
        [(header::CONTENT_TYPE, "application/json")],
        body.to_string(),
    )
        .into_response()
}

fn problem(status: u16, code: u32, message: &str) -> Response {
    let body = json!({"code": code, "message": message, "more_info": "", "status": status});
    (StatusCode::from_u16(status).unwrap(), json_of(&body)).into_response()
}
