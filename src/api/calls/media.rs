//! Sound to listen to, by a link: whole, or a part of it as a player asks (RFC 9110, 14).

use std::io;

use axum::{
    Extension,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use futures_util::stream;
use serde::Deserialize;
use store::{Actor, TenantScope, TenantTx};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

use super::recording::with_sound;
use crate::{
    api::{
        access::rule_of,
        body::{Params, Word},
        host::AtTenant,
        identity::listening::{Listener, Listening},
        problem::{Code, Outcome, Problem},
        state::ApiState,
    },
    sound::Sound,
};

/// How the sound is sent.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MediaParams {
    /// `1`: as a file to keep.
    #[param(example = 1)]
    pub download: Option<u8>,
}

/// Listen to a recording by a link.
///
/// The link is of POST /calls/{id}/recordings/{recording_id}/link. `Range` asks for a part.
#[utoipa::path(
    get, path = "/media/{token}", tag = "Calls", params(("token" = String, Path), MediaParams),
    responses(
        (status = 200, description = "The sound", body = [u8], content_type = "audio/wav"),
        (status = 206, description = "The part that was asked for", body = [u8],
         content_type = "audio/wav")
    )
)]
pub async fn listen(
    State(api): State<ApiState>,
    Extension(at): Extension<AtTenant>,
    Word(token): Word,
    Params(params): Params<MediaParams>,
    headers: HeaderMap,
) -> Outcome<Response> {
    let over = || {
        Problem::new(
            Code::NotFound,
            "The link is not good any more, or never was.",
        )
    };
    let read = api.tokens.read_listening(&token, api.clock.now());
    let listen = read.ok_or_else(over)?;
    at.holds(Some(listen.tenant))?;
    let scope = TenantScope::new(listen.tenant, Actor::System);
    let mut tx = api.store.tenant(&scope).await?;
    if !may_still(&api, &mut tx, &listen).await? {
        return Err(over());
    }
    let call = tx.call_ref(listen.call).await?.ok_or_else(over)?;
    if tx.call_summary(&call).await?.is_none() {
        return Err(over());
    }
    let recording = tx.recording(&call, listen.recording).await?;
    drop(tx);
    let recording = with_sound(recording.ok_or_else(over)?)?;
    let sound = api.services.sounds.open(&recording.storage_key).await?;
    let range = headers.get(header::RANGE);
    let range = range.and_then(|value| value.to_str().ok());
    let mut response = part(sound, range).await?;
    let headers = response.headers_mut();
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if params.download == Some(1) {
        let name = format!("attachment; filename=\"call-{}.wav\"", listen.call);
        let name = HeaderValue::from_str(&name).map_err(|error| Problem::internal(&error))?;
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// Whether whoever the link was made for may listen at this moment.
async fn may_still(api: &ApiState, tx: &mut TenantTx, listen: &Listening) -> Outcome<bool> {
    let now = api.clock.now();
    let rule = rule_of("GET", "/calls/{id}/recordings");
    let rule = rule.ok_or_else(|| Problem::internal(&"recordings have no rule"))?;
    match &listen.by {
        Listener::Session { sub, sid, act } => {
            let access = api
                .store
                .session_access(*sid, Some(listen.tenant), now)
                .await?;
            let Some(access) = access.filter(|access| access.user == *sub) else {
                return Ok(false);
            };
            match act {
                None => Ok(access
                    .in_tenant
                    .is_some_and(|(role, _)| rule.who.lets_role(role))),
                Some(act) => {
                    let running = api.store.running_impersonation(act.imp, now).await?;
                    Ok(
                        running
                            .is_some_and(|i| i.tenant() == listen.tenant && i.actor() == act.sub),
                    )
                }
            }
        }
        Listener::Share(share) => Ok(tx.share_lets_listen(listen.call, *share, now).await?),
        Listener::Key(key) => {
            let scopes = tx.api_key_scopes(*key, now).await?;
            Ok(scopes.is_some_and(|scopes| scopes.iter().any(|scope| rule.who.lets_scope(scope))))
        }
    }
}

/// The sound, or a part of it.
async fn part(sound: Sound, range: Option<&str>) -> Outcome<Response> {
    let length = sound.bytes;
    let wanted = range.map_or(Wanted::All, |range| Wanted::read(range, length));
    let (status, first, count) = match wanted {
        Wanted::All => (StatusCode::OK, 0, length),
        Wanted::Part { first, last } => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
        Wanted::Nothing => {
            let detail = format!("The sound has {length} bytes.");
            let said = [(header::CONTENT_RANGE, format!("bytes */{length}"))];
            let problem = Problem::new(Code::RangeNotSatisfiable, detail);
            return Ok((said, problem).into_response());
        }
    };
    let mut response = Response::new(stream_of(sound, first, count).await?);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("audio/wav"));
    headers.insert(header::CONTENT_LENGTH, count.into());
    if status == StatusCode::PARTIAL_CONTENT {
        let said = format!("bytes {first}-{}/{length}", first + count - 1);
        let said = HeaderValue::from_str(&said).map_err(|error| Problem::internal(&error))?;
        headers.insert(header::CONTENT_RANGE, said);
    }
    Ok(response)
}

/// What a `Range` asks for, of so many bytes.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    /// Also where the header is of a kind that we do not serve: it may be ignored.
    All,
    /// Both included.
    Part {
        first: u64,
        last: u64,
    },
    Nothing,
}

impl Wanted {
    fn read(range: &str, length: u64) -> Self {
        let spec = range.trim().strip_prefix("bytes=").map(str::trim);
        let Some((first, last)) = spec.and_then(|spec| spec.split_once('-')) else {
            return Self::All;
        };
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| text.parse().unwrap_or(u64::MAX))
        };
        let (first, last) = match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => (first, last),
            (Some(first), None) if last.is_empty() => (first, u64::MAX),
            (None, Some(count)) if first.is_empty() && count > 0 => {
                (length.saturating_sub(count), u64::MAX)
            }
            (None, Some(_)) if first.is_empty() => return Self::Nothing,
            _ => return Self::All,
        };
        if first >= length {
            return Self::Nothing;
        }
        Self::Part {
            first,
            last: last.min(length - 1),
        }
    }
}

/// So many bytes from `first` on, read as they are taken.
async fn stream_of(sound: Sound, first: u64, count: u64) -> Outcome<Body> {
    let mut file = tokio::fs::File::from_std(sound.file);
    let at = file.seek(io::SeekFrom::Start(first)).await;
    at.map_err(|error| Problem::internal(&error))?;
    let pieces = stream::try_unfold((file, count), |(mut file, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let mut piece = vec![0; usize::try_from(left.min(PIECE)).unwrap_or(usize::MAX)];
        let read = file.read(&mut piece).await?;
        if read == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
        piece.truncate(read);
        Ok(Some((Bytes::from(piece), (file, left - read as u64))))
    });
    Ok(Body::from_stream(pieces))
}

/// Bytes of sound in memory for each listener: two seconds.
const PIECE: u64 = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_read_or_ignored_or_unsatisfiable() {
        let part = |first, last| Wanted::Part { first, last };
        for (range, wanted) in [
            ("bytes=0-99", part(0, 99)),
            ("bytes=100-", part(100, 999)),
            ("bytes=-1", part(999, 999)),
            ("bytes=-5000", part(0, 999)),
            ("bytes=990-99999999999999999999999", part(990, 999)),
            ("bytes=1000-", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=5-4", Wanted::All),
            ("bytes=0-1,5-6", Wanted::All),
            ("bytes=a-b", Wanted::All),
            ("bytes=-", Wanted::All),
            ("pages=1-2", Wanted::All),
        ] {
            assert_eq!(Wanted::read(range, 1000), wanted, "{range}");
        }
        assert_eq!(Wanted::read("bytes=0-", 0), Wanted::Nothing);
    }
}
