//! A tenant's logo: taken from its people, looked at, and shown to everybody under the hash of its
//! bytes.
//!
//! The branding says which logo a tenant has: `logo_url` is an address elsewhere, or the path of what
//! was uploaded. What was uploaded is kept for as long as the branding names it.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use store::{
    TenantTx,
    audit::AuditEntry,
    tenant::{Logo, TenantEdit, TenantProfile},
};
use url::Url;
use utoipa::ToSchema;

use super::picture::{MOST_PIXELS, NoPicture, Picture};
use crate::api::{
    answer::Answer,
    body::{self, Word},
    caller::InTenant,
    check::Faults,
    problem::{Code, Outcome, Problem},
    state::ApiState,
};

/// The logo that the tenant has.
#[derive(Debug, Serialize, ToSchema)]
pub struct LogoView {
    /// A path of this server. It is `branding.logo_url` of the settings, too.
    #[schema(
        example = "/api/v1/branding/logo/2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
    )]
    pub logo_url: String,
    /// By its bytes: `image/png`, `image/jpeg` or `image/webp`.
    pub media_type: &'static str,
    pub bytes: usize,
}

/// A body that is a picture.
#[derive(Debug)]
pub struct Upload {
    picture: Picture,
    bytes: Bytes,
}

/// Have a logo.
///
/// The body is the picture: PNG, JPEG or WebP, of at most 512 KiB and 4096 pixels on a side.
#[utoipa::path(
    put, path = "/settings/logo", tag = "Settings",
    request_body(content((Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/webp"))),
    responses((status = 200, description = "It is shown from then on", body = LogoView))
)]
pub async fn put_logo(who: InTenant, upload: Upload) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    let (view, entry) = set(&mut tx, &upload, who.now()).await?;
    who.record(tx, entry, Answer::ok(&view)?).await
}

/// Have no logo, neither an uploaded one nor one from elsewhere.
#[utoipa::path(
    delete, path = "/settings/logo", tag = "Settings",
    responses((status = 204, description = "There is none"))
)]
pub async fn delete_logo(who: InTenant) -> Outcome<Response> {
    let mut tx = who.begin().await?;
    match clear(&mut tx, who.now()).await? {
        Some(entry) => who.record(tx, entry, Answer::done()).await,
        None => who.finish(tx, Answer::done()).await,
    }
}

/// A logo, for pages that nobody has signed in to.
#[utoipa::path(
    get, path = "/branding/logo/{hash}", tag = "Signing in", params(("hash" = String, Path)),
    responses((status = 200, description = "The picture; under this address it never changes",
               content((Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/webp"))))
)]
pub async fn get_logo(State(api): State<ApiState>, Word(hash): Word) -> Outcome<Response> {
    let hash = read_hash(&hash).ok_or_else(Problem::not_found)?;
    let logo = api.store.logo(&hash).await?;
    let logo = logo.ok_or_else(Problem::not_found)?;
    let picture = Picture::of_media_type(&logo.media_type);
    let picture = picture.ok_or_else(|| Problem::internal(&"a logo is stored that is none"))?;
    let said = |name: HeaderName, value| (name, HeaderValue::from_static(value));
    let headers = [
        said(header::CONTENT_TYPE, picture.media_type()),
        said(header::CACHE_CONTROL, FOR_EVER),
        said(header::CONTENT_SECURITY_POLICY, NOTHING_RUNS),
        said(header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((HeaderMap::from_iter(headers), logo.bytes).into_response())
}

/// Gives the transaction's tenant a logo.
pub(in crate::api) async fn set(
    tx: &mut TenantTx,
    upload: &Upload,
    at: DateTime<Utc>,
) -> Outcome<(LogoView, AuditEntry)> {
    let profile = tx.lock_profile().await?;
    let sha256: [u8; 32] = Sha256::digest(&upload.bytes).into();
    let view = LogoView {
        logo_url: format!("{OWN}{}", hex::encode(sha256)),
        media_type: upload.picture.media_type(),
        bytes: upload.bytes.len(),
    };
    let logo = Logo {
        sha256,
        media_type: view.media_type.to_owned(),
        bytes: upload.bytes.to_vec(),
    };
    tx.save_logo(&logo, at).await?;
    name(tx, &profile, Some(&view.logo_url), at).await?;
    let entry = AuditEntry::new(at, "settings.logo_set", "tenant")
        .of(&tx.tenant_id())
        .before(json!({LOGO_URL: profile.branding.get(LOGO_URL)}))
        .after(json!(view));
    Ok((view, entry))
}

/// Takes the logo of the transaction's tenant away; `None` where there was none.
pub(in crate::api) async fn clear(
    tx: &mut TenantTx,
    at: DateTime<Utc>,
) -> Outcome<Option<AuditEntry>> {
    let profile = tx.lock_profile().await?;
    let Some(was) = profile.branding.get(LOGO_URL) else {
        return Ok(None);
    };
    tx.remove_logo().await?;
    name(tx, &profile, None, at).await?;
    let entry = AuditEntry::new(at, "settings.logo_cleared", "tenant")
        .of(&tx.tenant_id())
        .before(json!({LOGO_URL: was}));
    Ok(Some(entry))
}

/// The branding says that this is the logo.
async fn name(
    tx: &mut TenantTx,
    profile: &TenantProfile,
    url: Option<&str>,
    at: DateTime<Utc>,
) -> Outcome<()> {
    let mut branding = profile.branding.as_object().cloned().unwrap_or_default();
    match url {
        Some(url) => branding.insert(LOGO_URL.to_owned(), json!(url)),
        None => branding.remove(LOGO_URL),
    };
    let edit = TenantEdit {
        branding: Value::Object(branding),
        ..profile.edit()
    };
    Ok(tx.save_profile(&edit, at).await?)
}

/// Checks what a branding says of a logo; the hash of the uploaded one that it names.
pub(super) fn check(faults: &mut Faults, branding: &Map<String, Value>) -> Option<[u8; 32]> {
    let said = branding.get(LOGO_URL)?;
    let own = said.as_str().and_then(|url| url.strip_prefix(OWN));
    if let Some(hash) = own.and_then(read_hash) {
        return Some(hash);
    }
    let is_elsewhere = said.as_str().is_some_and(|url| {
        url.len() <= LONGEST_URL && Url::parse(url).is_ok_and(|url| url.scheme() == "https")
    });
    if !is_elsewhere {
        let detail = format!(
            "This must be an https address of at most {LONGEST_URL} characters, such as \
             https://example.com/logo.png, or be left out: an uploaded logo is named here by itself."
        );
        faults.add(POINTER, "format", detail);
    }
    None
}

/// Holds what is stored to what the branding names: nobody names a logo that was not uploaded, and
/// none is kept that nobody names.
pub(super) async fn settle(tx: &mut TenantTx, named: Option<[u8; 32]>) -> Outcome<()> {
    match named {
        None => Ok(tx.remove_logo().await?),
        Some(hash) if tx.logo_hash().await? == Some(hash) => Ok(()),
        Some(_) => {
            let mut faults = Faults::default();
            not_uploaded(&mut faults);
            faults.none()
        }
    }
}

pub(super) fn not_uploaded(faults: &mut Faults) {
    let detail =
        "No logo of this path was uploaded for the tenant. Upload it, or take an https address.";
    faults.add(POINTER, "unknown", detail);
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Outcome<Self> {
        must_be_bare(request.headers())?;
        let bytes = body::bytes(request, state).await.map_err(|problem| {
            if problem.code() == Code::TooLarge {
                too_large()
            } else {
                problem
            }
        })?;
        if bytes.len() > MOST_BYTES {
            return Err(too_large());
        }
        let picture = Picture::look(&bytes).map_err(no_picture)?;
        Ok(Self { picture, bytes })
    }
}

/// Pictures of all kinds are looked at, so that each is told what it is; a form with a picture in it
/// is none.
fn must_be_bare(headers: &HeaderMap) -> Outcome<()> {
    let said = headers.get(header::CONTENT_TYPE);
    let said = said
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    if said.starts_with("image/") || said.starts_with("application/octet-stream") {
        return Ok(());
    }
    let detail = "Send the picture alone, as image/png, image/jpeg or image/webp.";
    Err(Problem::new(Code::UnsupportedMediaType, detail))
}

fn no_picture(error: NoPicture) -> Problem {
    let detail = match error {
        NoPicture::Is(what) => format!("This is {what}. Send a PNG, JPEG or WebP."),
        NoPicture::Broken(picture) => format!(
            "This begins as {} and is broken. Save the picture again.",
            picture.media_type()
        ),
        NoPicture::TooLarge { width, height } => format!(
            "This has {width} × {height} pixels. A logo has at most {MOST_PIXELS} on a side: make it smaller."
        ),
    };
    Problem::field("", "picture", detail)
}

fn too_large() -> Problem {
    Problem::new(
        Code::TooLarge,
        "A logo has at most 512 KiB. Make it smaller.",
    )
}

fn read_hash(text: &str) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    hex::decode_to_slice(text, &mut hash).ok()?;
    Some(hash)
}

const LOGO_URL: &str = "logo_url";
/// Of whatever has a branding.
const POINTER: &str = "/branding/logo_url";
/// Where uploaded logos are, before the hash.
const OWN: &str = "/api/v1/branding/logo/";
const LONGEST_URL: usize = 2000;
const MOST_BYTES: usize = 512 * 1024;
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const NOTHING_RUNS: &str = "default-src 'none'; sandbox";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logo_is_uploaded_or_at_an_https_address() {
        let named = |url: Value| {
            let mut faults = Faults::default();
            let branding = json!({LOGO_URL: url}).as_object().cloned().unwrap();
            let hash = check(&mut faults, &branding);
            faults.none().map(|()| hash)
        };
        let hash = "ab".repeat(32);
        assert_eq!(named(json!(format!("{OWN}{hash}"))), Ok(Some([0xab; 32])));
        assert_eq!(named(json!("https://example.com/logo.svg")), Ok(None));
        for wrong in [
            json!("http://example.com/logo.png"),
            json!("javascript:alert(1)"),
            json!("//example.com/logo.png"),
            json!("https://"),
            json!(format!("{OWN}{hash}0")),
            json!(format!("https://example.com/{}", "a".repeat(2000))),
            json!(7),
            json!(null),
        ] {
            let said = format!("{:?}", named(wrong.clone()).unwrap_err());
            assert!(said.contains("/branding/logo_url"), "{wrong}: {said}");
        }
    }
}
