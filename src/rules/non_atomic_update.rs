//! `non-atomic-update`: a place is read, the run waits, and what is written rests on the old reading.

use super::claim::{Claim, Claims, evidence};
use super::pick::{Incidents, breaks};
use super::wording::{Words, draft, function_at, name};
use super::{Context, Sink};
use crate::explore::Violation;
use crate::finding::{Confidence, Cure};

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let claims = Claims::of(cx);
    let mut incidents = Incidents::default();
    for (examined, found) in breaks(&cx.examination.pairs) {
        let Some(place) = found.place else { continue };
        if !claims.has(Claim::Update, examined, found) {
            continue;
        }
        let assembled = &examined.assembled;
        let shown = &assembled.places[place as usize].shown;
        let function = name(cx.program, function_at(assembled, found.act));
        let words = if found.violation == Violation::LostInsert {
            Words {
                message: format!(
                    "`{function}` empties `{shown}` after a wait: what was added meanwhile is lost with it"
                ),
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
        if draft.confidence < Confidence::Certain {
            draft.confidence = Confidence::Possible;
        }
        draft.fixes = vec![Cure::WaitFirst { write: draft.at }];
        incidents.add(Some(&assembled.places[place as usize].key), draft);
    }
    incidents.report(sink);
}
