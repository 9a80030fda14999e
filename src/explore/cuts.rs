//! Runs cut short, by an error or a crash: half-applied, stuck guard. And what shows in one run alone: a dead guard.

use std::rc::Rc;

use super::analysis::Analysis;
use super::encode::Encoder;
use super::judge::Finding;
use super::model::{FlowId, Model, Op, PlaceId, Site};
use super::search::{Mode, Session, Step, expand};
use super::seen::Seen;
use super::setup::{Errors, Setup};
use super::store::{NEVER, State, Status};
use super::verdict::{Break, Grade, Lane, Schedule, Violation};
use super::{stuck, witness};

/// Runs one after the other, in the order of the lanes; an error may arise in the first.
pub(super) fn in_turn(mut setup: Setup) -> Setup {
    for run in 0..setup.runs.len() {
        setup.runs[run].twin = None;
        setup.runs[run].after = (0..run as u8).collect();
    }
    setup.errors_in = Some(0);
    setup
}

/// A state on the way, and how it was reached.
struct Stop {
    /// Until it has been looked at; at an end it stays.
    state: Option<Box<State>>,
    parent: usize,
    step: Step,
    /// What was to be known of the state.
    known: (bool, bool),
    fails: bool,
    /// The state in which the first run had ended.
    origin: usize,
}

impl Stop {
    fn new(state: Box<State>, parent: usize, step: Step, origin: usize) -> Stop {
        let fails = state.errors == 0;
        Stop { state: Some(state), parent, step, known: (false, false), fails, origin }
    }

    /// The state at an end.
    fn end(&self) -> Option<&State> {
        self.state.as_deref()
    }
}

/// All ways through the runs, one after the other, and of each state what is asked of it; `None` if there are too many: a
/// part of them tells nothing.
fn walk(
    session: &mut Session,
    setup: &Setup,
    budget: usize,
    known: impl Fn(&Session, &State) -> (bool, bool),
) -> Option<Vec<Stop>> {
    let mask = ((1u16 << setup.runs.len()) - 1) as u8;
    let program = Rc::clone(&session.program);
    let mut encoder = Encoder::new(&program, setup);
    let first = Box::new(setup.initial(&program, &mut session.values));
    let mut stops = vec![Stop::new(first, 0, (0, 0), usize::MAX)];
    let (mut at, mut seen) = (0, Seen::default());
    while at < stops.len() {
        if stops.len() >= budget {
            return None;
        }
        let state = stops[at].state.take()?;
        if stops[at].origin == usize::MAX && state.run_started(0) && state.run_ended(0) {
            stops[at].origin = at;
        }
        stops[at].known = known(session, &state);
        let origin = stops[at].origin;
        let succs = expand(&mut session.machine(setup), &state, Mode::Serial(mask));
        if succs.is_empty() {
            stops[at].state = Some(state);
        } else {
            session.spare.give_back(state);
        }
        let mut way = (u8::MAX, 0u8);
        for succ in succs {
            // A step that can go on in so many ways is not tried in all of them.
            let nth = if way.0 == succ.task { way.1.checked_add(1) } else { Some(0) };
            let Some(nth) = nth else { break };
            way = (succ.task, nth);
            let key = encoder.encode(&session.values, &succ.state);
            key.push(origin as u32);
            if seen.number(key).1 {
                stops.push(Stop::new(succ.state, at, way, origin));
            } else {
                session.spare.give_back(succ.state);
            }
        }
        at += 1;
    }
    Some(stops)
}

fn steps(stops: &[Stop], mut at: usize) -> Vec<Step> {
    let mut steps = Vec::new();
    while at != 0 {
        steps.push(stops[at].step);
        at = stops[at].parent;
    }
    steps.reverse();
    steps
}

pub(super) fn cuts(session: &mut Session, lanes: &[Lane], budget: usize) -> Vec<Break> {
    let model = session.program.model;
    let mut firsts: Vec<FlowId> = lanes.iter().filter_map(|l| l.first().copied()).collect();
    let mut out = Vec::new();
    for (i, a) in firsts.iter().enumerate() {
        for (j, b) in firsts.iter().enumerate() {
            let repeated = firsts[..i].contains(a) && firsts[..j].contains(b);
            if i != j && !repeated && stuck::may_be_left(&session.program, *a, *b) {
                out.extend(stuck_guard(session, *a, *b, budget));
            }
        }
    }
    firsts.sort_unstable();
    firsts.dedup();
    for flow in firsts {
        for (p, q) in &model.pairs {
            if writes(model, flow, *p) && writes(model, flow, *q) {
                out.extend(half_applied(session, flow, (*p, *q), budget));
            }
        }
    }
    out.sort_by_key(|b: &Break| (b.violation, b.place, b.also, std::cmp::Reverse(b.grade)));
    out.dedup_by_key(|b| (b.violation, b.place, b.also));
    out
}

fn writes(model: &Model, flow: FlowId, place: PlaceId) -> bool {
    model.flows[flow as usize]
        .code
        .iter()
        .any(|i| !matches!(i.op, Op::Read { .. }) && super::access::place_of(&i.op) == Some(place))
}

/// One run with an error leaves the next one nothing to do, though it has something to do at first and after a clean run.
fn stuck_guard(session: &mut Session, a: FlowId, b: FlowId, budget: usize) -> Option<Break> {
    let model = session.program.model;
    let lanes = vec![vec![a], vec![b]];
    let setup = in_turn(Setup::new(model, &lanes, Errors::All));
    if !acts_at_first(session, b, budget) {
        return None;
    }
    let stops = walk(session, &setup, budget, |_, s| (acted(s, 1), s.tasks.iter().any(|t| t.status == Status::Cut)))?;
    let ends: Vec<usize> =
        (0..stops.len()).filter(|at| stops[*at].end().is_some() && stops[*at].origin != usize::MAX).collect();
    let (acted, cut) = (|at: usize| stops[at].known.0, |at: usize| stops[at].known.1);
    let failed = |at: usize| stops[at].fails;
    let after_clean = ends.iter().any(|at| !failed(*at) && acted(*at));
    let mut origins: Vec<usize> = ends.iter().filter(|at| failed(**at)).map(|at| stops[*at].origin).collect();
    origins.sort_unstable();
    origins.dedup();
    for origin in origins {
        let mine: Vec<usize> = ends.iter().copied().filter(|at| stops[*at].origin == origin).collect();
        if mine.iter().any(|at| acted(*at) || cut(*at)) {
            continue;
        }
        let Some((at, end)) = mine.first().and_then(|at| Some((at, stops[*at].end()?))) else { continue };
        let Some(place) = left_behind(session, &setup, end) else { continue };
        let grade = if !after_clean { Grade::Possible } else { Grade::Likely };
        let finding = Finding {
            violation: Violation::StuckGuard,
            place: Some(place),
            also: None,
            lock: None,
            act: u32::MAX,
            grade,
        };
        return Some(tell(session, &setup, lanes, &finding, (steps(&stops, *at), false)));
    }
    None
}

fn acts_at_first(session: &mut Session, flow: FlowId, budget: usize) -> bool {
    let setup = Setup::new(session.program.model, &[vec![flow]], Errors::None);
    let stops = walk(session, &setup, budget, |_, s| (acted(s, 0), false));
    stops.is_some_and(|stops| stops.iter().any(|s| s.end().is_some() && s.known.0))
}

/// Whether the run did anything: wrote, opened, closed, or called with an effect.
fn acted(s: &State, run: u8) -> bool {
    s.done.iter().any(|d| d.run == run)
        || s.resources.iter().any(|r| r.run == run || r.closed == run)
        || (0..s.slots.len()).any(|slot| s.own_of(run, slot).wrote != NEVER)
}

/// A place that the second run looked at, as the first one left it.
fn left_behind(session: &mut Session, setup: &Setup, s: &State) -> Option<PlaceId> {
    let first = setup.initial(&session.program, &mut session.values);
    let slot = (0..session.program.layout.shared).find(|slot| {
        s.slots[*slot].val != first.slots[*slot].val
            && s.own_of(0, *slot).wrote != NEVER
            && s.own_of(1, *slot).read != NEVER
    })?;
    Some(session.program.layout.place_of[slot])
}

/// One run ends between two writes that belong together.
fn half_applied(session: &mut Session, flow: FlowId, pair: (PlaceId, PlaceId), budget: usize) -> Option<Break> {
    let model = session.program.model;
    let lanes = vec![vec![flow]];
    let setup = in_turn(Setup::new(model, &lanes, Errors::All));
    let first = setup.initial(&session.program, &mut session.values);
    let stops = walk(session, &setup, budget, |session, s| changed(session, &first, s, pair))?;
    let ends = || stops.iter().enumerate().filter(|(_, s)| s.end().is_some_and(whole));
    let clean: Vec<(bool, bool)> = ends().filter(|(_, s)| !s.fails).map(|(_, s)| s.known).collect();
    if !clean.contains(&(true, true)) {
        return None;
    }
    let half = |c: (bool, bool)| c.0 != c.1 && !clean.contains(&c);
    let by_error = ends().find(|(_, s)| s.fails && half(s.known)).map(|(at, _)| at);
    let outside = |p: PlaceId| model.places[p as usize].outside;
    let by_crash = || {
        let dies = |s: &Stop| s.end().is_none() && !s.fails && half(s.known);
        (outside(pair.0) && outside(pair.1)).then(|| stops.iter().position(dies)).flatten()
    };
    let (at, crash) = match by_error {
        Some(at) => (at, false),
        None => (by_crash()?, true),
    };
    let grade = if crash { Grade::Likely } else { Grade::Certain };
    let (place, also) = (Some(pair.0), Some(pair.1));
    let finding = Finding { violation: Violation::HalfApplied, place, also, lock: None, act: u32::MAX, grade };
    let path = steps(&stops, at);
    let mut b = tell(session, &setup, lanes, &finding, (path, crash));
    if crash {
        b.assumptions.push("the process dies there".to_string());
    }
    Some(b)
}

fn whole(s: &State) -> bool {
    s.tasks.iter().all(|t| matches!(t.status, Status::Done | Status::Failed))
}

/// Compares values, not writes: what was put back counts as unchanged.
fn changed(session: &Session, first: &State, s: &State, pair: (PlaceId, PlaceId)) -> (bool, bool) {
    let one = |p: PlaceId| {
        let slot = session.program.layout.slot(0, p);
        first.slots[slot].val != s.slots[slot].val
    };
    (one(pair.0), one(pair.1))
}

fn tell(
    session: &mut Session,
    setup: &Setup,
    lanes: Vec<Lane>,
    finding: &Finding,
    (steps, crash): (Vec<Step>, bool),
) -> Break {
    let told = witness::run(session, setup, &steps);
    let schedule = Schedule { lanes, errors: true, crash, steps };
    let mut b = witness::finish(session, finding, schedule, told);
    let fails = b.witness.iter().rev().find(|e| e.what == super::verdict::EventKind::Fails);
    if let Some(event) = fails.or(b.witness.last()) {
        b.act = event.site;
    }
    b
}

/// Whether the last state of a schedule shows what a finding of this file claims.
pub(super) fn shows(session: &mut Session, setup: &Setup, b: &Break, s: &State) -> bool {
    match (b.violation, b.place, b.also) {
        (Violation::HalfApplied, Some(p), Some(q)) => {
            let first = setup.initial(&session.program, &mut session.values);
            let (one, other) = changed(session, &first, s, (p, q));
            one != other
        }
        (Violation::StuckGuard, Some(place), _) => {
            s.errors == 0 && !acted(s, 1) && left_behind(session, setup, s) == Some(place)
        }
        (Violation::DeadGuard, Some(place), _) => set_and_cleared(session, s, place),
        _ => false,
    }
}

fn set_and_cleared(session: &Session, s: &State, place: PlaceId) -> bool {
    let slot = session.program.layout.slot(0, place);
    s.own_of(0, slot).wrote != NEVER && s.slots[slot].cur >= 2
}

/// A dead guard, told by one run that sets it and takes it back.
pub(super) fn alone(session: &mut Session, analysis: &Analysis, finding: &Finding, budget: usize) -> Option<Break> {
    let branch = finding.act;
    let place = finding.place.unwrap_or(0);
    let guards = |f: &FlowId| session.program.model.flows[*f as usize].code.iter().any(|i| i.site.0 == branch);
    let flow = analysis.lanes.iter().flatten().copied().find(|f| guards(f)).unwrap_or(0);
    let lanes = vec![vec![flow]];
    let setup = in_turn(Setup::new(session.program.model, &lanes, Errors::All));
    let stops = walk(session, &setup, budget, |session, s| (set_and_cleared(session, s, place), false))?;
    let at = stops.iter().position(|s| s.end().is_some() && !s.fails && s.known.0).unwrap_or(0);
    let path = steps(&stops, at);
    let mut b = tell(session, &setup, lanes, finding, (path, false));
    b.act = Site(branch);
    Some(b)
}
