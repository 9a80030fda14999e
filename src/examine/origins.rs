//! Origins: what a value is computed from inside one function, as the text says it. This room must never know a rule.

use rustc_hash::FxHashSet;

use crate::facts::{Callee, Function, Place, Reg, Root, StepKind, Value};

/// One thing that a value rests on.
#[derive(Clone, Copy, Debug)]
pub enum Origin<'f> {
    /// A parameter of the function.
    Param(u16),
    /// Something that was read, or a method's receiver.
    Place(&'f Place),
    /// What a wait has brought: the answer that this register stood for.
    Answer(&'f Value),
}

/// Calls `visit` with all that the value rests on, each once, until it says stop (`true`).
pub fn rests_on<'f>(function: &'f Function, value: &'f Value, visit: &mut dyn FnMut(Origin<'f>) -> bool) -> bool {
    let mut open: Vec<Value> = vec![value.clone()];
    let mut seen: FxHashSet<Reg> = FxHashSet::default();
    while let Some(value) = open.pop() {
        match value {
            Value::Param(index) if visit(Origin::Param(index)) => return true,
            Value::Template(parts) | Value::List(parts) | Value::Case(_, parts) | Value::Term(parts) => {
                open.extend(parts);
            }
            Value::Record(fields) => open.extend(fields.into_iter().map(|(_, value)| value)),
            Value::Reg(reg) | Value::Sum(reg, _) if seen.insert(reg) && made(function, reg, &mut open, visit) => {
                return true;
            }
            _ => {}
        }
    }
    false
}

/// The steps that make a register.
fn made<'f>(
    function: &'f Function,
    made: Reg,
    open: &mut Vec<Value>,
    visit: &mut dyn FnMut(Origin<'f>) -> bool,
) -> bool {
    for step in function.blocks.iter().flat_map(|block| &block.steps) {
        let place = match &step.kind {
            StepKind::Read { place, into, .. } if *into == made => Some(*place),
            StepKind::Call { callee, args, into } if *into == made => {
                open.extend(args.iter().map(|arg| arg.value.clone()));
                match callee {
                    Callee::Place(place) | Callee::Optional(place) => Some(*place),
                    _ => None,
                }
            }
            StepKind::Suspend { on, into, .. } if *into == made => {
                if visit(Origin::Answer(on)) {
                    return true;
                }
                open.push(on.clone());
                None
            }
            StepKind::Let { into, value } if *into == made => {
                open.push(value.clone());
                None
            }
            _ => None,
        };
        if let Some(place) = place.map(|place| &function.places[place.index()]) {
            if visit(Origin::Place(place)) {
                return true;
            }
            if let Root::Value(reg) = place.root {
                open.push(Value::Reg(reg));
            }
        }
    }
    false
}
