//! All schedules, or of each class of schedules one; memoised on the encoded state.

use std::rc::Rc;

use rustc_hash::FxHashSet;

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
        Some(Session { program, values: Values::new(), table, spent: 0, spare: Spare::default() })
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

#[derive(Default)]
pub(super) struct Found {
    pub(super) findings: FxHashSet<u32>,
    endings: FxHashSet<Ending>,
    /// Deadlocks that count only if some schedule goes through.
    pub(super) waiting: FxHashSet<u32>,
    pub(super) through: bool,
    pub(super) cut: bool,
    pub(super) states: usize,
    pub(super) too_big: bool,
    edges: Vec<Vec<u32>>,
}

impl Found {
    #[expect(clippy::iter_over_hash_type, reason = "what is made of them is sorted")]
    pub(super) fn each_ending(&self, mut f: impl FnMut(&Ending)) {
        for ending in &self.endings {
            f(ending);
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

    fn next(&mut self) -> Option<Open> {
        self.by_switches.iter_mut().find_map(Vec::pop)
    }
}

pub(super) fn search(session: &mut Session, setup: &Setup, mode: Mode, budget: usize) -> Found {
    let mut found = Found::default();
    let first = setup.initial(&session.program, &mut session.values);
    let Session { program, values, table, spent, spare } = session;
    let program: &Program = program;
    let mut encoder = Encoder::new(program, setup);
    let mut seen = Seen::default();
    seen.number(encoder.encode(values, &first));
    found.edges.push(Vec::new());
    let mut frontier = Frontier::default();
    frontier.add(Open { state: Box::new(first), number: 0, lane: None, switches: 0 });
    while let Some(Open { state, number: at, lane, switches }) = frontier.next() {
        let mut machine = Machine { program, setup, values: &mut *values, table: &mut *table, spare: &mut *spare };
        let succs = expand(&mut machine, &state, mode);
        if succs.is_empty() {
            end(&mut machine, &state, &mut found);
        }
        for succ in succs {
            found.findings.extend(&succ.found);
            let (next, new) = seen.number(encoder.encode(values, &succ.state));
            if new {
                let to = setup.lane_of(&state, succ.task);
                let left = lane.is_some_and(|lane| lane != to && setup.is_unfinished(&state, lane));
                found.edges.push(Vec::new());
                let switches = switches + usize::from(left);
                frontier.add(Open { state: succ.state, number: next, lane: Some(to), switches });
            } else {
                spare.give_back(succ.state);
            }
            found.edges[at as usize].push(next);
        }
        spare.give_back(state);
        if *spent + seen.len() > budget || table.too_much {
            found.too_big = true;
            break;
        }
    }
    found.states = seen.len();
    *spent += seen.len();
    found
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
            enabled.into_iter().filter(allowed).flat_map(|t| machine.step(state, t)).collect()
        }
        Mode::Reduced => reduced(machine, state, &enabled),
    }
}

/// The steps of the first task whose step conflicts with nothing that any other may still do; else of all.
fn reduced(machine: &mut Machine, state: &State, enabled: &[usize]) -> Vec<Succ> {
    let mut all = Vec::new();
    for task in enabled {
        let succs = machine.step(state, *task);
        if enabled.len() == 1 {
            return succs;
        }
        let mut access = Access::default();
        succs.iter().for_each(|s| access.add(s.access));
        let lane = machine.setup.runs[usize::from(state.tasks[*task].run)].lane;
        let free = (0..state.tasks.len()).filter(|t| t != task).all(|t| {
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

fn end(machine: &mut Machine, state: &State, found: &mut Found) {
    let end = machine.judge_end(state);
    if end.cut {
        found.cut = true;
        return;
    }
    if end.waiting {
        found.waiting.extend(&end.found);
    } else {
        found.findings.extend(&end.found);
    }
    found.through |= !end.stuck;
    let outcome = Outcome::of(machine, state);
    found.endings.insert(Ending { outcome, candidates: end.candidates });
}
