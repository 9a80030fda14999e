//! `check-then-insert`: a row is looked for, and inserted if it is not there: two runs insert two, or one fails.

use super::row_drafts::{self, Told, rows, speaks_for, spot};
use super::wording::name;
use super::{Context, Sink};
use crate::explore::Violation;
use crate::finding::Confidence;
use crate::link::ids::FunctionId;
use crate::models::query::Does;
use crate::rows::play::{Step, play_twice};
use crate::rows::relate::{common, handles_conflict, is_tried_alone, parting, precedes, tested};
use crate::rows::{Access, Column, Found, Origin, Pos, Trace};

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    for (id, trace) in &cx.rows.traces {
        if !row_drafts::is_code(cx.program, *id) {
            continue;
        }
        for insert in trace.accesses.iter().filter(|access| is_insert(access)) {
            let reads = trace.accesses.iter().filter(|read| read.does.reads() && read.table == insert.table);
            let found = reads
                .filter(|read| speaks_for(cx.program, *id, read, insert))
                .find_map(|read| Some((read, looked_for(cx, trace, read, insert)?)));
            if let Some((read, (confidence, test))) = found {
                report(cx, *id, (read, insert), &test, confidence, sink);
            }
        }
    }
}

fn is_insert(access: &Access) -> bool {
    matches!(access.does, Does::Insert | Does::Save) && !access.guarded && !access.table.is_empty()
}

/// The test that leads from the one to the other, where it found nothing, and nothing keeps another run out.
fn looked_for(cx: &Context<'_>, trace: &Trace, read: &Access, insert: &Access) -> Option<(Confidence, Pos)> {
    let program = cx.program;
    let models = &program.models;
    if read.library != insert.library
        || models.libraries[read.library].keys
        || read.locks
        || !precedes(program, read, insert)
    {
        return None;
    }
    let (said, test) = tested(program, read, insert)?;
    if said == Found::Something || said == Found::Else && read.does != Does::Count {
        return None;
    }
    // The row that was looked for is the one that is inserted.
    let same = common(read, insert).is_some()
        || read.keys.iter().any(|(key, sym)| {
            // A column of the same name that holds something else makes another row.
            let holds = |column: &Column| column.sym == *sym || column.name == *key && !column.sym.is_telling();
            sym.is_telling() && insert.data.iter().any(holds)
        });
    let locked = trace.accesses.iter().any(|other| other.locks && precedes(program, other, insert));
    if !same
        || is_drawn(read, insert)
        || row_drafts::is_serial(program, trace, read, insert)
        || locked
        || insert.ignores && !insert.returning
        || handles_conflict(program, insert)
    {
        return None;
    }
    // Where the other answer is an error too, the loser gets one either way.
    let early = leaves_with_error(cx, &test, insert);
    let unsure = read.does == Does::Count
        || insert.wrapped > 0
        || row_drafts::is_behind_a_lock(program, read)
        || is_tried_alone(program, read, insert);
    let confidence = if early || unsure { Confidence::Possible } else { Confidence::Likely };
    Some((confidence, test))
}

/// Is what was looked for drawn at random? Then no other run looks for the same.
fn is_drawn(read: &Access, insert: &Access) -> bool {
    let drawn = |column: &&Column| column.deps.iter().any(|dep| dep.origin == Origin::Drawn);
    let mut columns = insert.data.iter().filter(drawn);
    columns
        .any(|column| read.keys.iter().any(|(key, sym)| *key == column.name || sym.is_telling() && *sym == column.sym))
}

/// Does the branch that found something do nothing but fail?
fn leaves_with_error(cx: &Context<'_>, test: &Pos, insert: &Access) -> bool {
    use crate::facts::Exit;
    let function = cx.program.function(test.function);
    let Exit::Branch { then, otherwise, .. } = &function.blocks[test.block as usize].exit else { return false };
    let inner = insert.way.iter().find(|pos| pos.function == test.function).map(|pos| pos.block);
    let fails = |mut at: crate::facts::BlockIx| {
        for _ in 0..12 {
            match &function.blocks[at.index()].exit {
                _ if Some(at.0) == inner => return false,
                Exit::Throw { .. } => return true,
                Exit::Return { value: crate::facts::Value::Case(case, _), .. } => return *case == "Err",
                Exit::Goto(to) => at = *to,
                _ => return false,
            }
        }
        false
    };
    fails(*then) || fails(*otherwise)
}

fn report(
    cx: &Context<'_>,
    id: FunctionId,
    (read, insert): (&Access, &Access),
    test: &Pos,
    confidence: Confidence,
    sink: &mut Sink,
) {
    let steps = [(Step::Read(0), 0), (Step::IfNothing, 1), (Step::Write(0), 2)];
    let Some(found) = play_twice(&steps, 1, false, &[Violation::StaleCheck]) else { return };
    let Some((_, here, there)) = parting(read, insert) else { return };
    let mut spots = vec![spot(here), spot(test), spot(there)];
    let mut rests_on = vec![(0, "this found nothing")];
    row_drafts::add_inner(&mut spots, &mut rests_on, &[(read, "it is looked for here"), (insert, "and inserted here")]);
    let told = Told {
        found: &found,
        confidence,
        spots,
        places: vec![rows(insert)],
        act: 2,
        rests_on,
        message: format!("`{}` inserts into {} what it did not find before", name(cx.program, id), rows(insert)),
        help: "put a unique constraint on what is looked for and insert with `ON CONFLICT` (or an upsert), or take the unique \
               violation for \"it is there\" and read again; a transaction alone keeps nobody out",
        outcome: format!("both runs insert into {}: two rows, or an error that nobody reckons with", rows(insert)),
        assumptions: vec!["two runs look for the same row".to_owned()],
    };
    sink.push(row_drafts::draft(cx.program, id, told));
}
