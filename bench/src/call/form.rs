//! The parameters that Twilio posts with every request of a call.

use media::twilio::{AccountSid, CallSid};

/// Name and value pairs of a form.
pub(super) type Form = Vec<(String, String)>;

/// Who is on the line.
#[derive(Debug, Clone)]
pub(super) struct Parties {
    pub call_sid: CallSid,
    pub account_sid: AccountSid,
    pub from: String,
    pub to: String,
}

impl Parties {
    /// The standard parameters with this `CallStatus`, and others behind them.
    pub(super) fn form(&self, call_status: &str, extra: Form) -> Form {
        let sids = [
            ("CallSid", self.call_sid.as_str()),
            ("AccountSid", self.account_sid.as_str()),
            ("CallStatus", call_status),
            ("ApiVersion", "2010-04-01"),
            ("Direction", "inbound"),
        ];
        let ends = [
            ("From", self.from.as_str()),
            ("Caller", &self.from),
            ("To", &self.to),
            ("Called", &self.to),
        ];
        // Twilio sends the places of both ends under both names, often empty.
        let places = ["From", "Caller", "To", "Called"]
            .into_iter()
            .flat_map(|end| {
                [
                    ("City", ""),
                    ("State", "NY"),
                    ("Zip", ""),
                    ("Country", "US"),
                ]
                .map(|(field, value)| (format!("{end}{field}"), value.to_owned()))
            });
        let mut form: Form = pairs(&sids);
        form.extend(pairs(&ends));
        form.extend(places);
        form.extend(extra);
        form
    }
}

/// Owned pairs.
pub(super) fn pairs(pairs: &[(&str, &str)]) -> Form {
    pairs
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
