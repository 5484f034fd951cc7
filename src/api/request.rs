//! What goes around every request of the API: its id, where it came from, and what a browser must
//! be told. Knows no login and no route.

use std::net::{IpAddr, SocketAddr};

use axum::{
    body::Body,
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use uuid::Uuid;

use super::{problem::Problem, state::ApiState};

/// A request and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The sender's own `X-Request-Id`, or one of ours.
    pub request_id: String,
    /// `None` when the server was not told, as in a test without a socket.
    pub ip: Option<IpAddr>,
    pub user_agent: Option<String>,
}

impl Origin {
    /// As the audit log keeps it.
    pub fn audited(&self, actor_name: Option<String>) -> store::audit::Origin {
        store::audit::Origin {
            actor_name,
            ip: self.ip.map(|ip| ip.to_string()),
            user_agent: self.user_agent.clone(),
            request_id: Some(self.request_id.clone()),
        }
    }
}

/// Names the request, lets it be served, and writes problems out.
pub(super) async fn around(
    State(api): State<ApiState>,
    mut request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let origin = Origin {
        request_id: request_id(headers),
        ip: peer(&request).map(|peer| behind_proxies(peer, headers, &api.trusted_proxies)),
        user_agent: text(headers, &header::USER_AGENT).map(|name| shortened(name, LONGEST_AGENT)),
    };
    let id = origin.request_id.clone();
    request.extensions_mut().insert(origin);
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let mut written = problem.render(&id);
        // What others have said about it, such as the limits that hold.
        for (name, value) in response.headers() {
            if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
                written.headers_mut().append(name.clone(), value.clone());
            }
        }
        response = written;
    }
    let headers = response.headers_mut();
    for (name, value) in SAFE {
        headers
            .entry(HeaderName::from_static(name))
            .or_insert(HeaderValue::from_static(value));
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

/// An answer without a body.
pub(super) fn empty(status: axum::http::StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// The sender's id where it is one that can be logged and looked for.
fn request_id(headers: &HeaderMap) -> String {
    let fits = |id: &&str| {
        (1..=LONGEST_ID).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.:/+=".contains(&b))
    };
    text(headers, &REQUEST_ID)
        .filter(fits)
        .map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

fn peer(request: &Request) -> Option<IpAddr> {
    let info = request.extensions().get::<ConnectInfo<SocketAddr>>();
    info.map(|ConnectInfo(address)| address.ip().to_canonical())
}

/// The sender behind proxies that the operator trusts: the last address of `X-Forwarded-For` that
/// is none of theirs. Whatever anybody else says there is not believed.
fn behind_proxies(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let mut sender = peer;
    let said = headers.get_all(FORWARDED_FOR).iter();
    let said: Vec<&str> = said.filter_map(|value| value.to_str().ok()).collect();
    let addresses = said.iter().flat_map(|line| line.split(','));
    for address in addresses.collect::<Vec<_>>().into_iter().rev() {
        if !trusted.contains(&sender) {
            break;
        }
        let Ok(before) = address.trim().parse::<IpAddr>() else {
            break;
        };
        sender = before.to_canonical();
    }
    sender
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn shortened(text: &str, longest: usize) -> String {
    text.chars().take(longest).collect()
}

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const LONGEST_ID: usize = 128;
const LONGEST_AGENT: usize = 300;

/// What a browser is told about every answer (OWASP REST Security Cheat Sheet). The pages of the
/// reference say otherwise where they must.
const SAFE: &[(&str, &str)] = &[
    ("cache-control", "no-store"),
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'",
    ),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn an_id_that_could_break_a_log_is_replaced() {
        let kept = headers("x-request-id", &["abc-123"]);
        assert_eq!(request_id(&kept), "abc-123");
        for bad in ["", "a b", "a\"b", &"x".repeat(129)] {
            assert_ne!(request_id(&headers("x-request-id", &[bad])), bad);
        }
    }

    #[test]
    fn only_trusted_proxies_speak_for_others() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let proxy = ip("10.0.0.1");
        let said = headers("x-forwarded-for", &["6.6.6.6, 203.0.113.9", "10.0.0.2"]);
        let trusted = [proxy, ip("10.0.0.2")];
        assert_eq!(behind_proxies(proxy, &said, &trusted), ip("203.0.113.9"));
        assert_eq!(behind_proxies(proxy, &said, &[]), proxy);
        assert_eq!(
            behind_proxies(ip("6.6.6.6"), &said, &trusted),
            ip("6.6.6.6")
        );
        let odd = headers("x-forwarded-for", &["unknown"]);
        assert_eq!(behind_proxies(proxy, &odd, &trusted), proxy);
    }
}
