//! All schedules, or of each class of schedules one; memoised on the encoded state.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::access::Access;
use super::definitions::Definitions;
use super::encode::Encoder;
use super::judge::Table;
use super::machine::{Machine, Succ};
use super::model::Model;
use super::ops::shared_locks;
use super::outcome::Outcome;
use super::program::{NONE, Program};
use super::seen::Seen;
use super::setup::Setup;
use super::store::{Spare, State, Status};
use super::value::Values;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    Exhaustive,
    /// Of each class of equal traces at least one schedule.
    Reduced,
    /// One run of the set after the other.
    Serial(u8),
}

/// Everything that the searches of one question share.
pub(super) struct Session<'m> {
    pub(super) program: Rc<Program<'m>>,
    pub(super) values: Values,
    pub(super) table: Table,
    /// States visited so far: the searches of one question share its budget.
    pub(super) spent: usize,
    pub(super) spare: Spare,
}

impl<'m> Session<'m> {
    pub(super) fn new(model: &'m Model, flows: &[u32], runs: usize, definitions: Definitions) -> Option<Session<'m>> {
        let program = Rc::new(Program::new(model, flows, runs, definitions)?);
        let mut table = Table::default();
        table.definitions = definitions;
        table.shared_locks = shared_locks(&program);
        Some(Session { program, values: Values::new(), table, spent: 0, spare: Spare::take() })
    }

    pub(super) fn machine<'s>(&'s mut self, setup: &'s Setup) -> Machine<'s, 'm> {
        let Session { program, values, table, spare, .. } = self;
        Machine { program, setup, values, table, spare }
    }
}

/// How one or more schedules ended.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Ending {
    pub(super) outcome: Outcome,
    pub(super) candidates: Vec<u32>,
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        Spare::keep(self.spare.rest());
    }
}

/// A step: the task, and which of its ways.
pub(super) type Step = (u8, u8);

/// How something was first come to: from a numbered state on, by these steps.
type Way = (u32, Box<[Step]>);

#[derive(Default)]
pub(super) struct Found {
    pub(super) findings: FxHashSet<u32>,
    endings: FxHashMap<Ending, Way>,
    /// Deadlocks that count only if some schedule goes through.
    pub(super) waiting: FxHashSet<u32>,
    pub(super) through: bool,
    pub(super) cut: bool,
    pub(super) states: usize,
    pub(super) too_big: bool,
    /// What is there with few switches was enough: the rest was not looked at.
    pub(super) enough: bool,
    edges: Vec<Vec<u32>>,
    /// How each state was first come to.
    from: Vec<Way>,
    /// How each finding was, those in `waiting` as well.
    shown: FxHashMap<u32, Way>,
}

impl Found {
    #[expect(clippy::iter_over_hash_type, reason = "what is made of them is sorted")]
    pub(super) fn each_ending(&self, mut f: impl FnMut(&Ending)) {
        for ending in self.endings.keys() {
            f(ending);
        }
    }

    /// The schedule that led to a finding first.
    pub(super) fn schedule_of(&self, finding: u32) -> Option<Vec<Step>> {
        self.shown.get(&finding).map(|way| self.schedule(way))
    }

    /// The shortest of those that led to such an ending first.
    pub(super) fn schedule_to(&self, mut wanted: impl FnMut(&Ending) -> bool) -> Option<Vec<Step>> {
        let ways = self.endings.iter().filter(|(ending, _)| wanted(ending)).map(|(_, way)| self.schedule(way));
        ways.min_by(|a, b| (a.len(), a).cmp(&(b.len(), b)))
    }

    fn schedule(&self, (state, steps): &Way) -> Vec<Step> {
        let mut parts = vec![steps];
        let mut at = *state;
        while at != 0 {
            let (before, steps) = &self.from[at as usize];
            parts.push(steps);
            at = *before;
        }
        parts.into_iter().rev().flat_map(|steps| steps.iter().copied()).collect()
    }

    fn show(&mut self, findings: &[u32], state: u32, steps: &[Step]) {
        for finding in findings {
            self.shown.entry(*finding).or_insert_with(|| (state, steps.into()));
        }
    }

    /// How many ways lead from the beginning to an end.
    pub(super) fn schedules(&self) -> u128 {
        let mut counts: Vec<Option<u128>> = vec![None; self.edges.len()];
        let mut stack: Vec<(u32, usize)> = if self.edges.is_empty() { Vec::new() } else { vec![(0, 0)] };
        while let Some((at, next)) = stack.pop() {
            let edges = &self.edges[at as usize];
            match edges.get(next) {
                Some(to) => {
                    stack.push((at, next + 1));
                    if counts[*to as usize].is_none() {
                        stack.push((*to, 0));
                    }
                }
                None => {
                    let sum = edges.iter().fold(0u128, |all, e| all.saturating_add(counts[*e as usize].unwrap_or(0)));
                    counts[at as usize] = Some(if edges.is_empty() { 1 } else { sum });
                }
            }
        }
        counts.first().copied().flatten().unwrap_or(0)
    }
}

/// A state that has not been looked at yet.
struct Open {
    state: Box<State>,
    number: u32,
    /// The lane that was at work last.
    lane: Option<u8>,
    /// How often another lane has gone on while one was unfinished.
    switches: usize,
}

impl Open {
    /// The lane that is at work after a step, and how many switches there have been.
    fn then(&self, setup: &Setup, succ: &Succ) -> (u8, usize) {
        let lane = setup.lane_of(&self.state, succ.task);
        let left = self.lane.is_some_and(|last| last != lane && setup.is_unfinished(&self.state, last));
        (lane, self.switches + usize::from(left))
    }
}

/// What comes next: the fewest switches first, for most of what breaks does so with few. Where there is too much to be
/// looked at, this part is.
#[derive(Default)]
struct Frontier {
    by_switches: Vec<Vec<Open>>,
}

impl Frontier {
    fn add(&mut self, open: Open) {
        if self.by_switches.len() <= open.switches {
            self.by_switches.resize_with(open.switches + 1, Vec::new);
        }
        self.by_switches[open.switches].push(open);
    }

    fn rest(self) -> impl Iterator<Item = Open> {
        self.by_switches.into_iter().flatten()
    }

    fn next(&mut self) -> Option<Open> {
        self.by_switches.iter_mut().find_map(Vec::pop)
    }
}

/// With so few switches most of what breaks does so.
const FEW: usize = 3;

/// So many steps are followed, where each is the only one, before the state is looked up.
const FOLLOWED: usize = 50;

/// All schedules; `enough` may end that where what is there with few switches says it all.
pub(super) fn search(
    session: &mut Session,
    setup: &Setup,
    mode: Mode,
    budget: usize,
    enough: &dyn Fn(&Session, &Found) -> bool,
) -> Found {
    let program = Rc::clone(&session.program);
    let mut found = Found::default();
    let first = setup.initial(&program, &mut session.values);
    let mut encoder = Encoder::new(&program, setup);
    let mut seen = Seen::default();
    seen.number(encoder.encode(&session.values, &first));
    found.edges.push(Vec::new());
    found.from.push((0, Box::default()));
    let mut frontier = Frontier::default();
    frontier.add(Open { state: Box::new(first), number: 0, lane: None, switches: 0 });
    let (mut level, mut followed) = (0, 0);
    while let Some(mut open) = frontier.next() {
        if open.switches > level {
            level = open.switches;
            if level > FEW && enough(session, &found) {
                found.enough = true;
                break;
            }
        }
        let mut steps = Vec::new();
        let succs = follow(session, setup, mode, &mut open, &mut steps, &mut found);
        followed += steps.len();
        let mut way = (u8::MAX, 0u8);
        for succ in succs {
            way = if way.0 == succ.task { (succ.task, way.1.wrapping_add(1)) } else { (succ.task, 0) };
            steps.push(way);
            found.findings.extend(&succ.found);
            found.show(&succ.found, open.number, &steps);
            let (next, new) = seen.number(encoder.encode(&session.values, &succ.state));
            if new {
                found.edges.push(Vec::new());
                found.from.push((open.number, steps.as_slice().into()));
                let (lane, switches) = open.then(setup, &succ);
                frontier.add(Open { state: succ.state, number: next, lane: Some(lane), switches });
            } else {
                session.spare.give_back(succ.state);
            }
            found.edges[open.number as usize].push(next);
            steps.pop();
        }
        session.spare.give_back(open.state);
        if session.spent + seen.len() + followed > budget || session.table.too_much {
            found.too_big = true;
            break;
        }
    }
    found.states = seen.len() + followed;
    session.spent += found.states;
    frontier.rest().for_each(|open| session.spare.give_back(open.state));
    found
}

/// Goes on as long as there is only one step to take; the steps then, none at an end.
fn follow(
    session: &mut Session,
    setup: &Setup,
    mode: Mode,
    open: &mut Open,
    steps: &mut Vec<Step>,
    found: &mut Found,
) -> Vec<Succ> {
    loop {
        let mut succs = expand(&mut session.machine(setup), &open.state, mode);
        if succs.is_empty() {
            end(&mut session.machine(setup), &open.state, found, (open.number, steps.as_slice().into()));
        }
        if succs.len() != 1 || steps.len() >= FOLLOWED {
            return succs;
        }
        let Some(succ) = succs.pop() else { return succs };
        steps.push((succ.task, 0));
        found.findings.extend(&succ.found);
        found.show(&succ.found, open.number, steps);
        let (lane, switches) = open.then(setup, &succ);
        session.spare.give_back(std::mem::replace(&mut open.state, succ.state));
        (open.lane, open.switches) = (Some(lane), switches);
    }
}

/// The steps to take from a state.
pub(super) fn expand(machine: &mut Machine, state: &State, mode: Mode) -> Vec<Succ> {
    let enabled: Vec<usize> = (0..state.tasks.len()).filter(|t| machine.enabled(state, *t)).collect();
    match mode {
        Mode::Exhaustive => enabled.into_iter().flat_map(|t| machine.step(state, t)).collect(),
        Mode::Serial(mask) => {
            let active = (0..machine.setup.runs.len() as u8).find(|r| state.run_started(*r) && !state.run_ended(*r));
            let allowed = |t: &usize| {
                let run = state.tasks[*t].run;
                mask >> run & 1 == 1 && active.is_none_or(|a| a == run)
            };
            let enabled: Vec<usize> = enabled.into_iter().filter(allowed).collect();
            match active {
                // Nobody else comes in before it has ended.
                Some(run) => reduced(machine, state, &enabled, |task| state.tasks[task].run == run),
                None => enabled.into_iter().flat_map(|t| machine.step(state, t)).collect(),
            }
        }
        Mode::Reduced => reduced(machine, state, &enabled, |_| true),
    }
}

/// The steps of the first task whose step conflicts with nothing that any other one that counts may still do; else of all.
fn reduced(machine: &mut Machine, state: &State, enabled: &[usize], counts: impl Fn(usize) -> bool) -> Vec<Succ> {
    let mut all = Vec::new();
    for task in enabled {
        let succs = machine.step(state, *task);
        if enabled.len() == 1 {
            return succs;
        }
        let mut access = Access::default();
        succs.iter().for_each(|s| access.add(s.access));
        let lane = machine.setup.runs[usize::from(state.tasks[*task].run)].lane;
        let free = (0..state.tasks.len()).filter(|t| t != task && counts(*t)).all(|t| {
            let other = &state.tasks[t];
            let behind = other.status == Status::Waiting && machine.setup.runs[usize::from(other.run)].lane == lane;
            let mut ahead = future(machine, state, t);
            if other.run != state.tasks[*task].run {
                ahead.r &= !machine.program.layout.private();
                ahead.w &= !machine.program.layout.private();
            }
            behind || other.status.ended() || !access.conflicts(ahead)
        });
        if free {
            return succs;
        }
        all.extend(succs);
    }
    all
}

/// All that a task may still read and write.
fn future(machine: &Machine, state: &State, task: usize) -> Access {
    let t = &state.tasks[task];
    let layout = &machine.program.layout;
    let mut access = if t.pc < NONE { machine.program.node(t.pc).future } else { Access::default() };
    if t.status == Status::Waiting && machine.setup.ticketed {
        access.w |= layout.clock();
    }
    if t.promise != super::value::V::ABSENT {
        access.w |= layout.promises();
    }
    if t.after != super::value::V::ABSENT {
        access.r |= layout.promises();
    }
    for hold in state.holds.iter().filter(|h| usize::from(h.task) == task) {
        access.w |= layout.lock_bit(hold.lock);
    }
    access
}

fn end(machine: &mut Machine, state: &State, found: &mut Found, way: Way) {
    let end = machine.judge_end(state);
    if end.cut {
        found.cut = true;
        return;
    }
    found.show(&end.found, way.0, &way.1);
    let of = if end.waiting { &mut found.waiting } else { &mut found.findings };
    of.extend(&end.found);
    found.through |= !end.stuck;
    let outcome = Outcome::of(machine, state);
    found.endings.entry(Ending { outcome, candidates: end.candidates }).or_insert(way);
}
