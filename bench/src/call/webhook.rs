//! Signed requests to the server, as Twilio's webhook client makes them: 10 s to connect, 15 s in
//! all, no redirects followed.

use std::time::Duration;

use url::Url;

use super::{CallError, form::Form, route::Route};
use crate::{
    fault::SignatureFault,
    signature::{HEADER, sign_form, sign_url},
    twiml::Method,
};

/// Asks the server's webhooks.
#[derive(Debug)]
pub(super) struct Webhook {
    http: reqwest::Client,
    auth_token: String,
    fault: SignatureFault,
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub status: u16,
    pub body: String,
}

const SECONDS: u64 = 15;

impl Webhook {
    pub(super) fn new(auth_token: &str, fault: SignatureFault) -> Result<Self, CallError> {
        Ok(Self::over(client()?, auth_token, fault))
    }

    /// Over a client that others use too.
    pub(super) fn over(http: reqwest::Client, auth_token: &str, fault: SignatureFault) -> Self {
        Self {
            http,
            auth_token: auth_token.to_owned(),
            fault,
        }
    }

    /// Asks the public `url`; any HTTP status is an answer.
    pub(super) async fn ask(
        &self,
        route: &Route,
        url: &Url,
        method: Method,
        form: &Form,
    ) -> Result<Answer, CallError> {
        let mut public = url.clone();
        if method == Method::Get {
            public.query_pairs_mut().extend_pairs(form);
        }
        let wire = route.wire(&public);
        let request = match method {
            Method::Post => self.http.post(wire.clone()).form(form),
            Method::Get => self.http.get(wire.clone()),
        };
        let signed_form: &[_] = match method {
            Method::Post => form,
            Method::Get => &[],
        };
        let signature = signature(self.fault, &self.auth_token, &public, signed_form);
        let request = match signature {
            Some(signature) => request.header(HEADER, signature),
            None => request,
        };
        let fault = |source| fault(wire.as_str(), source);
        let response = request.send().await.map_err(fault)?;
        Ok(Answer {
            status: response.status().as_u16(),
            body: response.text().await.map_err(fault)?,
        })
    }
}

/// A client with the carrier's limits.
pub(super) fn client() -> Result<reqwest::Client, CallError> {
    reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(10))
        .timeout(Duration::from_secs(SECONDS))
        .redirect(reqwest::redirect::Policy::none())
        .user_agent("TwilioProxy/1.1")
        .build()
        .map_err(|source| CallError::Http {
            url: "the HTTP client".to_owned(),
            source,
        })
}

/// The signature of a request to `public`, spoilt as asked; `None` when there is to be none.
pub(super) fn signature(
    fault: SignatureFault,
    auth_token: &str,
    public: &Url,
    form: &[(String, String)],
) -> Option<String> {
    let sign = |token: &str, url: &str| {
        if form.is_empty() {
            sign_url(token, url)
        } else {
            sign_form(token, url, form)
        }
    };
    match fault {
        SignatureFault::None => Some(sign(auth_token, public.as_str())),
        SignatureFault::Missing => None,
        SignatureFault::WrongToken => Some(sign(&format!("{auth_token}x"), public.as_str())),
        SignatureFault::WrongUrl => Some(sign(auth_token, &format!("{public}x"))),
    }
}

fn fault(url: &str, source: reqwest::Error) -> CallError {
    let url = url.to_owned();
    if source.is_connect() {
        return CallError::Unreachable { url, source };
    }
    if source.is_timeout() {
        return CallError::Timeout {
            url,
            seconds: SECONDS,
        };
    }
    CallError::Http { url, source }
}
