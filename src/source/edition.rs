//! Editions: each Rust file has the one of the nearest `Cargo.toml` above it; without any it is 2021.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::plain;
use crate::facts::Edition;

const DEFAULT: Edition = Edition::E2021;

/// Editions of folders, each looked up once.
#[derive(Default)]
pub(super) struct Editions {
    known: BTreeMap<PathBuf, Edition>,
}

impl Editions {
    /// The edition of the files in `folder`.
    pub(super) fn of(&mut self, folder: &Path) -> Edition {
        if let Some(known) = self.known.get(folder) {
            return *known;
        }
        let edition = match manifest(folder) {
            Some(manifest) => declared(&manifest, folder),
            None => folder.parent().map_or(DEFAULT, |parent| self.of(parent)),
        };
        self.known.insert(folder.to_owned(), edition);
        edition
    }
}

/// What this manifest says: its own edition, the workspace's, or what cargo takes when nothing is said.
fn declared(manifest: &Table, folder: &Path) -> Edition {
    let Some(package) = manifest.get("package") else {
        return workspace(manifest).unwrap_or(DEFAULT);
    };
    match package.get("edition") {
        Some(Value::String(text)) => parse(text),
        Some(inherited) if inherited.get("workspace") == Some(&Value::Boolean(true)) => {
            folder.ancestors().find_map(|folder| workspace(&self::manifest(folder)?)).unwrap_or(DEFAULT)
        }
        _ => Edition::E2015,
    }
}

fn workspace(manifest: &Table) -> Option<Edition> {
    manifest.get("workspace")?.get("package")?.get("edition")?.as_str().map(parse)
}

fn manifest(folder: &Path) -> Option<Table> {
    plain::text(&folder.join("Cargo.toml")).ok()?.parse().ok()
}

fn parse(text: &str) -> Edition {
    match text {
        "2015" => Edition::E2015,
        "2018" => Edition::E2018,
        "2021" => Edition::E2021,
        _ => Edition::E2024,
    }
}
