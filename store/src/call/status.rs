//! Where a call stands in the carrier's words, never going backwards.
//!
//! Status callbacks are repeated and overtake one another. A report is applied only if it says more
//! than what is stored: a higher rank (queued < initiated < ringing < in-progress < any final word)
//! and, when the carrier numbers its callbacks, no lower number. A final word stays, unless it was the
//! reaper's: that is a guess, and the carrier knows.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::CallRef;
use crate::{StoreError, TenantTx, error::known, news::CallChange};

/// Twilio's words (`CallStatus` of its voice API).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallStatus {
    Queued,
    Initiated,
    Ringing,
    InProgress,
    Completed,
    Busy,
    Failed,
    NoAnswer,
    Canceled,
}

impl CallStatus {
    pub const ALL: [Self; 9] = [
        Self::Queued,
        Self::Initiated,
        Self::Ringing,
        Self::InProgress,
        Self::Completed,
        Self::Busy,
        Self::Failed,
        Self::NoAnswer,
        Self::Canceled,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Initiated => "initiated",
            Self::Ringing => "ringing",
            Self::InProgress => "in-progress",
            Self::Completed => "completed",
            Self::Busy => "busy",
            Self::Failed => "failed",
            Self::NoAnswer => "no-answer",
            Self::Canceled => "canceled",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }

    pub const fn is_final(self) -> bool {
        self.rank() == FINAL_RANK
    }

    const fn rank(self) -> u8 {
        match self {
            Self::Queued => 0,
            Self::Initiated => 1,
            Self::Ringing => 2,
            Self::InProgress => 3,
            Self::Completed | Self::Busy | Self::Failed | Self::NoAnswer | Self::Canceled => {
                FINAL_RANK
            }
        }
    }

    /// What a report means for a call that stands here, last told by callback number `last`.
    fn judge(self, last: Option<i32>, report: &StatusReport) -> StatusChange {
        if report.status == self {
            return StatusChange::Duplicate;
        }
        let overtaken = last
            .zip(report.sequence)
            .is_some_and(|(last, now)| now <= last);
        if overtaken || report.status.rank() <= self.rank() {
            return StatusChange::Stale;
        }
        StatusChange::Applied
    }
}

/// One status callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusReport {
    pub status: CallStatus,
    /// The carrier's number of the callback, from 0.
    pub sequence: Option<i32>,
    /// Billed seconds; comes with the final word.
    pub duration_s: Option<u32>,
    /// When it happened, by the carrier or by our clock.
    pub at: DateTime<Utc>,
}

impl StatusReport {
    /// What we see ourselves, without a callback.
    pub const fn seen(status: CallStatus, at: DateTime<Utc>) -> Self {
        Self {
            status,
            sequence: None,
            duration_s: None,
            at,
        }
    }
}

/// What became of a status callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatusChange {
    Applied,
    /// Older than what is known, or after the final word.
    Stale,
    /// Says what is known already.
    Duplicate,
}

impl TenantTx {
    /// Takes a status callback into account.
    pub async fn apply_status(
        &mut self,
        call: &CallRef,
        report: &StatusReport,
    ) -> Result<StatusChange, StoreError> {
        let tenant = self.tenant();
        let stored = sqlx::query!(
            "SELECT status, status_sequence, closed_by FROM app.calls
             WHERE tenant_id = $1 AND started_at = $2 AND id = $3 FOR UPDATE",
            tenant,
            call.started_at,
            call.call_id.0
        )
        .fetch_optional(self.conn())
        .await?
        .ok_or(StoreError::NotFound { what: "call" })?;
        let current = known("calls", "status", CallStatus::parse(&stored.status))?;
        let is_guessed = current.is_final() && stored.closed_by.as_deref() == Some("reaper");
        let current = if is_guessed {
            CallStatus::InProgress
        } else {
            current
        };
        let change = current.judge(stored.status_sequence, report);
        if change != StatusChange::Applied {
            return Ok(change);
        }
        sqlx::query!(
            "UPDATE app.calls SET
               status = $4,
               status_sequence = COALESCE($5, status_sequence),
               answered_at = CASE WHEN $6 THEN COALESCE(answered_at, $7) ELSE answered_at END,
               ended_at = CASE WHEN $8 THEN GREATEST(ended_at, $7) ELSE ended_at END,
               bill_sec = COALESCE($9, bill_sec),
               closed_by = CASE WHEN $8 AND closed_by = 'reaper' THEN 'carrier' ELSE closed_by END
             WHERE tenant_id = $1 AND started_at = $2 AND id = $3",
            tenant,
            call.started_at,
            call.call_id.0,
            report.status.as_str(),
            report.sequence,
            report.status == CallStatus::InProgress,
            report.at,
            report.status.is_final(),
            report.duration_s.and_then(|s| i32::try_from(s).ok()),
        )
        .execute(self.conn())
        .await?;
        if report.status.is_final() {
            self.judge_later(call, report.at).await?;
        }
        self.tell(call, CallChange::Moved);
        Ok(StatusChange::Applied)
    }
}

const FINAL_RANK: u8 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    fn report(status: CallStatus, sequence: Option<i32>) -> StatusReport {
        StatusReport {
            status,
            sequence,
            duration_s: None,
            at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn words_are_read_as_written() {
        for status in CallStatus::ALL {
            assert_eq!(CallStatus::parse(status.as_str()), Some(status));
        }
        assert_eq!(CallStatus::parse("answered"), None);
    }

    #[test]
    fn no_status_goes_backwards_and_a_final_one_stays() {
        for now in CallStatus::ALL {
            for next in CallStatus::ALL {
                let change = now.judge(None, &report(next, None));
                if now == next {
                    assert_eq!(change, StatusChange::Duplicate);
                } else if now.is_final() || next.rank() < now.rank() {
                    assert_eq!(change, StatusChange::Stale, "{now:?} -> {next:?}");
                } else {
                    assert_eq!(change, StatusChange::Applied, "{now:?} -> {next:?}");
                }
            }
        }
    }

    #[test]
    fn an_overtaken_callback_is_stale() {
        let change = CallStatus::Ringing.judge(Some(3), &report(CallStatus::InProgress, Some(2)));
        assert_eq!(change, StatusChange::Stale);
        let change = CallStatus::Ringing.judge(Some(3), &report(CallStatus::InProgress, Some(4)));
        assert_eq!(change, StatusChange::Applied);
    }
}
