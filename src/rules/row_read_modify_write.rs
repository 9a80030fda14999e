//! `row-read-modify-write`: a row is read, and written back from what was read, and nothing keeps another run out; or a row
//! that waits for somebody is looked for, and marked as taken, and two runs take the same.

use super::row_drafts::{self, Told, rows, speaks_for, spot};
use super::wording::name;
use super::{Context, Sink};
use crate::explore::Violation;
use crate::finding::Confidence;
use crate::link::ids::FunctionId;
use crate::models::query::Does;
use crate::names::Name;
use crate::rows::play::{Step, play_twice};
use crate::rows::relate::{self, Rest, common, data_rests_on, is_reference, precedes};
use crate::rows::{Access, Origin, Sym, Through, Trace};

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    for (id, trace) in &cx.rows.traces {
        if !row_drafts::is_code(cx.program, *id) {
            continue;
        }
        for write in trace.accesses.iter().filter(|access| is_rewrite(access)) {
            let reads = trace.accesses.iter().filter(|read| read.does == Does::Read && read.table == write.table);
            let found = reads.filter(|read| speaks_for(cx.program, *id, read, write)).find_map(|read| {
                let columns = columns(cx, trace, read, write);
                (!columns.is_empty()).then_some((read, columns))
            });
            if let Some((read, columns)) = found {
                let confidence = sureness(cx, trace, read, write, &columns);
                report(cx, *id, (read, write), &columns, confidence, sink);
                continue;
            }
            let mut reads = trace.accesses.iter().filter(|read| speaks_for(cx.program, *id, read, write));
            if let Some((read, column)) = reads.find_map(|read| Some((read, marked(cx, trace, read, write)?))) {
                report_taken(cx, *id, trace, (read, write), column, sink);
            }
        }
    }
}

fn is_rewrite(access: &Access) -> bool {
    matches!(access.does, Does::Update | Does::Save | Does::Upsert)
        && (!access.table.is_empty() || !access.keys.is_empty())
}

/// The columns whose new value rests on the old one, if nothing keeps another run out meanwhile.
fn columns(cx: &Context<'_>, trace: &Trace, read: &Access, write: &Access) -> Vec<Rest> {
    let program = cx.program;
    if read.library != write.library || !precedes(program, read, write) || read.locks {
        return Vec::new();
    }
    let keys = program.models.libraries[read.library].keys;
    let compares = |access: &Access| keys && matches!(access.does, Does::Compare | Does::Claim);
    // Keys that are read without a wait lie in the memory of this process.
    let near = |access: &Access| {
        let rust = access.way.last().is_some_and(|pos| program.is_rust(pos.function.file));
        !rust && !relate::is_waited_for(program, access)
    };
    if keys && (near(read) || common(read, write).is_none() || trace.accesses.iter().any(compares)) {
        return Vec::new();
    }
    let same_row = common(read, write).is_some()
        || write.key_deps.iter().any(|dep| dep.origin == read.result)
        || write.does != Does::Update
        || read.keys.iter().any(|(key, sym)| *sym == Sym::Unknown && write.keys.iter().any(|(own, _)| own == key));
    if !same_row
        || row_drafts::is_serial(cx.program, trace, read, write)
        || is_conditional(read, write)
        || is_one_section(cx, read, write)
    {
        return Vec::new();
    }
    let rests = data_rests_on(read, write);
    let same = |Rest { column, field, .. }: &Rest| {
        let whole = *column == "..." || column.is_empty() && field.is_none();
        let alone = field.is_none() && matches!(read.selects.as_slice(), [only] if only == column);
        let own = alone || spelt_alike(*column, *field);
        (whole || own) && !is_reference(*column) && !is_stamp(*column)
    };
    rests.into_iter().filter(same).collect()
}

/// Is one column all that is written back, and only where nothing else is given for it: what a request leaves out stays?
fn is_kept(columns: &[Rest]) -> bool {
    let Some(first) = columns.first() else { return false };
    columns.iter().all(|rest| rest.through == Through::Choice && rest.column == first.column)
}

/// All columns of a row, whatever they are called.
fn is_whole(column: Name) -> bool {
    column.is_empty() || column == "..."
}

/// `retry_count` of `retryCount`.
fn spelt_alike(column: Name, field: Option<Name>) -> bool {
    let plain = |name: Name| name.replace('_', "").to_ascii_lowercase();
    field.is_some_and(|field| plain(field) == plain(column))
}

fn is_stamp(column: Name) -> bool {
    let lower = column.to_ascii_lowercase();
    ["updated", "modified", "created", "version"].iter().any(|word| lower.contains(word))
}

/// The write goes through only where the row still is what was read: a version, a state.
fn is_conditional(read: &Access, write: &Access) -> bool {
    write.keys.iter().any(|(column, sym)| {
        let from_row = matches!(sym, Sym::At(origin, path) if *origin == read.result && !path.is_empty());
        let named = ["version", "revision", "rev", "etag", "lock_version", "lockversion", "generation"];
        !is_reference(*column) && (from_row || named.contains(&column.to_ascii_lowercase().as_str()))
            || matches!(sym, Sym::Const(_)) && column.eq_ignore_ascii_case("status")
    })
}

/// Both on what one guard of a lock gives, on a connection that only the caller can share, or with nothing between that
/// waits: no other run of this process gets in.
fn is_one_section(cx: &Context<'_>, read: &Access, write: &Access) -> bool {
    let Some((_, here, there)) = relate::parting(read, write) else { return false };
    let file_based = cx.program.models.libraries[read.library].serializable;
    let rust = cx.program.is_rust(here.function.file);
    let lent = |access: &Access| matches!(&access.on, Sym::At(Origin::Param(..), path) if path.is_empty());
    let guarded = read.guard.is_some() && read.guard == write.guard;
    // One connection, made or locked once: in one process nobody else has it.
    let one = |access: &Access| matches!(&access.on, Sym::At(Origin::Made(..), _)) || lent(access);
    let borrowed = rust && file_based && one(read) && read.on == write.on;
    let synchronous =
        !rust && !cx.program.function(here.function).is_async && here.function == there.function && file_based;
    guarded || borrowed || synchronous
}

/// How sure it is that another run writes there meanwhile, and that something of it is lost.
fn sureness(cx: &Context<'_>, trace: &Trace, read: &Access, write: &Access, columns: &[Rest]) -> Confidence {
    let keys = cx.program.models.libraries[read.library].keys;
    // A key holds one value: what is computed from it is lost as a column is.
    let computed = |rest: &Rest| keys && rest.through == Through::Computation;
    let whole = columns.iter().all(|rest| is_whole(rest.column) && !computed(rest));
    // Who writes its progress into a row again and again has the row to itself.
    let other = trace.accesses.iter().filter(|other| is_rewrite(other) && other.table == write.table);
    let mut earlier = other.filter(|other| precedes(cx.program, read, other) && precedes(cx.program, other, write));
    let again = |rest: &Rest| columns.iter().any(|own| own.column == rest.column);
    let rewritten = earlier.any(|other| data_rests_on(read, other).iter().any(again));
    let progress = rewritten || relate::repeats(cx.program, write) && !relate::repeats(cx.program, read);
    if whole || progress || is_kept(columns) || write.wrapped > 0 || row_drafts::is_behind_a_lock(cx.program, read) {
        Confidence::Possible
    } else {
        Confidence::Likely
    }
}

fn report(
    cx: &Context<'_>,
    id: FunctionId,
    (read, write): (&Access, &Access),
    columns: &[Rest],
    confidence: Confidence,
    sink: &mut Sink,
) {
    let steps = [(Step::Read(0), 0), (Step::Rewrite(0), 1)];
    let Some(found) = play_twice(&steps, 1, false, &[Violation::LostUpdate]) else { return };
    let Some((_, here, there)) = relate::parting(read, write) else { return };
    let column = columns.iter().map(|rest| rest.column).find(|name| !is_whole(*name));
    let what = match column {
        _ if write.table.is_empty() => "a key".to_owned(),
        Some(column) => format!("`{}.{column}`", write.shown),
        None => format!("a whole row of {}", rows(write)),
    };
    let mut spots = vec![spot(here), spot(there)];
    let mut rests_on = vec![(0, "the new value rests on what was read here")];
    row_drafts::add_inner(&mut spots, &mut rests_on, &[(read, "it is read here"), (write, "and written here")]);
    let told = Told {
        found: &found,
        confidence,
        spots,
        places: vec![rows(write)],
        act: 1,
        rests_on,
        message: format!("`{}` writes {what} from what it read before", name(cx.program, id)),
        help: "let the database compute it (`n = n + 1`), lock the row when reading it (`FOR UPDATE`), or write only where \
               its version is still the one that was read",
        outcome: format!("what another run has written to {} in between is lost", rows(write)),
        assumptions: vec!["two runs work on the same row".to_owned()],
    };
    sink.push(row_drafts::draft(cx.program, id, told));
}

/// The column by which a row that waits for somebody is found, and which then says that it is taken.
fn marked(cx: &Context<'_>, trace: &Trace, read: &Access, write: &Access) -> Option<Name> {
    let same = read.does == Does::Read && write.does == Does::Update && read.library == write.library;
    let own = write.key_deps.iter().any(|dep| dep.origin == read.result);
    if !same
        || !own
        || read.table != write.table
        || read.locks
        || !precedes(cx.program, read, write)
        || row_drafts::is_serial(cx.program, trace, read, write)
        || is_conditional(read, write)
        || is_one_section(cx, read, write)
    {
        return None;
    }
    read.keys.iter().find_map(|(column, sought)| {
        let turned = write
            .data
            .iter()
            .any(|put| put.name == *column && matches!(&put.sym, Sym::Const(to) if Sym::Const(*to) != *sought));
        let asked = write.keys.iter().any(|(own, _)| own == column);
        (matches!(sought, Sym::Const(_)) && turned && !asked).then_some(*column)
    })
}

fn report_taken(
    cx: &Context<'_>,
    id: FunctionId,
    trace: &Trace,
    (read, write): (&Access, &Access),
    column: Name,
    sink: &mut Sink,
) {
    // The mark is a place of its own: there is none yet, and each run puts its own there.
    let steps = [(Step::Read(0), 0), (Step::IfNothing, 0), (Step::Write(0), 1)];
    let Some(found) = play_twice(&steps, 1, false, &[Violation::StaleCheck]) else { return };
    let Some((_, here, there)) = relate::parting(read, write) else { return };
    // Who takes it is written beside it, or something else is made of it: then two runs that take one row do it twice.
    let names_taker = write.data.iter().any(|put| put.name != column && put.sym.is_telling() && !is_stamp(put.name));
    let made = trace
        .accesses
        .iter()
        .any(|other| other.does == Does::Insert && precedes(cx.program, read, other) && relate::rests_on(read, other));
    let sure = (names_taker || made) && !relate::repeats(cx.program, write) && write.wrapped == 0;
    let mut spots = vec![spot(here), spot(there)];
    let mut rests_on = vec![(0, "it was still free here")];
    row_drafts::add_inner(&mut spots, &mut rests_on, &[(read, "it is looked for here"), (write, "and taken here")]);
    let told = Told {
        found: &found,
        confidence: if sure { Confidence::Likely } else { Confidence::Possible },
        spots,
        places: vec![format!("`{}.{column}`", write.shown)],
        act: 1,
        rests_on,
        message: format!(
            "`{}` takes a row of {} that another run may have taken by then",
            name(cx.program, id),
            rows(write)
        ),
        help: "let the statement that takes it ask once more whether it is free, and look at how many rows it changed, or lock \
               the row when looking for it (`FOR UPDATE SKIP LOCKED`)",
        outcome: format!("both runs have the same row of {}", rows(write)),
        assumptions: vec!["two runs look for a row at the same time".to_owned()],
    };
    sink.push(row_drafts::draft(cx.program, id, told));
}
