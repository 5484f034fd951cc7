//! A text of an automation: who it comes from, who it may go to, and its words.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use tenant_config::{
    id::{ContactId, MessageId, OutboxId, PhoneConfigId},
    phone::E164,
};
use uuid::Uuid;

use super::{AutomationKind, Sent};
use crate::{
    StoreError, TenantTx,
    call::{CallMode, CallRef, Direction},
    error::read,
    message::NewText,
    outbox::{Channel, NewOutbox},
    tenant::TenantRow,
};

/// What is to be said, and to whom.
pub(super) struct Occasion<'a> {
    pub(super) kind: AutomationKind,
    pub(super) to: &'a E164,
    /// The call that it follows from; its line's number is the sender.
    pub(super) call: Option<&'a CallRef>,
    /// With its placeholders.
    pub(super) text: &'a str,
    /// What stands for them, but for the company.
    pub(super) values: &'a [(&'a str, &'a str)],
    pub(super) at: DateTime<Utc>,
}

impl TenantTx {
    /// The tenant, where it sends anything by itself.
    pub(super) async fn if_it_sends(&mut self) -> Result<Option<TenantRow>, StoreError> {
        let tenant = self.tenant_row().await?;
        let sends = tenant.status.answers_calls() && !tenant.is_test_mode;
        Ok(Some(tenant).filter(|_| sends))
    }

    /// Stores the text and hands it to the outbox, unless it must not go.
    pub(super) async fn put_out(
        &mut self,
        tenant: &TenantRow,
        occasion: &Occasion<'_>,
    ) -> Result<Sent, StoreError> {
        let contact = self.contact_of(occasion.to, occasion.at).await?;
        if contact.opted_out_at.is_some() {
            return Ok(Sent::No("the contact wants no texts"));
        }
        let Some((line, from)) = self.sender(occasion.call, contact.id).await? else {
            return Ok(Sent::No("no line has a number to send from"));
        };
        if from == *occasion.to {
            return Ok(Sent::No("the number is the line's own"));
        }
        let text = filled(occasion.text, &tenant.company_name, occasion.values);
        let id = MessageId(Uuid::now_v7());
        self.store_text(&NewText {
            id,
            direction: Direction::Outbound,
            contact: contact.id,
            line: Some(line),
            from,
            to: occasion.to.clone(),
            text: text.clone(),
            provider: "twilio",
            provider_message_id: None,
            mode: CallMode::Live,
            at: occasion.at,
        })
        .await?;
        self.post(&NewOutbox {
            id: OutboxId(Uuid::now_v7()),
            channel: Channel::Sms,
            kind: occasion.kind.as_str(),
            recipient: occasion.to.as_str().to_owned(),
            subject: None,
            body: text,
            message: Some(id),
            at: occasion.at,
        })
        .await?;
        Ok(Sent::Yes)
    }

    /// Which line a customer is texted from: that of the call, else that of the latest text with
    /// them, else the tenant's first. One without a number sends nothing.
    async fn sender(
        &mut self,
        call: Option<&CallRef>,
        contact: ContactId,
    ) -> Result<Option<(PhoneConfigId, E164)>, StoreError> {
        let tenant = self.tenant();
        let row = sqlx::query!(
            r#"SELECT l.id, l.phone_number AS "number!" FROM app.tenant_phone_config l
               WHERE l.tenant_id = $1 AND l.phone_number IS NOT NULL
               ORDER BY l.id IS NOT DISTINCT FROM (
                          SELECT c.phone_config_id FROM app.calls c
                          WHERE c.tenant_id = $1 AND c.started_at = $2 AND c.id = $3) DESC,
                        l.id IS NOT DISTINCT FROM (
                          SELECT m.phone_config_id FROM app.messages m
                          WHERE m.tenant_id = $1 AND m.contact_id = $4 AND m.phone_config_id IS NOT NULL
                          ORDER BY m.created_at DESC LIMIT 1) DESC,
                        l.created_at, l.id
               LIMIT 1"#,
            tenant,
            call.map(|call| call.started_at),
            call.map(|call| call.call_id.0),
            contact.0
        )
        .fetch_optional(self.conn())
        .await?;
        let sender = row.map(|row| {
            let number = E164::try_from(row.number);
            let number = read("tenant_phone_config", "phone_number", number)?;
            Ok((PhoneConfigId(row.id), number))
        });
        sender.transpose()
    }
}

/// The text with what stands for its placeholders; nothing that was filled in is read again.
fn filled(text: &str, company: &str, values: &[(&str, &str)]) -> String {
    let value = |name: &str| {
        let given = values.iter().find(|(known, _)| *known == name);
        given.map_or((name == "company").then_some(company), |(_, value)| {
            Some(*value)
        })
    };
    let (mut out, mut rest) = (String::with_capacity(text.len() + 64), text);
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let named = after
            .split_once('}')
            .and_then(|(name, behind)| Some((value(name)?, behind)));
        let (value, behind) = named.unwrap_or(("{", after));
        out.push_str(value);
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// As people write it where the tenant is: `Tuesday, November 24 at 3:00 PM`.
pub(super) fn time_of(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone)
        .format("%A, %B %-d at %-I:%M %p")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_once_and_what_is_none_stays() {
        let values = [("service", "Teeth {company}"), ("time", "noon")];
        let text = "{company}: {service}, {time}. {other} {";
        assert_eq!(
            filled(text, "Bright", &values),
            "Bright: Teeth {company}, noon. {other} {"
        );
    }

    #[test]
    fn times_are_the_tenants_own() {
        let at = DateTime::from_timestamp(1_795_554_000, 0).unwrap();
        assert_eq!(
            time_of(at, Tz::America__Chicago),
            "Tuesday, November 24 at 3:00 PM"
        );
    }
}
