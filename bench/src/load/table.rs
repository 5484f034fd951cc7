//! A run as text for people.

use std::fmt::{self, Display, Formatter};

use super::summary::{Quantiles, Summary};

/// Prints a summary.
pub(super) struct Table<'a>(pub &'a Summary);

impl Display for Table<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(run) = self;
        let concurrent = run.concurrent;
        writeln!(
            f,
            "{} against {}: {concurrent} calls at once",
            run.scenario, run.target
        )?;
        self.calls(f)?;
        self.frames(f)?;
        self.times(f)?;
        self.costs(f)?;
        self.verdict(f)
    }
}

impl Table<'_> {
    fn calls(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let calls = &self.0.calls;
        writeln!(
            f,
            "\ncalls       {} placed, {} answered, {} completed, {} lost; at most {} live",
            calls.placed, calls.answered, calls.completed, calls.lost, calls.most_live
        )?;
        for (why, count) in &calls.endings {
            writeln!(f, "            {count:>8}  {why}")?;
        }
        for (why, count) in &calls.lost_why {
            writeln!(f, "            {count:>8}  LOST: {why}")?;
        }
        Ok(())
    }

    fn frames(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let run = self.0;
        let frames = &run.frames;
        writeln!(
            f,
            "frames      {} sent, {} received, {} late by the server",
            frames.sent, frames.received, frames.late
        )?;
        let echo = frames.echo;
        if echo.pulses_due > 0 {
            writeln!(
                f,
                "echo        {} frames lost, {} added; {} of {} pulses came back",
                echo.frames_lost, echo.frames_added, echo.pulses_heard, echo.pulses_due
            )?;
        }
        if run.times.answer.is_some() || run.unanswered > 0 {
            writeln!(
                f,
                "turns       {} unanswered, {} cut off, {} interruptions without clear",
                run.unanswered, run.cut_off, run.uncleared
            )?;
        }
        if run.violations.is_empty() {
            writeln!(f, "protocol    no violation")?;
        }
        for violation in run.violations.values() {
            writeln!(f, "protocol    {}x {}", violation.count, violation.example)?;
        }
        Ok(())
    }

    fn times(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (times, floor) = (&self.0.times, &self.0.floor);
        // Beside every figure: how late the tool was that took it.
        let late = self.0.generator.lateness.map(|late| late.p99);
        writeln!(
            f,
            "\n{:<34} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}   tool late (p99)",
            "ms", "n", "p50", "p90", "p99", "p99.9", "max"
        )?;
        for (name, quantiles) in [
            ("webhook", times.webhook),
            ("frame there and back", times.round_trip),
            (
                "  of the noise floor",
                floor.round_trip.filter(|_| times.round_trip.is_some()),
            ),
            ("ping to pong in the call", times.probe),
            (
                "  of the noise floor",
                floor.probe.filter(|_| times.probe.is_some()),
            ),
            ("agent's frames behind their pace", times.off_pace),
            (
                "  of the noise floor",
                floor.off_pace.filter(|_| times.off_pace.is_some()),
            ),
            ("end of speech to first audio", times.answer),
            ("interruption to clear", times.clear),
            ("tool behind its deadlines", self.0.generator.lateness),
        ] {
            row(f, name, quantiles, late)?;
        }
        if let Some(added) = self.0.added {
            writeln!(
                f,
                "added over the noise floor ({}): p50 {:.2}, p90 {:.2}, p99 {:.2}, p99.9 {:.2} ms",
                added.by, added.p50, added.p90, added.p99, added.p99_9
            )?;
        }
        Ok(())
    }

    fn costs(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let run = self.0;
        writeln!(f)?;
        if let Some(server) = &run.server {
            writeln!(
                f,
                "server      {} ms CPU per call-second ({:.2} cores); with its own processes {} more",
                number(server.cpu_ms_per_call_second),
                server.cores,
                number(server.children_cpu_ms_per_call_second)
            )?;
            writeln!(
                f,
                "memory      RSS {} KiB before, {} steady, {} at most, {} after; {} KiB per call \
                 (PSS {})",
                server.rss_before_kib,
                server.rss_steady_kib,
                server.rss_peak_kib,
                server.rss_after_kib,
                number(server.rss_kib_per_call),
                number(server.pss_kib_per_call)
            )?;
            writeln!(
                f,
                "growth      RSS of the last fifth {} % over the second; files {} -> {}, threads {} -> {}",
                number(server.rss_growth_percent),
                server.files_before,
                server.files_after,
                server.threads_before,
                server.threads_after
            )?;
        }
        let tool = &run.generator.usage;
        writeln!(
            f,
            "tool        {} ms CPU per call-second ({:.2} cores{}), RSS {} KiB at most",
            number(tool.cpu_ms_per_call_second),
            tool.cores,
            if run.generator.realtime {
                ", realtime"
            } else {
                ""
            },
            tool.rss_peak_kib
        )?;
        let machine = &run.machine;
        writeln!(
            f,
            "machine     {} cores, {:.0} % busy, {:.1} % taken by its host",
            machine.cores,
            machine.busy * 100.0,
            machine.stolen * 100.0
        )
    }

    fn verdict(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let verdict = &self.0.verdict;
        if !verdict.valid {
            writeln!(
                f,
                "\ngenerator late: figures not valid (its own p99 lateness is over {} ms)",
                self.0.generator.late_limit_ms
            )?;
        }
        for failure in &verdict.failures {
            writeln!(f, "\nFAILED: {failure}")?;
        }
        Ok(())
    }
}

fn row(
    f: &mut Formatter<'_>,
    name: &str,
    quantiles: Option<Quantiles>,
    late: Option<f64>,
) -> fmt::Result {
    let Some(q) = quantiles else {
        return Ok(());
    };
    writeln!(
        f,
        "{name:<34} {:>9} {:>9.2} {:>9.2} {:>9.2} {:>9.2} {:>9.2}   {}",
        q.n,
        q.p50,
        q.p90,
        q.p99,
        q.p99_9,
        q.max,
        number(late)
    )
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.2}"))
}
