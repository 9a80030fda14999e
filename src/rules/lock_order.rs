//! `lock-order`: runs take the same locks in orders that lead round in a circle.
//!
//! The circles are those of the graph of the whole program; one is reported only if the explorer finds runs of its
//! functions each waiting for a lock that another one holds.

use super::pick::Incidents;
use super::wording::{name, scope, witness};
use super::{Context, Sink};
use crate::assemble::{Assembled, Follow, Plan, assemble};
use crate::examine::order::{Edge, Order};
use crate::explore::{Break, EventKind, Grade, Question, Verdict, Violation, explore};
use crate::finding::{Confidence, Cure, Draft, Spot};
use crate::link::Program;
use crate::link::ids::FunctionId;
use crate::link::loc::SharedKey;
use crate::link::summary::KeyId;

/// The most ways of going round that are explored for one circle.
const TRIES: usize = 16;

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let order = Order::of(cx.program);
    let mut incidents = Incidents::default();
    let mut known: Vec<Vec<KeyId>> = Vec::new();
    for cycle in order.cycles() {
        // A circle that leads through a smaller one is mended with it.
        if known.iter().any(|smaller| smaller.iter().all(|key| cycle.contains(key))) {
            continue;
        }
        if let Some(draft) = ways(&order, &cycle).iter().find_map(|way| confirm(cx.program, way)) {
            incidents.add(Some(cx.program.keys().get(cycle[0])), draft);
            known.push(cycle);
        }
    }
    incidents.report(sink);
}

/// Ways round a circle, one edge for each of its locks. The rarest edge comes first: the rarer order is the mistake.
fn ways<'o>(order: &'o Order, cycle: &[KeyId]) -> Vec<Vec<&'o Edge>> {
    let step = |at: usize| order.edges(cycle[at], cycle[(at + 1) % cycle.len()]);
    let rarest = (0..cycle.len()).min_by_key(|at| step(*at).len()).unwrap_or_default();
    let mut ways: Vec<Vec<&Edge>> = vec![Vec::new()];
    for at in 0..cycle.len() {
        let edges = step((rarest + at) % cycle.len());
        let longer = |way: Vec<&'o Edge>| edges.iter().map(move |edge| way.iter().copied().chain([edge]).collect());
        ways = ways.into_iter().flat_map(longer).take(TRIES).collect();
    }
    ways
}

fn confirm(program: &Program, way: &[&Edge]) -> Option<Draft> {
    let mut flows: Vec<FunctionId> = Vec::new();
    for edge in way {
        if !flows.contains(&edge.id) {
            flows.push(edge.id);
        }
    }
    let flow = |edge: &Edge| flows.iter().position(|id| *id == edge.id).unwrap_or_default();
    let lanes: Vec<Vec<u32>> = way.iter().map(|edge| vec![flow(edge) as u32]).collect();
    let assembled = assemble(program, &Plan::new(flows, Vec::new(), Follow::Locks)).ok()?;
    let Verdict::Breaks(breaks) = explore(&assembled.model, &Question::new(lanes)) else { return None };
    let mut deadlocks = breaks.iter().filter(|found| found.violation == Violation::Deadlock);
    let (found, waited) = deadlocks.find_map(|found| Some((found, waited(program, &assembled, found, way)?)))?;
    Some(word(program, &assembled, found, way, &waited))
}

/// What each run waits for, if that is the lock which its edge leads to; of two edges of one function, either may run
/// first.
fn waited<'p>(
    program: &'p Program,
    assembled: &'p Assembled,
    found: &Break,
    way: &[&Edge],
) -> Option<Vec<&'p SharedKey>> {
    let of_lane = |lane: usize| {
        found.witness.iter().find_map(|event| match event.what {
            EventKind::WaitsFor(lock) if usize::from(event.lane) == lane => Some(&assembled.locks[lock as usize].key),
            _ => None,
        })
    };
    let waited: Vec<&SharedKey> = (0..way.len()).map(of_lane).collect::<Option<_>>()?;
    let keys: Vec<&SharedKey> = way.iter().map(|edge| program.keys().get(edge.to)).collect();
    let all = keys.iter().all(|key| waited.contains(key));
    all.then_some(waited)
}

fn word(program: &Program, assembled: &Assembled, found: &Break, way: &[&Edge], waited: &[&SharedKey]) -> Draft {
    let one = way[0];
    let show = |key: KeyId| program.keys().get(key).show(program);
    let locks: Vec<String> = way.iter().map(|edge| show(edge.from)).collect();
    let all = locks.iter().map(|lock| format!("`{lock}`")).collect::<Vec<_>>().join(", ");
    let rooted = way.iter().all(|edge| edge.rooted);
    let mut assumptions = found.assumptions.clone();
    if !rooted {
        assumptions.insert(0, format!("all of them mean the same {all}"));
    }
    Draft {
        violation: found.violation.as_str(),
        confidence: confidence(found, waited, rooted),
        at: Spot { file: one.id.file, span: one.second },
        scope: scope(program, one.id),
        message: message(program, way, &show),
        help: format!("take {all} in one order everywhere, or end the first guard before the second is taken"),
        outcome: format!("each waits for another: none of {all} is ever given back"),
        assumptions,
        related: related(program, way, &show),
        fixes: vec![Cure::Hoist { taken: Spot { file: one.id.file, span: one.first } }],
        witness: witness(program, assembled, found),
    }
}

fn confidence(found: &Break, locks: &[&SharedKey], rooted: bool) -> Confidence {
    match found.grade {
        _ if locks.iter().any(|key| key.is_blurred()) => Confidence::Possible,
        Grade::Possible => Confidence::Possible,
        Grade::Certain if rooted => Confidence::Certain,
        Grade::Certain | Grade::Likely => Confidence::Likely,
    }
}

fn message(program: &Program, way: &[&Edge], show: &dyn Fn(KeyId) -> String) -> String {
    let one = way[0];
    let begin = format!("`{}` takes `{}` while it holds `{}`", name(program, one.id), show(one.to), show(one.from));
    match way {
        [_, other] if other.id == one.id => format!("{begin}, and elsewhere the other way round"),
        [_, other] => format!("{begin}, and `{}` takes them the other way round", name(program, other.id)),
        _ => {
            let others: Vec<String> = way[1..].iter().map(|edge| format!("`{}`", name(program, edge.id))).collect();
            format!("{begin}, and {} lead from there back to `{}`", others.join(" and "), show(one.from))
        }
    }
}

/// Every edge with the calls that it leads through.
fn related(program: &Program, way: &[&Edge], show: &dyn Fn(KeyId) -> String) -> Vec<(Spot, String)> {
    let mut related = Vec::new();
    for (at, edge) in way.iter().enumerate() {
        let here = |span| Spot { file: edge.id.file, span };
        let (from, to) = (show(edge.from), show(edge.to));
        if at == 0 {
            related.push((here(edge.first), format!("`{from}` is held since here")));
        } else {
            let function = name(program, edge.id);
            related.push((here(edge.first), format!("`{function}` holds `{from}` since here")));
            related.push((here(edge.second), format!("and takes `{to}` here")));
        }
        related.extend(path(program, edge, &to));
    }
    related
}

/// The calls that lead to the second acquisition.
fn path<'a>(program: &'a Program, edge: &'a Edge, lock: &'a str) -> impl Iterator<Item = (Spot, String)> + 'a {
    edge.path.iter().enumerate().map(move |(at, id)| {
        let does = if at + 1 == edge.path.len() { format!("takes `{lock}`") } else { "calls on".to_owned() };
        let at = Spot { file: id.file, span: program.function(*id).name_span };
        (at, format!("`{}` {does}", name(program, *id)))
    })
}
