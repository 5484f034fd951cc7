//! Texts that a tenant's customers get without anybody writing them: when something was booked, before
//! it begins, and after a call that nobody took.
//!
//! Every tenant has one row of each kind, which is off until the tenant switches it on. A row with a pack
//! has that industry pack's words, and another pack's when that is applied; words that the tenant has
//! written stay. Nothing goes to who wants no texts, from a sandbox or for a test, from a tenant that is
//! not served, or without a line that has a number.

mod booking;
mod missed;
mod write;

use chrono::{DateTime, Utc};
use tenant_config::id::AutomationId;
use uuid::Uuid;

use crate::{StoreError, TenantTx, error::known, pack::Texts, word::words};
pub use booking::Reminder;
pub use missed::MissedCall;

words! {
    /// When a text goes out.
    pub enum AutomationKind {
        /// At once when an appointment is made or moved.
        BookingText = "booking_text",
        /// So many minutes before it begins.
        ReminderText = "reminder_text",
        /// After a call that nobody took.
        MissedCallText = "missed_call_text",
    }
}

/// What came of a job of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sent {
    Yes,
    /// There was nothing to send, and why.
    No(&'static str),
}

/// One of a tenant's automations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Automation {
    pub id: AutomationId,
    pub kind: AutomationKind,
    pub enabled: bool,
    /// With the kind's [placeholders](AutomationKind::placeholders).
    pub text: String,
    /// Of a reminder, and of nothing else.
    pub minutes_before: Option<i32>,
    /// The industry pack whose words these are; `None` for the tenant's own.
    pub pack: Option<String>,
    pub updated_at: DateTime<Utc>,
}

impl AutomationKind {
    /// What is filled in, each in braces in the text.
    pub const fn placeholders(self) -> &'static [&'static str] {
        match self {
            Self::BookingText | Self::ReminderText => &["company", "service", "time", "name"],
            Self::MissedCallText => &["company"],
        }
    }

    /// A pack's words for it.
    pub fn words(self, texts: &Texts) -> &str {
        match self {
            Self::BookingText => &texts.booked,
            Self::ReminderText => &texts.reminder,
            Self::MissedCallText => &texts.missed_call,
        }
    }

    /// Of a fresh one: a day.
    const fn minutes_before(self) -> Option<i32> {
        match self {
            Self::ReminderText => Some(24 * 60),
            Self::BookingText | Self::MissedCallText => None,
        }
    }
}

impl TenantTx {
    /// The tenant's automations.
    pub async fn automations(&mut self) -> Result<Vec<Automation>, StoreError> {
        let tenant = self.tenant();
        let rows = sqlx::query_as!(
            Row,
            "SELECT id, kind, enabled, text, minutes_before, pack, updated_at FROM app.automations
             WHERE tenant_id = $1 ORDER BY kind",
            tenant
        )
        .fetch_all(self.conn())
        .await?;
        rows.into_iter().map(Automation::try_from).collect()
    }

    /// The automation of a kind where it is switched on.
    pub(crate) async fn automation_on(
        &mut self,
        kind: AutomationKind,
    ) -> Result<Option<Automation>, StoreError> {
        let all = self.automations().await?.into_iter();
        Ok(all.filter(|a| a.enabled).find(|a| a.kind == kind))
    }

    /// Gives the tenant a row of each kind that it has none of, switched off.
    pub(crate) async fn begin_automations(
        &mut self,
        texts: &Texts,
        pack: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        for kind in AutomationKind::ALL {
            sqlx::query!(
                "INSERT INTO app.automations
                   (id, tenant_id, kind, enabled, text, minutes_before, pack, created_at, updated_at)
                 VALUES ($1, $2, $3, false, $4, $5, $6, $7, $7)
                 ON CONFLICT (tenant_id, kind) DO NOTHING",
                Uuid::now_v7(),
                tenant,
                kind.as_str(),
                kind.words(texts),
                kind.minutes_before(),
                pack,
                at
            )
            .execute(self.conn())
            .await?;
        }
        Ok(())
    }

    /// Writes what may be changed of the tenant's row of that kind.
    pub async fn save_automation(
        &mut self,
        automation: &Automation,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        sqlx::query!(
            "UPDATE app.automations SET enabled = $3, text = $4, minutes_before = $5, pack = $6, updated_at = $7
             WHERE tenant_id = $1 AND kind = $2",
            tenant,
            automation.kind.as_str(),
            automation.enabled,
            automation.text,
            automation.minutes_before,
            automation.pack,
            at
        )
        .execute(self.conn())
        .await?;
        Ok(())
    }
}

struct Row {
    id: Uuid,
    kind: String,
    enabled: bool,
    text: String,
    minutes_before: Option<i32>,
    pack: Option<String>,
    updated_at: DateTime<Utc>,
}

impl TryFrom<Row> for Automation {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: AutomationId(row.id),
            kind: known("automations", "kind", AutomationKind::parse(&row.kind))?,
            enabled: row.enabled,
            text: row.text,
            minutes_before: row.minutes_before,
            pack: row.pack,
            updated_at: row.updated_at,
        })
    }
}
