//! What a node is told: command line over environment over `trunkline.toml` over defaults.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use anyhow::Context;
use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
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
    /// Requests to the API in a minute, for each tenant and for each of its keys.
    pub api_requests_per_minute: u32,
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
    drain_timeout: u64,
    unassigned_answers_as_root: bool,
    spool_mib: u64,
    owner_email: &'static str,
    api_requests_per_minute: u32,
    trusted_proxies: &'static str,
}

impl Config {
    /// Reads the settings. `file`: a TOML file that must exist when it is given; without it
    /// `trunkline.toml` in the working folder is read if it is there.
    pub fn load(file: Option<&PathBuf>) -> anyhow::Result<Self> {
        let defaults = Defaults {
            listen: "127.0.0.1:8080",
            data_dir: "data",
            drain_timeout: 30,
            unassigned_answers_as_root: false,
            spool_mib: 256,
            owner_email: "owner@localhost",
            api_requests_per_minute: 600,
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
            .extract()
            .context("a setting is not usable (see docs/OPERATIONS.md)")
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

    pub fn public_origin(&self) -> String {
        self.public_origin
            .clone()
            .unwrap_or_else(|| format!("http://{}", self.listen))
    }
}

/// Names that others agree on are read as they are.
const WITHOUT_PREFIX: &[&str] = &[
    "DATABASE_URL",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_AUTH_TOKEN_SECONDARY",
    "OPENAI_API_KEY",
];
/// Read elsewhere: where the set-up keeps things, how much is logged, who places a call.
const NOT_SETTINGS: &[&str] = &["cache", "models", "log", "auth_token"];
