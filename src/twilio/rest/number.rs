//! Numbers: found, bought with their webhooks, found again, and given back.

use reqwest::Method;
use serde::Deserialize;
use tenant_config::phone::E164;

use super::{RestError, TwilioRest};

/// Which numbers are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberQuery {
    /// ISO 3166-1, two capital letters.
    pub country: String,
    /// Three digits, in North America.
    pub area_code: Option<String>,
    /// Digits, letters and `*`, anywhere in the number.
    pub contains: Option<String>,
    pub at_most: u16,
}

/// A number that can be bought.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Available {
    pub phone_number: String,
    #[serde(default)]
    pub locality: Option<String>,
    #[serde(default)]
    pub region: Option<String>,
    #[serde(default)]
    pub iso_country: Option<String>,
    #[serde(default)]
    pub capabilities: Capabilities,
}

/// What a number can.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub struct Capabilities {
    #[serde(default)]
    pub voice: bool,
    #[serde(default, alias = "SMS")]
    pub sms: bool,
}

/// Where the carrier shall ask about a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberWebhooks {
    pub voice: String,
    pub voice_status: String,
    pub sms: String,
}

/// A number of the account's.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BoughtNumber {
    /// Such as a `PN…`.
    pub sid: String,
    pub phone_number: String,
    #[serde(default)]
    pub friendly_name: String,
}

#[derive(Deserialize)]
struct AvailableList {
    available_phone_numbers: Vec<Available>,
}

#[derive(Deserialize)]
struct OwnList {
    incoming_phone_numbers: Vec<BoughtNumber>,
}

impl TwilioRest {
    /// Local numbers that speak and take texts.
    pub async fn available_numbers(
        &self,
        query: &NumberQuery,
    ) -> Result<Vec<Available>, RestError> {
        let size = query.at_most.to_string();
        let mut asked = vec![
            ("VoiceEnabled", "true"),
            ("SmsEnabled", "true"),
            ("PageSize", size.as_str()),
        ];
        let optional = [
            ("AreaCode", &query.area_code),
            ("Contains", &query.contains),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                asked.push((name, value.as_str()));
            }
        }
        let place = format!("AvailablePhoneNumbers/{}/Local.json", query.country);
        let list: AvailableList = self.json(self.request(Method::GET, &place, &asked)).await?;
        Ok(list.available_phone_numbers)
    }

    /// Buys a number, and says in the same request where to ask about it. `label` tells it from
    /// those that were bought otherwise.
    pub async fn buy_number(
        &self,
        number: &E164,
        label: &str,
        webhooks: &NumberWebhooks,
    ) -> Result<BoughtNumber, RestError> {
        let form = [
            ("PhoneNumber", number.as_str()),
            ("FriendlyName", label),
            ("VoiceUrl", webhooks.voice.as_str()),
            ("VoiceMethod", "POST"),
            ("StatusCallback", webhooks.voice_status.as_str()),
            ("StatusCallbackMethod", "POST"),
            ("SmsUrl", webhooks.sms.as_str()),
            ("SmsMethod", "POST"),
        ];
        let request = self.request(Method::POST, "IncomingPhoneNumbers.json", &[]);
        self.json(request.form(&form)).await
    }

    /// The account's own number, if it has it.
    pub async fn own_number(&self, number: &E164) -> Result<Option<BoughtNumber>, RestError> {
        let asked = [("PhoneNumber", number.as_str())];
        let request = self.request(Method::GET, "IncomingPhoneNumbers.json", &asked);
        let list: OwnList = self.json(request).await?;
        // The filter finds parts of numbers, too.
        let mut own = list.incoming_phone_numbers.into_iter();
        Ok(own.find(|own| own.phone_number == number.as_str()))
    }

    /// Gives a number back. One that is not there any more is given back.
    pub async fn release_number(&self, sid: &str) -> Result<(), RestError> {
        let place = format!("IncomingPhoneNumbers/{sid}.json");
        match self.done(self.request(Method::DELETE, &place, &[])).await {
            Err(RestError::Refused { status: 404, .. }) => Ok(()),
            answer => answer,
        }
    }
}
