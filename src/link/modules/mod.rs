//! Which name means what, across files: imports and exports, module trees, members of types. Knows no types of values:
//! what a variable holds is for the rooms that ask.
//!
//! Everything is resolved once, in [`Modules::build`]; afterwards it is only read.

mod exports;
pub mod manifests;
mod members;
mod outputs;
mod paths;
mod prelude;
mod project_fs;
mod rust_crates;
mod rust_names;
mod rust_tree;
mod scopes;
mod specifiers;
mod typescript;
mod workspaces;

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

pub use specifiers::{Specifiers, Target};

use self::exports::Exports;
use self::manifests::{Disk, Manifests};
use self::members::Members;
use self::paths::FileTable;
use self::rust_crates::Crates;
use self::rust_names::{ALIASES, Names};
use self::rust_tree::Tree;
use self::scopes::Meaning;
pub(in crate::link) use self::scopes::Scope;
use crate::facts::{FunctionKind, Type, UnitIx, UnitKind, Value};
use crate::link::SourceFacts;
use crate::link::ids::{FileId, FunctionId, Symbol, UnitId};
use crate::names::Name;

/// Where imports led, by file and specifier (TypeScript) or by import (Rust).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// To a file of the program.
    pub resolved: usize,
    /// To a package outside.
    pub external: usize,
    /// To a file that is no source.
    pub assets: usize,
    /// Nowhere, though they should have led to a file of the program.
    pub failed: usize,
}

/// The meaning of every name of the program.
#[derive(Default)]
pub struct Modules {
    scopes: Vec<Scope>,
    exports: Exports,
    /// By TypeScript file and import.
    imports: Vec<Vec<Meaning>>,
    rust: Names,
    members: Members,
    /// Types of Rust crates by their name: for `impl` blocks that name them by a path.
    rust_types: FxHashMap<Name, Vec<UnitId>>,
    counts: Counts,
    failures: Vec<(FileId, Name)>,
}

impl Modules {
    /// `root` is the folder that the paths of `files` are relative to; manifests are read below it.
    pub fn build(files: &[SourceFacts], root: &Path) -> Modules {
        Modules::build_with(files, Arc::new(Disk::new(root)))
    }

    pub fn build_with(files: &[SourceFacts], manifests: Arc<dyn Manifests>) -> Modules {
        let mut scopes: Vec<Scope> =
            files.par_iter().enumerate().map(|(index, file)| Scope::new(FileId(index as u32), &file.facts)).collect();
        let exports = typescript::exports(files, &manifests);
        let imports = typescript::imports(files, &scopes, &exports);
        let rust = rust(files, &mut scopes, manifests.as_ref());
        let mut modules = Modules { scopes, exports, imports, rust, ..Modules::default() };
        modules.rust_types = rust_types(files);
        modules.members = Members::new(files, |file, unit, path| modules.unit_named(files, file, unit, path));
        modules.count(files);
        modules
    }

    /// What `name` means where it is written: in `file`, inside `unit`. It is an identifier, a Rust path with `::`, or a
    /// TypeScript path with `.`. Where a value and a type share the name, the value is meant.
    pub fn lookup(&self, files: &[SourceFacts], file: FileId, unit: UnitIx, name: Name) -> Symbol {
        self.meaning(files, file, unit, name).as_value()
    }

    /// As [`Modules::lookup`], where a type is written.
    pub fn lookup_type(&self, files: &[SourceFacts], file: FileId, unit: UnitIx, name: Name) -> Symbol {
        self.meaning(files, file, unit, name).as_type()
    }

    fn meaning(&self, files: &[SourceFacts], file: FileId, unit: UnitIx, name: Name) -> Meaning {
        let Some(source) = files.get(file.index()) else { return Meaning::NONE };
        if rust_tree::is_rust(source) {
            return self.rust_view(files).path(file, unit, name);
        }
        let Some((first, rest)) = name.split_once('.') else { return self.identifier(files, file, unit, name) };
        let first = self.identifier(files, file, unit, Name::new(first));
        let mut parts = rest.split('.').map(Name::new);
        let last = parts.next_back();
        // An alias is no namespace.
        let member = |of, part| {
            if matches!(of, Symbol::Alias(..)) { Meaning::NONE } else { self.member_meaning(files, of, part) }
        };
        let inner = parts.fold(first.as_type(), |of, part| member(of, part).as_type());
        last.map_or(Meaning::NONE, |last| {
            let of_type = member(inner, last);
            if rest.contains('.') { of_type } else { member(first.as_value(), last).or(of_type) }
        })
    }

    fn rust_view<'a>(&'a self, files: &'a [SourceFacts]) -> rust_names::View<'a> {
        let members = Some(&self.members);
        rust_names::View { files, scopes: &self.scopes, names: &self.rust, members, aliases: ALIASES }
    }

    /// A TypeScript identifier: of the innermost namespace around it that binds it.
    fn identifier(&self, files: &[SourceFacts], file: FileId, unit: UnitIx, name: Name) -> Meaning {
        let facts = &files[file.index()].facts;
        let Some(scope) = self.scopes.get(file.index()) else { return Meaning::NONE };
        let mut at = scopes::module_of(facts, unit);
        for _ in 0..=facts.units.len() {
            let found = match scope.slot(at, name) {
                Some(slot) => self.slot(file, slot),
                None if at == UnitIx(0) => Meaning::NONE,
                None => self.namespaces(files, UnitId { file, ix: at }, name),
            };
            if !found.is_none() {
                return found;
            }
            match facts.units.get(at.index()).and_then(|unit| unit.parent) {
                Some(parent) if at != UnitIx(0) => at = scopes::module_of(facts, parent),
                _ => break,
            }
        }
        scope.nested(UnitIx(0), name)
    }

    fn slot(&self, file: FileId, slot: &scopes::Slot) -> Meaning {
        slot.imports.iter().fold(slot.own, |meaning, import| {
            let brought = self.imports[file.index()].get(*import as usize).copied().unwrap_or(Meaning::NONE);
            meaning.or(brought)
        })
    }

    /// A member of a symbol: of a namespace, an enum, a class or struct (what is called on the type itself), an object
    /// literal, something outside.
    pub fn member(&self, files: &[SourceFacts], of: Symbol, name: Name) -> Symbol {
        self.member_meaning(files, of, name).as_value()
    }

    fn member_meaning(&self, files: &[SourceFacts], of: Symbol, name: Name) -> Meaning {
        match of {
            Symbol::Module(module) => self.module_member(files, module, name),
            Symbol::Unit(unit) => self.unit_member(files, unit, name),
            Symbol::Alias(..) => match self.resolve_alias(files, of) {
                Symbol::Alias(..) => Meaning::NONE,
                target => self.member_meaning(files, target, name),
            },
            Symbol::Variable(unit, field) => match field_of(files, unit, field).map(|field| &field.init) {
                Some(Value::Class(class)) => self.unit_member(files, UnitId { file: unit.file, ix: *class }, name),
                Some(Value::Record(parts)) => match parts.iter().find(|part| part.0 == name).map(|part| &part.1) {
                    Some(Value::Function(ix)) => {
                        Meaning::value(Symbol::Function(FunctionId { file: unit.file, ix: *ix }))
                    }
                    Some(Value::Class(ix)) => Meaning::both(Symbol::Unit(UnitId { file: unit.file, ix: *ix })),
                    _ => Meaning::NONE,
                },
                _ => Meaning::NONE,
            },
            Symbol::External { .. } if self.is_crate(of) => Meaning::both(rust_names::external_member(of, name)),
            Symbol::External { .. } => Meaning::both(typescript::external_member(of, name)),
            Symbol::Function(function) => match function_of(files, function) {
                Some(found) if found.kind == FunctionKind::Plain => {
                    self.namespaces_named(files, function.file, found.name, name)
                }
                _ => Meaning::NONE,
            },
            Symbol::Case(..) | Symbol::Unknown => Meaning::NONE,
        }
    }

    fn module_member(&self, files: &[SourceFacts], module: UnitId, name: Name) -> Meaning {
        let Some(source) = files.get(module.file.index()) else { return Meaning::NONE };
        if rust_tree::is_rust(source) {
            let path = Name::new(&format!("self::{name}"));
            return self.rust_view(files).path(module.file, module.ix, path);
        }
        if module.ix == UnitIx(0) {
            let view = exports::View { files, scopes: &self.scopes, exports: &self.exports };
            let found = view.export(module.file, name);
            if !found.is_none() || name == "default" {
                return found;
            }
            // Seen from CommonJS, the members of what a module is are its exports.
            let whole = view.export(module.file, Name::new("default")).as_value();
            let by_name = matches!(whole, Symbol::Variable(..) | Symbol::Unit(_));
            return if by_name { self.member_meaning(files, whole, name) } else { Meaning::NONE };
        }
        self.namespaces(files, module, name)
    }

    /// A member of the namespaces that have this unit's name: they are one, and one with the class or function so named.
    fn namespaces(&self, files: &[SourceFacts], unit: UnitId, name: Name) -> Meaning {
        let Some(scope) = self.scopes.get(unit.file.index()) else { return Meaning::NONE };
        let slot = |ix: UnitIx| scope.slot(ix, name).map_or(Meaning::NONE, |slot| self.slot(unit.file, slot));
        let Some(this) = unit_of(files, unit) else { return Meaning::NONE };
        let own = if this.kind == UnitKind::Module { slot(unit.ix) } else { Meaning::NONE };
        if !own.is_none() || rust_tree::is_rust(&files[unit.file.index()]) {
            return own;
        }
        self.namespaces_named(files, unit.file, this.name, name)
    }

    fn namespaces_named(&self, files: &[SourceFacts], file: FileId, namespace: Name, name: Name) -> Meaning {
        let units = files[file.index()].facts.units.iter().enumerate().skip(1);
        let same = units.filter(|(_, unit)| unit.kind == UnitKind::Module && unit.name == namespace);
        same.fold(Meaning::NONE, |meaning, (index, _)| {
            let slot = self.scopes[file.index()].slot(UnitIx(index as u32), name);
            meaning.or(slot.map_or(Meaning::NONE, |slot| self.slot(file, slot)))
        })
    }

    fn unit_member(&self, files: &[SourceFacts], unit: UnitId, name: Name) -> Meaning {
        let home = self.members.home(unit);
        let Some(found) = unit_of(files, home) else { return Meaning::NONE };
        // The constants of a Rust enum are static, the members of a TypeScript one too.
        let typescript = !rust_tree::is_rust(&files[home.file.index()]);
        let is_case = |field: &crate::facts::Field| field.name == name && (typescript || !field.is_static);
        if found.kind == UnitKind::Enum && found.fields.iter().any(is_case) {
            return Meaning::both(Symbol::Case(home, name));
        }
        let associated = self.members.associated(files, home, name);
        // The fields of an object literal are members of its name.
        let own = || {
            let of_object = found.kind == UnitKind::Object;
            let index = found.fields.iter().position(|field| of_object && field.name == name)?;
            Some(Symbol::Variable(home, index as u32))
        };
        match associated.or_else(own) {
            Some(symbol) => Meaning::value(symbol),
            None => self.namespaces(files, home, name),
        }
    }

    /// The method of an instance of this unit, or its getter.
    pub fn method(&self, files: &[SourceFacts], unit: UnitId, name: Name) -> Option<FunctionId> {
        self.members.method(files, unit, name)
    }

    /// The setter of an instance of this unit.
    pub fn setter(&self, unit: UnitId, name: Name) -> Option<FunctionId> {
        self.members.setter(unit, name)
    }

    /// The field of an instance of this unit, and the unit that declares it.
    pub fn field(&self, files: &[SourceFacts], unit: UnitId, name: Name) -> Option<(UnitId, u32)> {
        self.members.field(files, unit, name)
    }

    /// All units that implement or extend this one, however far; nothing when they are more than eight. Test code counts
    /// only for test code.
    pub fn implementers(&self, unit: UnitId) -> Option<&[UnitId]> {
        self.members.implementers(self.members.home(unit))
    }

    /// All methods of this name outside test code, when they are at most eight.
    pub fn methods_named(&self, name: Name) -> &[FunctionId] {
        self.members.methods_named(name)
    }

    /// The type that this unit is an `impl` of; other units are themselves.
    pub fn home(&self, unit: UnitId) -> UnitId {
        self.members.home(unit)
    }

    /// The `impl` blocks of a type in other files or modules.
    pub fn extensions(&self, unit: UnitId) -> &[UnitId] {
        self.members.extensions(unit)
    }

    /// What this unit extends or implements directly, as far as it is part of the program.
    pub fn bases(&self, unit: UnitId) -> &[UnitId] {
        self.members.bases(unit)
    }

    /// What an alias of a named type stands for, through aliases of aliases; all other symbols are themselves.
    pub fn resolve_alias(&self, files: &[SourceFacts], symbol: Symbol) -> Symbol {
        let mut at = symbol;
        for _ in 0..ALIASES {
            let Symbol::Alias(file, index) = at else { return at };
            let alias = files.get(file.index()).and_then(|file| file.facts.aliases.get(index as usize));
            let Some(Type::Named { path, .. }) = alias.map(|alias| alias.ty.peeled()) else { return at };
            let unit = alias.map_or(UnitIx(0), |alias| alias.unit);
            match self.lookup_type(files, file, unit, *path) {
                Symbol::Unknown => return at,
                next => at = next,
            }
        }
        symbol
    }

    /// The unit that a path names where a type is written.
    fn unit_named(&self, files: &[SourceFacts], file: FileId, unit: UnitIx, path: Name) -> Option<UnitId> {
        match self.resolve_alias(files, self.lookup_type(files, file, unit, path)) {
            Symbol::Unit(unit) => Some(unit),
            Symbol::Unknown if rust_tree::is_rust(&files[file.index()]) && !path.contains("::") => {
                let root = self.rust.tree.root(file);
                let mut same = self.rust_types.get(&path)?.iter().filter(|unit| self.rust.tree.root(unit.file) == root);
                match (same.next(), same.next()) {
                    (Some(only), None) => Some(*only),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Is this something of a Rust crate?
    fn is_crate(&self, symbol: Symbol) -> bool {
        let Symbol::External { from, .. } = symbol else { return false };
        from.contains("::") || (self.rust.knows_crate(from) && !self.exports.packages.contains(&from))
    }

    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Which imports led nowhere.
    pub fn failures(&self) -> &[(FileId, Name)] {
        &self.failures
    }

    /// What tsconfigs extend that is not part of the project, by the folder of the tsconfig: the rest of it counts.
    pub fn missing_bases(&self) -> &[(String, String)] {
        &self.exports.missing_bases
    }

    fn count(&mut self, files: &[SourceFacts]) {
        for (index, file) in files.iter().enumerate() {
            let id = FileId(index as u32);
            if rust_tree::is_rust(file) {
                self.count_rust(files, id);
                continue;
            }
            for specifier in typescript::specifiers(&file.facts) {
                match self.exports.targets[index].get(&specifier) {
                    Some(Target::File(_)) => self.counts.resolved += 1,
                    Some(Target::External) => self.counts.external += 1,
                    Some(Target::Asset) => self.counts.assets += 1,
                    Some(Target::Failed) | None => {
                        self.counts.failed += 1;
                        self.failures.push((id, specifier));
                    }
                }
            }
        }
    }

    /// An import that binds nothing has not failed when its module is known: macros are no facts.
    fn count_rust(&mut self, files: &[SourceFacts], file: FileId) {
        for (index, import) in files[file.index()].facts.imports.iter().enumerate() {
            let meaning = self.rust.imported(file, index as u32);
            match meaning.as_value() {
                Symbol::External { .. } => self.counts.external += 1,
                Symbol::Unknown => {
                    let within =
                        self.lookup_type(files, file, import.unit, Name::new(&format!("{}::self", import.from)));
                    if within == Symbol::Unknown && !import.from.is_empty() {
                        self.counts.failed += 1;
                        self.failures.push((file, import.from));
                    } else {
                        self.counts.resolved += 1;
                    }
                }
                _ => self.counts.resolved += 1,
            }
        }
    }
}

fn rust(files: &[SourceFacts], scopes: &mut [Scope], manifests: &dyn Manifests) -> Names {
    let rust = rust_tree::rust_paths(files);
    if rust.is_empty() {
        return Names::default();
    }
    let table = FileTable::new(files.iter().map(|file| file.path.as_str()));
    let crates = Crates::read(&table, &rust, manifests);
    let tree = Tree::new(files, &table, &crates, scopes);
    Names::new(files, scopes, tree, crates)
}

fn rust_types(files: &[SourceFacts]) -> FxHashMap<Name, Vec<UnitId>> {
    let mut out: FxHashMap<Name, Vec<UnitId>> = FxHashMap::default();
    for (index, file) in files.iter().enumerate().filter(|(_, file)| rust_tree::is_rust(file)) {
        for (ix, unit) in file.facts.units.iter().enumerate() {
            if matches!(unit.kind, UnitKind::Class | UnitKind::Enum | UnitKind::Interface) {
                out.entry(unit.name).or_default().push(UnitId { file: FileId(index as u32), ix: UnitIx(ix as u32) });
            }
        }
    }
    out
}

fn unit_of(files: &[SourceFacts], unit: UnitId) -> Option<&crate::facts::Unit> {
    files.get(unit.file.index())?.facts.units.get(unit.ix.index())
}

fn function_of(files: &[SourceFacts], function: FunctionId) -> Option<&crate::facts::Function> {
    files.get(function.file.index())?.facts.functions.get(function.ix.index())
}

fn field_of(files: &[SourceFacts], unit: UnitId, field: u32) -> Option<&crate::facts::Field> {
    unit_of(files, unit)?.fields.get(field as usize)
}
