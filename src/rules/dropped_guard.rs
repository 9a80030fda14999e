//! `dropped-guard`: a lock is taken and given back in one statement, though what follows needs it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::pick::Incidents;
use super::wording::{name, scope};
use super::{Context, Sink};
use crate::examine::held::Holds;
use crate::examine::sketch::unguarded;
use crate::explore::{Break, Event, EventKind, Violation};
use crate::facts::{Reg, Span, Value};
use crate::finding::{Confidence, Cure, Draft, DraftStep, Spot};
use crate::link::Program;
use crate::link::bind::{Callable, Op, OpKind};
use crate::link::ids::FunctionId;
use crate::link::loc::{Loc, Owner, SharedKey};
use crate::models::Running;

/// A guard that guards nothing.
struct Dropped {
    id: FunctionId,
    lock: Loc,
    at: Span,
    /// What the function does behind it.
    later: Vec<(Thing, Touch)>,
}

/// Where something is touched, and whether it may be changed there.
#[derive(Clone, Copy)]
struct Touch {
    span: Span,
    writes: bool,
}

/// Somebody who touches something under the lock.
#[derive(Clone, Copy)]
struct Holder {
    by: FunctionId,
    locked: Span,
    touch: Touch,
}

/// What a lock may guard: a place, a function that is called.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Thing {
    Place(SharedKey),
    Call(FunctionId),
    /// The function that a caller gave.
    Given,
}

#[derive(Default)]
struct Guarded {
    things: FxHashMap<Thing, Vec<Holder>>,
    /// Somebody takes the lock and keeps it for a while.
    held: bool,
}

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let program = cx.program;
    let mut dropped = Vec::new();
    let mut ended: FxHashSet<(FunctionId, Reg)> = FxHashSet::default();
    for id in program.functions().filter(|id| program.is_rust(id.file) && !program.function(*id).test) {
        of_function(program, id, &mut dropped, &mut ended);
    }
    let wanted: FxHashSet<SharedKey> = dropped.iter().map(|dropped| dropped.lock.key()).collect();
    let guarded = guarded(program, &wanted, &ended);
    let mut incidents = Incidents::default();
    left_behind(program, &mut incidents);
    let nothing = Guarded::default();
    for dropped in &dropped {
        let key = dropped.lock.key();
        let known = guarded.get(&key).unwrap_or(&nothing);
        if let Some(draft) = word(program, dropped, known) {
            incidents.add(Some(&key), draft);
        }
    }
    incidents.report(sink);
}

fn left_behind(program: &Program, incidents: &mut Incidents) {
    for id in program.functions().filter(|id| program.is_rust(id.file) && !program.function(*id).test) {
        for ops in &program.body(id).blocks {
            for (at, op) in ops.iter().enumerate() {
                let OpKind::Ignore { of, guard } = op.kind else { continue };
                if let Some(draft) = word_left(program, id, (of, guard), op.span, &ops[at + 1..]) {
                    incidents.add(None, draft);
                }
            }
        }
    }
}

/// A guard that an inner function names in `let _ = guard`: it stays where it is, and ends there.
fn word_left(
    program: &Program,
    id: FunctionId,
    (of, guard): (FunctionId, Reg),
    at: Span,
    later: &[Op],
) -> Option<Draft> {
    let outer = program.body(of);
    let ended =
        outer.blocks.iter().flatten().filter(|op| matches!(op.kind, OpKind::Release { guard: it } if it == guard));
    let ended = ended.map(|op| op.span).filter(|span| span.start >= at.end).min_by_key(|span| span.start)?;
    let taken = outer.blocks.iter().flatten().find(|op| taken(op) == Some(guard))?.span;
    let works = |op: &&Op| !matches!(op.kind, OpKind::Let { .. } | OpKind::Release { .. } | OpKind::Ignore { .. });
    let later = later.iter().find(works)?.span;
    let lock = &outer.guards.iter().find(|known| known.reg == guard)?.lock;
    let (shown, outside) = (lock.show(program), name(program, of));
    let here = |span| Spot { file: id.file, span };
    let found = unguarded(true, [true, true])?;
    let mut witness = steps(&found, [here(taken), here(later), here(taken), here(taken)], &shown);
    // The guard of the first run ends with its block.
    witness.iter_mut().filter(|step| step.text.contains("at once")).for_each(|step| {
        step.at = here(ended);
        step.text = format!("gives `{shown}` back at the end of the block");
    });
    Some(Draft {
        violation: Violation::DeadGuard.as_str(),
        confidence: Confidence::Likely,
        at: here(at),
        scope: scope(program, id),
        message: format!(
            "`let _ =` leaves the guard of `{shown}` where it is: `{outside}` gives it back, not this code"
        ),
        help: "give it a name here (`let _guard = …`), so that it is moved in and lives as long as this code runs"
            .to_owned(),
        outcome: format!("this code runs without `{shown}`, at the same time as those who hold it"),
        assumptions: Vec::new(),
        related: vec![(here(taken), format!("`{shown}` is taken here"))],
        fixes: vec![Cure::NameGuard { taken: here(at) }],
        witness,
    })
}

fn of_function(
    program: &Program,
    id: FunctionId,
    dropped: &mut Vec<Dropped>,
    ended: &mut FxHashSet<(FunctionId, Reg)>,
) {
    let body = program.body(id);
    for ops in &body.blocks {
        for (at, op) in ops.iter().enumerate() {
            let Some(guard) = body.guards.iter().find(|guard| taken(op) == Some(guard.reg)) else { continue };
            let Some(end) = ends_unused(program, id, &ops[at..], guard.reg) else { continue };
            ended.insert((id, guard.reg));
            let tried = matches!(op.kind, OpKind::Acquire { attempt, .. } if attempt.may_fail());
            let touch = |op: &Op| Touch { span: op.span, writes: changes(op) };
            let later: Vec<(Thing, Touch)> =
                ops[at + end..].iter().filter_map(|op| Some((thing(op)?, touch(op)))).collect();
            if end > 0 && !tried {
                dropped.push(Dropped { id, lock: guard.lock.clone(), at: op.span, later });
            }
        }
    }
}

fn taken(op: &Op) -> Option<Reg> {
    match &op.kind {
        OpKind::Acquire { guard, .. } => Some(*guard),
        OpKind::Call { into, .. } => Some(*into),
        _ => None,
    }
}

/// How many operations later the guard ends, if only its wrapping is taken off before the statement is over. A `drop`
/// around it says that this is meant.
fn ends_unused(program: &Program, id: FunctionId, ops: &[Op], guard: Reg) -> Option<usize> {
    let body = program.body(id);
    let keeps = |reg: &Reg| body.registers.get(reg.index()).is_some_and(|info| info.guard == Some(guard));
    let carries = |value: &Value, into: &Reg| matches!(value, Value::Reg(reg) if keeps(reg)) && keeps(into);
    for (at, op) in ops.iter().enumerate().skip(1) {
        match &op.kind {
            OpKind::Release { guard: ended } if *ended == guard => {
                return is_same_statement(program, id, ops[0].span, op.span).then_some(at);
            }
            OpKind::Suspend { on: of, into, .. }
            | OpKind::Try { of, into }
            | OpKind::Expect { of, into }
            | OpKind::Let { value: of, into }
                if carries(of, into) => {}
            _ => return None,
        }
    }
    None
}

/// Does the guard end where its statement ends?
fn is_same_statement(program: &Program, id: FunctionId, taken: Span, ended: Span) -> bool {
    let text = &program.files[id.file.index()].text;
    let between = text.get(taken.end as usize..ended.start as usize);
    between.is_some_and(|between| {
        let between = between.trim_end();
        between.ends_with(';') && between.matches(';').count() == 1 && !between.contains(['{', '}'])
    })
}

fn thing(op: &Op) -> Option<Thing> {
    match &op.kind {
        OpKind::Read { at, .. }
        | OpKind::Use { at, .. }
        | OpKind::Write { at, .. }
        | OpKind::Update { at, .. }
        | OpKind::Exchange { at, .. }
        | OpKind::Ensure { at, .. }
        | OpKind::SetOnce { at, .. }
        | OpKind::Wait { cond: at, .. } => {
            let key = at.key();
            let named = matches!(key.owner, Owner::Unit(_)) && !key.path.is_empty();
            named.then_some(Thing::Place(key))
        }
        OpKind::Call { target, .. } => Some(Thing::Call(*target)),
        OpKind::Run { callee: Callable::Param(_), how: Running::Now, .. } => Some(Thing::Given),
        // A function value has no name.
        OpKind::Act { name, .. } if name.is_empty() => Some(Thing::Given),
        _ => None,
    }
}

/// What is called may change anything.
fn changes(op: &Op) -> bool {
    !matches!(op.kind, OpKind::Read { .. } | OpKind::Use { .. })
}

/// What is touched under each of these locks, by whom.
fn guarded(
    program: &Program,
    wanted: &FxHashSet<SharedKey>,
    ended: &FxHashSet<(FunctionId, Reg)>,
) -> FxHashMap<SharedKey, Guarded> {
    let mut guarded: FxHashMap<SharedKey, Guarded> = FxHashMap::default();
    for id in program.functions().filter(|id| program.is_rust(id.file)) {
        let Some(holds) = Holds::of(program, id) else { continue };
        let relevant = |reg: Reg| !ended.contains(&(id, reg));
        if !holds.taken().any(|taken| wanted.contains(&taken.guard.lock.key()) && relevant(taken.guard.reg)) {
            continue;
        }
        holds.each(&mut |held, op| {
            for taken in held.iter().filter(|taken| relevant(taken.guard.reg)) {
                let key = taken.guard.lock.key();
                if !wanted.contains(&key) {
                    continue;
                }
                let known = guarded.entry(key).or_default();
                known.held = true;
                if let Some(thing) = thing(op) {
                    let touch = Touch { span: op.span, writes: changes(op) };
                    known.things.entry(thing).or_default().push(Holder { by: id, locked: taken.span, touch });
                }
            }
        });
    }
    guarded
}

fn word(program: &Program, dropped: &Dropped, known: &Guarded) -> Option<Draft> {
    let (id, shown) = (dropped.id, dropped.lock.show(program));
    let here = |span: Span| Spot { file: id.file, span };
    let met = dropped.later.iter().find_map(|(thing, touch)| {
        let mut others = known.things.get(thing)?.iter().filter(|holder| holder.by != id);
        others.find_map(|holder| {
            let found = unguarded(true, [touch.writes, holder.touch.writes])?;
            Some((thing, touch.span, *holder, found))
        })
    });
    let (found, spots, evidence) = match met {
        Some((thing, later, holder, found)) => {
            let there = |span: Span| Spot { file: holder.by.file, span };
            let spots = [here(dropped.at), here(later), there(holder.locked), there(holder.touch.span)];
            let what = match thing {
                Thing::Place(key) => key.show(program),
                Thing::Call(target) => name(program, *target),
                Thing::Given => "the function that it was given".to_owned(),
            };
            let text = format!("`{}` does this with `{what}` under `{shown}`", name(program, holder.by));
            (found, spots, vec![(there(program.function(holder.by).name_span), text)])
        }
        // Where nobody ever holds it, the lock was meant for what follows.
        None if !known.held => {
            let (_, touch) = dropped.later.first()?;
            let (at, later) = (here(dropped.at), here(touch.span));
            (unguarded(false, [true, true])?, [at, later, at, later], Vec::new())
        }
        None => return None,
    };
    Some(Draft {
        violation: Violation::DeadGuard.as_str(),
        confidence: Confidence::Likely,
        at: here(dropped.at),
        scope: scope(program, id),
        message: format!("`{}` gives `{shown}` back in the statement that takes it", name(program, id)),
        help: "bind the guard to a name (`let _guard = …`) that lives as long as the lock is needed; `drop(…)` says that it is not".to_owned(),
        outcome: format!("what follows runs without `{shown}`, at the same time as those who hold it"),
        assumptions: Vec::new(),
        related: evidence,
        fixes: vec![Cure::NameGuard { taken: here(dropped.at) }],
        witness: steps(&found, spots, &shown),
    })
}

/// The schedule that was explored: the lock taken and given back, the work that should be under it, and the other run
/// that comes between.
fn steps(found: &Break, [taken, later, locked, touched]: [Spot; 4], shown: &str) -> Vec<DraftStep> {
    let said = |event: &Event| match (event.what, event.site.0) {
        (EventKind::Locks(_), 0) => Some((taken, format!("locks `{shown}`"))),
        (EventKind::Unlocks(_), 1) => Some((taken, "and gives it back at once".to_owned())),
        (EventKind::Locks(_), 4) => Some((locked, format!("locks `{shown}`"))),
        (EventKind::Unlocks(_), 5) => Some((locked, "and gives it back at once".to_owned())),
        (EventKind::Unlocks(_), _) => Some((locked, format!("unlocks `{shown}`"))),
        (EventKind::Reads(half) | EventKind::Writes(half), site) => {
            let at = if site < 4 { later } else { touched };
            Some((at, if half == 0 { "begins its work here".to_owned() } else { "ends its work here".to_owned() }))
        }
        _ => None,
    };
    let step = |event: &Event| {
        let (at, text) = said(event)?;
        Some(DraftStep { lane: char::from(b'A' + event.lane), at, text, time: None })
    };
    found.witness.iter().filter_map(step).collect()
}
