//! What a node is told: command line over environment over `trunkline.toml` over defaults.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use anyhow::Context;
use figment::{
    Figment,
    error::Kind,
    providers::{Env, Format, Serialized, Toml},
    value::Dict,
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::boot::keyring;

/// A node's settings. Every key can be set in `trunkline.toml` and, in capitals behind
/// `TRUNKLINE_`, in the environment.
#[derive(Debug, Clone, Deserialize)]
pub struct Config {
    /// Where HTTP and the media streams are served.
    pub listen: SocketAddr,
    /// Where the carrier reaches us, such as `https://voice.example.com`. Signatures are checked
    /// against it. Without it: `http://` and the listening address, for calls on this machine.
    pub public_origin: Option<String>,
    /// Database, recordings and the local auth token.
    pub data_dir: PathBuf,
    /// A PostgreSQL server of the operator's; without it a private one is run.
    pub database_url: Option<SecretString>,
    pub twilio_auth_token: Option<SecretString>,
    /// The other token while one is rotated.
    pub twilio_auth_token_secondary: Option<SecretString>,
    /// The account that texts are sent from and numbers are bought for; without it texts wait.
    pub twilio_account_sid: Option<String>,
    /// Where the carrier is asked.
    pub twilio_url: String,
    /// Where mails are handed in, such as `smtps://user:password@mail.example.com`; without it they
    /// wait in the mailbox.
    pub smtp_url: Option<SecretString>,
    /// Who mails are from.
    pub mail_from: Option<String>,
    pub models_dir: Option<PathBuf>,
    /// Where the inputs of each call are written down, for `trunkline replay`. They hold what
    /// callers said; without it none is kept.
    pub record_inputs: Option<PathBuf>,
    /// A local voice by name; without it the best one that this machine speaks in time.
    pub voice: Option<String>,
    /// Threads that recognize speech; without it half the cores.
    pub whisper_workers: Option<usize>,
    /// Whose minds answer; all but the real ones are for measurements.
    #[serde(default)]
    pub minds: MindsChoice,
    /// Conversations that the node holds at once; without it the measured load decides.
    pub max_calls: Option<usize>,
    /// Seconds that live conversations may go on once the node is told to stop.
    pub drain_timeout: u64,
    /// Calls to unknown numbers are answered with root's own line. For development only.
    pub unassigned_answers_as_root: bool,
    /// MiB that facts of calls may take on the disk while the database is away.
    pub spool_mib: u64,
    /// The keys that sign tokens and encrypt secrets; without it `keys` in the data folder. Nodes that
    /// share a database share it.
    pub keys_file: Option<PathBuf>,
    /// The login of the platform's first owner, who is made at the first start.
    pub owner_email: String,
    /// Each tenant is reached at its slug below it, such as `acme.example.com` for `example.com`.
    pub base_domain: Option<String>,
    /// Requests to the API in a minute, for each tenant and for each of its keys.
    pub api_requests_per_minute: u32,
    /// Those are counted by all nodes of the database together, which takes a round trip to it for each.
    pub api_limits_shared: bool,
    /// Addresses of reverse proxies, with commas between, whose `X-Forwarded-For` is believed: for the
    /// API's limits and the audit log.
    pub trusted_proxies: String,
    #[serde(flatten)]
    pub providers: ProviderSettings,
}

/// Whose minds a node has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum MindsChoice {
    /// The models of this machine, or the servers that are named.
    #[default]
    Real,
    /// For measurements: a script instead of recognizer, language model and voice; the rest real.
    Scripted,
    /// For measurements: each caller hears their own sound; no agent.
    Echo,
}

/// OpenAI-compatible servers in place of the local minds.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct ProviderSettings {
    pub llm_url: Option<String>,
    pub llm_key: Option<SecretString>,
    pub llm_model: Option<String>,
    pub asr_url: Option<String>,
    pub asr_key: Option<SecretString>,
    pub asr_model: Option<String>,
    pub asr_language: Option<String>,
    pub tts_url: Option<String>,
    pub tts_key: Option<SecretString>,
    pub tts_model: Option<String>,
    pub tts_voice: Option<String>,
    /// Hz of the PCM that the voice server sends.
    pub tts_rate: Option<u32>,
    /// A key for every one of them that has none of its own.
    pub openai_api_key: Option<SecretString>,
}

#[derive(Serialize)]
struct Defaults {
    listen: &'static str,
    data_dir: &'static str,
    twilio_url: &'static str,
    drain_timeout: u64,
    unassigned_answers_as_root: bool,
    spool_mib: u64,
    owner_email: &'static str,
    api_requests_per_minute: u32,
    api_limits_shared: bool,
    trusted_proxies: &'static str,
}

impl Config {
    /// Reads the settings. `file`: a TOML file that must exist when it is given; without it
    /// `trunkline.toml` in the working folder is read if it is there.
    pub fn load(file: Option<&PathBuf>) -> anyhow::Result<Self> {
        let defaults = Defaults {
            listen: "127.0.0.1:8080",
            data_dir: "data",
            twilio_url: "https://api.twilio.com",
            drain_timeout: 30,
            unassigned_answers_as_root: false,
            spool_mib: 256,
            owner_email: "owner@localhost",
            api_requests_per_minute: 600,
            api_limits_shared: false,
            trusted_proxies: "",
        };
        let toml = match file {
            Some(path) => {
                anyhow::ensure!(
                    path.is_file(),
                    "there is no settings file {}",
                    path.display()
                );
                Toml::file_exact(path)
            }
            None => Toml::file("trunkline.toml"),
        };
        Figment::from(Serialized::defaults(defaults))
            .merge(toml)
            .merge(Env::raw().only(WITHOUT_PREFIX))
            .merge(Env::prefixed("TRUNKLINE_").ignore(NOT_SETTINGS))
            .merge(Serialized::defaults(secrets_of_environment()))
            .extract()
            .map_err(without_values)
            .context("a setting is not usable (see docs/OPERATIONS.md)")
    }

    /// What is set and is no setting: a word that was written wrongly changes nothing, and nobody
    /// would notice.
    pub fn unknown_settings(file: Option<&PathBuf>) -> Vec<String> {
        let toml = Toml::file(file.map_or_else(|| PathBuf::from("trunkline.toml"), PathBuf::clone));
        let named = |figment: Figment| -> Vec<String> {
            let keys = figment.extract::<Dict>();
            keys.map(|keys| keys.into_keys().collect())
                .unwrap_or_default()
        };
        let is_unknown = |key: &String| !SETTINGS.contains(&key.as_str());
        let of_file = named(Figment::from(toml)).into_iter().filter(is_unknown);
        let of_environment = Env::prefixed("TRUNKLINE_").ignore(NOT_SETTINGS);
        let of_environment = named(Figment::from(of_environment))
            .into_iter()
            .filter(is_unknown);
        let variable = of_environment.map(|key| format!("TRUNKLINE_{}", key.to_uppercase()));
        of_file.chain(variable).collect()
    }

    /// The tokens that sign for the carrier, the primary first.
    pub fn auth_tokens(&self) -> Vec<SecretString> {
        [&self.twilio_auth_token, &self.twilio_auth_token_secondary]
            .into_iter()
            .flatten()
            .cloned()
            .collect()
    }

    /// Where the node's keys are kept.
    pub fn keys_file(&self) -> PathBuf {
        let own = || keyring::path(&self.data_dir);
        self.keys_file.clone().unwrap_or_else(own)
    }

    /// The proxies that are believed.
    pub fn trusted_proxies(&self) -> anyhow::Result<Vec<IpAddr>> {
        let named = self.trusted_proxies.split(',').map(str::trim);
        let named = named.filter(|name| !name.is_empty());
        let address = named.map(|name| {
            name.parse()
                .with_context(|| format!("TRUNKLINE_TRUSTED_PROXIES: {name:?} is no IP address"))
        });
        address.collect()
    }

    /// The domain below which tenants have their addresses.
    pub fn base_domain(&self) -> anyhow::Result<Option<String>> {
        let Some(named) = &self.base_domain else {
            return Ok(None);
        };
        match url::Host::parse(named.trim()) {
            Ok(url::Host::Domain(domain)) => Ok(Some(domain)),
            Ok(url::Host::Ipv4(_) | url::Host::Ipv6(_)) | Err(_) => anyhow::bail!(
                "TRUNKLINE_BASE_DOMAIN: {named:?} is no domain; write it as example.com"
            ),
        }
    }

    pub fn public_origin(&self) -> String {
        self.public_origin
            .clone()
            .unwrap_or_else(|| format!("http://{}", self.listen))
    }
}

/// Secrets are texts, also those that look like a number.
fn secrets_of_environment() -> BTreeMap<&'static str, String> {
    let mut found = BTreeMap::new();
    for key in SECRETS {
        let upper = key.to_uppercase();
        for name in [upper.clone(), format!("TRUNKLINE_{upper}")] {
            let is_read = name.starts_with("TRUNKLINE_") || WITHOUT_PREFIX.contains(&name.as_str());
            if let Some(value) = std::env::var(&name).ok().filter(|_| is_read) {
                found.insert(*key, value);
            }
        }
    }
    found
}

/// What is wrong with which setting. Of a secret, or where it is not known which setting it is, not
/// what it was set to.
fn without_values(error: figment::Error) -> anyhow::Error {
    let fault = |fault: figment::Error| {
        let key = fault.path.join(".");
        let may_be_shown = SETTINGS.contains(&key.as_str()) && !SECRETS.contains(&key.as_str());
        let name = if key.is_empty() { "a setting" } else { &key };
        if may_be_shown || matches!(fault.kind, Kind::MissingField(_)) {
            fault.to_string()
        } else if let Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) = &fault.kind
        {
            format!("{name} must be {expected}; in a file, put quotes around a text")
        } else if let Kind::Message(text) = &fault.kind {
            // A parser's first line says where; the next ones show what stands there.
            format!("{name}: {}", text.lines().next().unwrap_or_default())
        } else {
            format!("{name} cannot be read")
        }
    };
    let faults: Vec<_> = error.into_iter().map(fault).collect();
    anyhow::anyhow!("{}", faults.join("; "))
}

/// Every setting; the test below holds it against the fields.
const SETTINGS: &[&str] = &[
    "listen",
    "public_origin",
    "data_dir",
    "database_url",
    "twilio_auth_token",
    "twilio_auth_token_secondary",
    "twilio_account_sid",
    "twilio_url",
    "smtp_url",
    "mail_from",
    "models_dir",
    "record_inputs",
    "voice",
    "whisper_workers",
    "minds",
    "max_calls",
    "drain_timeout",
    "unassigned_answers_as_root",
    "spool_mib",
    "keys_file",
    "owner_email",
    "base_domain",
    "api_requests_per_minute",
    "api_limits_shared",
    "trusted_proxies",
    "llm_url",
    "llm_key",
    "llm_model",
    "asr_url",
    "asr_key",
    "asr_model",
    "asr_language",
    "tts_url",
    "tts_key",
    "tts_model",
    "tts_voice",
    "tts_rate",
    "openai_api_key",
];
/// Settings that are never shown.
const SECRETS: &[&str] = &[
    "database_url",
    "twilio_auth_token",
    "twilio_auth_token_secondary",
    "smtp_url",
    "llm_key",
    "asr_key",
    "tts_key",
    "openai_api_key",
];
/// Names that others agree on are read as they are.
const WITHOUT_PREFIX: &[&str] = &[
    "DATABASE_URL",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_AUTH_TOKEN_SECONDARY",
    "OPENAI_API_KEY",
];
/// Read elsewhere: where the set-up keeps things, how much is logged, who places a call.
const NOT_SETTINGS: &[&str] = &["cache", "models", "log", "auth_token"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_known_as_a_setting_and_every_secret_as_one() {
        let own = include_str!("config.rs");
        let (own, _) = own.split_once("#[derive(Serialize)]").unwrap();
        let mut fields = Vec::new();
        for line in own.lines() {
            let Some((name, kind)) = line
                .strip_prefix("    pub ")
                .and_then(|f| f.split_once(": "))
            else {
                continue;
            };
            if kind == "ProviderSettings," {
                continue;
            }
            fields.push(name);
            let is_secret = kind.contains("SecretString");
            assert_eq!(SECRETS.contains(&name), is_secret, "{name} in SECRETS");
        }
        let mut known = SETTINGS.to_vec();
        known.sort_unstable();
        fields.sort_unstable();
        assert_eq!(known, fields);
    }

    #[test]
    fn what_a_setting_was_set_to_is_not_said_of_a_secret() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("trunkline.toml");
        for text in [
            "twilio_auth_token = 48151623",
            "llm_key = 48151623",
            "database_url = [\"48151623\"]",
            "twilio_auth_token = 48151623abc",
            "listen = { port = 48151623 }\nopenai_api_key = 48151623",
        ] {
            std::fs::write(&file, text).unwrap();
            let error = format!("{:#}", Config::load(Some(&file)).unwrap_err());
            assert!(
                !error.contains("48151623") || text.starts_with("listen"),
                "{text}: {error}"
            );
        }
        std::fs::write(&file, "listen = \"everywhere\"").unwrap();
        let error = format!("{:#}", Config::load(Some(&file)).unwrap_err());
        assert!(
            error.contains("listen") && error.contains("socket address"),
            "{error}"
        );
        std::fs::write(&file, "lisen = \"127.0.0.1:1\"\nlisten = \"127.0.0.1:1\"").unwrap();
        let unknown = Config::unknown_settings(Some(&file));
        assert!(unknown.contains(&"lisen".to_owned()), "{unknown:?}");
        assert!(!unknown.contains(&"listen".to_owned()), "{unknown:?}");
    }
}
