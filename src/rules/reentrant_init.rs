//! `reentrant-init`: something with a life of its own is opened by an async function that nothing keeps from
//! running twice.

use super::claim::{Claim, Claims, evidence};
use super::pick::{Incidents, breaks};
use super::wording::{Words, call_sites, draft, function_at, name};
use super::{Context, Sink};

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
        let words = Words {
            message: format!(
                "`{function}` can open `{shown}` while another run does: one replaces what the other made, and nothing closes it"
            ),
            help: format!(
                "let one run at a time in: keep the promise, return it to the second caller and clear it in `finally`; or refuse while a flag is set that goes up before the first `await` of `{function}`"
            ),
        };
        let mut draft = draft(cx, examined, found, evidence(cx, examined), words);
        for spot in call_sites(cx, act) {
            draft.related.push((spot, format!("`{function}` is called here")));
        }
        incidents.add(Some(&assembled.places[place as usize].key), draft);
    }
    incidents.report(sink);
}
