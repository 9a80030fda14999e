//! Paths inside the project, and the table of its files. Paths are relative to the root, with `/`; the root is empty.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::link::ids::FileId;

/// The folder that a path stands in.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part of a path.
pub(super) fn last(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, last)| last)
}

/// `folder/rest` with `.` and `..` taken away; nothing when it leaves the root.
pub(super) fn join(folder: &str, rest: &str) -> Option<String> {
    let mut out = String::with_capacity(folder.len() + rest.len() + 1);
    out.push_str(folder);
    for part in rest.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if out.is_empty() {
                    return None;
                }
                out.truncate(self::folder(&out).len());
            }
            _ => {
                if !out.is_empty() {
                    out.push('/');
                }
                out.push_str(part);
            }
        }
    }
    Some(out)
}

/// This folder and those around it, innermost first, the root (empty) last.
pub(super) fn upwards(folder: &str) -> impl Iterator<Item = &str> {
    let mut next = Some(folder);
    std::iter::from_fn(move || {
        let here = next?;
        next = if here.is_empty() { None } else { Some(self::folder(here)) };
        Some(here)
    })
}

/// Every file of the program by its path, and the folders that hold them.
#[derive(Default)]
pub(super) struct FileTable {
    files: FxHashMap<String, FileId>,
    folders: FxHashSet<String>,
}

impl FileTable {
    pub(super) fn new<'a>(paths: impl Iterator<Item = &'a str>) -> FileTable {
        let mut table = FileTable::default();
        for (index, path) in paths.enumerate() {
            for around in upwards(folder(path)) {
                if table.folders.contains(around) {
                    break;
                }
                table.folders.insert(around.to_owned());
            }
            table.files.entry(path.to_owned()).or_insert(FileId(index as u32));
        }
        table
    }

    pub(super) fn file(&self, path: &str) -> Option<FileId> {
        self.files.get(path).copied()
    }

    pub(super) fn is_folder(&self, path: &str) -> bool {
        self.folders.contains(path)
    }

    /// All folders that hold a file somewhere below, sorted; nothing inside `node_modules`.
    pub(super) fn folders(&self) -> Vec<&str> {
        let installed = |folder: &&str| folder.split('/').any(|part| part == "node_modules");
        let mut folders: Vec<&str> =
            self.folders.iter().map(String::as_str).filter(|folder| !installed(folder)).collect();
        folders.sort_unstable();
        folders
    }
}
