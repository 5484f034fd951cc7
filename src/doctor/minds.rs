//! Who recognizes, thinks and speaks: the models of this machine, or servers that are named.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use tokio::runtime::Runtime;
use url::Url;

use super::{Patient, Report};
use crate::{
    boot::minds,
    config::{MindsChoice, ProviderSettings},
};

const AREA: &str = "minds";

/// One of the three, as it is set.
struct Mind<'a> {
    name: &'static str,
    /// As its settings begin.
    prefix: &'static str,
    url: Option<&'a String>,
    key: Option<&'a SecretString>,
    model: Option<&'a String>,
    local: &'static str,
}

pub(super) fn examine(patient: &Patient, report: &mut Report, runtime: &Runtime) {
    if patient.config.minds != MindsChoice::Real {
        return;
    }
    let settings = &patient.config.providers;
    for mind in minds_of(settings) {
        let Some(model) = mind.model else {
            if mind.url.is_some() {
                report.broken(
                    AREA,
                    format!("{}: a server is named, but no model to ask for", mind.name),
                    format!("set {}_MODEL", mind.prefix),
                );
            } else {
                report.ok(AREA, format!("{}: {}", mind.name, mind.local));
            }
            continue;
        };
        let server = mind
            .url
            .map_or(openai_compatible::PUBLIC_BASE_URL, String::as_str);
        let host = host_of(server);
        report.ok(AREA, format!("{}: {model} at {host}", mind.name));
        if patient.online {
            runtime.block_on(try_out(
                &mind,
                server,
                settings.openai_api_key.as_ref(),
                report,
            ));
        }
    }
    // The very check that a start makes; its errors name settings and never hold a key.
    if let Err(error) = minds::check(settings) {
        report.broken(
            AREA,
            format!("{error:#}"),
            "docs/PROVIDERS.md says how a server is named",
        );
    }
}

fn minds_of(settings: &ProviderSettings) -> [Mind<'_>; 3] {
    [
        Mind {
            name: "recognizer",
            prefix: "TRUNKLINE_ASR",
            url: settings.asr_url.as_ref(),
            key: settings.asr_key.as_ref(),
            model: settings.asr_model.as_ref(),
            local: "whisper on this machine",
        },
        Mind {
            name: "language model",
            prefix: "TRUNKLINE_LLM",
            url: settings.llm_url.as_ref(),
            key: settings.llm_key.as_ref(),
            model: settings.llm_model.as_ref(),
            local: "the receptionist, without a language model",
        },
        Mind {
            name: "voice",
            prefix: "TRUNKLINE_TTS",
            url: settings.tts_url.as_ref(),
            key: settings.tts_key.as_ref(),
            model: settings.tts_model.as_ref(),
            local: "a voice of this machine",
        },
    ]
}

/// Without a path, and without a login that somebody may have put there.
fn host_of(url: &str) -> String {
    let parsed = Url::parse(url).ok();
    let host = parsed.as_ref().and_then(|url| url.host_str());
    match (host, parsed.as_ref().and_then(Url::port)) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => "an address that cannot be read".to_owned(),
    }
}

/// Asks for the list of models, which every such server has and which costs nothing.
async fn try_out(
    mind: &Mind<'_>,
    server: &str,
    shared_key: Option<&SecretString>,
    report: &mut Report,
) {
    let (name, prefix, host) = (mind.name, mind.prefix, host_of(server));
    let key = mind
        .key
        .or_else(|| shared_key.filter(|_| server == openai_compatible::PUBLIC_BASE_URL));
    let answer = async {
        let client = reqwest::Client::builder().timeout(PATIENCE).build()?;
        let mut request = client.get(format!("{}/models", server.trim_end_matches('/')));
        if let Some(key) = key {
            request = request.bearer_auth(key.expose_secret());
        }
        request.send().await
    };
    match answer.await.map(|answer| answer.status().as_u16()) {
        Ok(401 | 403) => report.broken(
            AREA,
            format!("{name}: {host} refuses the key"),
            format!("set {prefix}_KEY"),
        ),
        Ok(status @ 500..) => report.warn(
            AREA,
            format!("{name}: {host} answers {status}"),
            "look at that server",
        ),
        // A server may have no such list; it answered.
        Ok(_) => report.ok(AREA, format!("{name}: {host} answers")),
        Err(error) => {
            let error = error.without_url();
            report.broken(
                AREA,
                format!("{name}: {host} does not answer: {error}"),
                format!("look at {prefix}_URL and the network"),
            );
        }
    }
}

const PATIENCE: Duration = Duration::from_secs(5);
