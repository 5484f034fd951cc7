//! What a request says, read with care: its JSON, its parameters, the ids in its address.
//!
//! Each reader refuses with a [`Problem`] that names the place and what to do. Knows no resource.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, error::Category};
use uuid::Uuid;

use super::problem::{Code, Outcome, Problem};

/// The largest body, in bytes.
pub(super) const LARGEST: usize = 1024 * 1024;

/// A body of JSON.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Outcome<Self> {
        must_be_json(request.headers())?;
        let bytes = bytes(request, state).await?;
        Ok(Self(read(&bytes)?))
    }
}

/// A body that says what is to be different: a JSON merge patch (RFC 7396).
#[derive(Debug)]
pub struct Patch(pub Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Patch {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Outcome<Self> {
        match Body::<Value>::from_request(request, state).await?.0 {
            Value::Object(fields) => Ok(Self(fields)),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => Err(Problem::field(
                "",
                "type",
                "Say what is to be different, as a JSON object.",
            )),
        }
    }
}

impl Patch {
    /// What `was` is with the changes, read as a whole: a patch passes the same checks as what is
    /// made.
    pub fn onto<T: serde::Serialize + DeserializeOwned>(&self, was: &T) -> Outcome<T> {
        let mut merged = serde_json::to_value(was).map_err(|error| Problem::internal(&error))?;
        merge(&mut merged, &Value::Object(self.0.clone()));
        read_value(merged)
    }
}

fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else {
        target.clone_from(patch);
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(fields) = target else {
        return;
    };
    for (name, change) in changes {
        if change.is_null() {
            // A field that may be empty is empty then; one that must not be is missing.
            fields.remove(name);
        } else {
            merge(fields.entry(name).or_insert(Value::Null), change);
        }
    }
}

/// The parameters behind the `?`.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Outcome<Self> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(params)) => Ok(Self(params)),
            Err(rejection) => {
                let detail = rejection.body_text();
                Err(
                    Problem::new(Code::InvalidRequest, "A parameter is not right.").at(
                        "?",
                        "parameter",
                        detail,
                    ),
                )
            }
        }
    }
}

/// The id in the address. What is no id is the id of nothing.
#[derive(Debug, Clone, Copy)]
pub struct Id(pub Uuid);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Outcome<Self> {
        let path = Path::<Uuid>::from_request_parts(parts, state).await;
        path.map(|Path(id)| Self(id))
            .map_err(|_| Problem::not_found())
    }
}

/// The word in the address, such as a feature's key.
#[derive(Debug, Clone)]
pub struct Word(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Word {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Outcome<Self> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let word = path
            .map(|Path(word)| word)
            .map_err(|_| Problem::not_found())?;
        if word.contains('\0') {
            return Err(Problem::not_found());
        }
        Ok(Self(word))
    }
}

/// The id and the word in the address, in this order.
#[derive(Debug, Clone)]
pub struct IdAndWord(pub Uuid, pub String);

impl<S: Send + Sync> FromRequestParts<S> for IdAndWord {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Outcome<Self> {
        let path = Path::<(Uuid, String)>::from_request_parts(parts, state).await;
        path.map(|Path((id, word))| Self(id, word))
            .ok()
            .filter(|Self(_, word)| !word.contains('\0'))
            .ok_or_else(Problem::not_found)
    }
}

/// A thing and one of its parts in the address, by their ids.
#[derive(Debug, Clone, Copy)]
pub struct TwoIds(pub Uuid, pub Uuid);

impl<S: Send + Sync> FromRequestParts<S> for TwoIds {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Outcome<Self> {
        let path = Path::<(Uuid, Uuid)>::from_request_parts(parts, state).await;
        path.map(|Path((whole, part))| Self(whole, part))
            .map_err(|_| Problem::not_found())
    }
}

/// The body as it came, within [`LARGEST`].
pub(super) async fn bytes<S: Send + Sync>(request: Request, state: &S) -> Outcome<Bytes> {
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                too_large()
            } else {
                Problem::new(Code::InvalidRequest, "The body did not arrive whole.")
            }
        })
}

pub(super) fn too_large() -> Problem {
    Problem::new(Code::TooLarge, "A body has at most 1 MiB.")
}

fn must_be_json(headers: &HeaderMap) -> Outcome<()> {
    let said = headers.get(header::CONTENT_TYPE);
    let said = said
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = said.split(';').next().unwrap_or_default().trim();
    if ["application/json", "application/merge-patch+json"]
        .iter()
        .any(|json| essence.eq_ignore_ascii_case(json))
    {
        return Ok(());
    }
    Err(Problem::new(
        Code::UnsupportedMediaType,
        "Send JSON, and say so: `Content-Type: application/json`.",
    ))
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Outcome<T> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        Problem::new(
            Code::InvalidJson,
            format!("JSON is UTF-8; this is not, {error}."),
        )
    })?;
    let mut json = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut json).map_err(of_path)?;
    json.end().map_err(|error| syntax(&error))?;
    no_nul(text)?;
    Ok(value)
}

fn read_value<T: DeserializeOwned>(value: Value) -> Outcome<T> {
    serde_path_to_error::deserialize(value).map_err(of_path)
}

/// No text of ours has U+0000 in it: the database could not keep it.
fn no_nul(text: &str) -> Outcome<()> {
    if text.contains("\\u0000") {
        return Err(Problem::field(
            "",
            "format",
            "A text must not have the character U+0000 in it.",
        ));
    }
    Ok(())
}

fn of_path(error: serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let pointer = pointer(error.path());
    let cause = error.into_inner();
    match cause.classify() {
        Category::Syntax | Category::Eof | Category::Io => syntax(&cause),
        Category::Data => {
            let said = cause.to_string();
            // Where in the text it was helps nobody who has the pointer.
            let detail = said.split(" at line ").next().unwrap_or(&said).to_owned();
            let code = ["missing field", "unknown field", "unknown variant"]
                .into_iter()
                .find(|start| said.starts_with(start));
            let code = match code {
                Some("missing field") => "required",
                Some("unknown field") => "unknown",
                Some(_) => "word",
                None => "type",
            };
            Problem::field(&pointer, code, detail)
        }
    }
}

fn syntax(error: &serde_json::Error) -> Problem {
    Problem::new(Code::InvalidJson, format!("{error}."))
}

/// RFC 6901.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        let name = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.replace('~', "~0").replace('/', "~1"),
            Segment::Enum { variant } => variant.clone(),
            Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&name);
    }
    pointer
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Thing {
        name: String,
        size: Option<u32>,
        #[serde(default)]
        parts: Vec<Part>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Part {
        weight: u32,
    }

    fn thing() -> Thing {
        Thing {
            name: "a".to_owned(),
            size: Some(1),
            parts: Vec::new(),
        }
    }

    fn patch(value: Value) -> Patch {
        let Value::Object(fields) = value else {
            panic!("no object")
        };
        Patch(fields)
    }

    #[test]
    fn a_fault_is_told_with_its_place() {
        let said = |text: &str| format!("{:?}", read::<Thing>(text.as_bytes()).unwrap_err());
        assert!(said(r#"{"name":"a","parts":[{"weight":"x"}]}"#).contains("/parts/0/weight"));
        assert!(said(r#"{"name":"a","colour":1}"#).contains("\"unknown\""));
        assert!(said("{}").contains("\"required\""));
        assert!(said("{").contains("InvalidJson"));
        assert!(said(r#"{"name":"a"} x"#).contains("InvalidJson"));
        assert!(said(r#"{"name":"a\u0000"}"#).contains("U+0000"));
        let error = read::<Thing>(b"\"\xff\"").unwrap_err();
        assert_eq!(error.code(), Code::InvalidJson);
    }

    #[test]
    fn a_patch_changes_what_it_names_and_null_takes_away() {
        let changed = patch(json!({"name": "b"})).onto(&thing()).unwrap();
        assert_eq!((changed.name.as_str(), changed.size), ("b", Some(1)));
        assert_eq!(
            patch(json!({"size": null})).onto(&thing()).unwrap().size,
            None
        );
        let error = patch(json!({"name": null})).onto(&thing()).unwrap_err();
        assert_eq!(error.code(), Code::InvalidFields);
        assert!(patch(json!({"nome": 1})).onto(&thing()).is_err());
        let parts = patch(json!({"parts": [{"weight": 2}]}))
            .onto(&thing())
            .unwrap()
            .parts;
        assert_eq!(parts, [Part { weight: 2 }]);
    }
}
