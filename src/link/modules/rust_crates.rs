//! Crates: the packages that `Cargo.toml` files declare, their root files, and what each calls the others.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use toml::{Table, Value};

use super::manifests::Manifests;
use super::paths::{self, FileTable};
use crate::link::ids::FileId;
use crate::names::Name;

/// What a package calls a crate that it depends on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Extern {
    /// A crate of the project, by its root file.
    Crate(FileId),
    Outside,
}

/// A package of the project.
#[derive(Debug, Default)]
pub(super) struct Package {
    pub(super) lib: Option<FileId>,
    /// The root files of its crates: the library first, then binaries, then tests, examples, benches, the build script.
    pub(super) roots: Vec<FileId>,
    pub(super) externs: FxHashMap<Name, Extern>,
}

/// All packages, by folder.
#[derive(Default)]
pub(super) struct Crates {
    pub(super) packages: Vec<Package>,
    by_folder: FxHashMap<String, usize>,
    libraries: FxHashMap<Name, FileId>,
    /// All names that packages call crates by.
    names: FxHashSet<Name>,
}

impl Crates {
    /// `rust` are the paths of the Rust files.
    pub(super) fn read(table: &FileTable, rust: &[&str], manifests: &dyn Manifests) -> Crates {
        let mut folders: Vec<&str> = rust.iter().flat_map(|path| paths::upwards(paths::folder(path))).collect();
        folders.sort_unstable();
        folders.dedup();
        let read = |folder: &&str| Some(((*folder).to_owned(), read(folder, manifests)?));
        let found: Vec<(String, Table)> = folders.par_iter().filter_map(read).collect();
        let mut targets = targets_by_folder(rust);
        let mut crates = Crates::default();
        for (folder, manifest) in found.iter().filter(|(_, manifest)| manifest.contains_key("package")) {
            let package = package(folder, manifest, table, &mut targets);
            if let (Some(name), Some(lib)) = (library_name(manifest), package.lib) {
                crates.libraries.entry(name).or_insert(lib);
            }
            crates.by_folder.insert(folder.clone(), crates.packages.len());
            crates.packages.push(package);
        }
        let shared = Shared::new(&found);
        let named: FxHashMap<&str, FileId> = found
            .iter()
            .filter_map(|(folder, manifest)| {
                let package = &crates.packages[*crates.by_folder.get(folder)?];
                Some((manifest.get("package")?.get("name")?.as_str()?, package.lib?))
            })
            .collect();
        for (folder, manifest) in &found {
            let Some(index) = crates.by_folder.get(folder).copied() else { continue };
            let mut externs = externs(manifest, &shared.around(folder), &named);
            if let (Some(name), Some(lib)) = (library_name(manifest), crates.packages[index].lib) {
                externs.insert(name, Extern::Crate(lib));
            }
            crates.names.extend(externs.keys().copied());
            crates.packages[index].externs = externs;
        }
        crates
    }

    /// The package that a file belongs to.
    pub(super) fn package_of(&self, path: &str) -> Option<usize> {
        paths::upwards(paths::folder(path)).find_map(|folder| self.by_folder.get(folder).copied())
    }

    /// Does some package call a crate so?
    pub(super) fn knows(&self, name: Name) -> bool {
        self.names.contains(&name)
    }

    /// What code of this package means by the crate name; any library of the project when there is no manifest.
    pub(super) fn lookup(&self, package: Option<usize>, name: Name) -> Option<Extern> {
        match package.and_then(|package| self.packages.get(package)) {
            Some(package) => package.externs.get(&name).copied(),
            None => self.libraries.get(&name).map(|lib| Extern::Crate(*lib)),
        }
    }
}

fn inside(folder: &str, file: &str) -> String {
    if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") }
}

fn read(folder: &str, manifests: &dyn Manifests) -> Option<Table> {
    manifests.read(&inside(folder, "Cargo.toml"))?.parse().ok()
}

/// `a-b` is written `a_b` in code.
fn identifier(name: &str) -> Name {
    Name::new(&name.replace('-', "_"))
}

fn library_name(manifest: &Table) -> Option<Name> {
    let named = manifest.get("lib").and_then(|lib| lib.get("name")?.as_str());
    named.or_else(|| manifest.get("package")?.get("name")?.as_str()).map(identifier)
}

/// Rust files in the folders where cargo looks for targets: by that folder.
fn targets_by_folder<'a>(rust: &[&'a str]) -> FxHashMap<&'a str, Vec<&'a str>> {
    let mut out: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
    let is_target = |folder: &str| matches!(paths::last(folder), "bin" | "tests" | "examples" | "benches");
    for path in rust {
        let folder = paths::folder(path);
        if is_target(folder) {
            out.entry(folder).or_default().push(path);
        } else if paths::last(path) == "main.rs" && is_target(paths::folder(folder)) {
            out.entry(paths::folder(folder)).or_default().push(path);
        }
    }
    out
}

fn package(folder: &str, manifest: &Table, table: &FileTable, targets: &mut FxHashMap<&str, Vec<&str>>) -> Package {
    let at = |path: &str| paths::join(folder, path).and_then(|path| table.file(&path));
    let path_of = |target: &Value| target.get("path").and_then(Value::as_str).and_then(at);
    let lib = manifest.get("lib").and_then(path_of).or_else(|| at("src/lib.rs"));
    let mut roots: Vec<FileId> = lib.into_iter().chain(at("src/main.rs")).collect();
    for kind in ["bin", "test", "example", "bench"] {
        let declared = manifest.get(kind).and_then(Value::as_array).into_iter().flatten();
        roots.extend(declared.filter_map(path_of));
    }
    for at in ["src/bin", "tests", "examples", "benches"] {
        let found = targets.remove(inside(folder, at).as_str()).unwrap_or_default();
        roots.extend(found.into_iter().filter_map(|path| table.file(path)));
    }
    let script = manifest.get("package").and_then(|package| package.get("build")?.as_str()).unwrap_or("build.rs");
    roots.extend(at(script));
    let mut seen = FxHashSet::default();
    roots.retain(|root| seen.insert(*root));
    Package { lib, roots, externs: FxHashMap::default() }
}

/// `[workspace.dependencies]`, by the folder of the workspace.
struct Shared<'a> {
    tables: Vec<(&'a str, &'a Table)>,
}

impl<'a> Shared<'a> {
    fn new(found: &'a [(String, Table)]) -> Shared<'a> {
        let table = |manifest: &'a Table| manifest.get("workspace")?.get("dependencies")?.as_table();
        Shared {
            tables: found.iter().filter_map(|(folder, manifest)| Some((folder.as_str(), table(manifest)?))).collect(),
        }
    }

    /// The tables of the workspaces around a folder, the innermost first.
    fn around(&self, folder: &str) -> Vec<&'a Table> {
        let here = |at: &str| self.tables.iter().find(|(root, _)| *root == at).map(|(_, table)| *table);
        paths::upwards(folder).filter_map(here).collect()
    }
}

/// What a package calls its dependencies, all kinds of them.
fn externs(manifest: &Table, shared: &[&Table], named: &FxHashMap<&str, FileId>) -> FxHashMap<Name, Extern> {
    let mut out = FxHashMap::default();
    let mut tables: Vec<&Table> = vec![manifest];
    let by_target = manifest.get("target").and_then(Value::as_table).into_iter().flat_map(|targets| targets.iter());
    tables.extend(by_target.filter_map(|(_, target)| target.as_table()));
    for table in tables {
        for kind in ["dependencies", "dev-dependencies", "build-dependencies", "dev_dependencies", "build_dependencies"]
        {
            let Some(entries) = table.get(kind).and_then(Value::as_table) else { continue };
            for (name, dependency) in entries {
                let inherited = || shared.iter().find_map(|table| renamed(table.get(name)?));
                let package = renamed(dependency).or_else(inherited).unwrap_or(name);
                let target = named.get(package).map_or(Extern::Outside, |lib| Extern::Crate(*lib));
                out.entry(identifier(name)).or_insert(target);
            }
        }
    }
    out
}

fn renamed(dependency: &Value) -> Option<&str> {
    dependency.get("package")?.as_str()
}
