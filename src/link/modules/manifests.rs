//! Manifests: the files beside the source that say what is where (`package.json`, `tsconfig.json`, `Cargo.toml` and kin).

use std::path::PathBuf;

use rustc_hash::FxHashMap;

use crate::source::plain;

/// Where manifests come from. Every path is relative to the project's root, with `/`; the root itself is empty.
pub trait Manifests: Send + Sync {
    /// The text of a manifest, or nothing when it cannot be read.
    fn read(&self, path: &str) -> Option<String>;

    /// Is there a file at this path, whatever it holds?
    fn exists(&self, path: &str) -> bool;

    /// The names of the folders in this folder, sorted.
    fn folders(&self, path: &str) -> Vec<String>;
}

/// Manifests on disk.
pub struct Disk {
    root: PathBuf,
}

impl Disk {
    pub fn new(root: impl Into<PathBuf>) -> Disk {
        Disk { root: root.into() }
    }
}

impl Manifests for Disk {
    fn read(&self, path: &str) -> Option<String> {
        plain::text_inside(&self.root.join(path), &self.root).ok()
    }

    fn exists(&self, path: &str) -> bool {
        self.root.join(path).is_file()
    }

    fn folders(&self, path: &str) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.root.join(path)) else { return Vec::new() };
        let mut names: Vec<String> = entries
            .flatten()
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        names.sort_unstable();
        names
    }
}

/// Manifests given as text, path by path: for tests and for an editor's unsaved files.
#[derive(Default)]
pub struct Memory {
    texts: FxHashMap<String, String>,
}

impl Memory {
    pub fn new<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Memory {
        Memory { texts: texts.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect() }
    }
}

impl Manifests for Memory {
    fn read(&self, path: &str) -> Option<String> {
        self.texts.get(path).cloned()
    }

    fn exists(&self, path: &str) -> bool {
        self.texts.contains_key(path)
    }

    fn folders(&self, path: &str) -> Vec<String> {
        let mut names: Vec<String> = self
            .texts
            .keys()
            .filter_map(
                |text| if path.is_empty() { Some(text.as_str()) } else { text.strip_prefix(path)?.strip_prefix('/') },
            )
            .filter_map(|rest| rest.split_once('/'))
            .map(|(folder, _)| folder.to_owned())
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
