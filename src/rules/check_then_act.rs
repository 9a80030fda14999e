//! `check-then-act`: something is decided by what stands in a place, the run waits, and it acts as if that still stood
//! there.

use super::claim::{Claim, Claims, evidence, is_by_hand};
use super::pick::{Incidents, breaks};
use super::shape::{Put, adds_before, fills_it_itself, is_put_where_it_looked, put};
use super::wording::{Words, draft, function_at, name};
use super::{Context, Sink};
use crate::explore::{Break, EventKind, Grade, Violation};
use crate::finding::{Confidence, Cure};

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    super::last_row::check(cx, sink);
    let claims = Claims::of(cx);
    let mut incidents = Incidents::default();
    for (examined, found) in breaks(&cx.examination.pairs) {
        let Some(place) = found.place else { continue };
        if !claims.has(Claim::Check, examined, found) {
            continue;
        }
        let assembled = &examined.assembled;
        let shown = &assembled.places[place as usize].shown;
        let act = function_at(assembled, found.act);
        let function = name(cx.program, act);
        let rust = cx.program.is_rust(act.file);
        let between = if rust { "between the two, the lock is free" } else { "it waits in between" };
        let words = Words {
            message: format!(
                "`{function}` looks at `{shown}` and acts on it later: {between}, and it may have changed"
            ),
            help: if rust {
                format!("look at `{shown}` and act on it under one lock, or look again before the act")
            } else {
                format!(
                    "look at `{shown}` again behind the `await`, or claim it before: set it in the stretch that looks"
                )
            },
        };
        // What the run puts there is what it has looked for: with it there, it would not have gone on.
        let alone = examined.pair.first == examined.pair.second;
        // Or it takes away what it has seen to be of no use any more, when the other has put something in.
        let emptied = !alone && put(assembled, found) == Put::Nothing && !fills_it_itself(assembled, found);
        let own = alone && is_put_where_it_looked(assembled, found) || emptied;
        let meant = Break { grade: if own { found.grade.max(Grade::Likely) } else { found.grade }, ..found.clone() };
        let mut draft = draft(cx, examined, &meant, evidence(cx, examined), words);
        // It is known to do harm where something that counts each time was done in between, or where what the other has
        // put in goes away.
        let itself = matches!(put(assembled, found), Put::Mark | Put::Nothing);
        let by_hand = is_by_hand(cx, examined, found);
        let again = has_looked_again(found);
        if by_hand
            || again
            || !(own || itself && adds_before(assembled, found) || found.violation == Violation::NotSerial)
        {
            draft.confidence = Confidence::Possible;
        }
        draft.fixes.extend(rust.then_some(Cure::Exchange { write: draft.at }));
        incidents.add(Some(&assembled.places[place as usize].key), draft);
    }
    incidents.report(sink);
}

/// Has the run looked there once more, and tested what it saw, in the very stretch in which it acts?
fn has_looked_again(found: &Break) -> bool {
    let Some(act) = found.witness.iter().rposition(|event| event.site == found.act) else { return false };
    let lane = found.witness[act].lane;
    let own = found.witness[..act].iter().rev().filter(|event| event.lane == lane);
    let mut tested = false;
    for event in own {
        match event.what {
            EventKind::Pauses | EventKind::Starts => return false,
            EventKind::Tests(_) => tested = true,
            EventKind::Reads(place) if Some(place) == found.place => return tested,
            _ => {}
        }
    }
    false
}
