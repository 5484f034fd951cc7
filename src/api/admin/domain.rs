//! Domains of a tenant's own. The platform gives its word for them: whoever points a domain here can
//! be asked for it outside of this server, and nobody claims another's by himself.

use axum::{Json, response::Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{audit::AuditEntry, tenant::TenantDomain};
use tenant_config::id::TenantId;
use url::Host;
use utoipa::ToSchema;

use crate::api::{
    answer::Answer,
    body::{Body, Id, IdAndWord},
    caller::Platform,
    check::Faults,
    page::Page,
    problem::{Outcome, Problem},
};

/// A domain at which the tenant is reached.
#[derive(Debug, Serialize, ToSchema)]
pub struct DomainView {
    #[schema(example = "calls.example.com")]
    pub host: String,
    pub created_at: DateTime<Utc>,
    /// From when on it counts.
    pub verified_at: Option<DateTime<Utc>>,
}

impl From<TenantDomain> for DomainView {
    fn from(domain: TenantDomain) -> Self {
        Self {
            host: domain.host,
            created_at: domain.created_at,
            verified_at: domain.verified_at,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DomainInput {
    /// Without scheme, port or path.
    #[schema(example = "calls.example.com")]
    pub host: String,
}

/// The tenant's domains.
#[utoipa::path(
    get, path = "/admin/tenants/{id}/domains", tag = "Platform: tenants", params(("id" = Uuid, Path)),
    responses((status = 200, description = "By name", body = Page<DomainView>))
)]
pub async fn list_domains(who: Platform, Id(id): Id) -> Outcome<Json<Page<DomainView>>> {
    let mut tx = who.begin().await?;
    let tx = tx.enter(TenantId(id)).await?;
    tx.profile().await?;
    let domains = tx.domains().await?;
    Ok(Json(Page::whole(
        domains.into_iter().map(DomainView::from).collect(),
    )))
}

/// Give a tenant a domain of its own; it counts at once.
#[utoipa::path(
    post, path = "/admin/tenants/{id}/domains", tag = "Platform: tenants", params(("id" = Uuid, Path)),
    request_body = DomainInput,
    responses((status = 201, description = "The tenant is reached by it", body = DomainView))
)]
pub async fn add_domain(
    who: Platform,
    Id(id): Id,
    Body(input): Body<DomainInput>,
) -> Outcome<Response> {
    let (tenant, now) = (TenantId(id), who.now());
    let mut faults = Faults::default();
    let host = read_host(&input.host);
    if host.is_none() {
        faults.add("/host", "domain", "Write it as calls.example.com.");
    }
    let host = faults.none_but(host)?;
    let mut tx = who.begin().await?;
    let entered = tx.enter(tenant).await?;
    entered.profile().await?;
    entered.add_domain(&host, now).await?;
    entered.verify_domain(&host, now).await?;
    let mut domains = entered.domains().await?.into_iter();
    let added = domains.find(|domain| domain.host == host);
    let view = DomainView::from(added.ok_or_else(Problem::not_found)?);
    let entry = AuditEntry::new(now, "tenant.domain_added", "tenant")
        .of(&tenant)
        .after(json!({"host": host}));
    let place = format!("/admin/tenants/{id}/domains");
    who.record(tx, tenant, entry, Answer::made(&view, &place)?)
        .await
}

/// Take a domain from a tenant.
#[utoipa::path(
    delete, path = "/admin/tenants/{id}/domains/{host}", tag = "Platform: tenants",
    params(("id" = Uuid, Path), ("host" = String, Path)),
    responses((status = 204, description = "It is nobody's"))
)]
pub async fn remove_domain(who: Platform, IdAndWord(id, host): IdAndWord) -> Outcome<Response> {
    let tenant = TenantId(id);
    let mut tx = who.begin().await?;
    if !tx.enter(tenant).await?.remove_domain(&host).await? {
        return Err(Problem::not_found());
    }
    let entry = AuditEntry::new(who.now(), "tenant.domain_removed", "tenant")
        .of(&tenant)
        .before(json!({"host": host.to_lowercase()}));
    who.record(tx, tenant, entry, Answer::done()).await
}

/// A name with a dot that DNS could have, in small letters.
fn read_host(text: &str) -> Option<String> {
    let Ok(Host::Domain(domain)) = Host::parse(text.trim()) else {
        return None;
    };
    let domain = domain.trim_end_matches('.');
    let is_name = |label: &str| {
        let mut letters = label.bytes();
        !label.is_empty() && letters.all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let is_one = domain.len() <= 253 && domain.contains('.') && domain.split('.').all(is_name);
    is_one.then(|| domain.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_name_of_a_domain_is_one() {
        let read = |text: &str| read_host(text);
        assert_eq!(
            read(" Calls.Example.com. ").as_deref(),
            Some("calls.example.com")
        );
        assert_eq!(
            read("bücher.example").as_deref(),
            Some("xn--bcher-kva.example")
        );
        for wrong in [
            "",
            "localhost",
            "127.0.0.1",
            "[::1]",
            "https://a.b",
            "a.b/c",
            "a_b.c",
            "a..b",
            "a.b:80",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
