//! `guard-across-await`: a task is suspended while it holds a lock for which others block their thread.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::pick::Incidents;
use super::wording::{has_alone, name, scope};
use super::{Context, Sink};
use crate::examine::held::{Holds, Taken, is_fresh};
use crate::examine::sketch::{KEPT, WORKER, one_worker};
use crate::explore::model::Mode as Taking;
use crate::explore::{Break, Event, EventKind};
use crate::facts::{Reg, Span, Value};
use crate::finding::{Confidence, Cure, Draft, DraftStep, Spot};
use crate::link::Program;
use crate::link::bind::{LockClass, Op, OpKind};
use crate::link::ids::FunctionId;
use crate::link::loc::{Base, Owner, SharedKey};
use crate::models::Mode;

/// A function that takes a lock, where, and whether alone.
type Taker = (FunctionId, Span, bool);

/// Who takes each lock: by its place, and by what it guards where that tells it from others.
#[derive(Default)]
struct Takers {
    by_place: FxHashMap<SharedKey, Vec<Taker>>,
    by_class: FxHashMap<LockClass, Vec<Taker>>,
}

/// A guard with the places where the task is suspended under it.
struct Kept<'p> {
    taken: Taken<'p>,
    pauses: Vec<Span>,
}

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let program = cx.program;
    let takers = takers(program);
    let mut incidents = Incidents::default();
    for id in program.functions() {
        let function = program.function(id);
        if function.test || !function.is_async || !program.is_rust(id.file) {
            continue;
        }
        let Some(holds) = Holds::of(program, id) else { continue };
        let mut kept: BTreeMap<Reg, Kept<'_>> = BTreeMap::new();
        holds.each(&mut |held, op| {
            if suspends(program, id, op) {
                for taken in held.iter().filter(|taken| blocks(program, id, taken)) {
                    let kept = kept.entry(taken.guard.reg).or_insert(Kept { taken: *taken, pauses: Vec::new() });
                    kept.pauses.push(op.span);
                }
            }
        });
        for kept in kept.values() {
            if let Some(draft) = word(program, id, kept, &takers) {
                incidents.add(Some(&kept.taken.guard.lock.key()), draft);
            }
        }
    }
    incidents.report(sink);
}

fn takers(program: &Program) -> Takers {
    let mut takers = Takers::default();
    for id in program.functions().filter(|id| program.is_rust(id.file) && !program.function(*id).test) {
        let body = program.body(id);
        for op in body.blocks.iter().flatten() {
            if let OpKind::Acquire { lock, mode, attempt, guard, .. } = &op.kind
                && attempt.waits()
            {
                let taker = (id, op.span, *mode == Mode::Exclusive);
                takers.by_place.entry(lock.key()).or_default().push(taker);
                let known = body.guards.iter().find(|known| known.reg == *guard);
                if let Some(class) = known.and_then(|known| known.kind.class()) {
                    takers.by_class.entry(class).or_default().push(taker);
                }
            }
        }
    }
    takers
}

/// Is it a lock that others reach, and do they block the thread while they wait for it?
fn blocks(program: &Program, id: FunctionId, taken: &Taken<'_>) -> bool {
    let guard = taken.guard;
    !guard.is_async && program.models.is_blocking(guard.kind.from) && !is_fresh(program, id, &guard.lock)
}

/// May the task be suspended here? Not by an async function of the program that never waits for anything.
fn suspends(program: &Program, id: FunctionId, op: &Op) -> bool {
    let OpKind::Suspend { on, .. } = &op.kind else { return false };
    let Value::Reg(on) = on else { return true };
    match program.body(id).maker(*on) {
        Some(OpKind::Call { target, .. }) => {
            let declared = program.body(*target).blocks.iter().flatten();
            let known = program.function(*target).is_async && !declared.clone().any(is_unknown);
            !known || program.summary(*target).pauses
        }
        _ => true,
    }
}

fn is_unknown(op: &Op) -> bool {
    matches!(op.kind, OpKind::Unknown { .. } | OpKind::Run { .. })
}

/// Somebody who waits for the lock: best another function than the one that keeps it. A lock that came as an argument
/// has another name elsewhere: then what it guards tells.
fn rival(program: &Program, id: FunctionId, taken: &Taken<'_>, takers: &Takers) -> Option<Taker> {
    let alone = taken.guard.mode == Mode::Exclusive;
    let by_place = takers.by_place.get(&taken.guard.lock.key());
    let anonymous = matches!(taken.guard.lock.owner, Owner::Base(_));
    let class = if anonymous { taken.guard.kind.class() } else { None };
    let by_class = class.and_then(|class| takers.by_class.get(&class));
    // Who keeps a lock of `self` has borrowed it, and a method that wants it exclusively waits at the door.
    let own = matches!(taken.guard.lock.base, Base::This(_));
    let fits = |taker: &&Taker| (alone || taker.2) && !(own && has_alone(program, taker.0, &taken.guard.lock.key()));
    let find = |takers: Option<&Vec<Taker>>| -> Option<Taker> {
        let fitting: Vec<Taker> = takers?.iter().filter(fits).copied().collect();
        fitting.iter().find(|taker| taker.0 != id).or_else(|| fitting.first()).copied()
    };
    let itself = alone && !is_only_tried(program, id, taken);
    find(by_place).or_else(|| find(by_class)).or_else(|| itself.then_some((id, taken.span, true)))
}

/// Who only tries a lock does not wait for itself.
fn is_only_tried(program: &Program, id: FunctionId, taken: &Taken<'_>) -> bool {
    let mut ops = program.body(id).blocks.iter().flatten();
    ops.any(|op| match &op.kind {
        OpKind::Acquire { guard, attempt, .. } => *guard == taken.guard.reg && !attempt.waits(),
        _ => false,
    })
}

fn word(program: &Program, id: FunctionId, kept: &Kept<'_>, takers: &Takers) -> Option<Draft> {
    let taken = &kept.taken;
    let (rival, wanted_at, wanted_alone) = rival(program, id, taken, takers)?;
    let mode = |alone: bool| if alone { Taking::Exclusive } else { Taking::Shared };
    let found = one_worker(mode(taken.guard.mode == Mode::Exclusive), mode(wanted_alone))?;
    let shown = taken.guard.lock.show(program);
    let cell = taken.guard.kind.name == "RefCell";
    let here = |span: Span| Spot { file: id.file, span };
    let (pause, first) = (*kept.pauses.first()?, *kept.pauses.iter().min()?);
    let spots = [here(taken.span), here(pause), Spot { file: rival.file, span: wanted_at }];
    let verb = if cell { "borrows" } else { "locks" };
    let held = if cell { "borrowed" } else { "locked" };
    let (outcome, assumption) = if cell {
        (format!("the other task panics: `{shown}` is still {held}"), "another task of the thread borrows")
    } else {
        (
            format!("the thread waits for `{shown}`, and the task that could give it back needs the thread"),
            "another task of the same worker thread takes",
        )
    };
    Some(Draft {
        violation: found.violation.as_str(),
        confidence: Confidence::Likely,
        at: here(taken.span),
        scope: scope(program, id),
        message: format!("`{}` keeps `{shown}` {held} while it is suspended", name(program, id)),
        help: if cell {
            "end the borrow before the `.await`: take out what is needed in a block of its own".to_owned()
        } else {
            "end the guard before the `.await` (a block of its own, `drop(guard)`), or use a lock whose waiters are suspended"
                .to_owned()
        },
        outcome,
        assumptions: vec![format!("{assumption} `{shown}` in between")],
        related: kept
            .pauses
            .iter()
            .take(3)
            .map(|pause| (here(*pause), format!("`{shown}` is still {held} here")))
            .collect(),
        // Others may come to what it guards from then on, while this run waits.
        fixes: vec![
            Cure::Hoist { taken: here(taken.span) },
            Cure::DropGuard { taken: here(taken.span), until: here(first), safe: false },
        ],
        witness: steps(&found, spots, &shown, (verb, cell)),
    })
}

/// The schedule that was explored, without the steps that only stand for the thread.
fn steps(found: &Break, spots: [Spot; 3], shown: &str, (verb, cell): (&str, bool)) -> Vec<DraftStep> {
    let said = |event: &Event| match event.what {
        EventKind::Locks(KEPT) => Some(format!("{verb} `{shown}`")),
        EventKind::Pauses => Some(format!("is suspended, and keeps `{shown}`")),
        EventKind::WaitsFor(KEPT) if cell => Some(format!("{verb} `{shown}`: that panics")),
        EventKind::WaitsFor(KEPT) => Some(format!("waits for `{shown}` and blocks the thread")),
        EventKind::WaitsFor(WORKER) if !cell => Some("cannot go on: its thread is blocked".to_owned()),
        _ => None,
    };
    let spot = |event: &Event| spots[(event.site.0 as usize).min(2)];
    let step = |event: &Event| {
        Some(DraftStep { lane: char::from(b'A' + event.lane), at: spot(event), text: said(event)?, time: None })
    };
    let (mut waits, mut steps): (Vec<&Event>, Vec<&Event>) =
        found.witness.iter().partition(|event| matches!(event.what, EventKind::WaitsFor(_)));
    waits.sort_by_key(|event| event.what == EventKind::WaitsFor(WORKER));
    steps.extend(waits);
    steps.into_iter().filter_map(step).collect()
}
