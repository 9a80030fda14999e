//! `lock-order`: two runs take the same two locks in opposite orders.
//!
//! Edges of the graph are acquisitions under a held lock, also through calls; a pair of opposite edges is reported only
//! if the explorer finds the two functions waiting for each other.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::pick::Incidents;
use super::wording::{name, scope, witness};
use super::{Context, Sink};
use crate::assemble::{Assembled, Follow, Plan, assemble};
use crate::examine::held::{Holds, Taken, is_fresh};
use crate::explore::{Break, EventKind, Grade, Question, Verdict, Violation, explore};
use crate::facts::{Receiver, Span};
use crate::finding::{Confidence, Draft, Spot};
use crate::link::Program;
use crate::link::bind::{Op, OpKind};
use crate::link::ids::FunctionId;
use crate::link::loc::{Base, Loc, Owner, Seg, SharedKey};
use crate::link::summary::{DEPTH, KeyId};
use crate::link::types::Ty;
use crate::models::Running;

/// A lock that a function takes, itself or by these calls.
#[derive(Clone)]
struct Reached {
    key: KeyId,
    path: Vec<FunctionId>,
}

type Reach = FxHashMap<FunctionId, Vec<Reached>>;

/// `inner` is taken by `id` while it holds `outer`.
pub(crate) struct Edge {
    pub(crate) id: FunctionId,
    pub(crate) first: Span,
    pub(crate) second: Span,
    path: Vec<FunctionId>,
    /// Both locks are known to be those of the receiver, or of the program.
    rooted: bool,
}

pub(crate) type Graph = BTreeMap<(KeyId, KeyId), Vec<Edge>>;

/// The most pairs of edges that are explored for one cycle.
const TRIES: usize = 16;

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let program = cx.program;
    let graph = graph(program);
    let mut incidents = Incidents::default();
    for ((outer, inner), edges) in &graph {
        let Some(back) = graph.get(&(*inner, *outer)).filter(|_| outer < inner) else { continue };
        // The rarer order is the mistake.
        let (few, many) = if edges.len() <= back.len() { (edges, back) } else { (back, edges) };
        let mut tries = few.iter().flat_map(|one| many.iter().map(move |other| (one, other))).take(TRIES);
        let key = program.keys().get(*outer);
        if let Some(draft) = tries.find_map(|(one, other)| confirm(program, one, other, [*outer, *inner])) {
            incidents.add(Some(key), draft);
        }
    }
    incidents.report(sink);
}

/// Which lock is taken while which is held, and where.
pub(crate) fn graph(program: &Program) -> Graph {
    let reach = reach(program);
    let mut graph = Graph::new();
    for id in own_functions(program) {
        let Some(holds) = Holds::of(program, id) else { continue };
        holds.each(&mut |held, op| {
            for taken in held.iter().filter(|taken| is_shared(program, id, &taken.guard.lock)) {
                edges(program, id, taken, op, &reach, &mut graph);
            }
        });
    }
    graph
}

fn own_functions(program: &Program) -> impl Iterator<Item = FunctionId> + '_ {
    program.functions().filter(|id| program.is_rust(id.file) && !program.function(*id).test)
}

fn edges(program: &Program, id: FunctionId, taken: &Taken<'_>, op: &Op, reach: &Reach, graph: &mut Graph) {
    let Some(outer) = key_of(program, &taken.guard.lock) else { return };
    let outer_rooted = is_rooted(&taken.guard.lock);
    let mut add = |inner: KeyId, path: Vec<FunctionId>, rooted: bool| {
        if inner != outer {
            let edge = Edge { id, first: taken.span, second: op.span, path, rooted: rooted && outer_rooted };
            graph.entry((outer, inner)).or_default().push(edge);
        }
    };
    match &op.kind {
        OpKind::Acquire { lock, attempt, .. } if attempt.waits() && is_shared(program, id, lock) => {
            if let Some(inner) = key_of(program, lock) {
                add(inner, Vec::new(), is_rooted(lock));
            }
        }
        OpKind::Call { this, .. } => {
            let Some(target) = called(op) else { return };
            let rooted = this.as_ref().is_some_and(|this| matches!(this.base, Base::This(_)) && this.path.is_empty());
            for reached in reach.get(&target).into_iter().flatten() {
                let path = std::iter::once(target).chain(reached.path.iter().copied()).collect();
                add(reached.key, path, rooted);
            }
        }
        _ => {}
    }
}

/// The function that runs inside this step.
fn called(op: &Op) -> Option<FunctionId> {
    match &op.kind {
        OpKind::Call { target, .. } => Some(*target),
        OpKind::Run { callee, how: Running::Now | Running::Each, .. } => callee.target(),
        _ => None,
    }
}

fn reach(program: &Program) -> Reach {
    let mut reach = Reach::default();
    for id in own_functions(program) {
        for op in program.body(id).blocks.iter().flatten() {
            if let OpKind::Acquire { lock, attempt, .. } = &op.kind
                && attempt.waits()
                && is_shared(program, id, lock)
                && let Some(key) = key_of(program, lock)
            {
                add_reached(reach.entry(id).or_default(), Reached { key, path: Vec::new() });
            }
        }
    }
    for _ in 0..DEPTH {
        let before = reach.clone();
        for id in own_functions(program) {
            for target in program.body(id).blocks.iter().flatten().filter_map(called) {
                for reached in before.get(&target).into_iter().flatten() {
                    let path = std::iter::once(target).chain(reached.path.iter().copied()).collect();
                    add_reached(reach.entry(id).or_default(), Reached { key: reached.key, path });
                }
            }
        }
    }
    reach
}

fn add_reached(known: &mut Vec<Reached>, new: Reached) {
    if !known.iter().any(|other| other.key == new.key) {
        known.push(new);
    }
}

/// The lock as all functions name it: a field of a type, a static.
fn key_of(program: &Program, lock: &Loc) -> Option<KeyId> {
    let named = match lock.owner {
        Owner::Unit(_) => !lock.tail().is_empty(),
        Owner::Base(Base::Variable(..)) => true,
        Owner::Base(_) => false,
    };
    named.then(|| program.keys().find(&lock.key())).flatten()
}

fn is_rooted(lock: &Loc) -> bool {
    matches!(lock.base, Base::This(_) | Base::Variable(..)) && !lock.path.iter().any(is_element)
}

fn is_element(seg: &Seg) -> bool {
    matches!(seg, Seg::Any | Seg::Key(_))
}

/// Can somebody else take it meanwhile? Not if its owner was just made, or is this run's alone.
fn is_shared(program: &Program, id: FunctionId, lock: &Loc) -> bool {
    if is_fresh(program, id, lock) {
        return false;
    }
    let alone = matches!(program.function(id).receiver, Receiver::Exclusive | Receiver::Owned);
    match (lock.base, lock.path.first()) {
        (Base::This(unit), Some(Seg::Field(field))) if alone => {
            let field = program.modules.field(&program.files, unit, *field);
            field.is_some_and(|(owner, field)| {
                matches!(program.field_type(owner, field), Ty::Lib { name, .. } if program.models.is_pointer(name))
            })
        }
        _ => true,
    }
}

fn confirm(program: &Program, one: &Edge, other: &Edge, keys: [KeyId; 2]) -> Option<Draft> {
    let own = one.id == other.id;
    let flows = if own { vec![one.id] } else { vec![one.id, other.id] };
    let assembled = assemble(program, &Plan::new(flows, Vec::new(), Follow::Locks)).ok()?;
    let lanes = if own { vec![vec![0], vec![0]] } else { vec![vec![0], vec![1]] };
    let Verdict::Breaks(breaks) = explore(&assembled.model, &Question::new(lanes)) else { return None };
    let keys = keys.map(|key| program.keys().get(key));
    let found =
        breaks.iter().find(|found| found.violation == Violation::Deadlock && is_crossed(&assembled, found, keys))?;
    Some(word(program, &assembled, found, [one, other], keys))
}

/// Does each of the two runs wait for one of the two locks?
fn is_crossed(assembled: &Assembled, found: &Break, keys: [&SharedKey; 2]) -> bool {
    let waits = |lane: u8, key: &SharedKey| {
        found.witness.iter().any(|event| match event.what {
            EventKind::WaitsFor(lock) => event.lane == lane && assembled.locks[lock as usize].key == *key,
            _ => false,
        })
    };
    waits(0, keys[0]) && waits(1, keys[1]) || waits(0, keys[1]) && waits(1, keys[0])
}

fn word(program: &Program, assembled: &Assembled, found: &Break, edges: [&Edge; 2], keys: [&SharedKey; 2]) -> Draft {
    let [one, other] = edges;
    let waited = found.witness.iter().find_map(|event| match event.what {
        EventKind::WaitsFor(lock) if event.lane == 0 => Some(&assembled.locks[lock as usize].key),
        _ => None,
    });
    let (outer, inner) = if waited == Some(keys[0]) { (keys[1], keys[0]) } else { (keys[0], keys[1]) };
    let (outer, inner) = (outer.show(program), inner.show(program));
    let certain = one.rooted && other.rooted;
    let confidence = match found.grade {
        _ if keys.iter().any(|key| key.path.iter().any(is_element)) => Confidence::Possible,
        Grade::Possible => Confidence::Possible,
        Grade::Certain if certain => Confidence::Certain,
        Grade::Certain | Grade::Likely => Confidence::Likely,
    };
    let mut assumptions = found.assumptions.clone();
    if !certain {
        assumptions.insert(0, format!("both functions mean the same `{outer}` and the same `{inner}`"));
    }
    let (first, second) = (name(program, one.id), name(program, other.id));
    let message = if one.id == other.id {
        format!("`{first}` takes `{inner}` while it holds `{outer}`, and elsewhere the other way round")
    } else {
        format!("`{first}` takes `{inner}` while it holds `{outer}`, and `{second}` takes them the other way round")
    };
    let mut related = vec![(Spot { file: one.id.file, span: one.first }, format!("`{outer}` is held since here"))];
    related.extend(path(program, one, &inner));
    related.push((Spot { file: other.id.file, span: other.first }, format!("`{second}` holds `{inner}` since here")));
    related.push((Spot { file: other.id.file, span: other.second }, format!("and takes `{outer}` here")));
    related.extend(path(program, other, &outer));
    Draft {
        violation: found.violation.as_str(),
        confidence,
        at: Spot { file: one.id.file, span: one.second },
        scope: scope(program, one.id),
        message,
        help: format!(
            "take `{outer}` and `{inner}` in one order everywhere, or end the first guard before the second is taken"
        ),
        outcome: format!("each waits for the other: neither `{outer}` nor `{inner}` is ever given back"),
        assumptions,
        related,
        fixes: Vec::new(),
        witness: witness(assembled, found),
    }
}

/// The calls that lead to the second acquisition.
fn path<'a>(program: &'a Program, edge: &'a Edge, lock: &'a str) -> impl Iterator<Item = (Spot, String)> + 'a {
    edge.path.iter().enumerate().map(move |(at, id)| {
        let does = if at + 1 == edge.path.len() { format!("takes `{lock}`") } else { "calls on".to_owned() };
        let at = Spot { file: id.file, span: program.function(*id).name_span };
        (at, format!("`{}` {does}", name(program, *id)))
    })
}
