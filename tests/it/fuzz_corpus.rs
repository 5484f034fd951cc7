//! Every fuzz target on its committed corpus: what was found once is not lost again.
//!
//! The fuzzer itself needs a nightly compiler and time (`scripts/fuzz`); this needs neither. An input
//! that broke a target is kept in its corpus under a name of its own.

use std::{fs, panic::catch_unwind, path::Path};

#[path = "../../fuzz/targets/mod.rs"]
mod below;
#[path = "../../fuzz/targets/house.rs"]
mod house;

#[test]
fn every_target_takes_its_corpus() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for (name, target) in below::TARGETS.iter().chain(house::TARGETS) {
        let folder = corpora.join(name);
        let mut count = 0;
        for entry in fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path = entry.unwrap().path();
            let data = fs::read(&path).unwrap();
            let taken = catch_unwind(|| target(&data));
            assert!(taken.is_ok(), "{} breaks {name}", path.display());
            count += 1;
        }
        assert!((1..=200).contains(&count), "{name} has {count} inputs");
    }
}

#[test]
fn every_target_is_a_program_of_the_fuzzer() {
    let manifest = fs::read_to_string("fuzz/Cargo.toml").unwrap();
    for (name, _) in below::TARGETS.iter().chain(house::TARGETS) {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
        let program = fs::read_to_string(format!("fuzz/fuzz_targets/{name}.rs")).unwrap();
        assert!(program.contains(&format!("run(\"{name}\"")), "{name}");
    }
}
