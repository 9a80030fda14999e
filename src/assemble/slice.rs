//! Slicing: a test of something that no other run touches is no fork, where its arms do nothing that matters before they
//! meet again. Each such fork would double the schedules and change no verdict.

use rustc_hash::FxHashSet;

use super::rests::rests;
use super::slim::without;
use super::ways::Ways;
use crate::explore::model::{Check, Effect, Instr, Op, Pc, RegIx, Val};

/// Replaces every fork that does not matter by one way through it. Uses one register more. With `ways_out`, a way out of
/// the function matters as well, before anything was written.
pub(super) fn slice(mut code: Vec<Instr>, registers: RegIx, ways_out: bool) -> (Vec<Instr>, RegIx) {
    let spare = registers;
    loop {
        let tainted = tainted(&code, registers + 1);
        let forks = forks(&code, &tainted, ways_out);
        if forks.is_empty() {
            return (code, registers + 1);
        }
        code = through(code, forks, spare);
        let reached = reached(&code);
        code = without(code, &reached);
    }
}

/// What is put in the place of a fork.
struct Way {
    at: Pc,
    on_error: Option<Pc>,
    /// The run may be suspended there; it may fail there.
    pauses: bool,
    fails: bool,
    /// What is made on it, and what of another run's that rests on.
    made: Vec<(RegIx, Vec<RegIx>)>,
    /// Where it goes on; behind the end: the run ends here.
    meets: Pc,
}

/// The registers that rest on something another run may touch; the answer of a call or of a wait is anybody's guess.
fn tainted(code: &[Instr], registers: RegIx) -> Vec<bool> {
    let copies = |op: &Op| matches!(op, Op::Let { .. } | Op::Join { .. });
    let guess = |op: &Op| matches!(op, Op::Act { .. } | Op::Pause { .. });
    rests(code, registers, |op| !copies(op) && !guess(op), copies)
}

/// The forks that do not matter, the outermost of those that lie in each other.
fn forks(code: &[Instr], tainted: &[bool], ways_out: bool) -> Vec<Way> {
    if !code.iter().any(|instr| is_idle(instr, tainted)) {
        return Vec::new();
    }
    let ways = Ways::of(code);
    let mut inside: FxHashSet<Pc> = FxHashSet::default();
    let mut found = Vec::new();
    for at in 0..code.len() as Pc {
        if inside.contains(&at) || !is_idle(&code[at as usize], tainted) {
            continue;
        }
        let out = || leaving(code, &ways, at).or_else(|| failing(code, &ways, at)).filter(|_| !ways_out);
        if let Some((way, region)) = around(code, &ways, at, tainted).or_else(out) {
            // A fork that shares some of its ways with another waits for the next round.
            if region.iter().all(|pc| !inside.contains(pc)) {
                inside.extend(region);
                inside.insert(at);
                found.push(way);
            }
        }
    }
    found
}

/// Is this a test of what no other run touches?
fn is_idle(instr: &Instr, tainted: &[bool]) -> bool {
    let Op::Branch { test, .. } = &instr.op else { return false };
    let mut idle = !matches!(test, Check::Unknown { validates: true, .. });
    instr.op.reads(&mut |reg| idle &= !tainted[reg as usize]);
    idle
}

/// Both arms come together again, and nothing that matters happens on the way.
fn around(code: &[Instr], ways: &Ways, at: Pc, tainted: &[bool]) -> Option<(Way, Vec<Pc>)> {
    let meets = ways.meet(at)?;
    let region = with_handlers(code, ways, at, meets);
    let end = code.len() as Pc;
    let mut errors: Vec<Option<Pc>> = Vec::new();
    for pc in &region {
        let instr = &code[*pc as usize];
        match &instr.op {
            // The answer of a run is looked at only where it tells what the run has seen.
            Op::Return { value } if meets == end && !is_told(value, tainted) => {}
            other if is_kept(other) => return None,
            _ => {}
        }
        if instr.may_fail && !errors.contains(&instr.on_error) {
            errors.push(instr.on_error);
        }
    }
    // What fails inside and is caught inside is no error of the whole.
    errors.retain(|to| to.is_none_or(|to| !region.contains(&to) && to != meets));
    if errors.len() > 1 {
        return None;
    }
    let op = |pc: &Pc| &code[*pc as usize].op;
    let pauses = region.iter().any(|pc| matches!(op(pc), Op::Pause { .. } | Op::Join { .. }));
    let made = made(code, &region).into_iter().map(|reg| (reg, resting(code, &region, tainted, reg))).collect();
    let on_error = errors.first().copied().flatten();
    Some((Way { at, on_error, pauses, fails: !errors.is_empty(), made, meets }, region))
}

/// Everything between a fork and where its arms meet, what catches an error there and comes to the same point included.
fn with_handlers(code: &[Instr], ways: &Ways, at: Pc, meets: Pc) -> Vec<Pc> {
    let mut region = ways.between(at, meets);
    let mut seen = 0;
    while let Some(pc) = region.get(seen).copied() {
        seen += 1;
        let instr = &code[pc as usize];
        let Some(handler) = instr.on_error.filter(|to| instr.may_fail && *to != meets && !region.contains(to)) else {
            continue;
        };
        if handler > at && ways.comes_to(handler, meets) {
            let more = std::iter::once(handler).chain(ways.between(handler, meets));
            let new: Vec<Pc> = more.filter(|pc| *pc != at && !region.contains(pc)).collect();
            region.extend(new);
        }
    }
    region
}

/// One arm does nothing but leave the function, and nothing has been written before: some run does not take it.
fn leaving(code: &[Instr], ways: &Ways, at: Pc) -> Option<(Way, Vec<Pc>)> {
    let Op::Branch { to, .. } = &code[at as usize].op else { return None };
    let arms = [(at + 1, *to), (*to, at + 1)];
    let stays = arms.into_iter().find_map(|(leaves, stays)| {
        let way = ways.from(leaves);
        let ends = |pc: &Pc| matches!(code[*pc as usize].op, Op::Return { .. } | Op::Fail);
        let only = way.iter().all(|pc| ends(pc) || !is_kept(&code[*pc as usize].op));
        // The way out of a loop is no leaving.
        (only && !way.contains(&stays) && !ways.from(stays).contains(&at)).then_some(stays)
    })?;
    // What begins elsewhere than the run itself is a handler or a child: much may have been before.
    let begins_late = |pc: Pc| pc != 0 && ways.is_entry(pc);
    let before = ways.before(at);
    let written = begins_late(at) || before.iter().any(|pc| begins_late(*pc) || writes(&code[*pc as usize].op));
    let way = Way { at, on_error: None, pauses: false, fails: false, made: Vec::new(), meets: stays };
    (!written).then_some((way, Vec::new()))
}

/// One arm does nothing but raise an error: that is a step that may fail.
fn failing(code: &[Instr], ways: &Ways, at: Pc) -> Option<(Way, Vec<Pc>)> {
    let Op::Branch { to, .. } = &code[at as usize].op else { return None };
    let arms = [(at + 1, *to), (*to, at + 1)];
    arms.into_iter().find_map(|(fails, stays)| {
        let way = ways.from(fails);
        let (last, rest) = way.split_last()?;
        let only = rest.iter().all(|pc| !is_kept(&code[*pc as usize].op));
        let raises = matches!(code[*last as usize].op, Op::Fail);
        let on_error = code[*last as usize].on_error;
        let way = Way { at, on_error, pauses: false, fails: true, made: Vec::new(), meets: stays };
        (only && raises).then_some((way, Vec::new()))
    })
}

fn is_told(value: &Val, tainted: &[bool]) -> bool {
    let mut told = false;
    value.reads(&mut |reg| told |= tainted[reg as usize]);
    told
}

/// What is made in the region and used outside.
fn made(code: &[Instr], region: &[Pc]) -> Vec<RegIx> {
    let mut made: Vec<RegIx> = region.iter().filter_map(|pc| code[*pc as usize].op.makes()).collect();
    made.sort_unstable();
    made.dedup();
    let mut used: FxHashSet<RegIx> = FxHashSet::default();
    for (pc, instr) in code.iter().enumerate() {
        if !region.contains(&(pc as Pc)) {
            instr.op.reads(&mut |reg| {
                used.insert(reg);
            });
        }
    }
    made.retain(|reg| used.contains(reg));
    made
}

/// What from outside the region this register rests on at its end, as far as another run may touch it: on one of the ways
/// at least.
fn resting(code: &[Instr], region: &[Pc], tainted: &[bool], made: RegIx) -> Vec<RegIx> {
    let makes = |pc: Pc, reg: RegIx| code[pc as usize].op.makes() == Some(reg);
    let outside = |reg: RegIx| (0..code.len() as Pc).any(|pc| makes(pc, reg) && !region.contains(&pc));
    let (mut known, mut at) = (vec![made], 0);
    while let Some(reg) = known.get(at).copied() {
        for pc in region.iter().filter(|pc| makes(**pc, reg)) {
            code[*pc as usize].op.reads(&mut |from| {
                if tainted[from as usize] && !known.contains(&from) {
                    known.push(from);
                }
            });
        }
        at += 1;
    }
    known.retain(|reg| tainted[*reg as usize] && outside(*reg));
    known
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
    op.writes() || matches!(op, Op::Lock { .. } | Op::Start { .. })
}

/// The code with one way through each of the forks.
fn through(code: Vec<Instr>, forks: Vec<Way>, spare: RegIx) -> Vec<Instr> {
    let end = code.len() as Pc;
    let mut address: Vec<Pc> = Vec::with_capacity(code.len() + 1);
    let mut out: Vec<Instr> = Vec::with_capacity(code.len() + forks.len());
    let mut forks = forks.into_iter().peekable();
    for (pc, instr) in code.into_iter().enumerate() {
        address.push(out.len() as Pc);
        match forks.next_if(|way| way.at as usize == pc) {
            Some(way) => put(&mut out, &instr, way, spare, end),
            None => out.push(instr),
        }
    }
    address.push(out.len() as Pc);
    let moved = |pc: Pc| address[pc as usize];
    for instr in &mut out {
        instr.on_error = instr.on_error.map(moved);
        match &mut instr.op {
            Op::Jump(to) | Op::Branch { to, .. } | Op::Start { entry: to, .. } => *to = moved(*to),
            _ => {}
        }
    }
    out
}

fn put(out: &mut Vec<Instr>, like: &Instr, way: Way, spare: RegIx, end: Pc) {
    let plain = |op: Op| Instr { op, site: like.site, on_error: None, may_fail: false };
    let failing = |op: Op| Instr { op, site: like.site, on_error: way.on_error, may_fail: way.fails };
    if way.pauses {
        out.push(failing(Op::Pause { args: Vec::new(), into: spare }));
    } else if way.fails {
        out.push(failing(Op::Act { class: Effect::Unknown, args: Vec::new(), into: spare }));
    }
    out.extend(way.made.into_iter().map(|(into, rests)| plain(Op::Let { into, value: guessed(rests) })));
    out.push(plain(if way.meets == end { Op::Return { value: Val::Unknown } } else { Op::Jump(way.meets) }));
}

/// Nobody knows what, but it rests on these.
fn guessed(rests: Vec<RegIx>) -> Val {
    if rests.is_empty() {
        return Val::Unknown;
    }
    let of = rests.into_iter().map(Val::Reg).chain([Val::Unknown]).collect();
    Val::Term { of, varies: false }
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
        let (next, other) = instr.op.goes_on(pc);
        open.extend([next, other, instr.on_error.filter(|_| instr.may_raise())].into_iter().flatten());
        if let Op::Start { entry, .. } = &instr.op {
            open.push(*entry);
        }
    }
    reached
}
