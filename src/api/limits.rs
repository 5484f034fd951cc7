//! How often somebody may ask: GCRA, the generic cell rate algorithm (ITU-T I.371).
//!
//! Each key has one instant, at which all that it asked for would have been asked at the steady rate.
//! A request moves it on by one interval, and is refused where that lies further ahead than a burst
//! reaches. Counts are this node's own, in memory, or those of all nodes, in the database.

use std::{
    hash::Hash,
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use dashmap::DashMap;
use store::{Store, session::SecretHash, throttle::RequestCount};
use tenant_config::id::{ApiKeyId, TenantId, UserId};

use super::{
    identity::secret,
    problem::{Code, Outcome, Problem},
};

/// Whose requests are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Counted {
    Tenant(TenantId),
    Key(ApiKeyId),
    /// A login outside every tenant.
    Login(UserId),
    Address(IpAddr),
    /// What lets somebody in: passwords, codes, links.
    LettingIn(IpAddr),
    /// Mails that anybody can have sent to an address (its hash).
    MailTo([u8; 32]),
}

/// Cheap to clone; the counts are shared.
#[derive(Debug, Clone)]
pub struct Limits {
    per_minute: u32,
    counts: Counts,
}

/// Where requests are counted.
#[derive(Debug, Clone)]
enum Counts {
    Here(Arc<DashMap<Counted, Instant>>),
    Together(Store),
}

/// So many in such a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    name: &'static str,
    quota: u32,
    window: Duration,
}

/// A request that is within its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    policy: Policy,
    /// Further ones that would be let through at once.
    remaining: u32,
    /// Until all of the quota is there again.
    reset: Duration,
}

impl Limits {
    /// `per_minute`: of a tenant, and of each of its keys.
    pub fn of_this_node(per_minute: u32) -> Self {
        Self {
            per_minute: per_minute.max(1),
            counts: Counts::Here(Arc::default()),
        }
    }

    /// The same, counted with all nodes of the database. A round trip for each request.
    pub fn of_all_nodes(per_minute: u32, store: Store) -> Self {
        Self {
            per_minute: per_minute.max(1),
            counts: Counts::Together(store),
        }
    }

    /// Counts a request, or refuses it.
    pub async fn take(&self, whose: Counted) -> Outcome<Standing> {
        let policy = self.policy(whose);
        let count = match &self.counts {
            Counts::Here(due) => policy.count(due, whose, Instant::now()),
            Counts::Together(store) => {
                let (step, reach) = (policy.interval(), policy.window);
                store.take_request(&whose.hash(), step, reach).await?
            }
        };
        match count {
            RequestCount::Taken { ahead } => Ok(policy.standing(ahead)),
            RequestCount::Refused { wait } => Err(policy.refusal(wait)),
        }
    }

    fn policy(&self, whose: Counted) -> Policy {
        let minute = Duration::from_mins(1);
        let (name, quota, window) = match whose {
            Counted::Tenant(_) => ("tenant", self.per_minute, minute),
            Counted::Key(_) => ("key", self.per_minute, minute),
            Counted::Login(_) => ("login", self.per_minute, minute),
            Counted::Address(_) => ("address", self.per_minute.saturating_mul(2), minute),
            Counted::LettingIn(_) => ("sign-in", 60, minute),
            Counted::MailTo(_) => ("mail", 3, Duration::from_mins(15)),
        };
        Policy {
            name,
            quota,
            window,
        }
    }
}

impl Policy {
    fn interval(self) -> Duration {
        self.window / self.quota
    }

    /// Counts a request of this node's.
    fn count(self, due: &DashMap<Counted, Instant>, whose: Counted, now: Instant) -> RequestCount {
        if due.len() > MOST_KEYS {
            due.retain(|_, due| *due > now);
        }
        let mut due = due.entry(whose).or_insert(now);
        let next = (*due).max(now) + self.interval();
        let ahead = next - now;
        if let Some(wait) = ahead
            .checked_sub(self.window)
            .filter(|wait| !wait.is_zero())
        {
            return RequestCount::Refused { wait };
        }
        *due = next;
        RequestCount::Taken { ahead }
    }

    fn standing(self, ahead: Duration) -> Standing {
        let free = self.window.saturating_sub(ahead);
        let left = free.as_nanos() / self.interval().as_nanos().max(1);
        Standing {
            policy: self,
            remaining: u32::try_from(left).unwrap_or(u32::MAX),
            reset: ahead,
        }
    }

    fn refusal(self, wait: Duration) -> Problem {
        metrics::counter!("trunkline_api_limited_total", "limit" => self.name).increment(1);
        let detail = format!(
            "At most {} requests in {} s for each {}. Wait as `Retry-After` says.",
            self.quota,
            self.window.as_secs(),
            self.name
        );
        Problem::new(Code::TooManyRequests, detail).retry_after(wait)
    }
}

impl Counted {
    /// What the database counts by: it needs to know nobody's address.
    fn hash(self) -> SecretHash {
        secret::hash(&match self {
            Self::Tenant(id) => format!("requests of tenant {id}"),
            Self::Key(id) => format!("requests of key {id}"),
            Self::Login(id) => format!("requests of login {id}"),
            Self::Address(ip) => format!("requests from {ip}"),
            Self::LettingIn(ip) => format!("signing in from {ip}"),
            Self::MailTo(hash) => format!("mail to {}", hex::encode(hash)),
        })
    }
}

impl Standing {
    /// Tells the sender (draft-ietf-httpapi-ratelimit-headers).
    pub fn tell(&self, headers: &mut HeaderMap) {
        let Policy {
            name,
            quota,
            window,
        } = self.policy;
        let policy = format!("\"{name}\";q={quota};w={}", window.as_secs());
        let reset = self.reset.as_secs() + u64::from(self.reset.subsec_nanos() > 0);
        let state = format!("\"{name}\";r={};t={reset}", self.remaining);
        for (header, value) in [("ratelimit-policy", policy), ("ratelimit", state)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(header), value);
            }
        }
    }
}

/// Beyond this many keys, those that owe nothing are forgotten.
const MOST_KEYS: usize = 100_000;

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn tenant(n: u128) -> Counted {
        Counted::Tenant(TenantId(Uuid::from_u128(n)))
    }

    fn take(policy: Policy, due: &DashMap<Counted, Instant>, n: u128, now: Instant) -> Option<u32> {
        match policy.count(due, tenant(n), now) {
            RequestCount::Taken { ahead } => Some(policy.standing(ahead).remaining),
            RequestCount::Refused { .. } => None,
        }
    }

    #[test]
    fn a_burst_up_to_the_quota_then_the_steady_rate() {
        let policy = Limits::of_this_node(60).policy(tenant(1));
        let due = DashMap::new();
        let start = Instant::now();
        for left in (0..60).rev() {
            assert_eq!(take(policy, &due, 1, start), Some(left));
        }
        assert_eq!(take(policy, &due, 1, start), None);
        let next = start + Duration::from_secs(1);
        assert_eq!(take(policy, &due, 1, next), Some(0));
        assert_eq!(take(policy, &due, 1, next), None);
        let later = start + Duration::from_mins(3);
        assert_eq!(take(policy, &due, 1, later), Some(59));
    }

    #[tokio::test]
    async fn one_tenants_burst_is_nothing_to_another() {
        let limits = Limits::of_this_node(1);
        assert!(limits.take(tenant(1)).await.is_ok());
        let refused = limits.take(tenant(1)).await.unwrap_err();
        assert_eq!(refused.code(), Code::TooManyRequests);
        assert!(limits.take(tenant(2)).await.is_ok());
    }

    #[tokio::test]
    async fn what_is_told_is_the_policy_and_what_is_left() {
        let mut headers = HeaderMap::new();
        let limits = Limits::of_this_node(60);
        limits.take(tenant(1)).await.unwrap().tell(&mut headers);
        assert_eq!(headers["ratelimit-policy"], "\"tenant\";q=60;w=60");
        assert_eq!(headers["ratelimit"], "\"tenant\";r=59;t=1");
    }
}
