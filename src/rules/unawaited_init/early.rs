//! Early: what a dropped initializer fills is used before it can be there: by a method of the class, or at once.

use super::Shown;
use crate::examine::dropped::{Dropped, tested};
use crate::facts::{BlockIx, Callee, Exit, Function, FunctionKind, Reg, Span, StepKind, Test, Value, Visibility};
use crate::finding::{Confidence, Cure, Draft, Spot};
use crate::link::Program;
use crate::link::bind::{Op, OpKind};
use crate::link::ids::{FunctionId, UnitId};
use crate::link::loc::Seg;
use crate::link::types::Ty;
use crate::names::Name;
use crate::rules::late::{Late, every_write, field_of, is_of, is_unset, late_writes, reaches};
use crate::rules::wording::name;

/// How a method meets the field while it is still unset.
struct Reader {
    id: FunctionId,
    at: Span,
    confidence: Confidence,
}

/// A constructor starts what fills a field and drops it; a method takes the field as it is.
pub(super) fn early(program: &Program, call: &Dropped) -> Option<Draft> {
    let starter = program.function(call.by);
    let unit = UnitId { file: call.by.file, ix: starter.unit };
    let begins = matches!(starter.kind, FunctionKind::Constructor | FunctionKind::Initializer);
    if !begins || !call.own || !is_of(program, call.target, unit) || keeps_a_promise(program, unit) {
        return None;
    }
    let mut late = Vec::new();
    late_writes(program, call.target, 3, &mut None, &mut late);
    let written: Vec<Name> = every_write(program, call.target);
    late.retain(|late| is_unset(program, unit, late.field, call.target));
    let reader = |late: &Late| {
        let readers = program.functions().filter(|id| is_reader(program, *id, unit, call.target));
        readers.filter_map(|id| read(program, id, late.field, call.target, &written)).max_by_key(|read| read.confidence)
    };
    let (late, reader) =
        late.iter().filter_map(|late| Some((late, reader(late)?))).max_by_key(|(_, r)| r.confidence)?;
    let (callee, field) = (name(program, call.target), format!("this.{}", late.field));
    let method = name(program, reader.id);
    let confidence = if is_held_elsewhere(program, unit) { Confidence::Possible } else { reader.confidence };
    let shown = Shown {
        call,
        spots: [late.pause, late.write, Spot { file: reader.id.file, span: reader.at }],
        said: [
            format!("starts `{callee}` and does not wait for it"),
            format!("`{callee}` is suspended"),
            format!("`{callee}` writes `{field}`: too late for `{method}`"),
            format!("`{method}` reads `{field}`, which is not set yet"),
        ],
    };
    Some(Draft {
        confidence,
        message: format!("`{callee}` is not waited for, and `{method}` uses `{field}` whether it is set or not"),
        help: format!(
            "keep the promise of `{callee}` in a field and await it in `{method}`, or make the object in an async factory that awaits `{callee}`"
        ),
        outcome: format!("`{method}` takes the unset `{field}` for the answer"),
        assumptions: vec![format!("`{method}` is called before `{callee}` has ended")],
        related: vec![(late.write, format!("`{field}` is set here, after a pause"))],
        ..shown.draft(program)?
    })
}

/// What it fills is worked on in the very next steps.
pub(super) fn at_once(program: &Program, call: &Dropped) -> Option<Draft> {
    let on = call.on.as_ref()?;
    let unit = UnitId { file: call.target.file, ix: program.function(call.target).unit };
    let mut late = Vec::new();
    late_writes(program, call.target, 3, &mut None, &mut late);
    late.retain(|late| is_unset(program, unit, late.field, call.target));
    let ops = program.body(call.by).blocks.iter().find(|ops| ops.iter().any(|op| is_call(op, call)))?;
    let behind = ops.iter().skip_while(|op| !is_call(op, call)).skip(1);
    let mut soon = behind.take_while(|op| !matches!(op.kind, OpKind::Suspend { .. }));
    let (late, at) = soon.find_map(|op| {
        let used = match &op.kind {
            OpKind::Use { at, .. } | OpKind::Call { this: Some(at), .. } => at,
            _ => return None,
        };
        let field = used.path.strip_prefix(&on.path[..]).filter(|_| used.base == on.base)?.first()?;
        let late = late.iter().find(|late| *field == Seg::Field(late.field))?;
        Some((late, op.span))
    })?;
    let (callee, caller) = (name(program, call.target), name(program, call.by));
    let field = on.then(Seg::Field(late.field)).show(program);
    let shown = Shown {
        call,
        spots: [late.pause, late.write, Spot { file: call.by.file, span: at }],
        said: [
            format!("starts `{callee}` and does not wait for it"),
            format!("`{callee}` is suspended"),
            format!("`{callee}` writes `{field}`: too late"),
            format!("`{caller}` goes on with `{field}`, which is not set yet"),
        ],
    };
    Some(Draft {
        confidence: Confidence::Likely,
        message: format!("`{callee}` is not waited for, and `{caller}` goes on with `{field}`, which it sets"),
        help: format!("`await` the call of `{callee}`"),
        outcome: format!("`{caller}` works on the unset `{field}`"),
        assumptions: vec![format!("`{callee}` has not run before")],
        related: vec![(late.write, format!("`{field}` is set here, after a pause"))],
        fixes: vec![Cure::Await { call: Spot { file: call.by.file, span: call.span } }],
        ..shown.draft(program)?
    })
}

fn is_call(op: &Op, call: &Dropped) -> bool {
    op.span == call.span && matches!(&op.kind, OpKind::Call { target, .. } if *target == call.target)
}

/// A promise in a field is what the methods wait for, or may.
fn keeps_a_promise(program: &Program, unit: UnitId) -> bool {
    (0..program.unit(unit).fields.len() as u32).any(|field| program.field_type(unit, field).is_lib(&["Promise"]))
}

/// Somebody outside the program may hold the callers back, or call again when the field has come.
fn is_held_elsewhere(program: &Program, unit: UnitId) -> bool {
    let facts = program.unit(unit);
    let known = |base| matches!(program.resolve_type(unit.file, unit.ix, &facts.generics, base), Ty::Unit(_));
    !facts.decorators.is_empty() || !facts.bases.iter().all(known)
}

fn is_reader(program: &Program, id: FunctionId, unit: UnitId, init: FunctionId) -> bool {
    let function = program.function(id);
    is_of(program, id, unit)
        && matches!(function.kind, FunctionKind::Method | FunctionKind::Getter)
        && !function.test
        && function.visibility != Visibility::Private
        && id != init
        && !reaches(program, init, id, 3)
}

/// The first use of the field, if nothing is waited for or asked before it that the initializer may have to do with.
fn read(program: &Program, id: FunctionId, field: Name, init: FunctionId, written: &[Name]) -> Option<Reader> {
    let function = program.function(id);
    for op in program.body(id).blocks.iter().flatten() {
        let (at, into) = match &op.kind {
            OpKind::Suspend { .. } => return None,
            OpKind::Call { target, .. } if *target == init || refuses(program, *target) => return None,
            OpKind::Call { this: Some(at), .. } | OpKind::Use { at, .. } => (at, None),
            OpKind::Read { at, into, .. } => (at, Some(*into)),
            _ => continue,
        };
        match field_of(at) {
            Some(name) if name == field => {
                let deeper = at.path.len() > 1 || into.is_none();
                let again = accesses(program, id, field) > 1;
                let confidence = taken(function, op.span, into.filter(|_| !deeper), again)?;
                return Some(Reader { id, at: op.span, confidence });
            }
            // A flag or another field of the initializer tells whether it is done.
            Some(name) if written.contains(&name) => return None,
            _ => {}
        }
    }
    None
}

fn accesses(program: &Program, id: FunctionId, field: Name) -> usize {
    let ops = program.body(id).blocks.iter().flatten();
    ops.filter(|op| match &op.kind {
        OpKind::Call { this: Some(at), .. } | OpKind::Use { at, .. } | OpKind::Read { at, .. } => {
            field_of(at) == Some(field)
        }
        _ => false,
    })
    .count()
}

/// May this function throw of itself: a check that things are ready?
fn refuses(program: &Program, id: FunctionId) -> bool {
    program.function(id).blocks.iter().any(|block| matches!(block.exit, Exit::Throw { .. }))
}

/// How sure it is that the unset field does harm: it is worked on, or its emptiness becomes the answer of a method that
/// else works on it (`again`). `None` where it is an error that the code itself raises.
fn taken(function: &Function, span: Span, into: Option<Reg>, again: bool) -> Option<Confidence> {
    let optional = function
        .blocks
        .iter()
        .flat_map(|block| &block.steps)
        .any(|step| step.span == span && matches!(step.kind, StepKind::Call { callee: Callee::Optional(_), .. }));
    let Some(into) = into else {
        return Some(if optional { Confidence::Possible } else { Confidence::Likely });
    };
    let mut confidence = Confidence::Possible;
    for block in &function.blocks {
        let Exit::Branch { test, then, otherwise, .. } = &block.exit else { continue };
        if !is_about(test, into) {
            continue;
        }
        for way in [then, otherwise] {
            match end(function, *way) {
                Some(Exit::Throw { .. }) => return None,
                Some(Exit::Return { value, .. }) if again && is_answer(value) => confidence = Confidence::Likely,
                _ => {}
            }
        }
    }
    Some(confidence)
}

fn is_answer(value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Record(_) | Value::Bool(_) | Value::Int(_) | Value::Text(_))
}

fn is_about(test: &Test, reg: Reg) -> bool {
    let mut found = false;
    tested(test, &mut |value| found |= *value == Value::Reg(reg));
    found
}

/// How a short way ends.
fn end(function: &Function, mut at: BlockIx) -> Option<&Exit> {
    for _ in 0..4 {
        match &function.blocks.get(at.index())?.exit {
            Exit::Goto(next) => at = *next,
            exit => return Some(exit),
        }
    }
    None
}
