//! Doubt: breaks that can happen and may do no harm, by what is made, by what the mark is for, by what others are told. Such a
//! finding is `possible` at most, whichever rule words it. Of what a rule says this file knows nothing.

use super::claim::{Claim, claim};
use super::shape::{Making, copies_of, finds, is_given_back, keeps_out, making};
use super::wording::function_at;
use crate::assemble::Assembled;
use crate::examine::Examined;
use crate::explore::model::{Instr, Op, Pc};
use crate::explore::{Break, Violation};
use crate::facts::FunctionKind;
use crate::link::Program;
use crate::link::bind::OpKind;
use crate::link::ids::UnitId;
use crate::link::loc::{Base, Loc, Owner, Seg};
use crate::link::types::Ty;

/// Is it open whether this break does any harm?
pub(super) fn is_doubtful(program: &Program, examined: &Examined, found: &Break) -> bool {
    let assembled = &examined.assembled;
    if is_handed_in(program, examined, found) {
        return true;
    }
    match claim(examined, found) {
        Some(Claim::Fill) if program.is_rust(function_at(assembled, found.act).file) => {
            // Making plain data twice and keeping the last is no loss.
            let ty = found.place.map(|place| program.type_at(&assembled.places[place as usize].key));
            found.violation != Violation::UnhandledConflict && ty.is_some_and(|ty| program.has_identity(&ty).is_none())
        }
        Some(Claim::Fill) => is_doubtful_fill(program, assembled, found) || is_refused(assembled, found),
        Some(Claim::Guard) => is_doubtful_guard(assembled, found),
        _ => false,
    }
}

/// Is it about a field of plain data that each run was handed? Nothing says that two runs are handed the same.
fn is_handed_in(program: &Program, examined: &Examined, found: &Break) -> bool {
    let site = examined.assembled.sites.get(found.act.0 as usize);
    let Some(site) = site.filter(|site| !program.is_rust(site.function.file)) else { return false };
    let mine = [examined.pair.first, examined.pair.second].iter().all(|run| *run == site.function);
    let mut ops = program.body(site.function).blocks.iter().flatten().filter(|op| op.span == site.span);
    mine && ops.any(|op| match &op.kind {
        OpKind::Write { at: Loc { base: Base::Param(function, _), owner: Owner::Unit(unit), .. }, .. } => {
            *function == site.function && is_plain_data(program, *unit)
        }
        _ => false,
    })
}

/// A type that has no functions.
fn is_plain_data(program: &Program, unit: UnitId) -> bool {
    let mut functions = program.facts(unit.file).functions.iter().filter(|function| function.unit == unit.ix);
    functions.all(|function| function.kind == FunctionKind::Initializer)
}

/// Does a mark keep nobody out, or stand for what may be done twice as well as once?
fn is_doubtful_guard(assembled: &Assembled, found: &Break) -> bool {
    let Some(place) = found.place else { return false };
    let once = found.violation == Violation::StaleCheck && !is_given_back(assembled, place);
    once && making(assembled, found) < Making::Object || !keeps_out(assembled, place)
}

/// May both runs fill the place with the same, as far as is known of what they make and of its type?
fn is_doubtful_fill(program: &Program, assembled: &Assembled, found: &Break) -> bool {
    let Some(place) = found.place else { return false };
    let key = &assembled.places[place as usize].key;
    let ty = program.type_at(key);
    let text = matches!(ty, Ty::Lib { .. }) && program.has_identity(&ty) == Some(false);
    match making(assembled, found) {
        _ if program.has_life(&ty) || program.is_worked_with(key) => false,
        _ if text => true,
        Making::Repeatable | Making::Unknown => true,
        Making::Object => matches!(ty, Ty::Unit(_)),
        Making::Matters => false,
    }
}

/// Is a run that finds something there told off? Then its callers are not meant to come twice, at whatever moment. Of a key
/// that is taken already they have to be told: any caller may come with it.
fn is_refused(assembled: &Assembled, found: &Break) -> bool {
    let Some(place) = found.place else { return false };
    if matches!(assembled.places[place as usize].key.path.last(), Some(Seg::Any | Seg::Key(_))) {
        return false;
    }
    assembled.model.flows.iter().any(|flow| {
        let copies = copies_of(&flow.code, place);
        (0..flow.code.len()).any(|at| match &flow.code[at].op {
            Op::Branch { test, to } => finds(test, &copies)
                .is_some_and(|there| fails_at_once(&flow.code, if there { *to as usize } else { at + 1 })),
            _ => false,
        })
    })
}

/// Does the code raise an error without another test or wait?
fn fails_at_once(code: &[Instr], mut at: usize) -> bool {
    for _ in 0..code.len() {
        match code.get(at).map(|instr| &instr.op) {
            Some(Op::Fail) => return true,
            None | Some(Op::Branch { .. } | Op::Return { .. } | Op::Pause { .. } | Op::Join { .. }) => return false,
            Some(op) => match op.goes_on(at as Pc).0 {
                Some(next) => at = next as usize,
                None => return false,
            },
        }
    }
    false
}
