//! `unawaited-init`: an async function of the program is started and left to itself, though later code needs what it
//! sets or a second run of it breaks the first.

use rustc_hash::FxHashMap;

use super::claim::{Claim, Claims, evidence};
use super::pick::{Incidents, breaks};
use super::wording::{Words, draft, name, scope};
use super::{Context, Sink};
use crate::examine::dropped::{Dropped, dropped, tested};
use crate::examine::sketch::too_early;
use crate::explore::{EventKind, Violation};
use crate::facts::{BlockIx, Callee, Exit, Function, FunctionKind, Reg, Span, StepKind, Test, Value, Visibility};
use crate::finding::{Confidence, Cure, Draft, DraftStep, Spot};
use crate::link::Program;
use crate::link::bind::{Op, OpKind, Put};
use crate::link::ids::{FunctionId, UnitId};
use crate::link::loc::{Base, Loc, Seg};
use crate::link::types::Ty;
use crate::names::Name;

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let all = dropped(cx.program);
    let mut incidents = Incidents::default();
    overlapping(cx, &all, &mut incidents);
    for call in &all {
        for found in early(cx.program, call).into_iter().chain(hollow(cx.program, call)) {
            incidents.add(None, found);
        }
    }
    incidents.report(sink);
}

/// Bare calls of what breaks when it meets itself.
fn overlapping(cx: &Context<'_>, all: &[Dropped], incidents: &mut Incidents) {
    let claims = Claims::of(cx);
    let mut by_target: FxHashMap<FunctionId, Vec<&Dropped>> = FxHashMap::default();
    for call in all {
        by_target.entry(call.target).or_default().push(call);
    }
    for (examined, found) in breaks(&cx.examination.pairs) {
        let unsafe_alone = examined.pair.first == examined.pair.second
            && ([Claim::Fill, Claim::Guard].iter().any(|claim| claims.has(*claim, examined, found))
                || found.violation == Violation::OverwrittenResource && claims.has(Claim::Reentrant, examined, found));
        let Some(calls) = by_target.get(&examined.pair.first).filter(|_| unsafe_alone) else { continue };
        for call in calls {
            let callee = name(cx.program, call.target);
            let words = Words {
                message: format!(
                    "`{callee}` is started here and not waited for, and a second run of it breaks the first"
                ),
                help: format!(
                    "let `{callee}` guard itself: keep its promise and return it to the second caller; or wait for it here"
                ),
            };
            let mut bare = draft(cx, examined, found, evidence(cx, examined), words);
            bare.related.insert(0, (bare.at, format!("this is where two runs of `{callee}` break")));
            bare.at = Spot { file: call.by.file, span: call.span };
            bare.scope = scope(cx.program, call.by);
            incidents.add(None, bare);
        }
    }
}

/// A field that the dropped work fills behind a pause.
struct Late {
    field: Name,
    pause: Spot,
    write: Spot,
}

/// How a method meets the field while it is still unset.
struct Reader {
    id: FunctionId,
    at: Span,
    confidence: Confidence,
}

/// A constructor starts what fills a field and drops it; a method takes the field as it is.
fn early(program: &Program, call: &Dropped) -> Option<Draft> {
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

/// An async function that only hands on to another of its name, and has returned before that has done anything.
fn hollow(program: &Program, call: &Dropped) -> Option<Draft> {
    let (by, target) = (program.function(call.by), program.function(call.target));
    let forwards = by.name == target.name && !by.name.is_empty() && call.by != call.target && call.own;
    if !by.is_async || !forwards || !call.last || !program.summary(call.target).pauses {
        return None;
    }
    let callee = scope(program, call.target);
    let outer = scope(program, call.by);
    let body = program.body(call.target).blocks.iter().flatten();
    let pause = body.filter(|op| matches!(op.kind, OpKind::Suspend { .. })).map(|op| op.span).next();
    let inside = Spot { file: call.target.file, span: pause.unwrap_or(target.name_span) };
    let shown = Shown {
        call,
        spots: [inside, inside, Spot { file: call.by.file, span: by.name_span }],
        said: [
            format!("starts `{callee}` and does not wait for it"),
            format!("`{callee}` is suspended"),
            format!("`{callee}` goes on: only now is it done"),
            format!("whoever awaited `{outer}` goes on as if it were done"),
        ],
    };
    Some(Draft {
        confidence: Confidence::Likely,
        message: format!("`{outer}` ends before `{callee}` has: the call is not awaited"),
        help: format!("`return` or `await` the call of `{callee}`"),
        outcome: format!("`{outer}` resolves before its work is done, and a failure of `{callee}` reaches nobody"),
        assumptions: vec![format!("somebody goes on when `{outer}` has resolved")],
        related: vec![(inside, format!("`{callee}` is suspended here"))],
        fixes: vec![Cure::Await { call: Spot { file: call.by.file, span: call.span } }],
        ..shown.draft(program)?
    })
}

/// What the schedule of [`too_early`] is in the code at hand.
struct Shown<'a> {
    call: &'a Dropped,
    /// The pause, the late write, the early use.
    spots: [Spot; 3],
    /// The start, then the same three.
    said: [String; 4],
}

impl Shown<'_> {
    fn draft(&self, program: &Program) -> Option<Draft> {
        let found = too_early()?;
        let at = Spot { file: self.call.by.file, span: self.call.span };
        let step = |event: &crate::explore::Event| {
            let number = match event.what {
                EventKind::Starts => 0,
                EventKind::Pauses => 1,
                EventKind::Writes(_) => 2,
                EventKind::Reads(_) => 3,
                _ => return None,
            };
            let at = if number == 0 { at } else { self.spots[number - 1] };
            let text = self.said[number].clone();
            Some(DraftStep { lane: char::from(b'A' + event.lane), at, text, time: None })
        };
        Some(Draft {
            violation: found.violation.as_str(),
            confidence: Confidence::Possible,
            at,
            scope: scope(program, self.call.by),
            message: String::new(),
            help: String::new(),
            outcome: String::new(),
            assumptions: Vec::new(),
            related: Vec::new(),
            fixes: Vec::new(),
            witness: found.witness.iter().filter_map(step).collect(),
        })
    }
}

fn is_of(program: &Program, id: FunctionId, unit: UnitId) -> bool {
    id.file == unit.file && program.function(id).unit == unit.ix
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

/// The field of `this` that a location is, or lies in.
fn field_of(at: &Loc) -> Option<Name> {
    match (at.base, at.path.first()) {
        (Base::This(_), Some(Seg::Field(name))) => Some(*name),
        _ => None,
    }
}

fn sets(op: &Op) -> Option<(Name, &Value)> {
    match &op.kind {
        OpKind::Write { at, put: Put::Set | Put::Init, value } if at.path.len() == 1 => Some((field_of(at)?, value)),
        _ => None,
    }
}

fn called_on_this(op: &Op) -> Option<FunctionId> {
    match &op.kind {
        OpKind::Call { target, this: Some(this), .. } if this.path.is_empty() => {
            matches!(this.base, Base::This(_)).then_some(*target)
        }
        _ => None,
    }
}

/// The fields that are given something that was made, behind a pause.
fn late_writes(program: &Program, id: FunctionId, depth: u32, pause: &mut Option<Spot>, late: &mut Vec<Late>) {
    for op in program.body(id).blocks.iter().flatten() {
        let here = Spot { file: id.file, span: op.span };
        match (&op.kind, sets(op), *pause) {
            (OpKind::Suspend { .. }, ..) => *pause = Some(here),
            (_, Some((field, Value::Reg(_) | Value::Record(_) | Value::List(_) | Value::Term(_))), Some(pause)) => {
                late.push(Late { field, pause, write: here });
            }
            _ => {
                if let (Some(callee), Some(depth)) = (called_on_this(op), depth.checked_sub(1)) {
                    late_writes(program, callee, depth, pause, late);
                }
            }
        }
    }
}

/// Every field that a function and those it calls on the same instance write.
fn every_write(program: &Program, id: FunctionId) -> Vec<Name> {
    let mut reached = vec![id];
    let mut fields = Vec::new();
    let mut at = 0;
    while let Some(id) = reached.get(at).copied() {
        at += 1;
        for op in program.body(id).blocks.iter().flatten() {
            fields.extend(sets(op).map(|(field, _)| field));
            if let Some(callee) = called_on_this(op).filter(|callee| !reached.contains(callee)) {
                reached.push(callee);
            }
        }
    }
    fields
}

/// Does the field begin as nothing, and does nobody else fill it?
fn is_unset(program: &Program, unit: UnitId, field: Name, init: FunctionId) -> bool {
    let declared = program.unit(unit).fields.iter().find(|known| known.name == field);
    let Some(declared) = declared.filter(|known| matches!(known.init, Value::Absent | Value::Unknown)) else {
        return false;
    };
    let reached = |id: FunctionId| id == init || reaches(program, init, id, 3);
    let fills = |op: &Op| sets(op).is_some_and(|(name, value)| name == field && *value != Value::Absent);
    let others = program.functions().filter(|id| is_of(program, *id, unit) && !reached(*id));
    !declared.is_static && !others.flat_map(|id| program.body(id).blocks.iter().flatten()).any(fills)
}

fn reaches(program: &Program, from: FunctionId, to: FunctionId, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let inside = program.function(to).outer == Some(from.ix) && from.file == to.file;
    let callees = || program.body(from).blocks.iter().flatten().filter_map(called_on_this);
    inside || callees().any(|callee| callee == to || reaches(program, callee, to, depth))
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
