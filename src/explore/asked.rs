//! Asked: which of the truths that a schedule has chosen can still be asked for. A truth that nobody can ask for again is
//! no part of a state: two schedules that chose it differently and came together again have the same future.

use super::model::{Check, Model, Op, Val};
use super::program::{N, NONE, Node, Program};
use super::store::{Phi, Settled, State, Status};
use super::value::{Choice, Kind, V, Values};

/// Sets `asks`: the sites from here on, as bits, that make a value out of others or ask something that nobody can decide.
/// Two sites may share a bit: a truth is kept too long then, never dropped too early.
pub(super) fn asks(model: &Model, nodes: &mut [Node], order: &[N]) {
    for n in order.iter().rev() {
        let node = &nodes[*n as usize];
        let instr = &model.flows[node.flow as usize].code[node.pc as usize];
        let own = if makes_terms(&instr.op) { bit(instr.site.0) } else { 0 };
        nodes[*n as usize].asks = node.successors().fold(own, |all, next| all | nodes[next as usize].asks);
    }
}

fn bit(site: u32) -> u128 {
    // The round of a loop stands above the site.
    1 << ((site & 0xff_ffff) % 128)
}

fn makes_terms(op: &Op) -> bool {
    let in_check = |check: &Check| {
        let mut check = check;
        while let Check::Not(inner) = check {
            check = inner;
        }
        match check {
            Check::Truthy(v) | Check::Absent(v) => is_term(v),
            Check::Equals(a, b) | Check::Less(a, b) => is_term(a) || is_term(b),
            Check::Unknown { .. } | Check::Not(_) => true,
        }
    };
    match op {
        Op::Write { value, .. } | Op::Update { value, .. } | Op::Create { value, .. } | Op::Let { value, .. } => {
            is_term(value)
        }
        Op::Branch { test, .. } => in_check(test),
        Op::Pause { args, .. } => !args.is_empty(),
        Op::Jump(_) | Op::Start { .. } | Op::Fail => false,
        // The answer of a call, of a collection that something was taken from: made of others as well.
        _ => true,
    }
}

fn is_term(val: &Val) -> bool {
    match val {
        Val::Term { .. } => true,
        Val::Made(inner) => is_term(inner),
        _ => false,
    }
}

/// Values that stand somewhere, one bit each.
#[derive(Default)]
pub(super) struct Alive {
    bits: Vec<u64>,
    todo: Vec<V>,
}

impl Alive {
    fn clear(&mut self, values: &Values) {
        self.bits.clear();
        self.bits.resize(values.count().div_ceil(64), 0);
    }

    fn holds(&self, v: V) -> bool {
        self.bits[v.0 as usize / 64] >> (v.0 % 64) & 1 == 1
    }

    /// Whether it is new.
    fn insert(&mut self, v: V) -> bool {
        let new = !self.holds(v);
        self.bits[v.0 as usize / 64] |= 1 << (v.0 % 64);
        new
    }
}

/// What can be asked about in a state.
pub(super) struct Asked<'a> {
    values: &'a Values,
    there: &'a mut Alive,
    /// By run, what it may still make and ask; by all together.
    ahead: Vec<u128>,
    anybody: u128,
}

impl<'a> Asked<'a> {
    pub(super) fn of(program: &Program, values: &'a Values, s: &State, runs: usize, there: &'a mut Alive) -> Asked<'a> {
        there.clear(values);
        let mut asked = Asked { values, there, ahead: vec![0; runs], anybody: 0 };
        for t in &s.tasks {
            asked.add(t.ret);
            asked.add(t.after);
            if t.status.ended() {
                continue;
            }
            for pc in [t.pc, t.otherwise].into_iter().filter(|pc| *pc < NONE) {
                let node = program.node(pc);
                asked.ahead[usize::from(t.run)] |= node.asks;
                if t.status != Status::Waiting {
                    node.live.iter().for_each(|r| asked.add(s.regs[t.regs as usize + usize::from(*r)].val));
                }
            }
        }
        s.slots.iter().for_each(|slot| asked.add(slot.val));
        s.own.iter().for_each(|own| asked.add(own.wrote_val));
        s.pending.iter().for_each(|p| asked.add(p.reg.val));
        for p in &s.promises {
            asked.add(p.promise);
            if let Settled::With(reg) = p.settled {
                asked.add(reg.val);
            }
        }
        for e in &s.entries {
            asked.add(e.seen);
            if let Phi::Equals(v) | Phi::Below(v) | Phi::Above(v) = e.phi {
                asked.add(v);
            }
        }
        asked.anybody = asked.ahead.iter().fold(0, |all, ahead| all | ahead);
        asked
    }

    /// The value, and what can be got out of it again.
    fn add(&mut self, v: V) {
        self.there.todo.push(v);
        while let Some(v) = self.there.todo.pop() {
            if !self.there.insert(v) {
                continue;
            }
            match self.values.kind(v) {
                Kind::Count { base, .. } => self.there.todo.push(*base),
                Kind::Bag { base, items } => {
                    self.there.todo.push(*base);
                    self.there.todo.extend(items);
                }
                _ => {}
            }
        }
    }

    /// Can some step from here on ask something that this choice answers?
    pub(super) fn may_matter(&self, choice: &Choice) -> bool {
        match choice {
            Choice::Truthy(v) | Choice::Absent(v) => self.is_alive(*v),
            Choice::Equals(a, b) | Choice::Less(a, b) => self.is_alive(*a) || self.is_alive(*b),
            Choice::Unknown { site, run, .. } => {
                self.ahead.get(usize::from(*run)).is_none_or(|ahead| ahead & bit(*site) != 0)
            }
        }
    }

    /// Can the value still be met, or made again?
    fn is_alive(&self, v: V) -> bool {
        if self.there.holds(v) {
            return true;
        }
        match self.values.kind(v) {
            Kind::Term { site, run, .. } => {
                self.ahead.get(usize::from(*run)).unwrap_or(&self.anybody) & bit(*site) != 0
            }
            Kind::Count { base, .. } => self.is_alive(*base),
            Kind::Bag { base, items } => self.is_alive(*base) || items.iter().any(|item| self.is_alive(*item)),
            // Known without asking, or met only where it stands.
            _ => false,
        }
    }
}
