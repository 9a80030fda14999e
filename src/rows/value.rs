//! Values: what an operand stands for in terms of the function that a trace begins with, and what it is computed from.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::frame::{Caller, Frame};

use crate::facts::{Bind, Callee, Elem, Exit, LocalIx, Place, Reg, Root, Step, StepKind, Value};
use crate::link::Program;
use crate::link::bind::OpKind;
use crate::link::ids::FunctionId;
use crate::link::loc::Base;
use crate::models::Running;
use crate::names::Name;

/// Where the registers of one function are made, and which calls go to functions of the program.
pub(super) struct Defs {
    made: Vec<Vec<(u32, u32)>>,
    pub(super) targets: FxHashMap<Reg, FunctionId>,
    /// Registers that another call is made on: links in the middle of a chain.
    pub(super) chained: FxHashSet<Reg>,
    /// Registers that somebody reads.
    pub(super) used: FxHashSet<Reg>,
}

impl Defs {
    pub(super) fn of(program: &Program, id: FunctionId) -> Defs {
        let function = program.function(id);
        let mut defs = Defs {
            made: vec![Vec::new(); function.registers as usize],
            targets: FxHashMap::default(),
            chained: FxHashSet::default(),
            used: FxHashSet::default(),
        };
        for (block, facts) in function.blocks.iter().enumerate() {
            for (at, step) in facts.steps.iter().enumerate() {
                if let Some(into) = into(step) {
                    defs.made[into.index()].push((block as u32, at as u32));
                }
                defs.note_uses(&step.kind, function.places.as_slice());
            }
            if let Exit::Return { value, .. } = &facts.exit {
                defs.note(value);
            }
        }
        for op in program.body(id).blocks.iter().flatten() {
            match &op.kind {
                OpKind::Call { target, into, .. } => {
                    defs.targets.insert(*into, *target);
                }
                // A named function that somebody runs for the caller; closures are followed where they stand.
                OpKind::Run { callee, into, how, .. } => {
                    let later = matches!(
                        how,
                        Running::Later
                            | Running::Shown
                            | Running::Often
                            | Running::Timed
                            | Running::Spawned
                            | Running::Locked
                            | Running::Queued
                    );
                    if let Some(target) = callee.target().filter(|_| !later)
                        && program.function(target).outer.is_none_or(|outer| outer.0 == 0)
                    {
                        defs.targets.insert(*into, target);
                    }
                }
                _ => {}
            }
        }
        defs
    }

    fn note_uses(&mut self, kind: &StepKind, places: &[Place]) {
        match kind {
            StepKind::Call { callee, args, .. } => {
                if let Callee::Place(place) | Callee::Optional(place) = callee
                    && let Root::Value(reg) = places[place.index()].root
                {
                    self.used.insert(reg);
                    if places[place.index()].path.len() == 1 {
                        self.chained.insert(reg);
                    }
                }
                args.iter().for_each(|arg| self.note(&arg.value));
            }
            StepKind::Suspend { on: value, .. } | StepKind::Try { of: value, .. } | StepKind::Let { value, .. } => {
                self.note(value);
            }
            StepKind::Write { value, .. } => self.note(value),
            StepKind::Read { place, .. } => {
                if let Root::Value(reg) = places[place.index()].root {
                    self.used.insert(reg);
                }
            }
            StepKind::Drop { .. } | StepKind::Ignore { .. } | StepKind::Unknown { .. } => {}
        }
    }

    fn note(&mut self, value: &Value) {
        crate::link::bind::registers(value, &mut |reg| {
            self.used.insert(reg);
        });
    }

    /// The steps that make a register.
    pub(super) fn steps<'p>(&self, program: &'p Program, id: FunctionId, reg: Reg) -> Vec<&'p Step> {
        let blocks = &program.function(id).blocks;
        let made = self.made.get(reg.index()).map_or(&[][..], Vec::as_slice);
        made.iter().map(|(block, at)| &blocks[*block as usize].steps[*at as usize]).collect()
    }
}

fn into(step: &Step) -> Option<Reg> {
    match &step.kind {
        StepKind::Read { into, .. }
        | StepKind::Call { into, .. }
        | StepKind::Suspend { into, .. }
        | StepKind::Try { into, .. }
        | StepKind::Let { into, .. } => Some(*into),
        _ => None,
    }
}

/// Where a value comes from in the end.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Origin {
    This,
    Param(FunctionId, u16),
    Local(FunctionId, LocalIx),
    Name(Name),
    /// The result of a step of one activation.
    Made(u64, Reg),
    /// Drawn at random, or counted up: no other run has it.
    Drawn,
}

/// A value by the way it is reached; two that are equal are the same value.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Sym {
    Const(Name),
    At(Origin, Vec<Name>),
    Parts(Vec<Sym>),
    Unknown,
}

impl Sym {
    /// Could it name one row among many?
    pub fn is_telling(&self) -> bool {
        match self {
            Sym::Const(_) | Sym::Unknown => false,
            Sym::At(..) => true,
            Sym::Parts(parts) => parts.iter().any(Sym::is_telling),
        }
    }
}

/// How deep bindings, calls and terms are followed.
const DEPTH: usize = 24;

/// Calls whose result is their receiver or first argument in another form.
pub(super) const SAME: &[&str] = &[
    "unwrap",
    "expect",
    "clone",
    "cloned",
    "to_string",
    "to_owned",
    "as_str",
    "as_ref",
    "as_mut",
    "as_deref",
    "into",
    "into_active_model",
    "to_vec",
    "toString",
    "String",
    "Number",
    "ok_or",
    "ok_or_else",
    "map_err",
    "context",
    "with_context",
    "ok",
    "unwrap_or_default",
    "to_uuid",
    "borrow",
    "deref",
    "iter",
    "into_iter",
    "await",
    "catch",
    "lean",
    "exec",
];

pub(super) struct Values<'p> {
    pub(super) program: &'p Program,
    defs: std::cell::RefCell<FxHashMap<FunctionId, Rc<Defs>>>,
}

impl<'p> Values<'p> {
    pub(super) fn new(program: &'p Program) -> Values<'p> {
        Values { program, defs: Default::default() }
    }

    pub(super) fn defs(&self, id: FunctionId) -> Rc<Defs> {
        if let Some(known) = self.defs.borrow().get(&id) {
            return Rc::clone(known);
        }
        let defs = Rc::new(Defs::of(self.program, id));
        self.defs.borrow_mut().insert(id, Rc::clone(&defs));
        defs
    }

    /// The step that makes a register, if there is one alone.
    pub(super) fn step(&self, function: FunctionId, reg: Reg) -> Option<&'p Step> {
        match self.defs(function).steps(self.program, function, reg).as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The function that a value is, and the activation that it was written in; what a caller hands in is followed.
    pub(super) fn function(&self, frame: &Rc<Frame<'p>>, value: &'p Value) -> Option<(FunctionId, Rc<Frame<'p>>)> {
        let mut at = (Rc::clone(frame), value);
        for _ in 0..=super::INLINE {
            match super::words::spelt(self, &at.0, at.1) {
                Value::Function(ix) => return Some((FunctionId { file: at.0.function.file, ix: *ix }, at.0)),
                Value::Param(index) => {
                    let caller = at.0.caller.as_ref().filter(|caller| !caller.closure)?;
                    at = (Rc::clone(&caller.frame), &caller.args.get(usize::from(*index))?.value);
                }
                _ => return None,
            }
        }
        None
    }

    /// The guard of a lock that a register carries or points through.
    pub(super) fn guard(&self, frame: &Rc<Frame<'p>>, reg: Reg) -> Option<(u64, Reg)> {
        let body = self.program.body(frame.function);
        let info = body.registers.get(reg.index())?;
        let own = info.guard.or_else(|| match info.loc.as_ref().map(|loc| loc.base) {
            Some(Base::Value(function, inner)) if function == frame.function => {
                body.registers.get(inner.index()).and_then(|inner| inner.guard)
            }
            _ => None,
        });
        own.map(|guard| (frame.id, guard))
    }

    pub(super) fn place(&self, function: FunctionId, place: crate::facts::PlaceIx) -> &'p Place {
        &self.program.function(function).places[place.index()]
    }

    pub(super) fn sym(&self, frame: &Rc<Frame<'p>>, value: &'p Value) -> Sym {
        self.sym_to(frame, value, DEPTH)
    }

    /// What a root stands for.
    pub(super) fn root(&self, frame: &Rc<Frame<'p>>, root: Root) -> Sym {
        self.way(frame, root, &[], DEPTH)
    }

    fn sym_to(&self, frame: &Rc<Frame<'p>>, value: &'p Value, depth: usize) -> Sym {
        let Some(depth) = depth.checked_sub(1) else { return Sym::Unknown };
        match value {
            Value::Text(text) | Value::Number(text) => Sym::Const(*text),
            Value::Int(number) => Sym::Const(Name::new(&number.to_string())),
            Value::Bool(truth) => Sym::Const(Name::new(if *truth { "true" } else { "false" })),
            Value::Absent => Sym::Const(Name::new("null")),
            Value::This => self.this(frame, depth),
            Value::Param(index) => self.param(frame, *index, depth),
            Value::Reg(reg) => self.register(frame, *reg, depth),
            Value::Case(_, parts) | Value::List(parts) if parts.len() == 1 => self.sym_to(frame, &parts[0], depth),
            Value::Template(parts) => Sym::Parts(parts.iter().map(|part| self.sym_to(frame, part, depth)).collect()),
            _ => Sym::Unknown,
        }
    }

    fn this(&self, frame: &Rc<Frame<'p>>, depth: usize) -> Sym {
        match &frame.caller {
            Some(Caller { frame: outer, closure: true, .. }) => self.this(outer, depth),
            Some(Caller { frame: outer, place: Some(place), .. }) if place.path.len() > 1 || is_object(place) => {
                let before = place.path.split_last().map_or(&[][..], |(_, before)| before);
                self.way(outer, place.root, before, depth)
            }
            _ => Sym::At(Origin::This, Vec::new()),
        }
    }

    fn param(&self, frame: &Rc<Frame<'p>>, index: u16, depth: usize) -> Sym {
        let own = Sym::At(Origin::Param(frame.function, index), Vec::new());
        match &frame.caller {
            Some(caller) if !caller.closure => {
                caller.args.get(usize::from(index)).map_or(own, |arg| self.sym_to(&caller.frame, &arg.value, depth))
            }
            _ => own,
        }
    }

    fn register(&self, frame: &Rc<Frame<'p>>, reg: Reg, depth: usize) -> Sym {
        let own = Sym::At(Origin::Made(frame.id, reg), Vec::new());
        let Some(depth) = depth.checked_sub(1) else { return own };
        match self.step(frame.function, reg).map(|step| &step.kind) {
            Some(StepKind::Read { place, .. }) => {
                let place = self.place(frame.function, *place);
                self.way(frame, place.root, &place.path, depth)
            }
            Some(
                StepKind::Suspend { on: value, .. } | StepKind::Try { of: value, .. } | StepKind::Let { value, .. },
            ) => match self.sym_to(frame, value, depth) {
                Sym::Unknown => own,
                known => known,
            },
            Some(StepKind::Call { callee: Callee::Place(place) | Callee::Optional(place), args, .. }) => {
                let place = self.place(frame.function, *place);
                let Some(Elem::Field(name)) = place.path.last() else { return own };
                if !SAME.contains(&last_part(*name)) {
                    return own;
                }
                if place.path.len() > 1 || is_object(place) {
                    return self.way(frame, place.root, &place.path[..place.path.len() - 1], depth);
                }
                args.first().map_or(own, |arg| self.sym_to(frame, &arg.value, depth))
            }
            _ => own,
        }
    }

    /// What stands in a field of the object that was handed in: whose activation it was written in, and its value.
    fn handed(&self, frame: &Rc<Frame<'p>>, root: Root, path: &'p [Elem]) -> Option<(Rc<Frame<'p>>, &'p Value)> {
        let (Root::Param(function, index), Some(Elem::Field(name))) = (root, path.first()) else { return None };
        let frame = frame.of(function);
        let caller = frame.caller.as_ref().filter(|caller| !caller.closure)?;
        let (at, object) = super::words::resolved(self, &caller.frame, &caller.args.get(usize::from(index))?.value);
        Some((Rc::clone(at), super::words::field(self, at, object, *name)?))
    }

    /// A root and the way from it.
    pub(super) fn way(&self, frame: &Rc<Frame<'p>>, root: Root, path: &'p [Elem], depth: usize) -> Sym {
        let mut rest = path;
        if let Some((at, value)) = self.handed(frame, root, path) {
            return match self.sym_to(&at, value, depth) {
                Sym::At(origin, names) => along(origin, names, &path[1..]),
                other => other,
            };
        }
        let base = match root {
            Root::This | Root::Super => self.this(frame, depth),
            Root::Param(function, index) => self.param(&frame.of(function), index, depth),
            Root::Local(function, local) => self.local(&frame.of(function), local, depth),
            Root::Value(reg) => self.register(frame, reg, depth),
            Root::Module | Root::Global => match path.split_first() {
                Some((Elem::Field(name), tail)) => {
                    rest = tail;
                    Sym::At(Origin::Name(*name), Vec::new())
                }
                _ => Sym::Unknown,
            },
        };
        match base {
            Sym::At(origin, names) => along(origin, names, rest),
            other => other,
        }
    }

    fn local(&self, frame: &Rc<Frame<'p>>, local: LocalIx, depth: usize) -> Sym {
        let own = Sym::At(Origin::Local(frame.function, local), Vec::new());
        let Some(depth) = depth.checked_sub(1) else { return own };
        match self.program.function(frame.function).locals.get(local.index()).map(|local| &local.bind) {
            Some(Bind::Once(value)) => match self.sym_to(frame, value, depth) {
                Sym::Unknown => own,
                known => known,
            },
            _ => own,
        }
    }
}

/// What is reached from there.
fn along(origin: Origin, mut names: Vec<Name>, rest: &[Elem]) -> Sym {
    for elem in rest {
        match elem {
            Elem::Field(name) => names.push(*name),
            Elem::Key(Value::Text(name)) => names.push(*name),
            Elem::Key(Value::Int(number)) => names.push(Name::new(&number.to_string())),
            Elem::Case(_) => {}
            Elem::Key(_) | Elem::Any => names.push(Name::new("[]")),
        }
    }
    Sym::At(origin, names)
}

/// Is what stands before the last name an object, and no module?
pub(super) fn is_object(place: &Place) -> bool {
    !matches!(place.root, Root::Module | Root::Global)
}

/// The last part of a path.
pub(super) fn last_part(name: Name) -> &'static str {
    name.as_str().rsplit("::").next().unwrap_or_default()
}
