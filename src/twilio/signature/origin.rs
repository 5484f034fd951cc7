//! Where the carrier reaches us: the one public origin that signatures are checked against.
//!
//! It comes from the configuration and from nowhere else; `Host` and `X-Forwarded-*` are the
//! sender's words.

use std::{fmt, net::IpAddr, str::FromStr};

use url::{Host, Url};

/// Scheme, host and, if it is not the scheme's default, port.
///
/// `https` anywhere; `http` only on a loopback host, for calls from the same machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicOrigin {
    is_secure: bool,
    /// As it stands in a URL; an IPv6 address keeps its brackets.
    host: String,
    port: Option<u16>,
}

/// Why a text is no public origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnOrigin {
    #[error("public origin {text:?} is no URL ({detail}); write it as https://voice.example.com")]
    NotAUrl { text: String, detail: String },
    #[error("public origin {text:?} must begin with https:// (or http:// on this machine only)")]
    Scheme { text: String },
    #[error(
        "public origin {text:?} is plain http beyond this machine, which the carrier refuses for \
         media streams; use https://"
    )]
    Insecure { text: String },
    #[error(
        "public origin {text:?} must be scheme, host and port only, as in \
         https://voice.example.com, without a path, query, fragment or login"
    )]
    MoreThanOrigin { text: String },
}

impl PublicOrigin {
    /// Whether it is reached by `https`.
    pub const fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// The name by itself; an IPv6 address keeps its brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The address of a path (which begins with `/` and may carry a query), for HTTP.
    pub fn url(&self, path_and_query: &str) -> String {
        let scheme = if self.is_secure { "https" } else { "http" };
        self.with_scheme(scheme, self.port, path_and_query)
    }

    /// The address of a path, for a WebSocket: `wss`, or `ws` on a loopback `http` origin.
    pub fn websocket_url(&self, path: &str) -> String {
        let scheme = if self.is_secure { "wss" } else { "ws" };
        self.with_scheme(scheme, self.port, path)
    }

    /// The forms in which the address of a webhook may have been signed: with the port, and with
    /// the scheme's default port or none, because signers differ in what they drop.
    pub(super) fn signed_urls(&self, path_and_query: &str) -> Vec<String> {
        let schemes: &[_] = if self.is_secure { &[HTTPS] } else { &[HTTP] };
        self.forms(schemes, &[path_and_query.to_owned()])
    }

    /// The forms in which the address of a WebSocket may have been signed: also with the scheme of
    /// the HTTP upgrade, and with and without a trailing slash.
    pub(super) fn signed_websocket_urls(&self, path: &str) -> Vec<String> {
        let bare = path.trim_end_matches('/');
        let schemes: &[_] = if self.is_secure {
            &[WSS, HTTPS]
        } else {
            &[WS, HTTP, WSS, HTTPS]
        };
        self.forms(schemes, &[bare.to_owned(), format!("{bare}/")])
    }

    fn forms(&self, schemes: &[Scheme], paths: &[String]) -> Vec<String> {
        let mut forms = Vec::new();
        for scheme in schemes {
            let mut ports = vec![None, Some(scheme.default_port)];
            ports.extend(self.port.map(Some));
            for port in ports {
                forms.extend(
                    paths
                        .iter()
                        .map(|path| self.with_scheme(scheme.name, port, path)),
                );
            }
        }
        forms
    }

    fn with_scheme(&self, scheme: &str, port: Option<u16>, path: &str) -> String {
        let host = &self.host;
        match port {
            Some(port) => format!("{scheme}://{host}:{port}{path}"),
            None => format!("{scheme}://{host}{path}"),
        }
    }
}

impl FromStr for PublicOrigin {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        let owned = || text.to_owned();
        let url = Url::parse(text.trim()).map_err(|e| NotAnOrigin::NotAUrl {
            text: owned(),
            detail: e.to_string(),
        })?;
        let is_secure = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(NotAnOrigin::Scheme { text: owned() }),
        };
        let has_more = url.path() != "/"
            || url.query().is_some()
            || url.fragment().is_some()
            || !url.username().is_empty()
            || url.password().is_some();
        if has_more {
            return Err(NotAnOrigin::MoreThanOrigin { text: owned() });
        }
        let host = url
            .host()
            .ok_or_else(|| NotAnOrigin::Scheme { text: owned() })?;
        if !is_secure && !is_loopback(&host) {
            return Err(NotAnOrigin::Insecure { text: owned() });
        }
        Ok(Self {
            is_secure,
            host: host.to_string(),
            port: url.port(),
        })
    }
}

impl fmt::Display for PublicOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url(""))
    }
}

/// Whether a host is this machine, where nobody listens in.
pub(crate) fn is_loopback(host: &Host<impl AsRef<str>>) -> bool {
    match host {
        Host::Domain(name) => name.as_ref() == "localhost",
        Host::Ipv4(address) => IpAddr::from(*address).is_loopback(),
        Host::Ipv6(address) => IpAddr::from(*address).is_loopback(),
    }
}

#[derive(Debug, Clone, Copy)]
struct Scheme {
    name: &'static str,
    default_port: u16,
}

const HTTPS: Scheme = Scheme {
    name: "https",
    default_port: 443,
};
const HTTP: Scheme = Scheme {
    name: "http",
    default_port: 80,
};
const WSS: Scheme = Scheme {
    name: "wss",
    default_port: 443,
};
const WS: Scheme = Scheme {
    name: "ws",
    default_port: 80,
};

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(
        "https://voice.example.com",
        "https://voice.example.com/a?b=c",
        "wss://voice.example.com/m"
    )]
    #[case(
        "https://Voice.Example.com:443/",
        "https://voice.example.com/a?b=c",
        "wss://voice.example.com/m"
    )]
    #[case(
        "https://ex.com:8443",
        "https://ex.com:8443/a?b=c",
        "wss://ex.com:8443/m"
    )]
    #[case(
        "http://127.0.0.1:8080",
        "http://127.0.0.1:8080/a?b=c",
        "ws://127.0.0.1:8080/m"
    )]
    #[case("http://[::1]:8080", "http://[::1]:8080/a?b=c", "ws://[::1]:8080/m")]
    #[case("http://localhost", "http://localhost/a?b=c", "ws://localhost/m")]
    fn addresses_begin_with_the_origin(
        #[case] origin: PublicOrigin,
        #[case] http: &str,
        #[case] websocket: &str,
    ) {
        assert_eq!(origin.url("/a?b=c"), http);
        assert_eq!(origin.websocket_url("/m"), websocket);
    }

    #[rstest]
    #[case("", "no URL")]
    #[case("voice.example.com", "no URL")]
    #[case("wss://voice.example.com", "must begin with https://")]
    #[case("http://voice.example.com", "plain http beyond this machine")]
    #[case("http://10.0.0.1:8080", "plain http beyond this machine")]
    #[case("https://voice.example.com/twilio", "without a path")]
    #[case("https://voice.example.com?x=1", "without a path")]
    #[case("https://user:pw@voice.example.com", "without a path")]
    fn what_is_no_origin_is_refused_with_its_reason(#[case] text: &str, #[case] reason: &str) {
        let error = text.parse::<PublicOrigin>().unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}
