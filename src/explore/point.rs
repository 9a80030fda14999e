//! Points a finding at the instructions of its own schedule: what it acts on, what that rests on, what came between.

use super::model::{PlaceId, Site};
use super::verdict::{Break, Event, EventKind, Violation};

pub(super) fn point(b: &mut Break) {
    match b.violation {
        Violation::TornPair => torn_pair(b),
        Violation::TooEarly => too_early(b),
        Violation::NeverReleased => never_released(b),
        Violation::Deadlock => {}
        Violation::OverwrittenResource => b.rests_on = before(b).into_iter().collect(),
        _ => {
            if b.rests_on.is_empty() {
                b.rests_on = before(b).into_iter().collect();
            }
            b.rival = rival(b).unwrap_or(b.rival);
        }
    }
    b.rests_on.retain(|site| *site != Site(u32::MAX));
}

fn reads(e: &Event, p: Option<PlaceId>) -> bool {
    matches!(e.what, EventKind::Reads(q) | EventKind::Tries(q, _) if Some(q) == p)
}

fn writes(e: &Event, p: Option<PlaceId>) -> bool {
    matches!(e.what, EventKind::Writes(q) | EventKind::Removes(q) | EventKind::Tries(q, true) if Some(q) == p)
}

/// The other run's last write of the place before the act.
fn rival(b: &Break) -> Option<Site> {
    let at = b.witness.iter().rposition(|e| e.site == b.act)?;
    let run = b.witness[at].run;
    b.witness[..at].iter().rev().find(|e| e.run != run && writes(e, b.place)).map(|e| e.site)
}

/// The last look at the place before the act, by the run that acts; or the request whose answer it brings.
fn before(b: &Break) -> Option<Site> {
    let at = b.witness.iter().rposition(|e| e.site == b.act)?;
    let run = b.witness[at].run;
    let mine = || b.witness[..at].iter().rev().filter(|e| e.run == run);
    let look = mine().find(|e| reads(e, b.place));
    look.or_else(|| mine().find(|e| e.what == EventKind::Pauses)).map(|e| e.site)
}

/// At the reader's second look.
fn torn_pair(b: &mut Break) {
    let half = |e: &Event| reads(e, b.place) || reads(e, b.also);
    let Some(torn) = b.witness.iter().rev().find(|e| half(e)).cloned() else { return };
    let first = b.witness.iter().rev().find(|e| e.run == torn.run && e.site != torn.site && half(e)).map(|e| e.site);
    let written = |e: &&Event| e.run != torn.run && (writes(e, b.place) || writes(e, b.also));
    let rival = b.witness.iter().find(written).map(|e| e.site);
    b.rests_on = first.into_iter().collect();
    b.rival = rival.unwrap_or(b.rival);
    b.act = torn.site;
}

/// At the use of what is not there yet.
fn too_early(b: &mut Break) {
    let Some(look) = b.witness.iter().find(|e| reads(e, b.place)).cloned() else { return };
    let taken = |e: &&Event| {
        e.run == look.run
            && matches!(e.what, EventKind::Uses | EventKind::Closes | EventKind::Acts | EventKind::Returns)
    };
    let ready = b.witness.iter().rev().find(|e| e.run != look.run && writes(e, b.place)).map(|e| e.site);
    b.act = b.witness.iter().find(taken).map_or(look.site, |e| e.site);
    b.rests_on = vec![look.site];
    b.rival = ready.unwrap_or(b.rival);
}

/// At the opening; the rival is the releaser, which had looked before.
fn never_released(b: &mut Break) {
    let Some(run) = b.witness.iter().find(|e| e.site == b.act).map(|e| e.run) else { return };
    let look = b.witness.iter().rev().find(|e| e.run != run && reads(e, b.place));
    b.rival = look.map_or(b.rival, |e| e.site);
}
