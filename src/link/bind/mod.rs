//! Bind: one function's steps with every place and call resolved. Flow-insensitive: a register is made once, so what is
//! known of it holds wherever it is read.

mod body;
mod calls;
mod effects;
mod files;
mod handed;
mod state;
mod unnamed;
mod walk;

pub use body::{
    Body, Callable, FileStep, Guard, Info, LockClass, LockType, Op, OpKind, Put, Returned, Sense, registers,
};
pub use files::Names;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{
    Bind, Elem, Exit, Function, FunctionIx, FunctionKind, LocalIx, Place, PlaceIx, Reg, Root, Span, Step, StepKind,
    Type, Value, WriteHow,
};
use crate::link::Program;
use crate::link::ids::{FileId, FunctionId};
use crate::link::loc::{Base, Loc, Seg};
use crate::link::types::Ty;
use crate::names::Name;

/// Binds all functions of one file, the outer ones before those inside them.
pub fn bind_file(program: &Program, file: FileId) -> Vec<Body> {
    let functions = &program.facts(file).functions;
    let mut bodies: Vec<Body> = vec![Body::default(); functions.len()];
    let mut order: Vec<u32> = (0..functions.len() as u32).collect();
    order.sort_by_key(|ix| depth(functions, FunctionIx(*ix)));
    for ix in order {
        let id = FunctionId { file, ix: FunctionIx(ix) };
        let body = bind(program, id, &bodies);
        bodies[ix as usize] = body;
    }
    bodies
}

fn depth(functions: &[Function], ix: FunctionIx) -> usize {
    std::iter::successors(Some(ix), |ix| functions[ix.index()].outer).take(functions.len()).count()
}

fn bind(program: &Program, id: FunctionId, outer: &[Body]) -> Body {
    let first = bind_with(program, id, outer, FxHashMap::default());
    // A loop may end in the text before it begins the guard that it ends.
    if first.kept.is_empty() { first.body } else { bind_with(program, id, outer, first.kept).body }
}

fn bind_with<'p>(program: &'p Program, id: FunctionId, outer: &'p [Body], kept: Kept) -> Binder<'p> {
    let function = program.function(id);
    let registers = vec![Info::default(); function.registers as usize];
    let mut binder = Binder {
        program,
        id,
        outer,
        body: Body::with(registers),
        ops: Vec::new(),
        moved: FxHashSet::default(),
        options: FxHashMap::default(),
        kept,
        seen: Vec::new(),
        stated: FxHashMap::default(),
    };
    binder.take_stated_types();
    binder.take_what_is_given();
    for block in &function.blocks {
        for step in &block.steps {
            binder.bind_step(step);
        }
        let ops = std::mem::take(&mut binder.ops);
        binder.body.blocks.push(ops);
    }
    binder.see_first();
    binder.body.index();
    binder.body.returned = binder.returned();
    binder.take_what_is_handed_out();
    binder
}

/// The guards that were put into each variable which is assigned more than once.
type Kept = FxHashMap<LocalIx, Vec<Reg>>;

pub(super) struct Binder<'p> {
    pub(super) program: &'p Program,
    pub(super) id: FunctionId,
    /// The bodies of the same file that are bound already.
    outer: &'p [Body],
    body: Body,
    ops: Vec<Op>,
    /// Registers whose guard went on into another one: their own end ends nothing.
    moved: FxHashSet<Reg>,
    /// How a file is to be opened, by the register that gathers it.
    options: FxHashMap<Reg, Vec<Name>>,
    kept: Kept,
    /// Reads of what a closure sees as it was when the closure was made.
    seen: Vec<Op>,
    /// Types that the code states.
    stated: FxHashMap<Reg, Ty>,
}

impl<'p> Binder<'p> {
    fn place(&self, ix: PlaceIx) -> &'p Place {
        &self.program.function(self.id).places[ix.index()]
    }

    fn push(&mut self, span: Span, kind: OpKind) {
        let ops = if self.is_seen_as_it_was(&kind) { &mut self.seen } else { &mut self.ops };
        ops.push(Op { span, kind });
    }

    fn info(&self, reg: Reg) -> Info {
        self.body.registers.get(reg.index()).cloned().unwrap_or_default()
    }

    fn know(&mut self, reg: Reg, info: Info) {
        if let Some(slot) = self.body.registers.get_mut(reg.index()) {
            *slot = info;
            if slot.ty == Ty::Unknown
                && let Some(stated) = self.stated.get(&reg)
            {
                slot.ty = stated.clone();
            }
        }
    }

    /// The code says of which type it is: what makes it need not be known. Only in Rust: in TypeScript what is new in each
    /// run would stand for all objects of an interface.
    fn take_stated_types(&mut self) {
        if !self.program.is_rust(self.id.file) {
            return;
        }
        let function = self.program.function(self.id);
        for local in &function.locals {
            let Bind::Once(Value::Reg(reg)) = local.bind else { continue };
            let ty = self.program.resolve_type(self.id.file, function.unit, &function.generics, &local.ty);
            if ty != Ty::Unknown {
                self.stated.insert(reg, ty);
                self.know(reg, Info::default());
            }
        }
    }

    /// A register that the facts do not have, for what a call reads on its way.
    fn new_register(&mut self, info: Info) -> Reg {
        self.body.registers.push(info);
        Reg(self.body.registers.len() as u32 - 1)
    }

    /// What is known of an operand.
    fn value_info(&self, value: &Value) -> Info {
        match value {
            Value::Reg(reg) => self.info(*reg),
            Value::This => self.this().info,
            Value::Function(ix) => {
                let function = FunctionId { file: self.id.file, ix: *ix };
                let ty = Ty::Function(Some(function));
                Info { callable: Callable::Function(function), ty, ..Info::default() }
            }
            Value::Param(index) => self.walk(&Place { root: Root::Param(self.id.ix, *index), path: Vec::new() }).info,
            Value::Case(_, parts) if parts.len() == 1 => self.value_info(&parts[0]),
            // A guard inside a tuple or a struct lives as long as that does.
            Value::List(parts) | Value::Case(_, parts) => self.held_in(parts.iter()),
            Value::Record(fields) => {
                let held = self.held_in(fields.iter().map(|(_, value)| value));
                match value.struct_path().filter(|_| held.guard.is_none()) {
                    Some(path) => Info { ty: self.type_named(path), ..held },
                    None => held,
                }
            }
            _ => Info::default(),
        }
    }

    /// The type that a path written in this function stands for.
    fn type_named(&self, path: Name) -> Ty {
        let function = self.program.function(self.id);
        self.program.resolve_type(self.id.file, function.unit, &function.generics, &Type::named(path.as_str()))
    }

    /// What the function's result is, if all its returns that give something agree.
    fn returned(&self) -> Returned {
        let mut found: Option<Returned> = None;
        let carries = may_carry(self.program, &self.program.return_type(self.id));
        for block in &self.program.function(self.id).blocks {
            let Exit::Return { value, .. } = &block.exit else { continue };
            if matches!(value, Value::Absent | Value::Unknown) {
                continue;
            }
            let info = self.value_info(value);
            let carried = info.guard.filter(|_| carries);
            let guard = carried.and_then(|reg| self.guard(reg)).cloned();
            let passes = carried.and_then(|reg| self.body.given.iter().find(|(_, given)| *given == reg));
            let passes = passes.map(|(param, _)| *param);
            let loc = info.loc.filter(|loc| matches!(loc.base, Base::This(_) | Base::Param(..) | Base::Variable(..)));
            let path = self.path_of(value).filter(files::is_outward);
            let this = Returned { loc, ty: info.ty, guard, passes, path };
            match &found {
                Some(other) if *other != this => return Returned::default(),
                _ => found = Some(this),
            }
        }
        found.unwrap_or_default()
    }

    fn guard(&self, reg: Reg) -> Option<&Guard> {
        self.body.guards.iter().find(|guard| guard.reg == reg)
    }

    fn held_in<'v>(&self, parts: impl Iterator<Item = &'v Value>) -> Info {
        let guard = parts.filter_map(|part| self.value_info(part).guard).next();
        match guard {
            Some(_) => Info { guard, ty: Ty::lib("Tuple", Vec::new()), ..Info::default() },
            None => Info::default(),
        }
    }

    /// The guard that this value carries goes on into something else.
    fn moves(&mut self, value: &Value) {
        match value {
            Value::Reg(reg) if self.info(*reg).guard.is_some() => {
                self.moved.insert(*reg);
            }
            Value::Param(index) => self.moved.extend(self.given(*index)),
            Value::List(parts) | Value::Case(_, parts) => parts.iter().for_each(|part| self.moves(part)),
            Value::Record(fields) => fields.iter().for_each(|(_, value)| self.moves(value)),
            _ => {}
        }
    }

    fn bind_step(&mut self, step: &Step) {
        let span = step.span;
        match &step.kind {
            StepKind::Read { place, into, .. } => self.bind_read(*place, *into, span),
            StepKind::Write { place, how, value } => self.bind_write(*place, *how, value, span),
            StepKind::Call { callee, args, into } => self.bind_call(callee, args, *into, span),
            StepKind::Suspend { on, into, how } => {
                let waited = self.value_info(on);
                let ty = match &waited.ty {
                    ty if ty.is_lib(&["Promise", "PromiseLike", "Future"]) => waited.ty.first_arg(),
                    other => other.clone(),
                };
                self.moves(on);
                self.know(*into, Info { ty, promise: false, ..waited });
                self.push(span, OpKind::Suspend { on: on.clone(), into: *into, how: *how });
            }
            StepKind::Try { of, into } => {
                let of_info = self.value_info(of);
                let ty =
                    if of_info.ty.is_lib(&["Option", "Result"]) { of_info.ty.first_arg() } else { of_info.ty.clone() };
                self.moves(of);
                self.know(*into, Info { ty, ..of_info });
                self.push(span, OpKind::Try { of: of.clone(), into: *into });
            }
            StepKind::Let { into, value } => {
                let info = self.value_info(value);
                self.moves(value);
                let known = self.info(*into);
                if known.ty == Ty::Unknown && known.loc.is_none() {
                    let path = self.either_path(*into, value);
                    self.know(*into, Info { path, ..info });
                }
                self.push(span, OpKind::Let { into: *into, value: value.clone() });
            }
            StepKind::Drop { place } => self.bind_drop(*place, span),
            StepKind::Ignore { place } => self.bind_ignore(*place, span),
            StepKind::Unknown { what } => self.push(span, OpKind::Unknown { what: *what }),
        }
    }

    fn bind_read(&mut self, place: PlaceIx, into: Reg, span: Span) {
        let at = self.walk(self.place(place));
        let getter = self.getter(place);
        let mut info = at.info;
        if let Some(name) = &at.external {
            info.path = Some(self.named_path(name));
        }
        // What a guard points to is no guard.
        if matches!(self.place(place), Place { root: Root::Value(_), path } if path.is_empty()) {
            info.guard = None;
        }
        self.know(into, info.clone());
        if let Some((getter, this)) = getter {
            self.push(span, OpKind::Call { target: getter, this, args: Vec::new(), into });
        } else if let Some(at) = info.loc
            && info.callable == Callable::No
        {
            let of = match self.place(place).root {
                Root::Value(reg) => Some(reg),
                _ => None,
            };
            self.push(span, OpKind::Read { at, of, into, sense: Sense::Value });
        } else {
            // A part of something that stands nowhere: known only by what it is a part of.
            let of = match self.place(place).root {
                Root::Value(reg) => vec![Value::Reg(reg)],
                _ => Vec::new(),
            };
            self.push(span, OpKind::Let { into, value: Value::Term(of) });
        }
    }

    /// The getter that a read of this place runs.
    fn getter(&self, place: PlaceIx) -> Option<(FunctionId, Option<Loc>)> {
        let (receiver, last) = self.walk_receiver(self.place(place));
        let Elem::Field(name) = last? else { return None };
        let unit = self.program.behind(&receiver.info.ty).unit()?;
        let method = self.program.modules.method(&self.program.files, unit, *name)?;
        (self.program.function(method).kind == FunctionKind::Getter).then_some((method, receiver.info.loc))
    }

    fn bind_write(&mut self, place: PlaceIx, how: WriteHow, value: &Value, span: Span) {
        if let (Some(local), Some(guard)) = (self.own_local(place), self.value_info(value).guard) {
            let kept = self.kept.entry(local).or_default();
            if !kept.contains(&guard) {
                kept.push(guard);
            }
            return self.moves(value);
        }
        let at = self.walk(self.place(place));
        let Some(loc) = at.info.loc else { return };
        let keyed = matches!(loc.path.last(), Some(Seg::Key(_)));
        let put = match how {
            WriteHow::Init => Put::Init,
            WriteHow::Remove => Put::Remove,
            WriteHow::Set if keyed => Put::Insert,
            WriteHow::Set => Put::Set,
        };
        self.push(span, OpKind::Write { at: loc, put, value: value.clone() });
    }

    fn bind_ignore(&mut self, place: PlaceIx, span: Span) {
        let Root::Local(function, local) = self.place(place).root else { return };
        let of = FunctionId { file: self.id.file, ix: function };
        let Some(Bind::Once(Value::Reg(reg))) =
            self.program.function(of).locals.get(local.index()).map(|local| &local.bind)
        else {
            return;
        };
        let held = self.outer[function.index()].registers.get(reg.index()).and_then(|info| info.guard);
        if let Some(guard) = held {
            self.push(span, OpKind::Ignore { of, guard });
        }
    }

    fn bind_drop(&mut self, ix: PlaceIx, span: Span) {
        let place = self.place(ix);
        if let (Root::Value(reg), true) = (place.root, place.path.is_empty())
            && !self.moved.contains(&reg)
            && let Some(guard) = self.info(reg).guard
        {
            self.let_go(guard, span);
        } else if let (Root::Param(function, index), true) = (place.root, place.path.is_empty())
            && function == self.id.ix
            && let Some(guard) = self.given(index).filter(|guard| !self.moved.contains(guard))
        {
            self.let_go(guard, span);
        } else if let Some(local) = self.own_local(ix) {
            // A guard kept in a variable that is assigned more than once: whichever it holds then.
            for guard in self.kept.get(&local).cloned().unwrap_or_default() {
                self.push(span, OpKind::Release { guard });
            }
        }
    }

    /// The guard ends. One that came out of a variable may be any that was put there.
    fn let_go(&mut self, guard: Reg, span: Span) {
        let kept = self.kept.values().find(|guards| guards.contains(&guard));
        for guard in kept.cloned().unwrap_or_else(|| vec![guard]) {
            self.push(span, OpKind::Release { guard });
        }
    }

    /// The variable of this function that a place is, whole.
    fn own_local(&self, place: PlaceIx) -> Option<LocalIx> {
        match self.place(place) {
            Place { root: Root::Local(function, local), path } if *function == self.id.ix && path.is_empty() => {
                Some(*local)
            }
            _ => None,
        }
    }
}

/// Can a value of this type keep a guard alive? Shared handles and plain data cannot.
fn may_carry(program: &Program, ty: &Ty) -> bool {
    match ty {
        Ty::Unknown | Ty::Unit(_) | Ty::Dyn(_) => true,
        Ty::Static(_) | Ty::Function(_) => false,
        Ty::Lib { name, .. } if ["Guard", "Ref", "RefMut", "Entry"].iter().any(|end| name.ends_with(end)) => true,
        Ty::Lib { name, .. } if program.models.is_pointer(*name) && *name != "Box" => false,
        // An error is no guard (a poisoned lock's goes with the guard that it spoils).
        Ty::Lib { name, args, .. } if *name == "Result" => args.first().is_none_or(|arg| may_carry(program, arg)),
        Ty::Lib { args, .. } => args.iter().any(|arg| may_carry(program, arg)),
    }
}
