//! `non-atomic-update`: a place is read, somebody else may come, and what is written rests on the old reading.
//!
//! In TypeScript others come while a run waits. In Rust they come at any time between two steps on an atomic, and between
//! two critical sections of one lock.

use super::claim::{Claim, Claims, evidence};
use super::pick::{Incidents, breaks};
use super::shape::{is_renewed, puts_back};
use super::wording::{Words, draft, function_at, name, spot};
use super::{Context, Sink};
use crate::assemble::Assembled;
use crate::examine::Examined;
use crate::examine::overlap::Evidence;
use crate::explore::model::Site;
use crate::explore::{Break, Event, EventKind, Grade, Violation};
use crate::finding::{Confidence, Cure, Draft};
use crate::link::Program;
use crate::link::bind::OpKind;
use crate::link::loc::{Seg, SharedKey};
use crate::link::types::Ty;

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let claims = Claims::of(cx);
    let mut incidents = Incidents::default();
    for (examined, found) in breaks(&cx.examination.pairs) {
        let Some(place) = found.place else { continue };
        let of_threads = cx.program.is_rust(examined.pair.first.file);
        let draft =
            if of_threads { between_threads(cx, examined, found) } else { over_a_wait(cx, &claims, examined, found) };
        if let Some(draft) = draft {
            incidents.add(Some(&examined.assembled.places[place as usize].key), draft);
        }
    }
    incidents.report(sink);
}

fn over_a_wait(cx: &Context<'_>, claims: &Claims, examined: &Examined, found: &Break) -> Option<Draft> {
    if !claims.has(Claim::Update, examined, found) {
        return None;
    }
    let assembled = &examined.assembled;
    let shown = &assembled.places[found.place? as usize].shown;
    let function = name(cx.program, function_at(assembled, found.act));
    let words = if found.violation == Violation::LostInsert {
        Words {
            message: format!("`{function}` empties `{shown}` after a wait: what was added meanwhile is lost with it"),
            help: format!("take the content and empty `{shown}` in one stretch, before the `await`"),
        }
    } else {
        Words {
            message: format!(
                "`{function}` writes `{shown}` from a value it read before a wait: changes made meanwhile are lost"
            ),
            help: format!("wait first, then read `{shown}` and write it in one stretch"),
        }
    };
    let mut draft = draft(cx, examined, found, evidence(cx, examined), words);
    // Read on real trees, those with a guess on their way were false: a value handed through setters, an object of one's own.
    // What is exchanged for its successor is not: the second request comes with what the first has used up.
    if draft.confidence < Confidence::Certain && !is_renewed(assembled, found) {
        draft.confidence = Confidence::Possible;
    }
    draft.fixes = vec![Cure::WaitFirst { write: draft.at }];
    Some(draft)
}

/// A type with an atomic or a lock in it says itself that runs of its methods meet.
fn between_threads(cx: &Context<'_>, examined: &Examined, found: &Break) -> Option<Draft> {
    let assembled = &examined.assembled;
    let place = &assembled.places[found.place? as usize];
    let shown = &place.shown;
    let function = name(cx.program, function_at(assembled, found.act));
    if cx.program.is_in_cell(&place.key) {
        return None;
    }
    let atomic = matches!(cx.program.type_at(&place.key), Ty::Lib { name, .. } if name.starts_with("Atomic"));
    let words = match found.violation {
        Violation::LostUpdate if atomic => Words {
            message: format!(
                "`{function}` stores in `{shown}` what it computed from an earlier load: changes made meanwhile are lost"
            ),
            help: format!("change `{shown}` in one step: `fetch_add`, `fetch_update`, a loop round `compare_exchange`"),
        },
        Violation::ReadBack if atomic => Words {
            message: format!(
                "`{function}` changes `{shown}` and then loads it again: another run may have changed it in between"
            ),
            help: "go on with what the change itself returns".to_owned(),
        },
        Violation::LostUpdate if place.key.path.contains(&Seg::Inside) => Words {
            message: format!(
                "`{function}` writes `{shown}` from what it read under an earlier guard: changes made in between are lost"
            ),
            help: format!("keep one guard from the reading to the writing of `{shown}`"),
        },
        _ => return None,
    };
    // An element that is read and put back by its key is one thing, whatever was guessed on the way.
    let element = matches!(place.key.path.last(), Some(Seg::Any | Seg::Key(_)));
    let guessed = !atomic && found.grade < Grade::Certain && !element;
    let mut draft = draft(cx, examined, found, Evidence::Admitted, words);
    // A state that is kept for a while and put back is one that nobody else is meant to change; and who changes it in one
    // step elsewhere has a reason not to do so here.
    if guessed
        || puts_back(assembled, found)
        || found.violation == Violation::LostUpdate && is_exchanged(cx.program, &place.key)
    {
        draft.confidence = Confidence::Possible;
    }
    if atomic && found.violation != Violation::ReadBack {
        draft.fixes = vec![Cure::OneStep { write: draft.at }, Cure::Exchange { write: draft.at }];
    }
    if found.violation == Violation::ReadBack {
        draft.at = spot(assembled, second_look(assembled, found)?);
    }
    Some(draft)
}

/// Does somebody compare and exchange it?
fn is_exchanged(program: &Program, key: &SharedKey) -> bool {
    let mut ops = program.functions().flat_map(|id| program.body(id).blocks.iter().flatten());
    ops.any(|op| matches!(&op.kind, OpKind::Exchange { at, .. } if at.key() == *key))
}

/// Where the run looks again at what it has changed, if that is one thought: both in one call of one function.
fn second_look(assembled: &Assembled, found: &Break) -> Option<Site> {
    let place = found.place?;
    let changes = |event: &&Event| event.what == EventKind::Writes(place);
    let look = found.witness.iter().rev().find(|event| event.what == EventKind::Reads(place))?;
    let change = found.witness.iter().filter(|event| event.lane == look.lane).find(changes)?;
    let call = |site: Site| assembled.sites.get(site.0 as usize).map(|info| (info.function, info.called_at));
    (call(look.site) == call(change.site)).then_some(look.site)
}
