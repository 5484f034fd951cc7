//! The tools on offer in a call, with JSON Schemas narrowed to what the tenant has.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{PartOfDay, ToolSpec};
use crate::brief::{Brief, Medium};

/// The tools for a call of this tenant. Without services nothing can be booked, and without
/// somebody to transfer to there is no transfer: those tools are then not on offer.
pub fn tool_specs(brief: &Brief) -> Arc<[ToolSpec]> {
    let mut specs = Vec::new();
    if !brief.services.is_empty() {
        specs.extend([check_availability(brief), book_appointment(brief)]);
        specs.extend([
            find_appointments(),
            move_appointment(),
            cancel_appointment(),
        ]);
    }
    specs.push(take_message());
    if brief.can_transfer {
        specs.push(ToolSpec {
            name: "transfer_call",
            description: "Hand the call to a person of the business. Say so to the caller first.",
            parameters: object(
                &[(
                    "reason",
                    text("Why the caller wants a person, in a few words."),
                )],
                &["reason"],
            ),
        });
    }
    // Nobody hangs up on texts.
    if brief.medium == Medium::Voice {
        specs.push(ToolSpec {
            name: "end_call",
            description: "Hang up, after you have said goodbye and the caller wants nothing more.",
            parameters: object(&[], &[]),
        });
    }
    specs.into()
}

fn check_availability(brief: &Brief) -> ToolSpec {
    ToolSpec {
        name: "check_availability",
        description: "Free appointment times for a service, soonest first. Always ask this before you offer or book a time.",
        parameters: object(
            &[
                ("service", service(brief)),
                ("date", text("Only this local date, YYYY-MM-DD.")),
                (
                    "part_of_day",
                    json!({"type": "string", "enum": PartOfDay::ALL.map(PartOfDay::as_str)}),
                ),
                (
                    "after",
                    text("Only times at or after this local time, YYYY-MM-DDTHH:MM."),
                ),
            ],
            &["service"],
        ),
    }
}

fn book_appointment(brief: &Brief) -> ToolSpec {
    ToolSpec {
        name: "book_appointment",
        description: "Book an appointment, once the caller has confirmed service, time and name.",
        parameters: object(
            &[
                ("service", service(brief)),
                ("starts_at", text("Local start, YYYY-MM-DDTHH:MM.")),
                ("name", text("The caller's name.")),
                (
                    "phone",
                    text("Only when it is not the number the caller calls from."),
                ),
            ],
            &["service", "starts_at", "name"],
        ),
    }
}

fn find_appointments() -> ToolSpec {
    ToolSpec {
        name: "find_appointments",
        description: "The coming appointments of the number the caller calls from, or of `phone`.",
        parameters: object(
            &[
                (
                    "phone",
                    text("Only when it is not the number the caller calls from; needs `name`."),
                ),
                (
                    "name",
                    text("The name on the appointments, as the caller says it."),
                ),
            ],
            &[],
        ),
    }
}

fn move_appointment() -> ToolSpec {
    ToolSpec {
        name: "move_appointment",
        description: "Move an appointment to another time, once the caller has confirmed it.",
        parameters: object(
            &[
                ("appointment_id", text("As find_appointments answered it.")),
                ("starts_at", text("New local start, YYYY-MM-DDTHH:MM.")),
            ],
            &["appointment_id", "starts_at"],
        ),
    }
}

fn cancel_appointment() -> ToolSpec {
    ToolSpec {
        name: "cancel_appointment",
        description: "Cancel an appointment, once the caller has confirmed it.",
        parameters: object(
            &[("appointment_id", text("As find_appointments answered it."))],
            &["appointment_id"],
        ),
    }
}

fn take_message() -> ToolSpec {
    ToolSpec {
        name: "take_message",
        description: "Leave a message for the people of the business.",
        parameters: object(
            &[
                ("text", text("The message in the caller's words.")),
                ("name", text("Who it is from.")),
                (
                    "phone",
                    text("Only when it is not the number the caller calls from."),
                ),
            ],
            &["text"],
        ),
    }
}

fn service(brief: &Brief) -> Value {
    json!({"type": "string", "enum": brief.services.iter().map(|s| &s.name).collect::<Vec<_>>()})
}

fn text(description: &str) -> Value {
    json!({"type": "string", "description": description})
}

fn object(properties: &[(&str, Value)], required: &[&str]) -> Value {
    let properties: serde_json::Map<String, Value> = properties
        .iter()
        .map(|(name, schema)| ((*name).to_owned(), schema.clone()))
        .collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receptionist::sample;

    fn names(brief: &Brief) -> Vec<&'static str> {
        tool_specs(brief).iter().map(|s| s.name).collect()
    }

    #[test]
    fn what_cannot_be_done_is_not_on_offer() {
        let mut brief = sample::dentist();
        assert_eq!(names(&brief).len(), 8);
        brief.can_transfer = false;
        assert!(!names(&brief).contains(&"transfer_call"));
        brief.services.clear();
        assert_eq!(names(&brief), ["take_message", "end_call"]);
    }

    #[test]
    fn every_schema_is_closed_and_requires_only_fields_it_has() {
        for spec in tool_specs(&sample::dentist()).iter() {
            assert_eq!(
                spec.parameters["additionalProperties"], false,
                "{}",
                spec.name
            );
            for field in spec.parameters["required"].as_array().unwrap() {
                let field = field.as_str().unwrap();
                assert!(
                    spec.parameters["properties"].get(field).is_some(),
                    "{}",
                    spec.name
                );
            }
        }
    }

    #[test]
    fn services_are_an_enum_of_names() {
        let specs = tool_specs(&sample::dentist());
        let services = &specs[0].parameters["properties"]["service"]["enum"];
        assert_eq!(services[0], "Checkup");
    }
}
