//! `reentrant-init`: something with a life of its own is opened by an async function that nothing keeps from
//! running twice.

use super::claim::{Claim, Claims, evidence};
use super::pick::{Incidents, breaks};
use super::wording::{Words, call_sites, draft, function_at, name};
use super::{Context, Sink};
use crate::explore::Violation;
use crate::finding::{Confidence, Spot};

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let claims = Claims::of(cx);
    let mut incidents = Incidents::default();
    for (examined, found) in breaks(&cx.examination.pairs) {
        let Some(place) = found.place else { continue };
        if !claims.has(Claim::Reentrant, examined, found) {
            continue;
        }
        let assembled = &examined.assembled;
        let act = function_at(assembled, found.act);
        let shown = &assembled.places[place as usize].shown;
        let function = name(cx.program, act);
        let message = if found.violation == Violation::OverwrittenResource {
            format!(
                "`{function}` can open `{shown}` while another run does: one replaces what the other made, and nothing closes it"
            )
        } else {
            format!("`{function}` can take down `{shown}` twice: both runs find it standing before one has cleared it")
        };
        let words = Words {
            message,
            help: format!(
                "let one run at a time in: keep the promise, return it to the second caller and clear it in `finally`; or refuse while a flag is set that goes up before the first `await` of `{function}`"
            ),
        };
        let mut draft = draft(cx, examined, found, evidence(cx, examined), words);
        for spot in call_sites(cx, act) {
            draft.related.push((spot, format!("`{function}` is called here")));
        }
        // Whether it harms to take it down once more, only what it meets there tells.
        if found.violation == Violation::StaleCheck {
            draft.confidence = Confidence::Possible;
        }
        // One cure for all that a second run does to the same place.
        let all = Spot { file: act.file, span: cx.program.function(act).name_span };
        let at = if found.violation == Violation::OverwrittenResource { draft.at } else { all };
        incidents.add_at(at, Some(&assembled.places[place as usize].key), draft);
    }
    incidents.report(sink);
}
