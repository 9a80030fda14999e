//! The project as a file system for `oxc_resolver`: source files come from the table, packages of the workspace appear as
//! links in `node_modules`, missing build outputs lead to their source, manifests are read; all else does not exist.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use oxc_resolver::{FileMetadata, FileSystem, ResolveError};
use serde_json::Value;

use super::manifests::Manifests;
use super::outputs::{self, Outputs};
use super::paths::{self, FileTable};
use super::workspaces::{self, Workspaces};
use crate::link::ids::FileId;

/// What is known of the project's files.
pub(super) struct Project {
    pub(super) table: FileTable,
    pub(super) workspaces: Workspaces,
    pub(super) outputs: Outputs,
    pub(super) manifests: Arc<dyn Manifests>,
}

impl Project {
    /// The source file at this path, through links and build outputs.
    pub(super) fn source(&self, path: &str) -> Option<FileId> {
        let path = self.workspaces.follow(path)?;
        self.table.file(&path).or_else(|| {
            let built = outputs::SOURCE.iter().any(|ending| path.ends_with(ending));
            built.then(|| self.outputs.source(&path, &self.table)).flatten()
        })
    }

    /// The manifest at this path; `jsconfig.json` stands for a `tsconfig.json` that is not there.
    fn config(&self, path: &str) -> Option<String> {
        if self.manifests.exists(path) {
            return Some(path.to_owned());
        }
        let other = format!("{}jsconfig.json", path.strip_suffix("tsconfig.json")?);
        self.manifests.exists(&other).then_some(other)
    }
}

/// The view that the resolver gets. Its root `/` is the project's root.
pub(super) struct ProjectFs {
    pub(super) project: Arc<Project>,
    /// Every `tsconfig.json` counts for all files below it, whatever it includes.
    pub(super) include_all: bool,
}

impl ProjectFs {
    fn kind(&self, path: &Path) -> Option<FileMetadata> {
        let path = relative(path)?;
        if self.project.workspaces.is_stop(&path) {
            return Some(FileMetadata::new(false, true, false));
        }
        let real = self.project.workspaces.follow(&path)?;
        if self.project.table.is_folder(&real) {
            return Some(FileMetadata::new(false, true, false));
        }
        let is_file = if real.ends_with(".json") {
            self.project.config(&real).is_some()
        } else {
            self.project.source(&real).is_some()
        };
        is_file.then_some(FileMetadata::new(true, false, false))
    }

    fn text(&self, path: &Path) -> Option<String> {
        let path = self.project.workspaces.follow(&relative(path)?)?;
        let text = self.project.manifests.read(&self.project.config(&path)?)?;
        if paths::last(&path) == "package.json" { Some(text) } else { self.config(&path, &text) }
    }

    /// A tsconfig of which only that remains which exists: a missing base or reference costs nothing else.
    fn config(&self, path: &str, text: &str) -> Option<String> {
        let mut config = outputs::jsonc(text).unwrap_or_else(|| Value::Object(serde_json::Map::new()));
        let folder = paths::folder(path);
        let found: Vec<Value> = bases(&config)
            .filter_map(|base| self.base(folder, base))
            .filter(|base| base != path)
            .map(|base| Value::String(format!("/{base}")))
            .collect();
        let map = config.as_object_mut()?;
        map.remove("extends");
        if !found.is_empty() {
            map.insert("extends".to_owned(), Value::Array(found));
        }
        if let Some(Value::Array(references)) = map.get_mut("references") {
            references.retain(|reference| self.is_reference(folder, path, reference));
        }
        if self.include_all {
            for field in ["files", "include", "exclude", "references"] {
                map.remove(field);
            }
            let options = map.entry("compilerOptions").or_insert_with(|| Value::Object(serde_json::Map::new()));
            if let Some(options) = options.as_object_mut() {
                options.insert("allowJs".to_owned(), Value::Bool(true));
            }
        }
        Some(config.to_string())
    }

    /// What the `tsconfig.json` of a folder extends that is not part of the project.
    pub(super) fn missing_bases(&self, folder: &str) -> Vec<String> {
        let text = paths::join(folder, "tsconfig.json").and_then(|path| self.project.manifests.read(&path));
        let Some(config) = text.and_then(|text| outputs::jsonc(&text)) else { return Vec::new() };
        bases(&config).filter(|base| self.base(folder, base).is_none()).map(str::to_owned).collect()
    }

    /// The path of a base that a tsconfig extends, if it is part of the project.
    fn base(&self, folder: &str, base: &str) -> Option<String> {
        let target = if base.starts_with('.') {
            paths::join(folder, base)?
        } else {
            let name = workspaces::package_name(base);
            let package = self.project.workspaces.folder_of(name, folder)?;
            self.exported(package, base.get(name.len() + 1..).unwrap_or_default())
                .or_else(|| paths::join(package, base.get(name.len()..)?))?
        };
        let exists = |path: &String| self.project.manifests.exists(path);
        [target.clone(), format!("{target}.json"), format!("{target}/tsconfig.json")].into_iter().find(exists)
    }

    /// Packages that only hold a tsconfig may name it in `exports`, one entry a file.
    fn exported(&self, package: &str, inner: &str) -> Option<String> {
        let text = self.project.manifests.read(&paths::join(package, "package.json")?)?;
        let manifest: Value = serde_json::from_str(&text).ok()?;
        let key = if inner.is_empty() { ".".to_owned() } else { format!("./{inner}") };
        let exports = manifest.get("exports")?;
        paths::join(package, exports.get(&key)?.as_str()?)
    }

    /// Can this reference be in force for files of the folder? Those of other packages cannot, and loading them costs.
    fn is_reference(&self, folder: &str, path: &str, reference: &Value) -> bool {
        let named = reference.get("path").and_then(Value::as_str).filter(|named| !named.starts_with(".."));
        let Some(target) = named.and_then(|named| paths::join(folder, named)) else { return false };
        let found = [target.clone(), format!("{target}.json"), format!("{target}/tsconfig.json")];
        found.iter().all(|found| found != path) && found.iter().any(|found| self.project.manifests.exists(found))
    }
}

/// What a tsconfig extends: one or several.
fn bases(config: &Value) -> impl Iterator<Item = &str> {
    let extends = config.get("extends");
    let several = extends.and_then(Value::as_array).into_iter().flatten();
    extends.filter(|extends| extends.is_string()).into_iter().chain(several).filter_map(Value::as_str)
}

/// The path below the root.
pub(super) fn relative(path: &Path) -> Option<String> {
    let path = path.to_str()?;
    Some(path.strip_prefix('/').unwrap_or(path).trim_end_matches('/').to_owned())
}

fn missing() -> io::Error {
    io::Error::from(io::ErrorKind::NotFound)
}

impl FileSystem for ProjectFs {
    fn new() -> ProjectFs {
        let table = FileTable::default();
        let manifests: Arc<dyn Manifests> = Arc::new(super::manifests::Memory::default());
        let (workspaces, outputs) = (Workspaces::default(), Outputs::default());
        ProjectFs { project: Arc::new(Project { table, workspaces, outputs, manifests }), include_all: false }
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.text(path).map(String::into_bytes).ok_or_else(missing)
    }

    fn read_to_string(&self, path: &Path) -> io::Result<String> {
        self.text(path).ok_or_else(missing)
    }

    fn metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        self.kind(path).ok_or_else(missing)
    }

    fn symlink_metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        self.kind(path).ok_or_else(missing)
    }

    fn read_link(&self, _path: &Path) -> Result<PathBuf, ResolveError> {
        Err(missing().into())
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        Ok(path.to_path_buf())
    }
}
