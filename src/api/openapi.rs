//! The OpenAPI document: what the handlers say of themselves, and what holds for all of them.
//!
//! Handlers describe what they do when all goes well. What every route has in common is added here:
//! who may (from [`super::access`]), which problems may come, which headers go both ways.

use serde_json::{Map, Value, json};
use utoipa::{PartialSchema as _, ToSchema, openapi::OpenApi};

use super::{
    access::{RULES, Rule, SCOPES, Who},
    problem::{FieldError, ProblemBody},
};

/// The document as JSON.
pub(super) fn document(handlers: &OpenApi) -> Value {
    let mut document = shown(handlers);
    document["openapi"] = json!("3.1.0");
    document["info"] = json!({
        "title": "Trunkline",
        "version": env!("CARGO_PKG_VERSION"),
        "description": DESCRIPTION,
        "license": {"name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT"},
    });
    document["servers"] = json!([
        {"url": "/api/v1"}, {"url": "/api", "description": "The same under a shorter name"}
    ]);
    describe_common(&mut document);
    let patches = describe_routes(&mut document);
    for name in patches {
        add_patch_schema(&mut document, &name);
    }
    // Schemas are put together of others (`allOf`), which a closed one would not allow. What is
    // unknown in a body is refused all the same.
    let schemas = document["components"]["schemas"].as_object_mut();
    schemas
        .into_iter()
        .flatten()
        .for_each(|(_, schema)| open(schema));
    document
}

fn open(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if fields.get("additionalProperties") == Some(&Value::Bool(false)) {
                fields.remove("additionalProperties");
            }
            fields.values_mut().for_each(open);
        }
        Value::Array(items) => items.iter_mut().for_each(open),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What was made from types is always JSON.
fn shown(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// Problems, and the two ways to say who asks.
fn describe_common(document: &mut Value) {
    let components = &mut document["components"];
    components["schemas"]["Problem"] = shown(&ProblemBody::schema());
    components["schemas"][&*FieldError::name()] = shown(&FieldError::schema());
    components["responses"]["Problem"] = json!({
        "description": "The request is not served; `code` says why",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    });
    components["securitySchemes"] = json!({
        "session": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                    "description": "`access_token` of POST /auth/login, good for ten minutes"},
        "key": {"type": "http", "scheme": "bearer",
                "description": "A tenant's own key, `tk_live_…` or `tk_test_…`"},
    });
}

/// What all routes share; the names of the schemas that patches are of.
fn describe_routes(document: &mut Value) -> Vec<String> {
    let mut patches = Vec::new();
    for rule in RULES {
        let operation = &mut document["paths"][rule.path][rule.method.to_lowercase()];
        if !operation.is_object() {
            continue;
        }
        operation["security"] = security(rule);
        operation["x-who"] = json!(words(rule.who));
        let parameters = parameters(rule);
        if !parameters.is_empty() {
            let listed = operation
                .as_object_mut()
                .map(|fields| fields.entry("parameters").or_insert_with(|| json!([])));
            if let Some(Value::Array(listed)) = listed {
                listed.extend(parameters);
            }
        }
        for (status, means) in problems(rule) {
            operation["responses"][status] = json!({
                "description": means,
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            });
        }
        if rule.method == "PATCH" {
            let schema =
                &mut operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
            if let Some(name) = schema.as_str().and_then(|path| path.rsplit('/').next()) {
                let name = name.to_owned();
                *schema = json!(format!("#/components/schemas/{name}Patch"));
                patches.push(name);
            }
        }
    }
    patches
}

fn security(rule: &Rule) -> Value {
    match rule.who {
        Who::Anybody | Who::LettingIn => json!([]),
        Who::Tenant {
            scope: Some(scope), ..
        } => json!([{"session": []}, {"key": [scope]}]),
        Who::Tenant { scope: None, .. }
        | Who::SignedIn
        | Who::Customer
        | Who::Platform(_)
        | Who::Impersonator => {
            json!([{"session": []}])
        }
    }
}

/// Whom a rule lets in, for people.
pub(super) fn words(who: Who) -> String {
    match who {
        Who::Anybody | Who::LettingIn => "anybody".to_owned(),
        Who::SignedIn => "signed in".to_owned(),
        Who::Tenant { least, scope: None } => format!("{} of the tenant", least.as_str()),
        Who::Tenant {
            least,
            scope: Some(scope),
        } => format!("{} of the tenant, key with {scope}", least.as_str()),
        Who::Customer => "customer of the tenant".to_owned(),
        Who::Platform(role) => format!("{} of the platform", role.as_str()),
        Who::Impersonator => "who works in a tenant's place".to_owned(),
    }
}

fn parameters(rule: &Rule) -> Vec<Value> {
    let header = |name: &str, description: &str| {
        json!({"name": name, "in": "header", "required": false, "description": description,
               "schema": {"type": "string"}})
    };
    let mut parameters = Vec::new();
    if rule.method == "POST" && is_keyed(rule.who) {
        parameters.push(header(
            "Idempotency-Key",
            "Of your choice, such as a UUID: the same request with the same key is done once within 24 hours.",
        ));
    }
    if rule.method == "PATCH" {
        parameters.push(header(
            "If-Match",
            "The `ETag` of what you have seen: your change is refused when it is not that any more.",
        ));
    }
    parameters
}

const fn is_keyed(who: Who) -> bool {
    match who {
        Who::Tenant { .. } | Who::Platform(_) => true,
        Who::Anybody | Who::LettingIn | Who::SignedIn | Who::Customer | Who::Impersonator => false,
    }
}

/// The problems that a route may answer with.
fn problems(rule: &Rule) -> Vec<(&'static str, &'static str)> {
    let is_open = matches!(rule.who, Who::Anybody);
    let has_body = matches!(rule.method, "POST" | "PATCH" | "PUT");
    let writes = rule.method != "GET";
    let of_tenant = matches!(rule.who, Who::Tenant { .. } | Who::Platform(_));
    let can_miss =
        rule.path.contains('{') || matches!(rule.who, Who::Platform(_) | Who::Impersonator);
    PROBLEMS
        .iter()
        .filter(|(status, _)| match *status {
            // A link that shows something says who asks.
            "401" => !is_open && rule.path != "/shared/{token}",
            "403" => !is_open && rule.who != Who::LettingIn,
            // Of the stream, `?call_id` may be nobody's.
            "404" => can_miss || ["/me/switch-tenant", "/events"].contains(&rule.path),
            // Without a carrier's account nothing can be asked of it.
            // Not every sound is at the node that is asked.
            "409" => {
                writes && (of_tenant || has_body)
                    || rule.path.starts_with("/phone-numbers")
                    || rule.path.contains("/{recording_id}/")
                    || rule.path == MEDIA
            }
            "412" => rule.method == "PATCH",
            "410" => rule.path.contains("/{recording_id}/") || rule.path == MEDIA,
            "416" => rule.path == MEDIA,
            "413" | "415" | "422" => has_body,
            _ => true,
        })
        .copied()
        .collect()
}

/// Where sound is listened to.
const MEDIA: &str = "/media/{token}";

const PROBLEMS: &[(&str, &str)] = &[
    (
        "400",
        "The request cannot be read: no JSON, an unknown cursor, a parameter out of range",
    ),
    ("401", "Nobody that we know, or the session is over"),
    ("403", "Known, and not allowed"),
    ("404", "Nothing of that id is yours"),
    (
        "409",
        "It conflicts with what there is, or the same request is under way",
    ),
    ("410", "The sound was taken away for good"),
    ("412", "Changed by somebody else since you saw it"),
    ("413", "More than 1 MiB"),
    ("415", "Not JSON"),
    (
        "416",
        "The sound is shorter; `Content-Range` says how long it is",
    ),
    ("422", "Fields are not right: `errors` says which"),
    ("429", "Too often; `Retry-After` says when"),
    (
        "500",
        "Something went wrong on our side; it has been written down",
    ),
    ("503", "Not at the moment; try again"),
];

/// A patch may leave out every field, also those that its schema takes from another.
fn add_patch_schema(document: &mut Value, name: &str) {
    let mut patch = document["components"]["schemas"][name].clone();
    let parts = patch.get_mut("allOf").and_then(Value::as_array_mut);
    for part in parts.into_iter().flatten() {
        let other = part["$ref"]
            .as_str()
            .and_then(|path| path.rsplit('/').next());
        if let Some(other) = other.map(str::to_owned) {
            add_patch_schema(document, &other);
            part["$ref"] = json!(format!("#/components/schemas/{other}Patch"));
        } else if let Some(fields) = part.as_object_mut() {
            fields.remove("required");
        }
    }
    if let Some(fields) = patch.as_object_mut() {
        fields.remove("required");
        fields.insert(
            "description".to_owned(),
            json!("What is to be different (RFC 7396): fields that are left out stay, `null` takes away."),
        );
    }
    document["components"]["schemas"][format!("{name}Patch")] = patch;
}

/// Objects in the order of their keys, so that the file differs only where the API does.
pub fn pretty(document: &Value) -> String {
    let mut text = serde_json::to_string_pretty(&sorted(document)).unwrap_or_default();
    text.push('\n');
    text
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort();
            let field = names
                .into_iter()
                .map(|name| (name.clone(), sorted(&fields[name])));
            Value::Object(field.collect::<Map<String, Value>>())
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// `docs/ROLES.md`: the matrix as people read it.
pub fn roles_page() -> String {
    use store::{membership::Role, platform::PlatformRole};
    let roles = [
        Role::Customer,
        Role::Viewer,
        Role::User,
        Role::Admin,
        Role::TenantOwner,
    ];
    let platform = [PlatformRole::SuperAdmin, PlatformRole::Owner];
    let mut page = String::from(ROLES_HEAD);
    for rule in RULES {
        let mark = |lets: bool| if lets { " x |" } else { " |" };
        page.extend(["| `", rule.method, " ", rule.path, "` |"]);
        page += mark(matches!(rule.who, Who::Anybody | Who::LettingIn));
        for role in roles {
            page += mark(rule.who.lets_role(role));
        }
        for role in platform {
            page += mark(rule.who.lets_platform(role));
        }
        let scope = match rule.who {
            Who::Tenant { scope, .. } => scope,
            Who::Anybody
            | Who::LettingIn
            | Who::SignedIn
            | Who::Customer
            | Who::Platform(_)
            | Who::Impersonator => None,
        };
        match scope {
            Some(scope) => page.extend([" `", scope, "` |\n"]),
            None => page.push_str(" |\n"),
        }
    }
    page.extend(["\nScopes of keys: ", &SCOPES.join(", "), ".\n"]);
    page
}

const ROLES_HEAD: &str = "# Roles\n\n\
Who may ask what. Written from `src/api/access.rs`, by which the server decides; a test keeps this\n\
page fresh and tries every row. Paths are below `/api/v1`.\n\n\
A higher role may all that a lower one may. People of the platform have no role in a tenant: they\n\
belong to it like anybody else, or an owner works in its place (an impersonation has a `tenant_owner`'s\n\
rights, or only reads). A `customer` sees what is booked under their own number and nothing else of the\n\
tenant's.\n\n\
| route | anybody | customer | viewer | user | admin | tenant_owner | super_admin | owner | key with |\n\
|---|---|---|---|---|---|---|---|---|---|\n";

const DESCRIPTION: &str = "Telephony with an artificial voice, for many tenants.\n\n\
JSON in snake_case, times in UTC (RFC 3339), amounts of money in minor units. Lists come in pages: ask again with \
`cursor` = `next_cursor` while `has_more`. What is not served is a problem of RFC 9457 with a `code` for programs, \
`errors` for each field, and the `request_id` that is in our log. A change by PATCH is a JSON merge patch (RFC 7396).";
