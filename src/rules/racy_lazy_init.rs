//! `racy-lazy-init`: a place is found empty, something is made for it, and it is filled without a second look.

use super::claim::{Claim, claim};
use super::pick::{Incidents, breaks};
use super::shape::{Making, making};
use super::unready::unready;
use super::wording::{Words, draft, function_at, name};
use super::{Context, Sink};
use crate::examine::overlap::Evidence;
use crate::explore::Violation;
use crate::finding::Cure;

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let mut incidents = Incidents::default();
    for (examined, found) in breaks(&cx.examination.pairs) {
        let Some(place) = found.place.filter(|_| claim(examined, found) == Some(Claim::Fill)) else { continue };
        let assembled = &examined.assembled;
        let shown = &assembled.places[place as usize].shown;
        let function = name(cx.program, function_at(assembled, found.act));
        let rust = cx.program.is_rust(function_at(assembled, found.act).file);
        let words = Words {
            message: format!("`{function}` can fill `{shown}` twice: both runs find it empty, each makes its own"),
            help: if rust {
                format!(
                    "look at `{shown}` again under the lock that fills it, or fill it in one step: `entry(…).or_insert_with(…)`, `get_or_init(…)`"
                )
            } else {
                format!(
                    "store the promise itself before the first `await`: `{shown} ??= make()`, and clear it if it fails"
                )
            },
        };
        let key = &assembled.places[place as usize].key;
        if rust && cx.program.is_in_cell(key) && !cx.program.function(function_at(assembled, found.act)).is_async {
            continue;
        }
        let making = making(assembled, found);
        if making == Making::Repeatable && !rust {
            continue;
        }
        // Making plain data twice and keeping the last is no loss.
        let plain = rust && cx.program.has_identity(&cx.program.type_at(key)) == Some(false);
        if plain && found.violation != Violation::UnhandledConflict {
            continue;
        }
        let mut draft = draft(cx, examined, found, Evidence::Admitted, words);
        draft.fixes.extend((!rust).then_some(Cure::Memoise { write: draft.at }));
        incidents.add(Some(key), draft);
    }
    for examined in &cx.examination.pairs {
        if let Some(draft) = unready(cx, examined) {
            incidents.add(None, draft);
        }
    }
    incidents.report(sink);
}
