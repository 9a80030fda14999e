//! Slicing: a test of something that no other run touches is no fork, where its arms do nothing that matters before they
//! meet again. Each such fork would double the schedules and change no verdict.

use crate::explore::model::{Check, Effect, Instr, Op, Pc, RegIx, Val};

use super::slim::{makes, reads, without};

/// Replaces every fork that does not matter by one way through it. Uses one register more. `leaving`: a way out matters as
/// well, before anything was written.
pub(super) fn slice(mut code: Vec<Instr>, registers: RegIx, leaving: bool) -> (Vec<Instr>, RegIx) {
    let tainted = tainted(&code, registers);
    let mut at = 0;
    while at < code.len() {
        match fork(&code, at, &tainted, leaving) {
            Some(way) => {
                code = through(code, at, &way, registers);
                // What was put in its place is straight.
                at += 1;
            }
            None => at += 1,
        }
    }
    let reached = reached(&code);
    (without(code, &reached), registers + 1)
}

/// How to go past a fork: where its arms meet, and what is made on the way.
struct Way {
    meets: Pc,
    pauses: bool,
    made: Vec<RegIx>,
}

/// The registers that rest on something another run may touch.
fn tainted(code: &[Instr], registers: RegIx) -> Vec<bool> {
    let mut tainted = vec![false; registers as usize];
    loop {
        let mut changed = false;
        for instr in code {
            let Some(into) = makes(&instr.op) else { continue };
            let passes = matches!(instr.op, Op::Let { .. } | Op::Join { .. });
            let mut rests = !passes && !matches!(instr.op, Op::Act { .. } | Op::Pause { .. });
            if passes {
                reads(&instr.op, &mut |reg| rests |= tainted[reg as usize]);
            }
            if rests && !tainted[into as usize] {
                tainted[into as usize] = true;
                changed = true;
            }
        }
        if !changed {
            return tainted;
        }
    }
}

fn fork(code: &[Instr], at: usize, tainted: &[bool], leaving: bool) -> Option<Way> {
    let Op::Branch { test, to } = &code[at].op else { return None };
    let mut matters = matches!(test, Check::Unknown { validates: true, .. });
    reads(&code[at].op, &mut |reg| matters |= tainted[reg as usize]);
    if matters {
        return None;
    }
    let mut walk = Walk { code, seen: vec![false; code.len()], stops: Vec::new() };
    walk.from(at as Pc + 1);
    walk.from(*to);
    // A way out of the function is no fork while nothing has been written: some call does not take it.
    let written = code[..at].iter().any(|instr| writes(&instr.op));
    let leaves = |pc: &Pc| matches!(code[*pc as usize].op, Op::Return { .. } | Op::Fail);
    let mut stops = walk.stops.clone();
    if !leaving && !written && stops.iter().any(|pc| !leaves(pc)) {
        stops.retain(|pc| !leaves(pc));
    }
    let [meets] = stops[..] else { return None };
    if (meets as usize) <= at {
        return None;
    }
    let outside = |pc: usize| pc != at && !walk.seen[pc];
    let mut made: Vec<RegIx> = Vec::new();
    let mut pauses = false;
    for (_, instr) in code.iter().enumerate().filter(|(pc, _)| walk.seen[*pc]) {
        pauses |= matches!(instr.op, Op::Pause { .. } | Op::Join { .. });
        if let Some(into) = makes(&instr.op).filter(|into| !made.contains(into)) {
            let mut used = false;
            for other in (0..code.len()).filter(|pc| outside(*pc)) {
                reads(&code[other].op, &mut |reg| used |= reg == into);
            }
            if used {
                made.push(into);
            }
        }
    }
    Some(Way { meets, pauses, made })
}

/// What can be reached without meeting anything that matters, and where it does.
struct Walk<'a> {
    code: &'a [Instr],
    seen: Vec<bool>,
    stops: Vec<Pc>,
}

impl Walk<'_> {
    fn from(&mut self, start: Pc) {
        let mut open = vec![start];
        while let Some(pc) = open.pop() {
            let Some(instr) = self.code.get(pc as usize) else { continue };
            if is_kept(&instr.op) {
                if !self.stops.contains(&pc) {
                    self.stops.push(pc);
                }
                continue;
            }
            if std::mem::replace(&mut self.seen[pc as usize], true) {
                continue;
            }
            match &instr.op {
                Op::Jump(to) => open.push(*to),
                Op::Branch { to, .. } => open.extend([*to, pc + 1]),
                _ => open.push(pc + 1),
            }
        }
    }
}

/// Does this matter to another run, or end this one?
fn is_kept(op: &Op) -> bool {
    match op {
        Op::Let { .. } | Op::Jump(_) | Op::Branch { .. } | Op::Pause { .. } | Op::Join { .. } => false,
        Op::Act { class, .. } => matches!(class, Effect::Adding | Effect::Opening),
        _ => true,
    }
}

fn writes(op: &Op) -> bool {
    matches!(
        op,
        Op::Write { .. }
            | Op::Update { .. }
            | Op::Create { .. }
            | Op::Exchange { .. }
            | Op::Lock { .. }
            | Op::Start { .. }
            | Op::Havoc { .. }
    )
}

/// The code with one way through the fork.
fn through(code: Vec<Instr>, at: usize, way: &Way, spare: RegIx) -> Vec<Instr> {
    let like = code[at].clone();
    let plain = |op: Op| Instr { op, may_fail: false, ..like.clone() };
    let mut put: Vec<Instr> = Vec::new();
    if way.pauses {
        put.push(Instr { op: Op::Pause { args: Vec::new(), into: spare }, may_fail: true, ..like.clone() });
    }
    put.extend(way.made.iter().map(|into| plain(Op::Let { into: *into, value: Val::Unknown })));
    put.push(plain(Op::Jump(way.meets)));
    let more = put.len() as Pc - 1;
    let moved = |pc: Pc| if pc as usize > at { pc + more } else { pc };
    let mut out: Vec<Instr> = Vec::with_capacity(code.len() + put.len());
    for (pc, instr) in code.into_iter().enumerate() {
        if pc == at {
            out.append(&mut put);
        } else {
            out.push(instr);
        }
    }
    for instr in &mut out {
        instr.on_error = instr.on_error.map(moved);
        match &mut instr.op {
            Op::Jump(to) | Op::Branch { to, .. } | Op::Start { entry: to, .. } => *to = moved(*to),
            _ => {}
        }
    }
    out
}

/// What some way leads to.
fn reached(code: &[Instr]) -> Vec<bool> {
    let mut reached = vec![false; code.len()];
    let mut open: Vec<Pc> = vec![0];
    while let Some(pc) = open.pop() {
        let Some(instr) = code.get(pc as usize) else { continue };
        if std::mem::replace(&mut reached[pc as usize], true) {
            continue;
        }
        open.extend(instr.on_error);
        match &instr.op {
            Op::Jump(to) => open.push(*to),
            Op::Branch { to, .. } | Op::Start { entry: to, .. } => open.extend([*to, pc + 1]),
            Op::Return { .. } | Op::Fail => {}
            _ => open.push(pc + 1),
        }
    }
    reached
}
