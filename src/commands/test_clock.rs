//! `--test-clock`: the wall clock of a stand.

use anyhow::ensure;
use chrono::{DateTime, FixedOffset};
use clap::Args;

use crate::{clock::Clock, config::Config};

/// The time that the product sees.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct TestClock {
    /// For a test stand: the time that the wall clock shows at the start, such as
    /// 2026-03-03T10:00:00-05:00. It runs on from there.
    #[arg(long = "test-clock", value_name = "RFC 3339", value_parser = DateTime::parse_from_rfc3339)]
    at: Option<DateTime<FixedOffset>>,
}

impl TestClock {
    /// The system's clock, or the one that was asked for: never where a carrier's calls come in.
    pub(super) fn clock(&self, config: &Config) -> anyhow::Result<Clock> {
        let Some(at) = self.at else {
            return Ok(Clock::system());
        };
        ensure!(
            config.auth_tokens().is_empty(),
            "--test-clock is for a test stand and TWILIO_AUTH_TOKEN is set: real calls would be \
             dated wrongly; leave one of the two out"
        );
        Clock::starting_at(at.to_utc())
    }
}
