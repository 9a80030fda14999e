//! Claims: which rule a break belongs to. One incident is one finding, so the order is decided here and nowhere else.
//!
//! A lazy fill is never also an overwritten resource, and a function whose guard fails, or that has none, is reported for
//! that: what else breaks when it meets itself is cured by the same guard.

use rustc_hash::FxHashMap;

use super::Context;
use super::shape::{
    Put, asks_for_absence, at, fills_it_itself, is_chained, is_decided_by, is_done_for_lack, is_given, is_given_back,
    is_held_over_a_wait, is_marked, is_replaced, is_taken_down, mark_sites, put, puts,
};
use super::wording::function_at;
use crate::assemble::Assembled;
use crate::examine::Examined;
use crate::examine::overlap::Evidence;
use crate::explore::model::{How, Op, PlaceId, World};
use crate::explore::{Break, Violation};
use crate::link::ids::FunctionId;
use crate::link::loc::{Base, Owner, SharedKey};

/// In the order in which they claim.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Claim {
    /// `racy-lazy-init`
    Fill,
    /// `broken-guard`
    Guard,
    /// `reentrant-init`
    Reentrant,
    /// `non-atomic-update`
    Update,
    /// `use-after-release`
    Released,
    /// `shared-request-state`
    Mixed,
    /// `stale-response`
    Late,
    /// `check-then-act`
    Check,
}

/// Which rule has what, over everything that was examined.
pub(super) struct Claims {
    /// By the function whose act breaks, and the place.
    best: FxHashMap<(FunctionId, SharedKey), Claim>,
    /// By function that breaks when it meets itself.
    alone: FxHashMap<FunctionId, Claim>,
}

impl Claims {
    pub(super) fn of(cx: &Context<'_>) -> Claims {
        let mut claims = Claims { best: FxHashMap::default(), alone: FxHashMap::default() };
        for (examined, found) in super::pick::breaks(&cx.examination.pairs) {
            let (Some(claim), Some(key)) = (claim(examined, found), key(examined, found)) else { continue };
            let act = function_at(&examined.assembled, found.act);
            lower(claims.best.entry((act, key)).or_insert(claim), claim);
            if is_alone(examined, found) {
                for function in [act, examined.pair.first] {
                    lower(claims.alone.entry(function).or_insert(claim), claim);
                }
            }
        }
        claims
    }

    /// Is this break that rule's?
    pub(super) fn has(&self, claim_of: Claim, examined: &Examined, found: &Break) -> bool {
        if claim(examined, found) != Some(claim_of) {
            return false;
        }
        let Some(key) = key(examined, found) else { return false };
        let act = function_at(&examined.assembled, found.act);
        let first = self.best.get(&(act, key)).is_none_or(|best| *best >= claim_of);
        let better = |id: &FunctionId| self.alone.get(id).is_some_and(|best| *best < claim_of);
        first && !(is_alone(examined, found) && (better(&act) || better(&examined.pair.first)))
    }
}

/// Does a function break when it meets itself, called by itself or by another one?
fn is_alone(examined: &Examined, found: &Break) -> bool {
    let rival = examined.assembled.sites.get(found.rival.0 as usize).map(|site| site.function);
    examined.pair.first == examined.pair.second || rival == Some(function_at(&examined.assembled, found.act))
}

fn lower(known: &mut Claim, claim: Claim) {
    *known = (*known).min(claim);
}

fn key(examined: &Examined, found: &Break) -> Option<SharedKey> {
    found.place.map(|place| examined.assembled.places[place as usize].key.clone())
}

/// What a break is, by its violation and its shape.
pub(super) fn claim(examined: &Examined, found: &Break) -> Option<Claim> {
    let assembled = &examined.assembled;
    let place = found.place?;
    let tasks = assembled.model.world == World::Tasks;
    match found.violation {
        _ if is_private(examined, found) => None,
        Violation::StaleCheck | Violation::OverwrittenResource | Violation::UnhandledConflict
            if put(assembled, found) == Put::Made
                && is_done_for_lack(assembled, found)
                && !is_cleared_meanwhile(assembled, found, place) =>
        {
            Some(Claim::Fill)
        }
        Violation::DeadGuard if is_held_over_a_wait(assembled, place) => None,
        Violation::EarlyEnd | Violation::DeadGuard if tasks && mark_sites(assembled, place).1.is_some() => {
            Some(Claim::Guard)
        }
        Violation::StuckGuard
            if tasks && is_marked(assembled, place) && is_given_back(assembled, place) && !is_chained(assembled) =>
        {
            Some(Claim::Guard)
        }
        Violation::UnownedRelease | Violation::TwoOwners
            if tasks && is_marked(assembled, place) && asks_for_absence(assembled, place) =>
        {
            Some(Claim::Guard)
        }
        Violation::StaleCheck if tasks && put(assembled, found) == Put::Mark && asks_for_absence(assembled, place) => {
            Some(Claim::Guard)
        }
        // It takes down, over a wait, what it found standing: nothing keeps it from doing so twice.
        Violation::StaleCheck | Violation::UseOfNull | Violation::UseAfterRelease | Violation::DoubleRelease
            if tasks && is_alone(examined, found) && is_taken_down(assembled, place) =>
        {
            Some(Claim::Reentrant)
        }
        // What stood there when it looked has gone by the time it takes everything away.
        Violation::NotSerial
            if put(assembled, found) == Put::Nothing
                && is_decided_by(assembled, found)
                && !fills_it_itself(assembled, found) =>
        {
            Some(Claim::Check)
        }
        Violation::StaleCheck if is_decided_by(assembled, found) => Some(Claim::Check),
        _ if !tasks => None,
        Violation::UseAfterRelease | Violation::DoubleRelease => Some(Claim::Released),
        Violation::UseOfNull if asks_for_absence(assembled, place) => Some(Claim::Released),
        Violation::ReadBack if is_given(assembled, place) => Some(Claim::Mixed),
        Violation::OutOfOrder if is_replaced(assembled, found) => Some(Claim::Late),
        Violation::ClaimLost | Violation::NeverReleased => Some(Claim::Late),
        Violation::OverwrittenResource => Some(Claim::Reentrant),
        Violation::LostUpdate => Some(Claim::Update),
        Violation::LostInsert if adds(examined, found) => Some(Claim::Update),
        _ => None,
    }
}

/// Does the other run make nothing, and only take away what may stand there?
fn is_cleared_meanwhile(assembled: &Assembled, found: &Break, place: PlaceId) -> bool {
    at(assembled, found.rival).any(|instr| puts(&instr.op, place) == Some(true))
}

/// A variable of the activation that runs: another run has one of its own. What undoes the run is no other run.
fn is_private(examined: &Examined, found: &Break) -> bool {
    if !examined.assembled.model.order.is_empty() {
        return false;
    }
    match key(examined, found).map(|key| key.owner) {
        Some(Owner::Base(Base::Local(function, _) | Base::Param(function, _) | Base::Value(function, _))) => {
            function == examined.pair.first || function == examined.pair.second
        }
        _ => false,
    }
}

/// Is what was lost something that the other run had put in?
fn adds(examined: &Examined, found: &Break) -> bool {
    at(&examined.assembled, found.rival).any(|instr| matches!(instr.op, Op::Write { how: How::Insert, .. }))
}

/// How sure it is that the two runs of this pair meet.
pub(super) fn evidence(cx: &Context<'_>, examined: &Examined) -> Evidence {
    let overlap = &cx.examination.overlap;
    // What undoes comes whether the other is still at work or not.
    if overlap.undone_by(examined.pair.second) == Some(examined.pair.first) {
        return Evidence::Shown;
    }
    let of = |id| overlap.evidence(id);
    of(examined.pair.first).min(of(examined.pair.second))
}

/// Is it about what a component shows to one user, and comes of what that user does by hand? Much that is shown keeps one
/// from doing a second thing while the first is under way, and none of that is seen here.
pub(super) fn is_by_hand(cx: &Context<'_>, examined: &Examined, found: &Break) -> bool {
    let overlap = &cx.examination.overlap;
    let state = key(examined, found).is_some_and(|key| match key.owner {
        Owner::Base(base) => cx.program.state(base).is_some(),
        Owner::Unit(_) => false,
    });
    state && [examined.pair.first, examined.pair.second].iter().all(|id| overlap.is_by_hand(*id))
}
