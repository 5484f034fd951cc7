//! Where a server is and how long it may take, parsed once at the edge.
//!
//! Raw text becomes an [`OpenAiConfig`] that cannot be wrong: a key that no header can carry or
//! a URL with a password in it is refused here, with the field's name, and never echoed.

use std::time::Duration;

use media::resample::UnsupportedRate;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// The public service, for whoever sets a key and no URL.
pub const PUBLIC_BASE_URL: &str = "https://api.openai.com/v1";

/// Why a configuration was refused. Never holds the key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error(
        "base URL {reason}; give the address up to and including its version, such as http://127.0.0.1:8000/v1"
    )]
    BaseUrl { reason: &'static str },
    #[error("API key {reason}; leave it unset for a server that wants none")]
    ApiKey { reason: &'static str },
    #[error("{field} must be 1 to 256 printable characters without spaces around them")]
    Name { field: &'static str },
    #[error("timeout `{field}` must be longer than zero")]
    Timeout { field: &'static str },
    #[error(transparent)]
    PcmRate(#[from] UnsupportedRate),
    #[error("no HTTP client can be made: {0}")]
    HttpClient(String),
}

/// How long each phase of a request may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until the connection stands, TLS included.
    pub connect: Duration,
    /// From the request to the first token, the first audio byte or the transcript.
    pub first: Duration,
    /// Between two pieces of a streamed answer.
    pub between: Duration,
    /// From the request to the end of the answer.
    pub total: Duration,
}

impl Default for Timeouts {
    /// For a voice call: a caller who hears nothing for six seconds hangs up.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(2),
            first: Duration::from_secs(6),
            between: Duration::from_secs(4),
            total: Duration::from_secs(45),
        }
    }
}

impl Timeouts {
    fn check(self) -> Result<Self, ConfigError> {
        let phases = [
            ("connect", self.connect),
            ("first", self.first),
            ("between", self.between),
            ("total", self.total),
        ];
        match phases.into_iter().find(|(_, limit)| limit.is_zero()) {
            Some((field, _)) => Err(ConfigError::Timeout { field }),
            None => Ok(self),
        }
    }
}

/// One OpenAI-compatible server and the model to ask for. `Debug` hides the key.
#[derive(Debug, Clone)]
pub struct OpenAiConfig {
    base_url: String,
    on_this_machine: bool,
    is_public_service: bool,
    /// Empty where the server wants none.
    api_key: SecretString,
    model: String,
    timeouts: Timeouts,
}

impl OpenAiConfig {
    /// `base_url` is `http` or `https`, up to and including the version (`…/v1`), without user,
    /// password, query or fragment. `api_key` is `None` for a server that wants none.
    pub fn parse(
        base_url: &str,
        api_key: Option<SecretString>,
        model: &str,
        timeouts: Timeouts,
    ) -> Result<Self, ConfigError> {
        let url = parse_base_url(base_url)?;
        let host = url.host_str().unwrap_or_default();
        let on_this_machine = match url.host() {
            Some(url::Host::Domain(name)) => name == "localhost",
            Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
            Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        };
        Ok(Self {
            on_this_machine,
            is_public_service: host == "api.openai.com",
            base_url: url.as_str().trim_end_matches('/').to_owned(),
            api_key: parse_key(api_key)?,
            model: parse_name("model", model)?,
            timeouts: timeouts.check()?,
        })
    }

    /// The same server, asked for another model.
    pub(crate) fn with_model(&self, model: &str) -> Result<Self, ConfigError> {
        Ok(Self {
            model: parse_name("model", model)?,
            ..self.clone()
        })
    }

    /// Without a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    pub fn model(&self) -> &str {
        &self.model
    }

    pub fn timeouts(&self) -> Timeouts {
        self.timeouts
    }

    pub(crate) fn api_key(&self) -> &SecretString {
        &self.api_key
    }

    /// A proxy set for the outside world is never asked for a loopback address.
    pub(crate) fn is_on_this_machine(&self) -> bool {
        self.on_this_machine
    }

    /// Whether this is the public service, which refuses some parameters that others need.
    pub(crate) fn is_public_service(&self) -> bool {
        self.is_public_service
    }
}

/// A model or voice name as servers take it.
pub(crate) fn parse_name(field: &'static str, name: &str) -> Result<String, ConfigError> {
    let fits = (1..=256).contains(&name.len())
        && name.trim() == name
        && !name.contains(|c: char| c.is_control());
    if fits {
        Ok(name.to_owned())
    } else {
        Err(ConfigError::Name { field })
    }
}

fn parse_base_url(text: &str) -> Result<Url, ConfigError> {
    let refused = |reason| Err(ConfigError::BaseUrl { reason });
    let Ok(url) = Url::parse(text.trim()) else {
        return refused("is not a URL");
    };
    if !matches!(url.scheme(), "http" | "https") {
        return refused("must begin with http:// or https://");
    }
    if url.host_str().is_none_or(str::is_empty) {
        return refused("names no host");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refused("holds a user or password, which belong into the API key");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refused("has a query or fragment");
    }
    let path = url.path().trim_end_matches('/');
    if [
        "/chat/completions",
        "/audio/speech",
        "/audio/transcriptions",
    ]
    .iter()
    .any(|endpoint| path.ends_with(endpoint))
    {
        return refused("ends in an endpoint, which is added to it");
    }
    Ok(url)
}

/// Only visible ASCII fits into a header; anything else is a slip of copying.
fn parse_key(key: Option<SecretString>) -> Result<SecretString, ConfigError> {
    let Some(key) = key else {
        return Ok(SecretString::default());
    };
    let text = key.expose_secret();
    if text.is_empty() {
        return Err(ConfigError::ApiKey { reason: "is empty" });
    }
    if !text.chars().all(|c| c.is_ascii_graphic()) {
        return Err(ConfigError::ApiKey {
            reason: "holds a space or an unprintable character",
        });
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str, key: Option<&str>, model: &str) -> Result<OpenAiConfig, ConfigError> {
        OpenAiConfig::parse(url, key.map(SecretString::from), model, Timeouts::default())
    }

    #[test]
    fn a_good_configuration_is_kept_and_the_slash_dropped() {
        let config = parse("http://127.0.0.1:8000/v1/", Some("sk-1"), "qwen").unwrap();
        assert_eq!(config.base_url(), "http://127.0.0.1:8000/v1");
        assert_eq!(config.model(), "qwen");
        assert!(config.is_on_this_machine() && !config.is_public_service());
        assert!(
            parse(PUBLIC_BASE_URL, None, "gpt")
                .unwrap()
                .is_public_service()
        );
    }

    #[test]
    fn the_key_is_never_shown() {
        let shown = format!(
            "{:?}",
            parse("http://h/v1", Some("sk-secret"), "m").unwrap()
        );
        assert!(!shown.contains("sk-secret"), "{shown}");
    }

    #[test]
    fn bad_urls_are_refused_with_the_reason() {
        for (url, reason) in [
            ("127.0.0.1:8000", "is not a URL"),
            ("ftp://h/v1", "must begin with http"),
            ("http://me:pw@h/v1", "user or password"),
            ("http://h/v1?key=1", "query"),
            ("http://h/v1/chat/completions", "endpoint"),
        ] {
            let error = parse(url, None, "m").unwrap_err().to_string();
            assert!(error.contains(reason), "{url}: {error}");
            assert!(!error.contains("pw"), "{error}");
        }
    }

    #[test]
    fn bad_keys_models_and_timeouts_are_refused() {
        for key in ["", "two words", "line\n", "schlüssel"] {
            let error = parse("http://h/v1", Some(key), "m").unwrap_err();
            assert!(matches!(error, ConfigError::ApiKey { .. }), "{error}");
        }
        for model in ["", " m", "a\nb"] {
            assert_eq!(
                parse("http://h/v1", None, model).unwrap_err(),
                ConfigError::Name { field: "model" }
            );
        }
        let zero = Timeouts {
            between: Duration::ZERO,
            ..Timeouts::default()
        };
        let error = OpenAiConfig::parse("http://h/v1", None, "m", zero).unwrap_err();
        assert_eq!(error, ConfigError::Timeout { field: "between" });
    }
}
