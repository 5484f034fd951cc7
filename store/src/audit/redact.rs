//! Takes secrets out of what goes into the log, wherever they are nested, by the names of fields.

use serde_json::Value;

/// A field whose name has one of these in it is not written down.
const SECRET: [&str; 7] = [
    "password",
    "secret",
    "token",
    "hash",
    "_enc",
    "api_key",
    "private_key",
];

/// The value without its secrets: their place says that there was one.
pub fn redact(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| {
                let lower = name.to_lowercase();
                let told = value.is_null() || value.is_boolean();
                if !told && SECRET.iter().any(|word| lower.contains(word)) {
                    (name, Value::from("[redacted]"))
                } else {
                    (name, redact(value))
                }
            })
            .collect(),
        Value::Array(items) => items.into_iter().map(redact).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_go_wherever_they_are_and_the_rest_stays() {
        let value = json!({
            "name": "Line", "sip_password": "s3cret", "must_change_password": true, "token": null,
            "keys": [{"API_KEY_hash": "abc", "scopes": ["calls"]}], "count": 3
        });
        assert_eq!(
            redact(value),
            json!({
                "name": "Line", "sip_password": "[redacted]", "must_change_password": true, "token": null,
                "keys": [{"API_KEY_hash": "[redacted]", "scopes": ["calls"]}], "count": 3
            })
        );
    }
}
