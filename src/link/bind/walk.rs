//! From a place as written to a location: names are looked up, fields and elements followed by their declared types.

use super::Binder;
use super::body::{Callable, Info};
use crate::facts::{Bind, Elem, FunctionKind, Place, Receiver, Root, Value};
use crate::link::ids::{FunctionId, Symbol, UnitId};
use crate::link::loc::{Base, Key, Loc, Seg};
use crate::link::types::Ty;
use crate::names::Name;

/// Where a walk has come to.
#[derive(Clone, Debug, Default)]
pub(super) struct At {
    pub(super) info: Info,
    /// The unit, module or package name that the walk stands on, while it is no value yet.
    pub(super) symbol: Option<Symbol>,
    /// The dotted name outside the program: `fs.promises`, `Promise`.
    pub(super) external: Option<String>,
}

impl At {
    pub(super) fn value(info: Info) -> At {
        At { info, symbol: None, external: None }
    }
}

impl Binder<'_> {
    /// The whole place.
    pub(super) fn walk(&self, place: &Place) -> At {
        self.walk_elems(place.root, &place.path)
    }

    /// The receiver of a call: everything but the last element; with it the method's name.
    pub(super) fn walk_receiver<'a>(&self, place: &'a Place) -> (At, Option<&'a Elem>) {
        match place.path.split_last() {
            Some((last, before)) if !(before.is_empty() && matches!(place.root, Root::Module | Root::Global)) => {
                (self.walk_elems(place.root, before), Some(last))
            }
            _ => (self.walk(place), None),
        }
    }

    fn walk_elems(&self, root: Root, path: &[Elem]) -> At {
        let (mut at, rest) = self.root(root, path);
        for elem in rest {
            at = self.step(at, elem);
        }
        at
    }

    fn root<'e>(&self, root: Root, path: &'e [Elem]) -> (At, &'e [Elem]) {
        match root {
            Root::This => (self.this(), path),
            Root::Super => (self.base(), path),
            Root::Param(function, index) => (self.param(function, index), path),
            Root::Local(function, local) => (self.local(function, local.0), path),
            Root::Value(reg) => (At::value(self.info(reg)), path),
            Root::Module | Root::Global => match path.split_first() {
                Some((Elem::Field(name), rest)) => (self.named(*name), rest),
                _ => (At::default(), path),
            },
        }
    }

    pub(super) fn this(&self) -> At {
        let unit = self.this_unit();
        At::value(Info { ty: Ty::Unit(unit), loc: Some(Loc::this(self.program, unit)), ..Info::default() })
    }

    /// The instance seen as one of its base class; of a class that is not part of the program nothing is known.
    fn base(&self) -> At {
        let unit = self.this_unit();
        let facts = self.program.unit(unit);
        let ty = facts
            .bases
            .first()
            .map_or(Ty::Unknown, |base| self.program.resolve_type(unit.file, unit.ix, &facts.generics, base));
        At::value(Info { ty, loc: Some(Loc::new(Base::This(unit))), ..Info::default() })
    }

    /// The unit whose instance `this` is: that of the nearest function with a receiver of its own.
    pub(super) fn this_unit(&self) -> UnitId {
        let facts = self.program.facts(self.id.file);
        let mut function = &facts.functions[self.id.ix.index()];
        while function.receiver == Receiver::Outer {
            match function.outer {
                Some(outer) => function = &facts.functions[outer.index()],
                None => break,
            }
        }
        self.program.real_unit(UnitId { file: self.id.file, ix: function.unit })
    }

    fn param(&self, function: crate::facts::FunctionIx, index: u16) -> At {
        let id = FunctionId { file: self.id.file, ix: function };
        let ty = self.program.param_type(id, index);
        let loc = Loc::new(Base::Param(id, index));
        let callable = if id == self.id { Callable::Param(index) } else { Callable::No };
        let guard = self.given(index).filter(|_| id == self.id);
        At::value(Info { ty, loc: Some(loc), callable, guard, ..Info::default() })
    }

    fn local(&self, function: crate::facts::FunctionIx, local: u32) -> At {
        let id = FunctionId { file: self.id.file, ix: function };
        if id == self.id
            && let Some(guard) = self.kept.get(&crate::facts::LocalIx(local)).and_then(|guards| guards.first())
        {
            return At::value(self.info(*guard));
        }
        let declared = self.program.function(id);
        let Some(local_facts) = declared.locals.get(local as usize) else { return At::default() };
        let own = Loc::new(Base::Local(id, crate::facts::LocalIx(local)));
        let declared_ty = self.program.resolve_type(id.file, declared.unit, &declared.generics, &local_facts.ty);
        let mut info = match &local_facts.bind {
            Bind::Once(Value::Reg(reg)) if id != self.id => {
                self.outer[function.index()].registers.get(reg.index()).cloned().unwrap_or_default()
            }
            Bind::Once(Value::Function(ix)) => self.value_info(&Value::Function(*ix)),
            Bind::Once(Value::This) => self.this().info,
            Bind::Once(Value::Param(index)) => self.param(function, *index).info,
            _ => Info::default(),
        };
        // A value bound once is what it was bound to; only a location of its own activation is the variable.
        info.guard = None;
        if info.loc.is_none() {
            info.loc = Some(own);
        }
        if info.ty == Ty::Unknown {
            info.ty = declared_ty;
        }
        At::value(info)
    }

    /// A name of the module or of the host.
    fn named(&self, name: Name) -> At {
        let unit = self.program.function(self.id).unit;
        let symbol = self.program.modules.lookup(&self.program.files, self.id.file, unit, name);
        self.symbol(symbol, name)
    }

    fn symbol(&self, symbol: Symbol, name: Name) -> At {
        match symbol {
            Symbol::Variable(unit, field) => self.variable(unit, field),
            Symbol::Function(function) => At {
                info: Info {
                    callable: Callable::Function(function),
                    ty: Ty::Function(Some(function)),
                    ..Info::default()
                },
                symbol: Some(symbol),
                external: None,
            },
            Symbol::Unit(unit) => {
                let unit = self.program.real_unit(unit);
                At {
                    info: Info { ty: Ty::Static(unit), ..Info::default() },
                    symbol: Some(Symbol::Unit(unit)),
                    external: None,
                }
            }
            Symbol::Module(_) | Symbol::Case(..) | Symbol::Alias(..) => At { symbol: Some(symbol), ..At::default() },
            Symbol::External { from, name } => {
                let full = match name.as_str() {
                    "*" | "default" => from.to_string(),
                    _ if self.program.is_rust(self.id.file) => format!("{from}::{name}"),
                    _ => format!("{from}.{name}"),
                };
                At { symbol: Some(symbol), external: Some(full), ..At::default() }
            }
            Symbol::Unknown => At { external: Some(name.to_string()), ..At::default() },
        }
    }

    fn variable(&self, unit: UnitId, field: u32) -> At {
        let ty = self.program.field_type(unit, field);
        let loc = Loc::new(Base::Variable(unit, field));
        At::value(Info { ty, loc: Some(loc), ..Info::default() })
    }

    /// One element further.
    pub(super) fn step(&self, at: At, elem: &Elem) -> At {
        match elem {
            Elem::Field(name) => self.field(at, *name),
            Elem::Key(value) => self.element(at, self.key(value)),
            Elem::Any => self.element(at, Seg::Any),
            // The payload of an optional or fallible value is the value; the index behind it is skipped as well.
            Elem::Case(name) if matches!(name.as_str(), "Some" | "Ok" | "Break" | "Continue" | "Ready") => {
                At::value(Info {
                    ty: if at.info.ty.is_lib(&["Option", "Result", "Poll", "ControlFlow"]) {
                        Ty::lib("Payload", vec![at.info.ty.first_arg()])
                    } else {
                        Ty::lib("Payload", vec![at.info.ty.clone()])
                    },
                    ..at.info
                })
            }
            // So is what the entry of a concurrent map turns out to be: it keeps the map locked as the entry did.
            Elem::Case(name) if at.info.guard.is_some() && matches!(name.as_str(), "Vacant" | "Occupied") => {
                At::value(Info { ty: Ty::lib("Payload", vec![Ty::Unknown]), ..at.info })
            }
            Elem::Case(name) => {
                let loc = at.info.loc.map(|loc| loc.then(Seg::Case(*name)));
                At::value(Info { loc, ..Info::default() })
            }
        }
    }

    fn field(&self, at: At, name: Name) -> At {
        if let Some(symbol) = at.symbol {
            let member = self.program.modules.member(&self.program.files, symbol, name);
            if member != Symbol::Unknown {
                return self.symbol(member, name);
            }
        }
        if let Some(external) = &at.external {
            let rust = self.program.is_rust(self.id.file);
            let full = format!("{external}{}{name}", if rust { "::" } else { "." });
            return At { external: Some(full), ..At::default() };
        }
        if let Ty::Lib { name: lib, args, .. } = &at.info.ty
            && *lib == "Payload"
        {
            let ty = args.first().cloned().unwrap_or_default();
            return At::value(Info { ty, ..at.info.clone() });
        }
        if at.info.ty.is_lib(&["Tuple"]) && at.info.guard.is_some() {
            return At::value(Info { guard: at.info.guard, ..Info::default() });
        }
        let inner = self.program.behind(&at.info.ty);
        let Some(unit) = inner.unit() else {
            let loc = at.info.loc.map(|loc| loc.then(Seg::Field(name)));
            return At::value(Info { loc, guard: None, ..Info::default() });
        };
        // A smart pointer was looked through, or the walk stands on the unit itself: it owns what follows.
        let base = at.info.loc.map(|loc| loc.owned_by(self.program, unit));
        if let Some((owner, field)) = self.program.modules.field(&self.program.files, unit, name) {
            let ty = self.program.field_type(owner, field);
            let loc = base.map(|loc| loc.then(Seg::Field(name)));
            return At::value(Info { ty, loc, ..Info::default() });
        }
        if let Some(method) = self.program.modules.method(&self.program.files, unit, name) {
            return At::value(self.method_value(method, base, name));
        }
        At::value(Info { loc: base.map(|loc| loc.then(Seg::Field(name))), ..Info::default() })
    }

    /// A method taken as a value, or what a getter answers.
    fn method_value(&self, method: FunctionId, base: Option<Loc>, name: Name) -> Info {
        let function = self.program.function(method);
        if function.kind == FunctionKind::Getter {
            let ty = self.program.return_type(method);
            return Info { ty, loc: base.map(|loc| loc.then(Seg::Field(name))), ..Info::default() };
        }
        let callable = match base {
            Some(base) => Callable::Method(method, Box::new(base)),
            None => Callable::Function(method),
        };
        Info { callable, ty: Ty::Function(Some(method)), ..Info::default() }
    }

    fn element(&self, at: At, seg: Seg) -> At {
        if let Some(part) = self.part_of_state(&at, &seg) {
            return part;
        }
        let ty = match &at.info.ty {
            Ty::Lib { name, .. } if matches!(name.as_str(), "Tuple") => Ty::Unknown,
            ty => self.program.behind(ty).last_arg(),
        };
        let loc = at.info.loc.map(|loc| loc.then(seg));
        At::value(Info { ty, loc, ..Info::default() })
    }

    pub(super) fn key(&self, value: &Value) -> Seg {
        Seg::Key(match value {
            Value::Text(text) | Value::Number(text) => Key::Const(*text),
            Value::Int(number) => Key::Const(Name::new(&number.to_string())),
            other => Key::Value(self.id, Box::new(other.clone())),
        })
    }
}
