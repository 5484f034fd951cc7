//! The refresh token's cookie: no script sees it, and no other site's request carries it.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::twilio::signature::PublicOrigin;

const NAME: &str = "tl_refresh";

/// Sets the cookie for so many seconds.
pub fn set(origin: &PublicOrigin, token: &str, seconds: i64) -> Option<HeaderValue> {
    let secure = if origin.is_secure() { "; Secure" } else { "" };
    let cookie =
        format!("{NAME}={token}; Path=/api; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&cookie).ok()
}

/// Takes the cookie away.
pub fn clear(origin: &PublicOrigin) -> Option<HeaderValue> {
    set(origin, "", 0)
}

/// The token that a request carries.
pub fn read(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter();
    let lines = lines.filter_map(|line| line.to_str().ok());
    let mut cookies = lines.flat_map(|line| line.split(';'));
    cookies.find_map(|cookie| {
        let (name, value) = cookie.trim().split_once('=')?;
        (name == NAME && !value.is_empty()).then(|| value.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_for_us_alone_and_secure_where_the_origin_is() {
        let https: PublicOrigin = "https://voice.example.com".parse().unwrap();
        let set_https = set(&https, "abc", 60).unwrap();
        assert_eq!(
            set_https,
            "tl_refresh=abc; Path=/api; Max-Age=60; HttpOnly; SameSite=Strict; Secure"
        );
        let http: PublicOrigin = "http://127.0.0.1:8080".parse().unwrap();
        assert!(!clear(&http).unwrap().to_str().unwrap().contains("Secure"));
    }

    #[test]
    fn it_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, "a=b; tl_refresh=abc".parse().unwrap());
        assert_eq!(read(&headers).as_deref(), Some("abc"));
        headers.insert(
            header::COOKIE,
            "xtl_refresh=abc; tl_refresh=".parse().unwrap(),
        );
        assert_eq!(read(&headers), None);
    }
}
