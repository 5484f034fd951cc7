//! What `scripts/mutants` takes out is still there: each patch in `tests/mutants` fits the sources,
//! in one place only, and names a test that exists. Reads files and nothing else, so it holds in a
//! tarball too; whether the tests then fail is what the script shows.

use std::{fs, path::Path};

#[test]
fn every_patch_fits_once_and_names_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |file: &str| fs::read_to_string(root.join(file)).ok();
    let mut patches = 0;
    let mut faults = Vec::new();
    for entry in fs::read_dir(root.join("tests/mutants")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let faults_here = faults_of(&text, &read);
        faults.extend(faults_here.map(|fault| format!("{}: {fault}", path.display())));
        patches += 1;
    }
    assert!(patches >= 20, "only {patches}: at least one for each item");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Why a patch cannot show anything; `read` gives the text of a file.
fn faults_of<'a>(
    patch: &'a str,
    read: &'a dyn Fn(&str) -> Option<String>,
) -> impl Iterator<Item = String> + 'a {
    let (head, diff) = patch.split_once("\n--- a/").unwrap_or((patch, ""));
    let test = head.lines().find_map(|line| line.strip_prefix("test: "));
    let unknown = match test {
        None => Some("it names no test".to_owned()),
        Some(test) => (!exists(test, read)).then(|| format!("there is no test {test}")),
    };
    let files = diff.split("\n--- a/").filter(|file| !file.is_empty());
    let misfits = files.flat_map(move |file| {
        let (name, hunks) = file.split_once('\n').unwrap_or((file, ""));
        let source = read(name).unwrap_or_default();
        let hunks: Vec<&str> = hunks.split("\n@@ ").skip(1).collect();
        let is_empty = hunks
            .is_empty()
            .then(|| format!("nothing is changed in {name}"));
        let found = hunks
            .into_iter()
            .filter_map(move |hunk| misfit(name, &source, hunk));
        is_empty.into_iter().chain(found).collect::<Vec<_>>()
    });
    let nothing = diff.is_empty().then(|| "it changes nothing".to_owned());
    unknown.into_iter().chain(nothing).chain(misfits)
}

/// `conformance::c07::name` is a function of `tests/it/conformance/c07.rs`.
fn exists(test: &str, read: &dyn Fn(&str) -> Option<String>) -> bool {
    test.rsplit_once("::").is_some_and(|(module, name)| {
        let file = format!("tests/it/{}.rs", module.replace("::", "/"));
        read(&file).is_some_and(|text| text.contains(&format!("fn {name}(")))
    })
}

/// A hunk whose old lines do not stand in the source exactly once.
fn misfit(name: &str, source: &str, hunk: &str) -> Option<String> {
    let lines = hunk.lines().skip(1);
    let old: Vec<&str> = lines
        .filter(|line| !line.starts_with('+'))
        .map(|line| line.get(1..).unwrap_or_default())
        .collect();
    let old = format!("{}\n", old.join("\n"));
    let found = source.matches(&old).count();
    (found != 1).then(|| format!("its lines are found {found} times in {name}:\n{old}"))
}

#[test]
fn a_patch_that_shows_nothing_is_told() {
    let read = |file: &str| match file {
        "src/a.rs" => {
            Some("fn a() {\n    guard();\n}\nfn b() {\n    twice();\n    twice();\n}\n".to_owned())
        }
        "tests/it/conformance/c07.rs" => Some("async fn holds() {}\n".to_owned()),
        _ => None,
    };
    let patch = |test: &str, old: &str| {
        format!(
            "Why.\ntest: {test}\n\n--- a/src/a.rs\n+++ b/src/a.rs\n@@ -2,1 +2,0 @@\n-    {old}\n"
        )
    };
    let faults = |patch: &str| faults_of(patch, &read).collect::<Vec<_>>();
    let good = "conformance::c07::holds";
    assert_eq!(faults(&patch(good, "guard();")), Vec::<String>::new());
    for (patch, fault) in [
        (
            patch("conformance::c07::fails", "guard();"),
            "there is no test",
        ),
        (patch(good, "gone();"), "found 0 times"),
        (patch(good, "twice();"), "found 2 times"),
        ("Why.\n".to_owned(), "names no test"),
        (format!("test: {good}\n"), "changes nothing"),
    ] {
        assert!(faults(&patch)[0].contains(fault), "{patch}");
    }
}
