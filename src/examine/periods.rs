//! Periods: what a timer starts again before its last run has ended.
//!
//! Whatever a run waits for is a piece of its work. Each piece is laid out as a turn that the run takes before it waits and
//! holds when it goes on: where another run has taken it in between, two runs were at work at once. Flags, queues and locks
//! of the code keep them apart in the model as they do in the program. This room must never know a rule.

use rayon::prelude::*;

use crate::assemble::{Assembled, Follow, PlaceInfo, Plan, assemble, steering_places};
use crate::explore::model::{Effect, Flow, How, Instr, Op, Pc, PlaceDef, PlaceId, Val};
use crate::explore::{Break, Question, Violation, explore};
use crate::facts::{Span, Value};
use crate::link::Program;
use crate::link::bind::OpKind;
use crate::link::ids::FunctionId;
use crate::link::loc::{Base, Owner, SharedKey};
use crate::link::summary::Happening;
use crate::models::Running;
use crate::names::Name;

/// Work whose runs meet, with the schedule.
pub struct Period {
    pub work: FunctionId,
    /// Where the timer is set up.
    pub by: FunctionId,
    pub span: Span,
    pub millis: Option<i64>,
    pub assembled: Assembled,
    /// The turn, as a place of the model.
    pub turn: PlaceId,
    pub found: Break,
}

const BUDGET: usize = 6_000;

/// Every timer of the program outside tests whose work can overlap itself, in order.
pub fn periods(program: &Program) -> Vec<Period> {
    let all: Vec<FunctionId> = program.functions().filter(|id| !program.function(*id).test).collect();
    all.par_iter().flat_map_iter(|by| timers(program, *by)).collect()
}

fn timers(program: &Program, by: FunctionId) -> Vec<Period> {
    let ops = program.body(by).blocks.iter().flatten();
    ops.filter_map(|op| {
        let OpKind::Run { callee, how: Running::Timed, args, .. } = &op.kind else { return None };
        let work = callee.target().filter(|work| program.summary(*work).pauses && !is_queued(program, *work))?;
        let millis = args.iter().find_map(|arg| match arg {
            Value::Int(number) => Some(*number),
            _ => None,
        });
        let (assembled, turn, found) = meets_itself(program, work)?;
        Some(Period { work, by, span: op.span, millis, assembled, turn, found })
    })
    .collect()
}

/// Does it hand its work to a lock or a queue? What is not waited for there is not followed through it.
fn is_queued(program: &Program, work: FunctionId) -> bool {
    let mut ops = program.body(work).blocks.iter().flatten();
    ops.any(|op| matches!(op.kind, OpKind::Run { how: Running::Locked, .. }))
}

/// Does it change a shared place before it waits? Then it has taken its work out, and the next run finds other work.
pub fn takes_first(program: &Program, work: FunctionId) -> bool {
    let own = |id: FunctionId| program.summary(id).events.iter();
    // The closure that the timer has only calls the one that works.
    let inner = own(work).find_map(|event| match event {
        Happening::Call(target) if program.summary(*target).pauses => Some(*target),
        _ => None,
    });
    let first = |id| {
        let mut before = own(id).take_while(|event| !matches!(event, Happening::Pause));
        before.any(|event| matches!(event, Happening::Write(_)))
    };
    first(work) || inner.is_some_and(first)
}

/// Two runs of it at work at once, if its own guards let that happen.
fn meets_itself(program: &Program, work: FunctionId) -> Option<(Assembled, PlaceId, Break)> {
    let keys = |ids: &mut dyn Iterator<Item = _>| ids.map(|id| program.keys().get(id).clone()).collect::<Vec<_>>();
    let all = keys(&mut program.summary(work).touched());
    let whole = assemble(program, &Plan::new(vec![work], all, Follow::Places)).ok()?;
    let steering = steering_places(&whole.model).into_iter().map(|place| whole.places[place as usize].key.clone());
    let mut assembled = assemble(program, &Plan::new(vec![work], steering.collect(), Follow::Places)).ok()?;
    let turn = assembled.model.places.len() as PlaceId;
    let flow = take_turns(&assembled.model.flows[0], turn);
    assembled.model.flows = vec![flow];
    let shown = "its turn".to_owned();
    let place = PlaceDef { name: shown.clone(), outside: false, initial: Val::Absent, resource: false, own: false };
    assembled.model.places.push(place);
    let key = SharedKey { owner: Owner::Base(Base::External(Name::new(&shown))), path: Vec::new() };
    assembled.places.push(PlaceInfo { key, shown });
    let question = Question { budget: BUDGET, ..Question::new(vec![vec![0], vec![0]]) };
    let verdict = explore(&assembled.model, &question);
    let found =
        verdict.breaks().iter().find(|found| found.violation == Violation::ReadBack && found.place == Some(turn));
    found.cloned().map(|found| (assembled, turn, found))
}

/// The flow with a turn taken before each wait and looked at behind it.
fn take_turns(flow: &Flow, turn: PlaceId) -> Flow {
    let (seen, done) = (flow.registers, flow.registers + 1);
    let mut code: Vec<Instr> = Vec::with_capacity(flow.code.len() + 8);
    let mut moved: Vec<Pc> = Vec::with_capacity(flow.code.len() + 1);
    for instr in &flow.code {
        moved.push(code.len() as Pc);
        let beside = |op: Op| Instr { op, on_error: None, may_fail: false, ..instr.clone() };
        if !matches!(instr.op, Op::Pause { .. }) {
            code.push(instr.clone());
            continue;
        }
        let value = Val::Fresh { identity: true };
        code.push(beside(Op::Write { place: turn, how: How::Set, value, accounts: Vec::new() }));
        code.push(instr.clone());
        code.push(beside(Op::Read { place: turn, into: seen }));
        code.push(beside(Op::Act { class: Effect::Adding, args: vec![Val::Reg(seen)], into: done }));
    }
    moved.push(code.len() as Pc);
    for instr in &mut code {
        if let Op::Jump(to) | Op::Branch { to, .. } | Op::Start { entry: to, .. } = &mut instr.op {
            *to = moved[*to as usize];
        }
        instr.on_error = instr.on_error.map(|to| moved[to as usize]);
    }
    Flow { code, registers: flow.registers + 2, ..flow.clone() }
}
