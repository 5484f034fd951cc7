//! What a server has: models and voices, by name.

use std::time::Duration;

use agents::ProviderError;
use async_openai::config::Config as _;
use serde_json::Value;

use crate::{OpenAiConfig, fault::Who, transport};

/// `GET /models`, which every compatible server answers.
pub(crate) async fn models(config: &OpenAiConfig, who: &Who) -> Result<Vec<String>, ProviderError> {
    names(config, who, "/models", "data").await
}

/// `GET /audio/voices`, which the API does not have and many servers of voices do.
pub(crate) async fn voices(config: &OpenAiConfig, who: &Who) -> Result<Vec<String>, ProviderError> {
    names(config, who, "/audio/voices", "voices").await
}

async fn names(
    config: &OpenAiConfig,
    who: &Who,
    path: &str,
    field: &str,
) -> Result<Vec<String>, ProviderError> {
    let http = transport::http_client(config).map_err(|error| who.invalid(error.to_string()))?;
    let endpoint = transport::Endpoint::new(config);
    let request = http.get(endpoint.url(path)).headers(endpoint.headers());
    let response = request.timeout(PATIENCE).send().await;
    let response = response.map_err(|error| who.http(error))?;
    let response = transport::accepted(response).await;
    let response = response.map_err(|error| who.openai(error))?;
    let listed: Value = response.json().await.map_err(|error| who.http(error))?;
    read(&listed, field).ok_or_else(|| who.invalid("the list is of no known shape"))
}

/// `{"<field>": [..]}` or a bare array, of names or of objects with an `id` or a `name`.
fn read(listed: &Value, field: &str) -> Option<Vec<String>> {
    let items = listed.get(field).unwrap_or(listed).as_array()?;
    let name = |item: &Value| {
        let id = item.get("id").or_else(|| item.get("name"));
        Some(id.unwrap_or(item).as_str()?.to_owned())
    };
    Some(items.iter().filter_map(name).take(AT_MOST).collect())
}

/// Somebody waits for a page.
const PATIENCE: Duration = Duration::from_secs(3);
const AT_MOST: usize = 500;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_of_every_usual_shape_are_read() {
        let expected = Some(vec!["a".to_owned(), "b".to_owned()]);
        for list in [
            json!({"voices": ["a", "b"]}),
            json!(["a", "b"]),
            json!({"voices": [{"id": "a", "name": "A"}, {"name": "b"}]}),
        ] {
            assert_eq!(read(&list, "voices"), expected, "{list}");
        }
        assert_eq!(read(&json!({"error": "no"}), "voices"), None);
    }
}
