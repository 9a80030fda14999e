//! Read: from a configuration file and what it extends to one [`File`].
//!
//! A project may be anybody's: what it extends lies inside of it, and nothing here runs a command.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::file::File;
use super::{Error, suggest};

/// How far `extends` goes.
const MAX_DEPTH: usize = 8;

/// Larger files are no configuration.
const MAX_BYTES: u64 = 1 << 20;

/// A configuration file and what it extends; `None` if a manifest says nothing about racelint.
pub(super) fn read(path: &Path, inside: &[&Path]) -> Result<Option<File>, Error> {
    let mut chain = Vec::new();
    read_into(path, inside, &mut chain)
}

fn read_into(path: &Path, inside: &[&Path], chain: &mut Vec<PathBuf>) -> Result<Option<File>, Error> {
    let real = path.canonicalize().map_err(|error| Error::new(path, error.to_string()))?;
    if !inside.iter().any(|folder| real.starts_with(folder)) {
        return Err(Error::new(path, "lies outside of the project and is not read"));
    }
    if chain.contains(&real) {
        return Err(Error::new(path, "extends itself"));
    }
    if chain.len() == MAX_DEPTH {
        return Err(Error::new(
            path,
            format!("is the end of a chain of more than {MAX_DEPTH} files that extend each other"),
        ));
    }
    let Some(own) = parse(path, &text(&real)?)? else { return Ok(None) };
    chain.push(real);
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut merged = File::default();
    for name in &own.extends {
        let base = folder.join(name);
        if !base.exists() {
            return Err(Error::new(path, format!("extends `{name}`, which does not exist")));
        }
        let file = read_into(&base, inside, chain)?;
        let file =
            file.ok_or_else(|| Error::new(path, format!("extends `{name}`, which says nothing about racelint")))?;
        merged = merge(merged, file);
    }
    chain.pop();
    Ok(Some(merge(merged, own)))
}

fn text(path: &Path) -> Result<String, Error> {
    let failed = |error: std::io::Error| Error::new(path, error.to_string());
    let metadata = path.metadata().map_err(failed)?;
    if !metadata.is_file() || metadata.len() > MAX_BYTES {
        return Err(Error::new(path, "is no file of a configuration's size"));
    }
    std::fs::read_to_string(path).map_err(failed)
}

fn parse(path: &Path, text: &str) -> Result<Option<File>, Error> {
    match path.file_name().and_then(|name| name.to_str()) {
        Some("Cargo.toml") if !text.contains("racelint") => Ok(None),
        Some("Cargo.toml") => {
            let manifest = toml::from_str::<Manifest>(text).map_err(|error| at_line(path, text, &error))?;
            let of = |owner: Option<Owner>| owner.and_then(|owner| owner.metadata.racelint);
            Ok(of(manifest.package).or(of(manifest.workspace)))
        }
        Some("package.json") if !text.contains("\"racelint\"") => Ok(None),
        Some("package.json") => {
            let manifest = serde_json::from_str::<Package>(text).map_err(|error| {
                let message = error.to_string();
                let said = message.rsplit_once(" at line ").map_or(message.as_str(), |(said, _)| said);
                Error { line: Some(error.line()), ..Error::new(path, suggest::with_suggestion(said)) }
            })?;
            Ok(manifest.racelint)
        }
        _ => toml::from_str(text).map(Some).map_err(|error| at_line(path, text, &error)),
    }
}

fn at_line(path: &Path, text: &str, error: &toml::de::Error) -> Error {
    let line = error.span().map(|span| 1 + text[..span.start.min(text.len())].matches('\n').count());
    Error { line, ..Error::new(path, suggest::with_suggestion(error.message())) }
}

/// What of a `Cargo.toml` matters here.
#[derive(Deserialize)]
struct Manifest {
    package: Option<Owner>,
    workspace: Option<Owner>,
}

#[derive(Deserialize)]
struct Owner {
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
struct Metadata {
    racelint: Option<File>,
}

/// What of a `package.json` matters here.
#[derive(Deserialize)]
struct Package {
    racelint: Option<File>,
}

/// What `base` says where `own` says nothing.
fn merge(base: File, own: File) -> File {
    let mut rules = base.rules;
    rules.extend(own.rules);
    File {
        _schema: None,
        extends: Vec::new(),
        include: if own.include.is_empty() { base.include } else { own.include },
        exclude: [base.exclude, own.exclude].concat(),
        include_tests: own.include_tests.or(base.include_tests),
        min_confidence: own.min_confidence.or(base.min_confidence),
        rules,
        overrides: [base.overrides, own.overrides].concat(),
        models: base.models.and(own.models),
    }
}
