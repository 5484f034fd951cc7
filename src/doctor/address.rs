//! Where the server listens, and where others reach it.

use std::{net::TcpListener, time::Duration};

use serde_json::Value;
use tokio::runtime::Runtime;

use super::{Patient, Report};
use crate::twilio::signature::PublicOrigin;

const AREA: &str = "address";

pub(super) fn examine(patient: &Patient, report: &mut Report, runtime: &Runtime) {
    listening(patient, report, runtime);
    public(patient, report);
    match patient.config.trusted_proxies() {
        Ok(proxies) if proxies.is_empty() => {
            report.note(AREA, "no proxy is trusted: X-Forwarded-For is not believed");
        }
        Ok(proxies) => report.ok(AREA, format!("{} trusted proxies", proxies.len())),
        Err(error) => report.broken(
            AREA,
            format!("{error:#}"),
            "write IP addresses with commas between",
        ),
    }
}

fn listening(patient: &Patient, report: &mut Report, runtime: &Runtime) {
    let address = patient.config.listen;
    if let Err(error) = TcpListener::bind(address) {
        match runtime.block_on(health(&format!("http://{address}/health"))) {
            Some(health) => report.ok(
                AREA,
                format!(
                    "a server listens on {address}, with {} live calls",
                    health["calls_live"]
                ),
            ),
            None => report.broken(
                AREA,
                format!("cannot listen on {address}, and no server of ours answers there: {error}"),
                "choose another with TRUNKLINE_LISTEN, or stop what has it",
            ),
        }
    } else {
        report.ok(AREA, format!("{address} is free: no server runs there"));
    }
    if !address.ip().is_loopback() {
        report.warn(
            AREA,
            format!("{address} is reached from other machines, by plain HTTP"),
            "listen on 127.0.0.1 behind a proxy with a certificate, or let a firewall see to it",
        );
    }
}

async fn health(url: &str) -> Option<Value> {
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(2))
        .build();
    let answer = client.ok()?.get(url).send().await.ok()?;
    let health: Value = answer.json().await.ok()?;
    health.get("calls_live").is_some().then_some(health)
}

fn public(patient: &Patient, report: &mut Report) {
    let config = &patient.config;
    let carrier = !config.auth_tokens().is_empty();
    let todo = "set TRUNKLINE_PUBLIC_ORIGIN to what the carrier's console has, such as https://voice.example.com";
    let Some(origin) = &config.public_origin else {
        let says = "no public URL: a carrier cannot reach this server";
        if carrier {
            return report.broken(
                AREA,
                says.to_owned() + ", and every webhook is refused",
                todo,
            );
        }
        return report.note(AREA, says);
    };
    match origin.parse::<PublicOrigin>() {
        Ok(parsed) if parsed.is_secure() => {
            report.ok(AREA, format!("public at {}", parsed.url("")));
        }
        Ok(parsed) if carrier => report.broken(
            AREA,
            format!("public at {}, which no carrier reaches", parsed.url("")),
            todo,
        ),
        Ok(parsed) => report.note(
            AREA,
            format!("public at {}: this machine only", parsed.url("")),
        ),
        // The text may hold a login.
        Err(_) if origin.contains('@') => {
            report.broken(AREA, "the public URL must not hold a login", todo);
        }
        Err(error) => report.broken(AREA, error.to_string(), todo),
    }
}
