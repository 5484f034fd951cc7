//! After a call that nobody took its caller is texted.
//!
//! Nobody took it when it was a caller's (not ours, not a test's), it left neither an appointment nor a
//! message nor a voicemail, and either
//! - a forwarded leg rang and nobody answered any, or the caller gave up while one rang;
//! - the agent could not be had or broke down;
//! - or the caller was never heard: no word to the agent, no key in a menu. Closed hours without a
//!   voicemail are of these.
//!
//! That is judged a minute after the end, when the last words about the call have come in, and left to the
//! caller's later call where there is one. A caller gets one such text in 24 hours.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use tenant_config::{
    id::{CallId, TenantId},
    phone::E164,
};
use uuid::Uuid;

use super::{AutomationKind, Sent, write::Occasion};
use crate::{StoreError, TenantTx, call::CallRef, error::to_json};

/// A call that is over: the payload of the job that judges it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissedCall {
    call_id: CallId,
    /// In microseconds since 1970.
    started_at_us: i64,
}

impl MissedCall {
    /// The kind of job.
    pub const KIND: &'static str = "answer_missed_call";
    const ATTEMPTS: i32 = 5;

    fn call(&self, tenant_id: TenantId) -> Option<CallRef> {
        Some(CallRef {
            tenant_id,
            call_id: self.call_id,
            started_at: DateTime::from_timestamp_micros(self.started_at_us)?,
        })
    }
}

/// What is known of a call that is over.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is the answer to one question to the database"
)]
struct Facts {
    from: Option<String>,
    counts: bool,
    was_served: bool,
    has_failed: bool,
    rang_in_vain: bool,
    was_heard: bool,
    called_again: bool,
}

impl TenantTx {
    /// A call is over: where the tenant wants that, whether it was missed is to be judged. Call it
    /// for each word that a call is over; twice does no harm.
    pub(crate) async fn judge_later(
        &mut self,
        call: &CallRef,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        let missed = MissedCall {
            call_id: call.call_id,
            started_at_us: call.started_at.timestamp_micros(),
        };
        sqlx::query!(
            "INSERT INTO app.jobs (id, tenant_id, kind, payload, dedupe_key, due_at, max_attempts, created_at)
             SELECT $4, c.tenant_id, $5, $6, c.id::text, $7, $8, $9
             FROM app.calls c
             JOIN app.automations a ON a.tenant_id = c.tenant_id AND a.kind = 'missed_call_text' AND a.enabled
             WHERE c.tenant_id = $1 AND c.started_at = $2 AND c.id = $3 AND c.direction = 'inbound'
               AND c.mode = 'live' AND c.from_e164 IS NOT NULL
             ON CONFLICT (tenant_id, kind, dedupe_key)
               WHERE state IN ('ready', 'leased') AND dedupe_key IS NOT NULL DO NOTHING",
            tenant,
            call.started_at,
            call.call_id.0,
            Uuid::now_v7(),
            MissedCall::KIND,
            to_json("missed call", &missed)?,
            now + SETTLES,
            MissedCall::ATTEMPTS,
            now
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Texts the caller of a call that nobody took.
    pub async fn answer_missed_call(
        &mut self,
        missed: &MissedCall,
        now: DateTime<Utc>,
    ) -> Result<Sent, StoreError> {
        let automation = self.automation_on(AutomationKind::MissedCallText).await?;
        let Some(automation) = automation else {
            return Ok(Sent::No("texts after missed calls are off"));
        };
        let Some(tenant) = self.if_it_sends().await? else {
            return Ok(Sent::No("the tenant sends nothing by itself"));
        };
        let call = missed.call(self.tenant_id());
        let Some(call) = call else {
            return Ok(Sent::No("the call has no time"));
        };
        let Some(facts) = self.facts_of(&call).await? else {
            return Ok(Sent::No("the call is gone"));
        };
        let to = match facts.judge() {
            Ok(to) => to,
            Err(why) => return Ok(Sent::No(why)),
        };
        // Two calls of one caller that end together are judged one after the other.
        let contact = self.contact_of(&to, now).await?;
        self.take_turns(contact.id.0).await?;
        if self.was_answered_since(&to, now - ONCE_IN).await? {
            return Ok(Sent::No("the caller had such a text within 24 hours"));
        }
        self.put_out(
            &tenant,
            &Occasion {
                kind: AutomationKind::MissedCallText,
                to: &to,
                call: Some(&call),
                text: &automation.text,
                values: &[],
                at: now,
            },
        )
        .await
    }

    async fn facts_of(&mut self, call: &CallRef) -> Result<Option<Facts>, StoreError> {
        let tenant = self.tenant();
        let facts = sqlx::query_as!(
            Facts,
            r#"SELECT c.from_e164 AS "from", c.direction = 'inbound' AND c.mode = 'live' AS "counts!",
                 COALESCE(c.outcome IN ('appointment_scheduled', 'appointment_moved', 'appointment_cancelled',
                                        'message_taken', 'voicemail'), false)
                   OR EXISTS (SELECT FROM app.recordings r WHERE r.tenant_id = $1 AND r.call_id = $3
                              AND r.kind IN ('voicemail', 'forward'))
                   OR EXISTS (SELECT FROM app.call_events e WHERE e.tenant_id = $1 AND e.call_started_at = $2
                              AND e.call_id = $3 AND e.kind = 'dial_ended'
                              AND e.payload->>'outcome' IN ('completed', 'answered')) AS "was_served!",
                 COALESCE(c.end_reason IN ('agent_unavailable', 'stream_lost', 'misconfigured', 'carrier_failed',
                                           'overflow', 'node_draining', 'node_lost', 'database_away'), false)
                   AS "has_failed!",
                 COALESCE(c.ivr_state->>'at' = 'dialling', false)
                   OR EXISTS (SELECT FROM app.call_events e WHERE e.tenant_id = $1 AND e.call_started_at = $2
                              AND e.call_id = $3 AND e.kind = 'dial_ended') AS "rang_in_vain!",
                 c.digits <> '' OR EXISTS (SELECT FROM app.call_turns t WHERE t.tenant_id = $1
                   AND t.call_started_at = $2 AND t.call_id = $3 AND t.speaker = 'caller') AS "was_heard!",
                 EXISTS (SELECT FROM app.calls l WHERE l.tenant_id = $1 AND l.from_e164 = c.from_e164
                         AND l.started_at > c.started_at AND l.direction = 'inbound') AS "called_again!"
               FROM app.calls c WHERE c.tenant_id = $1 AND c.started_at = $2 AND c.id = $3"#,
            tenant,
            call.started_at,
            call.call_id.0
        )
        .fetch_optional(self.conn())
        .await?;
        Ok(facts)
    }

    /// One that the carrier took, or still may.
    async fn was_answered_since(
        &mut self,
        to: &E164,
        since: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        let was = sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT FROM app.outbox WHERE tenant_id = $1 AND created_at > $2
                              AND kind = 'missed_call_text' AND recipient = $3 AND state <> 'failed') AS "was!""#,
            tenant,
            since,
            to.as_str()
        )
        .fetch_one(self.conn())
        .await?;
        Ok(was)
    }
}

impl Facts {
    /// Whom to text, or why nobody.
    fn judge(&self) -> Result<E164, &'static str> {
        let missed = !self.was_served && (self.rang_in_vain || self.has_failed || !self.was_heard);
        if !self.counts || !missed {
            return Err("the call was not missed");
        }
        if self.called_again {
            return Err("the caller has called again");
        }
        let known = self.from.clone();
        let known = known.filter(|number| !WITHHELD.contains(&number.as_str()));
        let number = known.map(E164::try_from).and_then(Result::ok);
        number.ok_or("the caller's number is not known")
    }
}

/// What Twilio says for a number that is withheld: words on a telephone's keys (ANONYMOUS, RESTRICTED,
/// BLOCKED, UNKNOWN, UNAVAILABLE; Twilio, "Why am I getting calls from these strange numbers?").
const WITHHELD: &[&str] = &[
    "+266696687",
    "+7378742833",
    "+2562533",
    "+8656696",
    "+86282452253",
];
/// The carrier's last words about a call come within seconds.
const SETTLES: TimeDelta = TimeDelta::minutes(1);
const ONCE_IN: TimeDelta = TimeDelta::hours(24);

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        Facts {
            from: Some("+19185550142".to_owned()),
            counts: true,
            was_served: false,
            has_failed: false,
            rang_in_vain: false,
            was_heard: true,
            called_again: false,
        }
    }

    #[test]
    fn a_call_is_missed_when_nobody_was_reached() {
        assert!(
            facts().judge().is_err(),
            "who talked with the agent was not missed"
        );
        let silent = Facts {
            was_heard: false,
            ..facts()
        };
        assert!(silent.judge().is_ok());
        let rang = Facts {
            rang_in_vain: true,
            ..facts()
        };
        assert!(rang.judge().is_ok(), "also after a word with the agent");
        let failed = Facts {
            has_failed: true,
            ..facts()
        };
        assert!(failed.judge().is_ok());
        for served in [
            Facts {
                was_served: true,
                rang_in_vain: true,
                ..facts()
            },
            Facts {
                called_again: true,
                rang_in_vain: true,
                ..facts()
            },
            Facts {
                counts: false,
                rang_in_vain: true,
                ..facts()
            },
            Facts {
                from: Some("+266696687".to_owned()),
                rang_in_vain: true,
                ..facts()
            },
            Facts {
                from: None,
                rang_in_vain: true,
                ..facts()
            },
        ] {
            assert!(served.judge().is_err());
        }
    }
}
