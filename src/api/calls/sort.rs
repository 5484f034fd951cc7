//! The order of a list of calls, and its cursors. A cursor belongs to the order of its list; one of
//! another order is refused, since it would leave calls out.

use chrono::DateTime;
use store::call::{CallPlace, CallSort, SortKey, SortValue};
use tenant_config::id::CallId;
use uuid::Uuid;

use crate::api::{
    check::word,
    page::storable,
    problem::{Code, Outcome, Problem},
};

/// `started_at`, `duration_ms`, `from` or `status`, the other way round with a `-` before it.
pub(super) fn read(text: Option<&str>) -> Outcome<CallSort> {
    let parse = |text: &str| {
        let (key, descending) = match text.strip_prefix('-') {
            Some(key) => (key, true),
            None => (text, false),
        };
        let key = KEYS.iter().find(|(word, _)| *word == key)?.1;
        Some(CallSort { key, descending })
    };
    Ok(word("?sort", text, parse)?.unwrap_or_default())
}

/// A place as a cursor: the order, whether there is a value, eight bytes of microseconds, sixteen of
/// the id, the value; in hexadecimal.
pub(super) fn encode(sort: CallSort, place: &CallPlace) -> String {
    let mut bytes = vec![mark(sort)];
    let value = match &place.value {
        None => None,
        Some(SortValue::Number(number)) => Some(number.to_be_bytes().to_vec()),
        Some(SortValue::Text(text)) => Some(text.clone().into_bytes()),
    };
    bytes.push(u8::from(value.is_some()));
    bytes.extend(place.started_at.timestamp_micros().to_be_bytes());
    bytes.extend(place.id.0.as_bytes());
    bytes.extend(value.unwrap_or_default());
    hex::encode(bytes)
}

pub(super) fn decode(sort: CallSort, cursor: &str) -> Outcome<CallPlace> {
    let place = place(sort, cursor);
    place.ok_or_else(|| {
        Problem::new(
            Code::InvalidCursor,
            "Take the cursor from `next_cursor` of the page before, as it is, with the same `sort`.",
        )
    })
}

fn place(sort: CallSort, cursor: &str) -> Option<CallPlace> {
    let bytes = hex::decode(cursor).ok()?;
    let ([order, has_value], rest) = bytes.split_first_chunk::<2>()?;
    let (at, rest) = rest.split_first_chunk::<8>()?;
    let (id, value) = rest.split_first_chunk::<16>()?;
    let value = match (has_value, sort.key) {
        (0, _) if value.is_empty() => None,
        (1, SortKey::Duration) => Some(SortValue::Number(i64::from_be_bytes(
            value.try_into().ok()?,
        ))),
        (1, SortKey::From | SortKey::Status) => {
            let text = std::str::from_utf8(value).ok()?;
            let fits = text.len() <= LONGEST && !text.contains('\0');
            Some(SortValue::Text(fits.then(|| text.to_owned())?))
        }
        _ => return None,
    };
    let at = DateTime::from_timestamp_micros(i64::from_be_bytes(*at))?;
    let holds = *order == mark(sort) && storable(at) == at && sort.key.fits(value.as_ref());
    holds.then(|| CallPlace {
        value,
        started_at: at,
        id: CallId(Uuid::from_bytes(*id)),
    })
}

/// One byte for each order.
const fn mark(sort: CallSort) -> u8 {
    let key = match sort.key {
        SortKey::StartedAt => b's',
        SortKey::Duration => b'd',
        SortKey::From => b'f',
        SortKey::Status => b't',
    };
    if sort.descending {
        key.to_ascii_uppercase()
    } else {
        key
    }
}

const KEYS: &[(&str, SortKey)] = &[
    ("started_at", SortKey::StartedAt),
    ("duration_ms", SortKey::Duration),
    ("from", SortKey::From),
    ("status", SortKey::Status),
];
/// Bytes of a text that is sorted by: a number or a status.
const LONGEST: usize = 40;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all() -> Vec<CallSort> {
        let both = |key| [true, false].map(|descending| CallSort { key, descending });
        KEYS.iter().flat_map(|(_, key)| both(*key)).collect()
    }

    #[test]
    fn every_order_has_its_word() {
        assert_eq!(read(None).unwrap(), CallSort::default());
        assert_eq!(read(Some("-started_at")).unwrap(), CallSort::default());
        let longest = read(Some("-duration_ms")).unwrap();
        assert_eq!((longest.key, longest.descending), (SortKey::Duration, true));
        for bad in ["", "-", "--from", "to", "From"] {
            assert_eq!(read(Some(bad)).unwrap_err().code(), Code::InvalidRequest);
        }
    }

    #[test]
    fn a_cursor_belongs_to_its_order() {
        for sort in all() {
            let values = [
                None,
                Some(SortValue::Number(-7)),
                Some(SortValue::Text("+19185550142".to_owned())),
            ];
            for value in values {
                let place = CallPlace {
                    value,
                    started_at: DateTime::from_timestamp_micros(1_700_000_000_000_001).unwrap(),
                    id: CallId(Uuid::from_u128(9)),
                };
                let cursor = encode(sort, &place);
                for other in all() {
                    let read = decode(other, &cursor);
                    if other == sort && sort.key.fits(place.value.as_ref()) {
                        assert_eq!(read.unwrap(), place);
                    } else {
                        assert_eq!(read.unwrap_err().code(), Code::InvalidCursor);
                    }
                }
            }
        }
    }

    proptest! {
        #[test]
        fn any_cursor_is_read_or_refused(text in "\\PC{0,60}|[sdftSDFT]{1}|([0-9a-f]{2}){20,60}", n in 0_usize..8) {
            let sort = all()[n];
            if let Ok(place) = decode(sort, &text) {
                prop_assert_eq!(encode(sort, &place), text.to_lowercase());
            }
        }
    }
}
