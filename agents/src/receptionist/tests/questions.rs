//! Questions, at the start and in the middle of other things.

use super::harness::{Dialogue, has};

#[test]
fn price_and_booking_at_once() {
    let mut call = Dialogue::new();
    let answer = call.say("How much is a cleaning and can I book one Tuesday at 3?");
    has(
        &answer,
        &[
            "A cleaning is 120 dollars.",
            "Tuesday, November 24th at 3 PM is free",
        ],
    );
    call.say_all(&["Ann Lee", "yes"]);
    assert_eq!(call.booked(), ["Cleaning 2026-11-24T15:00 Ann Lee"]);
}

#[test]
fn prices() {
    let mut call = Dialogue::new();
    has(
        &call.say("what does a filling cost"),
        &["A filling is 180 dollars and 50 cents."],
    );
    has(&call.say("and how much is a root canal?"), &["on request"]);
    has(
        &call.say("how much is it for a checkup and a cleaning"),
        &["85 dollars", "120 dollars"],
    );
}

#[test]
fn a_price_of_nothing_in_particular() {
    let mut call = Dialogue::new();
    has(
        &call.say("how much does it cost"),
        &["Which service do you mean?"],
    );
    has(&call.say("whitening"), &["350 dollars"]);
}

#[test]
fn a_price_leads_to_a_booking() {
    let mut call = Dialogue::new();
    call.say("how much is a cleaning?");
    call.say("yes");
    call.say_all(&["tuesday at 3", "Ann Lee", "yes"]);
    assert_eq!(call.booked(), ["Cleaning 2026-11-24T15:00 Ann Lee"]);
}

#[test]
fn hours() {
    let mut call = Dialogue::new();
    let week = call.say("What are your hours?");
    has(
        &week,
        &[
            "Monday to Friday we're open from 8 AM to 5 PM.",
            "Saturday we're open from 9 AM to 1 PM.",
            "closed on Sunday",
        ],
    );
    has(
        &call.say("are you open on Sunday?"),
        &["closed on Sunday, November 22nd"],
    );
    has(
        &call.say("what time do you close tomorrow"),
        &["Saturday, November 21st we're open from 9 AM to 1 PM"],
    );
    has(
        &call.say("are you open Thursday?"),
        &["closed on Thursday, November 26th for Thanksgiving"],
    );
    assert!(call.tools().is_empty());
}

#[test]
fn address_duration_and_services() {
    let mut call = Dialogue::new();
    has(
        &call.say("where are you located"),
        &["120 Main Street, Tulsa"],
    );
    has(
        &call.say("how long does a root canal take"),
        &["1 hour and 30 minutes"],
    );
    has(
        &call.say("what services do you offer"),
        &["checkup, cleaning, whitening, among others"],
    );
    has(
        &call.say("do you do teeth whitening?"),
        &["Yes, we offer whitening."],
    );
}

#[test]
fn the_tenants_own_answers() {
    let mut call = Dialogue::new();
    has(
        &call.say("Is there parking?"),
        &["parking is free behind the building"],
    );
    has(
        &call.say("do you take Cigna?"),
        &["Delta Dental, Cigna and MetLife"],
    );
    has(&call.say("what's your cancellation policy"), &["24 hours"]);
    assert!(call.tools().is_empty());
}

#[test]
fn a_question_in_the_middle_returns_to_where_it_was() {
    let mut call = Dialogue::new();
    call.say("I'd like to book a cleaning");
    let answer = call.say("do you take insurance?");
    has(&answer, &["Delta Dental"]);
    assert!(answer.ends_with('?'), "{answer}");
    call.say("tuesday at 3");
    has(
        &call.say("wait, how much is that?"),
        &["120 dollars", "name"],
    );
    call.say("Ann Lee");
    has(
        &call.say("how long will it take?"),
        &["45 minutes", "Would you like me to book it?"],
    );
    assert!(call.booked().is_empty());
    call.say("yes");
    assert_eq!(call.booked(), ["Cleaning 2026-11-24T15:00 Ann Lee"]);
}

#[test]
fn what_is_not_known_is_not_made_up() {
    let mut call = Dialogue::new();
    has(
        &call.say("what brand of drill do you use?"),
        &["don't have that information"],
    );
    has(&call.say("no"), &["anything else", ""]);
    has(
        &call.say("who is the president of the company?"),
        &["don't have that information"],
    );
}

#[test]
fn who_speaks() {
    let mut call = Dialogue::new();
    has(
        &call.say("am I talking to a robot?"),
        &["Ava, the virtual receptionist of Bright Smile Dental"],
    );
    has(&call.say("what can you do?"), &["book, move or cancel"]);
}
