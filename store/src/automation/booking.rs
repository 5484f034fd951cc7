//! What customers are told of their appointments: that one is booked, and before it begins.
//!
//! A reminder is a job that names the time it was planned for. When the appointment has moved, was called
//! off, or the tenant wants another lead, the job finds that and sends nothing; whoever changes it plans
//! the one that is right.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tenant_config::{
    id::{AppointmentId, JobId},
    phone::E164,
};
use uuid::Uuid;

use super::{
    AutomationKind, Sent,
    write::{Occasion, time_of},
};
use crate::{
    StoreError, TenantTx,
    appointment::{AppointmentStatus, CalendarEntry},
    call::CallRef,
    error::read,
    job::NewJob,
};

/// A reminder that was planned: the payload of its job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminder {
    pub appointment_id: AppointmentId,
    /// When the appointment began then, in microseconds since 1970.
    pub starts_at_us: i64,
    pub minutes_before: i32,
}

impl Reminder {
    /// The kind of job.
    pub const KIND: &'static str = "send_reminder";
    const ATTEMPTS: i32 = 5;

    fn of(appointment: AppointmentId, starts_at: DateTime<Utc>, minutes_before: i32) -> Self {
        Self {
            appointment_id: appointment,
            starts_at_us: starts_at.timestamp_micros(),
            minutes_before,
        }
    }

    /// Of two that are alike one is planned.
    fn key(&self) -> String {
        format!(
            "{}/{}/{}",
            self.appointment_id, self.starts_at_us, self.minutes_before
        )
    }
}

impl TenantTx {
    /// Tells the customer of an appointment that was made or moved just now, and plans to remind
    /// them, as far as the tenant wants that.
    pub(crate) async fn tell_of_booking(
        &mut self,
        id: AppointmentId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let on: Vec<_> = self
            .automations()
            .await?
            .into_iter()
            .filter(|a| a.enabled)
            .collect();
        if on.is_empty() {
            return Ok(());
        }
        let Some(entry) = self.calendar_entry(id).await? else {
            return Ok(());
        };
        if self.is_a_test(&entry).await? {
            return Ok(());
        }
        for automation in on {
            match automation.kind {
                AutomationKind::BookingText => {
                    self.say(AutomationKind::BookingText, &automation.text, &entry, now)
                        .await?;
                }
                AutomationKind::ReminderText => {
                    let minutes = automation.minutes_before.unwrap_or_default();
                    self.plan_reminder(Reminder::of(id, entry.starts_at, minutes), now)
                        .await?;
                }
                AutomationKind::MissedCallText => {}
            }
        }
        Ok(())
    }

    /// Queues a reminder, unless its time is past: who books an hour ahead is not reminded of
    /// tomorrow.
    async fn plan_reminder(
        &mut self,
        reminder: Reminder,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let starts_at = DateTime::from_timestamp_micros(reminder.starts_at_us).unwrap_or(now);
        let due_at = starts_at - TimeDelta::minutes(i64::from(reminder.minutes_before));
        if due_at <= now {
            return Ok(());
        }
        self.enqueue(&NewJob {
            id: JobId(Uuid::now_v7()),
            kind: Reminder::KIND,
            payload: json!(reminder),
            dedupe_key: Some(reminder.key()),
            due_at,
            max_attempts: Reminder::ATTEMPTS,
            created_at: now,
        })
        .await?;
        Ok(())
    }

    /// Plans the reminders of everything that is booked, for a tenant that has just switched them on
    /// or wants another lead. How many appointments lie far enough ahead.
    pub async fn plan_reminders(&mut self, now: DateTime<Utc>) -> Result<usize, StoreError> {
        let Some(automation) = self.automation_on(AutomationKind::ReminderText).await? else {
            return Ok(0);
        };
        let minutes = automation.minutes_before.unwrap_or_default();
        let tenant = self.tenant();
        let booked = sqlx::query!(
            "SELECT a.id, a.starts_at FROM app.appointments a
             WHERE a.tenant_id = $1 AND a.status = 'booked' AND a.starts_at > $2
             ORDER BY a.starts_at LIMIT $3",
            tenant,
            now + TimeDelta::minutes(i64::from(minutes)),
            MOST_AHEAD
        )
        .fetch_all(self.conn())
        .await?;
        for row in &booked {
            let reminder = Reminder::of(AppointmentId(row.id), row.starts_at, minutes);
            self.plan_reminder(reminder, now).await?;
        }
        Ok(booked.len())
    }

    /// Reminds a customer, if it is still the right thing to do.
    pub async fn remind(
        &mut self,
        reminder: &Reminder,
        now: DateTime<Utc>,
    ) -> Result<Sent, StoreError> {
        let Some(automation) = self.automation_on(AutomationKind::ReminderText).await? else {
            return Ok(Sent::No("reminders are off"));
        };
        if automation.minutes_before != Some(reminder.minutes_before) {
            return Ok(Sent::No("the tenant wants another lead"));
        }
        let Some(entry) = self.calendar_entry(reminder.appointment_id).await? else {
            return Ok(Sent::No("the appointment is gone"));
        };
        if entry.status != AppointmentStatus::Booked {
            return Ok(Sent::No("the appointment was called off"));
        }
        if entry.starts_at.timestamp_micros() != reminder.starts_at_us {
            return Ok(Sent::No("the appointment was moved"));
        }
        if entry.starts_at <= now {
            return Ok(Sent::No("it is too late"));
        }
        if self.is_a_test(&entry).await? {
            return Ok(Sent::No("it was booked in a test"));
        }
        self.say(AutomationKind::ReminderText, &automation.text, &entry, now)
            .await
    }

    async fn say(
        &mut self,
        kind: AutomationKind,
        text: &str,
        entry: &CalendarEntry,
        at: DateTime<Utc>,
    ) -> Result<Sent, StoreError> {
        let Some(tenant) = self.if_it_sends().await? else {
            return Ok(Sent::No("the tenant sends nothing by itself"));
        };
        let number = E164::try_from(entry.phone.clone());
        let to = read("appointments", "phone", number)?;
        let time = time_of(entry.starts_at, tenant.timezone);
        let call = self.call_of(entry).await?;
        let values = [
            ("service", entry.service_name.as_str()),
            ("time", time.as_str()),
            ("name", entry.customer_name.as_str()),
        ];
        self.put_out(
            &tenant,
            &Occasion {
                kind,
                to: &to,
                call: call.as_ref().map(|(call, _)| call),
                text,
                values: &values,
                at,
            },
        )
        .await
    }

    async fn is_a_test(&mut self, entry: &CalendarEntry) -> Result<bool, StoreError> {
        let call = self.call_of(entry).await?;
        Ok(call.is_some_and(|(_, is_test)| is_test))
    }

    /// The call that an appointment was made in, and whether that was a test.
    async fn call_of(
        &mut self,
        entry: &CalendarEntry,
    ) -> Result<Option<(CallRef, bool)>, StoreError> {
        let Some(call_id) = entry.call_id else {
            return Ok(None);
        };
        let (tenant_id, tenant) = (self.tenant_id(), self.tenant());
        let row = sqlx::query!(
            "SELECT c.started_at, c.mode FROM app.appointments a
             JOIN app.calls c ON c.tenant_id = a.tenant_id AND c.started_at = a.call_started_at AND c.id = a.call_id
             WHERE a.tenant_id = $1 AND a.id = $2",
            tenant,
            entry.id.0
        )
        .fetch_optional(self.conn())
        .await?;
        Ok(row.map(|row| {
            let call = CallRef {
                tenant_id,
                call_id,
                started_at: row.started_at,
            };
            (call, row.mode == "test")
        }))
    }
}

/// Appointments whose reminders are planned at once: some years of a busy day book.
const MOST_AHEAD: i64 = 20_000;
