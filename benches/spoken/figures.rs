//! Figures and how they are shown: spreads in ms, the machine they were measured on.

use serde::Serialize;

/// How values are spread, by nearest rank.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Spread {
    pub(crate) count: usize,
    pub(crate) p50: u64,
    pub(crate) p95: u64,
    pub(crate) p99: u64,
    pub(crate) max: u64,
}

impl Spread {
    /// `None` when there is nothing to spread.
    pub(crate) fn of(mut values: Vec<u64>) -> Option<Self> {
        values.sort_unstable();
        let rank = |percent: usize| {
            let index = (values.len() * percent).div_ceil(100).saturating_sub(1);
            values.get(index).copied()
        };
        Some(Self {
            count: values.len(),
            p50: rank(50)?,
            p95: rank(95)?,
            p99: rank(99)?,
            max: rank(100)?,
        })
    }
}

/// Where and how it was measured.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Machine {
    cpu: String,
    cores: usize,
    /// Figures of a build without optimisation are no benchmark.
    optimised: bool,
}

impl Machine {
    pub(crate) fn look() -> Self {
        let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = info
            .lines()
            .find_map(|line| line.strip_prefix("model name")?.split_once(':'));
        Self {
            cpu: model.map_or("unknown", |(_, name)| name.trim()).to_owned(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            optimised: !cfg!(debug_assertions),
        }
    }
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
pub(crate) fn print_machine(machine: &Machine) {
    let build = if machine.optimised {
        "optimised"
    } else {
        "NOT OPTIMISED: no benchmark"
    };
    println!(
        "\n{}, {} cores, build: {build}\n",
        machine.cpu, machine.cores
    );
}

/// Prints a table as Markdown.
#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
pub(crate) fn print_table(header: &[&str], rows: &[Vec<String>]) {
    println!("| {} |", header.join(" | "));
    println!("|{}", "---|".repeat(header.len()));
    for row in rows {
        println!("| {} |", row.join(" | "));
    }
    println!();
}

/// A row of a table of spreads: count, p50, p95, p99, max.
pub(crate) fn spread_row(name: &str, spread: Option<Spread>) -> Vec<String> {
    let figures = spread.map(|s| [s.count as u64, s.p50, s.p95, s.p99, s.max]);
    let shown = figures.map_or_else(
        || {
            vec!["0".to_owned(); 1]
                .into_iter()
                .chain(vec!["-".to_owned(); 4])
                .collect()
        },
        |figures| figures.iter().map(u64::to_string).collect::<Vec<_>>(),
    );
    std::iter::once(name.to_owned()).chain(shown).collect()
}

pub(crate) const SPREAD_HEADER: [&str; 6] = ["ms", "n", "p50", "p95", "p99", "max"];
