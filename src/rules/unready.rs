//! Unready: a thing is stored where it is missing, and made ready only after: whoever comes meanwhile finds it there and
//! takes it as it is. A part of `racy-lazy-init`.
//!
//! What has been examined knows of the place and not of whether the thing in it is ready. That is a second place here: set
//! behind the wait for the thing's own initializer, asked for by everybody who gives the thing away.

use super::Context;
use super::claim::evidence;
use super::late::{Late, is_unset, late_writes};
use super::wording::{Words, draft, name};
use crate::assemble::{Assembled, PlaceInfo};
use crate::examine::Examined;
use crate::explore::model::{How, Instr, Model, Op, Pc, PlaceDef, PlaceId, RegIx, Val, World};
use crate::explore::{Question, Verdict, Violation, explore};
use crate::facts::{Span, Value};
use crate::finding::{Confidence, Draft};
use crate::link::bind::OpKind;
use crate::link::ids::{FunctionId, UnitId};
use crate::link::loc::Loc;

/// A function that finds nothing, stores something and waits until that is ready.
struct Preparing<'p> {
    /// Where the thing is stored.
    at: &'p Loc,
    initializer: FunctionId,
    /// The wait for it.
    wait: Span,
    /// What is set too late, for whoever finds the thing before.
    late: Late,
}

pub(super) fn unready(cx: &Context<'_>, examined: &Examined) -> Option<Draft> {
    let id = examined.pair.first;
    if examined.pair.second != id || examined.assembled.model.world != World::Tasks {
        return None;
    }
    let preparing = preparing(cx, id)?;
    let key = preparing.at.key();
    let place = examined.assembled.places.iter().position(|known| known.key == key)? as PlaceId;
    let assembled = with_readiness(&examined.assembled, place, id, preparing.wait)?;
    let verdict = explore(&assembled.model, &Question::new(vec![vec![0], vec![0]]));
    let ready = assembled.model.places.len() as PlaceId - 1;
    let Verdict::Breaks(breaks) = &verdict else { return None };
    let found = breaks.iter().find(|found| found.violation == Violation::TooEarly && found.place == Some(ready))?;
    let found = found.clone();
    let shown = &examined.assembled.places[place as usize].shown;
    let (function, initializer) = (name(cx.program, id), name(cx.program, preparing.initializer));
    let words = Words {
        message: format!(
            "`{function}` stores `{shown}` before `{initializer}` has ended: another run finds it there, and takes it unfinished"
        ),
        help: format!(
            "store it when it is ready, and for those who come meanwhile the promise of that: `{shown} ??= make()` with an async `make` that awaits `{initializer}`"
        ),
    };
    let late = preparing.late;
    let examined = Examined { assembled, verdict, ..*examined };
    let mut draft = draft(cx, &examined, &found, evidence(cx, &examined), words);
    draft.outcome = format!("`{shown}` is taken for ready before it is");
    draft.confidence = draft.confidence.min(Confidence::Likely);
    draft.related.push((late.write, format!("`{initializer}` sets `{}` only here, behind a wait", late.field)));
    Some(draft)
}

/// The only wait behind the store is that for the initializer of what was stored.
fn preparing<'p>(cx: &Context<'p>, id: FunctionId) -> Option<Preparing<'p>> {
    let mut stored: Option<&Loc> = None;
    let mut calls: Option<(FunctionId, Value)> = None;
    let mut wait = None;
    for op in cx.program.body(id).blocks.iter().flatten() {
        match &op.kind {
            OpKind::Acquire { .. } => return None,
            OpKind::Write { at, value: Value::Reg(_), .. } if stored.is_none() => stored = Some(at),
            OpKind::Call { target, this: Some(on), into, .. } if stored.is_some_and(|at| is_same(at, on)) => {
                calls = Some((*target, Value::Reg(*into)));
            }
            // A second wait may be one for whoever is not the first.
            OpKind::Suspend { .. } if stored.is_none() || wait.is_some() => return None,
            OpKind::Suspend { on, .. } if calls.as_ref().is_some_and(|(_, promise)| promise == on) => {
                wait = Some(op.span);
            }
            _ => {}
        }
    }
    let ((at, (initializer, _)), wait) = (stored.zip(calls)?, wait?);
    let unit = UnitId { file: initializer.file, ix: cx.program.function(initializer).unit };
    let mut late = Vec::new();
    late_writes(cx.program, initializer, 3, &mut None, &mut late);
    let late = late.into_iter().find(|late| is_unset(cx.program, unit, late.field, initializer))?;
    Some(Preparing { at, initializer, wait, late })
}

fn is_same(a: &Loc, b: &Loc) -> bool {
    a.base == b.base && a.path == b.path
}

/// The same code, with a place for whether the thing is ready. Steps are added at the end: addresses stay true.
fn with_readiness(assembled: &Assembled, place: PlaceId, id: FunctionId, wait: Span) -> Option<Assembled> {
    let mut model: Model = assembled.model.clone();
    let ready = model.places.len() as PlaceId;
    let name = format!("{} (ready)", model.places[place as usize].name);
    model.places.push(PlaceDef { name, outside: false, initial: Val::Absent, resource: false, own: false });
    let flow = model.flows.first_mut()?;
    let waits = |instr: &Instr| {
        let site = &assembled.sites[instr.site.0 as usize];
        site.function == id && site.span == wait && matches!(instr.op, Op::Pause { .. } | Op::Join { .. })
    };
    let at = flow.code.iter().position(waits)?;
    let given = given(&flow.code, place);
    if given.is_empty() {
        return None;
    }
    let asked = flow.registers;
    flow.registers += 1;
    let known = Op::Write { place: ready, how: How::Set, value: Val::Bool(true), accounts: Vec::new() };
    beside(&mut flow.code, at, Vec::new(), vec![known]);
    for pc in given {
        let ask = vec![Op::Read { place: ready, into: asked }, Op::Use { of: Val::Reg(asked) }];
        beside(&mut flow.code, pc, ask, Vec::new());
    }
    let mut places = assembled.places.clone();
    let known = &assembled.places[place as usize];
    places.push(PlaceInfo { key: known.key.clone(), shown: format!("{} (ready)", known.shown) });
    let (sites, locks) = (assembled.sites.clone(), assembled.locks.clone());
    Some(Assembled { model, sites, places, locks })
}

/// Where the content of the place is given back.
fn given(code: &[Instr], place: PlaceId) -> Vec<usize> {
    let read =
        |reg: RegIx| code.iter().any(|i| matches!(i.op, Op::Read { place: p, into } if p == place && into == reg));
    let gives = |instr: &Instr| matches!(&instr.op, Op::Return { value: Val::Reg(reg) } if read(*reg));
    (0..code.len()).filter(|pc| gives(&code[*pc])).collect()
}

/// Does these steps before and behind an instruction as well.
fn beside(code: &mut Vec<Instr>, at: usize, before: Vec<Op>, behind: Vec<Op>) {
    let there = code.len() as Pc;
    let here = code[at].clone();
    let step = |op: Op| Instr { op, site: here.site, on_error: here.on_error, may_fail: false };
    code.extend(before.into_iter().map(step));
    code.push(here.clone());
    code.extend(behind.into_iter().map(step));
    code.push(step(Op::Jump(at as Pc + 1)));
    code[at] = step(Op::Jump(there));
}
