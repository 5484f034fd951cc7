//! The OpenAPI document and the table of who may what: fresh, served, and of the same routes.

use std::{fs, path::Path};

use reqwest::Method;
use serde_json::Value;
use trunkline::api::{self, access::RULES, openapi};

use super::client::{House, send};

/// Set it to write the files anew: `TRUNKLINE_RENEW=1 cargo test --test it api::document`.
const RENEW: &str = "TRUNKLINE_RENEW";

fn fresh(file: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(file);
    if std::env::var_os(RENEW).is_some() {
        fs::write(&path, text).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == text,
        "docs/{file} is not what the code says; renew it with {RENEW}=1 cargo test --test it api::document"
    );
}

#[test]
fn the_document_is_fresh() {
    fresh("openapi.json", &openapi::pretty(&api::document()));
}

#[test]
fn the_page_of_roles_is_fresh() {
    fresh("ROLES.md", &openapi::roles_page());
}

#[test]
fn every_route_has_one_rule_and_every_rule_a_route() {
    let document = api::document();
    let mut routes: Vec<String> = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            routes.push(format!("{} {path}", method.to_uppercase()));
            assert!(
                operation["summary"].is_string(),
                "{method} {path} says nothing"
            );
        }
    }
    let mut rules: Vec<String> = RULES
        .iter()
        .map(|rule| format!("{} {}", rule.method, rule.path))
        .collect();
    routes.sort();
    rules.sort();
    assert_eq!(routes, rules);
    let mut once = rules.clone();
    once.dedup();
    assert_eq!(once, rules, "a rule is there twice");
}

#[test]
fn every_reference_in_the_document_leads_somewhere() {
    let document = api::document();
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 100);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    let mut ids: Vec<&str> = Vec::new();
    for item in document["paths"].as_object().unwrap().values() {
        ids.extend(
            item.as_object()
                .unwrap()
                .values()
                .map(|o| o["operationId"].as_str().unwrap()),
        );
    }
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "an operationId is there twice");
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("$ref") {
                references.push(reference.clone());
            }
            fields.values().for_each(|value| collect(value, references));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, references)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[tokio::test]
async fn the_document_and_its_pages_are_served_without_any_other_host() {
    let house = House::new().await;
    let served = send(house.request(Method::GET, "/openapi.json"))
        .await
        .is(200);
    assert_eq!(served["openapi"], "3.1.0");
    let client = reqwest::Client::new();
    let root = client.get(format!("{}/openapi.json", house.node.url));
    assert_eq!(send(root).await.is(200), served);
    let mut pages = Vec::new();
    for file in [
        "",
        "index.css",
        "swagger-initializer.js",
        "swagger-ui.css",
        "swagger-ui-bundle.js",
    ] {
        let url = format!("{}/api/docs/{file}", house.node.url);
        let response = client.get(url).send().await.unwrap();
        assert_eq!(response.status(), 200, "{file}");
        let policy = response.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(policy.contains("default-src 'self'"), "{policy}");
        pages.push(response.text().await.unwrap());
    }
    assert!(!pages[0].contains("//cdn"), "{}", pages[0]);
    assert!(pages[2].contains("/openapi.json"), "{}", pages[2]);
}
