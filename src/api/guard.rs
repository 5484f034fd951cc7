//! The door: says who asks, whether they may, and how often.
//!
//! Decides by [`super::access`] alone. What it lets in carries who asks ([`super::caller`]); a
//! handler looks no token up itself.

use std::sync::Arc;

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};
use store::{
    Actor, TenantScope,
    api_key::{ApiKey, KeyMode},
    idempotency::KeyedRequest,
    membership::Role,
    seed::ROOT_TENANT,
    session::Access,
};
use tenant_config::plan::TenantStatus;

use super::{
    access::{RULES, Rule, Who, rule_of},
    caller::{Customer, InTenant, Platform, SignedIn},
    host::AtTenant,
    idempotency::{self, Claim},
    identity::{secret, token::Bearer},
    limits::{Counted, Standing},
    problem::{Code, Outcome, Problem},
    request::Origin,
    state::ApiState,
};

/// What a request was let in by: for an answer that may go on for longer than a token is good.
#[derive(Clone)]
pub struct Pass {
    rule: &'static Rule,
    origin: Option<Origin>,
    headers: Arc<HeaderMap>,
}

impl Pass {
    /// Whether it would let in at this moment, too. Counts as a request.
    pub async fn holds(&self, api: &ApiState) -> Outcome<()> {
        let admitted = admit(api, self.rule, self.origin.clone(), &self.headers).await;
        admitted.map(drop)
    }
}

/// Somebody who was let in.
struct Admitted {
    who: Asking,
    standing: Option<Standing>,
    /// Whose keys of repeated requests are looked at.
    keys_of: Option<TenantScope>,
}

enum Asking {
    Anybody(AtTenant),
    SignedIn(SignedIn),
    InTenant(InTenant, Option<SignedIn>),
    Customer(Customer),
    Platform(Platform, SignedIn),
}

pub(super) async fn guard(
    State(api): State<ApiState>,
    path: MatchedPath,
    mut request: Request,
    next: Next,
) -> Response {
    let path = below_the_base(path.as_str());
    let Some(rule) = rule_of(asked(request.method()), path) else {
        return unheard_of(path);
    };
    let pass = Pass {
        rule,
        origin: request.extensions().get::<Origin>().cloned(),
        headers: Arc::new(request.headers().clone()),
    };
    let _place = match api.places.take(rule.who).await {
        Ok(place) => place,
        Err(problem) => return problem.into_response(),
    };
    let admitted = match admit(&api, rule, pass.origin.clone(), &pass.headers).await {
        Ok(admitted) => admitted,
        Err(problem) => return problem.into_response(),
    };
    request.extensions_mut().insert(pass);
    let standing = admitted.standing;
    let in_place = admitted.who.in_whose_place();
    let mut response = match serve(&api, admitted, &mut request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    };
    if let Some(standing) = standing {
        standing.tell(response.headers_mut());
    }
    if let Some(tenant) = in_place.and_then(|tenant| HeaderValue::from_str(&tenant).ok()) {
        response.headers_mut().insert("x-impersonating", tenant);
    }
    response
}

/// Serves a request, once if it has a key.
async fn serve(
    api: &ApiState,
    mut admitted: Admitted,
    request: &mut Request,
    next: Next,
) -> Outcome<Response> {
    let key = match (&admitted.keys_of, request.method() == Method::POST) {
        (Some(scope), true) => idempotency::key(request.headers())?.map(|key| (*scope, key)),
        _ => None,
    };
    let Some((scope, key)) = key else {
        admitted.who.enter(request, None);
        return Ok(next.run(std::mem::take(request)).await);
    };
    let keyed = match idempotency::claim(api, &scope, key, request).await? {
        Claim::Again(response) => return Ok(response),
        Claim::Mine(keyed) => keyed,
    };
    admitted.who.enter(request, Some(keyed.clone()));
    let response = next.run(std::mem::take(request)).await;
    if !idempotency::is_kept(&response) {
        idempotency::give_back(api, &scope, &keyed).await;
    }
    Ok(response)
}

impl Asking {
    /// Puts who asks into the request.
    fn enter(&mut self, request: &mut Request, keyed: Option<KeyedRequest>) {
        let extensions = request.extensions_mut();
        match self {
            Self::Anybody(at) => {
                extensions.insert(*at);
            }
            Self::SignedIn(who) => {
                extensions.insert(who.clone());
            }
            Self::InTenant(tenant, who) => {
                tenant.keyed = keyed;
                extensions.insert(tenant.clone());
                if let Some(who) = who {
                    extensions.insert(who.clone());
                }
            }
            Self::Customer(customer) => {
                extensions.insert(customer.clone());
            }
            Self::Platform(platform, who) => {
                platform.keyed = keyed;
                extensions.insert(platform.clone());
                extensions.insert(who.clone());
            }
        }
    }

    /// The tenant in whose place somebody works.
    fn in_whose_place(&self) -> Option<String> {
        let who = match self {
            Self::Anybody(_) | Self::Customer(_) => None,
            Self::SignedIn(who) | Self::Platform(_, who) => Some(who),
            Self::InTenant(_, who) => who.as_ref(),
        };
        let impersonation = who?.impersonation?;
        Some(impersonation.tenant().to_string())
    }
}

/// A `HEAD` is a `GET` whose body stays away.
fn asked(method: &Method) -> &str {
    if method == Method::HEAD {
        "GET"
    } else {
        method.as_str()
    }
}

/// A method that a path does not have. Nothing behind the door is asked.
fn unheard_of(path: &str) -> Response {
    let methods: Vec<&str> = RULES
        .iter()
        .filter(|rule| rule.path == path)
        .map(|rule| rule.method)
        .collect();
    if methods.is_empty() {
        return Problem::internal(&format!("{path} has no rule")).into_response();
    }
    let methods = methods.join(", ");
    let detail = format!("Here you can {methods}.");
    let mut response = Problem::new(Code::MethodNotAllowed, detail).into_response();
    if let Ok(methods) = HeaderValue::from_str(&methods) {
        response.headers_mut().insert(header::ALLOW, methods);
    }
    response
}

async fn admit(
    api: &ApiState,
    rule: &Rule,
    origin: Option<Origin>,
    headers: &HeaderMap,
) -> Outcome<Admitted> {
    let origin = origin.ok_or_else(|| Problem::internal(&"a request without an origin"))?;
    let by_address = origin.ip.map(|ip| match rule.who {
        Who::LettingIn => Counted::LettingIn(ip),
        Who::Anybody
        | Who::SignedIn
        | Who::Tenant { .. }
        | Who::Customer
        | Who::Platform(_)
        | Who::Impersonator => Counted::Address(ip),
    });
    let standing = match by_address {
        Some(address) => Some(api.limits.take(address).await?),
        None => None,
    };
    let at = AtTenant::of(api, headers).await?;
    let anybody = matches!(rule.who, Who::Anybody | Who::LettingIn);
    if anybody {
        return Ok(Admitted {
            who: Asking::Anybody(at),
            standing,
            keys_of: None,
        });
    }
    let said = bearer(headers)?;
    if said.starts_with("tk_") {
        return by_key(api, rule, &origin, said, at).await;
    }
    let bearer = api
        .tokens
        .read_access(said, api.clock.now())
        .ok_or_else(unauthenticated)?;
    by_session(api, rule, &origin, &bearer, at).await
}

/// The path below `/api/v1`, or below its alias `/api`.
fn below_the_base(path: &str) -> &str {
    let below = path.strip_prefix("/api").unwrap_or(path);
    match below.strip_prefix("/v1") {
        Some(rest) if rest.starts_with('/') => rest,
        _ => below,
    }
}

fn bearer(headers: &HeaderMap) -> Outcome<&str> {
    let said = headers.get(header::AUTHORIZATION);
    let said = said
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let token = said
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    token
        .map(|(_, token)| token.trim())
        .ok_or_else(unauthenticated)
}

fn unauthenticated() -> Problem {
    Problem::new(
        Code::Unauthenticated,
        "Send `Authorization: Bearer …` with an access token of POST /api/v1/auth/login, or a key.",
    )
}

async fn by_key(
    api: &ApiState,
    rule: &Rule,
    origin: &Origin,
    said: &str,
    at: AtTenant,
) -> Outcome<Admitted> {
    let now = api.clock.now();
    let key = api.store.find_api_key(&secret::hash(said), now).await?;
    let key = key.ok_or_else(unauthenticated)?;
    at.holds(Some(key.tenant))?;
    let standing = api.limits.take(Counted::Key(key.id)).await?;
    api.limits.take(Counted::Tenant(key.tenant)).await?;
    let scope = match rule.who {
        Who::Tenant {
            scope: Some(scope), ..
        } => scope,
        Who::Tenant { scope: None, .. }
        | Who::SignedIn
        | Who::Customer
        | Who::Platform(_)
        | Who::Impersonator => {
            return Err(Problem::new(
                Code::Forbidden,
                "This is for people, not for keys.",
            ));
        }
        Who::Anybody | Who::LettingIn => return Err(unauthenticated()),
    };
    if !key.scopes.iter().any(|held| rule.who.lets_scope(held)) {
        let detail = format!("Make a key with the scope `{scope}`.");
        return Err(Problem::new(Code::MissingScope, detail));
    }
    may_change(rule, key.tenant_status)?;
    let tenant = TenantScope::new(key.tenant, Actor::ApiKey(key.id));
    note_use(api, &tenant, &key, rule, now).await?;
    let asking = InTenant {
        api: api.clone(),
        scope: tenant,
        role: None,
        key_mode: Some(key.mode),
        origin: origin.audited(Some(key.name)),
        keyed: None,
    };
    Ok(Admitted {
        who: Asking::InTenant(asking, None),
        standing: Some(standing),
        keys_of: Some(tenant),
    })
}

/// Remembers that a key is in use, and keeps a test key from what is live.
async fn note_use(
    api: &ApiState,
    tenant: &TenantScope,
    key: &ApiKey,
    rule: &Rule,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let tests_a_change = key.mode == KeyMode::Test && rule.changes();
    if !tests_a_change && !key.use_is_worth_noting(now) {
        return Ok(());
    }
    let mut tx = api.store.tenant(tenant).await?;
    if tests_a_change && !tx.tenant_row().await?.is_test_mode {
        return Err(Problem::new(
            Code::TestKey,
            "A test key changes settings only while the tenant is a sandbox.",
        ));
    }
    if key.use_is_worth_noting(now) {
        tx.note_api_key_use(key.id, now).await?;
    }
    Ok(tx.commit().await?)
}

async fn by_session(
    api: &ApiState,
    rule: &Rule,
    origin: &Origin,
    bearer: &Bearer,
    at: AtTenant,
) -> Outcome<Admitted> {
    let now = api.clock.now();
    let access = api
        .store
        .session_access(bearer.session, bearer.tenant, now)
        .await?;
    let access = access
        .filter(|access| access.user == bearer.user)
        .ok_or_else(|| Problem::new(Code::SessionEnded, "Sign in again."))?;
    let (who, status) = signed_in(api, origin, bearer, access, now).await?;
    let counted = match who.tenant {
        Some((tenant, _)) => Counted::Tenant(tenant),
        None => Counted::Login(who.user),
    };
    let standing = Some(api.limits.take(counted).await?);
    let admitted = |who, keys_of| Admitted {
        who,
        standing,
        keys_of,
    };
    match rule.who {
        Who::Anybody | Who::LettingIn | Who::SignedIn => Ok(admitted(Asking::SignedIn(who), None)),
        Who::Impersonator if who.impersonation.is_some() => {
            Ok(admitted(Asking::SignedIn(who), None))
        }
        Who::Impersonator => Err(Problem::not_found()),
        Who::Tenant { .. } => {
            at.holds(bearer.tenant)?;
            own_password(&who)?;
            let in_tenant = in_tenant(api, rule, &who, status)?;
            let scope = in_tenant.scope;
            Ok(admitted(
                Asking::InTenant(in_tenant, Some(who)),
                Some(scope),
            ))
        }
        Who::Customer => {
            at.holds(bearer.tenant)?;
            own_password(&who)?;
            let customer = customer(api, &who).await?;
            Ok(admitted(Asking::Customer(customer), None))
        }
        Who::Platform(_) => {
            at.holds(None)?;
            let platform = platform(api, rule, &who).await?;
            let scope = TenantScope::new(ROOT_TENANT, Actor::Platform(who.user));
            Ok(admitted(Asking::Platform(platform, who), Some(scope)))
        }
    }
}

/// Who has the session, and how the tenant stands that they work in.
async fn signed_in(
    api: &ApiState,
    origin: &Origin,
    bearer: &Bearer,
    access: Access,
    now: DateTime<Utc>,
) -> Outcome<(SignedIn, Option<TenantStatus>)> {
    let mut who = SignedIn {
        user: access.user,
        session: bearer.session,
        origin: origin.audited(Some(access.name.clone())),
        email: access.email,
        name: access.name,
        platform_role: access.platform_role,
        must_change_password: access.must_change_password,
        tenant: bearer.tenant.zip(access.in_tenant.map(|(role, _)| role)),
        impersonation: None,
    };
    let Some(act) = &bearer.act else {
        return Ok((who, access.in_tenant.map(|(_, status)| status)));
    };
    let running = api.store.running_impersonation(act.imp, now).await?;
    let impersonation = running
        .filter(|i| {
            i.actor() == who.user && act.sub == who.user && Some(i.tenant()) == bearer.tenant
        })
        .ok_or_else(|| Problem::new(Code::SessionEnded, "The impersonation is over."))?;
    who.tenant = Some((impersonation.tenant(), Role::TenantOwner));
    who.impersonation = Some(impersonation);
    Ok((who, None))
}

fn in_tenant(
    api: &ApiState,
    rule: &Rule,
    who: &SignedIn,
    status: Option<TenantStatus>,
) -> Outcome<InTenant> {
    let (tenant, role) = who.tenant.ok_or_else(|| {
        Problem::new(
            Code::Forbidden,
            "You work in no tenant. Choose one with POST /api/v1/me/switch-tenant.",
        )
    })?;
    if !rule.who.lets_role(role) {
        let detail = format!(
            "Your role here is `{}`, which is not enough.",
            role.as_str()
        );
        return Err(Problem::new(Code::Forbidden, detail));
    }
    if let Some(status) = status {
        may_change(rule, status)?;
    }
    let scope = match who.impersonation {
        Some(impersonation) => TenantScope::impersonating(impersonation),
        None => TenantScope::new(tenant, Actor::User(who.user)),
    };
    Ok(InTenant {
        api: api.clone(),
        scope,
        role: Some(role),
        key_mode: None,
        origin: who.origin.clone(),
        keyed: None,
    })
}

/// A customer in their own name: nobody sees a contact's rows in their place.
async fn customer(api: &ApiState, who: &SignedIn) -> Outcome<Customer> {
    let tenant = who.tenant.filter(|(_, role)| *role == Role::Customer);
    let (tenant, _) = tenant
        .ok_or_else(|| Problem::new(Code::Forbidden, "This is for customers of a tenant."))?;
    let actor = api.store.customer_actor(who.user, tenant).await?;
    Ok(Customer {
        api: api.clone(),
        actor: actor.ok_or_else(Problem::not_found)?,
    })
}

async fn platform(api: &ApiState, rule: &Rule, who: &SignedIn) -> Outcome<Platform> {
    // Whoever is not of the platform does not learn what it has.
    let role = who.platform_role.ok_or_else(Problem::not_found)?;
    if who.impersonation.is_some() {
        return Err(Problem::not_found());
    }
    own_password(who)?;
    if !rule.who.lets_platform(role) {
        return Err(Problem::new(
            Code::Forbidden,
            "Only an owner of the platform does this.",
        ));
    }
    let actor = api.store.platform_actor(who.user).await?;
    Ok(Platform {
        api: api.clone(),
        actor: actor.ok_or_else(Problem::not_found)?,
        session: who.session,
        user: who.user,
        origin: who.origin.clone(),
        keyed: None,
    })
}

fn own_password(who: &SignedIn) -> Outcome<()> {
    if who.must_change_password {
        return Err(Problem::new(
            Code::PasswordChangeRequired,
            "Choose one with POST /api/v1/me/password.",
        ));
    }
    Ok(())
}

fn may_change(rule: &Rule, status: TenantStatus) -> Outcome<()> {
    if !rule.changes() || status.allows_changes() {
        return Ok(());
    }
    let detail = format!(
        "The tenant is {}: what there is can be read, and nothing changed.",
        status.as_str()
    );
    Err(Problem::new(Code::TenantClosed, detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_bases_lead_to_the_same_rule() {
        for path in ["/api/v1/calls/{id}", "/api/calls/{id}"] {
            assert_eq!(below_the_base(path), "/calls/{id}");
        }
        assert_eq!(below_the_base("/api/v1x"), "/v1x");
    }

    #[test]
    fn only_a_bearer_is_read() {
        let said = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(said("Bearer abc").unwrap(), "abc");
        assert_eq!(said("bearer  abc ").unwrap(), "abc");
        assert!(said("Basic abc").is_err() && said("abc").is_err());
    }
}
