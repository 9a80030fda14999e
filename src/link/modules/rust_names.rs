//! What Rust paths mean: items, imports, globs, other crates, the prelude, in the order of the language.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::members::Members;
use super::prelude;
use super::rust_crates::{Crates, Extern};
use super::rust_tree::{self, Tree};
use super::scopes::{self, Meaning, Scope};
use crate::facts::{Edition, FileFacts, Import, Language, Type, UnitIx, UnitKind};
use crate::link::SourceFacts;
use crate::link::ids::{FileId, Symbol, UnitId};
use crate::names::Name;

/// How often imports are tried again before what is left counts as unknown.
const ROUNDS: usize = 32;
/// How far globs are followed through globs.
const GLOBS: usize = 64;
/// How many aliases of aliases are followed.
pub(super) const ALIASES: usize = 16;

/// `use path::*` in a module.
struct Glob {
    import: u32,
    public: bool,
    target: Symbol,
}

/// All that `use` says, resolved.
#[derive(Default)]
pub(super) struct Names {
    pub(super) tree: Tree,
    crates: Crates,
    /// By file and import.
    imports: Vec<Vec<Meaning>>,
    globs: FxHashMap<UnitId, Vec<Glob>>,
    /// While imports are being resolved: a name that an unresolved import binds is not looked for elsewhere.
    waiting: bool,
}

/// An import that is being resolved.
struct Open {
    file: FileId,
    import: u32,
    path: Vec<Name>,
}

/// The names and what they are read with.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) files: &'a [SourceFacts],
    pub(super) scopes: &'a [Scope],
    pub(super) names: &'a Names,
    /// Absent while imports are being resolved.
    pub(super) members: Option<&'a Members>,
    /// How many aliases may still be followed: they can name each other.
    pub(super) aliases: usize,
}

/// Why a name is asked for.
#[derive(Clone, Copy)]
struct Asker {
    /// The module that asks: it sees what is private around it.
    module: UnitId,
    /// The import that asks, which is no answer to itself.
    import: Option<(FileId, u32)>,
}

enum Found {
    Meaning(Meaning),
    /// An import that is not resolved yet binds it.
    Wait,
}

impl Names {
    pub(super) fn new(files: &[SourceFacts], scopes: &[Scope], tree: Tree, crates: Crates) -> Names {
        let imports = files
            .iter()
            .map(|file| vec![Meaning::NONE; if rust_tree::is_rust(file) { file.facts.imports.len() } else { 0 }]);
        let mut names = Names { tree, crates, imports: imports.collect(), globs: FxHashMap::default(), waiting: true };
        let mut todo = Vec::new();
        for (index, file) in files.iter().enumerate().filter(|(_, file)| rust_tree::is_rust(file)) {
            let id = FileId(index as u32);
            for (import, what) in file.facts.imports.iter().enumerate() {
                todo.push(Open { file: id, import: import as u32, path: path_of(what) });
                if what.name == "*" {
                    let module = UnitId { file: id, ix: scopes::module_of(&file.facts, what.unit) };
                    let glob = Glob { import: import as u32, public: what.public, target: Symbol::Unknown };
                    names.globs.entry(module).or_default().push(glob);
                }
            }
        }
        let mut half = Vec::new();
        for _ in 0..ROUNDS {
            if !names.round(files, scopes, &todo) {
                break;
            }
            // What is known as a value or as a type is asked for the other at the end.
            half.extend(todo.extract_if(.., |open| !names.imported(open.file, open.import).is_none()));
        }
        names.waiting = false;
        todo.extend(half.into_iter().filter(|open| !names.imported(open.file, open.import).is_full()));
        for _ in 0..ROUNDS {
            if !names.round(files, scopes, &todo) {
                break;
            }
        }
        names.outside(files, scopes, &todo);
        names
    }

    /// Tries all open imports on what is known so far, then takes the answers over at once: the order does not matter.
    fn round(&mut self, files: &[SourceFacts], scopes: &[Scope], todo: &[Open]) -> bool {
        let view = View { files, scopes, names: self, members: None, aliases: ALIASES };
        let found: Vec<Meaning> = todo.par_iter().map(|open| view.import(open)).collect();
        let mut changed = false;
        for (Open { file, import, .. }, meaning) in todo.iter().zip(&found) {
            let known = &mut self.imports[file.index()][*import as usize];
            let better = known.or(*meaning);
            if better != *known {
                *known = better;
                changed = true;
                let what = &files[file.index()].facts.imports[*import as usize];
                if what.name == "*" {
                    self.set_glob(*file, *import, what, &files[file.index()].facts, better.ty);
                }
            }
        }
        changed
    }

    fn set_glob(&mut self, file: FileId, import: u32, what: &Import, facts: &FileFacts, target: Symbol) {
        let module = UnitId { file, ix: scopes::module_of(facts, what.unit) };
        let globs = self.globs.entry(module).or_default();
        if let Some(glob) = globs.iter_mut().find(|glob| glob.import == import) {
            glob.target = target;
        }
    }

    /// What leads nowhere in the project and does not begin in this crate comes from outside.
    fn outside(&mut self, files: &[SourceFacts], scopes: &[Scope], todo: &[Open]) {
        for Open { file, import: index, path } in todo {
            if !self.imports[file.index()][*index as usize].is_none() {
                continue;
            }
            let import = &files[file.index()].facts.imports[*index as usize];
            let Some(first) = path.first().copied() else { continue };
            let module = UnitId { file: *file, ix: scopes::module_of(&files[file.index()].facts, import.unit) };
            let asker = Asker { module, import: Some((*file, *index)) };
            let view = View { files, scopes, names: self, members: None, aliases: ALIASES };
            let inside = is_keyword(first)
                || matches!(view.in_module(module, first, asker), Found::Meaning(meaning) if !meaning.is_none())
                || matches!(
                    view.names.crates.lookup(view.names.tree.packages[file.index()], first),
                    Some(Extern::Crate(_))
                );
            if !inside {
                let symbol = path[1..].iter().fold(external(first), |symbol, part| external_member(symbol, *part));
                self.imports[file.index()][*index as usize] = Meaning::both(symbol);
                if import.name == "*" {
                    self.set_glob(*file, *index, import, &files[file.index()].facts, symbol);
                }
            }
        }
    }

    /// Is this a crate from outside that some package depends on?
    pub(super) fn knows_crate(&self, name: Name) -> bool {
        prelude::is_built_in(name) || self.crates.knows(name)
    }

    pub(super) fn imported(&self, file: FileId, import: u32) -> Meaning {
        self.imports
            .get(file.index())
            .and_then(|imports| imports.get(import as usize))
            .copied()
            .unwrap_or(Meaning::NONE)
    }
}

/// The parts of what an import names; of a glob, the parts before the star.
fn path_of(import: &Import) -> Vec<Name> {
    let mut parts = split(import.from);
    if import.name != "*" {
        parts.push(import.name);
    }
    parts
}

/// The parts of a path; a leading `::` is an empty first part.
fn split(path: Name) -> Vec<Name> {
    if path.is_empty() {
        return Vec::new();
    }
    path.split("::").filter(|part| !part.starts_with('<')).map(Name::new).collect()
}

fn is_keyword(name: Name) -> bool {
    matches!(name.as_str(), "crate" | "self" | "super" | "Self" | "$crate")
}

fn external(root: Name) -> Symbol {
    Symbol::External { from: root, name: Name::new("*") }
}

/// `name` of something outside.
pub(super) fn external_member(of: Symbol, name: Name) -> Symbol {
    match of {
        Symbol::External { from, name: whole } if whole == "*" => Symbol::External { from, name },
        Symbol::External { from, name: inner } => {
            Symbol::External { from: Name::new(&format!("{from}::{inner}")), name }
        }
        _ => Symbol::Unknown,
    }
}

impl View<'_> {
    fn import(self, open: &Open) -> Meaning {
        let (file, index, path) = (open.file, open.import, &open.path);
        let facts = &self.files[file.index()].facts;
        let import = &facts.imports[index as usize];
        let module = UnitId { file, ix: scopes::module_of(facts, import.unit) };
        let asker = Asker { module, import: Some((file, index)) };
        if path.is_empty() {
            return Meaning::ty(Symbol::Module(self.names.tree.root(file)));
        }
        let old = facts.language == Language::Rust(Edition::E2015);
        let meaning = self.walk(import.unit, path, asker, if old { First::OldUse } else { First::Use });
        if import.name == "*" { Meaning::both(meaning.ty) } else { meaning }
    }

    /// What a path means in an expression or a type.
    pub(super) fn path(self, file: FileId, unit: UnitIx, path: Name) -> Meaning {
        let Some(source) = self.files.get(file.index()) else { return Meaning::NONE };
        let module = UnitId { file, ix: scopes::module_of(&source.facts, unit) };
        self.walk(unit, &split(path), Asker { module, import: None }, First::Expression)
    }

    fn walk(self, unit: UnitIx, path: &[Name], asker: Asker, kind: First) -> Meaning {
        let Some((first, rest)) = path.split_first() else { return Meaning::NONE };
        let (mut meaning, rest) = if first.is_empty() {
            let Some((first, rest)) = rest.split_first() else { return Meaning::NONE };
            (self.crate_named(asker.module.file, *first, true), rest)
        } else {
            (self.first(unit, *first, !rest.is_empty(), asker, kind), rest)
        };
        for part in rest {
            let of = meaning.ty;
            meaning = self.member(of, *part, asker);
            if meaning.is_none() {
                break;
            }
        }
        meaning
    }

    fn first(self, unit: UnitIx, name: Name, leads_on: bool, asker: Asker, kind: First) -> Meaning {
        let module = asker.module;
        match name.as_str() {
            "crate" | "$crate" => return Meaning::ty(Symbol::Module(self.names.tree.root(module.file))),
            "self" => return Meaning::ty(Symbol::Module(module)),
            "super" => {
                return self
                    .names
                    .tree
                    .parent(self.files, module)
                    .map_or(Meaning::NONE, |parent| Meaning::ty(Symbol::Module(parent)));
            }
            "Self" => return self.this(module.file, unit),
            _ => {}
        }
        let mut meaning = match self.in_module(module, name, asker) {
            Found::Meaning(meaning) => meaning,
            Found::Wait => return Meaning::NONE,
        };
        if kind == First::OldUse && meaning.is_none() {
            meaning = match self.in_module(self.names.tree.root(module.file), name, asker) {
                Found::Meaning(meaning) => meaning,
                Found::Wait => return Meaning::NONE,
            };
        }
        let enough = if leads_on { meaning.ty != Symbol::Unknown } else { !meaning.is_none() };
        if enough {
            return meaning;
        }
        if kind == First::Expression {
            meaning = meaning.or(self.scopes[module.file.index()].nested(module.ix, name));
        }
        if leads_on || kind != First::Expression {
            meaning = meaning.or(self.crate_named(module.file, name, false));
        }
        if kind == First::Expression && meaning.is_none() {
            meaning = Meaning::both(prelude::lookup(name));
        }
        if kind == First::Expression && meaning.is_none() { self.by_outer_glob(module, name) } else { meaning }
    }

    /// A name that only a glob of a crate from outside can bring.
    fn by_outer_glob(self, module: UnitId, name: Name) -> Meaning {
        let globs = self.names.globs.get(&module).into_iter().flatten();
        let mut outer = globs.filter(|glob| matches!(glob.target, Symbol::External { .. }));
        match (outer.next(), outer.next()) {
            (Some(glob), None) => Meaning::both(external_member(glob.target, name)),
            _ => Meaning::NONE,
        }
    }

    /// The crate that code of this file calls so.
    fn crate_named(self, file: FileId, name: Name, surely: bool) -> Meaning {
        let package = self.names.tree.packages.get(file.index()).copied().flatten();
        match self.names.crates.lookup(package, name) {
            Some(Extern::Crate(root)) => Meaning::ty(Symbol::Module(UnitId { file: root, ix: UnitIx(0) })),
            Some(Extern::Outside) => Meaning::ty(external(name)),
            None if !self.declared_crate(file, name).is_none() => self.declared_crate(file, name),
            None if surely || prelude::is_built_in(name) => Meaning::ty(external(name)),
            None => Meaning::NONE,
        }
    }

    /// `extern crate name as other;` at the root is a name for the whole crate.
    fn declared_crate(self, file: FileId, name: Name) -> Meaning {
        let root = self.names.tree.root(file);
        let Some(slot) = self.scopes[root.file.index()].slot(root.ix, name) else { return Meaning::NONE };
        let imports = &self.files[root.file.index()].facts.imports;
        let declared = slot.imports.iter().filter(|import| imports[**import as usize].from.is_empty());
        declared.fold(Meaning::NONE, |meaning, import| meaning.or(self.names.imported(root.file, *import)))
    }

    /// `Self` where it is written.
    fn this(self, file: FileId, unit: UnitIx) -> Meaning {
        let id = UnitId { file, ix: unit };
        match self.files[file.index()].facts.units.get(unit.index()) {
            Some(here) if here.kind == UnitKind::Extension => match self.members {
                Some(members) => Meaning::both(Symbol::Unit(members.home(id))),
                None => Meaning::ty(self.path(file, here.parent.unwrap_or(UnitIx(0)), here.name).ty),
            },
            Some(here) if here.kind != UnitKind::Module => Meaning::both(Symbol::Unit(id)),
            _ => Meaning::NONE,
        }
    }

    /// The named type that an alias stands for.
    fn alias(self, symbol: Symbol) -> Symbol {
        let mut at = symbol;
        for aliases in (0..self.aliases).rev() {
            let Symbol::Alias(file, index) = at else { break };
            let alias = self.files.get(file.index()).and_then(|file| file.facts.aliases.get(index as usize));
            let Some((unit, Type::Named { path, .. })) = alias.map(|alias| (alias.unit, alias.ty.peeled())) else {
                break;
            };
            at = View { aliases, ..self }.path(file, unit, *path).ty;
        }
        at
    }

    /// A part of what a path led to so far.
    fn member(self, of: Symbol, name: Name, asker: Asker) -> Meaning {
        match of {
            Symbol::Module(module) if name == "super" => self
                .names
                .tree
                .parent(self.files, module)
                .map_or(Meaning::NONE, |parent| Meaning::ty(Symbol::Module(parent))),
            Symbol::Module(module) if name == "self" => Meaning::ty(Symbol::Module(module)),
            Symbol::Module(module) => match self.in_module(module, name, asker) {
                Found::Meaning(meaning) => meaning,
                Found::Wait => Meaning::NONE,
            },
            Symbol::Unit(unit) => self.associated(unit, name),
            Symbol::Alias(..) => match self.alias(of) {
                Symbol::Alias(..) => Meaning::NONE,
                target => self.member(target, name, asker),
            },
            Symbol::External { .. } => Meaning::both(external_member(of, name)),
            _ => Meaning::NONE,
        }
    }

    /// A case of an enum, an associated function or constant.
    fn associated(self, unit: UnitId, name: Name) -> Meaning {
        let Some(source) = self.files.get(unit.file.index()) else { return Meaning::NONE };
        let Some(found) = source.facts.units.get(unit.ix.index()) else { return Meaning::NONE };
        if found.kind == UnitKind::Enum && found.fields.iter().any(|field| field.name == name && !field.is_static) {
            return Meaning::both(Symbol::Case(unit, name));
        }
        let member = self.members.and_then(|members| members.associated(self.files, unit, name));
        member.map_or(Meaning::NONE, Meaning::value)
    }

    /// What a module binds.
    fn in_module(self, module: UnitId, name: Name, asker: Asker) -> Found {
        let mut seen = Vec::new();
        self.in_module_at(module, name, asker, &mut seen)
    }

    fn in_module_at(self, module: UnitId, name: Name, asker: Asker, seen: &mut Vec<UnitId>) -> Found {
        if seen.contains(&module) || seen.len() >= GLOBS {
            return Found::Meaning(Meaning::NONE);
        }
        seen.push(module);
        let by_glob = seen.len() > 1;
        let Some(scope) = self.scopes.get(module.file.index()) else { return Found::Meaning(Meaning::NONE) };
        let mut meaning = Meaning::NONE;
        if let Some(slot) = scope.slot(module.ix, name) {
            meaning = slot.own;
            for import in &slot.imports {
                let itself = asker.import == Some((module.file, *import));
                let public = self.files[module.file.index()].facts.imports[*import as usize].public;
                if itself || (by_glob && !public && !self.names.tree.is_within(self.files, asker.module, module)) {
                    continue;
                }
                let brought = self.names.imported(module.file, *import);
                if brought.is_none() && self.names.waiting && meaning.is_none() {
                    return Found::Wait;
                }
                meaning = meaning.or(brought);
            }
        }
        if meaning.is_full() {
            return Found::Meaning(meaning);
        }
        for glob in self.names.globs.get(&module).into_iter().flatten() {
            if by_glob && !glob.public && !self.names.tree.is_within(self.files, asker.module, module) {
                continue;
            }
            meaning = meaning.or(match glob.target {
                Symbol::Module(target) => match self.in_module_at(target, name, Asker { module, ..asker }, seen) {
                    Found::Meaning(meaning) => meaning,
                    Found::Wait if meaning.is_none() => return Found::Wait,
                    Found::Wait => Meaning::NONE,
                },
                Symbol::Unit(unit) => match self.associated(unit, name) {
                    case @ Meaning { value: Symbol::Case(..), .. } => case,
                    _ => Meaning::NONE,
                },
                _ => Meaning::NONE,
            });
        }
        Found::Meaning(meaning)
    }
}

/// Where a path begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum First {
    Expression,
    Use,
    /// A `use` of the 2015 edition: its paths begin at the crate's root.
    OldUse,
}
