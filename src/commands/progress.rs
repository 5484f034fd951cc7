//! How far something long has come: a bar on a terminal, a line now and then elsewhere. On standard
//! error, so that what a command prints stays its own.

use std::{
    io::IsTerminal as _,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

/// Ends with what uses it; nothing of it stays on the screen.
pub(super) struct Progress {
    bar: ProgressBar,
    what: String,
    is_terminal: bool,
    said_at: Instant,
}

impl Progress {
    /// `what` of which there are `total`, such as `rows`.
    pub(super) fn new(what: &str, total: u64) -> Self {
        let bar = ProgressBar::new(total);
        // The template is ours; were it wrong, the usual bar would do.
        if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        Self {
            bar,
            what: what.to_owned(),
            is_terminal: std::io::stderr().is_terminal(),
            said_at: Instant::now(),
        }
    }

    /// So many are done.
    pub(super) fn at(&mut self, done: u64) {
        self.bar.set_position(done);
        if !self.is_terminal && self.said_at.elapsed() >= NOW_AND_THEN {
            self.said_at = Instant::now();
            tracing::info!(done, of = self.bar.length(), "{}", self.what);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

const NOW_AND_THEN: Duration = Duration::from_secs(5);
const TEMPLATE: &str = "{wide_bar} {human_pos}/{human_len} {msg}, {eta} left";
