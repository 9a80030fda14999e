//! Dropped: calls of async functions of the program whose promise nobody keeps, awaits, returns or goes on with.
//!
//! This room must never know a rule.

use rustc_hash::FxHashSet;

use crate::facts::{Bind, Callee, Elem, Exit, Function, PlaceIx, Reg, Root, Span, StepKind, Test, Value};
use crate::link::Program;
use crate::link::bind::{OpKind, registers};
use crate::link::ids::FunctionId;
use crate::link::loc::{Base, Loc};

/// A call that is started and left to itself.
#[derive(Clone, Debug)]
pub struct Dropped {
    pub by: FunctionId,
    pub target: FunctionId,
    pub span: Span,
    /// It is a method of the same instance.
    pub own: bool,
    /// Nothing that has an effect follows it in its stretch.
    pub last: bool,
    /// It says that it is meant so: by `void`, or by a handler for its failure.
    pub meant: bool,
    /// The instance that it is called on.
    pub on: Option<Loc>,
}

/// Every dropped call of the program outside tests, in order.
pub fn dropped(program: &Program) -> Vec<Dropped> {
    let handlers = handlers(program);
    let mut found = Vec::new();
    for id in program.functions() {
        if !program.function(id).test && !program.is_rust(id.file) {
            add(program, id, handlers.contains(&id), &mut found);
        }
    }
    found
}

/// Functions that are run by a timer or an event: nobody looks at what they return.
fn handlers(program: &Program) -> FxHashSet<FunctionId> {
    let ops = program.functions().flat_map(|id| program.body(id).blocks.iter().flatten());
    ops.filter_map(|op| match &op.kind {
        OpKind::Run { callee, how, .. } if how.repeats() || how.is_once() => callee.target(),
        _ => None,
    })
    .collect()
}

fn add(program: &Program, id: FunctionId, handler: bool, found: &mut Vec<Dropped>) {
    let mut registers: Option<Registers> = None;
    for ops in &program.body(id).blocks {
        for (at, op) in ops.iter().enumerate() {
            let OpKind::Call { target, this, into, .. } = &op.kind else { continue };
            if !program.function(*target).is_async {
                continue;
            }
            let Registers { kept, meant } =
                registers.get_or_insert_with(|| Registers::of(program.function(id), handler));
            if kept.contains(into) {
                continue;
            }
            let own = this.as_ref().is_some_and(|this| matches!(this.base, Base::This(_)) && this.path.is_empty());
            let last = ops[at + 1..].iter().all(|op| matches!(op.kind, OpKind::Read { .. } | OpKind::Let { .. }));
            let (meant, on) = (meant.contains(into), this.clone());
            found.push(Dropped { by: id, target: *target, span: op.span, own, last, meant, on });
        }
    }
}

/// What becomes of the registers of a function.
struct Registers {
    /// Their value goes anywhere.
    kept: FxHashSet<Reg>,
    /// It says that it goes nowhere, or what becomes of its failure.
    meant: FxHashSet<Reg>,
}

impl Registers {
    fn of(function: &Function, handler: bool) -> Registers {
        let mut caught = Vec::new();
        let kept = kept_registers(function, handler, &mut caught);
        let ignored = function.blocks.iter().flat_map(|block| &block.steps).filter_map(|step| match &step.kind {
            StepKind::Ignore { place } => object(function, *place),
            _ => None,
        });
        let meant = ignored.chain(caught.iter().map(|(on, _)| *on)).collect();
        Registers { kept, meant }
    }
}

fn kept_registers(function: &Function, handler: bool, caught: &mut Vec<(Reg, Reg)>) -> FxHashSet<Reg> {
    let mut kept = FxHashSet::default();
    for block in &function.blocks {
        for step in &block.steps {
            match &step.kind {
                StepKind::Read { place, .. } | StepKind::Drop { place } => kept.extend(object(function, *place)),
                StepKind::Write { place, value, .. } => {
                    kept.extend(object(function, *place));
                    keep(value, &mut kept);
                }
                StepKind::Call { callee, args, into } => {
                    args.iter().for_each(|arg| keep(&arg.value, &mut kept));
                    called_on(function, callee, *into, &mut kept, caught);
                }
                StepKind::Suspend { on: value, .. } | StepKind::Try { of: value, .. } | StepKind::Let { value, .. } => {
                    keep(value, &mut kept);
                }
                StepKind::Ignore { .. } | StepKind::Unknown { .. } => {}
            }
        }
        match &block.exit {
            Exit::Return { value, .. } if !handler => keep(value, &mut kept),
            Exit::Throw { value, .. } => keep(value, &mut kept),
            Exit::Branch { test, .. } => tested(test, &mut |value| keep(value, &mut kept)),
            _ => {}
        }
    }
    for local in function.locals.iter().filter(|local| local.captured) {
        if let Bind::Once(value) = &local.bind {
            keep(value, &mut kept);
        }
    }
    // The last link of a chain of handlers decides for all before it.
    for (on, into) in caught.iter().rev() {
        if kept.contains(into) {
            kept.insert(*on);
        }
    }
    kept
}

/// What a method is called on is kept, but by a handler that only looks at the failure.
fn called_on(function: &Function, callee: &Callee, into: Reg, kept: &mut FxHashSet<Reg>, caught: &mut Vec<(Reg, Reg)>) {
    match callee {
        Callee::Place(place) | Callee::Optional(place) | Callee::New(place) | Callee::Tag(place) => {
            let Some(on) = object(function, *place) else { return };
            let fails = Elem::Field("catch".into());
            if function.places[place.index()].path.last() == Some(&fails) {
                caught.push((on, into));
            } else {
                kept.insert(on);
            }
        }
        Callee::Value(value) => keep(value, kept),
        Callee::Element(_) | Callee::Super | Callee::Macro(_) => {}
    }
}

fn object(function: &Function, place: PlaceIx) -> Option<Reg> {
    match function.places.get(place.index())?.root {
        Root::Value(reg) => Some(reg),
        _ => None,
    }
}

fn keep(value: &Value, kept: &mut FxHashSet<Reg>) {
    registers(value, &mut |reg| {
        kept.insert(reg);
    });
}

/// Calls `visit` with the values that a test is about.
pub fn tested(test: &Test, visit: &mut dyn FnMut(&Value)) {
    match test {
        Test::Truthy(value) | Test::Absent(value) | Test::Is(value, _) => visit(value),
        Test::Equals(a, b) | Test::Less(a, b) => {
            visit(a);
            visit(b);
        }
        Test::Not(inner) => tested(inner, visit),
        Test::Unknown(values) => values.iter().for_each(visit),
    }
}
