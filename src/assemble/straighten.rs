//! Straightening: between two steps that matter a run is suspended once, however often the code waits there. Every wait
//! that nothing rests on is one more place where another run may come between nothing and nothing.

use super::rests::rests;
use super::slim::{entered, is_given};
use super::ways::Ways;
use crate::explore::model::{Effect, Instr, Op, Pc, RegIx, Val};

/// Leaves of each row of idle calls and waits one of each, which stand for all of them.
pub(super) fn straighten(code: &mut [Instr], registers: RegIx) {
    drop_idle_children(code);
    let carried = carried(code, registers);
    let given = rests(code, registers, is_given, |_| true);
    let entered = entered(code);
    let mut row: Vec<usize> = Vec::new();
    for at in 0..code.len() {
        let begins = entered[at];
        let idle = is_idle(&code[at], &carried);
        let passes = matches!(code[at].op, Op::Let { .. }) && !code[at].may_fail;
        if begins || !(idle || passes) {
            merge(code, &row, &given);
            row.clear();
        }
        if idle {
            if row.last().is_some_and(|last| code[*last].on_error != code[at].on_error) {
                merge(code, &row, &given);
                row.clear();
            }
            row.push(at);
        }
    }
    merge(code, &row, &given);
}

/// One call and one wait for a whole row: the first of each, and of calls one of which nothing is known before one that
/// does no harm. What the others make rests on what it rested on, and an answer to what differs from run to run differs.
fn merge(code: &mut [Instr], row: &[usize], given: &[bool]) {
    let is_wait = |at: &usize| matches!(code[*at].op, Op::Pause { .. } | Op::Join { .. });
    let is_unknown = |at: &usize| matches!(code[*at].op, Op::Act { class: Effect::Unknown, .. });
    let wait = row.iter().copied().find(is_wait);
    let act = row.iter().copied().find(is_unknown).or(row.iter().copied().find(|at| !is_wait(at)));
    if row.len() <= usize::from(wait.is_some()) + usize::from(act.is_some()) {
        return;
    }
    let fails = row.iter().any(|at| code[*at].may_fail);
    let differs = row.iter().any(|at| code[*at].op.makes().is_some_and(|reg| given[reg as usize]));
    for at in row {
        let Some(into) = code[*at].op.makes() else { continue };
        if Some(*at) == wait {
            // What was waited for may be another step of the row.
            let args = if differs { vec![Val::Term { of: Vec::new(), varies: true }] } else { Vec::new() };
            code[*at].op = Op::Pause { args, into };
            code[*at].may_fail = fails;
        } else if Some(*at) == act {
            code[*at].may_fail = fails;
        } else {
            let value = if given[into as usize] { rest_of(&code[*at].op) } else { Val::Unknown };
            code[*at].op = Op::Let { into, value };
            code[*at].may_fail = false;
        }
    }
}

/// Something that rests on all that this step reads.
fn rest_of(op: &Op) -> Val {
    let mut of = Vec::new();
    op.reads(&mut |reg| of.push(Val::Reg(reg)));
    if of.is_empty() { Val::Unknown } else { Val::Term { of, varies: false } }
}

/// A call or a wait whose answer nothing that others touch is behind.
fn is_idle(instr: &Instr, carried: &[bool]) -> bool {
    let known = match &instr.op {
        Op::Act { class, .. } => matches!(class, Effect::Unknown | Effect::Repeatable),
        Op::Pause { .. } | Op::Join { .. } => true,
        _ => false,
    };
    let mut idle = known;
    instr.op.reads(&mut |reg| idle &= !carried[reg as usize]);
    idle
}

/// The registers that hold a promise of work that is written out, or something that another run may touch, or what was
/// made of it.
fn carried(code: &[Instr], registers: RegIx) -> Vec<bool> {
    let begins = |op: &Op| match op {
        Op::Act { class, .. } => matches!(class, Effect::Adding | Effect::Opening),
        Op::Let { .. } | Op::Join { .. } | Op::Pause { .. } => false,
        _ => true,
    };
    rests(code, registers, begins, |_| true)
}

/// A child that does nothing that matters is not started, and who waits for it just waits; unless it may be the work for
/// which the run has set a mark before.
fn drop_idle_children(code: &mut [Instr]) {
    let starts = |instr: &Instr| matches!(instr.op, Op::Start { after: None, .. });
    if !code.iter().any(starts) {
        return;
    }
    let ways = Ways::of(code);
    for at in 0..code.len() {
        let Op::Start { entry, after: None, into } = code[at].op else { continue };
        let Some(own) = nothing(code, entry) else { continue };
        let uses = |instr: &Instr| {
            let mut used = false;
            instr.op.reads(&mut |reg| used |= reg == into);
            used
        };
        let outside = |pc: &usize| !own.contains(pc);
        let users: Vec<usize> = (0..code.len()).filter(outside).filter(|pc| uses(&code[*pc])).collect();
        let waits = |pc: &usize| matches!(code[*pc].op, Op::Join { .. });
        let marked = || ways.before(at as Pc).iter().any(|pc| code[*pc as usize].op.writes());
        if !users.iter().all(waits) || marked() {
            continue;
        }
        let fails = code[own].iter().any(|instr| instr.may_fail);
        code[at].op = Op::Let { into, value: Val::Unknown };
        for pc in users {
            let Op::Join { into, .. } = code[pc].op else { continue };
            code[pc].op = Op::Pause { args: Vec::new(), into };
            code[pc].may_fail |= fails;
        }
    }
}

/// The instructions of a child that does nothing that matters.
fn nothing(code: &[Instr], entry: Pc) -> Option<std::ops::Range<usize>> {
    let entry = entry as usize;
    for (at, instr) in code.iter().enumerate().skip(entry) {
        match &instr.op {
            Op::Return { .. } => return Some(entry..at + 1),
            Op::Act { class: Effect::Unknown | Effect::Repeatable, .. } | Op::Pause { .. } | Op::Let { .. } => {}
            _ => return None,
        }
    }
    Some(entry..code.len())
}
