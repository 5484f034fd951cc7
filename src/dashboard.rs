//! The dashboard: files that `npm run build` in `web/` made, within the binary.
//!
//! A development build reads them from the checkout, so that the page changes without compiling. Each
//! file lies there three times: as it is, and compressed by Brotli and gzip while it was built, so that
//! nothing is compressed while calls go on. Knows nothing of the API that the page talks to.

use std::borrow::Cow;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Built;

/// Whether this build has a dashboard.
pub fn is_built() -> bool {
    Built::get(PAGE).is_some()
}

/// The answer where no route is: a file of the dashboard, its page for what a browser opens, or 404.
/// The addresses below the page are the page's own business.
pub fn elsewhere(method: &Method, uri: &Uri, headers: &HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::NOT_FOUND.into_response();
    }
    let path = uri.path().trim_start_matches('/');
    if path != PAGE && !is_compressed(path) {
        let immutable = path.starts_with(HASHED);
        if let Some(response) = file(path, headers, if immutable { FOR_EVER } else { ASK_AGAIN }) {
            return response;
        }
    }
    let opens_a_page = accepts(headers, &header::ACCEPT, "text/html");
    if path.starts_with(HASHED) || !(path.is_empty() || opens_a_page) {
        return StatusCode::NOT_FOUND.into_response();
    }
    file(PAGE, headers, ASK_AGAIN).unwrap_or_else(not_built)
}

fn file(path: &str, headers: &HeaderMap, cache: &'static str) -> Option<Response> {
    let (encoding, file) = variant(path, headers)?;
    let tag = HeaderValue::from_str(&format!("\"{}\"", hex::encode(file.metadata.sha256_hash())));
    let mut response = Response::default();
    let answer = response.headers_mut();
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    answer.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    answer.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    if let Ok(tag) = tag {
        if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return Some(response);
        }
        answer.insert(header::ETAG, tag);
    }
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(path)));
    if let Some(encoding) = encoding {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    *response.body_mut() = match file.data {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    };
    Some(response)
}

/// The file in the smallest form that the browser takes.
fn variant(path: &str, headers: &HeaderMap) -> Option<(Option<&'static str>, EmbeddedFile)> {
    for (encoding, ending) in COMPRESSED {
        if accepts(headers, &header::ACCEPT_ENCODING, encoding)
            && let Some(file) = Built::get(&format!("{path}{ending}"))
        {
            return Some((Some(encoding), file));
        }
    }
    Built::get(path).map(|file| (None, file))
}

/// Whether a list such as `gzip, br;q=0.5` has `wanted`, and not with a quality of nothing.
fn accepts(headers: &HeaderMap, name: &header::HeaderName, wanted: &str) -> bool {
    let lines = headers.get_all(name).iter();
    let mut items = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','));
    items.any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(wanted));
        let refused = |part: &str| {
            let quality = part.strip_prefix("q=").and_then(|q| q.parse::<f32>().ok());
            quality.is_some_and(|quality| quality <= 0.0)
        };
        named && !parts.any(refused)
    })
}

fn is_compressed(path: &str) -> bool {
    COMPRESSED.iter().any(|(_, ending)| path.ends_with(ending))
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("json" | "webmanifest") => "application/json",
        _ => "application/octet-stream",
    }
}

fn not_built() -> Response {
    let words = "The dashboard is not part of this build. scripts/run builds it; by hand: \
                 npm ci && npm run build in web/, then build again.\n";
    (StatusCode::SERVICE_UNAVAILABLE, words).into_response()
}

const PAGE: &str = "index.html";
/// Vite puts a hash of the content into the names below it.
const HASHED: &str = "assets/";
/// By size, the smallest first.
const COMPRESSED: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";
/// Nothing runs but the dashboard's own files: no script and no style within the page. Pictures may
/// come from elsewhere, as a tenant's logo does. `web/vite.config.ts` says the same while developing.
const POLICY: &str = "default-src 'self'; img-src 'self' data: https:; media-src 'self' blob:; \
     object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(encoding: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(encoding))])
    }

    #[test]
    fn an_encoding_is_taken_unless_it_is_refused() {
        let takes = |said, wanted| accepts(&asked(said), &header::ACCEPT_ENCODING, wanted);
        assert!(takes("gzip, deflate, br, zstd", "br"));
        assert!(takes("GZIP;q=0.5", "gzip"));
        assert!(!takes("br;q=0, gzip", "br"));
        assert!(!takes("brotli", "br"));
        assert!(!takes("", "gzip"));
    }

    #[test]
    fn what_is_not_opened_in_a_browser_is_not_there() {
        let missing = |method: Method, path: &str| {
            let uri = path.parse().unwrap();
            elsewhere(&method, &uri, &HeaderMap::new()).status() == StatusCode::NOT_FOUND
        };
        assert!(missing(Method::GET, "/nothing"));
        assert!(missing(Method::POST, "/"));
        assert!(missing(Method::GET, "/assets/gone.js"));
        assert!(missing(Method::GET, "/../Cargo.toml"));
    }
}
