//! What a tenant used in a month, counted from its own rows. Tests count nowhere.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::{StoreError, TenantTx};

/// What was used in one month of the tenant's own calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// The month's first instant.
    pub since: DateTime<Utc>,
    /// The next month's.
    pub until: DateTime<Utc>,
    /// Calls that began in the month, answered or not.
    pub calls: i64,
    /// What the carrier counted of them, in whole seconds.
    pub billed_s: i64,
    pub texts_received: i64,
    pub texts_sent: i64,
    /// Recordings that were made in the month, in ms and bytes.
    pub recorded_ms: i64,
    pub recorded_bytes: i64,
    /// What there is now, whatever the month.
    pub phone_numbers: i64,
    pub people: i64,
}

impl TenantTx {
    /// What the tenant used in the month that begins with `first`, where it is.
    pub async fn usage(&mut self, first: NaiveDate, zone: Tz) -> Result<Usage, StoreError> {
        let span = sqlx::query!(
            r#"SELECT $1::date::timestamp AT TIME ZONE $2 AS "since!",
                      ($1::date + interval '1 month') AT TIME ZONE $2 AS "until!""#,
            first,
            zone.name()
        )
        .fetch_one(self.conn())
        .await?;
        let tenant = self.tenant();
        let row = sqlx::query!(
            r#"SELECT
                 (SELECT count(*) FROM app.calls WHERE tenant_id = $1 AND mode = 'live'
                    AND started_at >= $2 AND started_at < $3) AS "calls!",
                 (SELECT COALESCE(sum(bill_sec), 0) FROM app.calls WHERE tenant_id = $1 AND mode = 'live'
                    AND started_at >= $2 AND started_at < $3) AS "billed_s!",
                 (SELECT count(*) FROM app.messages WHERE tenant_id = $1 AND mode = 'live' AND channel = 'sms'
                    AND direction = 'inbound' AND created_at >= $2 AND created_at < $3) AS "texts_received!",
                 (SELECT count(*) FROM app.messages WHERE tenant_id = $1 AND mode = 'live' AND channel = 'sms'
                    AND direction = 'outbound' AND created_at >= $2 AND created_at < $3) AS "texts_sent!",
                 (SELECT COALESCE(sum(r.duration_ms), 0)::bigint FROM app.recordings r
                    JOIN app.calls c ON c.tenant_id = r.tenant_id AND c.started_at = r.call_started_at
                      AND c.id = r.call_id
                    WHERE r.tenant_id = $1 AND c.mode = 'live' AND r.call_started_at >= $2
                      AND r.call_started_at < $3) AS "recorded_ms!",
                 (SELECT COALESCE(sum(r.bytes), 0)::bigint FROM app.recordings r
                    JOIN app.calls c ON c.tenant_id = r.tenant_id AND c.started_at = r.call_started_at
                      AND c.id = r.call_id
                    WHERE r.tenant_id = $1 AND c.mode = 'live' AND r.call_started_at >= $2
                      AND r.call_started_at < $3 AND r.purged_at IS NULL) AS "recorded_bytes!",
                 (SELECT count(*) FROM app.tenant_phone_config WHERE tenant_id = $1
                    AND phone_number IS NOT NULL) AS "phone_numbers!",
                 (SELECT count(*) FROM app.memberships WHERE tenant_id = $1 AND role <> 'customer') AS "people!""#,
            tenant,
            span.since,
            span.until
        )
        .fetch_one(self.conn())
        .await?;
        Ok(Usage {
            since: span.since,
            until: span.until,
            calls: row.calls,
            billed_s: row.billed_s,
            texts_received: row.texts_received,
            texts_sent: row.texts_sent,
            recorded_ms: row.recorded_ms,
            recorded_bytes: row.recorded_bytes,
            phone_numbers: row.phone_numbers,
            people: row.people,
        })
    }
}
