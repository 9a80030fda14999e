//! A question answered: baseline, search, what is left when the one is taken from the other.

use rustc_hash::FxHashSet;

use super::because::because;
use super::definitions::Definitions;
use super::judge::Finding;
use super::model::{FlowId, LockId, Mode as LockMode, Model, Op, PlaceId};
use super::outcome::Serial;
use super::program::{CUT, Node};
use super::search::{Found, Mode, Session, search};
use super::setup::{Errors, Setup, with_writers};
use super::verdict::{Bounds, Break, Grade, Lane, Question, Safe, Verdict, Violation};
use super::{cuts, recall, unroll, witness};

pub(super) type Kind = (Violation, Option<PlaceId>, Option<PlaceId>);

/// What one set of lanes came to.
pub(super) struct Analysis {
    pub(super) setup: Setup,
    pub(super) lanes: Vec<Lane>,
    pub(super) findings: Vec<Finding>,
    pub(super) serial: Serial,
    pub(super) found: Found,
}

pub fn explore(model: &Model, question: &Question) -> Verdict {
    recall::or_else(model, question, || explore_with(model, question, Definitions::default()))
}

/// With some part of the definitions left out, for tests.
pub fn explore_with(model: &Model, question: &Question, definitions: Definitions) -> Verdict {
    let plain = ask(model, question, &question.lanes, definitions);
    let found = match &plain {
        Asked::Breaks(breaks) => breaks.as_slice(),
        Asked::TooBig => return Verdict::TooBig,
        Asked::Safe(_) => &[],
    };
    if found.iter().all(weak) {
        for lanes in extended(model, question) {
            if let Asked::Breaks(breaks) = ask(model, question, &lanes, definitions)
                && !breaks.iter().all(weak)
            {
                return Verdict::Breaks(breaks);
            }
        }
        if let Some(breaks) = queued_writer(model, question, definitions) {
            return Verdict::Breaks(breaks);
        }
    }
    let plain = match plain {
        Asked::Breaks(breaks) => return Verdict::Breaks(breaks),
        Asked::TooBig => return Verdict::TooBig,
        Asked::Safe(safe) => safe,
    };
    let because = if question.because { because(model, question) } else { Vec::new() };
    Verdict::Safe(Safe { because, ..plain })
}

/// Whether these lanes break, with more than a shrug.
pub(super) fn breaks_anyhow(model: &Model, question: &Question) -> bool {
    match ask(model, question, &question.lanes, Definitions::default()) {
        Asked::Breaks(breaks) => breaks.iter().any(|b| b.grade > Grade::Possible),
        Asked::Safe(_) | Asked::TooBig => false,
    }
}

/// What goes wrong when the runs come one after the other.
pub(super) fn alone(model: &Model, question: &Question) -> FxHashSet<Kind> {
    let Some(mut session) = session(model, &question.lanes, Definitions::default()) else {
        return FxHashSet::default();
    };
    let setup = Setup::new(model, &question.lanes, Errors::None);
    baseline(&mut session, &setup, question.budget).map(|b| b.1).unwrap_or_default()
}

fn weak(b: &Break) -> bool {
    b.grade == Grade::Possible
}

enum Asked {
    Breaks(Vec<Break>),
    Safe(Safe),
    TooBig,
}

fn flows(lanes: &[Lane]) -> Vec<FlowId> {
    let mut flows: Vec<FlowId> = lanes.iter().flatten().copied().collect();
    flows.sort_unstable();
    flows.dedup();
    flows
}

pub(super) fn session<'m>(model: &'m Model, lanes: &[Lane], definitions: Definitions) -> Option<Session<'m>> {
    Session::new(model, &flows(lanes), lanes.iter().map(Vec::len).sum(), definitions)
}

fn ask(model: &Model, question: &Question, lanes: &[Lane], definitions: Definitions) -> Asked {
    let budget = question.budget;
    let Some(mut session) = session(model, lanes, definitions) else { return Asked::TooBig };
    let Some(first) = analyse(&mut session, lanes, Errors::None, (budget, question.brief)) else {
        return Asked::TooBig;
    };
    let told = |session: &mut Session, analysis: &Analysis| match question.told {
        true => witness::breaks(session, analysis, budget),
        false => analysis.findings.iter().map(Finding::untold).collect(),
    };
    let mut breaks = told(&mut session, &first);
    breaks.extend(cuts::cuts(&mut session, lanes, budget));
    let telling = definitions.errors && session.program.nodes.iter().any(|n| n.telling);
    // What is there in a part of all schedules is there; what is not says nothing.
    let partial = first.found.too_big;
    if breaks.iter().all(weak) && telling && !partial {
        session.spent = 0;
        let Some(second) = analyse(&mut session, lanes, Errors::Telling, (budget, question.brief)) else {
            return if breaks.is_empty() { Asked::TooBig } else { Asked::Breaks(breaks) };
        };
        for found in told(&mut session, &second) {
            if !breaks.iter().any(|b| b.violation == found.violation && b.place == found.place && b.also == found.also)
            {
                breaks.push(found);
            }
        }
    }
    breaks.sort_by_key(|b| (b.violation, b.place, b.also, b.act));
    if !breaks.is_empty() {
        return Asked::Breaks(breaks);
    }
    if partial {
        return Asked::TooBig;
    }
    let bounds = Bounds { runs: first.setup.runs.len(), unroll: usize::from(unroll::ROUNDS), cuts: true };
    let mut undecided = session.table.undecided_sites();
    if first.found.cut {
        let cut = |n: &&Node| n.successors_and_cuts().any(|to| to == CUT);
        let site = |n: &Node| model.flows[n.flow as usize].code[n.pc as usize].site;
        undecided.extend(session.program.nodes.iter().filter(cut).map(site));
        undecided.sort_unstable();
        undecided.dedup();
    }
    let schedules = first.found.schedules();
    Asked::Safe(Safe { states: first.found.states, schedules, bounds, because: Vec::new(), undecided })
}

/// All orders of all subsets first, then all interleavings, or as many as the budget has room for; `None` if there are
/// too many orders already, or nothing was found in such a part.
pub(super) fn analyse(
    session: &mut Session,
    lanes: &[Lane],
    errors: Errors,
    (budget, brief): (usize, bool),
) -> Option<Analysis> {
    let setup = Setup::new(session.program.model, lanes, errors);
    let (serial, baseline) = baseline(session, &setup, budget)?;
    session.spent = 0;
    let enough = |session: &Session, found: &Found| brief && is_strong(session, found, &serial, &baseline);
    let found = search(session, &setup, Mode::Reduced, budget, &enough);
    if session.table.too_much {
        return None;
    }
    let findings = findings(session, &setup, &found, &serial, &baseline);
    if found.too_big && findings.is_empty() {
        return None;
    }
    Some(Analysis { setup, lanes: lanes.to_vec(), findings, serial, found })
}

pub(super) fn baseline(session: &mut Session, setup: &Setup, budget: usize) -> Option<(Serial, FxHashSet<Kind>)> {
    let full = ((1u16 << setup.runs.len()) - 1) as u8;
    let refused = session.table.definitions.refused;
    let mut serial = Serial { full, refused, ..Serial::default() };
    let mut kinds = FxHashSet::default();
    for mask in 1..=full {
        let Some((part, by_itself)) = part(setup, mask) else { continue };
        let found = search(session, &part, Mode::Serial(mask), budget, &|_, _| false);
        if found.too_big {
            return None;
        }
        let mut outcomes = FxHashSet::default();
        let mut numbers: Vec<u32> = found.findings.iter().copied().collect();
        found.each_ending(|ending| {
            numbers.extend(&ending.candidates);
            outcomes.insert(ending.outcome.clone());
        });
        if by_itself {
            kinds.extend(numbers.iter().map(|n| session.table.finding(*n).kind()));
        }
        serial.by_mask.insert(mask, outcomes);
    }
    Some((serial, kinds))
}

/// The setup of some of the runs; `None` if a lane would begin with its second. Whether they can be alone: if not, what
/// they do counts only where the others were refused.
fn part(setup: &Setup, mask: u8) -> Option<(Setup, bool)> {
    let there = |run: u8| mask >> run & 1 == 1;
    let (mut part, mut by_itself) = (setup.clone(), true);
    for (at, run) in part.runs.iter_mut().enumerate() {
        if !there(at as u8) {
            continue;
        }
        if !run.previous.is_none_or(there) {
            return None;
        }
        by_itself &= run.after.iter().all(|r| there(*r));
        run.after.retain(|r| there(*r));
        run.twin = None;
    }
    Some((part, by_itself))
}

/// Whether a finding of one kind counts that comes up in some order of the runs as well.
fn counts(known: Definitions, baseline: &FxHashSet<Kind>, finding: &Finding) -> bool {
    let own_rules = matches!(finding.violation, Violation::Deadlock | Violation::EarlyEnd);
    own_rules || !known.baseline || !baseline.contains(&finding.kind())
}

/// Whether something is there already that is more than a shrug.
fn is_strong(session: &Session, found: &Found, serial: &Serial, baseline: &FxHashSet<Kind>) -> bool {
    let known = session.table.definitions;
    let strong = |n: &u32| {
        let finding = session.table.finding(*n);
        finding.grade > Grade::Possible && counts(known, baseline, finding)
    };
    let mut any = found.findings.iter().any(strong);
    found.each_ending(|ending| {
        any = any
            || ending.candidates.iter().any(strong)
                && (!known.outcome || !serial.explains(&session.program, &ending.outcome));
    });
    any
}

fn findings(
    session: &mut Session,
    setup: &Setup,
    found: &Found,
    serial: &Serial,
    baseline: &FxHashSet<Kind>,
) -> Vec<Finding> {
    let known = session.table.definitions;
    let mut all: Vec<Finding> = Vec::new();
    let mut add = |f: &Finding| {
        if counts(known, baseline, f) {
            all.push(*f);
        }
    };
    found.findings.iter().for_each(|n| add(session.table.finding(*n)));
    if found.through {
        found.waiting.iter().for_each(|n| add(session.table.finding(*n)));
    }
    let mut unexplained = false;
    found.each_ending(|ending| {
        let explained = serial.explains(&session.program, &ending.outcome);
        if !explained || !known.outcome {
            ending.candidates.iter().for_each(|n| add(session.table.finding(*n)));
            unexplained |= !explained && !ending.outcome.stuck();
        }
    });
    if !found.too_big && !found.enough {
        all.extend(session.dead_guards(setup, found));
    }
    if unexplained && all.is_empty() {
        let grade = Grade::Likely;
        all.push(Finding {
            violation: Violation::NotSerial,
            place: None,
            also: None,
            lock: None,
            act: u32::MAX,
            grade,
        });
    }
    best(all)
}

/// Of each kind the surest; what another finding on the same place says better is left out.
fn best(mut all: Vec<Finding>) -> Vec<Finding> {
    all.sort_unstable_by_key(|f| (f.kind(), f.lock, std::cmp::Reverse(f.grade), f.act));
    all.dedup_by_key(|f| f.kind());
    let stale: Vec<_> = all.iter().filter(|f| f.violation == Violation::StaleCheck).map(|f| f.place).collect();
    all.retain(|f| f.violation != Violation::DoubleEffect || !stale.contains(&f.place));
    all
}

/// Lanes with one of the second runs behind a first that clears what another lane tests.
fn extended(model: &Model, question: &Question) -> Vec<Vec<Lane>> {
    let mut out = Vec::new();
    for (lane, flow) in &question.seconds {
        let Some(first) = question.lanes.get(*lane).filter(|l| l.len() == 1) else { continue };
        let rest = question.lanes.iter().enumerate().filter(|(i, _)| i != lane).flat_map(|(_, l)| l);
        let tested: Vec<PlaceId> = rest.flat_map(|f| reads(model, *f)).collect();
        if clears(model, first[0]).any(|p| tested.contains(&p)) {
            let mut lanes = question.lanes.clone();
            lanes[*lane].push(*flow);
            out.push(lanes);
        }
    }
    out
}

fn reads(model: &Model, flow: FlowId) -> impl Iterator<Item = PlaceId> {
    model.flows[flow as usize].code.iter().filter_map(|i| match &i.op {
        Op::Read { place, .. } | Op::Create { place, .. } | Op::Exchange { place, .. } => Some(*place),
        _ => None,
    })
}

fn clears(model: &Model, flow: FlowId) -> impl Iterator<Item = PlaceId> {
    use super::model::{How, Val};
    model.flows[flow as usize].code.iter().filter_map(|i| match &i.op {
        Op::Write { place, how: How::Remove | How::Clear, .. } => Some(*place),
        Op::Write { place, value: Val::Absent | Val::Bool(false), .. } => Some(*place),
        _ => None,
    })
}

/// A writer of each read-write lock that is taken shared while another lock is held may stand in the queue.
fn queued_writer(model: &Model, question: &Question, definitions: Definitions) -> Option<Vec<Break>> {
    let flows = flows(&question.lanes);
    let shared = |lock: LockId| {
        let code = flows.iter().flat_map(|f| &model.flows[*f as usize].code);
        code.clone().filter(|i| matches!(i.op, Op::Lock { .. })).count() > 1
            && code.clone().any(|i| matches!(i.op, Op::Lock { lock: l, mode: LockMode::Shared, .. } if l == lock))
    };
    let locks: Vec<LockId> =
        (0..model.locks.len() as LockId).filter(|l| model.locks[*l as usize].writer && shared(*l)).collect();
    if locks.is_empty() {
        return None;
    }
    let with = with_writers(model);
    for lock in locks {
        let mut lanes = question.lanes.clone();
        lanes.push(vec![model.flows.len() as FlowId + lock]);
        if let Asked::Breaks(breaks) = ask(&with, question, &lanes, definitions) {
            let breaks: Vec<Break> = breaks.into_iter().filter(|b| b.violation == Violation::Deadlock).collect();
            if !breaks.is_empty() {
                return Some(breaks);
            }
        }
    }
    None
}
