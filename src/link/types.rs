//! What a declared type means in the program: a unit of its own, a type of a library, a pointer to one of them.
//!
//! Only declarations are read. Nothing is inferred but what a declaration says outright (`new X`, a return type, the
//! element of a declared collection).

use super::Program;
use super::bind::{Op, OpKind};
use super::ids::{FileId, FunctionId, Symbol, UnitId};
use crate::facts::{FunctionIx, FunctionKind, Type, UnitIx, UnitKind};
use crate::names::Name;

#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub enum Ty {
    #[default]
    Unknown,
    /// An instance of a unit of the program.
    Unit(UnitId),
    /// The unit itself: its constructor, statics and associated functions.
    Static(UnitId),
    /// A type of a library or of the language.
    Lib { from: Name, name: Name, args: Vec<Ty> },
    /// Some type that has these traits.
    Dyn(Vec<Ty>),
    /// A function value.
    Function(Option<FunctionId>),
}

/// How deep aliases, pointers and generics are followed.
const DEPTH: u32 = 8;

impl Ty {
    pub fn lib(name: &str, args: Vec<Ty>) -> Ty {
        Ty::Lib { from: Name::new(""), name: Name::new(name), args }
    }

    pub fn is_lib(&self, names: &[&str]) -> bool {
        matches!(self, Ty::Lib { name, .. } if names.contains(&name.as_str()))
    }

    /// The last type argument: what a pointer points to, a collection holds, a promise yields.
    pub fn last_arg(&self) -> Ty {
        match self {
            Ty::Lib { args, .. } => args.last().cloned().unwrap_or_default(),
            _ => Ty::Unknown,
        }
    }

    pub fn first_arg(&self) -> Ty {
        match self {
            Ty::Lib { args, .. } => args.first().cloned().unwrap_or_default(),
            _ => Ty::Unknown,
        }
    }

    /// The type with what is known put in for the type parameters in it.
    fn with(self, known: &[(Name, Ty)]) -> Ty {
        match self {
            Ty::Lib { name, args, .. } if args.is_empty() && known.iter().any(|(of, _)| *of == name) => {
                known.iter().find(|(of, _)| *of == name).map(|(_, ty)| ty.clone()).unwrap_or_default()
            }
            Ty::Lib { from, name, args } => {
                Ty::Lib { from, name, args: args.into_iter().map(|arg| arg.with(known)).collect() }
            }
            other => other,
        }
    }

    pub fn unit(&self) -> Option<UnitId> {
        match self {
            Ty::Unit(unit) => Some(*unit),
            Ty::Dyn(bounds) => bounds.iter().find_map(Ty::unit),
            _ => None,
        }
    }
}

impl Program {
    /// The type without the pointers around it.
    pub fn pointee(&self, ty: &Ty) -> Ty {
        let mut ty = ty.clone();
        for _ in 0..DEPTH {
            match &ty {
                Ty::Lib { name, args, .. } if self.models.is_pointer(*name) && !args.is_empty() => {
                    ty = args.last().cloned().unwrap_or_default();
                }
                _ => break,
            }
        }
        ty
    }

    /// What `ty`, written in this unit of this file, stands for. `generics` are the type parameters in scope.
    pub fn resolve_type(&self, file: FileId, unit: UnitIx, generics: &[(Name, Type)], ty: &Type) -> Ty {
        self.resolve_type_to(file, unit, generics, ty, DEPTH)
    }

    fn resolve_type_to(&self, file: FileId, unit: UnitIx, generics: &[(Name, Type)], ty: &Type, depth: u32) -> Ty {
        let Some(depth) = depth.checked_sub(1) else { return Ty::Unknown };
        let each = |types: &[Type]| -> Vec<Ty> {
            types.iter().map(|ty| self.resolve_type_to(file, unit, generics, ty, depth)).collect()
        };
        match ty {
            Type::Unknown => Ty::Unknown,
            Type::Ref { to, .. } => self.resolve_type_to(file, unit, generics, to, depth),
            Type::Dyn(bounds) => Ty::Dyn(each(bounds)),
            Type::Function { .. } => Ty::Function(None),
            Type::Named { path, args } => {
                if *path == "Union" {
                    return self.resolve_union(each(args));
                }
                if *path == "Self" || *path == "this" {
                    return Ty::Unit(self.real_unit(UnitId { file, ix: unit }));
                }
                if let Some((_, bound)) = generics.iter().find(|(name, _)| name == path) {
                    return match bound {
                        Type::Unknown => Ty::Unknown,
                        bound => self.resolve_type_to(file, unit, &[], bound, depth),
                    };
                }
                match self.modules.lookup_type(&self.files, file, unit, *path) {
                    Symbol::Unit(unit) => Ty::Unit(self.real_unit(unit)),
                    Symbol::Alias(at, ix) => self.resolve_alias(at, ix, each(args), depth),
                    Symbol::External { from, name } => self.library_type(from, last(name), each(args)),
                    _ => self.library_type(before(*path), last(*path), each(args)),
                }
            }
        }
    }

    /// A collection is known by what it holds: how it hashes and where it allocates is left out.
    fn library_type(&self, from: Name, name: Name, mut args: Vec<Ty>) -> Ty {
        args.truncate(self.models.holds(name));
        Ty::Lib { from, name, args }
    }

    fn resolve_alias(&self, file: FileId, ix: u32, given: Vec<Ty>, depth: u32) -> Ty {
        match self.files[file.index()].facts.aliases.get(ix as usize) {
            Some(alias) => {
                let ty = self.resolve_type_to(file, alias.unit, &[], &alias.ty, depth);
                let known: Vec<(Name, Ty)> = alias.generics.iter().copied().zip(given).collect();
                if known.is_empty() { ty } else { ty.with(&known) }
            }
            None => Ty::Unknown,
        }
    }

    /// `T | null | undefined` is a `T`; of several real members nothing is known.
    fn resolve_union(&self, members: Vec<Ty>) -> Ty {
        let mut real = members.into_iter().filter(|member| {
            !matches!(member, Ty::Lib { name, .. } if matches!(name.as_str(), "null" | "undefined" | "void" | "false"))
        });
        match (real.next(), real.next()) {
            (Some(only), None) => only,
            _ => Ty::Unknown,
        }
    }

    /// The declaration that an `impl` block of another file (or place) belongs to.
    pub fn real_unit(&self, unit: UnitId) -> UnitId {
        let facts = &self.files[unit.file.index()].facts;
        let Some(found) = facts.units.get(unit.ix.index()) else { return unit };
        if found.kind != UnitKind::Extension {
            return unit;
        }
        let parent = found.parent.unwrap_or(UnitIx(0));
        match self.modules.lookup(&self.files, unit.file, parent, found.name) {
            Symbol::Unit(real) => real,
            _ => unit,
        }
    }

    /// The type of the field of this name of a value of that type, pointers looked through.
    pub fn field_of(&self, ty: &Ty, name: Name) -> Ty {
        let found = self.behind(ty).unit().and_then(|unit| self.modules.field(&self.files, unit, name));
        found.map_or(Ty::Unknown, |(owner, field)| self.field_type(owner, field))
    }

    /// The type of a field, by the declaration's type or the class that its initial value is made from.
    pub fn field_type(&self, unit: UnitId, field: u32) -> Ty {
        let owner = &self.files[unit.file.index()].facts.units[unit.ix.index()];
        let Some(field) = owner.fields.get(field as usize) else { return Ty::Unknown };
        match self.resolve_type(unit.file, unit.ix, &owner.generics, &field.ty) {
            Ty::Unknown => self.resolve_type(unit.file, unit.ix, &owner.generics, &field.made),
            known => known,
        }
    }
}

impl Program {
    /// Has a value of this type a life of its own: does it hold a lock, a channel, a task, a handle? `None`: not known.
    pub fn has_identity(&self, ty: &Ty) -> Option<bool> {
        self.has_identity_to(ty, DEPTH / 2)
    }

    fn has_identity_to(&self, ty: &Ty, depth: u32) -> Option<bool> {
        let depth = depth.checked_sub(1)?;
        match ty {
            Ty::Unknown | Ty::Dyn(_) | Ty::Function(_) | Ty::Static(_) => None,
            Ty::Lib { name, args, .. } => {
                if self.models.has_identity(*name) {
                    return Some(true);
                }
                let parts: Vec<Option<bool>> = args.iter().map(|arg| self.has_identity_to(arg, depth)).collect();
                let plain = self.models.is_plain(*name) || self.models.is_pointer(*name);
                any(parts.into_iter().chain((!plain).then_some(None)))
            }
            Ty::Unit(unit) => {
                let fields = self.unit(*unit).fields.len() as u32;
                any((0..fields).map(|field| self.has_identity_to(&self.field_type(*unit, field), depth)))
            }
        }
    }

    /// Do two TypeScript values of this type differ, however alike they were made: is it a class of a library, does it have
    /// a method that ends its life, or one that changes what it holds?
    pub fn has_life(&self, ty: &Ty) -> bool {
        match self.behind(ty) {
            Ty::Lib { from, args, .. } => !from.is_empty() || args.iter().any(|arg| self.has_life(arg)),
            Ty::Unit(unit) => {
                let facts = self.facts(unit.file);
                let own = facts.functions.iter().enumerate().filter(|(_, function)| function.unit == unit.ix);
                let writes = |ix: usize| {
                    let id = FunctionId { file: unit.file, ix: FunctionIx(ix as u32) };
                    let key = |id: &super::summary::KeyId| &self.keys().get(*id).owner;
                    self.summary(id).writes.iter().any(|id| *key(id) == super::loc::Owner::Unit(unit))
                };
                let begins = |kind: FunctionKind| matches!(kind, FunctionKind::Constructor | FunctionKind::Initializer);
                own.into_iter()
                    .any(|(ix, function)| self.models.releases(function.name) || !begins(function.kind) && writes(ix))
                    || self.unit(unit).fields.iter().any(|field| self.models.releases(field.name))
            }
            _ => false,
        }
    }

    /// Is a method called on what stands here that neither collections nor texts have? Then it is no mere data.
    pub fn is_worked_with(&self, key: &super::loc::SharedKey) -> bool {
        let works = |two: &[Op]| match (&two[0].kind, &two[1].kind) {
            (OpKind::Use { at, .. }, OpKind::Act { name, .. }) => at.key() == *key && !self.models.is_of_data(*name),
            _ => false,
        };
        self.functions().any(|id| self.body(id).blocks.iter().any(|ops| ops.windows(2).any(works)))
    }

    /// The declared type of what stands at a shared place, if its way is simple enough to follow.
    pub fn type_at(&self, key: &super::loc::SharedKey) -> Ty {
        use super::loc::{Base, Owner, Seg};
        let mut ty = match key.owner {
            Owner::Unit(unit) => Ty::Unit(unit),
            Owner::Base(Base::Variable(unit, field)) => self.field_type(unit, field),
            Owner::Base(_) => return Ty::Unknown,
        };
        for seg in &key.path {
            ty = match (seg, self.behind(&ty)) {
                (Seg::Field(name), inner) => match inner.unit() {
                    Some(unit) => match self.modules.field(&self.files, unit, *name) {
                        Some((owner, field)) => self.field_type(owner, field),
                        None => return Ty::Unknown,
                    },
                    None => return Ty::Unknown,
                },
                (Seg::Inside | Seg::Key(_) | Seg::Any, inner) => inner.last_arg(),
                (Seg::Case(_) | Seg::Part(_) | Seg::Unique | Seg::Content, _) => return Ty::Unknown,
            };
        }
        self.behind(&ty)
    }
}

impl Program {
    /// Is what was read here the handle of a lock or an atomic that a field holds, and not what stands in it?
    pub fn is_handle(&self, id: FunctionId, at: &super::loc::Loc, into: crate::facts::Reg) -> bool {
        use super::loc::Seg;
        // An element may be another one by then, but not a field of it; what stands behind a lock may be replaced.
        let fixed = at.path.iter().all(|seg| matches!(seg, Seg::Field(_) | Seg::Key(_) | Seg::Any))
            && at.path.last().is_none_or(|last| matches!(last, Seg::Field(_)));
        let Some(info) = self.body(id).registers.get(into.index()).filter(|_| fixed && self.is_rust(id.file)) else {
            return false;
        };
        let inner = self.pointee(&info.ty);
        matches!(inner, Ty::Lib { name, .. } if name.starts_with("Atomic") || self.models.is_lock(name))
    }

    /// Does it stand in a cell that never leaves its thread? Runs of one thread meet only where they are suspended.
    pub fn is_in_cell(&self, key: &super::loc::SharedKey) -> bool {
        use super::loc::{Seg, SharedKey};
        let inside = key.path.iter().position(|seg| *seg == Seg::Inside);
        inside.is_some_and(|at| {
            let cell = SharedKey { owner: key.owner, path: key.path[..at].to_vec() };
            self.type_at(&cell).is_lib(&["RefCell"])
        })
    }

    /// Is it nothing but a lock around whatever it is given: `struct Locked<T>(Mutex<T>)`?
    pub fn is_wrapping(&self, id: UnitId) -> bool {
        let unit = self.unit(id);
        let [field] = unit.fields.as_slice() else { return false };
        let own = |ty: &Type| unit.generics.iter().any(|(name, _)| Some(name.as_str()) == ty.last_name());
        unit.kind == UnitKind::Class
            && field.ty.args().iter().any(own)
            && matches!(self.pointee(&self.field_type(id, 0)), Ty::Lib { name, .. } if self.models.is_lock(name))
    }
}

/// Yes if one is, no if none is, unknown else.
fn any(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = Some(false);
    for part in parts {
        match part {
            Some(true) => return Some(true),
            Some(false) => {}
            None => known = None,
        }
    }
    known
}

/// The crate that a path nobody knows begins with, as it is written.
fn before(path: Name) -> Name {
    match path.as_str().rsplit_once("::") {
        Some((from, _)) if !from.starts_with("crate") && !from.starts_with("self") && !from.starts_with("super") => {
            Name::new(from)
        }
        _ => Name::new(""),
    }
}

fn last(path: Name) -> Name {
    match path.rsplit([':', '.']).next() {
        Some(part) if part.len() < path.len() => Name::new(part),
        _ => path,
    }
}
