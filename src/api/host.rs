//! Which tenant the address that somebody came to stands for: `acme.<base domain>`, a domain of the
//! tenant's own, or the `X-Tenant` header of a program.
//!
//! It is what somebody says they came for, never what lets them in: a token or a key decides which
//! tenant is worked in, and one of another tenant finds nothing here. Where nobody is known yet, it
//! chooses among the tenants where a login belongs.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header, uri::Authority};
use tenant_config::id::TenantId;

use super::{
    problem::{Outcome, Problem},
    state::ApiState,
};

/// The tenant whose address was used; `None` at the platform's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtTenant(pub Option<TenantId>);

impl AtTenant {
    /// Reads a request. An address or a name that could only be a tenant's and is nobody's is not
    /// found.
    pub(super) async fn of(api: &ApiState, headers: &HeaderMap) -> Outcome<Self> {
        let by_host = match host(headers) {
            Some(host) => of_host(api, &host).await?,
            None => None,
        };
        let named = headers.get(&X_TENANT).map(HeaderValue::to_str);
        let named = match named {
            None => None,
            Some(slug) => Some(of_slug(api, slug.unwrap_or_default().trim()).await?),
        };
        match (by_host, named) {
            (Some(host), Some(name)) if host != name => Err(Problem::not_found()),
            (host, name) => Ok(Self(host.or(name))),
        }
    }

    /// Refuses what is not of the tenant whose address was used.
    pub(super) fn holds(self, tenant: Option<TenantId>) -> Outcome<()> {
        match self.0 {
            Some(here) if Some(here) != tenant => Err(Problem::not_found()),
            Some(_) | None => Ok(()),
        }
    }
}

async fn of_host(api: &ApiState, host: &str) -> Outcome<Option<TenantId>> {
    if host == api.origin.host() || host == "localhost" || host.parse::<IpAddr>().is_ok() {
        return Ok(None);
    }
    match slug_of(host, api.base_domain.as_deref()) {
        Some(slug) => of_slug(api, slug).await.map(Some),
        // One that nobody has claimed may be how the operator's own network calls this server.
        None => Ok(api.store.tenant_by_host(host).await?),
    }
}

async fn of_slug(api: &ApiState, slug: &str) -> Outcome<TenantId> {
    let found = api.store.tenant_by_slug(slug).await?;
    found.ok_or_else(Problem::not_found)
}

/// The host that was asked, in small letters and without its port.
fn host(headers: &HeaderMap) -> Option<String> {
    let asked = headers.get(header::HOST)?.to_str().ok()?;
    let authority: Authority = asked.parse().ok()?;
    let host = authority.host().trim_matches(['[', ']']);
    let host = host.trim_end_matches('.');
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}

/// `acme` of `acme.example.com`, where `example.com` is the base.
fn slug_of<'a>(host: &'a str, base: Option<&str>) -> Option<&'a str> {
    host.strip_suffix(base?)?.strip_suffix('.')
}

const X_TENANT: HeaderName = HeaderName::from_static("x-tenant");

#[cfg(test)]
mod tests {
    use super::*;

    fn host_of(value: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, value.parse().unwrap());
        host(&headers)
    }

    #[test]
    fn a_host_is_read_without_its_port() {
        for (said, read) in [
            ("Acme.Example.com:8443", "acme.example.com"),
            ("acme.example.com.", "acme.example.com"),
            ("127.0.0.1:8080", "127.0.0.1"),
            ("127.0.0.1", "127.0.0.1"),
            ("[::1]:8080", "::1"),
            ("acme2", "acme2"),
        ] {
            assert_eq!(host_of(said).as_deref(), Some(read), "{said}");
        }
        assert_eq!(host_of(""), None);
        assert_eq!(host(&HeaderMap::new()), None);
    }

    #[test]
    fn only_what_stands_before_the_base_is_a_tenants_name() {
        let base = Some("example.com");
        assert_eq!(slug_of("acme.example.com", base), Some("acme"));
        assert_eq!(slug_of("example.com", base), None);
        assert_eq!(slug_of("notexample.com", base), None);
        assert_eq!(slug_of("acme.example.org", base), None);
        assert_eq!(slug_of("acme.example.com", None), None);
    }
}
