//! HTTP under async-openai: one pooled client per server, and our own rules for it.
//!
//! The library's transport retries 429 and 5xx by itself, logs the bodies of errors and loses the
//! status of a 4xx whose body is not of the public service's form. On a live call all three are
//! wrong, so requests go through [`send`]: once, with the status kept and the body reduced to its
//! error code.

use async_openai::{
    Client,
    config::Config,
    error::{ApiError, ApiErrorResponse, OpenAIError},
    middleware::HttpRequestFactory,
};
use futures_util::StreamExt;
use reqwest::{
    Response,
    header::{AUTHORIZATION, HeaderMap, HeaderValue},
    redirect,
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::{ConfigError, OpenAiConfig};

/// A client for one server. Cloning shares its connections.
pub(crate) type OpenAiClient = Client<Endpoint>;

pub(crate) fn client(config: &OpenAiConfig) -> Result<OpenAiClient, ConfigError> {
    let http = http_client(config)?;
    let endpoint = Endpoint::new(config);
    let sender = http.clone();
    let service = tower::service_fn(move |request| send(sender.clone(), request));
    Ok(Client::build(http, endpoint).with_http_service(service))
}

/// The bare HTTP client, for the one endpoint whose answer is a stream of bytes.
pub(crate) fn http_client(config: &OpenAiConfig) -> Result<reqwest::Client, ConfigError> {
    let mut builder = reqwest::Client::builder()
        .connect_timeout(config.timeouts().connect)
        // A redirected POST loses its body or takes the prompt to another host.
        .redirect(redirect::Policy::none())
        .tcp_nodelay(true);
    if config.is_on_this_machine() {
        builder = builder.no_proxy();
    }
    builder
        .build()
        .map_err(|error| ConfigError::HttpClient(error.to_string()))
}

/// Turns an HTTP error into the status and the server's error code.
pub(crate) async fn accepted(response: Response) -> Result<Response, OpenAIError> {
    let status_code = response.status();
    if status_code.is_success() {
        return Ok(response);
    }
    let api_error = error_code(response).await;
    Err(OpenAIError::ApiError(ApiErrorResponse {
        status_code,
        api_error,
    }))
}

/// Where requests go and what they carry.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    config: OpenAiConfig,
}

impl Endpoint {
    pub(crate) fn new(config: &OpenAiConfig) -> Self {
        Self {
            config: config.clone(),
        }
    }
}

impl Config for Endpoint {
    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let key = self.config.api_key().expose_secret();
        if key.is_empty() {
            return headers;
        }
        // Parsed keys are visible ASCII, which every header value takes.
        if let Ok(mut value) = HeaderValue::from_str(&format!("Bearer {key}")) {
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        headers
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.config.base_url())
    }

    fn query(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    fn api_base(&self) -> &str {
        self.config.base_url()
    }

    fn api_key(&self) -> &SecretString {
        self.config.api_key()
    }
}

async fn send(http: reqwest::Client, request: HttpRequestFactory) -> Result<Response, OpenAIError> {
    accepted(http.execute(request.build().await?).await?).await
}

#[derive(Deserialize)]
struct ErrorBody {
    error: ErrorFields,
}

/// `code` is a text with some servers and a number with others.
#[derive(Deserialize)]
struct ErrorFields {
    code: Option<serde_json::Value>,
    r#type: Option<serde_json::Value>,
}

/// The error's code and type; nothing where the body is of another form.
async fn error_code(response: Response) -> ApiError {
    let mut body = Vec::new();
    let mut chunks = response.bytes_stream();
    while let Some(Ok(chunk)) = chunks.next().await {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_ERROR_BODY {
            return ApiError::default();
        }
    }
    let Ok(body) = serde_json::from_slice::<ErrorBody>(&body) else {
        return ApiError::default();
    };
    let text = |value: Option<serde_json::Value>| Some(value?.as_str()?.to_owned());
    ApiError {
        code: text(body.error.code),
        r#type: text(body.error.r#type),
        ..Default::default()
    }
}

const MAX_ERROR_BODY: usize = 64 * 1024;
