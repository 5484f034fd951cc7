//! What a run is asked to do, checked: whom to call, how many at once, for how long.

use std::time::Duration;

use url::Url;

use super::scenario::Scenario;
use crate::exchange::Pace;

/// A whole run.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub scenario: Scenario,
    pub target: Target,
    /// Calls held at once.
    pub calls: usize,
    /// No more calls than this are placed.
    pub total: Option<u64>,
    /// The first calls are spread over this.
    pub ramp: Duration,
    /// No call is placed after this.
    pub duration: Duration,
    pub seed: u64,
    pub threads: usize,
    pub pace: Pace,
    /// Echo calls to the tool itself, for the noise floor.
    pub floor_calls: usize,
    pub server_pid: Option<u32>,
    pub limits: Limits,
}

/// What a run is held against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// The tool's own p99 lateness: beyond it the figures mean nothing.
    pub late: Duration,
    pub lost: Option<u64>,
    pub frames: Option<u64>,
    pub added_p99: Option<Duration>,
    pub growth_percent: Option<f64>,
}

/// Where calls go.
#[derive(Debug, Clone)]
pub(super) enum Target {
    /// To a server that speaks TwiML.
    Webhook(Webhook),
    /// Straight to a media stream.
    Stream(Url),
}

/// A server with webhooks, and who calls whom.
#[derive(Debug, Clone)]
pub(super) struct Webhook {
    pub server: String,
    pub public_origin: Option<String>,
    pub auth_token: String,
    pub from: String,
    pub to: String,
    /// `to` was asked for, and holds for every scenario.
    pub is_to_chosen: bool,
}

impl Target {
    /// The address, for the report.
    pub(super) fn address(&self) -> &str {
        match self {
            Self::Webhook(webhook) => &webhook.server,
            Self::Stream(url) => url.as_str(),
        }
    }
}
