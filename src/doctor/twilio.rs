//! The carrier and the mail server: whether webhooks can be checked, texts and mails sent.

use tenant_config::phone::E164;
use tokio::runtime::Runtime;

use super::{Patient, Report};
use crate::{
    boot::post,
    post::{MailServer, Post},
    twilio::rest::TwilioRest,
};

const AREA: &str = "twilio";

pub(super) fn examine(patient: &Patient, report: &mut Report, runtime: &Runtime) {
    webhooks(patient, report);
    match post::read(&patient.config, patient.clock) {
        Ok(Post { mail, carrier }) => {
            texts(patient, carrier.as_deref(), report, runtime);
            mails(patient, mail.as_deref(), report, runtime);
        }
        // The carrier's address is shown in an error; a login that somebody put there is not.
        Err(_) if patient.config.twilio_url.contains('@') => {
            report.broken(
                AREA,
                "TRUNKLINE_TWILIO_URL must not hold a login",
                "take it out",
            );
        }
        Err(error) => report.broken(
            "post",
            format!("{error:#}"),
            "serve refuses to start like this",
        ),
    }
}

fn texts(patient: &Patient, carrier: Option<&TwilioRest>, report: &mut Report, runtime: &Runtime) {
    let Some(carrier) = carrier else {
        report.note(
            AREA,
            "no account: texts wait, and no numbers are bought; set TWILIO_ACCOUNT_SID",
        );
        return;
    };
    report.ok(
        AREA,
        format!("texts are sent by the account {}", carrier.account_hint()),
    );
    if !patient.online {
        return;
    }
    // A number for fiction: whether the account has it costs nothing to ask.
    let number = E164::normalise("+12015550100").expect("this is in E.164");
    match runtime.block_on(carrier.own_number(&number)) {
        Ok(_) => report.ok(AREA, "the carrier answers and takes the login"),
        Err(error) => report.broken(
            AREA,
            error.loggable(),
            "look at TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and the network",
        ),
    }
}

fn mails(patient: &Patient, mail: Option<&MailServer>, report: &mut Report, runtime: &Runtime) {
    let Some(mail) = mail else {
        report.warn(
            "mail",
            "no mail server: invitations and resets wait in the owner's mailbox",
            "set TRUNKLINE_SMTP_URL and TRUNKLINE_MAIL_FROM",
        );
        return;
    };
    report.ok(
        "mail",
        format!(
            "mails are handed in at {}, from {}",
            mail.host(),
            mail.from()
        ),
    );
    if !patient.online {
        return;
    }
    match runtime.block_on(mail.try_out()) {
        Ok(()) => report.ok(
            "mail",
            format!("{} answers and takes the login", mail.host()),
        ),
        Err(error) => report.broken(
            "mail",
            format!("{} cannot be used: {error}", mail.host()),
            "look at TRUNKLINE_SMTP_URL and the network",
        ),
    }
}

fn webhooks(patient: &Patient, report: &mut Report) {
    let config = &patient.config;
    if config.twilio_auth_token.is_none() {
        let says = "no auth token: only calls from this machine (`trunkline call`) are answered";
        if config.public_origin.is_some() {
            report.warn(AREA, says, "set TWILIO_AUTH_TOKEN");
        } else {
            report.note(AREA, says);
        }
        return;
    }
    report.ok(AREA, "an auth token is set: webhooks are checked with it");
    if config.twilio_auth_token_secondary.is_some() {
        report.note(
            AREA,
            "a secondary token is set: take it away when the rotation is over",
        );
    }
}
