//! Which crate may depend on which: the floors, and what a pure crate never reaches.
//!
//! Reads the dependency graph that Cargo resolved for this platform. Test and build dependencies
//! keep to the floors like all others; what a pure crate reaches is followed through every crate
//! that it is built from, ours or not. Knows nothing of source text.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Each crate of the workspace, and the crates of the workspace that it may depend on.
const FLOORS: &[(&str, &[&str])] = &[
    (
        "trunkline",
        &[
            "store",
            "agents",
            "local_speech",
            "openai_compatible",
            "bench",
            "call",
            "media",
            "tenant_config",
        ],
    ),
    ("store", &["call", "tenant_config"]),
    (
        "local_speech",
        &["agents", "call", "media", "tenant_config"],
    ),
    (
        "openai_compatible",
        &["agents", "call", "media", "tenant_config"],
    ),
    ("agents", &["call", "media", "tenant_config"]),
    ("bench", &["media"]),
    ("bare_echo", &["media"]),
    ("call", &["media", "tenant_config"]),
    ("media", &[]),
    ("tenant_config", &[]),
];

/// Crates that compute and never act: no runtime, no socket, no database, no clock, no global rng.
const PURE: &[&str] = &["media", "tenant_config", "call"];

const NEVER_IN_PURE: &[&str] = &[
    "tokio",
    "async-std",
    "axum",
    "hyper",
    "sqlx",
    "reqwest",
    "dashmap",
    "tungstenite",
];

#[test]
fn every_dependency_keeps_to_the_floors() {
    let graph = Graph::of_this_workspace();
    assert_eq!(graph.forbidden_edges(), Vec::<String>::new());
}

#[test]
fn pure_crates_reach_no_runtime_no_socket_and_no_database() {
    let graph = Graph::of_this_workspace();
    for name in PURE {
        assert!(
            graph.built_from(name).len() > 1,
            "{name} was not found in the resolved graph"
        );
    }
    assert_eq!(graph.impurities(), Vec::<String>::new());
}

#[test]
fn the_floors_refuse_what_they_should() {
    for (from, to) in [
        ("media", "tenant_config"),
        ("media", "call"),
        ("tenant_config", "media"),
        ("call", "agents"),
        ("call", "store"),
        ("agents", "store"),
        ("store", "agents"),
        ("store", "media"),
        ("bench", "store"),
        ("local_speech", "openai_compatible"),
        ("store", "trunkline"),
    ] {
        let graph = Graph::made_up(&[(from, to)]);
        assert_eq!(graph.forbidden_edges(), [format!("{from} -> {to}")]);
    }
    assert_eq!(
        Graph::made_up(&[("store", "call")]).forbidden_edges(),
        Vec::<String>::new()
    );
}

#[test]
fn a_crate_that_the_floors_do_not_name_is_refused() {
    let graph = Graph::made_up(&[("billing", "call")]);
    assert_eq!(graph.forbidden_edges(), ["billing is on no floor"]);
}

#[test]
fn an_impurity_is_found_through_another_crate() {
    let graph = Graph::made_up(&[
        ("call", "helpful"),
        ("helpful", "tokio"),
        ("agents", "axum"),
    ]);
    assert_eq!(graph.impurities(), ["call reaches tokio"]);
}

/// Names stand for crates: two versions of one crate count as one, which can only refuse more.
struct Graph {
    members: BTreeSet<String>,
    /// Of every kind, between any two crates.
    edges: BTreeSet<(String, String)>,
    /// What ends up in the built product.
    normal: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    fn of_this_workspace() -> Self {
        let options = ["--locked", "--filter-platform", &host()].map(str::to_owned);
        let metadata = MetadataCommand::new()
            .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
            .other_options(options)
            .exec()
            .expect("cargo metadata runs where cargo test runs");
        let name_of: BTreeMap<_, _> = metadata
            .packages
            .iter()
            .map(|p| (p.id.clone(), p.name.to_string()))
            .collect();
        let members = metadata
            .workspace_members
            .iter()
            .map(|id| name_of[id].clone())
            .collect();

        let mut graph = Self {
            members,
            edges: BTreeSet::new(),
            normal: BTreeMap::new(),
        };
        for node in metadata
            .resolve
            .expect("cargo metadata resolves unless told not to")
            .nodes
        {
            for dependency in &node.deps {
                let normal = dependency
                    .dep_kinds
                    .iter()
                    .any(|k| k.kind == DependencyKind::Normal);
                graph.add(&name_of[&node.id], &name_of[&dependency.pkg], normal);
            }
        }
        graph
    }

    /// Each edge is a normal one; whatever begins one of our names, or no known crate's, is ours.
    fn made_up(edges: &[(&str, &str)]) -> Self {
        let outside = ["helpful", "tokio", "axum"];
        let members = edges.iter().flat_map(|(from, to)| [*from, *to]);
        let members = members
            .filter(|name| !outside.contains(name))
            .map(str::to_owned)
            .collect();
        let mut graph = Self {
            members,
            edges: BTreeSet::new(),
            normal: BTreeMap::new(),
        };
        for (from, to) in edges {
            graph.add(from, to, true);
        }
        graph
    }

    fn add(&mut self, from: &str, to: &str, normal: bool) {
        self.edges.insert((from.to_owned(), to.to_owned()));
        if normal {
            self.normal
                .entry(from.to_owned())
                .or_default()
                .insert(to.to_owned());
        }
    }

    fn forbidden_edges(&self) -> Vec<String> {
        let floors: BTreeMap<_, _> = FLOORS.iter().copied().collect();
        let mut faults = Vec::new();
        for member in &self.members {
            if !floors.contains_key(member.as_str()) {
                faults.push(format!("{member} is on no floor"));
            }
        }
        for (from, to) in &self.edges {
            let Some(allowed) = floors.get(from.as_str()) else {
                continue;
            };
            if self.members.contains(to) && from != to && !allowed.contains(&to.as_str()) {
                faults.push(format!("{from} -> {to}"));
            }
        }
        faults
    }

    fn impurities(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for pure in PURE {
            let reached = self.built_from(pure);
            for never in NEVER_IN_PURE
                .iter()
                .filter(|never| reached.contains(**never))
            {
                faults.push(format!("{pure} reaches {never}"));
            }
        }
        faults
    }

    /// The crate itself and everything that is compiled into it.
    fn built_from(&self, name: &str) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        let mut waiting = vec![name.to_owned()];
        while let Some(next) = waiting.pop() {
            if !reached.insert(next.clone()) {
                continue;
            }
            waiting.extend(self.normal.get(&next).into_iter().flatten().cloned());
        }
        reached
    }
}

/// Only this platform's crates: those of others need not have been downloaded.
fn host() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = std::process::Command::new(rustc)
        .arg("-vV")
        .output()
        .expect("rustc runs");
    let text = String::from_utf8(output.stdout).expect("rustc prints UTF-8");
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.expect("rustc -vV names its host").to_owned()
}
