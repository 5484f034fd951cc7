//! Appointments that stand: moved, cancelled, looked up.

use super::harness::{Dialogue, has};
use crate::receptionist::sample;

fn with_cleaning() -> Dialogue {
    let call = Dialogue::new();
    call.calendar
        .put("Cleaning", "2026-11-24T15:00", "John Smith", None);
    call
}

fn with_two() -> Dialogue {
    let call = with_cleaning();
    call.calendar
        .put("Checkup", "2026-11-25T09:00", "John Smith", None);
    call
}

#[test]
fn cancel() {
    let mut call = with_cleaning();
    let asked = call.say("I need to cancel my appointment");
    has(
        &asked,
        &["your cleaning on Tuesday, November 24th at 3 PM. Would you like me to cancel it?"],
    );
    assert_eq!(call.booked().len(), 1);
    has(
        &call.say("yes please"),
        &["Your cleaning on Tuesday, November 24th at 3 PM is cancelled."],
    );
    assert!(call.booked().is_empty());
    assert_eq!(call.tools(), ["find_appointments", "cancel_appointment"]);
}

#[test]
fn cancel_thought_better_of() {
    let mut call = with_cleaning();
    has(
        &call.say_all(&["cancel my appointment", "no, actually no"]),
        &["stays as it is"],
    );
    assert_eq!(call.booked().len(), 1);
}

#[test]
fn which_of_two_is_asked() {
    let mut call = with_two();
    let asked = call.say("please cancel my appointment");
    has(
        &asked,
        &[
            "a cleaning on Tuesday",
            "a checkup on Wednesday",
            "Which one",
        ],
    );
    has(
        &call.say("the second one"),
        &[
            "your checkup on Wednesday",
            "Would you like me to cancel it?",
        ],
    );
    call.say("yes");
    assert_eq!(call.booked(), ["Cleaning 2026-11-24T15:00 John Smith"]);
}

#[test]
fn the_day_or_the_service_tells_which() {
    let mut call = with_two();
    has(
        &call.say("cancel my appointment on Wednesday"),
        &["your checkup on Wednesday"],
    );
    let mut call = with_two();
    has(
        &call.say("I'd like to cancel my cleaning"),
        &["your cleaning on Tuesday"],
    );
    let mut call = with_two();
    call.say("I have to cancel");
    has(
        &call.say("the one on Tuesday"),
        &["your cleaning on Tuesday"],
    );
}

#[test]
fn a_move() {
    let mut call = with_cleaning();
    let asked = call.say("I need to reschedule my appointment");
    has(
        &asked,
        &["your cleaning on Tuesday, November 24th at 3 PM", "?"],
    );
    let confirm = call.say("Wednesday at 10");
    has(
        &confirm,
        &[
            "Your cleaning would move to Wednesday, November 25th at 10 AM. Would you like me to move it?",
        ],
    );
    has(
        &call.say("yes"),
        &["now on Wednesday, November 25th at 10 AM"],
    );
    assert_eq!(call.booked(), ["Cleaning 2026-11-25T10:00 John Smith"]);
}

#[test]
fn a_move_in_one_breath() {
    let mut call = with_two();
    let confirm = call.say("Can I move my Tuesday appointment to Friday at 2?");
    has(
        &confirm,
        &["Your cleaning would move to Friday, November 27th at 2 PM"],
    );
    call.say("yes");
    assert!(
        call.booked()
            .contains(&"Cleaning 2026-11-27T14:00 John Smith".to_owned())
    );
}

#[test]
fn a_move_to_a_taken_time() {
    let mut call = with_cleaning();
    call.calendar.put(
        "Whitening",
        "2026-11-25T10:00",
        "Other",
        Some("+19185550199"),
    );
    let answer = call.say("move my cleaning to Wednesday at 10");
    has(&answer, &["10 AM is not available", "11 AM"]);
    call.say_all(&["eleven is fine", "yes"]);
    assert!(
        call.booked()
            .contains(&"Cleaning 2026-11-25T11:00 John Smith".to_owned())
    );
}

#[test]
fn cannot_make_it_and_wants_another_time() {
    let mut call = with_cleaning();
    call.say("I can't make it on Tuesday, can I reschedule?");
    call.say_all(&["next Friday at 9", "yes"]);
    assert_eq!(call.booked(), ["Cleaning 2026-11-27T09:00 John Smith"]);
}

#[test]
fn cancel_and_rebook_is_a_move() {
    let mut call = with_cleaning();
    call.say_all(&["I want to cancel and rebook", "Monday at 2 pm", "yes"]);
    assert_eq!(call.booked(), ["Cleaning 2026-11-23T14:00 John Smith"]);
}

#[test]
fn looked_up() {
    let mut call = with_cleaning();
    has(
        &call.say("when is my appointment?"),
        &["You have a cleaning on Tuesday, November 24th at 3 PM."],
    );
    assert_eq!(call.tools(), ["find_appointments"]);
}

#[test]
fn another_number_needs_the_name_on_the_appointment() {
    let mut call = Dialogue::new();
    call.calendar.put(
        "Cleaning",
        "2026-11-24T15:00",
        "John Smith",
        Some("+19185550177"),
    );
    has(
        &call.say("cancel my appointment"),
        &["can't find", "What phone number"],
    );
    has(&call.say("918 555 0177"), &["What name"]);
    let refused = call.say("Eve Adams");
    has(
        &refused,
        &["can't find an appointment under that number and name"],
    );
    assert!(!refused.contains("Tuesday"));
    assert_eq!(call.booked().len(), 1);

    let mut call = Dialogue::new();
    call.calendar.put(
        "Cleaning",
        "2026-11-24T15:00",
        "John Smith",
        Some("+19185550177"),
    );
    call.say_all(&["cancel my appointment", "918 555 0177", "John Smith", "yes"]);
    assert!(call.booked().is_empty());
}

#[test]
fn a_withheld_number_is_asked_for_first() {
    let mut brief = sample::dentist();
    brief.caller = None;
    let mut call = Dialogue::with(brief);
    call.calendar.put(
        "Cleaning",
        "2026-11-24T15:00",
        "John Smith",
        Some("+19185550177"),
    );
    has(&call.say("when is my appointment"), &["What phone number"]);
    has(
        &call.say_all(&["918-555-0177", "john smith"]),
        &["a cleaning on Tuesday"],
    );
}

#[test]
fn moved_by_an_hour_or_to_another_day_at_the_same_time() {
    let mut call = with_cleaning();
    call.say("I have an appointment on Tuesday and I need to change it");
    has(
        &call.say("an hour later"),
        &["Tuesday, November 24th at 4 PM. Would you like me to move it?"],
    );
    has(
        &call.say("no, make it Wednesday at the same time"),
        &["Wednesday, November 25th at 3 PM"],
    );
    call.say("yes");
    assert_eq!(call.booked(), ["Cleaning 2026-11-25T15:00 John Smith"]);
}

#[test]
fn a_cancelled_visit_booked_anew_keeps_its_service() {
    let mut call = with_cleaning();
    call.say_all(&["I'm not going to make it on Tuesday", "yes"]);
    has(
        &call.say("can you book me for next Friday at nine instead?"),
        &["A cleaning on Friday, November 27th at 9 AM for John Smith"],
    );
}

#[test]
fn a_cancel_that_becomes_a_move() {
    let mut call = with_cleaning();
    call.say("I want to cancel my appointment");
    call.say("actually can I reschedule it to Monday at 9 instead");
    call.say("yes");
    assert_eq!(call.booked(), ["Cleaning 2026-11-23T09:00 John Smith"]);
}
