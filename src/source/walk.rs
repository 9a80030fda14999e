//! Walk: which files lie under the root.
//!
//! Ignore files (`.gitignore`, `.ignore`, `.racelintignore`) are honoured, the ones of this machine alone are not: the
//! same tree gives the same files everywhere. Links are never followed, so no loop can trap the walk. Dependencies and
//! build output are never entered. What a path on the command line names is read whatever ignore files say.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::FileType;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ignore::{WalkBuilder, WalkState};

use super::project::Project;
use crate::config;
use crate::notes::{Kind, Notes, Skip};

/// A file to read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Found {
    pub(super) language: Language,
    /// Named on the command line itself.
    pub(super) explicit: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Language {
    TypeScript,
    Rust,
}

/// What a walk comes back with.
#[derive(Default)]
pub(super) struct Walked {
    /// Every file to read, by its absolute path.
    pub(super) files: BTreeMap<PathBuf, Found>,
    /// Files in which a configuration may stand.
    pub(super) settings: Vec<PathBuf>,
}

/// Everything under the root, and what is reported besides.
pub(super) fn find(project: &Project, no_ignore: bool, notes: &mut Notes) -> Walked {
    let mut walk = Walk::new(project, no_ignore);
    walk.folder(&project.root);
    // What stands above a reported path counts for it, whatever ignore files say.
    let above = project.reported.iter().flat_map(|path| path.ancestors());
    let above: BTreeSet<&Path> = above.filter(|folder| folder.starts_with(&project.root)).collect();
    for folder in above {
        walk.settings.extend(config::FILES.iter().map(|name| folder.join(name)).filter(|path| path.is_file()));
    }
    for path in &project.reported {
        if path.is_dir() {
            let known = walk.found.range(path.clone()..).next().is_some_and(|(found, _)| found.starts_with(path));
            if !known {
                walk.folder(path);
            }
        } else {
            walk.named(path);
        }
    }
    walk.end(notes)
}

/// Only the files that the project reports, without a walk.
pub(super) fn named(project: &Project, notes: &mut Notes) -> Walked {
    let mut walk = Walk::new(project, false);
    project.reported.iter().filter(|path| path.is_file()).for_each(|path| walk.named(path));
    walk.end(notes)
}

struct Walk<'a> {
    project: &'a Project,
    no_ignore: bool,
    found: BTreeMap<PathBuf, Found>,
    settings: BTreeSet<PathBuf>,
    notes: Notes,
}

impl<'a> Walk<'a> {
    fn new(project: &'a Project, no_ignore: bool) -> Walk<'a> {
        let (found, settings) = (BTreeMap::new(), BTreeSet::new());
        Walk { project, no_ignore, found, settings, notes: Notes::default() }
    }

    fn end(self, notes: &mut Notes) -> Walked {
        notes.merge(self.notes);
        Walked { files: self.found, settings: self.settings.into_iter().collect() }
    }

    /// A file named on the command line.
    fn named(&mut self, path: &Path) {
        match language(path) {
            Some(language) => {
                self.found.insert(path.to_owned(), Found { language, explicit: true });
            }
            None => {
                let shown = self.project.seen_from_here(path);
                self.notes.add(Kind::OtherLanguage, &shown, None, "neither TypeScript, JavaScript nor Rust");
            }
        }
    }

    fn folder(&mut self, folder: &Path) {
        if self.no_ignore {
            self.plain(folder);
        } else {
            self.ignoring(folder);
        }
    }

    /// Without any ignore rule there is nothing to gain from the ignore walker.
    fn plain(&mut self, folder: &Path) {
        let mut skipped = 0;
        let walk = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter();
        let enter = |entry: &walkdir::DirEntry| {
            let leave = entry.depth() > 0 && entry.file_type().is_dir() && is_never_entered(entry.path(), &mut skipped);
            !leave && (entry.depth() == 0 || entry.file_name() != ".git")
        };
        for entry in walk.filter_entry(enter) {
            match entry {
                Ok(entry) => self.entry(entry.path(), Some(entry.file_type())),
                Err(error) => self.unreadable(error.path(), &error.to_string()),
            }
        }
        (0..skipped).for_each(|_| self.notes.skip(Skip::DependencyFolders));
    }

    fn ignoring(&mut self, folder: &Path) {
        let entries = Mutex::new(Vec::new());
        self.builder(folder).build_parallel().run(|| {
            let mut batch = Batch { entries: Vec::new(), into: &entries };
            Box::new(move |entry| {
                batch.entries.push(entry);
                match batch.entries.last() {
                    Some(Ok(entry)) if entry.depth() > 0 && is_folder(entry) && never_entered(entry.path()) => {
                        WalkState::Skip
                    }
                    _ => WalkState::Continue,
                }
            })
        });
        let entries = entries.into_inner().unwrap_or_else(|poison| poison.into_inner());
        for entry in entries {
            match entry {
                Ok(entry) if is_folder(&entry) => {
                    if entry.depth() > 0 && never_entered(entry.path()) {
                        self.notes.skip(Skip::DependencyFolders);
                    }
                }
                Ok(entry) => self.entry(entry.path(), entry.file_type()),
                Err(error) => self.unreadable(None, &error.to_string()),
            }
        }
    }

    fn builder(&self, folder: &Path) -> WalkBuilder {
        let mut builder = WalkBuilder::new(folder);
        builder
            .threads(rayon::current_num_threads())
            .git_global(false)
            .git_exclude(false)
            .require_git(false)
            .parents(self.project.in_git())
            .add_custom_ignore_filename(".racelintignore");
        builder
    }

    fn entry(&mut self, path: &Path, kind: Option<FileType>) {
        let Some(kind) = kind else { return };
        if kind.is_symlink() {
            if language(path).is_some() || path.extension().is_none() {
                self.notes.skip(Skip::Links);
            }
        } else if !kind.is_file() {
            // Pipes and devices hold no source.
        } else if let Some(language) = language(path) {
            if is_declaration(path) {
                self.notes.skip(Skip::Declarations);
            } else {
                self.found.insert(path.to_owned(), Found { language, explicit: false });
            }
        } else if is_component(path) {
            self.notes.skip(Skip::Components);
        } else if config::FILES.iter().any(|name| path.file_name() == Some(OsStr::new(name))) {
            self.settings.insert(path.to_owned());
        }
    }

    fn unreadable(&mut self, path: Option<&Path>, text: &str) {
        match path {
            Some(path) => self.notes.add(Kind::Unreadable, &self.project.seen_from_here(path), None, text),
            None => self.notes.add_general(Kind::Unreadable, text),
        }
    }
}

type Entry = Result<ignore::DirEntry, ignore::Error>;

/// What one thread of the walk has seen; handed over when the thread ends.
struct Batch<'a> {
    entries: Vec<Entry>,
    into: &'a Mutex<Vec<Entry>>,
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        self.into.lock().unwrap_or_else(|poison| poison.into_inner()).append(&mut self.entries);
    }
}

fn is_folder(entry: &ignore::DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir())
}

fn is_never_entered(folder: &Path, count: &mut usize) -> bool {
    let never = never_entered(folder);
    *count += usize::from(never);
    never
}

/// `node_modules`, and a `target` that cargo made.
fn never_entered(folder: &Path) -> bool {
    match folder.file_name().and_then(OsStr::to_str) {
        Some("node_modules") => true,
        Some("target") => folder.join("CACHEDIR.TAG").exists() || folder.with_file_name("Cargo.toml").exists(),
        _ => false,
    }
}

fn language(path: &Path) -> Option<Language> {
    match path.extension()?.to_str()? {
        "ts" | "tsx" | "mts" | "cts" | "js" | "jsx" | "mjs" | "cjs" => Some(Language::TypeScript),
        "rs" => Some(Language::Rust),
        _ => None,
    }
}

fn is_component(path: &Path) -> bool {
    matches!(path.extension().and_then(OsStr::to_str), Some("vue" | "svelte" | "astro"))
}

/// `.d.ts`, `.d.mts`, `.d.cts` and `.d.css.ts`: types, and nothing that runs.
fn is_declaration(path: &Path) -> bool {
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let ending = matches!(path.extension().and_then(OsStr::to_str), Some("ts" | "mts" | "cts"));
    ending && name.contains(".d.")
}
