//! Mails, over SMTP (RFC 5321) by lettre.
//!
//! One connection for each mail, on a thread that may block: they are seldom, and a connection that was
//! kept may have died. A permanent reply (5yz) is final, except about ourselves: a wrong login (530,
//! 535) is the operator's to mend, and the mail waits for that.

use std::{str::FromStr as _, time::Duration};

use chrono::{DateTime, Utc};
use lettre::{
    Address, Message, SmtpTransport, Transport as _,
    message::{Mailbox, header::ContentType},
    transport::smtp::{self, extension::ClientId},
};
use secrecy::{ExposeSecret as _, SecretString};
use tenant_config::id::OutboxId;
use url::{Host, Url};

use super::{
    Pulse, SendError,
    error::{NotNow, Refusal},
};
use crate::{clock::Clock, twilio::signature::is_loopback};

/// A mail as it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub id: OutboxId,
    pub to: String,
    pub subject: String,
    pub body: String,
    pub at: DateTime<Utc>,
}

/// Where mails are handed in, and from whom they are.
pub struct MailServer {
    transport: SmtpTransport,
    from: Mailbox,
    /// As it may be shown.
    host: String,
    clock: Clock,
    pulse: Pulse,
}

/// Settings with which no mail can be sent.
#[derive(Debug, thiserror::Error)]
pub enum MailServerError {
    #[error(
        "TRUNKLINE_SMTP_URL must be smtps://user:password@host, smtp://user:password@host:587?tls=required, or smtp://127.0.0.1:25 on this machine ({0})"
    )]
    Url(String),
    #[error(
        "TRUNKLINE_SMTP_URL would send logins and mails unprotected to another machine: use smtps://, or add ?tls=required"
    )]
    Unprotected,
    #[error(
        "TRUNKLINE_MAIL_FROM must be who mails are from, such as Trunkline <noreply@example.com>"
    )]
    From,
}

impl std::fmt::Debug for MailServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailServer")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

impl MailServer {
    /// Reads the settings; nothing is connected.
    pub fn new(url: &SecretString, from: &str, clock: Clock) -> Result<Self, MailServerError> {
        let text = url.expose_secret();
        let parsed = Url::parse(text).map_err(|error| MailServerError::Url(error.to_string()))?;
        let is_protected = parsed.scheme() == "smtps"
            || parsed
                .query_pairs()
                .any(|(name, value)| name == "tls" && value == "required");
        if !is_protected && !is_on_this_machine(&parsed) {
            return Err(MailServerError::Unprotected);
        }
        let host = parsed.host_str().unwrap_or_default().to_owned();
        let builder = SmtpTransport::from_url(text)
            // What lettre says may repeat the URL, and with it the password.
            .map_err(|_| MailServerError::Url("it cannot be used".to_owned()))?;
        let from: Mailbox = from.parse().map_err(|_| MailServerError::From)?;
        let own_name = ClientId::Domain(from.email.domain().to_owned());
        Ok(Self {
            transport: builder.hello_name(own_name).timeout(Some(PATIENCE)).build(),
            from,
            host,
            clock,
            pulse: Pulse::default(),
        })
    }

    pub fn host(&self) -> &str {
        &self.host
    }

    pub fn from(&self) -> String {
        self.from.to_string()
    }

    pub const fn pulse(&self) -> &Pulse {
        &self.pulse
    }

    /// Whether the server answers and takes our login; no mail is sent.
    pub async fn try_out(&self) -> Result<(), String> {
        let transport = self.transport.clone();
        let tried = tokio::task::spawn_blocking(move || transport.test_connection()).await;
        match tried {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err("it does not answer as a mail server does".to_owned()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Hands a mail in; its Message-ID.
    pub async fn send(&self, mail: &Mail) -> Result<String, SendError> {
        let id = format!("<{}@{}>", mail.id, self.from.email.domain());
        let message = self.message(mail, &id)?;
        let transport = self.transport.clone();
        let sent = tokio::task::spawn_blocking(move || transport.send(&message)).await;
        let sent = match sent {
            Ok(sent) => sent.map_err(|error| read(&error)),
            Err(error) => Err(SendError::not_now(format!(
                "the sending broke off: {error}"
            ))),
        };
        let failure = match &sent {
            Err(error @ SendError::NotNow(_)) => Some(error.loggable()),
            Ok(_) | Err(SendError::Refused(_)) => None,
        };
        self.pulse.note(self.clock.now(), failure);
        sent.map(|_| id)
    }

    fn message(&self, mail: &Mail, id: &str) -> Result<Message, SendError> {
        let to = Address::from_str(&mail.to)
            .map_err(|_| SendError::refused("the recipient is no mail address"))?;
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&mail.subject)
            .date(mail.at.into())
            .message_id(Some(id.to_owned()))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.body.clone())
            .map_err(|error| SendError::refused(format!("the mail cannot be written: {error}")))
    }
}

/// What an error of the transport means for the mail.
fn read(error: &smtp::Error) -> SendError {
    let Some(code) = error.status().map(u16::from) else {
        let what = if error.is_timeout() {
            "the mail server did not answer in time"
        } else if error.is_tls() {
            "the connection to the mail server could not be protected"
        } else {
            "the mail server cannot be reached, or broke off"
        };
        return SendError::not_now(what);
    };
    // RFC 4954: authentication is required, or its credentials are wrong.
    let is_ours = matches!(code, 530 | 534 | 535 | 538);
    if error.is_permanent() && !is_ours {
        return SendError::Refused(Refusal {
            reason: format!("the mail server refused it: {error}"),
            code: Some(code.to_string()),
            is_opt_out: false,
        });
    }
    SendError::NotNow(NotNow {
        reason: format!("the mail server did not take it: {error}"),
        loggable: format!("the mail server answered {code}"),
        not_before: None,
        is_unclear: false,
    })
}

fn is_on_this_machine(url: &Url) -> bool {
    // `smtp` is no special scheme: its host is read as an opaque name.
    let host = Host::parse(url.host_str().unwrap_or_default());
    host.is_ok_and(|host| is_loopback(&host))
}

/// For each step of a delivery.
const PATIENCE: Duration = Duration::from_secs(20);

#[cfg(test)]
mod tests {
    use super::*;

    fn server(url: &str, from: &str) -> Result<MailServer, MailServerError> {
        MailServer::new(&SecretString::from(url), from, Clock::system())
    }

    #[tokio::test]
    async fn a_login_never_goes_unprotected_to_another_machine() {
        let from = "Trunkline <noreply@example.com>";
        for url in [
            "smtp://u:p@mail.example.com",
            "smtp://mail.example.com:25?tls=opportunistic",
            "smtp://10.0.0.1",
        ] {
            let said = server(url, from).unwrap_err();
            assert!(
                matches!(said, MailServerError::Unprotected),
                "{url}: {said}"
            );
        }
        for url in [
            "smtps://u:p@mail.example.com",
            "smtp://u:p@mail.example.com:587?tls=required",
            "smtp://127.0.0.1:2525",
            "smtp://localhost:25",
            "smtp://[::1]:25",
        ] {
            assert!(server(url, from).is_ok(), "{url}");
        }
    }

    #[tokio::test]
    async fn a_fault_names_the_setting_and_no_password() {
        let from = "noreply@example.com";
        for (url, from) in [
            ("http://u:hush@x", from),
            ("nonsense hush", from),
            ("smtps://u:hush@x", "nobody"),
        ] {
            let said = server(url, from).unwrap_err().to_string();
            assert!(
                said.contains("TRUNKLINE_") && !said.contains("hush"),
                "{said}"
            );
        }
        let shown = format!("{:?}", server("smtps://u:hush@x.example", from).unwrap());
        assert!(!shown.contains("hush"), "{shown}");
    }

    #[tokio::test]
    async fn a_mail_has_the_same_id_each_time_and_no_second_header() {
        let server = server("smtp://127.0.0.1:1", "Trunkline <noreply@example.com>").unwrap();
        let mail = Mail {
            id: OutboxId(uuid::Uuid::nil()),
            to: "ann@example.com".to_owned(),
            subject: "Zoë\r\nBcc: eve@example.com".to_owned(),
            body: "Hello\n.\nbye".to_owned(),
            at: Clock::system().now(),
        };
        let message = server.message(&mail, "<1@example.com>").unwrap();
        let text = String::from_utf8(message.formatted()).unwrap();
        assert!(text.contains("Message-ID: <1@example.com>"), "{text}");
        assert!(!text.contains("\nBcc:"), "{text}");
        let nobody = Mail {
            to: "ann".to_owned(),
            ..mail
        };
        assert!(matches!(
            server.message(&nobody, "<1@x>"),
            Err(SendError::Refused(_))
        ));
    }
}
