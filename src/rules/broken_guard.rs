//! `broken-guard`: a mark that is meant to keep a second run out, and does not: set too late, given back too early, or
//! never given back.

use super::pick::{Incidents, breaks};
use super::shape::{Put, asks_for_absence, is_chained, is_given_back, is_held_over_a_wait, is_marked, mark_sites, put};
use super::wording::{Words, draft, function_at, name, spot};
use super::{Context, Sink};
use crate::assemble::Assembled;
use crate::examine::overlap::Evidence;
use crate::explore::model::{Site, World};
use crate::explore::{Break, EventKind, Violation};

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let mut incidents = Incidents::default();
    for (examined, found) in breaks(&cx.examination.pairs) {
        let Some(place) = found.place else { continue };
        let assembled = &examined.assembled;
        // A thread is stopped anywhere, not where it waits: what it tests and sets bare is no guard of this kind.
        if assembled.model.world != World::Tasks {
            continue;
        }
        let shown = &assembled.places[place as usize].shown;
        let function = name(cx.program, function_at(assembled, found.act));
        let (set, back) = mark_sites(assembled, place);
        let (at, words) = match found.violation {
            Violation::DeadGuard if is_held_over_a_wait(assembled, place) => continue,
            Violation::EarlyEnd | Violation::DeadGuard if back.is_some() => (
                back,
                Words {
                    message: format!("`{function}` gives `{shown}` back before the work that it stands for has ended"),
                    help: "wait for the work before the mark is cleared: `return await …` inside the `try`".to_owned(),
                },
            ),
            Violation::StuckGuard
                if is_marked(assembled, place) && is_given_back(assembled, place) && !is_chained(assembled) =>
            {
                (
                    Some(found.act),
                    Words {
                        message: format!("`{shown}` stays set when `{function}` fails, and keeps every later run out"),
                        help: format!("clear `{shown}` on every way out: `try {{ … }} finally {{ … }}`"),
                    },
                )
            }
            Violation::TwoOwners if is_marked(assembled, place) && asks_for_absence(assembled, place) => {
                (set, Words { message: late(&function, shown), help: early(shown) })
            }
            Violation::UnownedRelease if is_marked(assembled, place) && asks_for_absence(assembled, place) => {
                if set.is_some_and(|set| is_set_twice(found, set, &examined.assembled)) {
                    (set, Words { message: late(&function, shown), help: early(shown) })
                } else {
                    let message = format!("`{function}` clears `{shown}` while another run still works under it");
                    let help = format!("let only the run that set `{shown}` clear it, when its work has ended");
                    (Some(found.act), Words { message, help })
                }
            }
            Violation::StaleCheck if put(assembled, found) == Put::Mark && asks_for_absence(assembled, place) => {
                (Some(found.act), Words { message: late(&function, shown), help: early(shown) })
            }
            _ => continue,
        };
        let mut draft = draft(cx, examined, found, Evidence::Admitted, words);
        if let Some(at) = at {
            draft.at = spot(assembled, at);
        }
        incidents.add(Some(&assembled.places[place as usize].key), draft);
    }
    incidents.report(sink);
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
