//! `stale-response`: an answer is put where it is shown though the question has changed, or nobody waits for it any more.

use super::claim::{Claim, Claims, evidence, is_by_hand};
use super::pick::{Incidents, breaks};
use super::shape::{Put, put};
use super::wording::{Words, draft, function_at, name};
use super::{Context, Sink};
use crate::examine::overlap::Evidence;
use crate::explore::Violation;
use crate::facts::{Bind, Value};
use crate::finding::{Confidence, Spot};
use crate::link::Program;
use crate::link::bind::OpKind;
use crate::link::ids::FunctionId;
use crate::link::loc::{Base, Seg};

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let claims = Claims::of(cx);
    let mut incidents = Incidents::default();
    for (examined, found) in breaks(&cx.examination.pairs) {
        let Some(place) = found.place else { continue };
        let assembled = &examined.assembled;
        if !claims.has(Claim::Late, examined, found) || looks_again(cx.program, function_at(assembled, found.act)) {
            continue;
        }
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
        let evidence = evidence(cx, examined);
        let mut draft = draft(cx, examined, found, evidence, Words { message, help });
        // A claim that is given up again is seldom missed.
        // Whoever calls it twice may ask the same twice; who notes the question asks another one.
        let asked = evidence == Evidence::Shown || notes_the_question(cx.program, function_at(assembled, found.act));
        let unasked = found.violation == Violation::OutOfOrder && !asked;
        let given_up = found.violation == Violation::ClaimLost && put(assembled, found) == Put::Nothing;
        if unasked || given_up || is_by_hand(cx, examined, found) {
            draft.confidence = Confidence::Possible;
        }
        // Several places that one answer fills are one incident.
        let act = function_at(assembled, found.act);
        if found.violation == Violation::OutOfOrder {
            let whole = Spot { file: act.file, span: cx.program.function(act).name_span };
            incidents.add_at(whole, None, draft);
        } else {
            incidents.add(Some(&assembled.places[place as usize].key), draft);
        }
    }
    incidents.report(sink);
}

/// Does the function look at a signal, or at a variable around it that others set? Whether that tells an old answer from a
/// new one, the store cannot say: it was meant to.
fn looks_again(program: &Program, id: FunctionId) -> bool {
    program.body(id).blocks.iter().flatten().any(|op| {
        let OpKind::Read { at, .. } = &op.kind else { return false };
        match (at.base, at.path.last()) {
            (_, Some(Seg::Field(name))) => matches!(name.as_str(), "aborted" | "signal"),
            (Base::Local(around, local), None) if around != id => {
                matches!(program.function(around).locals[local.index()].bind, Bind::Mutable)
            }
            _ => false,
        }
    })
}

/// Does the function write what it was given to a place that outlives it, before it waits for the answer?
fn notes_the_question(program: &Program, id: FunctionId) -> bool {
    let body = program.body(id);
    let ops = body.blocks.iter().flatten().take_while(|op| !matches!(op.kind, OpKind::Suspend { .. }));
    let mut writes = ops.filter_map(|op| match &op.kind {
        OpKind::Write { at, value, .. } if !matches!(at.base, Base::Local(..) | Base::Value(..)) => Some(value),
        _ => None,
    });
    writes.any(|value| match value {
        Value::Param(_) => true,
        other => matches!(body.maker_of(other), Some(OpKind::Read { at, .. }) if matches!(at.base, Base::Param(..))),
    })
}
