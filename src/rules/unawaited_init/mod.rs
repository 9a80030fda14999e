//! `unawaited-init`: an async function of the program is started and left to itself, though later code needs what it
//! sets or a second run of it breaks the first.

mod early;
mod waits;

use rustc_hash::FxHashMap;

use super::claim::{Claim, Claims, evidence};
use super::pick::{Incidents, breaks};
use super::wording::{Words, draft, name, scope};
use super::{Context, Sink};
use crate::examine::dropped::{Dropped, dropped};
use crate::examine::sketch::too_early;
use crate::explore::{EventKind, Violation};
use crate::finding::{Confidence, Draft, DraftStep, Spot};
use crate::link::Program;
use crate::link::ids::FunctionId;
use early::{at_once, early};
use waits::{Waits, hollow};

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let all = dropped(cx.program);
    let mut incidents = Incidents::default();
    overlapping(cx, &all, &mut incidents);
    let waits = Waits::of(cx.program, &all);
    for call in &all {
        let early = early(cx.program, call).or_else(|| at_once(cx.program, call));
        for found in early.into_iter().chain(hollow(cx.program, call).or_else(|| waits.alone(cx.program, call))) {
            incidents.add(None, found);
        }
    }
    incidents.report(sink);
}

/// Bare calls of what breaks when it meets itself.
fn overlapping(cx: &Context<'_>, all: &[Dropped], incidents: &mut Incidents) {
    let claims = Claims::of(cx);
    let mut by_target: FxHashMap<FunctionId, Vec<&Dropped>> = FxHashMap::default();
    for call in all {
        by_target.entry(call.target).or_default().push(call);
    }
    for (examined, found) in breaks(&cx.examination.pairs) {
        let unsafe_alone = examined.pair.first == examined.pair.second
            && ([Claim::Fill, Claim::Guard].iter().any(|claim| claims.has(*claim, examined, found))
                || found.violation == Violation::OverwrittenResource && claims.has(Claim::Reentrant, examined, found));
        let Some(calls) = by_target.get(&examined.pair.first).filter(|_| unsafe_alone) else { continue };
        for call in calls {
            let callee = name(cx.program, call.target);
            let words = Words {
                message: format!(
                    "`{callee}` is started here and not waited for, and a second run of it breaks the first"
                ),
                help: format!(
                    "let `{callee}` guard itself: keep its promise and return it to the second caller; or wait for it here"
                ),
            };
            let mut bare = draft(cx, examined, found, evidence(cx, examined), words);
            bare.related.insert(0, (bare.at, format!("this is where two runs of `{callee}` break")));
            bare.at = Spot { file: call.by.file, span: call.span };
            bare.scope = scope(cx.program, call.by);
            incidents.add(None, bare);
        }
    }
}

/// What the schedule of [`too_early`] is in the code at hand.
struct Shown<'a> {
    call: &'a Dropped,
    /// The pause, the late write, the early use.
    spots: [Spot; 3],
    /// The start, then the same three.
    said: [String; 4],
}

impl Shown<'_> {
    fn draft(&self, program: &Program) -> Option<Draft> {
        let found = too_early()?;
        let at = Spot { file: self.call.by.file, span: self.call.span };
        let step = |event: &crate::explore::Event| {
            let number = match event.what {
                EventKind::Starts => 0,
                EventKind::Pauses => 1,
                EventKind::Writes(_) => 2,
                EventKind::Reads(_) => 3,
                _ => return None,
            };
            let at = if number == 0 { at } else { self.spots[number - 1] };
            let text = self.said[number].clone();
            Some(DraftStep { lane: char::from(b'A' + event.lane), at, text, time: None })
        };
        Some(Draft {
            violation: found.violation.as_str(),
            confidence: Confidence::Possible,
            at,
            scope: scope(program, self.call.by),
            message: String::new(),
            help: String::new(),
            outcome: String::new(),
            assumptions: Vec::new(),
            related: Vec::new(),
            fixes: Vec::new(),
            witness: found.witness.iter().filter_map(step).collect(),
        })
    }
}
