//! `escaped-transaction`: inside a transaction something is written that does not belong to it.

use super::row_drafts::{self, Told, at, rows};
use super::wording::name;
use super::{Context, Sink};
use crate::explore::Violation;
use crate::finding::{Confidence, Cure, Spot};
use crate::link::ids::FunctionId;
use crate::rows::play::{Step, play_twice};
use crate::rows::{Access, Handle, Trace, Transaction};

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    for (id, trace) in &cx.rows.traces {
        let mut told: Vec<Spot> = Vec::new();
        for access in &trace.accesses {
            let Some(tx) = escaped_from(cx, trace, access) else { continue };
            // What runs here is the act: the call that leads out of the transaction.
            let here = access.way.iter().find(|pos| pos.function == tx.at.function || is_inside(cx, tx, pos.function));
            let inner = access.way.iter().rev().find(|pos| is_inside(cx, tx, pos.function)).or(here);
            let Some(act) = inner.map(row_drafts::spot) else { continue };
            if tx.at.function == *id && !told.contains(&act) {
                told.push(act);
                report(cx, *id, tx, access, act, sink);
            }
        }
    }
}

/// Is this the function that the transaction runs, or the one that began it?
fn is_inside(cx: &Context<'_>, tx: &Transaction, function: FunctionId) -> bool {
    let outer = cx.program.function(function).outer;
    function == tx.at.function || function.file == tx.at.function.file && outer == Some(tx.at.function.ix)
}

/// The open transaction that a write passes by.
fn escaped_from<'t>(cx: &Context<'_>, trace: &'t Trace, access: &Access) -> Option<&'t Transaction> {
    if !access.does.writes() || cx.program.models.is_aside(&access.table) {
        return None;
    }
    let known = |id: &u64| trace.transactions.iter().find(|tx| tx.id == *id);
    let outer = match &access.handle {
        Handle::Outer | Handle::Lent(_) => access.inside.iter().rev().find_map(known),
        // A transaction of its own, beside the one that is open.
        Handle::In(id) => known(id).and_then(|own| own.past).and_then(|past| known(&past)),
        Handle::Given => None,
    }?;
    let same_store = outer.library == access.library && !cx.program.models.libraries[outer.library].keys;
    (same_store && !outer.ambient).then_some(outer)
}

fn report(cx: &Context<'_>, id: FunctionId, tx: &Transaction, access: &Access, act: Spot, sink: &mut Sink) {
    let steps = [(Step::Write(0), 1), (Step::Write(1), 0)];
    let Some(found) = play_twice(&steps, 2, true, &[Violation::HalfApplied]) else { return };
    let mut told = Told {
        found: &found,
        confidence: Confidence::Likely,
        spots: vec![row_drafts::spot(&tx.at), act],
        places: vec![rows(access), "what the transaction is to commit".to_owned()],
        act: 1,
        rests_on: vec![(0, "this transaction is open")],
        message: format!("`{}` writes {} past the transaction that it runs in", name(cx.program, id), rows(access)),
        help: "write on the transaction's own handle, and hand it to the helpers that write",
        outcome: format!("the transaction is rolled back, and {} stays changed", rows(access)),
        assumptions: vec!["the transaction can fail".to_owned()],
    };
    if at(access) != act {
        told.rests_on.push((2, "this is where it is written"));
        told.spots.push(at(access));
    }
    let mut draft = row_drafts::draft(cx.program, id, told);
    let transaction = row_drafts::spot(&tx.at);
    if transaction.file == act.file {
        draft.fixes = vec![Cure::PassHandle { act, transaction }];
    }
    sink.push(draft);
}
