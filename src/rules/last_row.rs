//! Part of `check-then-act`: rows are counted, and by that it is decided whether one may go: two runs that both count the
//! other's row take both away.

use super::row_drafts::{self, Told, rows, speaks_for, spot};
use super::wording::name;
use super::{Context, Sink};
use crate::explore::Violation;
use crate::finding::Confidence;
use crate::link::Program;
use crate::link::ids::FunctionId;
use crate::models::query::Does;
use crate::rows::play::{Step, play};
use crate::rows::relate::{common, parting, precedes, tested};
use crate::rows::{Access, Handle, Pos, Sym, Trace};

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    for (id, trace) in &cx.rows.traces {
        if !row_drafts::is_code(cx.program, *id) {
            continue;
        }
        for write in trace.accesses.iter().filter(|access| matches!(access.does, Does::Delete | Does::Update)) {
            let counts = trace.accesses.iter().filter(|read| read.does == Does::Count && read.table == write.table);
            let mut own = counts.filter(|count| speaks_for(cx.program, *id, count, write));
            if let Some((count, test)) = own.find_map(|count| Some((count, decides(cx.program, trace, count, write)?)))
            {
                report(cx, *id, (count, write), &test, sink);
            }
        }
    }
}

/// The test of the count that leads to the write, which takes a row out of those that were counted.
fn decides(program: &Program, trace: &Trace, count: &Access, write: &Access) -> Option<Pos> {
    // Each in a transaction of its own: what the one decides is over before the other begins.
    let apart = count.handle != write.handle
        && (matches!(count.handle, Handle::In(_)) || matches!(write.handle, Handle::In(_)));
    let locked = trace.accesses.iter().any(|other| other.locks && precedes(program, other, write));
    if count.library != write.library
        || count.table.is_empty()
        || row_drafts::is_serial(program, trace, count, write)
        || apart
        || locked
        || !precedes(program, count, write)
    {
        return None;
    }
    let leaves = match write.does {
        Does::Delete => common(count, write).is_some(),
        _ => count.keys.iter().any(|(column, counted)| {
            let turned = |put: &crate::rows::Column| {
                put.name == *column && matches!((&put.sym, counted), (Sym::Const(to), Sym::Const(from)) if to != from)
            };
            write.data.iter().any(turned)
        }),
    };
    let (_, test) = tested(program, count, write)?;
    leaves.then_some(test)
}

fn report(cx: &Context<'_>, id: FunctionId, (count, write): (&Access, &Access), test: &Pos, sink: &mut Sink) {
    // Each finds the row of the other, and takes its own away.
    let lane = |own, other| [(Step::Read(other), 0), (Step::IfSomething, 1), (Step::Remove(own), 2)];
    let (one, two) = (lane(0, 1), lane(1, 0));
    let Some(found) = play(&[&one, &two], 2, false, &[Violation::StaleCheck, Violation::NotSerial]) else { return };
    let Some((_, here, there)) = parting(count, write) else { return };
    let mut spots = vec![spot(here), spot(test), spot(there)];
    let mut rests_on = vec![(0, "they are counted here")];
    row_drafts::add_inner(&mut spots, &mut rests_on, &[(count, "the count"), (write, "and one is taken away here")]);
    let told = Told {
        found: &found,
        confidence: if write.wrapped > 0 || row_drafts::is_behind_a_lock(cx.program, count) {
            Confidence::Possible
        } else {
            Confidence::Likely
        },
        spots,
        places: vec![format!("one row of {}", rows(write)), format!("another row of {}", rows(write))],
        act: 2,
        rests_on,
        message: format!(
            "`{}` counts the rows of {} and then takes one away: two runs at once both count the other's",
            name(cx.program, id),
            rows(write)
        ),
        help: "lock the rows when they are counted (`FOR UPDATE`), run both in one serializable transaction, or let the \
               statement itself say how many must be left",
        outcome: format!("fewer rows of {} are left than the test allows", rows(write)),
        assumptions: vec!["two runs take away different rows".to_owned()],
    };
    sink.push(row_drafts::draft(cx.program, id, told));
}
