//! The day and time wanted, held against the calendar and the opening hours.

use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta};
use tenant_config::hours::Interval;

use crate::tools::LocalTime;

use super::{
    dates::DaySaid,
    dialogue::{Dialogue, Draft},
    heard::{Change, Heard},
    say,
};

impl Dialogue<'_> {
    /// Takes over everything said about when. `Err` is the sentence that says why it cannot be.
    pub(super) fn take_when(&mut self, heard: &Heard) -> Result<(), String> {
        if let Some(day) = heard.day {
            self.take_day(day)?;
        }
        if heard.soonest {
            let service = self.draft.service;
            let date = self.draft.date.filter(|_| heard.day.is_some());
            self.draft = Draft {
                service,
                date,
                soonest: true,
                ..Draft::default()
            };
        }
        if heard.until.is_some() || heard.avoid.is_some() {
            (self.draft.until, self.draft.avoid) = (heard.until, heard.avoid);
            self.draft.date = self.draft.date.filter(|_| heard.day.is_some());
            self.draft.soonest |= self.draft.date.is_none() && self.draft.from.is_none();
        }
        if heard.part.is_some() {
            self.draft.part = heard.part;
            self.draft.time = None;
        }
        let open = self.hours_for_guessing(heard);
        let resolve =
            |said: super::times::TimeSaid| said.resolve(heard.part.or(self.draft.part), &open);
        let (at, after, before) = (
            heard.at.map(resolve),
            heard.after.map(resolve),
            heard.before.map(resolve),
        );
        if let Some(time) = at.or(self.same_time(heard)) {
            self.draft.time = Some(time);
            self.draft.part = None;
        }
        if after.is_some() || before.is_some() {
            (self.draft.after, self.draft.before) = (after, before);
            self.draft.time = at;
        }
        if let Some(change) = heard.change {
            self.take_change(change)?;
        }
        if at.is_none() && heard.day.is_some() && heard.part.is_some() {
            self.draft.time = None;
        }
        self.draft.chosen = None;
        self.check_time()
    }

    /// "Wednesday, same time": that of the appointment that stands, else of the one in hand.
    pub(super) fn same_time(&self, heard: &Heard) -> Option<NaiveTime> {
        let standing = self.target.as_ref().map(|target| target.starts_at);
        let slot = standing.or(self.draft.chosen)?;
        heard.words.has("same time").then(|| slot.naive().time())
    }

    fn take_day(&mut self, day: DaySaid) -> Result<(), String> {
        match day {
            DaySaid::On(date) => {
                if self.brief.hours.on(date).is_empty() {
                    self.draft.date = None;
                    return Err(self.closed_sentence(date));
                }
                self.draft.date = Some(date);
                self.draft.about = None;
                self.draft.from = None;
                self.draft.soonest = false;
                Ok(())
            }
            DaySaid::From(date) => {
                self.draft.from = Some(date);
                self.draft.date = None;
                Ok(())
            }
            DaySaid::Past(date) => Err(format!("{} has already passed.", say::date(date))),
            DaySaid::Mismatch { date, said } => {
                self.draft.about = Some(date);
                Err(format!(
                    "{} is a {}, not a {}.",
                    say::month_day(date),
                    say::weekday(date.weekday()),
                    say::weekday(said)
                ))
            }
            DaySaid::Never => Err("That date doesn't exist in the calendar.".to_owned()),
        }
    }

    /// Moves on from what was offered last.
    fn take_change(&mut self, change: Change) -> Result<(), String> {
        let standing = self.target.as_ref().map(|target| target.starts_at);
        let chosen = self
            .draft
            .chosen
            .or(self.draft.offered.first().copied())
            .or(standing);
        let last = self.draft.offered.last().copied().or(chosen);
        match change {
            Change::By(minutes) => {
                let base = chosen.map(|c| c.naive().time()).or(self.draft.time);
                let Some(base) = base else { return Ok(()) };
                let (time, days) =
                    base.overflowing_add_signed(TimeDelta::minutes(i64::from(minutes)));
                if days != 0 {
                    return Err("That would be on another day.".to_owned());
                }
                self.draft.date = self.draft.date.or(chosen.map(|c| c.naive().date()));
                self.draft.time = Some(time);
            }
            Change::Later => {
                if let Some(last) = last {
                    let next = last
                        .naive()
                        .time()
                        .overflowing_add_signed(TimeDelta::minutes(1))
                        .0;
                    self.look_at(last.naive().date(), Some(next), None);
                }
            }
            Change::Earlier => {
                if let Some(first) = chosen {
                    self.look_at(first.naive().date(), None, Some(first.naive().time()));
                }
            }
            Change::OtherDay => {
                let base = last.map(|l| l.naive().date()).or(self.draft.date);
                let next = base.and_then(|d| d.checked_add_days(Days::new(1)));
                if let (true, Some(next)) = (self.draft.date.is_none_or(|d| Some(d) == base), next)
                {
                    let (service, part) = (self.draft.service, self.draft.part);
                    self.draft = Draft {
                        service,
                        part,
                        from: Some(next),
                        ..Draft::default()
                    };
                }
            }
            Change::OtherTime => {
                self.draft.time = None;
                self.draft.offered.clear();
            }
        }
        Ok(())
    }

    fn look_at(&mut self, date: NaiveDate, after: Option<NaiveTime>, before: Option<NaiveTime>) {
        let service = self.draft.service;
        self.draft = Draft {
            service,
            date: Some(date),
            after,
            before,
            ..Draft::default()
        };
    }

    /// A time outside the day's hours, or one that has gone by, cannot be.
    fn check_time(&mut self) -> Result<(), String> {
        let Some(time) = self.draft.time else {
            return Ok(());
        };
        let Some(date) = self.draft.date else {
            return Ok(());
        };
        let zone = self.brief.hours.timezone;
        if LocalTime::new(date.and_time(time)).instant(zone).is_err() {
            self.draft.time = None;
            return Err(format!(
                "There is no {} on {}, because the clocks go forward then.",
                say::time(time),
                say::date(date)
            ));
        }
        let open = self.brief.hours.on(date);
        if !open.iter().any(|i| i.opens <= time && time < i.closes) {
            self.draft.time = None;
            return Err(format!(
                "We're not open at {}; on {} we're open {}.",
                say::time(time),
                say::date(date),
                say::intervals(open)
            ));
        }
        if date == self.today() && time <= self.now.naive().time() {
            self.draft.time = None;
            return Err(format!("{} today has already passed.", say::time(time)));
        }
        Ok(())
    }

    /// "We're closed on Sunday, November 22nd."
    pub(super) fn closed_sentence(&self, date: NaiveDate) -> String {
        let hours = &self.brief.hours;
        let exception = hours.exceptions.iter().find(|e| e.date == date);
        let reason = exception
            .and_then(|e| e.reason.as_deref())
            .map_or_else(String::new, |reason| format!(" for {reason}"));
        let closed = format!("We're closed on {}{reason}.", say::date(date));
        let next = (1..15)
            .filter_map(|ahead| date.checked_add_days(Days::new(ahead)))
            .find(|day| !hours.on(*day).is_empty());
        match next {
            Some(day) => format!(
                "{closed} The next day we're open is {}, {}.",
                say::date(day),
                say::intervals(hours.on(day))
            ),
            None => closed,
        }
    }

    /// The hours of the day in question, else of the whole week.
    pub(super) fn hours_for_guessing(&self, heard: &Heard) -> Vec<Interval> {
        let hours = &self.brief.hours;
        match (heard.day, self.draft.date) {
            (Some(DaySaid::On(date)), _) | (_, Some(date)) => hours.on(date).to_vec(),
            (_, None) => hours.week.concat(),
        }
    }
}
