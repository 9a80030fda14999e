//! The schedule that is easiest to read: fewest switches between lanes, then fewest steps, found in the unreduced graph.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::analysis::{Analysis, Kind};
use super::encode::Encoder;
use super::judge::Finding;
use super::model::Site;
use super::outcome::Serial;
use super::program::Program;
use super::search::{Ending, Mode, Session, Step, expand};
use super::seen::Seen;
use super::setup::{Errors, Setup};
use super::store::State;
use super::verdict::{Break, Event, EventKind, Schedule, Violation};

/// The unreduced search may grow this far; then the schedule has to do that the reduced one came upon.
const PRETTY: usize = 1_500;

type Cost = (u16, u16);

struct Reached {
    /// Until it has been looked at.
    state: Option<Box<State>>,
    /// The number of the state, the lane included.
    number: u32,
    parent: u32,
    step: (u8, u8),
    lane: u8,
}

/// Where a finding shows first: behind this state, by this step; or at the end, in the state itself.
#[derive(Clone, Copy)]
struct Shown {
    cost: Cost,
    at: u32,
    step: Option<(u8, u8)>,
}

/// A break for each finding of an analysis.
pub(super) fn breaks(session: &mut Session, analysis: &Analysis, budget: usize) -> Vec<Break> {
    let (apart, wanted): (Vec<Finding>, Vec<Finding>) =
        analysis.findings.iter().partition(|f| f.violation == Violation::DeadGuard);
    let mut out: Vec<Break> = Vec::new();
    if !wanted.is_empty() {
        let mut steps = schedules(session, analysis, &wanted, budget.min(PRETTY));
        for finding in &wanted {
            let path = steps.remove(&finding.kind()).or_else(|| as_found(session, analysis, finding));
            let Some(path) = path else { continue };
            out.push(tell(session, analysis, finding, path));
        }
    }
    for finding in &apart {
        out.extend(super::cuts::alone(session, analysis, finding, budget));
    }
    out
}

/// The schedule on which the reduced search came to it.
fn as_found(session: &Session, analysis: &Analysis, finding: &Finding) -> Option<Vec<Step>> {
    let is_it = |n: &u32| session.table.finding(*n).kind() == finding.kind();
    let numbers = (0..session.table.len() as u32).filter(is_it);
    let direct = numbers.filter_map(|n| analysis.found.schedule_of(n)).min_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    direct.or_else(|| {
        analysis.found.schedule_to(|Ending { outcome, candidates }| {
            let taken = !session.table.definitions.outcome || !analysis.serial.explains(&session.program, outcome);
            taken && (candidates.iter().any(is_it) || finding.violation == Violation::NotSerial && !outcome.stuck())
        })
    })
}

fn schedules(
    session: &mut Session,
    analysis: &Analysis,
    wanted: &[Finding],
    budget: usize,
) -> FxHashMap<Kind, Vec<Step>> {
    let setup = &analysis.setup;
    let wanted: FxHashSet<Kind> = wanted.iter().map(Finding::kind).collect();
    let mut shown: FxHashMap<Kind, Shown> = FxHashMap::default();
    let program = Rc::clone(&session.program);
    let mut reach = Reach::new(&program, setup);
    let first = Box::new(setup.initial(&program, &mut session.values));
    let first = Reached { state: Some(first), number: 0, parent: 0, step: (0, 0), lane: u8::MAX };
    reach.add(session, (0, 0), first);
    while let Some((cost, at)) = reach.next() {
        let settled = shown.len() == wanted.len() && shown.values().all(|s| s.cost <= cost);
        if settled || reach.closed > budget {
            break;
        }
        let Some(state) = reach.enter(at) else { continue };
        let succs = expand(&mut session.machine(setup), &state, Mode::Exhaustive);
        if succs.is_empty() {
            let kinds = ending_kinds(session, analysis, &state);
            for kind in kinds.into_iter().filter(|k| wanted.contains(k)) {
                note(&mut shown, kind, Shown { cost, at, step: None });
            }
        }
        let mut way = (u8::MAX, 0u8);
        for succ in succs {
            way = if way.0 == succ.task { (succ.task, way.1 + 1) } else { (succ.task, 0) };
            let lane = setup.lane_of(&state, succ.task);
            let last = reach.all[at as usize].lane;
            let left = last != u8::MAX && last != lane && setup.is_unfinished(&state, last);
            let cost = (cost.0 + u16::from(left), cost.1 + 1);
            for n in &succ.found {
                let kind = session.table.finding(*n).kind();
                if wanted.contains(&kind) {
                    note(&mut shown, kind, Shown { cost, at, step: Some(way) });
                }
            }
            reach.add(session, cost, Reached { state: Some(succ.state), number: 0, parent: at, step: way, lane });
        }
        session.spare.give_back(state);
    }
    let mut all = reach.all;
    all.iter_mut().filter_map(|reached| reached.state.take()).for_each(|state| session.spare.give_back(state));
    shown.into_iter().map(|(kind, shown)| (kind, path(&all, shown))).collect()
}

/// What has been reached, the cheapest first.
struct Reach<'p, 'm> {
    encoder: Encoder<'p, 'm>,
    seen: Seen,
    /// By number of a state: the least that it has been reached at, and whether it has been entered.
    least: Vec<(Cost, bool)>,
    /// How many have been entered.
    closed: usize,
    all: Vec<Reached>,
    heap: BinaryHeap<(Reverse<Cost>, Reverse<u32>)>,
}

impl<'p, 'm> Reach<'p, 'm> {
    fn new(program: &'p Program<'m>, setup: &'p Setup) -> Reach<'p, 'm> {
        Reach {
            encoder: Encoder::new(program, setup),
            seen: Seen::default(),
            least: Vec::new(),
            closed: 0,
            all: Vec::new(),
            heap: BinaryHeap::new(),
        }
    }

    fn next(&mut self) -> Option<(Cost, u32)> {
        self.heap.pop().map(|(Reverse(cost), Reverse(at))| (cost, at))
    }

    /// The state, if it has not been entered before.
    fn enter(&mut self, at: u32) -> Option<Box<State>> {
        let reached = &mut self.all[at as usize];
        let state = reached.state.take()?;
        let entered = &mut self.least[reached.number as usize].1;
        if std::mem::replace(entered, true) {
            return None;
        }
        self.closed += 1;
        Some(state)
    }

    /// What can be had as cheaply already is left out: it would be come to later, and not entered.
    fn add(&mut self, session: &mut Session, cost: Cost, mut reached: Reached) {
        let Some(state) = &reached.state else { return };
        let key = self.encoder.encode(&session.values, state);
        key.push(u32::from(reached.lane));
        let (number, new) = self.seen.number(key);
        reached.number = number;
        if new {
            self.least.push((cost, false));
        } else {
            let (least, entered) = &mut self.least[number as usize];
            if *entered || *least <= cost {
                reached.state.take().into_iter().for_each(|state| session.spare.give_back(state));
                return;
            }
            *least = cost;
        }
        self.heap.push((Reverse(cost), Reverse(self.all.len() as u32)));
        self.all.push(reached);
    }
}

fn note(shown: &mut FxHashMap<Kind, Shown>, kind: Kind, new: Shown) {
    let best = shown.entry(kind).or_insert(new);
    if new.cost < best.cost {
        *best = new;
    }
}

/// The steps from the beginning to where it shows.
fn path(all: &[Reached], shown: Shown) -> Vec<Step> {
    let mut steps: Vec<Step> = shown.step.into_iter().collect();
    let mut at = shown.at;
    while at != 0 {
        steps.push(all[at as usize].step);
        at = all[at as usize].parent;
    }
    steps.reverse();
    steps
}

/// What the end of a schedule shows, the outcome taken into account.
pub(super) fn ending_kinds_of(session: &mut Session, setup: &Setup, serial: &Serial, state: &State) -> Vec<Kind> {
    let mut machine = session.machine(setup);
    let end = machine.judge_end(state);
    let outcome = super::outcome::Outcome::of(&machine, state);
    let mut kinds: Vec<Kind> = end.found.iter().map(|n| session.table.finding(*n).kind()).collect();
    let taken = !session.table.definitions.outcome;
    if !end.cut && (taken || !serial.explains(&session.program, &outcome)) {
        kinds.extend(end.candidates.iter().map(|n| session.table.finding(*n).kind()));
        if !end.stuck {
            kinds.push((Violation::NotSerial, None, None));
        }
    }
    kinds
}

fn ending_kinds(session: &mut Session, analysis: &Analysis, state: &State) -> Vec<Kind> {
    ending_kinds_of(session, &analysis.setup, &analysis.serial, state)
}

/// Runs the schedule once more, and writes down what happens.
fn tell(session: &mut Session, analysis: &Analysis, finding: &Finding, steps: Vec<Step>) -> Break {
    let schedule =
        Schedule { lanes: analysis.lanes.clone(), errors: analysis.setup.errors != Errors::None, crash: false, steps };
    let told = run(session, &analysis.setup, &schedule.steps);
    finish(session, finding, schedule, told)
}

/// What a schedule showed, step by step.
pub(super) struct Told {
    pub(super) events: Vec<Event>,
    pub(super) found: Vec<u32>,
    /// Findings that stand only if no serial order gives the outcome.
    pub(super) candidates: Vec<u32>,
    pub(super) state: Box<State>,
    /// A step that could not be taken.
    pub(super) refused: Option<usize>,
}

pub(super) fn run(session: &mut Session, setup: &Setup, steps: &[(u8, u8)]) -> Told {
    let mut setup = setup.clone();
    setup.trace = true;
    let state = Box::new(setup.initial(&session.program, &mut session.values));
    session.table.details.clear();
    let mut told = Told { events: Vec::new(), found: Vec::new(), candidates: Vec::new(), state, refused: None };
    let mut machine = session.machine(&setup);
    for (i, (task, way)) in steps.iter().enumerate() {
        let task = usize::from(*task);
        if task >= told.state.tasks.len() || !machine.enabled(&told.state, task) {
            told.refused = Some(i);
            break;
        }
        let Some(succ) = machine.step(&told.state, task).into_iter().nth(usize::from(*way)) else {
            told.refused = Some(i);
            break;
        };
        told.events.extend(succ.events);
        told.found.extend(succ.found);
        told.state = succ.state;
    }
    let end = machine.judge_end(&told.state);
    if end.stuck && told.state.tasks.iter().enumerate().all(|(t, _)| !machine.enabled(&told.state, t)) {
        told.events.extend(machine.waiting(&told.state));
    }
    told.found.extend(end.found);
    told.candidates.extend(end.candidates);
    told
}

pub(super) fn finish(session: &Session, finding: &Finding, schedule: Schedule, told: Told) -> Break {
    let shown = told.found.iter().rev().chain(&told.candidates);
    let number = shown.into_iter().find(|n| session.table.finding(**n).kind() == finding.kind());
    let detail = number.and_then(|n| session.table.details.get(n)).cloned().unwrap_or_default();
    let exact = number.map_or(*finding, |n| *session.table.finding(*n));
    let writes =
        |e: &&Event| matches!(e.what, EventKind::Writes(_) | EventKind::Removes(_) | EventKind::Tries(_, true));
    let last = told.events.iter().rev().find(writes).or(told.events.last());
    let act = if exact.act == u32::MAX { last.map_or(Site(u32::MAX), |e| e.site) } else { Site(exact.act) };
    let place = finding.place.or_else(|| match last.map(|e| e.what) {
        Some(EventKind::Writes(p) | EventKind::Removes(p) | EventKind::Tries(p, _)) => Some(p),
        _ => None,
    });
    let rival = detail.rival.unwrap_or(act);
    let mut assumptions = assumptions(session, &told.state);
    assumptions.extend(super::words::reasons(session.program.model, finding, &schedule));
    let mut brk = Break {
        violation: finding.violation,
        place: if finding.violation == Violation::Deadlock { finding.place } else { place },
        also: finding.also,
        lock: exact.lock,
        grade: finding.grade,
        assumptions,
        act,
        rests_on: detail.rests_on,
        rival,
        witness: told.events,
        outcome: String::new(),
        schedule,
    };
    super::point::point(&mut brk);
    brk.outcome = super::words::sentence(session.program.model, &brk);
    brk
}

/// What the schedule takes for granted, in words.
fn assumptions(session: &Session, state: &State) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for (id, truth) in &state.assumed {
        let text = super::words::assumption(&session.program, &session.values, session.values.choice_of(*id), *truth);
        if !out.contains(&text) {
            out.push(text);
        }
    }
    out
}
