//! Held: the guards that a function may hold at each of its steps, or surely holds, by a forward walk over its blocks.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{BlockIx, Exit, Function, Reg, Span, Test, Value};
use crate::link::Program;
use crate::link::bind::{Body, Guard, Op, OpKind};
use crate::link::ids::FunctionId;
use crate::link::loc::{Base, Loc};

/// One acquisition of a function, its own or that of a callee which hands the guard out.
#[derive(Clone, Copy, Debug)]
pub struct Taken<'p> {
    pub guard: &'p Guard,
    pub span: Span,
    /// Where it fails nothing is held.
    pub may_fail: bool,
}

pub struct Holds<'p> {
    function: &'p Function,
    body: &'p Body,
    taken: BTreeMap<Reg, Taken<'p>>,
    /// Only what is held whichever way the function has come.
    surely: bool,
    /// What may be held at the beginning of each block; `None` where nothing leads to.
    entries: Vec<Option<BTreeSet<Reg>>>,
}

impl<'p> Holds<'p> {
    /// `None` for a function that takes no lock.
    pub fn of(program: &'p Program, id: FunctionId) -> Option<Holds<'p>> {
        Holds::with(program, id, false)
    }

    /// The same, of what is held whichever way the function has come.
    pub fn surely(program: &'p Program, id: FunctionId) -> Option<Holds<'p>> {
        Holds::with(program, id, true)
    }

    fn with(program: &'p Program, id: FunctionId, surely: bool) -> Option<Holds<'p>> {
        let (function, body) = (program.function(id), program.body(id));
        if body.guards.is_empty() {
            return None;
        }
        let mut taken = BTreeMap::new();
        for op in body.blocks.iter().flatten() {
            let Some(reg) = takes(op) else { continue };
            let Some(guard) = body.guards.iter().find(|guard| guard.reg == reg) else { continue };
            let may_fail = matches!(op.kind, OpKind::Acquire { attempt, .. } if attempt.may_fail());
            if !(surely && may_fail) {
                taken.insert(reg, Taken { guard, span: op.span, may_fail });
            }
        }
        let mut holds = Holds { function, body, taken, surely, entries: vec![None; body.blocks.len()] };
        holds.flow();
        Some(holds)
    }

    fn flow(&mut self) {
        let mut todo = vec![(BlockIx(0), BTreeSet::new())];
        while let Some((at, coming)) = todo.pop() {
            let Some(known) = self.entries.get_mut(at.index()) else { continue };
            let merged = match known {
                Some(known) if self.surely => &*known & &coming,
                Some(known) => &*known | &coming,
                None => coming,
            };
            if known.as_ref() == Some(&merged) {
                continue;
            }
            *known = Some(merged.clone());
            let mut held = merged;
            for op in &self.body.blocks[at.index()] {
                self.step(op, &mut held);
            }
            match &self.function.blocks[at.index()].exit {
                Exit::Goto(to) => todo.push((*to, held)),
                Exit::Branch { test, then, otherwise, .. } => {
                    todo.push((*then, self.behind(test, true, &held)));
                    todo.push((*otherwise, self.behind(test, false, &held)));
                }
                Exit::Return { .. } | Exit::Throw { .. } | Exit::Never => {}
            }
        }
    }

    fn step(&self, op: &Op, held: &mut BTreeSet<Reg>) {
        if let OpKind::Release { guard } = &op.kind {
            held.remove(guard);
        }
        if let Some(reg) = takes(op).filter(|reg| self.taken.contains_key(reg)) {
            held.insert(reg);
        }
    }

    /// What is held where the test came out like this: a try that failed holds nothing.
    fn behind(&self, test: &Test, holds: bool, held: &BTreeSet<Reg>) -> BTreeSet<Reg> {
        let mut held = held.clone();
        let failed = failed(test, holds).and_then(|value| self.carried(value));
        if let Some(guard) = failed
            && self.taken.get(&guard).is_some_and(|taken| taken.may_fail)
        {
            held.remove(&guard);
        }
        held
    }

    fn carried(&self, value: &Value) -> Option<Reg> {
        match value {
            Value::Reg(reg) => self.body.registers.get(reg.index())?.guard,
            _ => None,
        }
    }

    /// Calls `visit` for every step that can be reached, with what may be held when it begins.
    pub fn each(&self, visit: &mut dyn FnMut(&[Taken<'p>], &'p Op)) {
        for (at, entry) in self.entries.iter().enumerate() {
            let Some(entry) = entry else { continue };
            let mut held = entry.clone();
            for op in &self.body.blocks[at] {
                let now: Vec<Taken<'p>> = held.iter().filter_map(|reg| self.taken.get(reg).copied()).collect();
                visit(&now, op);
                self.step(op, &mut held);
            }
        }
    }

    pub fn taken(&self) -> impl Iterator<Item = &Taken<'p>> {
        self.taken.values()
    }
}

/// The register in which this step puts a guard, if it may take a lock.
fn takes(op: &Op) -> Option<Reg> {
    match &op.kind {
        OpKind::Acquire { guard, .. } => Some(*guard),
        OpKind::Call { into, .. } => Some(*into),
        _ => None,
    }
}

/// The value that this test, come out like this, shows to be a failure.
fn failed(test: &Test, holds: bool) -> Option<&Value> {
    match (test, holds) {
        (Test::Not(inner), _) => failed(inner, !holds),
        (Test::Absent(value), true) => Some(value),
        (Test::Is(value, name), true) if matches!(name.as_str(), "None" | "Err") => Some(value),
        (Test::Is(value, name), false) if matches!(name.as_str(), "Some" | "Ok") => Some(value),
        _ => None,
    }
}

/// Was the object that holds this lock made by the function itself? Then nobody else has it yet.
pub fn is_fresh(program: &Program, id: FunctionId, lock: &Loc) -> bool {
    match lock.base {
        Base::Value(function, reg) if function == id => {
            !matches!(program.body(id).maker(reg), Some(OpKind::Call { this: Some(_), .. } | OpKind::Read { .. }))
        }
        Base::Local(function, local) if function == id => {
            !program.function(function).locals.get(local.index()).is_some_and(|local| local.captured)
        }
        _ => false,
    }
}
