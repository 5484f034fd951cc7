//! Reading the arguments object of a tool call, field by field.

use serde_json::{Map, Value};
use tenant_config::{knowledge::Service, phone::E164};

use super::{LocalTime, ToolRefusal};
use crate::brief::Brief;

/// The arguments of one call. Absent, `null` and blank are the same: models send all three.
pub(super) struct Arguments<'a> {
    map: Map<String, Value>,
    brief: &'a Brief,
}

impl<'a> Arguments<'a> {
    /// Takes the JSON text; only the fields in `known` may be in it.
    pub(super) fn read(json: &str, known: &[&str], brief: &'a Brief) -> Result<Self, ToolRefusal> {
        let text = if json.trim().is_empty() { "{}" } else { json };
        let value = serde_json::from_str(text).unwrap_or(Value::Null);
        let Value::Object(map) = value else {
            return Err(ToolRefusal::new("arguments", "a JSON object"));
        };
        if let Some(stranger) = map.keys().find(|key| !known.contains(&key.as_str())) {
            let expected = match known {
                [] => "no arguments".to_owned(),
                known => format!("only these fields: {}", known.join(", ")),
            };
            return Err(ToolRefusal::new(stranger, expected));
        }
        Ok(Self { map, brief })
    }

    /// Text of at most `max` characters, trimmed.
    pub(super) fn optional(&self, field: &str, max: usize) -> Result<Option<&str>, ToolRefusal> {
        let text = match self.map.get(field) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) => text.trim(),
            Some(_) => return Err(ToolRefusal::new(field, "a string")),
        };
        if text.chars().count() > max {
            return Err(ToolRefusal::new(field, format!("at most {max} characters")));
        }
        Ok((!text.is_empty()).then_some(text))
    }

    pub(super) fn required(
        &self,
        field: &str,
        max: usize,
        expected: &str,
    ) -> Result<&str, ToolRefusal> {
        self.optional(field, max)?
            .ok_or_else(|| ToolRefusal::new(field, expected))
    }

    /// A service by its name or one of its aliases, in any case.
    pub(super) fn service(&self, field: &str) -> Result<&'a Service, ToolRefusal> {
        let services = &self.brief.services;
        let names = services
            .iter()
            .map(|s| s.name.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        let expected = format!("one of: {names}");
        let wanted = self.required(field, MAX_SHORT, &expected)?.to_lowercase();
        services
            .iter()
            .find(|s| {
                std::iter::once(&s.name)
                    .chain(&s.aliases)
                    .any(|n| n.to_lowercase() == wanted)
            })
            .ok_or_else(|| ToolRefusal::new(field, expected))
    }

    /// A local time, and that it exists in the tenant's time zone.
    pub(super) fn local_time(&self, field: &str) -> Result<Option<LocalTime>, ToolRefusal> {
        let Some(text) = self.optional(field, MAX_SHORT)? else {
            return Ok(None);
        };
        LocalTime::parse(text)
            .map(Some)
            .ok_or_else(|| ToolRefusal::new(field, EXPECTED_LOCAL_TIME))
    }

    pub(super) fn phone(&self, field: &str) -> Result<Option<E164>, ToolRefusal> {
        let Some(text) = self.optional(field, MAX_SHORT)? else {
            return Ok(None);
        };
        read_phone(text, self.brief)
            .map(Some)
            .ok_or_else(|| ToolRefusal::new(field, "a phone number such as +19185550100"))
    }
}

/// E.164, or the ten digits that callers in the North American plan say: where the caller's own
/// number begins with +1 or, without one, where the tenant's currency is USD or CAD.
pub(crate) fn read_phone(text: &str, brief: &Brief) -> Option<E164> {
    if let Ok(number) = E164::normalise(text) {
        return Some(number);
    }
    let north_american = match &brief.caller {
        Some(caller) => caller.as_str().starts_with("+1"),
        None => matches!(brief.currency.as_str(), "USD" | "CAD"),
    };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let national = digits.strip_prefix('1').unwrap_or(&digits);
    let well_formed = national.len() == 10 && !national.starts_with(['0', '1']);
    if !north_american || !well_formed {
        return None;
    }
    E164::normalise(&format!("+1{national}")).ok()
}

pub(super) const EXPECTED_LOCAL_TIME: &str =
    "the business's local date and time as YYYY-MM-DDTHH:MM, such as 2026-11-24T15:00";
/// Characters of a name, a number or an id.
pub(super) const MAX_SHORT: usize = 120;
