//! Who has how many calls, and when.
//!
//! A few tenants are large and most are small: shares go by 1/rank^0.9. Business grows by 4 % a month.
//! People call while offices are open, as in Chicago, and less at weekends.

use chrono::{DateTime, Datelike, Months, TimeDelta, TimeZone, Timelike, Utc, Weekday};
use tenant_config::phone::E164;

use super::{LoadOptions, numbers::Numbers, talk::COMPANIES};
use crate::{
    StoreError,
    seed::{Business, DEMO_SLUG},
};

/// One area code for each, from 201 on.
pub const MOST_TENANTS: u16 = 700;

/// The twelve months, and how the calls are spread over them.
pub(super) struct Plan {
    pub(super) months: Vec<Month>,
    /// In the order of months, and in each of tenants: calls up to and with it.
    upto: Vec<u64>,
    tenants: usize,
    /// Calls of each tenant.
    sizes: Vec<u64>,
}

/// A month, or the part of the last one that is over.
pub(super) struct Month {
    pub(super) place: usize,
    pub(super) begins: DateTime<Utc>,
    /// For each hour, the weight of all hours up to and with it.
    hours: Vec<u64>,
}

impl Plan {
    pub(super) fn new(options: &LoadOptions) -> Self {
        let months = months_before(options.until);
        let tenants = usize::from(options.tenants);
        let shares: Vec<f64> = (0..tenants)
            .map(|rank| 1.0 / (rank as f64 + 1.0).powf(0.9))
            .collect();
        let month_weight = |month: &Month| {
            let hours = month.hours.last().copied().unwrap_or_default();
            hours as f64 * 1.04_f64.powi(month.place as i32)
        };
        let total: f64 = months.iter().map(&month_weight).sum::<f64>() * shares.iter().sum::<f64>();
        let mut upto = Vec::new();
        let mut so_far = 0.0;
        for month in &months {
            for share in &shares {
                so_far += month_weight(month) * share;
                upto.push((so_far / total * options.calls as f64).round() as u64);
            }
        }
        // What rounding left over is the last one's.
        if let Some(last) = upto.last_mut() {
            *last = options.calls;
        }
        let mut plan = Self {
            months,
            upto,
            tenants,
            sizes: Vec::new(),
        };
        plan.sizes = (0..tenants)
            .map(|place| {
                plan.months
                    .iter()
                    .map(|month| plan.calls_of(month, place))
                    .sum()
            })
            .collect();
        plan
    }

    /// Calls of a tenant in a month.
    pub(super) fn calls_of(&self, month: &Month, place: usize) -> u64 {
        let index = month.place * self.tenants + place;
        let before = index.checked_sub(1).map_or(0, |before| self.upto[before]);
        self.upto[index].saturating_sub(before)
    }

    /// How many people call a tenant.
    pub(super) fn callers_of(&self, place: usize) -> u64 {
        (self.sizes[place] / 8).clamp(3, 20_000)
    }
}

impl Month {
    /// So many moments of the month, in order.
    pub(super) fn times(&self, count: u64, numbers: &mut Numbers) -> Vec<DateTime<Utc>> {
        let weight = self.hours.last().copied().unwrap_or_default();
        let mut times: Vec<_> = (0..count)
            .map(|_| {
                let drawn = numbers.below(weight);
                let hour = self.hours.partition_point(|upto| *upto <= drawn);
                let within = numbers.below(3_600_000_000);
                self.begins + TimeDelta::hours(hour as i64) + TimeDelta::microseconds(within as i64)
            })
            .collect();
        times.sort_unstable();
        times
    }
}

fn months_before(until: DateTime<Utc>) -> Vec<Month> {
    let this = Utc.with_ymd_and_hms(until.year(), until.month(), 1, 0, 0, 0);
    let this = this.single().unwrap_or(until);
    let begins = (0..12)
        .rev()
        .filter_map(|back| this.checked_sub_months(Months::new(back)));
    let month = begins.enumerate().map(|(place, begins)| {
        let ends = begins
            .checked_add_months(Months::new(1))
            .unwrap_or(until)
            .min(until);
        let hours = (ends - begins).num_hours().max(1);
        let mut weight = 0;
        let upto = (0..hours).map(|hour| {
            weight += weight_of(begins + TimeDelta::hours(hour));
            weight
        });
        Month {
            place,
            begins,
            hours: upto.collect(),
        }
    });
    month.collect()
}

/// How many call in that hour, compared with others.
fn weight_of(hour: DateTime<Utc>) -> u64 {
    let local = hour - TimeDelta::hours(6);
    let of_day = match local.hour() {
        0..=6 => 1,
        7 | 18..=20 => 10,
        8..=11 => 60,
        12 => 35,
        13..=16 => 50,
        17 => 30,
        _ => 4,
    };
    match local.weekday() {
        Weekday::Mon => of_day * 12,
        Weekday::Tue | Weekday::Wed | Weekday::Thu | Weekday::Fri => of_day * 10,
        Weekday::Sat => of_day * 4,
        Weekday::Sun => of_day,
    }
}

/// The demo clinic under another name, with numbers of its own out of those for fiction.
pub(super) fn business(place: usize) -> Result<Business, StoreError> {
    let mut business = Business::built_in(DEMO_SLUG)
        .and_then(Result::ok)
        .ok_or_else(|| invalid("the demo business"))?;
    business.slug = format!("load-{:03}", place + 1);
    business.company = company(place);
    for (line, number) in business.lines.iter_mut().zip(1..) {
        let text = format!("+1{}55501{number:02}", 201 + place);
        line.number = E164::normalise(&text).map_err(|_| invalid("a line's number"))?;
    }
    Ok(business)
}

/// A name that nobody else has: its first word is the tenant's alone.
fn company(place: usize) -> String {
    let (first, second, kind) = COMPANIES;
    let name = format!(
        "{}{}",
        first[place % first.len()],
        second[place / first.len() % second.len()]
    );
    format!("{name} {}", kind[place % kind.len()])
}

fn invalid(what: &str) -> StoreError {
    StoreError::Invalid {
        what: what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn options(tenants: u16, calls: u64) -> LoadOptions {
        LoadOptions {
            tenants,
            calls,
            seed: 1,
            until: "2026-11-18T18:00:00Z".parse().unwrap(),
            transcripts: 10,
            password_hash: None,
        }
    }

    #[test]
    fn all_calls_are_given_out_and_large_tenants_have_most() {
        for (tenants, calls) in [(200, 1_000_000), (1, 7), (700, 3)] {
            let plan = Plan::new(&options(tenants, calls));
            assert_eq!(plan.months.len(), 12);
            assert_eq!(plan.sizes.iter().sum::<u64>(), calls);
            assert!(plan.sizes.is_sorted_by(|a, b| a + 12 >= *b));
        }
        let plan = Plan::new(&options(200, 1_000_000));
        assert!(
            plan.sizes[0] > 80_000 && plan.sizes[199] > 500,
            "{:?}",
            plan.sizes
        );
    }

    #[test]
    fn calls_are_of_their_month_and_of_office_hours() {
        let plan = Plan::new(&options(1, 10_000));
        let until = options(1, 1).until;
        let mut numbers = Numbers::new(1, 2, 3);
        for month in &plan.months {
            let times = month.times(1000, &mut numbers);
            let ends = month.begins + Months::new(1);
            assert!(
                times
                    .iter()
                    .all(|at| *at >= month.begins && *at < ends.min(until))
            );
            let working = times
                .iter()
                .filter(|at| (14..24).contains(&at.hour()))
                .count();
            assert!(working > 850, "{working} of 1000 in office hours");
        }
    }

    #[test]
    fn each_tenant_has_a_name_and_numbers_of_its_own() {
        let mut seen = HashSet::new();
        for place in 0..usize::from(MOST_TENANTS) {
            let business = business(place).unwrap();
            assert!(seen.insert(business.slug));
            let first = business.company.split(' ').next().unwrap().to_owned();
            assert!(seen.insert(first), "{}", business.company);
            assert!(
                business
                    .lines
                    .into_iter()
                    .all(|line| seen.insert(line.number.as_str().to_owned()))
            );
        }
    }
}
