//! Requests that may be sent twice and are done once, by the `Idempotency-Key` of their sender.
//!
//! A key belongs to a tenant, a route and a body; its answer is kept for a day, in the transaction of
//! the work itself ([`super::caller::InTenant::finish`]).

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderName},
    response::Response,
};
use chrono::TimeDelta;
use sha2::{Digest as _, Sha256};
use store::{
    TenantScope,
    idempotency::{KeyClaim, KeyedRequest},
};

use super::{
    answer::{self, Kept},
    body,
    problem::{Code, Outcome, Problem},
    state::ApiState,
};

/// What becomes of a request with a key.
pub(super) enum Claim {
    /// It is to be done, and its answer kept.
    Mine(KeyedRequest),
    /// It was done before.
    Again(Response),
}

/// The key that a request carries.
pub(super) fn key(headers: &HeaderMap) -> Outcome<Option<String>> {
    let Some(value) = headers.get(KEY) else {
        return Ok(None);
    };
    let key = value
        .to_str()
        .ok()
        .map(str::trim)
        .filter(|key| (1..=255).contains(&key.len()));
    key.map(|key| Some(key.to_owned())).ok_or_else(|| {
        Problem::new(
            Code::InvalidRequest,
            "An `Idempotency-Key` has 1 to 255 visible characters, such as a UUID.",
        )
    })
}

/// Claims a request's key. The body is read for its fingerprint and put back.
pub(super) async fn claim(
    api: &ApiState,
    scope: &TenantScope,
    key: String,
    request: &mut Request,
) -> Outcome<Claim> {
    let taken = std::mem::replace(request.body_mut(), Body::empty());
    let bytes = axum::body::to_bytes(taken, body::LARGEST).await;
    let bytes = bytes.map_err(|_| body::too_large())?;
    let keyed = KeyedRequest {
        route: format!("{} {}", request.method(), request.uri().path()),
        key,
        body_sha256: Sha256::digest(&bytes).into(),
    };
    *request.body_mut() = Body::from(bytes);
    let now = api.clock.now();
    let mut tx = api.store.tenant(scope).await?;
    let claim = tx
        .claim_key(&keyed, now, now + IN_FLIGHT, now + KEPT)
        .await?;
    tx.commit().await?;
    match claim {
        KeyClaim::Mine => Ok(Claim::Mine(keyed)),
        KeyClaim::Answered(kept) => Ok(Claim::Again(answer::again(kept))),
        KeyClaim::InFlight => Err(Problem::new(
            Code::RequestInFlight,
            "A request with this key is being served. Ask again in a moment.",
        )
        .retry_after(std::time::Duration::from_secs(1))),
        KeyClaim::Mismatch => Err(Problem::new(
            Code::KeyReused,
            "This key was used with another body. Take another key for another request.",
        )),
    }
}

/// Whether the answer is kept for whoever asks again.
pub(super) fn is_kept(response: &Response) -> bool {
    response.extensions().get::<Kept>().is_some()
}

/// Gives a key back whose request did nothing.
pub(super) async fn give_back(api: &ApiState, scope: &TenantScope, keyed: &KeyedRequest) {
    let released = async {
        let mut tx = api.store.tenant(scope).await?;
        tx.release_key(keyed).await?;
        tx.commit().await
    };
    if let Err(error) = released.await {
        // It runs out by itself in a minute.
        tracing::warn!(%error, "an idempotency key was not given back");
    }
}

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Longer than any request takes.
const IN_FLIGHT: TimeDelta = TimeDelta::minutes(1);
const KEPT: TimeDelta = TimeDelta::hours(24);
