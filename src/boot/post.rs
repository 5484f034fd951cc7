//! The mail server and the carrier's account out of the settings. Nothing is asked of either.

use std::sync::Arc;

use anyhow::Context as _;
use secrecy::ExposeSecret as _;

use crate::{
    clock::Clock,
    config::Config,
    post::{MailServer, Post},
    twilio::rest::TwilioRest,
};

/// What is set; half a setting is an error.
pub fn read(config: &Config, clock: Clock) -> anyhow::Result<Post> {
    Ok(Post {
        mail: mail(config, clock)?.map(Arc::new),
        carrier: carrier(config, clock)?.map(Arc::new),
    })
}

fn mail(config: &Config, clock: Clock) -> anyhow::Result<Option<MailServer>> {
    let url = config.smtp_url.as_ref();
    let Some(url) = url.filter(|url| !url.expose_secret().trim().is_empty()) else {
        return Ok(None);
    };
    let from = config.mail_from.as_deref().context(
        "TRUNKLINE_SMTP_URL is set, but not who mails are from: set TRUNKLINE_MAIL_FROM, such as \
         \"Trunkline <noreply@example.com>\"",
    )?;
    Ok(Some(MailServer::new(url, from, clock)?))
}

fn carrier(config: &Config, clock: Clock) -> anyhow::Result<Option<TwilioRest>> {
    let account = config.twilio_account_sid.as_deref().map(str::trim);
    let Some(account) = account.filter(|account| !account.is_empty()) else {
        return Ok(None);
    };
    let token = config
        .twilio_auth_token
        .clone()
        .context("TWILIO_ACCOUNT_SID is set, but not the account's token: set TWILIO_AUTH_TOKEN")?;
    let rest = TwilioRest::new(&config.twilio_url, account, token, clock)?;
    Ok(Some(rest))
}
