//! From the URLs that Twilio knows to the addresses where the server under test listens.

use url::Url;

use super::CallError;

/// The two faces of one server.
#[derive(Debug, Clone)]
pub(super) struct Route {
    base: Url,
    public: Url,
}

impl Route {
    pub(super) fn new(base: &str, public: Option<&str>) -> Result<Self, CallError> {
        Ok(Self {
            base: origin("base_url", base)?,
            public: origin("public_origin", public.unwrap_or(base))?,
        })
    }

    /// A public URL: `reference` seen from the document at `from`, or from the origin.
    pub(super) fn resolve(&self, from: Option<&Url>, reference: &str) -> Result<Url, CallError> {
        let mut url = from
            .unwrap_or(&self.public)
            .join(reference)
            .map_err(|_| unusable("action", reference, "a URL"))?;
        // Twilio signs without the fragment.
        url.set_fragment(None);
        Ok(url)
    }

    /// Where a public URL is found: the server's own are sent to its base, others are left.
    pub(super) fn wire(&self, public: &Url) -> Url {
        let mut http = public.clone();
        let is_socket = matches!(public.scheme(), "ws" | "wss");
        if is_socket {
            // Between special schemes this cannot fail.
            let _ = http.set_scheme(if public.scheme() == "wss" {
                "https"
            } else {
                "http"
            });
        }
        if http.origin() != self.public.origin() {
            return public.clone();
        }
        let mut wire = self.base.clone();
        wire.set_path(public.path());
        wire.set_query(public.query());
        if is_socket {
            let _ = wire.set_scheme(if self.base.scheme() == "https" {
                "wss"
            } else {
                "ws"
            });
        }
        wire
    }
}

fn origin(field: &'static str, text: &str) -> Result<Url, CallError> {
    let expected = "http://host:port or https://host";
    let url = Url::parse(text).map_err(|_| unusable(field, text, expected))?;
    if matches!(url.scheme(), "http" | "https") && url.has_host() {
        return Ok(url);
    }
    Err(unusable(field, text, expected))
}

fn unusable(field: &'static str, value: &str, expected: &'static str) -> CallError {
    CallError::Option {
        field,
        value: value.to_owned(),
        expected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_urls_lead_to_the_base_and_foreign_ones_stay() {
        let route = Route::new("http://127.0.0.1:8080", Some("https://voice.example")).unwrap();
        let url = route.resolve(None, "/twilio/voice/next?a=1#x").unwrap();
        assert_eq!(url.as_str(), "https://voice.example/twilio/voice/next?a=1");
        assert_eq!(
            route.wire(&url).as_str(),
            "http://127.0.0.1:8080/twilio/voice/next?a=1"
        );
        let socket = Url::parse("wss://voice.example/twilio/media").unwrap();
        assert_eq!(
            route.wire(&socket).as_str(),
            "ws://127.0.0.1:8080/twilio/media"
        );
        let foreign = Url::parse("https://other.example/x").unwrap();
        assert_eq!(route.wire(&foreign), foreign);
    }

    #[test]
    fn an_address_that_is_none_is_named() {
        let error = Route::new("127.0.0.1:8080", None).unwrap_err().to_string();
        assert!(error.contains("base_url"), "{error}");
    }
}
