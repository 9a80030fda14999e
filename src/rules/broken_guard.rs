//! `broken-guard`: a mark that is meant to keep a second run out, and does not: set too late, given back too early, or
//! never given back.

use super::pick::{Incidents, breaks};
use super::shape::{Put, asks_for_absence, is_marked, put};
use super::wording::{Words, draft, function_at, name};
use super::{Context, Sink};
use crate::examine::overlap::Evidence;
use crate::explore::Violation;

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let mut incidents = Incidents::default();
    for (examined, found) in breaks(&cx.examination.pairs) {
        let Some(place) = found.place else { continue };
        let assembled = &examined.assembled;
        let shown = &assembled.places[place as usize].shown;
        let function = name(cx.program, function_at(assembled, found.act));
        let words = match found.violation {
            Violation::EarlyEnd => Words {
                message: format!("`{function}` gives `{shown}` back before the work that it stands for has ended"),
                help: "wait for the work before the mark is cleared: `return await …` inside the `try`".to_owned(),
            },
            Violation::StuckGuard if is_marked(assembled, place) => Words {
                message: format!("`{shown}` stays set when `{function}` fails, and keeps every later run out"),
                help: format!("clear `{shown}` on every way out: `try {{ … }} finally {{ … }}`"),
            },
            Violation::DeadGuard => Words {
                message: format!("`{shown}` keeps nobody out: it is never seen set"),
                help: format!("set `{shown}` before the first `await` and clear it when the work has ended"),
            },
            Violation::StaleCheck if put(assembled, found) == Put::Mark && asks_for_absence(assembled, place) => {
                Words {
                    message: format!(
                        "`{function}` sets `{shown}` only after it was suspended: a second run has passed the test by then"
                    ),
                    help: format!(
                        "set `{shown}` before the first `await`, in the same stretch as the test, and clear it in `finally`"
                    ),
                }
            }
            _ => continue,
        };
        let draft = draft(cx.program, examined, found, Evidence::Admitted, words);
        incidents.add(Some(&assembled.places[place as usize].key), draft);
    }
    incidents.report(sink);
}
