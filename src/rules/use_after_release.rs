//! `use-after-release`: a run waits with something shared in hand, and goes on using it when another run has released it,
//! swapped it or taken it away.

use super::claim::{Claim, Claims, evidence};
use super::pick::{Incidents, breaks};
use super::shape::mark_sites;
use super::wording::{Words, draft, function_at, name};
use super::{Context, Sink};
use crate::examine::Examined;
use crate::explore::{Break, Event, EventKind, Violation};
use crate::finding::Confidence;
use crate::link::ids::FunctionId;

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let claims = Claims::of(cx);
    let mut incidents = Incidents::default();
    for (examined, found) in breaks(&cx.examination.pairs) {
        let Some(place) = found.place else { continue };
        if !claims.has(Claim::Released, examined, found) {
            continue;
        }
        let assembled = &examined.assembled;
        let shown = &assembled.places[place as usize].shown;
        let function = name(cx.program, function_at(assembled, found.act));
        let rival = name(cx.program, releaser(examined, found));
        let words = if found.violation == Violation::UseOfNull {
            Words {
                message: format!("`{function}` uses `{shown}` after a wait in which `{rival}` can take it away"),
                help: format!("look at `{shown}` again behind the `await`, or keep what was found there in a variable"),
            }
        } else {
            Words {
                message: format!("`{function}` goes on using `{shown}` after `{rival}` has released it"),
                help: format!(
                    "count the users of `{shown}` and release it behind the last one, or let `{rival}` wait for them"
                ),
            }
        };
        let mut draft = draft(cx, examined, found, evidence(cx, examined), words);
        // At the end of everything, work that fails because all is closed is seldom a loss.
        if found.violation == Violation::UseAfterRelease && mark_sites(assembled, place).0.is_none() {
            draft.confidence = Confidence::Possible;
        }
        incidents.add(Some(&assembled.places[place as usize].key), draft);
    }
    incidents.report(sink);
}

/// Who took it away: the other run, at its last step on the place.
fn releaser(examined: &Examined, found: &Break) -> FunctionId {
    let assembled = &examined.assembled;
    let acting = found.witness.iter().rfind(|event| event.site == found.act).map(|event| event.lane);
    let closes = |event: &&Event| matches!(event.what, EventKind::Closes) && Some(event.lane) != acting;
    let closed = found.witness.iter().rfind(closes).map(|event| function_at(assembled, event.site));
    closed.unwrap_or(examined.pair.second)
}
