//! The module tree of Rust crates: which file is which module of which crate. Knows no `use`.

use super::paths::{self, FileTable};
use super::rust_crates::Crates;
use super::scopes::{self, Meaning, Scope};
use crate::facts::{Language, ModDecl, UnitIx};
use crate::link::SourceFacts;
use crate::link::ids::{FileId, Symbol, UnitId};

/// Where each file stands. A file that no `mod` reaches is a root of its own, under the module its path suggests.
#[derive(Default)]
pub(super) struct Tree {
    /// By file: the module that declares it.
    parents: Vec<Option<UnitId>>,
    /// By file: the root file of its crate.
    roots: Vec<FileId>,
    /// By file: the package.
    pub(super) packages: Vec<Option<usize>>,
    /// By file: does it own the folder it stands in, as `mod.rs` and crate roots do?
    owners: Vec<bool>,
}

impl Tree {
    /// Child modules become names in `scopes`.
    pub(super) fn new(files: &[SourceFacts], table: &FileTable, crates: &Crates, scopes: &mut [Scope]) -> Tree {
        let mut tree = Tree {
            parents: vec![None; files.len()],
            roots: (0..files.len()).map(|file| FileId(file as u32)).collect(),
            packages: vec![None; files.len()],
            owners: vec![false; files.len()],
        };
        let mut rust: Vec<usize> = (0..files.len()).filter(|file| is_rust(&files[*file])).collect();
        rust.sort_by(|a, b| files[*a].path.cmp(&files[*b].path));
        for file in &rust {
            tree.packages[*file] = crates.package_of(&files[*file].path);
            tree.owners[*file] = paths::last(&files[*file].path) == "mod.rs";
        }
        let mut reached = vec![false; files.len()];
        for root in crates.packages.iter().flat_map(|package| &package.roots) {
            tree.owners[root.index()] = true;
            reached[root.index()] = true;
        }
        for root in crates.packages.iter().flat_map(|package| &package.roots) {
            tree.walk(*root, files, table, scopes, &mut reached);
        }
        // Outer modules first, so that inner ones find their crate.
        rust.sort_by_cached_key(|file| {
            let path = files[*file].path.as_str();
            (path.matches('/').count(), paths::last(path) != "mod.rs", path)
        });
        for file in rust {
            if !reached[file] {
                tree.adopt(FileId(file as u32), files, table, scopes);
                reached[file] = true;
                tree.walk(FileId(file as u32), files, table, scopes, &mut reached);
            }
        }
        tree
    }

    /// Follows `mod x;` from a file downwards.
    fn walk(
        &mut self,
        from: FileId,
        files: &[SourceFacts],
        table: &FileTable,
        scopes: &mut [Scope],
        reached: &mut [bool],
    ) {
        let mut stack = vec![from];
        while let Some(file) = stack.pop() {
            let here = &files[file.index()];
            for declared in here.facts.mods.iter().filter(|declared| declared.unit.is_none()) {
                let Some(child) = self.child(file, here, declared, table) else { continue };
                let module = Meaning::ty(Symbol::Module(UnitId { file: child, ix: UnitIx(0) }));
                scopes[file.index()].own(scopes::module_of(&here.facts, declared.parent), declared.name, module);
                if !reached[child.index()] {
                    reached[child.index()] = true;
                    self.parents[child.index()] = Some(UnitId { file, ix: declared.parent });
                    self.roots[child.index()] = self.roots[file.index()];
                    self.owners[child.index()] |= declared.path.is_some();
                    stack.push(child);
                }
            }
        }
    }

    /// The file of `mod name;`.
    fn child(&self, file: FileId, here: &SourceFacts, declared: &ModDecl, table: &FileTable) -> Option<FileId> {
        let mut inline = Vec::new();
        let mut unit = declared.parent;
        while unit != UnitIx(0) && inline.len() < here.facts.units.len() {
            let module = here.facts.units.get(unit.index())?;
            inline.push(module.name.as_str());
            unit = module.parent.unwrap_or(UnitIx(0));
        }
        let folder = paths::folder(&here.path);
        let stem = if self.owners[file.index()] {
            ""
        } else {
            paths::last(&here.path).strip_suffix(".rs").unwrap_or_default()
        };
        let own = paths::join(folder, stem)?;
        let base = inline.iter().rev().try_fold(own, |at, name| paths::join(&at, name))?;
        match declared.path {
            Some(path) if inline.is_empty() => table.file(&paths::join(folder, &path)?),
            Some(path) => table.file(&paths::join(&base, &path)?),
            None => ["rs", "/mod.rs"].iter().find_map(|ending| {
                let dot = if *ending == "rs" { "." } else { "" };
                table.file(&paths::join(&base, &format!("{}{dot}{ending}", declared.name))?)
            }),
        }
        .filter(|child| *child != file)
    }

    /// Gives a file that no `mod` reaches (one inside a macro, say) the parent that its path suggests.
    fn adopt(&mut self, file: FileId, files: &[SourceFacts], table: &FileTable, scopes: &mut [Scope]) {
        let path = &files[file.index()].path;
        let (mut folder, mut name) = (paths::folder(path), paths::last(path).strip_suffix(".rs").unwrap_or_default());
        if name == "mod" {
            (folder, name) = (paths::folder(folder), paths::last(folder));
        }
        let beside = ["mod.rs", "lib.rs", "main.rs"].iter().filter_map(|last| paths::join(folder, last));
        let candidates = [format!("{folder}.rs")].into_iter().chain(beside);
        let Some(parent) = candidates.filter_map(|path| table.file(&path)).find(|parent| *parent != file) else {
            return;
        };
        if self.is_below(parent, file) {
            return;
        }
        self.parents[file.index()] = Some(UnitId { file: parent, ix: UnitIx(0) });
        self.roots[file.index()] = self.roots[parent.index()];
        let module = Meaning::ty(Symbol::Module(UnitId { file, ix: UnitIx(0) }));
        scopes[parent.index()].own(UnitIx(0), name.into(), module);
    }

    fn is_below(&self, file: FileId, other: FileId) -> bool {
        let mut at = Some(file);
        for _ in 0..self.parents.len() {
            match at {
                Some(here) if here == other => return true,
                Some(here) => at = self.parents[here.index()].map(|parent| parent.file),
                None => return false,
            }
        }
        false
    }

    /// The root module of the crate that a file belongs to.
    pub(super) fn root(&self, file: FileId) -> UnitId {
        UnitId { file: self.roots.get(file.index()).copied().unwrap_or(file), ix: UnitIx(0) }
    }

    /// The module around a module.
    pub(super) fn parent(&self, files: &[SourceFacts], module: UnitId) -> Option<UnitId> {
        if module.ix == UnitIx(0) {
            return self.parents.get(module.file.index()).copied().flatten();
        }
        let facts = &files.get(module.file.index())?.facts;
        let parent = facts.units.get(module.ix.index())?.parent.unwrap_or(UnitIx(0));
        Some(UnitId { file: module.file, ix: scopes::module_of(facts, parent) })
    }

    /// Does `module` stand in `outer`, or is it the same?
    pub(super) fn is_within(&self, files: &[SourceFacts], module: UnitId, outer: UnitId) -> bool {
        let mut at = Some(module);
        for _ in 0..64 {
            match at {
                Some(here) if here == outer => return true,
                Some(here) => at = self.parent(files, here),
                None => return false,
            }
        }
        false
    }
}

pub(super) fn is_rust(file: &SourceFacts) -> bool {
    matches!(file.facts.language, Language::Rust(_))
}

/// Paths of the Rust files, sorted.
pub(super) fn rust_paths(files: &[SourceFacts]) -> Vec<&str> {
    let mut paths: Vec<&str> = files.iter().filter(|file| is_rust(file)).map(|file| file.path.as_str()).collect();
    paths.sort_unstable();
    paths
}
