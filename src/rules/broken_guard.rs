//! `broken-guard`: a mark that is meant to keep a second run out, and does not: set too late, given back too early, or
//! never given back.

use super::claim::{Claim, claim, evidence};
use super::pick::{Incidents, breaks};
use super::shape::{is_given_back, mark_sites};
use super::wording::{Words, draft, function_at, name, spot};
use super::{Context, Sink};
use crate::assemble::Assembled;
use crate::examine::overlap::Evidence;
use crate::explore::model::Site;
use crate::explore::{Break, EventKind, Violation};
use crate::finding::{Cure, Spot};

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let mut incidents = Incidents::default();
    for (examined, found) in breaks(&cx.examination.pairs) {
        let Some(place) = found.place.filter(|_| claim(examined, found) == Some(Claim::Guard)) else { continue };
        let assembled = &examined.assembled;
        let shown = &assembled.places[place as usize].shown;
        let function = name(cx.program, function_at(assembled, found.act));
        let (set, back) = mark_sites(assembled, place);
        let (at, words) = match found.violation {
            Violation::EarlyEnd | Violation::DeadGuard => (
                back,
                Words {
                    message: format!("`{function}` gives `{shown}` back before the work that it stands for has ended"),
                    help: "wait for the work before the mark is cleared: `return await …` inside the `try`".to_owned(),
                },
            ),
            // Told where the function that has set the mark is left, however deep below it the error arises.
            Violation::StuckGuard => {
                let left = set.map_or(found.act, |set| seen_from(assembled, found.act, set));
                let function = name(cx.program, function_at(assembled, left));
                (
                    Some(left),
                    Words {
                        message: format!("`{shown}` stays set when `{function}` fails, and keeps every later run out"),
                        help: format!("clear `{shown}` on every way out: `try {{ … }} finally {{ … }}`"),
                    },
                )
            }
            Violation::TwoOwners => (set, Words { message: late(&function, shown), help: early(shown) }),
            Violation::UnownedRelease => {
                if set.is_some_and(|set| is_set_twice(found, set, &examined.assembled)) {
                    (set, Words { message: late(&function, shown), help: early(shown) })
                } else {
                    let message = format!("`{function}` clears `{shown}` while another run still works under it");
                    let help = format!("let only the run that set `{shown}` clear it, when its work has ended");
                    (Some(found.act), Words { message, help })
                }
            }
            _ => (Some(found.act), Words { message: late(&function, shown), help: early(shown) }),
        };
        // Who sets a mark and gives it back reckons with a second run; a mark that others set and clear may only tell how
        // things stand.
        let sure = if is_given_back(assembled, place) { Evidence::Admitted } else { evidence(cx, examined) };
        let mut draft = draft(cx, examined, found, sure, words);
        if let Some(at) = at {
            draft.at = spot(assembled, at);
        }
        draft.fixes = cures(found.violation, draft.at, [set, back].map(|site| site.map(|site| spot(assembled, site))));
        incidents.add(Some(&assembled.places[place as usize].key), draft);
    }
    incidents.report(sink);
}

/// What the place of the mark asks for; which of it the code allows is seen there.
fn cures(violation: Violation, at: Spot, [set, clear]: [Option<Spot>; 2]) -> Vec<Cure> {
    match (violation, set, clear) {
        (Violation::EarlyEnd | Violation::DeadGuard, _, _) => vec![Cure::AwaitReturns { clear: at }],
        (Violation::StuckGuard, Some(set), Some(clear)) => vec![Cure::Finally { set, clear }],
        (Violation::StuckGuard, _, _) => Vec::new(),
        (_, Some(set), _) if set == at => vec![Cure::ClaimFirst { set }],
        _ => Vec::new(),
    }
}

/// The step by which the call that `other` stands in comes to this one; the step itself where it does not.
fn seen_from(assembled: &Assembled, site: Site, other: Site) -> Site {
    let info = |site: Site| &assembled.sites[site.0 as usize];
    let same =
        |site: &Site| info(*site).function == info(other).function && info(*site).called_at == info(other).called_at;
    std::iter::successors(Some(site), |site| info(*site).called_at).find(same).unwrap_or(site)
}

/// Did both runs set the mark before one of them gave it back?
fn is_set_twice(found: &Break, set: Site, assembled: &Assembled) -> bool {
    let span = |site: Site| assembled.sites[site.0 as usize].span;
    let sets = found.witness.iter().filter(|event| {
        matches!(event.what, EventKind::Writes(_)) && span(event.site) == span(set) && event.site != found.act
    });
    let mut lanes: Vec<u8> = sets.map(|event| event.lane).collect();
    lanes.dedup();
    lanes.len() > 1
}

fn late(function: &str, shown: &str) -> String {
    format!("`{function}` sets `{shown}` only after it was suspended: a second run has passed the test by then")
}

fn early(shown: &str) -> String {
    format!("set `{shown}` before the first `await`, in the same stretch as the test, and clear it in `finally`")
}
