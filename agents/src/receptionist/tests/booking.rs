//! Making appointments. It is Friday, November 20th 2026, 10 AM.

use call::conversation::Expecting;

use super::harness::{Dialogue, has};
use crate::receptionist::sample;

#[test]
fn straight() {
    let mut call = Dialogue::new();
    has(
        &call.say("Hi, I'd like to book an appointment."),
        &["service"],
    );
    let answer = call.say("A cleaning, please.");
    has(&answer, &["?"]);
    assert_eq!(call.expect, Expecting::DateTime);
    has(
        &call.say("Tuesday at 3 p.m."),
        &["Tuesday, November 24th at 3 PM is free", "name"],
    );
    assert_eq!(call.expect, Expecting::Name);
    let asked = call.say("John Smith.");
    has(
        &asked,
        &[
            "A cleaning on Tuesday, November 24th at 3 PM for John Smith. Would you like me to book it?",
        ],
    );
    assert_eq!(call.expect, Expecting::YesNo);
    assert!(call.booked().is_empty());
    has(
        &call.say("Yes, please."),
        &["You're booked: a cleaning on Tuesday, November 24th at 3 PM for John Smith."],
    );
    assert_eq!(call.booked(), ["Cleaning 2026-11-24T15:00 John Smith"]);
    assert_eq!(call.tools(), ["check_availability", "book_appointment"]);
    has(&call.say("No, that's all, thank you."), &["Goodbye"]);
    assert_eq!(call.control, Some(call::conversation::CallControl::HangUp));
}

#[test]
fn all_in_one_breath() {
    let mut call = Dialogue::new();
    let asked = call
        .say("Hello, my name is Maria Garcia and I'd like a checkup tomorrow at 10 a.m. please");
    has(
        &asked,
        &[
            "A checkup on Saturday, November 21st at 10 AM for Maria Garcia. Would you like me to book it?",
        ],
    );
    call.say("yep");
    assert_eq!(call.booked(), ["Checkup 2026-11-21T10:00 Maria Garcia"]);
}

#[test]
fn terse() {
    let mut call = Dialogue::new();
    call.say_all(&["cleaning", "monday", "nine", "smith", "yes"]);
    assert_eq!(call.booked(), ["Cleaning 2026-11-23T09:00 Smith"]);
}

#[test]
fn rambling() {
    let mut call = Dialogue::new();
    call.say("Oh hi, um, so my wife told me I really should come in, it has been ages, and I guess I need, you know, a clean in or something like that");
    call.say("well let me think I work mornings so it would have to be in the afternoon maybe like Wednesday");
    call.say("uh the first one I guess");
    has(
        &call.say("it's Peter Jones"),
        &["Wednesday, November 25th at noon for Peter Jones"],
    );
    call.say("sounds good");
    assert_eq!(call.booked(), ["Cleaning 2026-11-25T12:00 Peter Jones"]);
}

#[test]
fn a_self_correction_counts() {
    let mut call = Dialogue::new();
    call.say("I want to book a cleaning, no, a checkup, on Tuesday, no wait, Wednesday at 2");
    has(
        &call.say("Ann Lee"),
        &["A checkup on Wednesday, November 25th at 2 PM for Ann Lee"],
    );
    call.say("yes");
    assert_eq!(call.booked(), ["Checkup 2026-11-25T14:00 Ann Lee"]);
}

#[test]
fn a_change_at_the_confirmation_is_confirmed_again() {
    let mut call = Dialogue::new();
    call.say("book a cleaning tuesday at 3, my name is John Smith");
    let again = call.say("Actually, make it 4.");
    has(
        &again,
        &["4 PM for John Smith. Would you like me to book it?"],
    );
    assert!(call.booked().is_empty());
    has(
        &call.say("no, Wednesday"),
        &["Wednesday, November 25th at 4 PM"],
    );
    call.say("that's right");
    assert_eq!(call.booked(), ["Cleaning 2026-11-25T16:00 John Smith"]);
}

#[test]
fn yes_with_a_change_is_no_yes() {
    let mut call = Dialogue::new();
    call.say("book a cleaning tuesday at 3, my name is John Smith");
    call.say("yes but can we do 4 o'clock");
    assert!(call.booked().is_empty());
}

#[test]
fn a_no_at_the_confirmation_asks_what_to_change() {
    let mut call = Dialogue::new();
    call.say("book a cleaning tuesday at 3, my name is John Smith");
    has(&call.say("no"), &["What should I change"]);
    call.say("the name");
    has(&call.say("Joan Smythe"), &["for Joan Smythe"]);
    call.say("yes");
    assert_eq!(call.booked(), ["Cleaning 2026-11-24T15:00 Joan Smythe"]);
}

#[test]
fn two_noes_book_nothing() {
    let mut call = Dialogue::new();
    call.say("book a cleaning tuesday at 3, my name is John Smith");
    has(&call.say_all(&["no", "no thanks"]), &["changed nothing"]);
    assert_eq!(call.tools(), ["check_availability"]);
}

#[test]
fn a_taken_time_is_answered_with_the_next_free_ones() {
    let mut call = Dialogue::new();
    call.calendar.put(
        "Whitening",
        "2026-11-24T15:00",
        "Other",
        Some("+19185550199"),
    );
    let answer = call.say("can I get a cleaning tuesday at 3");
    has(&answer, &["3 PM is not available", "4 PM"]);
    assert_eq!(call.expect, Expecting::DateTime);
    call.say_all(&["four works", "Ann Lee", "yes"]);
    assert!(
        call.booked()
            .contains(&"Cleaning 2026-11-24T16:00 Ann Lee".to_owned())
    );
}

#[test]
fn a_slot_lost_before_booking_is_not_called_booked() {
    let mut call = Dialogue::new();
    call.say("book a cleaning tuesday at 3, my name is John Smith");
    call.calendar.put(
        "Whitening",
        "2026-11-24T15:00",
        "Other",
        Some("+19185550199"),
    );
    let answer = call.say("yes");
    assert!(!answer.contains("booked"), "{answer}");
    has(&answer, &["3 PM is not available", "I have"]);
    has(
        &call.say("the second one"),
        &["Wednesday, November 25th at 8 AM for John Smith"],
    );
    call.say("yes");
    assert_eq!(call.booked().len(), 2);
}

#[test]
fn a_closed_day_is_explained() {
    let mut call = Dialogue::new();
    let answer = call.say("a checkup on Sunday at 10");
    has(
        &answer,
        &[
            "closed on Sunday, November 22nd",
            "Monday, November 23rd",
            "from 8 AM to 5 PM",
        ],
    );
    assert!(call.tools().is_empty());
    let holiday = call.say("how about Thursday");
    has(
        &holiday,
        &["closed on Thursday, November 26th for Thanksgiving"],
    );
}

#[test]
fn a_time_outside_the_hours_is_explained() {
    let mut call = Dialogue::new();
    let answer = call.say("a checkup on Saturday at 4 pm");
    has(&answer, &["not open at 4 PM", "from 9 AM to 1 PM"]);
    has(
        &call.say("ok 11 then"),
        &["Saturday, November 21st at 11 AM is free"],
    );
}

#[test]
fn the_past_and_the_impossible_are_caught() {
    let mut call = Dialogue::new();
    has(&call.say("a checkup yesterday"), &["has already passed"]);
    has(
        &call.say("November 3rd"),
        &["November 3rd has already passed"],
    );
    has(&call.say("today at 9"), &["9 AM today has already passed"]);
    has(&call.say("February 30th"), &["doesn't exist"]);
    has(
        &call.say("Monday the 24th"),
        &["November 24th is a Tuesday, not a Monday"],
    );
    assert!(call.tools().is_empty());
}

#[test]
fn the_soonest() {
    let mut call = Dialogue::new();
    let answer = call.say("I need an emergency visit as soon as possible, I have a toothache");
    has(&answer, &["Friday, November 20th at 10:30 AM"]);
}

#[test]
fn later_earlier_and_another_day() {
    let mut call = Dialogue::new();
    let first = call.say("a cleaning on tuesday");
    has(&first, &["Tuesday, November 24th at 8 AM, 8:30 AM or 9 AM"]);
    has(&call.say("do you have anything later"), &["9:30 AM"]);
    has(&call.say("an hour later"), &["10:30 AM is free"]);
    let mut call = Dialogue::new();
    call.say("a cleaning on tuesday");
    has(
        &call.say("another day please"),
        &["Wednesday, November 25th"],
    );
    has(&call.say("none of those"), &["?"]);
    has(
        &call.say("friday after 3"),
        &["Friday, November 27th at 3 PM"],
    );
}

#[test]
fn limits_are_kept() {
    let mut call = Dialogue::new();
    has(
        &call.say("a checkup monday between 2 and 3"),
        &["2 PM or 2:30 PM"],
    );
    let mut call = Dialogue::new();
    let answer = call.say("a checkup next week in the morning");
    has(&answer, &["Monday, November 23rd at 8 AM"]);
}

#[test]
fn a_time_without_a_day() {
    let mut call = Dialogue::new();
    call.say("I'd like a cleaning");
    has(&call.say("at three"), &["Which day", "3 PM"]);
    has(
        &call.say("tuesday"),
        &["Tuesday, November 24th at 3 PM is free"],
    );
}

#[test]
fn two_services_are_told_apart() {
    let mut call = Dialogue::new();
    has(
        &call.say("I need a checkup or a cleaning"),
        &["Would you like a checkup or a cleaning?"],
    );
    call.say_all(&["cleaning", "tuesday at 3", "Ann Lee", "yes"]);
    assert_eq!(call.booked(), ["Cleaning 2026-11-24T15:00 Ann Lee"]);
}

#[test]
fn a_withheld_number_is_asked_for() {
    let mut brief = sample::dentist();
    brief.caller = None;
    let mut call = Dialogue::with(brief);
    has(
        &call.say("book a cleaning tuesday at 3, my name is John Smith"),
        &["number"],
    );
    assert_eq!(call.expect, Expecting::Digits);
    has(
        &call.say("nine one eight five five five oh one seven seven"),
        &["Would you like me to book it?"],
    );
    call.say("yes");
    let phone = call.calendar.with(|d| d.entries[0].phone.clone()).unwrap();
    assert_eq!(phone.as_str(), "+19185550177");
}

#[test]
fn a_number_keyed_in_counts() {
    let mut brief = sample::dentist();
    brief.caller = None;
    let mut call = Dialogue::with(brief);
    call.say("book a cleaning tuesday at 3, my name is John Smith");
    has(&call.press("12"), &["whole number"]);
    has(
        &call.press("9185550177#"),
        &["Would you like me to book it?"],
    );
}

#[test]
fn a_yes_to_a_question_that_was_not_heard_books_nothing() {
    let mut call = Dialogue::new();
    call.say("book a cleaning tuesday at 3, my name is John Smith");
    call.cut_last_to("A cleaning on");
    has(&call.say("yeah"), &["Would you like me to book it?"]);
    assert!(call.booked().is_empty());
    call.say("yes");
    assert_eq!(call.booked().len(), 1);
}

#[test]
fn a_booking_that_was_not_heard_is_said_again() {
    let mut call = Dialogue::new();
    call.say_all(&["book a cleaning tuesday at 3, my name is John Smith", "yes"]);
    call.cut_last_to("");
    has(
        &call.say("how long does it take"),
        &["You're booked: a cleaning on Tuesday"],
    );
}

#[test]
fn dropped_in_the_middle() {
    let mut call = Dialogue::new();
    call.say("book a cleaning tuesday at 3");
    has(&call.say("never mind"), &["no problem"]);
    call.say("cancel that");
    assert!(call.booked().is_empty());
}

#[test]
fn a_calendar_that_is_down_is_owned_up_to() {
    let mut call = Dialogue::new();
    call.calendar.with(|d| d.down = true);
    let answer = call.say("a cleaning tuesday at 3");
    has(&answer, &["can't reach our calendar"]);
    assert!(!answer.contains("free"));
}

#[test]
fn another_of_the_offered_times_at_the_confirmation() {
    let mut call = Dialogue::new();
    call.say_all(&["a cleaning on tuesday", "the second one", "Kim"]);
    has(
        &call.say("no, the third one"),
        &["9 AM for Kim. Would you like me to book it?"],
    );
    call.say("yes");
    assert_eq!(call.booked(), ["Cleaning 2026-11-24T09:00 Kim"]);
}

#[test]
fn a_time_that_does_not_suit_is_not_a_cancellation() {
    let mut call = Dialogue::new();
    let late =
        call.say("I need an appointment for a checkup Monday but I can't make it before three");
    has(&late, &["Monday, November 23rd at 3 PM"]);
    has(&call.say("I can't make it then"), &["?"]);
    has(
        &call.say("move it to Wednesday at nine"),
        &["Wednesday, November 25th at 9 AM is free"],
    );
    assert!(!call.tools().contains(&"find_appointments"));
}

#[test]
fn a_question_about_hours_gives_the_day() {
    let mut call = Dialogue::new();
    call.say("What are your hours on Saturday?");
    has(
        &call.say("Great, can I come in at 11 for a checkup?"),
        &["Saturday, November 21st at 11 AM is free"],
    );
}

#[test]
fn a_full_day_is_followed_by_the_next_one() {
    let mut call = Dialogue::new();
    for hour in 8..17 {
        let at = format!("2026-11-24T{hour:02}:00");
        call.calendar
            .put("Whitening", &at, "Other", Some("+19185550199"));
    }
    let answer = call.say("a cleaning on tuesday");
    has(
        &answer,
        &[
            "nothing free on Tuesday, November 24th",
            "Wednesday, November 25th at 8 AM",
        ],
    );
}

#[test]
fn two_bookings_in_one_call() {
    let mut call = Dialogue::new();
    call.say_all(&["book a cleaning tuesday at 3, my name is John Smith", "yes"]);
    call.say("yes, I'd also like to book a checkup on wednesday at 9");
    call.say("yes");
    assert_eq!(
        call.booked(),
        [
            "Cleaning 2026-11-24T15:00 John Smith",
            "Checkup 2026-11-25T09:00 John Smith"
        ]
    );
}

#[test]
fn without_services_nothing_is_booked() {
    let mut brief = sample::dentist();
    brief.services.clear();
    let mut call = Dialogue::with(brief);
    call.say("I want to book a cleaning on tuesday at 3");
    assert!(call.tools().is_empty());
}
