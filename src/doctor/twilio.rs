//! The carrier: whether webhooks can be checked.

use tokio::runtime::Runtime;

use super::{Patient, Report};

const AREA: &str = "twilio";

pub(super) fn examine(patient: &Patient, report: &mut Report, _runtime: &Runtime) {
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
