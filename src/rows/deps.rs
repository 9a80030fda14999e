//! Dependencies: what a value is computed from, through bindings, fields, helpers and what was handed in.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::frame::Frame;
use super::value::{Origin, SAME, Values, is_object, last_part};
use crate::facts::{Arg, Bind, Callee, Elem, Exit, LocalIx, Place, Reg, Root, StepKind, Value};
use crate::link::ids::FunctionId;
use crate::link::loc::Seg;
use crate::names::Name;

/// Something that a value is computed from, and which field of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Dep {
    pub origin: Origin,
    pub field: Option<Name>,
    pub through: Through,
}

/// What lies between a value and what it rests on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Through {
    /// It is passed on as it is.
    Nothing,
    /// It is passed on where nothing else is: `given ?? known`.
    Choice,
    /// Something is computed from it.
    Computation,
}

/// How deep what a value is computed from is followed: each register once.
const FAR: usize = 96;

impl<'p> Values<'p> {
    /// Everything that a register is computed from.
    pub(super) fn register_deps(&self, frame: &Rc<Frame<'p>>, reg: Reg) -> FxHashSet<Dep> {
        let mut walk = Walk::new(self);
        walk.register(frame, reg, None, FAR);
        walk.out
    }

    /// Everything that what a chain begins with is made from.
    pub(super) fn root_deps(&self, frame: &Rc<Frame<'p>>, root: Root) -> FxHashSet<Dep> {
        let mut walk = Walk::new(self);
        walk.root(frame, root, None, FAR);
        walk.out
    }

    /// Does the call give something else each time, whoever asks?
    fn is_drawn(&self, frame: &Rc<Frame<'p>>, reg: Reg) -> bool {
        let info = self.program.body(frame.function).registers.get(reg.index());
        info.and_then(|info| info.path.as_ref()).is_some_and(|path| path.path.contains(&Seg::Unique))
    }

    /// Everything that a value is computed from.
    pub(super) fn deps(&self, frame: &Rc<Frame<'p>>, value: &'p Value) -> FxHashSet<Dep> {
        let mut walk = Walk::new(self);
        walk.value(frame, value, None, FAR);
        walk.out
    }
}

struct Walk<'a, 'p> {
    values: &'a Values<'p>,
    seen: FxHashSet<(u64, Reg, Option<Name>, Through)>,
    out: FxHashSet<Dep>,
    /// How many computations and choices lie between here and the value that was asked about.
    within: usize,
    among: usize,
}

impl<'a, 'p> Walk<'a, 'p> {
    fn new(values: &'a Values<'p>) -> Walk<'a, 'p> {
        Walk { values, seen: FxHashSet::default(), out: FxHashSet::default(), within: 0, among: 0 }
    }

    fn add(&mut self, origin: Origin, field: Option<Name>) -> bool {
        self.out.insert(Dep { origin, field, through: self.through() })
    }

    fn through(&self) -> Through {
        match (self.within, self.among) {
            (0, 0) => Through::Nothing,
            (0, _) => Through::Choice,
            _ => Through::Computation,
        }
    }

    /// What a part of a computation is computed from.
    fn part(&mut self, frame: &Rc<Frame<'p>>, value: &'p Value, field: Option<Name>, depth: usize) {
        self.within += 1;
        self.value(frame, value, field, depth);
        self.within -= 1;
    }

    fn value(&mut self, frame: &Rc<Frame<'p>>, value: &'p Value, field: Option<Name>, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match value {
            Value::Reg(reg) => self.register(frame, *reg, field, depth),
            Value::Sum(reg, _) => {
                self.within += 1;
                self.register(frame, *reg, field, depth);
                self.within -= 1;
            }
            // What may be nothing is what it is.
            Value::Case(_, parts) => parts.iter().for_each(|part| self.value(frame, part, field, depth)),
            Value::Template(parts) | Value::List(parts) | Value::Term(parts) => {
                parts.iter().for_each(|part| self.part(frame, part, field, depth));
            }
            Value::Record(fields) => {
                // What is named behind a spread replaces what the spread brings; in Rust it always does.
                let named = field.and_then(|field| fields.iter().rposition(|(name, _)| *name == field));
                let rust = self.values.program.is_rust(frame.function.file);
                for (at, (name, value)) in fields.iter().enumerate() {
                    let gives = match named {
                        Some(named) => at == named || *name == "..." && at > named && !rust,
                        // A field that nobody names comes from a spread.
                        None => field.is_none() || *name == "...",
                    };
                    if gives {
                        match field {
                            Some(field) if *name == "..." => self.value(frame, value, Some(field), depth),
                            Some(_) => self.value(frame, value, None, depth),
                            // The object itself is new.
                            None => self.part(frame, value, None, depth),
                        }
                    }
                }
            }
            Value::Param(index) => self.param(frame, *index, field, depth),
            Value::Function(ix) => {
                let target = FunctionId { file: frame.function.file, ix: *ix };
                if !frame.is_in(target) {
                    self.returns(&frame.closure(target, Reg(u32::MAX)), None, depth);
                }
            }
            Value::This => {
                self.add(Origin::This, field);
            }
            _ => {}
        }
    }

    fn param(&mut self, frame: &Rc<Frame<'p>>, index: u16, field: Option<Name>, depth: usize) {
        match &frame.caller {
            Some(caller) if !caller.closure && usize::from(index) < caller.args.len() => {
                let outer = Rc::clone(&caller.frame);
                self.value(&outer, &caller.args[usize::from(index)].value, field, depth);
            }
            _ => {
                self.add(Origin::Param(frame.function, index), field);
            }
        }
    }

    fn register(&mut self, frame: &Rc<Frame<'p>>, reg: Reg, field: Option<Name>, depth: usize) {
        if !self.seen.insert((frame.id, reg, field, self.through())) {
            return;
        }
        let steps = self.values.defs(frame.function).steps(self.values.program, frame.function, reg);
        let chosen = usize::from(steps.len() > 1);
        self.among += chosen;
        for step in steps {
            match &step.kind {
                StepKind::Read { place, .. } => {
                    let place = self.values.place(frame.function, *place);
                    self.place(frame, place, field, depth);
                }
                StepKind::Suspend { on: value, .. } | StepKind::Try { of: value, .. } | StepKind::Let { value, .. } => {
                    self.value(frame, value, field, depth)
                }
                StepKind::Call { callee, args, .. } => {
                    self.add(Origin::Made(frame.id, reg), field);
                    if self.values.is_drawn(frame, reg) {
                        self.add(Origin::Drawn, None);
                    }
                    self.call(frame, reg, callee, args, field, depth);
                }
                _ => {}
            }
        }
        self.among -= chosen;
    }

    fn call(
        &mut self,
        frame: &Rc<Frame<'p>>,
        reg: Reg,
        callee: &'p Callee,
        args: &'p [Arg],
        field: Option<Name>,
        depth: usize,
    ) {
        let mut on = None;
        let mut passes = false;
        if let Callee::Place(place) | Callee::Optional(place) = callee {
            let place = self.values.place(frame.function, *place);
            passes = matches!(place.path.last(), Some(Elem::Field(name)) if SAME.contains(&last_part(*name)));
            on = Some(place);
            if let Root::Value(receiver) = place.root {
                let inner = if passes || place.path.len() == 1 { field } else { None };
                // The link of a chain, of whose answer a field is looked for, passes on what the one before it gave.
                let computes = !passes && inner.is_none();
                self.within += usize::from(computes);
                self.register(frame, receiver, inner, depth);
                self.within -= usize::from(computes);
            } else if place.path.len() > 1 || is_object(place) {
                self.within += usize::from(!passes);
                self.root(frame, place.root, None, depth);
                self.within -= usize::from(!passes);
            }
        }
        for arg in args {
            match passes {
                true => self.value(frame, &arg.value, field, depth),
                false => self.part(frame, &arg.value, None, depth),
            }
        }
        if let Some(target) = self.values.defs(frame.function).targets.get(&reg)
            && frame.depth < super::INLINE
            && !frame.is_in(*target)
        {
            self.returns(&frame.call(*target, args, on, reg), field, depth);
        }
    }

    /// What the function of this activation returns.
    fn returns(&mut self, frame: &Rc<Frame<'p>>, field: Option<Name>, depth: usize) {
        for block in &self.values.program.function(frame.function).blocks {
            if let Exit::Return { value, .. } = &block.exit {
                self.value(frame, value, field, depth);
            }
        }
    }

    fn place(&mut self, frame: &Rc<Frame<'p>>, place: &'p Place, field: Option<Name>, depth: usize) {
        let path = match place.root {
            Root::Module | Root::Global => place.path.get(1..).unwrap_or_default(),
            _ => &place.path,
        };
        let first = path.iter().find_map(|elem| match elem {
            Elem::Field(name) if !name.starts_with(|c: char| c.is_ascii_digit()) => Some(*name),
            Elem::Key(Value::Text(name)) => Some(*name),
            _ => None,
        });
        // What drivers wrap an answer in is no column of it.
        let wrapped = field.is_some() && first.is_some_and(|first| matches!(first.as_str(), "data" | "rows"));
        self.root(frame, place.root, if wrapped { field } else { first.or(field) }, depth);
    }

    fn root(&mut self, frame: &Rc<Frame<'p>>, root: Root, field: Option<Name>, depth: usize) {
        match root {
            Root::Value(reg) => self.register(frame, reg, field, depth),
            Root::Param(function, index) => self.param(&frame.of(function), index, field, depth),
            Root::Local(function, local) => self.local(&frame.of(function), local, field, depth),
            Root::This | Root::Super => {
                self.add(Origin::This, field);
            }
            Root::Module | Root::Global => {}
        }
    }

    fn local(&mut self, frame: &Rc<Frame<'p>>, local: LocalIx, field: Option<Name>, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let function = self.values.program.function(frame.function);
        if let Some(Bind::Once(value)) = function.locals.get(local.index()).map(|local| &local.bind) {
            return self.value(frame, value, field, depth);
        }
        if !self.add(Origin::Local(frame.function, local), field) {
            return;
        }
        let wanted = Root::Local(frame.function.ix, local);
        let steps = function.blocks.iter().flat_map(|block| &block.steps);
        let writes: Vec<(&Place, &Value)> = steps
            .filter_map(|step| match &step.kind {
                StepKind::Write { place, value, .. } => Some((&function.places[place.index()], value)),
                _ => None,
            })
            .filter(|(place, _)| place.root == wanted)
            .collect();
        let chosen = usize::from(writes.iter().filter(|(place, _)| place.path.is_empty()).count() > 1);
        self.among += chosen;
        writes.into_iter().for_each(|(_, value)| self.value(frame, value, field, depth));
        self.among -= chosen;
    }
}
