//! `stale-response`: an answer is put where it is shown though the question has changed, or nobody waits for it any more.

use super::claim::{Claim, Claims, evidence};
use super::pick::{Incidents, breaks};
use super::wording::{Words, draft, function_at, name};
use super::{Context, Sink};
use crate::explore::Violation;

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let claims = Claims::of(cx);
    let mut incidents = Incidents::default();
    for (examined, found) in breaks(&cx.examination.pairs) {
        let Some(place) = found.place else { continue };
        if !claims.has(Claim::Late, examined, found) {
            continue;
        }
        let assembled = &examined.assembled;
        let shown = &assembled.places[place as usize].shown;
        let function = name(cx.program, function_at(assembled, found.act));
        let rival = name(cx.program, function_at(assembled, found.rival));
        let message = match found.violation {
            Violation::OutOfOrder => {
                format!("`{function}` writes `{shown}` from an answer that an older request may bring last")
            }
            Violation::NeverReleased => {
                format!("`{function}` can open `{shown}` when `{rival}` has cleaned up already: nothing closes it")
            }
            _ => format!("`{function}` writes `{shown}` after a wait in which `{rival}` can have taken it back"),
        };
        let help = "number the requests, or take an `AbortController`: behind the `await`, go on only if this one is \
                    still the newest"
            .to_owned();
        incidents.add(
            Some(&assembled.places[place as usize].key),
            draft(cx, examined, found, evidence(cx, examined), Words { message, help }),
        );
    }
    incidents.report(sink);
}
