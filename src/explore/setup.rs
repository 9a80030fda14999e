//! Who runs: the runs of an exploration, lane by lane, and which of them must wait for which.

use super::model::{Effect, FlowId, LockId, Mode, Model, Op, Val};
use super::program::Program;
use super::store::{Own, Slot, State, Status, Task};
use super::value::{Kind, V, Values};
use super::verdict::Lane;

/// Which errors may happen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Errors {
    None,
    /// One, where its handler tells something new.
    Telling,
    /// One, anywhere that may fail.
    All,
}

#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) flow: FlowId,
    pub(super) lane: u8,
    /// The run before it in its lane.
    pub(super) previous: Option<u8>,
    /// Runs that must have started before it.
    pub(super) after: Vec<u8>,
    /// A run of the same flow in an earlier lane: by symmetry it goes first.
    pub(super) twin: Option<u8>,
}

#[derive(Clone, Debug)]
pub(super) struct Setup {
    pub(super) runs: Vec<Run>,
    pub(super) errors: Errors,
    /// How many may happen in one schedule.
    most_errors: u8,
    /// Only this run may fail.
    pub(super) errors_in: Option<u8>,
    /// The order of starts matters: some run awaits the answer to a request of its own.
    pub(super) ticketed: bool,
    pub(super) trace: bool,
}

/// How the flows are called that only take a lock exclusively.
pub(super) const WRITER: &str = "a writer of ";

/// The flows of the model and, behind them, one for each lock that only takes it exclusively.
pub(super) fn with_writers(model: &Model) -> Model {
    let mut model = model.clone();
    for lock in 0..model.locks.len() as LockId {
        let op = |op| super::model::Instr { op, site: super::model::Site(u32::MAX), on_error: None, may_fail: false };
        model.flows.push(super::model::Flow {
            name: format!("{WRITER}{}", model.locks[lock as usize].name),
            code: vec![op(Op::Lock { lock, mode: Mode::Exclusive, tried: None }), op(Op::Unlock { lock })],
            registers: 0,
            holds: Vec::new(),
        });
    }
    model
}

impl Setup {
    pub(super) fn new(model: &Model, lanes: &[Lane], errors: Errors) -> Setup {
        let mut runs: Vec<Run> = Vec::new();
        for (lane, flows) in lanes.iter().enumerate() {
            let twin_lane = lanes[..lane].iter().rposition(|other| other == flows);
            let mut previous = None;
            for flow in flows {
                let this = runs.len() as u8;
                let twin = match (previous, twin_lane) {
                    (None, Some(other)) => runs.iter().position(|r| usize::from(r.lane) == other).map(|r| r as u8),
                    _ => None,
                };
                runs.push(Run { flow: *flow, lane: lane as u8, previous, after: Vec::new(), twin });
                previous = Some(this);
            }
        }
        for (first, then) in &model.order {
            for at in 0..runs.len() {
                if runs[at].flow == *then && first != then {
                    let before = (0..runs.len()).find(|r| runs[*r].flow == *first);
                    runs[at].after.extend(before.map(|r| r as u8));
                }
            }
        }
        let flows = || runs.iter().flat_map(|r| &model.flows[r.flow as usize].code);
        let ticketed = flows().any(|i| matches!(&i.op, Op::Pause { args, .. } if !args.is_empty()))
            && flows().any(|i| varies(&i.op));
        // What refuses one run refuses another of the same kind as well: both may come to the same handler.
        let alike = errors == Errors::Telling && runs.iter().any(|run| run.twin.is_some());
        let most_errors = u8::from(errors != Errors::None) + u8::from(alike);
        Setup { runs, errors, most_errors, errors_in: None, ticketed, trace: false }
    }

    /// The lane of a task.
    pub(super) fn lane_of(&self, state: &State, task: u8) -> u8 {
        self.runs[usize::from(state.tasks[usize::from(task)].run)].lane
    }

    /// A run of this lane is under way.
    pub(super) fn is_unfinished(&self, state: &State, lane: u8) -> bool {
        (0..self.runs.len() as u8)
            .any(|r| self.runs[usize::from(r)].lane == lane && state.run_started(r) && !state.run_ended(r))
    }

    pub(super) fn initial(&self, program: &Program, values: &mut Values) -> State {
        let mut state = State::default();
        for place in &program.layout.place_of {
            let at = state.slots.len() as u32;
            let val = match &program.model.places[*place as usize].initial {
                Val::Absent => V::ABSENT,
                Val::Bool(b) => V::of_bool(*b),
                Val::Const(c) => values.make(Kind::Const(*c)),
                Val::Instant(k) => values.make(Kind::Instant(*k)),
                _ => values.make(Kind::Initial(at)),
            };
            state.slots.push(Slot::new(val));
        }
        state.own = vec![Own::default(); self.runs.len() * state.slots.len()];
        for (run, def) in self.runs.iter().enumerate() {
            let mut task = Task::new(run as u8, program.entry[def.flow as usize], run as u32, state.regs.len() as u32);
            task.status = Status::Waiting;
            let count = program.model.flows[def.flow as usize].registers as usize;
            state.regs.resize(state.regs.len() + count, super::store::Reg::default());
            state.tasks.push(task);
        }
        state.errors = self.most_errors;
        state
    }
}

fn varies(op: &Op) -> bool {
    match op {
        Op::Let { value, .. } => value.varies(),
        Op::Pause { args, .. } => args.iter().any(Val::varies),
        Op::Act { class, args, .. } => *class != Effect::Repeatable || args.iter().any(Val::varies),
        _ => false,
    }
}
