//! Slimming: what no other instruction uses is left out before the explorer sees it. Every register costs each state.

use super::rests::rests;
use crate::explore::model::{Check, Effect, Instr, Op, Pc, RegIx, Val};

/// Leaves out what nobody could see the lack of, and renumbers the registers that are left. Addresses stay true. With
/// `looks`, two looks in a row that no other step uses can still show something torn, and stay.
pub(super) fn slim(mut code: Vec<Instr>, registers: RegIx, looks: bool) -> (Vec<Instr>, RegIx) {
    loop {
        let mut used = vec![false; registers as usize];
        code.iter().for_each(|instr| instr.op.reads(&mut |reg| used[reg as usize] = true));
        let told = Told::of(&code, registers);
        let entered = entered(&code);
        let keep: Vec<bool> = (0..code.len())
            .map(|at| told.is_told(&code[at].op) || matters(&code, at, &used, &entered, looks))
            .collect();
        if keep.iter().all(|keep| *keep) {
            return renumber(code, registers);
        }
        code = without(code, &keep);
    }
}

/// What runs were given, and what they have seen: to tell the one the other may tell what another run has left there.
struct Told {
    given: Vec<bool>,
    seen: Vec<bool>,
}

impl Told {
    fn of(code: &[Instr], registers: RegIx) -> Told {
        let seen = rests(code, registers, |op| matches!(op, Op::Read { .. }), |op| matches!(op, Op::Let { .. }));
        Told { given: rests(code, registers, is_given, |op| matches!(op, Op::Let { .. })), seen }
    }

    fn is_told(&self, op: &Op) -> bool {
        let Op::Act { class: Effect::Unknown, .. } = op else { return false };
        let (mut given, mut seen) = (false, false);
        op.reads(&mut |reg| {
            seen |= self.seen[reg as usize];
            given |= self.given[reg as usize] && !self.seen[reg as usize];
        });
        given && seen
    }
}

/// Does it make something that differs from run to run, as far as it says itself?
pub(super) fn is_given(op: &Op) -> bool {
    match op {
        Op::Let { value, .. } => value.varies(),
        Op::Act { args, .. } | Op::Pause { args, .. } => args.iter().any(Val::varies),
        _ => false,
    }
}

/// Does leaving this instruction out change anything that somebody could see?
fn matters(code: &[Instr], at: usize, used: &[bool], entered: &[bool], looks: bool) -> bool {
    let instr = &code[at];
    match &instr.op {
        Op::Let { into, .. } => used[*into as usize] || instr.may_fail,
        Op::Read { into, .. } => used[*into as usize] || looks,
        // A call of something unknown, whose answer nobody looks at and that nobody waits for.
        Op::Act { class: Effect::Unknown | Effect::Repeatable, into, .. } => used[*into as usize] || instr.may_fail,
        // Two waits in a row are one, where nothing that matters stands between them.
        Op::Pause { into, .. } => {
            let next = code.get(at + 1);
            let again = next.is_some_and(|next| matches!(next.op, Op::Pause { .. }) && next.on_error == instr.on_error);
            used[*into as usize] || !again || entered[at + 1]
        }
        Op::Branch { to, .. } => lands(code, *to) != lands(code, at as Pc + 1),
        Op::Jump(to) => lands(code, *to) != lands(code, at as Pc + 1) || lands(code, *to) == at as Pc,
        _ => true,
    }
}

/// Where one comes to from here, through jumps.
fn lands(code: &[Instr], mut pc: Pc) -> Pc {
    for _ in 0..code.len() {
        match code.get(pc as usize).map(|instr| &instr.op) {
            Some(Op::Jump(to)) => pc = *to,
            _ => break,
        }
    }
    pc
}

/// The instructions that are entered from elsewhere than from the one before.
pub(super) fn entered(code: &[Instr]) -> Vec<bool> {
    let mut entered = vec![false; code.len() + 1];
    for instr in code {
        let target = match &instr.op {
            Op::Jump(to) | Op::Branch { to, .. } | Op::Start { entry: to, .. } => Some(*to),
            _ => None,
        };
        for pc in target.into_iter().chain(instr.on_error) {
            entered[pc as usize] = true;
        }
    }
    entered
}

pub(super) fn without(code: Vec<Instr>, keep: &[bool]) -> Vec<Instr> {
    let mut address: Vec<Pc> = Vec::with_capacity(code.len() + 1);
    let mut next = 0;
    for kept in keep {
        address.push(next);
        next += Pc::from(*kept);
    }
    address.push(next);
    let moved = |pc: Pc| address[pc as usize];
    let kept = code.into_iter().zip(keep).filter(|(_, keep)| **keep).map(|(instr, _)| instr);
    kept.map(|mut instr| {
        instr.on_error = instr.on_error.map(moved);
        match &mut instr.op {
            Op::Jump(to) | Op::Branch { to, .. } | Op::Start { entry: to, .. } => *to = moved(*to),
            _ => {}
        }
        instr
    })
    .collect()
}

fn renumber(mut code: Vec<Instr>, registers: RegIx) -> (Vec<Instr>, RegIx) {
    let mut number: Vec<Option<RegIx>> = vec![None; registers as usize];
    let mut next = 0;
    for instr in &mut code {
        each_register(&mut instr.op, &mut |reg| {
            *reg = *number[*reg as usize].get_or_insert_with(|| {
                next += 1;
                next - 1
            });
        });
    }
    (code, next)
}

/// Every register of an instruction, the one that it makes first.
fn each_register(op: &mut Op, visit: &mut dyn FnMut(&mut RegIx)) {
    match op {
        Op::Read { into, .. } | Op::Open { into } | Op::Promise { into } => visit(into),
        Op::Write { value, accounts, .. } => {
            in_value(value, visit);
            accounts.iter_mut().for_each(visit);
        }
        Op::Update { value, into, .. } => {
            into.iter_mut().for_each(&mut *visit);
            in_value(value, visit);
        }
        Op::Create { value, into, .. } | Op::Let { into, value } => {
            visit(into);
            in_value(value, visit);
        }
        Op::Exchange { expected, value, into, .. } => {
            visit(into);
            in_value(expected, visit);
            in_value(value, visit);
        }
        Op::Act { args, into, .. } | Op::Pause { args, into } => {
            visit(into);
            args.iter_mut().for_each(|value| in_value(value, visit));
        }
        Op::Use { of } | Op::Close { of, .. } | Op::Return { value: of } => in_value(of, visit),
        Op::Start { after, into, .. } => {
            visit(into);
            after.iter_mut().for_each(|value| in_value(value, visit));
        }
        Op::Join { on, into } => {
            visit(into);
            in_value(on, visit);
        }
        Op::Settle { promise, value } => {
            in_value(promise, visit);
            in_value(value, visit);
        }
        Op::Lock { tried, .. } => tried.iter_mut().for_each(visit),
        Op::Branch { test, .. } => in_check(test, visit),
        Op::Unlock { .. }
        | Op::Wait { .. }
        | Op::Notify { .. }
        | Op::Begin
        | Op::Commit
        | Op::Rollback
        | Op::AtomicBegin
        | Op::AtomicEnd
        | Op::Jump(_)
        | Op::Fail
        | Op::Havoc { .. } => {}
    }
}

fn in_value(value: &mut Val, visit: &mut dyn FnMut(&mut RegIx)) {
    match value {
        Val::Reg(reg) | Val::Plus(reg, _) => visit(reg),
        Val::Made(inner) => in_value(inner, visit),
        Val::Term { of, .. } => of.iter_mut().for_each(|value| in_value(value, visit)),
        Val::Absent | Val::Bool(_) | Val::Const(_) | Val::Fresh { .. } | Val::Instant(_) | Val::Unknown => {}
    }
}

fn in_check(check: &mut Check, visit: &mut dyn FnMut(&mut RegIx)) {
    match check {
        Check::Truthy(value) | Check::Absent(value) => in_value(value, visit),
        Check::Equals(a, b) | Check::Less(a, b) => {
            in_value(a, visit);
            in_value(b, visit);
        }
        Check::Not(inner) => in_check(inner, visit),
        Check::Unknown { of, .. } => of.iter_mut().for_each(|value| in_value(value, visit)),
    }
}
