//! What is taken, what is refused, and in which words.

use super::*;
use crate::receptionist::sample;

fn parse(name: &str, arguments: &str) -> Result<ToolRequest, ToolRefusal> {
    parse_for(name, arguments, &sample::dentist())
}

fn parse_for(name: &str, arguments: &str, brief: &Brief) -> Result<ToolRequest, ToolRefusal> {
    let call = ToolCall {
        id: "1".into(),
        name: name.into(),
        arguments: arguments.into(),
    };
    ToolRequest::parse(&call, brief)
}

fn refusal(name: &str, arguments: &str) -> String {
    parse(name, arguments).unwrap_err().to_string()
}

#[test]
fn a_booking_is_resolved_in_the_tenants_zone_with_the_callers_number() {
    let request = parse(
        "book_appointment",
        r#"{"service":"CLEANING","starts_at":"2026-11-24T15:00","name":" John Smith ","phone":null}"#,
    );
    let Ok(ToolRequest::BookAppointment(booking)) = request else {
        panic!("{request:?}")
    };
    assert_eq!(booking.service, "Cleaning");
    assert_eq!(booking.starts_at.to_rfc3339(), "2026-11-24T21:00:00+00:00");
    assert_eq!(booking.name, "John Smith");
    assert_eq!(booking.phone, sample::dentist().caller);
}

#[test]
fn an_alias_names_its_service() {
    let request = parse("check_availability", r#"{"service":"teeth cleaning"}"#);
    let Ok(ToolRequest::CheckAvailability(query)) = request else {
        panic!("{request:?}")
    };
    assert_eq!(query.service, "Cleaning");
    assert_eq!(query.not_before.to_string(), "2026-11-20T10:00");
}

#[test]
fn a_query_admits_only_what_was_asked_for() {
    let request = parse(
        "check_availability",
        r#"{"service":"Cleaning","date":"2026-11-24","part_of_day":"afternoon","after":"2026-11-24T15:00"}"#,
    );
    let Ok(ToolRequest::CheckAvailability(query)) = request else {
        panic!("{request:?}")
    };
    let admits = |text| query.admits(LocalTime::parse(text).unwrap());
    assert!(admits("2026-11-24T15:00"));
    assert!(!admits("2026-11-24T14:30"));
    assert!(!admits("2026-11-24T17:00"));
    assert!(!admits("2026-11-25T15:00"));
}

#[test]
fn refusals_name_the_field_and_what_it_should_hold() {
    assert_eq!(
        refusal(
            "book_appointment",
            r#"{"service":"massage","starts_at":"2026-11-24T15:00","name":"A"}"#
        ),
        "service: expected one of: Checkup, Cleaning, Whitening, Filling, Root canal, Emergency visit"
    );
    let booking = |starts_at: &str| {
        format!(r#"{{"service":"Cleaning","starts_at":"{starts_at}","name":"A"}}"#)
    };
    assert!(
        refusal("book_appointment", &booking("Tuesday 3pm"))
            .starts_with("starts_at: expected the business's local")
    );
    assert!(
        refusal("book_appointment", &booking("2027-03-14T02:30"))
            .contains("does not exist in America/Chicago")
    );
    assert!(
        refusal("book_appointment", &booking("2026-11-20T09:00"))
            .contains("a time after 2026-11-20T10:00")
    );
    assert!(
        refusal(
            "book_appointment",
            r#"{"service":"Cleaning","starts_at":"2026-11-24T15:00"}"#
        )
        .starts_with("name:")
    );
    assert!(
        refusal(
            "check_availability",
            r#"{"service":"Cleaning","date":"24/11"}"#
        )
        .starts_with("date:")
    );
    assert!(
        refusal(
            "check_availability",
            r#"{"service":"Cleaning","date":"2026-11-01"}"#
        )
        .contains("today (2026-11-20)")
    );
    assert!(
        refusal(
            "check_availability",
            r#"{"service":"Cleaning","part_of_day":"night"}"#
        )
        .starts_with("part_of_day:")
    );
    assert!(
        refusal("cancel_appointment", r#"{"appointment_id":"7"}"#).starts_with("appointment_id:")
    );
    assert!(refusal("take_message", r#"{"text":"  "}"#).starts_with("text:"));
    assert!(refusal("take_message", r#"{"text":"a","phone":"12"}"#).starts_with("phone:"));
    assert!(refusal("end_call", "[]").starts_with("arguments: expected a JSON object"));
    assert!(refusal("drop_tables", "{}").contains("one of the tools on offer"));
}

#[test]
fn no_field_can_name_another_tenant() {
    let refused = refusal("find_appointments", r#"{"tenant_id":"x"}"#);
    assert_eq!(
        refused,
        "tenant_id: expected only these fields: phone, name"
    );
}

#[test]
fn ten_digits_are_a_number_only_in_the_north_american_plan() {
    let spoken = r#"{"phone":"918 555 0142"}"#;
    let request = parse("find_appointments", spoken).unwrap();
    let ToolRequest::FindAppointments { phone, .. } = request else {
        panic!("{request:?}")
    };
    assert_eq!(phone.as_str(), "+19185550142");
    let mut german = sample::dentist();
    german.caller = Some(E164::normalise("+4930123456").unwrap());
    assert!(parse_for("find_appointments", spoken, &german).is_err());
}

#[test]
fn a_withheld_number_must_be_asked_for() {
    let mut brief = sample::dentist();
    brief.caller = None;
    let refused = parse_for("find_appointments", "", &brief).unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("this caller's own is not known")
    );
}

#[test]
fn without_anybody_there_is_no_transfer() {
    let mut brief = sample::dentist();
    assert!(parse_for("transfer_call", r#"{"reason":"billing"}"#, &brief).is_ok());
    brief.can_transfer = false;
    assert!(parse_for("transfer_call", r#"{"reason":"billing"}"#, &brief).is_err());
}

#[test]
fn a_flood_of_text_is_refused() {
    let long = "x".repeat(2_001);
    assert!(refusal("take_message", &format!(r#"{{"text":"{long}"}}"#)).contains("at most 2000"));
}
