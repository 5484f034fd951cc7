//! Dates as people say them, counted from a known day.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use tenant_config::hours::HoursException;

use super::{
    numbers::{cardinal, ordinal},
    words::Words,
};

/// Something found in a transcript and which words say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention<T> {
    pub(super) value: T,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A day as the caller named it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DaySaid {
    On(NaiveDate),
    /// This day or a later one: "next week".
    From(NaiveDate),
    /// It has gone by.
    Past(NaiveDate),
    /// "Monday the 24th", which is a Tuesday: the date as said, that falls on another weekday.
    Mismatch {
        date: NaiveDate,
        said: Weekday,
    },
    /// No such day: "February 30th".
    Never,
}

/// What days are counted from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Almanac<'a> {
    /// The tenant's local date.
    pub(super) today: NaiveDate,
    /// "3/4" is March 4th.
    pub(super) month_first: bool,
    /// The day that was talked of last: "the day after", "a week later".
    pub(super) about: Option<NaiveDate>,
    /// Days are looked for from here on, after "some time next week".
    pub(super) from: Option<NaiveDate>,
    /// Days with a name of their own, such as "Memorial Day".
    pub(super) named: &'a [HoursException],
}

/// All days named, in order.
pub(super) fn find_days(words: &[String], reader: &Almanac<'_>) -> Vec<Mention<DaySaid>> {
    let mut found = Vec::new();
    let mut start = 0;
    while start < words.len() {
        match reader.day_at(words, start) {
            Some((value, taken)) => {
                found.push(Mention {
                    value,
                    start,
                    end: start + taken,
                });
                start += taken;
            }
            None => start += 1,
        }
    }
    found
}

/// A weekday by its name, short name or plural.
pub(super) fn weekday(word: &str) -> Option<Weekday> {
    Some(match word.trim_end_matches("'s").trim_end_matches('s') {
        "monday" | "mon" => Weekday::Mon,
        "tuesday" | "tue" | "teusday" => Weekday::Tue,
        "wednesday" | "wed" | "wedneday" | "wensday" => Weekday::Wed,
        "thursday" | "thu" | "thur" => Weekday::Thu,
        "friday" | "fri" => Weekday::Fri,
        "saturday" | "sat" => Weekday::Sat,
        "sunday" => Weekday::Sun,
        _ => return None,
    })
}

type Found = Option<(DaySaid, usize)>;

impl Almanac<'_> {
    fn day_at(&self, words: &[String], i: usize) -> Found {
        let rest = &words[i..];
        self.by_name(rest)
            .or_else(|| self.near(rest))
            .or_else(|| self.beside(rest))
            .or_else(|| self.counted(rest))
            .or_else(|| self.by_weekday(rest))
            .or_else(|| self.by_month(rest))
            .or_else(|| self.by_number(words, i))
            .or_else(|| self.span(rest))
    }

    /// "Memorial Day", "Christmas": the longest name that was said.
    fn by_name(&self, rest: &[String]) -> Found {
        let length_of = |day: &HoursException| {
            let name = Words::of(day.reason.as_deref()?).low;
            let short = name.strip_suffix(&["day".to_owned()]).unwrap_or(&name);
            let said = |words: &[String]| !words.is_empty() && rest.starts_with(words);
            [name.as_slice(), short]
                .into_iter()
                .find(|n| said(n))
                .map(<[String]>::len)
        };
        let coming = self.named.iter().filter(|day| day.date >= self.today);
        let (date, length) = coming
            .filter_map(|day| Some((day.date, length_of(day)?)))
            .min_by_key(|(date, length)| (usize::MAX - length, *date))?;
        Some((DaySaid::On(date), length))
    }

    /// "the day after", "a week later", "the week after next".
    fn beside(&self, rest: &[String]) -> Found {
        if starts(rest, "week after next") {
            return Some((
                DaySaid::From(self.of_next_week(Weekday::Mon) + Days::new(7)),
                3,
            ));
        }
        if starts(rest, "week of the") {
            let (day, taken) = ordinal(rest.get(3..)?)?;
            let DaySaid::On(date) = self.day_of_month(day) else {
                return None;
            };
            return Some((DaySaid::From(date), 3 + taken));
        }
        let about = self.about?;
        if starts(rest, "day after") || starts(rest, "day before") {
            let date = if rest[1] == "after" {
                about.succ_opt()
            } else {
                about.pred_opt()
            };
            return Some((DaySaid::On(date?), 2));
        }
        let (count, taken) = if matches!(rest[0].as_str(), "a" | "one") {
            (1, 1)
        } else {
            cardinal(rest)?
        };
        let unit = match rest.get(taken)?.trim_end_matches('s') {
            "day" => 1,
            "week" => 7,
            _ => return None,
        };
        let days = Days::new(u64::from(count) * unit);
        let date = match rest.get(taken + 1)?.as_str() {
            "later" => about.checked_add_days(days)?,
            "earlier" | "sooner" => about.checked_sub_days(days)?,
            _ => return None,
        };
        Some((DaySaid::On(date), taken + 2))
    }

    /// "today", "tomorrow", "the day after tomorrow", "yesterday".
    fn near(&self, rest: &[String]) -> Found {
        if starts(rest, "day after tomorrow") {
            return Some((DaySaid::On(self.ahead(2)), 3));
        }
        if starts(rest, "this morning")
            || starts(rest, "this afternoon")
            || starts(rest, "this evening")
        {
            return Some((DaySaid::On(self.today), 1));
        }
        match rest[0].trim_end_matches("'s") {
            "today" | "tonight" => Some((DaySaid::On(self.today), 1)),
            "tomorrow" | "tomorow" | "tommorow" | "tommorrow" => {
                Some((DaySaid::On(self.ahead(1)), 1))
            }
            "yesterday" => Some((DaySaid::Past(self.today.pred_opt()?), 1)),
            _ => None,
        }
    }

    /// "in two weeks", "a week from Monday", "three days from now".
    fn counted(&self, rest: &[String]) -> Found {
        let lead = usize::from(rest[0] == "in");
        let after_lead = rest.get(lead..)?;
        let (count, taken) = match after_lead.first()?.as_str() {
            "a" | "an" if starts(after_lead, "a couple of") => (2, 3),
            "a" | "an" => (1, 1),
            _ => cardinal(after_lead)?,
        };
        let mut end = lead + taken;
        let unit = rest.get(end)?.trim_end_matches('s');
        end += 1;
        let tail = rest.get(end..).unwrap_or_default();
        let mut base = self.today;
        if starts(tail, "from") {
            let skip = 1 + usize::from(starts(&tail[1..], "this") || starts(&tail[1..], "next"));
            let (day, used) = match tail.get(1)?.as_str() {
                "now" | "today" => (self.today, 1),
                "tomorrow" => (self.ahead(1), 1),
                _ => (self.coming(weekday(tail.get(skip)?)?), skip),
            };
            base = day;
            end += 1 + used;
        } else if lead == 0 {
            return None;
        }
        let day = match unit {
            "day" => base.checked_add_days(Days::new(u64::from(count)))?,
            "week" => base.checked_add_days(Days::new(u64::from(count) * 7))?,
            "fortnight" => base.checked_add_days(Days::new(u64::from(count) * 14))?,
            "month" => base.checked_add_months(Months::new(count))?,
            _ => return None,
        };
        Some((DaySaid::On(day), end))
    }

    /// "Tuesday", "next Tuesday", "Tuesday next week", "Monday the 30th", "Monday week".
    fn by_weekday(&self, rest: &[String]) -> Found {
        let lead = match rest[0].as_str() {
            "this" | "next" | "coming" | "following" | "last" => 1,
            _ => 0,
        };
        let day = weekday(rest.get(lead)?)?;
        let mut end = lead + 1;
        let tail = rest.get(end..).unwrap_or_default();
        let the = usize::from(starts(tail, "the"));
        let dated = tail.get(the..).and_then(|t| self.by_month(t)).or_else(|| {
            let (n, taken) = tail.get(the..).and_then(ordinal)?;
            let same_month = self.about.and_then(|about| about.with_day(n));
            let meant = same_month.filter(|d| d.weekday() == day && *d >= self.today);
            Some((
                meant.map_or_else(|| self.day_of_month(n), DaySaid::On),
                taken,
            ))
        });
        if let Some((said, taken)) = dated {
            let said = match said {
                DaySaid::On(date) if date.weekday() != day => DaySaid::Mismatch { date, said: day },
                DaySaid::On(_)
                | DaySaid::From(_)
                | DaySaid::Past(_)
                | DaySaid::Mismatch { .. }
                | DaySaid::Never => said,
            };
            return Some((said, end + the + taken));
        }
        let of = usize::from(starts(tail, "of"));
        let next_week = tail.get(of..).is_some_and(|t| starts(t, "next week"));
        let date = match rest[0].as_str() {
            "last" => return Some((DaySaid::Past(self.coming(day) - Days::new(7)), end)),
            "next" => self.of_next_week(day),
            "this" if day == self.today.weekday() => self.today,
            _ if next_week => {
                end += of + 2;
                self.of_next_week(day)
            }
            _ if starts(tail, "week") => {
                end += 1;
                self.coming(day) + Days::new(7)
            }
            _ if starts(tail, "fortnight") => {
                end += 1;
                self.coming(day) + Days::new(14)
            }
            // "The Friday after": not the coming one.
            _ if tail.len() == 1 && tail[0] == "after" => {
                end += 1;
                self.coming(day) + Days::new(7)
            }
            "this" | "coming" | "following" => self.coming(day),
            _ => self.coming_from(day),
        };
        Some((DaySaid::On(date), end))
    }

    /// "December third", "Dec 3", "the 3rd of December", with or without a year.
    fn by_month(&self, rest: &[String]) -> Found {
        let number = |words: &[String]| ordinal(words).or_else(|| cardinal(words));
        let (month, day, mut end) = if let Some(month) = rest.first().and_then(|w| month(w)) {
            let the = usize::from(rest.get(1).is_some_and(|w| w == "the"));
            let (day, taken) = number(rest.get(1 + the..)?)?;
            (month, day, 1 + the + taken)
        } else {
            let (day, taken) = ordinal(rest).or_else(|| cardinal(rest))?;
            let of = usize::from(rest.get(taken).is_some_and(|w| w == "of"));
            (
                rest.get(taken + of).and_then(|w| month(w))?,
                day,
                taken + of + 1,
            )
        };
        let year = rest
            .get(end)
            .and_then(|w| w.parse::<i32>().ok())
            .filter(|y| (2000..2100).contains(y));
        end += usize::from(year.is_some());
        Some((self.calendar_day(year, month, day), end))
    }

    /// "the 24th", "on the third", "11/24".
    fn by_number(&self, words: &[String], i: usize) -> Found {
        let rest = &words[i..];
        if let Some((left, right)) = rest[0].split_once('/') {
            let (right, year) = right
                .split_once('/')
                .map_or((right, None), |(r, y)| (r, Some(y)));
            let (left, right) = (left.parse().ok()?, right.parse().ok()?);
            let (month, day) = if self.month_first && left <= 12 {
                (left, right)
            } else {
                (right, left)
            };
            let year = match year.map(str::parse::<i32>) {
                None => None,
                Some(Ok(y)) => Some(if y < 100 { 2000 + y } else { y }),
                Some(Err(_)) => return None,
            };
            return Some((self.calendar_day(year, month, day), 1));
        }
        let (day, taken) = ordinal(rest)?;
        let in_digits = rest[0].starts_with(|c: char| c.is_ascii_digit());
        let on_the = i >= 2 && words[i - 2] == "on" && words[i - 1] == "the";
        let names_a_thing = rest.get(taken).is_some_and(|w| {
            [
                "one",
                "option",
                "slot",
                "time",
                "appointment",
                "available",
                "opening",
                "thing",
                "visit",
            ]
            .contains(&w.as_str())
        });
        // "the second" picks from an offer of three; "the second of", "on the second" and "the
        // second at nine" are dates.
        let timed = rest.get(taken).is_some_and(|w| w == "at");
        let clearly_a_date = in_digits || on_the || timed || day > 3;
        (clearly_a_date && !names_a_thing).then(|| (self.day_of_month(day), taken))
    }

    /// "next week", "this week", "next month", "the weekend".
    fn span(&self, rest: &[String]) -> Found {
        if starts(rest, "next week") {
            return Some((DaySaid::From(self.of_next_week(Weekday::Mon)), 2));
        }
        if starts(rest, "this week") {
            return Some((DaySaid::From(self.today), 2));
        }
        if starts(rest, "next month") {
            let first = self.today.with_day(1)?.checked_add_months(Months::new(1))?;
            return Some((DaySaid::From(first), 2));
        }
        if starts(rest, "first week of") || starts(rest, "beginning of") || starts(rest, "start of")
        {
            let of = rest.iter().position(|w| w == "of")?;
            let month = month(rest.get(of + 1)?)?;
            return Some((self.first_of(month)?, of + 2));
        }
        if matches!(rest[0].as_str(), "in" | "early")
            && let Some(month) = rest.get(1).and_then(|w| month(w))
        {
            return Some((self.first_of(month)?, 2));
        }
        (rest[0] == "weekend").then(|| (DaySaid::On(self.coming(Weekday::Sat)), 1))
    }

    /// From the first of that month on, this year or next.
    fn first_of(&self, month: u32) -> Option<DaySaid> {
        let first = NaiveDate::from_ymd_opt(self.today.year(), month, 1)?;
        Some(DaySaid::From(match first {
            first if first >= self.today => first,
            first if month == self.today.month() => self.today.max(first),
            first => first.checked_add_months(Months::new(12))?,
        }))
    }

    fn day_of_month(&self, day: u32) -> DaySaid {
        (0..12)
            .filter_map(|ahead| {
                let first = self
                    .today
                    .with_day(1)?
                    .checked_add_months(Months::new(ahead))?;
                first.with_day(day)
            })
            .find(|date| *date >= self.today)
            .map_or(DaySaid::Never, DaySaid::On)
    }

    /// Without a year the nearest one is meant: a day less than half a year ago is past, an
    /// older one is next year's.
    fn calendar_day(&self, year: Option<i32>, month: u32, day: u32) -> DaySaid {
        let this_year = year.unwrap_or(self.today.year());
        let Some(date) = NaiveDate::from_ymd_opt(this_year, month, day) else {
            return DaySaid::Never;
        };
        if date >= self.today {
            return DaySaid::On(date);
        }
        let long_ago = (self.today - date).num_days() > HALF_A_YEAR;
        match NaiveDate::from_ymd_opt(this_year + 1, month, day) {
            Some(next) if year.is_none() && long_ago => DaySaid::On(next),
            _ => DaySaid::Past(date),
        }
    }

    fn ahead(&self, days: u64) -> NaiveDate {
        self.today
            .checked_add_days(Days::new(days))
            .unwrap_or(self.today)
    }

    /// The first such weekday after today.
    fn coming(&self, day: Weekday) -> NaiveDate {
        let gap =
            (7 + day.num_days_from_monday() - self.today.weekday().num_days_from_monday()) % 7;
        self.ahead(if gap == 0 { 7 } else { u64::from(gap) })
    }

    /// The first such weekday of the days that are looked at.
    fn coming_from(&self, day: Weekday) -> NaiveDate {
        let mut date = self.coming(day);
        if let Some(from) = self.from {
            while date < from {
                date = date + Days::new(7);
            }
        }
        date
    }

    /// That weekday of the week, Monday to Sunday, that follows this one.
    fn of_next_week(&self, day: Weekday) -> NaiveDate {
        let to_monday = 7 - self.today.weekday().num_days_from_monday();
        self.ahead(u64::from(to_monday + day.num_days_from_monday()))
    }
}

fn month(word: &str) -> Option<u32> {
    let names = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    if word == "sept" {
        return Some(9);
    }
    let place = names
        .iter()
        .position(|name| *name == word || (word.len() == 3 && name.starts_with(word)))?;
    Some(place as u32 + 1)
}

fn starts(words: &[String], phrase: &str) -> bool {
    let mut words = words.iter();
    phrase
        .split(' ')
        .all(|wanted| words.next().is_some_and(|w| w == wanted))
}

const HALF_A_YEAR: i64 = 183;

#[cfg(test)]
mod tests;
