//! Threading: a helper that answers `None` because it found nothing, and a caller that tests the answer, are one test. The
//! way from the one to the other is written out, so that what follows stands under the test that was made.

use rustc_hash::FxHashMap;

use crate::explore::model::{Check, Instr, Op, Pc, RegIx, Val};

/// How far behind a jump a decided test is looked for.
const REACH: usize = 12;

/// Leads every jump whose next test is decided by what was just set past that test. Addresses stay true: ways are added
/// at the end.
pub(super) fn thread(mut code: Vec<Instr>) -> Vec<Instr> {
    for at in 0..code.len() {
        let Op::Jump(to) = code[at].op else { continue };
        if let Some(way) = decided(&code, known_before(&code, at), to) {
            let start = code.len() as Pc;
            code.extend(way);
            code[at].op = Op::Jump(start);
        }
    }
    code
}

type Known = FxHashMap<RegIx, Val>;

/// What the straight steps before a jump have set.
fn known_before(code: &[Instr], at: usize) -> Known {
    let mut known = Known::default();
    for instr in code[..at].iter().rev().take(REACH) {
        let Op::Let { into, value } = &instr.op else { break };
        if matches!(value, Val::Absent | Val::Bool(_)) {
            known.entry(*into).or_insert_with(|| value.clone());
        }
    }
    known
}

/// The steps from `to` past a test that is decided, and the jump to where it leads.
fn decided(code: &[Instr], mut known: Known, to: Pc) -> Option<Vec<Instr>> {
    let mut way: Vec<Instr> = Vec::new();
    let mut at = to as usize;
    for _ in 0..REACH {
        let instr = code.get(at)?;
        match &instr.op {
            Op::Let { into, value } => {
                let value = match value {
                    Val::Reg(from) => known.get(from).cloned(),
                    Val::Absent | Val::Bool(_) => Some(value.clone()),
                    _ => None,
                };
                match value {
                    Some(value) => known.insert(*into, value),
                    None => known.remove(into),
                };
                way.push(instr.clone());
                at += 1;
            }
            Op::Jump(next) => at = *next as usize,
            Op::Branch { test, to } => {
                let next = if holds(test, &known)? { *to } else { at as Pc + 1 };
                way.push(Instr { op: Op::Jump(next), site: instr.site, on_error: None, may_fail: false });
                return Some(way);
            }
            _ => return None,
        }
    }
    None
}

fn holds(test: &Check, known: &Known) -> Option<bool> {
    let value = |value: &Val| match value {
        Val::Reg(reg) => known.get(reg).cloned(),
        Val::Absent | Val::Bool(_) => Some(value.clone()),
        _ => None,
    };
    match test {
        Check::Not(inner) => holds(inner, known).map(|holds| !holds),
        Check::Absent(of) => value(of).map(|value| value == Val::Absent),
        Check::Truthy(of) => value(of).map(|value| value == Val::Bool(true)),
        _ => None,
    }
}
