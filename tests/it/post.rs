//! Mails and texts leave: each once, again after trouble, and never against the recipient's will.

mod mails;
mod texts;

use std::time::Duration;

use crate::harness::Db;

/// The single value of a query once it is `expected`.
pub(crate) async fn becomes(db: &Db, sql: &str, expected: &str) {
    let mut last = None;
    for _ in 0..1200 {
        last = db.value(sql).await;
        if last.as_deref() == Some(expected) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{sql}\nis {last:?} and not {expected:?}");
}
