//! `<Stream>` with its `<Parameter>`s, and what Twilio demands of both.

use url::{Host, Url};

use super::TwimlError;

/// A media stream to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// `wss` (`ws` only to this very machine), without a query.
    pub url: Url,
    pub name: Option<String>,
    pub status_callback: Option<String>,
    /// In the order of the document.
    pub parameters: Vec<(String, String)>,
}

/// Twilio refuses name and value of 500 characters or more together.
pub(super) const PARAMETER_CHARS: usize = 500;

/// Holds a stream's URL against Twilio's errors 31920 and 31922.
pub(super) fn check_url(text: &str) -> Result<Url, TwimlError> {
    let fault = |expected| TwimlError::Value {
        element: "Stream".to_owned(),
        name: "url".to_owned(),
        value: text.to_owned(),
        expected,
    };
    let url = Url::parse(text).map_err(|_| fault("an absolute wss:// URL"))?;
    if url.query().is_some() {
        return Err(fault("no query string (Twilio drops it)"));
    }
    match url.scheme() {
        "wss" => Ok(url),
        // Loopback is the one place where a test line may go without TLS.
        "ws" if is_loopback(&url) => Ok(url),
        _ => Err(fault("the scheme wss")),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
