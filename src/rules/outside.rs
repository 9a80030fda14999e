//! Outside: what the rules on files have in common: the breaks of the files that were examined, and the wording of one.

use std::collections::BTreeSet;

use super::Context;
use super::reach::Reach;
use super::wording::{Words, function_at, name, rests_on, scope, spot, witness};
use crate::assemble::Assembled;
use crate::examine::files::ExaminedFile;
use crate::explore::model::{How, Instr, Op, PlaceId, Site, Val};
use crate::explore::{Break, Grade, Violation};
use crate::finding::{Confidence, Cure, Draft, Spot};

/// The breaks of one examined file that are about the file itself.
pub(super) fn breaks(examined: &ExaminedFile) -> impl Iterator<Item = &Break> {
    examined.verdict.breaks().iter().filter(|found| found.place == Some(examined.place))
}

/// As [`breaks`], also those beside an owner or another program, each with what was explored.
pub(super) fn all_breaks(examined: &ExaminedFile) -> impl Iterator<Item = (&Assembled, &Break)> {
    let own = breaks(examined).map(|found| (&examined.assembled, found));
    own.chain(examined.disturbed.iter().flat_map(|other| {
        let about = other.verdict.breaks().iter().filter(|found| found.place == Some(examined.place));
        about.map(|found| (&other.assembled, found))
    }))
}

/// Does the exploration show this of any file in it?
pub(super) fn shows(examined: &ExaminedFile, violation: Violation) -> bool {
    let others = examined.disturbed.iter().flat_map(|other| other.verdict.breaks());
    examined.verdict.breaks().iter().chain(others).any(|found| found.violation == violation)
}

pub(super) fn shown(examined: &ExaminedFile) -> &str {
    &examined.assembled.places[examined.place as usize].shown
}

pub(super) fn reach(cx: &Context<'_>, examined: &ExaminedFile, at: Site) -> Reach {
    let place = &examined.assembled.places[examined.place as usize];
    Reach::of(cx, &place.key, &place.shown, function_at(&examined.assembled, at))
}

/// Does the act of a break put something into its file, and not only remove it?
pub(super) fn is_written(assembled: &Assembled, found: &Break) -> bool {
    super::shape::at(assembled, found.act)
        .any(|instr| matches!(instr.op, Op::Write { place, how: How::Set, .. } if Some(place) == found.place))
}

/// Is all that is written there the same in every run?
pub(super) fn is_constant(assembled: &Assembled, place: PlaceId) -> bool {
    let code = &assembled.model.flows[0].code;
    let mut written = code.iter().filter_map(|instr| match &instr.op {
        Op::Write { place: at, how: How::Set, value, .. } if *at == place => Some(value),
        _ => None,
    });
    written.all(|value| is_same(code, value, 6))
}

/// Does what is written there hold something that is different in every run: a number drawn, a time, a process?
pub(super) fn is_of_its_own(assembled: &Assembled, place: PlaceId) -> bool {
    is_drawn_at(&assembled.model.flows[0].code, place, 6)
}

fn is_drawn_at(code: &[Instr], place: PlaceId, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    code.iter().any(|instr| match &instr.op {
        Op::Write { place: at, how: How::Set, value, .. } if *at == place => is_drawn(code, value, depth),
        _ => false,
    })
}

fn is_drawn(code: &[Instr], value: &Val, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match value {
        Val::Fresh { identity } => *identity,
        Val::Term { of, .. } => of.iter().any(|part| is_drawn(code, part, depth)),
        Val::Made(inner) => is_drawn(code, inner, depth),
        Val::Reg(reg) | Val::Plus(reg, _) => code.iter().any(|instr| match &instr.op {
            Op::Let { into, value } if into == reg => is_drawn(code, value, depth),
            Op::Read { place, into } if into == reg => is_drawn_at(code, *place, depth),
            _ => false,
        }),
        Val::Absent | Val::Bool(_) | Val::Const(_) | Val::Instant(_) | Val::Unknown => false,
    }
}

fn is_same(code: &[Instr], value: &Val, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match value {
        Val::Absent | Val::Bool(_) | Val::Const(_) => true,
        Val::Fresh { identity } => !identity,
        Val::Term { of, varies } => !varies && !of.is_empty() && of.iter().all(|part| is_same(code, part, depth)),
        Val::Made(inner) => is_same(code, inner, depth),
        Val::Reg(reg) => {
            let mut made = code.iter().filter(|instr| instr.op.makes() == Some(*reg)).peekable();
            made.peek().is_some()
                && made.all(|instr| matches!(&instr.op, Op::Let { value, .. } if is_same(code, value, depth)))
        }
        Val::Plus(..) | Val::Instant(_) | Val::Unknown => false,
    }
}

/// Where files are written from what was read there, or because nothing was: what else is wrong with such a step is cured
/// with that.
pub(super) fn updates(cx: &Context<'_>) -> BTreeSet<Spot> {
    let files = cx.examination.files.iter();
    files
        .flat_map(|examined| {
            let drawn = is_of_its_own(&examined.assembled, examined.place);
            let lost = breaks(examined).filter(move |found| match found.violation {
                Violation::LostUpdate => true,
                Violation::StaleCheck => drawn && is_written(&examined.assembled, found),
                _ => false,
            });
            lost.map(|found| spot(&examined.assembled, found.act)).collect::<Vec<_>>()
        })
        .collect()
}

/// The draft of a break on a file.
pub(super) fn draft(cx: &Context<'_>, assembled: &Assembled, found: &Break, reach: &Reach, words: Words) -> Draft {
    let program = cx.program;
    let act = function_at(assembled, found.act);
    let mut assumptions = vec![reach.sentence()];
    assumptions.extend(found.assumptions.iter().cloned());
    let graded = match found.grade {
        Grade::Certain | Grade::Likely => Confidence::Likely,
        Grade::Possible => Confidence::Possible,
    };
    let known = (reach.kind.is_some() || reach.around.is_some()) && !reach.is_tool;
    Draft {
        violation: found.violation.as_str(),
        confidence: if known { graded } else { Confidence::Possible },
        at: spot(assembled, found.act),
        scope: scope(program, act),
        message: words.message,
        help: words.help,
        outcome: found.outcome.clone(),
        assumptions,
        related: rests_on(assembled, found),
        fixes: Vec::new(),
        witness: witness(cx.program, assembled, found),
    }
}

/// The file may be created in one step, if the function that asked for it is the one that writes: a helper writes for
/// others, too.
pub(super) fn create_new(assembled: &Assembled, found: &Break, draft: &Draft, safe: bool) -> Vec<Cure> {
    let own = assembled.sites.get(found.act.0 as usize).is_some_and(|site| site.called_at.is_none());
    let looks = draft.related.iter().filter(|(look, _)| own && look.file == draft.at.file);
    looks.map(|(look, _)| Cure::CreateNew { write: draft.at, look: *look, safe }).collect()
}

/// The name of the function in which a break happens.
pub(super) fn act_name(cx: &Context<'_>, assembled: &Assembled, found: &Break) -> String {
    name(cx.program, function_at(assembled, found.act))
}
