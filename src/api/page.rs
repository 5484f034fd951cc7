//! Lists in pages: so many at once, and where the next ones begin.
//!
//! A cursor is what the last row of a page is sorted by, a time and an id, in hexadecimal. It is no
//! secret and no permission: whatever it says, a list shows its own tenant's rows.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem::{Code, Outcome, Problem};

/// Which page of a list.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    /// So many at most, 1 to 200; 50 if nothing is said.
    #[param(minimum = 1, maximum = 200, example = 50)]
    pub limit: Option<u16>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    pub data: Vec<T>,
    /// Ask with it for the next page; `null` on the last one.
    pub next_cursor: Option<String>,
    pub has_more: bool,
}

impl<T> Page<T> {
    /// A list that is shown whole.
    pub fn whole(data: Vec<T>) -> Self {
        Self {
            data,
            next_cursor: None,
            has_more: false,
        }
    }
}

impl PageParams {
    /// How many the page shows.
    pub fn limit(&self) -> Outcome<u16> {
        match self.limit {
            None => Ok(50),
            Some(limit @ 1..=200) => Ok(limit),
            Some(_) => Err(
                Problem::new(Code::InvalidRequest, "A parameter is not right.").at(
                    "?limit",
                    "range",
                    "A page has 1 to 200 rows.",
                ),
            ),
        }
    }

    /// How many to fetch: one more than is shown tells whether there is another page.
    pub fn fetch(&self) -> Outcome<u16> {
        Ok(self.limit()? + 1)
    }

    /// What the rows of the page are older than.
    pub fn before(&self) -> Outcome<Option<(DateTime<Utc>, Uuid)>> {
        self.cursor.as_deref().map(decode).transpose()
    }

    /// The page out of what was fetched; `key` is what rows are sorted by.
    pub fn page<R, T>(
        &self,
        rows: Vec<R>,
        key: impl Fn(&R) -> (DateTime<Utc>, Uuid),
        view: impl Fn(R) -> T,
    ) -> Outcome<Page<T>> {
        let cursor = |row: &R| {
            let (at, id) = key(row);
            encode(at, id)
        };
        self.page_of(rows, cursor, view)
    }

    /// The same where a cursor says something else.
    pub fn page_of<R, T>(
        &self,
        mut rows: Vec<R>,
        cursor: impl Fn(&R) -> String,
        view: impl Fn(R) -> T,
    ) -> Outcome<Page<T>> {
        let limit = usize::from(self.limit()?);
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        Ok(Page {
            next_cursor: rows.last().filter(|_| has_more).map(cursor),
            data: rows.into_iter().map(view).collect(),
            has_more,
        })
    }
}

/// Of a row: eight bytes of microseconds, sixteen of its id.
pub fn encode(at: DateTime<Utc>, id: Uuid) -> String {
    let mut bytes = at.timestamp_micros().to_be_bytes().to_vec();
    bytes.extend(id.as_bytes());
    hex::encode(bytes)
}

fn decode(cursor: &str) -> Outcome<(DateTime<Utc>, Uuid)> {
    let unknown = || {
        Problem::new(
            Code::InvalidCursor,
            "Take the cursor from `next_cursor` of the page before, as it is.",
        )
    };
    let mut bytes = [0; 24];
    hex::decode_to_slice(cursor, &mut bytes).map_err(|_| unknown())?;
    let (at, id) = bytes.split_first_chunk::<8>().ok_or_else(unknown)?;
    let at = DateTime::from_timestamp_micros(i64::from_be_bytes(*at));
    // What a database can compare with; nothing that is stored lies beyond.
    let at = at.filter(|at| (DateTime::UNIX_EPOCH..=LATEST).contains(at));
    let id = Uuid::from_slice(id).map_err(|_| unknown())?;
    Ok((at.ok_or_else(unknown)?, id))
}

/// An instant that a database can compare with: nothing that is stored lies beyond.
pub fn storable(at: DateTime<Utc>) -> DateTime<Utc> {
    at.clamp(DateTime::UNIX_EPOCH, LATEST)
}

/// The end of 9999.
const LATEST: DateTime<Utc> = match DateTime::from_timestamp(253_402_300_799, 0) {
    Some(latest) => latest,
    None => DateTime::UNIX_EPOCH,
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn params(limit: u16, cursor: Option<String>) -> PageParams {
        PageParams {
            limit: Some(limit),
            cursor,
        }
    }

    #[test]
    fn pages_follow_each_other_to_the_end() {
        let row = |n: i64| {
            (
                DateTime::from_timestamp_micros(n).unwrap(),
                Uuid::from_u128(7),
            )
        };
        let first = params(2, None)
            .page(vec![row(9), row(8), row(7)], |r| *r, |r| r)
            .unwrap();
        assert!(first.has_more);
        let next = params(2, first.next_cursor);
        assert_eq!(next.before().unwrap(), Some(row(8)));
        let last = next.page(vec![row(7)], |r| *r, |r| r).unwrap();
        assert_eq!((last.has_more, last.next_cursor), (false, None));
    }

    #[test]
    fn a_page_too_large_or_empty_is_refused() {
        for limit in [0, 201, u16::MAX] {
            assert_eq!(
                params(limit, None).limit().unwrap_err().code(),
                Code::InvalidRequest
            );
        }
    }

    proptest! {
        #[test]
        fn any_cursor_is_read_or_refused(text in "\\PC{0,60}|[0-9a-f]{48}") {
            if let Ok(Some((at, id))) = params(1, Some(text.clone())).before() {
                prop_assert_eq!(encode(at, id), text.to_lowercase());
            }
        }
    }
}
