//! How a source file is built: it explains itself, stays small, and keeps to its place.
//!
//! Judges the text of each Rust file of the workspace, line by line; comments are no code, and what
//! follows `#[cfg(test)] mod` at the margin is a test, since tests stand last. Knows no syntax beyond
//! that, so a rule here is one that a plain search can hold.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Outside tests. The median to aim for is 160.
const LONGEST_FILE: usize = 600;

/// A word of code, and the only places where it may stand outside tests.
struct Reserved {
    word: &'static str,
    only_in: &'static [&'static str],
    why: &'static str,
}

/// Whoever drives a pure machine hands it `now`; these are the drivers.
const DRIVERS: &[&str] = &[
    "src/",
    "bench/src/",
    "agents/local_speech/",
    "agents/openai/src/",
    "agents/src/scripted/",
    "store/src/embedded/",
];

const RESERVED: &[Reserved] = &[
    Reserved {
        word: "sqlx::",
        only_in: &["store/src/"],
        why: "only store speaks SQL",
    },
    Reserved {
        word: "Utc::now",
        only_in: &["src/clock.rs"],
        why: "ask the Clock",
    },
    Reserved {
        word: "Local::now",
        only_in: &[],
        why: "a server has no local time; a tenant has",
    },
    Reserved {
        word: "SystemTime::now",
        only_in: &["src/clock.rs"],
        why: "ask the Clock",
    },
    Reserved {
        word: "Instant::now",
        only_in: DRIVERS,
        why: "`now` comes in as a parameter",
    },
    Reserved {
        word: "PgPool",
        only_in: &["store/src/"],
        why: "only store has the pools; ask it for a transaction",
    },
    Reserved {
        word: "begin_with(",
        only_in: &["store/src/scope.rs"],
        why: "a transaction begins with whom it is for",
    },
    Reserved {
        word: "PlatformActor::operator",
        only_in: &["src/commands/", "src/boot/"],
        why: "only who types at the server's console is the operator; look a login up",
    },
    Reserved {
        word: "query!(",
        only_in: &["store/src/"],
        why: "only store speaks SQL",
    },
];

#[test]
fn every_file_explains_itself_stays_small_and_keeps_to_its_place() {
    let files = files_of_the_workspace();
    assert!(
        files.len() > 100,
        "only {} files were found: is the search broken?",
        files.len()
    );
    let faults: Vec<String> = files.iter().flat_map(SourceFile::faults).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn half_of_the_files_are_short() {
    let mut sizes: Vec<usize> = files_of_the_workspace()
        .iter()
        .filter(|file| !file.is_test())
        .map(|file| file.product_lines().count())
        .collect();
    sizes.sort_unstable();
    let median = sizes[sizes.len() / 2];
    assert!(median <= 160, "the median file has {median} lines");
}

#[test]
fn every_metric_is_documented() {
    let page = include_str!("../../../docs/LOGGING.md");
    let mut named = BTreeSet::new();
    for file in files_of_the_workspace()
        .iter()
        .filter(|file| !file.is_test())
    {
        named.extend(file.product_lines().filter_map(metric));
    }
    assert!(
        named.len() > 5,
        "only {} metrics were found: is the search broken?",
        named.len()
    );
    let missing: Vec<_> = named
        .iter()
        .filter(|name| !page.contains(name.as_str()))
        .collect();
    assert!(
        missing.is_empty(),
        "docs/LOGGING.md does not name {missing:?}"
    );
}

#[test]
fn each_rule_fires() {
    let long = format!("//! Long.\n{}", "fn f() {}\n".repeat(LONGEST_FILE));
    let tested = format!("//! Short.\n#[cfg(test)]\nmod tests {{\n{long}");
    let cases: &[(&str, &str, Option<&str>)] = &[
        ("media/src/a.rs", "//! Says why.\nfn f() {}\n", None),
        (
            "media/src/a.rs",
            "fn f() {}\n",
            Some("media/src/a.rs:1: opens without `//!`"),
        ),
        (
            "media/src/a.rs",
            &long,
            Some("media/src/a.rs: 601 lines, over 600"),
        ),
        ("media/src/a.rs", &tested, None),
        ("tests/it/long.rs", &long, None),
        ("media/src/vad/tests.rs", "use super::*;\n", None),
        (
            "src/http/a.rs",
            "//! A.\nuse sqlx::Row;\n",
            Some("src/http/a.rs:2: sqlx:: (only store speaks SQL)"),
        ),
        ("store/src/a.rs", "//! A.\nuse sqlx::PgPool;\n", None),
        (
            "src/http/a.rs",
            "//! A.\nfn a(pool: &PgPool) {}\n",
            Some("src/http/a.rs:2: PgPool (only store has the pools; ask it for a transaction)"),
        ),
        (
            "store/src/call/a.rs",
            "//! A.\nlet tx = pool.begin_with(\"BEGIN\");\n",
            Some("store/src/call/a.rs:2: begin_with( (a transaction begins with whom it is for)"),
        ),
        (
            "src/http/a.rs",
            "//! A.\nlet all = PlatformActor::operator();\n",
            Some(
                "src/http/a.rs:2: PlatformActor::operator (only who types at the server's console is the \
                 operator; look a login up)",
            ),
        ),
        ("src/a.rs", "//! A.\n// sqlx::query is elsewhere\n", None),
        (
            "src/a.rs",
            "//! A.\nlet now = chrono::Utc::now();\n",
            Some("src/a.rs:2: Utc::now (ask the Clock)"),
        ),
        (
            "src/clock.rs",
            "//! A.\nlet now = chrono::Utc::now();\n",
            None,
        ),
        (
            "bench/src/a.rs",
            "//! A.\nlet now = SystemTime::now();\n",
            Some("bench/src/a.rs:2: SystemTime::now (ask the Clock)"),
        ),
        (
            "call/src/machine.rs",
            "//! A.\nlet now = Instant::now();\n",
            Some("call/src/machine.rs:2: Instant::now (`now` comes in as a parameter)"),
        ),
        (
            "src/session/driver.rs",
            "//! A.\nlet now = Instant::now();\n",
            None,
        ),
        (
            "store/src/call/begin.rs",
            "//! A.\n\"SELECT $1 < now()\"\n",
            Some("store/src/call/begin.rs:2: SQL's own clock (`now` comes in as a parameter)"),
        ),
        (
            "store/src/embedded/keeper.rs",
            "//! A.\nlet since = Instant::now();\n",
            None,
        ),
    ];
    for (path, text, expected) in cases {
        let file = SourceFile {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        };
        let expected: Vec<String> = expected.iter().map(|fault| (*fault).to_owned()).collect();
        assert_eq!(file.faults(), expected);
    }
}

struct SourceFile {
    /// From the root of the workspace, with `/`.
    path: String,
    text: String,
}

impl SourceFile {
    fn faults(&self) -> Vec<String> {
        if self.is_test() {
            return Vec::new();
        }
        let path = &self.path;
        let mut faults = Vec::new();
        if !self.text.starts_with("//!") {
            faults.push(format!("{path}:1: opens without `//!`"));
        }
        let lines = self.product_lines().count();
        if lines > LONGEST_FILE {
            faults.push(format!("{path}: {lines} lines, over {LONGEST_FILE}"));
        }
        for (number, line) in self.product_lines().enumerate() {
            if path.starts_with("store/src/") && asks_the_server_for_the_time(code(line)) {
                let number = number + 1;
                faults.push(format!(
                    "{path}:{number}: SQL's own clock (`now` comes in as a parameter)"
                ));
            }
            for Reserved { word, only_in, why } in RESERVED {
                if code(line).contains(word) && !only_in.iter().any(|place| path.starts_with(place))
                {
                    faults.push(format!("{path}:{}: {word} ({why})", number + 1));
                }
            }
        }
        faults
    }

    fn is_test(&self) -> bool {
        self.path
            .split('/')
            .any(|part| matches!(part, "tests" | "benches" | "tests.rs"))
    }

    fn product_lines(&self) -> impl Iterator<Item = &str> {
        let lines: Vec<&str> = self.text.lines().collect();
        let opens_tests = |pair: &[&str]| pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod ");
        let end = lines
            .windows(2)
            .position(opens_tests)
            .unwrap_or(lines.len());
        lines.into_iter().take(end)
    }
}

/// Whether SQL in the line reads the server's clock; a path or a method before it is Rust's. What
/// keeps the server's time where none was given is bookkeeping.
fn asks_the_server_for_the_time(line: &str) -> bool {
    let line = line.to_lowercase();
    if line.contains("coalesce($") {
        return false;
    }
    let called = line.match_indices("now()").any(|(at, _)| {
        !line[..at].ends_with(|before: char| before.is_alphanumeric() || ":._".contains(before))
    });
    called
        || ["current_timestamp", "clock_timestamp", "current_date"]
            .iter()
            .any(|word| line.contains(word))
}

/// The line without its comment.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or(line)
}

/// The metric that the line names: what begins as ours do and ends in a unit.
fn metric(line: &str) -> Option<String> {
    let (_, after) = code(line).split_once("\"trunkline_")?;
    let name = after.split('"').next()?;
    let units = ["_total", "_seconds", "_bytes", "_live"];
    units
        .iter()
        .any(|unit| name.ends_with(unit))
        .then(|| format!("trunkline_{name}"))
}

fn files_of_the_workspace() -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in [
        "src",
        "tests",
        "media",
        "tenant_config",
        "call",
        "agents",
        "store",
        "bench",
    ] {
        collect(&root.join(folder), &mut found);
    }
    found.into_iter().map(|path| read(root, &path)).collect()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.expect("a folder that opened can be listed").path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn read(root: &Path, path: &Path) -> SourceFile {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let path = path.strip_prefix(root).expect("found below the root");
    SourceFile {
        path: path.display().to_string(),
        text,
    }
}
