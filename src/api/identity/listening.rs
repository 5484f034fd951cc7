//! Links to listen by: one recording, for an hour, without a bearer, as a browser's player asks.
//!
//! Whoever has the link may listen for as long as whoever asked for it might: that is looked up each
//! time, so the link ends with the session, the key or the share that it was made for.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use tenant_config::id::{ApiKeyId, CallId, RecordingId, SessionId, ShareId, TenantId, UserId};

use super::token::{Act, Tokens};

/// How long a link is good for.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(60);

/// What a link leads to, and in whose name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listening {
    pub tenant: TenantId,
    pub call: CallId,
    pub recording: RecordingId,
    pub by: Listener,
}

/// On whose right a link stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Listener {
    Session {
        sub: UserId,
        sid: SessionId,
        act: Option<Act>,
    },
    Key(ApiKeyId),
    /// Somebody with a link that shows the call.
    Share(ShareId),
}

/// Nothing else that we sign has these fields.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    listen: Listening,
    iat: i64,
    exp: i64,
}

impl Tokens {
    /// A link's secret part.
    pub fn listening(
        &self,
        listen: Listening,
        at: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        self.sign(&Claims {
            listen,
            iat: at.timestamp(),
            exp: until.timestamp(),
        })
    }

    /// What a link leads to; `None` when it is not one of ours, or too old.
    pub fn read_listening(&self, token: &str, now: DateTime<Utc>) -> Option<Listening> {
        let claims: Claims = self.signed(token)?;
        (claims.exp > now.timestamp()).then_some(claims.listen)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{api::identity::token::Bearer, secrets::Keyring};

    #[test]
    fn a_link_is_good_for_an_hour_and_for_nothing_else() {
        let at = "2026-11-18T18:00:00Z".parse().unwrap();
        let tokens = Tokens::new(Keyring::new([("a".to_owned(), [1; 32])]).unwrap());
        let id = Uuid::from_u128(7);
        let listen = Listening {
            tenant: TenantId(id),
            call: CallId(id),
            recording: RecordingId(id),
            by: Listener::Session {
                sub: UserId(id),
                sid: SessionId(id),
                act: None,
            },
        };
        let token = tokens.listening(listen.clone(), at, at + LIFETIME).unwrap();
        assert_eq!(tokens.read_listening(&token, at), Some(listen));
        assert_eq!(tokens.read_listening(&token, at + LIFETIME), None);
        assert_eq!(tokens.read_access(&token, at), None);
        assert_eq!(tokens.read_listening("a.b.c", at), None);
        let bearer = Bearer {
            user: UserId(id),
            session: SessionId(id),
            tenant: None,
            act: None,
        };
        let access = tokens.access(&bearer, at).unwrap();
        assert_eq!(tokens.read_listening(&access, at), None);
    }
}
