//! Texts that go out.

use reqwest::Method;
use serde::Deserialize;
use tenant_config::phone::E164;

use super::{RestError, TwilioRest};

/// A text as the carrier is asked to send it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingText {
    pub from: E164,
    pub to: String,
    pub body: String,
    /// Its rules hold for the text; `from` is one of its numbers.
    pub messaging_service: Option<String>,
    /// Where the carrier reports what became of it.
    pub status_callback: String,
}

#[derive(Deserialize)]
struct Accepted {
    sid: String,
}

impl TwilioRest {
    /// Hands a text in; the carrier's name for it.
    pub async fn send_text(&self, text: &OutgoingText) -> Result<String, RestError> {
        let mut form = vec![
            ("To", text.to.as_str()),
            ("From", text.from.as_str()),
            ("Body", text.body.as_str()),
            ("StatusCallback", text.status_callback.as_str()),
        ];
        if let Some(service) = &text.messaging_service {
            form.push(("MessagingServiceSid", service.as_str()));
        }
        let request = self.request(Method::POST, "Messages.json", &[]);
        let accepted: Accepted = self.json(request.form(&form)).await?;
        Ok(accepted.sid)
    }
}
