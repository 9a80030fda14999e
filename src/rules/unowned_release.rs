//! `unowned-release`: a key that stands for a lock is deleted without a look at whose it is by now.

use super::outside::{self, Told, at};
use super::wording::name;
use super::{Context, Sink};
use crate::explore::Violation;
use crate::finding::Confidence;
use crate::link::ids::FunctionId;
use crate::models::query::Does;
use crate::rows::play::{Step, play};
use crate::rows::relate::tested;
use crate::rows::{Access, Sym, Trace};

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let keys = |access: &&Access| cx.program.models.libraries[access.library].keys;
    let all = || cx.rows.traces.iter().flat_map(|(id, trace)| trace.accesses.iter().map(move |access| (*id, trace, access)));
    let claims: Vec<(FunctionId, &Trace, &Access)> =
        all().filter(|(.., access)| keys(access) && access.does == Does::Claim && access.expires).collect();
    let mut told = Vec::new();
    for (id, trace, release) in all().filter(|(.., access)| keys(access) && access.does == Does::Delete) {
        let mine = claims.iter().find(|(other, _, claim)| {
            let near = if *other == id { same_key(claim, release) } else { other.file == id.file && like_key(claim, release) };
            near && claim.way.last() != release.way.last()
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
        places: vec!["the key".to_owned()],
        act: 1,
        rests_on: vec![(0, "the key expires by itself after a time")],
        message: format!("`{}` deletes a lock that may be another owner's by now", name(cx.program, id)),
        help: "store a token of its own with the lock, and delete the key in a script only where the token is still that one",
        outcome: "the lock of another run is gone, and a third one gets in beside it".to_owned(),
        assumptions: vec!["the work takes longer than the key lives".to_owned()],
    };
    let mut draft = outside::draft(cx.program, id, told);
    // The second lane is the server, which lets the key expire.
    for step in draft.witness.iter_mut().filter(|step| step.lane == 'B') {
        step.text = "the key expires".to_owned();
    }
    draft.witness.dedup_by(|a, b| a.lane == 'B' && b.lane == 'B');
    sink.push(draft);
}
