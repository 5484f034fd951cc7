//! How often somebody may ask: GCRA, the generic cell rate algorithm (ITU-T I.371), in memory.
//!
//! Each key has one instant, at which all that it asked for would have been asked at the steady rate.
//! A request moves it on by one interval, and is refused where that lies further ahead than a burst
//! reaches. Counts are this node's own. Time comes in as a parameter.

use std::{
    hash::Hash,
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use dashmap::DashMap;
use tenant_config::id::{ApiKeyId, TenantId, UserId};

use super::problem::{Code, Outcome, Problem};

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
    due: Arc<DashMap<Counted, Instant>>,
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
    pub fn new(per_minute: u32) -> Self {
        Self {
            per_minute: per_minute.max(1),
            due: Arc::default(),
        }
    }

    /// Counts a request, or refuses it.
    pub fn take(&self, whose: Counted, now: Instant) -> Outcome<Standing> {
        let policy = self.policy(whose);
        if self.due.len() > MOST_KEYS {
            self.due.retain(|_, due| *due > now);
        }
        let mut due = self.due.entry(whose).or_insert(now);
        match policy.next(*due, now) {
            Ok((next, standing)) => {
                *due = next;
                Ok(standing)
            }
            Err(wait) => {
                metrics::counter!("trunkline_api_limited_total", "limit" => policy.name)
                    .increment(1);
                let detail = format!(
                    "At most {} requests in {} s for each {}. Wait as `Retry-After` says.",
                    policy.quota,
                    policy.window.as_secs(),
                    policy.name
                );
                Err(Problem::new(Code::TooManyRequests, detail).retry_after(wait))
            }
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
    /// When the key is due after another request, or how long it must wait.
    fn next(self, due: Instant, now: Instant) -> Result<(Instant, Standing), Duration> {
        let interval = self.window / self.quota;
        let next = due.max(now) + interval;
        let ahead = next - now;
        let Some(free) = self.window.checked_sub(ahead) else {
            return Err(ahead.saturating_sub(self.window));
        };
        let left = free.as_nanos() / interval.as_nanos().max(1);
        Ok((
            next,
            Standing {
                policy: self,
                remaining: u32::try_from(left).unwrap_or(u32::MAX),
                reset: ahead,
            },
        ))
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

    #[test]
    fn a_burst_up_to_the_quota_then_the_steady_rate() {
        let limits = Limits::new(60);
        let start = Instant::now();
        for left in (0..60).rev() {
            assert_eq!(limits.take(tenant(1), start).unwrap().remaining, left);
        }
        let refused = limits.take(tenant(1), start).unwrap_err();
        assert_eq!(refused.code(), Code::TooManyRequests);
        assert!(
            limits
                .take(tenant(1), start + Duration::from_secs(1))
                .is_ok()
        );
        assert!(
            limits
                .take(tenant(1), start + Duration::from_secs(1))
                .is_err()
        );
        let later = start + Duration::from_mins(3);
        assert_eq!(limits.take(tenant(1), later).unwrap().remaining, 59);
    }

    #[test]
    fn one_tenants_burst_is_nothing_to_another() {
        let limits = Limits::new(1);
        let now = Instant::now();
        assert!(limits.take(tenant(1), now).is_ok());
        assert!(limits.take(tenant(1), now).is_err());
        assert!(limits.take(tenant(2), now).is_ok());
    }

    #[test]
    fn what_is_told_is_the_policy_and_what_is_left() {
        let mut headers = HeaderMap::new();
        let now = Instant::now();
        Limits::new(60)
            .take(tenant(1), now)
            .unwrap()
            .tell(&mut headers);
        assert_eq!(headers["ratelimit-policy"], "\"tenant\";q=60;w=60");
        assert_eq!(headers["ratelimit"], "\"tenant\";r=59;t=1");
    }
}
