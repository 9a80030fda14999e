//! `unowned-release`: a key that stands for a lock is deleted without a look at whose it is by now.

use super::row_drafts::{self, Told, at};
use super::wording::name;
use super::{Context, Sink};
use crate::explore::Violation;
use crate::finding::Confidence;
use crate::link::Program;
use crate::link::ids::FunctionId;
use crate::models::query::Does;
use crate::rows::play::{Step, play};
use crate::rows::relate::{self, precedes, tested};
use crate::rows::{Access, Sym, Trace};

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let keys = |access: &&Access| cx.program.models.libraries[access.library].keys;
    let all =
        || cx.rows.traces.iter().flat_map(|(id, trace)| trace.accesses.iter().map(move |access| (*id, trace, access)));
    let claims: Vec<(FunctionId, &Trace, &Access)> = all()
        .filter(|(_, trace, access)| keys(access) && access.does == Does::Claim && ends(cx, trace, access))
        .collect();
    let mut told = Vec::new();
    for (id, trace, release) in all().filter(|(.., access)| keys(access) && access.does == Does::Delete) {
        let mine = claims.iter().find(|(other, _, claim)| {
            let near =
                if *other == id { same_key(claim, release) } else { other.file == id.file && like_key(claim, release) };
            // What comes before the claim is the theft, and no release.
            near && claim.way.last() != release.way.last() && (*other != id || precedes(cx.program, claim, release))
        });
        let Some((_, _, claim)) = mine else { continue };
        let spot = at(release);
        if told.contains(&spot) || is_compared(cx, trace, release) {
            continue;
        }
        told.push(spot);
        report(cx, id, claim, release, sink);
    }
}

/// Does the claim end without its owner: by a time that the server keeps, or because another run takes what it finds?
fn ends(cx: &Context<'_>, trace: &Trace, claim: &Access) -> bool {
    let steals = |other: &&Access| other.does == Does::Delete && same_key(other, claim);
    let mut others = trace.accesses.iter().filter(steals);
    claim.expires || others.any(|other| precedes(cx.program, other, claim) && is_tested(cx.program, other))
}

/// Does it stand under a test at all: of an age, a time?
fn is_tested(program: &Program, access: &Access) -> bool {
    access.way.last().is_some_and(|pos| relate::is_under_a_test(program, pos))
}

fn key(access: &Access) -> Option<&Sym> {
    access.keys.first().map(|(_, sym)| sym).filter(|sym| **sym != Sym::Unknown)
}

fn same_key(a: &Access, b: &Access) -> bool {
    key(a).is_some() && key(a) == key(b)
}

/// The same key in another function: the same text around what varies.
fn like_key(a: &Access, b: &Access) -> bool {
    let (Some(a), Some(b)) = (key(a), key(b)) else { return false };
    match (a, b) {
        (Sym::Parts(a), Sym::Parts(b)) => {
            let texts = |parts: &[Sym]| -> Vec<Sym> {
                parts.iter().filter(|part| matches!(part, Sym::Const(_))).cloned().collect()
            };
            a.len() == b.len() && !texts(a).is_empty() && texts(a) == texts(b)
        }
        (Sym::At(_, a), Sym::At(_, b)) => !a.is_empty() && a == b,
        (Sym::Const(_), Sym::Const(_)) => a == b,
        _ => false,
    }
}

/// A script compares, or the key is read and tested before.
fn is_compared(cx: &Context<'_>, trace: &Trace, release: &Access) -> bool {
    let reads = |read: &&Access| read.does == Does::Read && same_key(read, release);
    trace.accesses.iter().any(|access| access.does == Does::Compare)
        || trace.accesses.iter().filter(reads).any(|read| tested(cx.program, read, release).is_some())
}

fn report(cx: &Context<'_>, id: FunctionId, claim: &Access, release: &Access, sink: &mut Sink) {
    let own = [(Step::Take(0), 0), (Step::Work, 0), (Step::Remove(0), 1)];
    let expires = [(Step::Read(0), 0), (Step::IfSomething, 0), (Step::Remove(0), 0)];
    let Some(found) = play(&[&own, &expires, &own], 1, false, &[Violation::UnownedRelease]) else { return };
    let told = Told {
        found: &found,
        confidence: Confidence::Likely,
        spots: vec![at(claim), at(release)],
        places: vec!["the lock".to_owned()],
        act: 1,
        rests_on: vec![(0, "what is taken here may end without its owner")],
        message: format!("`{}` deletes a lock that may be another owner's by now", name(cx.program, id)),
        help: "store a token of its own with the lock, and delete it only where the token is still that one (in one step: a script), \
               or use a lock that the system gives back",
        outcome: "the lock of another run is gone, and a third one gets in beside it".to_owned(),
        assumptions: vec!["the work takes longer than the lock lives".to_owned()],
    };
    let mut draft = row_drafts::draft(cx.program, id, told);
    // The second lane is the server, which lets the key expire.
    for step in draft.witness.iter_mut().filter(|step| step.lane == 'B') {
        step.text = "the lock expires, or is taken for dead".to_owned();
    }
    draft.witness.dedup_by(|a, b| a.lane == 'B' && b.lane == 'B');
    sink.push(draft);
}
