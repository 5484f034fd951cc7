//! Twilio's REST interface, as far as we ask: texts, and numbers.
//!
//! Contract: Twilio's reference of `2010-04-01`: forms in, JSON out, basic authentication with the
//! account and its token. The address can be set, so that a stand-in can take its place. Each request
//! is asked once; who tries again is not known here.

mod error;
mod number;
mod text;

use std::time::Duration;

use media::twilio::AccountSid;
use reqwest::{Method, RequestBuilder, Response, redirect::Policy};
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use url::Url;

use crate::{clock::Clock, post::Pulse, twilio::signature::is_loopback};
pub use error::{RestError, RestSettingsError};
pub use number::{Available, BoughtNumber, NumberQuery, NumberWebhooks};
pub use text::OutgoingText;

/// An account at the carrier's.
pub struct TwilioRest {
    http: reqwest::Client,
    base: Url,
    account: AccountSid,
    token: SecretString,
    clock: Clock,
    pulse: Pulse,
}

impl std::fmt::Debug for TwilioRest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TwilioRest")
            .field("base", &self.base.as_str())
            .finish_non_exhaustive()
    }
}

impl TwilioRest {
    /// `base` such as `https://api.twilio.com`; plain `http` on this machine only.
    pub fn new(
        base: &str,
        account: &str,
        token: SecretString,
        clock: Clock,
    ) -> Result<Self, RestSettingsError> {
        let unusable = || RestSettingsError::Base(base.to_owned());
        let base = Url::parse(base).map_err(|_| unusable())?;
        let is_near = base.host().as_ref().is_some_and(is_loopback);
        if !(base.scheme() == "https" || (base.scheme() == "http" && is_near))
            || base.cannot_be_a_base()
        {
            return Err(unusable());
        }
        let account: AccountSid = account.parse().map_err(|_| RestSettingsError::Account)?;
        let hex = account.as_str().strip_prefix("AC").unwrap_or_default();
        if hex.len() != 32 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(RestSettingsError::Account);
        }
        let mut builder = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .timeout(PATIENCE)
            // A redirected request would take the token to another host.
            .redirect(Policy::none());
        if is_near {
            builder = builder.no_proxy();
        }
        Ok(Self {
            http: builder
                .build()
                .map_err(|error| RestSettingsError::Client(error.to_string()))?,
            base,
            account,
            token,
            clock,
            pulse: Pulse::default(),
        })
    }

    /// The account, as it may be shown: its last four digits.
    pub fn account_hint(&self) -> String {
        let sid = self.account.as_str();
        format!("AC…{}", &sid[sid.len() - 4..])
    }

    pub fn base(&self) -> &str {
        self.base.as_str()
    }

    pub const fn pulse(&self) -> &Pulse {
        &self.pulse
    }

    /// A request below the account.
    fn request(&self, method: Method, place: &str, query: &[(&str, &str)]) -> RequestBuilder {
        let mut url = self.base.clone();
        url.set_path(&format!(
            "/2010-04-01/Accounts/{}/{place}",
            self.account.as_str()
        ));
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        self.http
            .request(method, url)
            .basic_auth(self.account.as_str(), Some(self.token.expose_secret()))
    }

    async fn json<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, RestError> {
        let answer = async {
            let response = self.accepted(request).await?;
            response
                .json()
                .await
                .map_err(|error| RestError::unclear(&error))
        };
        self.noted(answer.await)
    }

    async fn done(&self, request: RequestBuilder) -> Result<(), RestError> {
        let answer = self.accepted(request).await.map(|_| ());
        self.noted(answer)
    }

    async fn accepted(&self, request: RequestBuilder) -> Result<Response, RestError> {
        let response = request
            .send()
            .await
            .map_err(|error| RestError::lost(&error))?;
        if response.status().is_success() {
            return Ok(response);
        }
        Err(RestError::of(response).await)
    }

    fn noted<T>(&self, answer: Result<T, RestError>) -> Result<T, RestError> {
        let failure = match &answer {
            Ok(_) | Err(RestError::Refused { .. }) => None,
            Err(error) => Some(error.loggable()),
        };
        self.pulse.note(self.clock.now(), failure);
        answer
    }
}

/// For a whole answer.
const PATIENCE: Duration = Duration::from_secs(20);

#[cfg(test)]
mod tests {
    use super::*;

    fn rest(base: &str, account: &str) -> Result<TwilioRest, RestSettingsError> {
        TwilioRest::new(base, account, SecretString::from("hush"), Clock::system())
    }

    #[tokio::test]
    async fn the_token_goes_nowhere_unprotected() {
        let account = "AC0123456789abcdef0123456789abcdef";
        for base in [
            "http://api.twilio.com",
            "ftp://x",
            "nonsense",
            "http://10.0.0.1",
        ] {
            assert!(rest(base, account).is_err(), "{base}");
        }
        for base in [
            "https://api.twilio.com",
            "http://127.0.0.1:8081",
            "http://localhost:1",
        ] {
            assert!(rest(base, account).is_ok(), "{base}");
        }
        let said = rest("https://api.twilio.com", "AC12")
            .unwrap_err()
            .to_string();
        assert!(said.contains("TWILIO_ACCOUNT_SID"), "{said}");
        let rest = rest("https://api.twilio.com", account).unwrap();
        assert_eq!(rest.account_hint(), "AC…cdef");
        assert!(!format!("{rest:?}").contains("hush"));
    }
}
