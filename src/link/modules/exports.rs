//! Exports: what the names that TypeScript modules give to each other mean, through re-exports and barrels.

use std::cell::Cell;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::scopes::{Meaning, Scope};
use super::specifiers::Target;
use crate::facts::{Export, Span, UnitIx};
use crate::link::SourceFacts;
use crate::link::ids::{FileId, Symbol, UnitId};
use crate::names::Name;

/// How many steps through re-exports one question takes; more of them are cycles.
const STEPS: usize = 256;

/// The exports of all TypeScript files and where their specifiers lead.
#[derive(Default)]
pub(super) struct Exports {
    /// By file and specifier.
    pub(super) targets: Vec<FxHashMap<Name, Target>>,
    /// The packages that files import from outside.
    pub(super) packages: FxHashSet<Name>,
    /// What tsconfigs extend that is not part of the project, by the tsconfig's folder.
    pub(super) missing_bases: Vec<(String, String)>,
    files: Vec<FileExports>,
    /// By file: what its `export *` bring.
    stars: Vec<Stars>,
}

#[derive(Default)]
struct Stars {
    /// Which file gives a name.
    names: FxHashMap<Name, FileId>,
    /// The packages outside that give the rest.
    outside: Vec<Name>,
}

#[derive(Default)]
struct FileExports {
    /// Indices into the exports of the facts; a name can be exported once as a value and once as a type.
    named: FxHashMap<Name, Vec<u32>>,
    stars: Vec<Name>,
}

impl FileExports {
    fn new(exports: &[Export]) -> FileExports {
        let mut out = FileExports::default();
        for (index, export) in exports.iter().enumerate() {
            match export.from {
                Some(from) if export.name == "*" => out.stars.push(from),
                _ => out.named.entry(export.name).or_default().push(index as u32),
            }
        }
        out
    }
}

/// What the tables of exports are read with.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) files: &'a [SourceFacts],
    pub(super) scopes: &'a [Scope],
    pub(super) exports: &'a Exports,
}

impl Exports {
    pub(super) fn new(files: &[SourceFacts], targets: Vec<FxHashMap<Name, Target>>) -> Exports {
        let tables = files.par_iter().map(|file| FileExports::new(&file.facts.exports)).collect();
        let mut exports = Exports { targets, files: tables, ..Exports::default() };
        let outside = |(name, target): (&Name, &Target)| (*target == Target::External).then_some(*name);
        exports.packages = exports.targets.iter().flat_map(|targets| targets.iter().filter_map(outside)).collect();
        exports.stars = (0..files.len()).into_par_iter().map(|file| exports.flatten(FileId(file as u32))).collect();
        exports
    }

    /// All that `export *` brings into a file, nearest first; a name that two bring is the first one's.
    fn flatten(&self, file: FileId) -> Stars {
        let mut out = Stars::default();
        if self.files[file.index()].stars.is_empty() {
            return out;
        }
        let mut seen = FxHashSet::from_iter([file]);
        let mut stack = vec![file];
        while let Some(at) = stack.pop() {
            if at != file {
                #[expect(clippy::iter_over_hash_type, reason = "only fills a table")]
                for name in self.files[at.index()].named.keys() {
                    if *name != "default" {
                        out.names.entry(*name).or_insert(at);
                    }
                }
            }
            for from in self.files[at.index()].stars.iter().rev() {
                match self.targets[at.index()].get(from) {
                    Some(Target::File(inner)) if seen.insert(*inner) => stack.push(*inner),
                    Some(Target::External) if !out.outside.contains(from) => out.outside.push(*from),
                    _ => {}
                }
            }
        }
        out
    }

    /// Does the file export nothing but a default, as after `module.exports = value`?
    fn gives_one(&self, file: FileId) -> bool {
        let exports = &self.files[file.index()];
        exports.stars.is_empty() && exports.named.len() == 1 && exports.named.contains_key(&Name::new("default"))
    }
}

impl View<'_> {
    /// What this file exports under this name.
    pub(super) fn export(self, file: FileId, name: Name) -> Meaning {
        self.export_at(file, name, &Cell::new(STEPS))
    }

    fn export_at(self, file: FileId, name: Name, steps: &Cell<usize>) -> Meaning {
        let Some(left) = steps.get().checked_sub(1) else { return Meaning::NONE };
        steps.set(left);
        let (Some(own), Some(stars)) = (self.exports.files.get(file.index()), self.exports.stars.get(file.index()))
        else {
            return Meaning::NONE;
        };
        if let Some(found) = own.named.get(&name) {
            let all = &self.files[file.index()].facts.exports;
            return found.iter().fold(Meaning::NONE, |meaning, index| {
                let export = &all[*index as usize];
                meaning.or(match export.from {
                    Some(from) => self.from(file, from, export.local, steps),
                    None => self.local(file, export.local, steps),
                })
            });
        }
        if let Some(giver) = stars.names.get(&name) {
            return self.export_at(*giver, name, steps);
        }
        match stars.outside[..] {
            [from] if name != "default" => Meaning::both(Symbol::External { from, name }),
            _ => Meaning::NONE,
        }
    }

    /// `name` of the module that `specifier` leads to; `*` is the module itself.
    fn from(self, file: FileId, specifier: Name, name: Name, steps: &Cell<usize>) -> Meaning {
        match self.exports.targets[file.index()].get(&specifier) {
            Some(Target::File(target)) => {
                let module = Meaning::both(Symbol::Module(UnitId { file: *target, ix: UnitIx(0) }));
                if name == "*" {
                    return module;
                }
                let found = self.export_at(*target, name, steps);
                // A default import of a module without one is that module: CommonJS seen from an ES module.
                if found.is_none() && name == "default" && !self.has(*target, name) { module } else { found }
            }
            Some(Target::External) => Meaning::both(Symbol::External { from: specifier, name }),
            Some(Target::Failed) if !specifier.starts_with('.') => {
                Meaning::both(Symbol::External { from: specifier, name })
            }
            _ => Meaning::NONE,
        }
    }

    fn has(self, file: FileId, name: Name) -> bool {
        self.exports.files[file.index()].named.contains_key(&name)
    }

    /// What a name of a file's module means.
    fn local(self, file: FileId, name: Name, steps: &Cell<usize>) -> Meaning {
        let Some(slot) = self.scopes[file.index()].slot(UnitIx(0), name) else {
            return if name == "*" {
                Meaning::both(Symbol::Module(UnitId { file, ix: UnitIx(0) }))
            } else {
                Meaning::NONE
            };
        };
        slot.imports.iter().fold(slot.own, |meaning, import| {
            if meaning.is_full() { meaning } else { meaning.or(self.import_at(file, *import, steps)) }
        })
    }

    /// What an import of a file brings.
    pub(super) fn import(self, file: FileId, import: u32) -> Meaning {
        self.import_at(file, import, &Cell::new(STEPS))
    }

    fn import_at(self, file: FileId, import: u32, steps: &Cell<usize>) -> Meaning {
        let Some(left) = steps.get().checked_sub(1) else { return Meaning::NONE };
        steps.set(left);
        let source = &self.files[file.index()];
        let import = &source.facts.imports[import as usize];
        if import.name == "*"
            && let Some(Target::File(target)) = self.exports.targets[file.index()].get(&import.from)
            && self.exports.gives_one(*target)
            && is_require(source, import.span)
        {
            return self.export_at(*target, Name::new("default"), steps);
        }
        self.from(file, import.from, import.name, steps)
    }
}

/// `const x = require("m")` is that value itself; `import * as x` is the namespace.
fn is_require(source: &SourceFacts, span: Span) -> bool {
    let text = source.text.get(span.start as usize..span.end as usize).unwrap_or_default();
    !text.starts_with('*') && text.contains("require")
}
