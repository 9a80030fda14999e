//! Instances: what runs once for each of several instances, windows or connections, and whether anything that all of them
//! share keeps the second one from a step.
//!
//! Two runs of a function are laid out with the places that outlive every instance and are never set back; the step is a
//! place that each of them takes. Where both take it, no mark of the program is in the way. This room must never know a
//! rule.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::assemble::{Assembled, Follow, MARKED, Plan, assemble, steering_places};
use crate::explore::model::{Effect, Flow, Instr, Op, Pc, PlaceId, Val};
use crate::explore::{Break, Question, Violation, explore};
use crate::facts::{Exit, FunctionKind, Span, Value};
use crate::link::Program;
use crate::link::bind::OpKind;
use crate::link::ids::{FunctionId, UnitId};
use crate::link::loc::{Base, Key, Owner, Seg, SharedKey};
use crate::models::Running;

const BUDGET: usize = 4_000;

/// As many callers up it is asked what makes a step happen again.
const CALLERS: usize = 7;

/// A place in the text that makes something run.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct At {
    pub function: FunctionId,
    pub span: Span,
}

/// Why there is a second run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Again {
    /// Something happens again: a message, a connection, a period; it is set up there.
    Happens(At),
    /// It stands in a loop.
    Loops,
    /// Whoever imports the class may make two.
    Offered,
}

/// A step that runs once for each of several instances.
pub struct Repeated {
    /// From the step outwards, each with the schedule in which two runs take it.
    pub hops: Vec<Hop>,
    pub again: Again,
    /// A mark of the instance lies in the way of a second run of the same one.
    pub marked: bool,
}

pub struct Hop {
    pub at: At,
    pub assembled: Assembled,
    pub found: Break,
}

/// Who runs what, and how often.
pub struct Instances<'p> {
    program: &'p Program,
    callers: FxHashMap<FunctionId, Vec<At>>,
    makers: FxHashMap<UnitId, Vec<At>>,
    /// Functions that run whenever something happens.
    happens: FxHashMap<FunctionId, At>,
    /// Places that such a function sets back.
    reset: FxHashSet<SharedKey>,
}

impl<'p> Instances<'p> {
    pub fn of(program: &'p Program) -> Instances<'p> {
        let mut instances = Instances {
            program,
            callers: FxHashMap::default(),
            makers: FxHashMap::default(),
            happens: FxHashMap::default(),
            reset: FxHashSet::default(),
        };
        for function in program.functions().filter(|id| !program.function(*id).test && !program.is_rust(id.file)) {
            instances.add(function);
        }
        let happening: Vec<FunctionId> = instances.happens.keys().copied().collect();
        happening.into_iter().for_each(|id| instances.add_resets(id));
        instances
    }

    fn add(&mut self, function: FunctionId) {
        for op in self.program.body(function).blocks.iter().flatten() {
            let at = At { function, span: op.span };
            match &op.kind {
                OpKind::Call { target, .. } => self.callers.entry(*target).or_default().push(at),
                OpKind::Make { unit: Some(unit), .. } => self.makers.entry(*unit).or_default().push(at),
                OpKind::Run { callee, how, at: registry, .. } => {
                    let Some(target) = callee.target() else { continue };
                    let key = registry.as_ref().and_then(|registry| registry.path.last());
                    let once =
                        matches!(key, Some(Seg::Key(Key::Const(name))) if self.program.models.happens_once(*name));
                    if how.repeats() && !once || *how == Running::Each {
                        self.happens.insert(target, at);
                    } else {
                        self.callers.entry(target).or_default().push(at);
                    }
                }
                _ => {}
            }
        }
    }

    /// The marks that go down again when something happens.
    fn add_resets(&mut self, id: FunctionId) {
        let body = self.program.body(id);
        for op in body.blocks.iter().flatten() {
            let OpKind::Write { at, value, .. } = &op.kind else { continue };
            let made = matches!(body.maker_of(value), Some(OpKind::Make { .. }));
            if matches!(value, Value::Absent | Value::Bool(false) | Value::Reg(_)) && !made {
                self.reset.insert(at.key());
            }
        }
    }

    /// How this step comes to be taken for a second instance, if it does.
    pub fn repeated(&self, step: At) -> Option<Repeated> {
        let (chain, again, marked) = self.way(step)?;
        let hops: Option<Vec<Hop>> = chain.into_iter().map(|at| self.hop(at, None)).collect();
        Some(Repeated { hops: hops?, again, marked })
    }

    /// How this step comes to be taken a second time for one and the same instance.
    pub fn repeated_for_one(&self, step: At) -> Option<Repeated> {
        let (chain, again, _) = self.way(step)?;
        let hop = |at: At| self.hop(at, Some(self.unit(at.function)));
        let hops: Option<Vec<Hop>> = chain.into_iter().map(hop).collect();
        Some(Repeated { hops: hops?, again, marked: false })
    }

    /// How many places of the program run this function, or make its class.
    pub fn sites(&self, id: FunctionId) -> usize {
        self.makers_of(id).or_else(|| self.callers.get(&id)).map_or(0, Vec::len)
    }

    /// The shortest way from the step out to something that happens more than once.
    fn way(&self, step: At) -> Option<(Vec<At>, Again, bool)> {
        let mut seen = FxHashSet::from_iter([step.function]);
        let mut ways = vec![(vec![step], false)];
        for _ in 0..CALLERS {
            let mut further = Vec::new();
            for (way, marked) in &ways {
                let at = way[way.len() - 1];
                if let Some(again) = self.again(at) {
                    return Some((way.clone(), again, *marked));
                }
                let own = self.is_marked(at);
                for next in self.next(at.function, own) {
                    if seen.insert(next.function) {
                        further.push(([&way[..], &[next]].concat(), *marked || own));
                    }
                }
            }
            ways = further;
        }
        None
    }

    fn again(&self, at: At) -> Option<Again> {
        if is_in_loop(self.program, at) {
            return Some(Again::Loops);
        }
        if let Some(happens) = self.happens.get(&at.function) {
            return Some(Again::Happens(*happens));
        }
        let unit = self.program.unit(self.unit(at.function));
        let offered = self.makers_of(at.function).is_some_and(Vec::is_empty) && unit.exported;
        offered.then_some(Again::Offered)
    }

    /// What runs this function: for a constructor who makes an instance, and so for a method that lets each instance in
    /// once.
    fn next(&self, id: FunctionId, marked: bool) -> Vec<At> {
        let makers = self.makers.get(&self.unit(id)).cloned().unwrap_or_default();
        match self.makers_of(id) {
            Some(makers) => makers.clone(),
            None if marked => makers,
            None => self.callers.get(&id).cloned().unwrap_or_default(),
        }
    }

    /// Those who make an instance of the class whose constructor this is.
    fn makers_of(&self, id: FunctionId) -> Option<&Vec<At>> {
        const NOBODY: &Vec<At> = &Vec::new();
        let makes = matches!(self.program.function(id).kind, FunctionKind::Constructor | FunctionKind::Initializer);
        makes.then(|| self.makers.get(&self.unit(id)).unwrap_or(NOBODY))
    }

    fn unit(&self, id: FunctionId) -> UnitId {
        self.program.real_unit(UnitId { file: id.file, ix: self.program.function(id).unit })
    }

    /// Does the instance itself keep a second run of its own from this step?
    fn is_marked(&self, at: At) -> bool {
        let unit = self.unit(at.function);
        let method = self.program.function(at.function).kind == FunctionKind::Method;
        method && self.hop(at, Some(unit)).is_none() && self.hop(at, None).is_some()
    }

    /// Do two runs of a function both come to this step? `own`: two runs for one instance of that unit.
    fn hop(&self, at: At, own: Option<UnitId>) -> Option<Hop> {
        let program = self.program;
        let keys = program.summary(at.function).touched().map(|id| program.keys().get(id).clone());
        let keys: Vec<SharedKey> = keys.filter(|key| self.lasts(key, own)).collect();
        let plan =
            |keep| Plan { mark: Some((at.function, at.span)), ..Plan::new(vec![at.function], keep, Follow::Places) };
        let whole = assemble(program, &plan(keys)).ok()?;
        let steering = steering_places(&whole.model).into_iter().map(|place| whole.places[place as usize].key.clone());
        let mut assembled = assemble(program, &plan(steering.collect())).ok()?;
        let marked = assembled.places.iter().position(|place| place.shown == MARKED)? as PlaceId;
        assembled.model.flows = vec![look_back(&assembled.model.flows[0], marked)];
        let question = Question { budget: BUDGET, ..Question::new(vec![vec![0], vec![0]]) };
        let verdict = explore(&assembled.model, &question);
        let both = |found: &&Break| found.violation == Violation::ReadBack && found.place == Some(marked);
        let found = verdict.breaks().iter().find(both)?.clone();
        Some(Hop { at, assembled, found })
    }

    /// Is this there for all instances, for as long as the program runs?
    fn lasts(&self, key: &SharedKey, own: Option<UnitId>) -> bool {
        match key.owner {
            Owner::Base(Base::Variable(..)) => !self.reset.contains(key),
            Owner::Base(Base::External(_)) => true,
            Owner::Unit(unit) => own == Some(unit),
            Owner::Base(_) => false,
        }
    }
}

/// The flow with a pause before each end, and a look at the marked step behind it.
fn look_back(flow: &Flow, marked: PlaceId) -> Flow {
    let (answer, seen, done) = (flow.registers, flow.registers + 1, flow.registers + 2);
    let mut code: Vec<Instr> = Vec::with_capacity(flow.code.len() + 8);
    let mut moved: Vec<Pc> = Vec::with_capacity(flow.code.len() + 1);
    for instr in &flow.code {
        moved.push(code.len() as Pc);
        if matches!(instr.op, Op::Return { .. }) {
            let beside = |op: Op| Instr { op, on_error: None, may_fail: false, ..instr.clone() };
            code.push(beside(Op::Pause { args: Vec::new(), into: answer }));
            code.push(beside(Op::Read { place: marked, into: seen }));
            code.push(beside(Op::Act { class: Effect::Adding, args: vec![Val::Reg(seen)], into: done }));
        }
        code.push(instr.clone());
    }
    moved.push(code.len() as Pc);
    for instr in &mut code {
        if let Op::Jump(to) | Op::Branch { to, .. } | Op::Start { entry: to, .. } = &mut instr.op {
            *to = moved[*to as usize];
        }
        instr.on_error = instr.on_error.map(|to| moved[to as usize]);
    }
    Flow { code, registers: flow.registers + 3, ..flow.clone() }
}

/// Does this step come up again in one run?
fn is_in_loop(program: &Program, at: At) -> bool {
    let (function, body) = (program.function(at.function), program.body(at.function));
    let Some(home) = body.blocks.iter().position(|ops| ops.iter().any(|op| op.span == at.span)) else { return false };
    let mut seen = FxHashSet::default();
    let mut open: Vec<usize> = goes_on(&function.blocks[home].exit).collect();
    while let Some(block) = open.pop() {
        if block == home {
            return true;
        }
        if seen.insert(block) {
            open.extend(goes_on(&function.blocks[block].exit));
        }
    }
    false
}

/// Where a block may go on.
pub fn goes_on(exit: &Exit) -> impl Iterator<Item = usize> {
    let (one, other) = match exit {
        Exit::Goto(to) => (Some(*to), None),
        Exit::Branch { then, otherwise, .. } => (Some(*then), Some(*otherwise)),
        Exit::Return { .. } | Exit::Throw { .. } | Exit::Never => (None, None),
    };
    one.into_iter().chain(other).map(|block| block.index())
}
