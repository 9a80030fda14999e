//! `shared-request-state`: a run leaves something in a place that all runs share, waits, and takes it out again as if
//! it were its own.

use super::claim::{Claim, Claims, evidence};
use super::pick::{Incidents, breaks};
use super::wording::{Words, draft, function_at, name};
use super::{Context, Sink};
use crate::finding::Confidence;
use crate::link::loc::{Base, Owner};

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let claims = Claims::of(cx);
    let mut incidents = Incidents::default();
    for (examined, found) in breaks(&cx.examination.pairs) {
        let Some(place) = found.place else { continue };
        if !claims.has(Claim::Mixed, examined, found) {
            continue;
        }
        let assembled = &examined.assembled;
        let shown = &assembled.places[place as usize].shown;
        let function = name(cx.program, function_at(assembled, found.act));
        let words = Words {
            message: format!(
                "`{function}` puts its own value into `{shown}`, waits, and reads it back: another run's may stand there by then"
            ),
            help: format!(
                "hand the value on as an argument or a return value, or keep it in an `AsyncLocalStorage`: `{shown}` is one for all runs"
            ),
        };
        let key = &assembled.places[place as usize].key;
        let mut draft = draft(cx, examined, found, evidence(cx, examined), words);
        // In the field of an object the newest value may well be what is wanted.
        if !matches!(key.owner, Owner::Base(Base::Variable(..))) {
            draft.confidence = Confidence::Possible;
        }
        incidents.add(Some(key), draft);
    }
    incidents.report(sink);
}
