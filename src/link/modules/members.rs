//! Members: the functions and fields of types, through `impl` blocks in any file, base classes, traits and interfaces.

use rustc_hash::{FxHashMap, FxHashSet};

use super::scopes;
use crate::facts::{FunctionIx, FunctionKind, Receiver, Type, UnitIx, UnitKind, Value};
use crate::link::SourceFacts;
use crate::link::ids::{FileId, FunctionId, Symbol, UnitId};
use crate::names::Name;

/// More than so many are as good as none: nobody can say which is meant.
const MANY: usize = 8;
/// How many types a search for a member visits.
const VISITS: usize = 64;

/// The functions of one name that a type has itself.
#[derive(Clone, Copy, Default, Debug)]
struct Own {
    method: Option<FunctionId>,
    /// Called on the type and not on an instance.
    associated: Option<FunctionId>,
    getter: Option<FunctionId>,
    setter: Option<FunctionId>,
}

/// Who has which members, and who derives from whom.
#[derive(Default)]
pub(super) struct Members {
    own: FxHashMap<(UnitId, Name), Own>,
    /// The units that extend a type from elsewhere: its other `impl` blocks.
    extensions: FxHashMap<UnitId, Vec<UnitId>>,
    /// The type that an extension belongs to.
    extended: FxHashMap<UnitId, UnitId>,
    /// Base classes, interfaces, traits, in the order of the text.
    bases: FxHashMap<UnitId, Vec<UnitId>>,
    /// All that derive from a type, however far; nothing when there are too many.
    derived: FxHashMap<UnitId, Option<Vec<UnitId>>>,
    named: FxHashMap<Name, Vec<FunctionId>>,
}

impl Members {
    /// `resolve` says which unit a type or a name in a module of a file means.
    pub(super) fn new(files: &[SourceFacts], resolve: impl Fn(FileId, UnitIx, Name) -> Option<UnitId>) -> Members {
        let mut members = Members::default();
        let mut order: Vec<usize> = (0..files.len()).collect();
        order.sort_by(|a, b| files[*a].path.cmp(&files[*b].path));
        for file in &order {
            members.functions(FileId(*file as u32), &files[*file]);
        }
        for file in &order {
            members.extend(FileId(*file as u32), &files[*file], &resolve);
        }
        for file in &order {
            members.derive(FileId(*file as u32), &files[*file], &resolve);
        }
        members.close(files);
        members
    }

    fn functions(&mut self, file: FileId, source: &SourceFacts) {
        let facts = &source.facts;
        for (index, function) in facts.functions.iter().enumerate() {
            let id = FunctionId { file, ix: FunctionIx(index as u32) };
            let Some(unit) = facts.units.get(function.unit.index()) else { continue };
            let local = function.kind == FunctionKind::Plain && scopes::is_nested(function);
            if unit.kind == UnitKind::Module || function.name.is_empty() || local {
                continue;
            }
            let own = self.own.entry((UnitId { file, ix: function.unit }, function.name)).or_default();
            let place = match function.kind {
                FunctionKind::Getter => &mut own.getter,
                FunctionKind::Setter => &mut own.setter,
                FunctionKind::Method | FunctionKind::Plain | FunctionKind::Drop
                    if function.receiver != Receiver::None =>
                {
                    &mut own.method
                }
                FunctionKind::Method | FunctionKind::Plain => &mut own.associated,
                _ => continue,
            };
            if place.is_none() {
                *place = Some(id);
                self.name(function.name, id, source, function.test);
            }
        }
        for (index, unit) in facts.units.iter().enumerate().filter(|(_, unit)| unit.kind != UnitKind::Module) {
            for field in &unit.fields {
                let Value::Function(ix) = field.init else { continue };
                let id = FunctionId { file, ix };
                let own = self.own.entry((UnitId { file, ix: UnitIx(index as u32) }, field.name)).or_default();
                let place = if field.is_static { &mut own.associated } else { &mut own.method };
                if place.is_none() {
                    *place = Some(id);
                    self.name(field.name, id, source, unit.test);
                }
            }
        }
    }

    /// Tests do not count where a name is to be unique.
    fn name(&mut self, name: Name, id: FunctionId, source: &SourceFacts, test: bool) {
        if !test && !source.facts.test {
            let all = self.named.entry(name).or_default();
            if all.len() <= MANY {
                all.push(id);
            }
        }
    }

    /// Hands what an `impl` elsewhere holds to its type.
    fn extend(
        &mut self,
        file: FileId,
        source: &SourceFacts,
        resolve: &impl Fn(FileId, UnitIx, Name) -> Option<UnitId>,
    ) {
        for (index, unit) in source.facts.units.iter().enumerate().filter(|(_, unit)| unit.kind == UnitKind::Extension)
        {
            let id = UnitId { file, ix: UnitIx(index as u32) };
            // `impl<T> Trait for T` is of no type in particular.
            let generic = unit.generics.iter().any(|(name, _)| *name == unit.name);
            if let Some(of) = resolve(file, unit.parent.unwrap_or(UnitIx(0)), unit.name).filter(|_| !generic) {
                self.extensions.entry(of).or_default().push(id);
                self.extended.insert(id, of);
            }
        }
    }

    fn derive(
        &mut self,
        file: FileId,
        source: &SourceFacts,
        resolve: &impl Fn(FileId, UnitIx, Name) -> Option<UnitId>,
    ) {
        for (index, unit) in source.facts.units.iter().enumerate() {
            let id = UnitId { file, ix: UnitIx(index as u32) };
            let of = match unit.kind {
                UnitKind::Extension => self.extended.get(&id).copied().unwrap_or(id),
                _ => id,
            };
            for base in &unit.bases {
                let Type::Named { path, .. } = base.peeled() else { continue };
                let Some(base) = resolve(file, unit.parent.unwrap_or(UnitIx(0)), *path) else { continue };
                let bases = self.bases.entry(of).or_default();
                if base != of && !bases.contains(&base) {
                    bases.push(base);
                }
            }
        }
    }

    /// Who derives from whom, however far. Test code does not count for what is not test code itself.
    fn close(&mut self, files: &[SourceFacts]) {
        let mut direct: FxHashMap<UnitId, Vec<UnitId>> = FxHashMap::default();
        let is_test = |unit: &UnitId| {
            let facts = &files[unit.file.index()].facts;
            facts.test || facts.units.get(unit.ix.index()).is_some_and(|unit| unit.test)
        };
        #[expect(clippy::iter_over_hash_type, reason = "the lists are sorted below")]
        for (unit, bases) in &self.bases {
            for base in bases.iter().filter(|base| is_test(base) || !is_test(unit)) {
                direct.entry(*base).or_default().push(*unit);
            }
        }
        let key = |unit: &UnitId| (files[unit.file.index()].path.as_str(), unit.ix);
        #[expect(clippy::iter_over_hash_type, reason = "only fills a table")]
        for base in direct.keys() {
            let mut all = Vec::new();
            let mut seen = FxHashSet::from_iter([*base]);
            let mut stack = vec![*base];
            while let Some(at) = stack.pop().filter(|_| all.len() <= MANY) {
                for unit in direct.get(&at).into_iter().flatten() {
                    if seen.insert(*unit) {
                        all.push(*unit);
                        stack.push(*unit);
                    }
                }
            }
            all.sort_by(|a, b| key(a).cmp(&key(b)));
            self.derived.insert(*base, (all.len() <= MANY).then_some(all));
        }
    }

    pub(super) fn implementers(&self, unit: UnitId) -> Option<&[UnitId]> {
        self.derived.get(&unit).map_or(Some(&[]), |derived| derived.as_deref())
    }

    pub(super) fn methods_named(&self, name: Name) -> &[FunctionId] {
        self.named.get(&name).map_or(&[], |all| if all.len() <= MANY { all } else { &[] })
    }

    /// The type that an `impl` elsewhere belongs to; other units are themselves.
    pub(super) fn home(&self, unit: UnitId) -> UnitId {
        self.extended.get(&unit).copied().unwrap_or(unit)
    }

    pub(super) fn extensions(&self, unit: UnitId) -> &[UnitId] {
        self.extensions.get(&unit).map_or(&[], Vec::as_slice)
    }

    pub(super) fn bases(&self, unit: UnitId) -> &[UnitId] {
        self.bases.get(&unit).map_or(&[], Vec::as_slice)
    }

    /// A type, its `impl` blocks, its bases and theirs, nearest first, until `look` finds what it wants.
    fn search<T>(&self, unit: UnitId, mut look: impl FnMut(UnitId) -> Option<T>) -> Option<T> {
        let mut queue = vec![self.home(unit)];
        let mut next = 0;
        while let Some(at) = queue.get(next).copied().filter(|_| next < VISITS) {
            next += 1;
            let found = std::iter::once(at).chain(self.extensions(at).iter().copied()).find_map(&mut look);
            if found.is_some() {
                return found;
            }
            for base in self.bases(at) {
                if !queue.contains(base) {
                    queue.push(*base);
                }
            }
        }
        None
    }

    fn own(&self, unit: UnitId, name: Name) -> Own {
        self.own.get(&(unit, name)).copied().unwrap_or_default()
    }

    /// The method of an instance; of an interface with one implementation, that one's.
    pub(super) fn method(&self, files: &[SourceFacts], unit: UnitId, name: Name) -> Option<FunctionId> {
        let home = self.home(unit);
        if let Some(only) = self.only_implementer(files, home)
            && let Some(found) = self.search(only, |at| self.own(at, name).method)
        {
            return Some(found);
        }
        self.search(home, |at| self.own(at, name).method).or_else(|| self.search(home, |at| self.own(at, name).getter))
    }

    /// The one class that implements an interface, interfaces that extend it apart.
    fn only_implementer(&self, files: &[SourceFacts], unit: UnitId) -> Option<UnitId> {
        let is_interface = |unit: UnitId| unit_of(files, unit).is_some_and(|unit| unit.kind == UnitKind::Interface);
        let mut classes = self.implementers(unit)?.iter().copied().filter(|unit| !is_interface(*unit));
        let only = classes.next().filter(|_| is_interface(unit))?;
        classes.next().is_none().then_some(only)
    }

    pub(super) fn setter(&self, unit: UnitId, name: Name) -> Option<FunctionId> {
        self.search(unit, |at| self.own(at, name).setter)
    }

    pub(super) fn field(&self, files: &[SourceFacts], unit: UnitId, name: Name) -> Option<(UnitId, u32)> {
        self.search(unit, |at| {
            let fields = &unit_of(files, at)?.fields;
            let index = fields.iter().position(|field| field.name == name && !field.is_static)?;
            Some((at, index as u32))
        })
    }

    /// What `Type.name` or `Type::name` means, cases of enums apart.
    pub(super) fn associated(&self, files: &[SourceFacts], unit: UnitId, name: Name) -> Option<Symbol> {
        let function = |own: Own| own.associated.or(own.method).or(own.getter);
        let only = self.only_implementer(files, self.home(unit));
        if let Some(found) = only.and_then(|only| self.search(only, |at| function(self.own(at, name)))) {
            return Some(Symbol::Function(found));
        }
        self.search(unit, |at| {
            let found = function(self.own(at, name)).map(Symbol::Function);
            found.or_else(|| {
                let fields = &unit_of(files, at)?.fields;
                let index = fields.iter().position(|field| field.name == name && field.is_static)?;
                Some(Symbol::Variable(at, index as u32))
            })
        })
    }
}

fn unit_of(files: &[SourceFacts], unit: UnitId) -> Option<&crate::facts::Unit> {
    files.get(unit.file.index())?.facts.units.get(unit.ix.index())
}
