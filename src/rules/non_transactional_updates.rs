//! `non-transactional-updates`: writes that belong together, each a transaction of its own.

use rustc_hash::{FxHashMap, FxHashSet};

use super::row_drafts::{self, Told, at, rows, speaks_for, speaks_for_helper, spot};
use super::wording::name;
use super::{Context, Sink};
use crate::explore::{Break, Violation};
use crate::finding::{Confidence, Spot};
use crate::link::Program;
use crate::link::ids::FunctionId;
use crate::models::query::Does;
use crate::names::Name;
use crate::rows::play::{Step, play_twice};
use crate::rows::relate::{common, is_compensation, is_tried_alone, parting, precedes, rests_on, tested};
use crate::rows::{Access, Found, Handle, Origin, Rows, Sym, Trace};

pub(super) fn check(cx: &Context<'_>, sink: &mut Sink) {
    let parts = parts(cx.rows);
    for (id, trace) in &cx.rows.traces {
        if row_drafts::is_code(cx.program, *id) {
            report(cx, *id, (trace, &parts), sink);
        }
    }
}

/// Tables of which the program reads rows only by the key that something else holds: a row that nothing points to is
/// never found.
fn parts(rows: &Rows) -> FxHashSet<(usize, Name)> {
    let mut by_key: FxHashMap<(usize, Name), bool> = FxHashMap::default();
    let all = rows.traces.iter().flat_map(|(_, trace)| &trace.accesses);
    for read in all.filter(|access| access.does.reads() && !access.table.is_empty()) {
        let pointed_at = read.keys.iter().any(|(key, _)| key.eq_ignore_ascii_case("id"));
        *by_key.entry((read.library, read.table)).or_insert(true) &= pointed_at;
    }
    by_key.into_iter().filter(|(_, only)| *only).map(|(table, _)| table).collect()
}

/// Why two writes belong together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Tie {
    /// The second is made from what the first gave.
    Child,
    /// Both are about the same row or its parts.
    Key,
    /// Rows are taken away to be written anew.
    Replace,
    /// What one row loses another one gets.
    Transfer,
    /// What one row is no longer another one is: the default, the active one.
    Turn,
    /// A row for an owner that was changed, or that has another.
    Owner,
}

/// One finding for each group of writes that are tied to each other.
fn report(cx: &Context<'_>, id: FunctionId, (trace, parts): (&Trace, &FxHashSet<(usize, Name)>), sink: &mut Sink) {
    let writes: Vec<&Access> = trace.accesses.iter().filter(|access| is_bare_write(cx, id, access)).collect();
    let mut told: Vec<&Access> = Vec::new();
    for (at, first) in writes.iter().enumerate() {
        if told.iter().any(|access| std::ptr::eq(*access, *first)) {
            continue;
        }
        let tied: Vec<(&Access, Tie)> = writes[at + 1..]
            .iter()
            .filter(|second| speaks_for(cx.program, id, first, second) || speaks_for_helper(cx.rows, first, second))
            .filter_map(|second| Some((*second, tie(cx.program, first, second)?)))
            .collect();
        let best = tied.iter().min_by_key(|(_, tie)| *tie as u8);
        let Some((second, tie)) = best else { continue };
        told.push(first);
        told.extend(tied.iter().map(|(second, _)| *second));
        let rest = tied.iter().map(|(second, _)| *second).filter(|other| !std::ptr::eq(*other, *second));
        let unseen = first.does == Does::Insert && parts.contains(&(first.library, first.table));
        let whole = unseen
            || is_marked_last(trace, second)
            || is_tried_alone(cx.program, first, second)
            || is_found_or_made(cx.program, trace, first, second);
        push(cx, id, trace, (first, second, *tie, whole), rest.collect(), sink);
    }
}

/// Is the second what takes the rows off the list that the run was read from? What is not marked is done again.
fn is_marked_last(trace: &Trace, second: &Access) -> bool {
    let marks = |column: &Name| second.data.iter().any(|own| own.name == *column && matches!(own.sym, Sym::Const(_)));
    let lists = |read: &&Access| {
        read.does == Does::Read
            && (read.library, read.table) == (second.library, second.table)
            && read.keys.iter().any(|(column, sym)| matches!(sym, Sym::Const(_)) && marks(column))
    };
    second.does == Does::Update && trace.accesses.iter().any(|read| lists(&read))
}

/// Is the first a row that is made where there is none, and taken where there is one? The next run goes on from it.
fn is_found_or_made(program: &Program, trace: &Trace, first: &Access, second: &Access) -> bool {
    let looks = |read: &&Access| {
        read.does.reads()
            && (read.library, read.table) == (first.library, first.table)
            && precedes(program, read, first)
            && matches!(tested(program, read, first), Some((Found::Nothing, _)))
            && tested(program, read, second).is_none()
    };
    first.does == Does::Insert && trace.accesses.iter().any(|read| looks(&read))
}

/// A write that is a transaction of its own, as far as this function can know.
fn is_bare_write(cx: &Context<'_>, id: FunctionId, access: &Access) -> bool {
    let bare = match access.handle {
        Handle::Outer => access.inside.is_empty(),
        Handle::Lent(_) => access.inside.is_empty() && cx.examination.overlap.callers(id).is_empty(),
        Handle::In(_) | Handle::Given => false,
    };
    let models = &cx.program.models;
    bare && access.does.writes()
        && access.awaited
        && !access.table.is_empty()
        && !is_of_the_program(access)
        && !models.libraries[access.library].keys
        && !models.is_aside(&access.table)
}

/// One row that the code itself names, a counter or a setting, and none of what the run is about.
fn is_of_the_program(access: &Access) -> bool {
    !access.keys.is_empty() && access.keys.iter().all(|(_, sym)| matches!(sym, Sym::Const(_)))
}

fn tie(program: &Program, first: &Access, second: &Access) -> Option<Tie> {
    if first.library != second.library || !precedes(program, first, second) || is_compensation(program, first, second) {
        return None;
    }
    let shared = common(first, second).is_some();
    if first.table == second.table {
        let replaces = first.does == Does::Delete && matches!(second.does, Does::Insert | Does::Save);
        return if replaces { shared.then_some(Tie::Replace) } else { counterpart(first, second) };
    }
    if rests_on(first, second) && first.does != Does::Delete {
        return Some(Tie::Child);
    }
    let by_row = |access: &Access| !matches!(access.does, Does::Insert | Does::Save) && !access.keys.is_empty();
    match shared {
        true if by_row(first) && by_row(second) && !are_rows_of_one_owner(first, second) => Some(Tie::Key),
        true => Some(Tie::Owner),
        false => None,
    }
}

/// Do two rows of one table change in the same column, so that only both together make sense?
fn counterpart(first: &Access, second: &Access) -> Option<Tie> {
    let telling = |access: &Access| access.keys.iter().any(|(_, sym)| sym.is_telling());
    let updates = |access: &Access| access.does == Does::Update && telling(access);
    if !updates(first) || !updates(second) || first.keys == second.keys {
        return None;
    }
    first.data.iter().find_map(|one| {
        let other = second.data.iter().find(|other| other.name == one.name)?;
        match (&one.sym, &other.sym) {
            _ if one.relative && other.relative => Some(Tie::Transfer),
            (Sym::Const(one), Sym::Const(other)) if is_on(one)? != is_on(other)? => Some(Tie::Turn),
            _ => None,
        }
    })
}

/// Is it a flag that is up, or down?
fn is_on(text: &Name) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" | "null" => Some(false),
        _ => None,
    }
}

/// Has each a row of its own, by its identifier, and do they only have an owner in common: a tenant, a workspace?
fn are_rows_of_one_owner(first: &Access, second: &Access) -> bool {
    let own = |access: &Access| {
        let id = access.keys.iter().find(|(key, sym)| key.eq_ignore_ascii_case("id") && sym.is_telling());
        id.map(|(_, sym)| sym.clone())
    };
    let holds = |access: &Access, sym: &Sym| access.keys.iter().any(|(_, own)| own == sym);
    match (own(first), own(second)) {
        (Some(one), Some(other)) => !holds(second, &one) && !holds(first, &other),
        _ => false,
    }
}

/// How sure it is that the two belong together, and what is taken for granted. `whole`: one without the other is as good.
fn sureness((first, second): (&Access, &Access), tie: Tie, whole: bool, clicked: bool) -> (Confidence, &'static str) {
    if tie == Tie::Owner {
        (Confidence::Possible, "the two rows belong together")
    } else if whole || tie == Tie::Child && first.does == Does::Insert && second.does == Does::Update {
        // A new row that nothing points to yet is not seen by anybody; what is done again, or answered, is whole as well.
        (Confidence::Possible, "somebody finds the first without the second")
    } else if first.does == Does::Upsert || first.ignores {
        // A row that is there is as good as one that was made: the next run goes on from it.
        (Confidence::Possible, "the first matters without the second")
    } else if is_parameter(first) {
        (Confidence::Possible, "nobody calls it with a transaction")
    } else if clicked {
        (Confidence::Likely, "two requests come at once")
    } else {
        (Confidence::Likely, "a run can end between the two writes")
    }
}

/// Does it run on the parameter itself, and not on something that a request brings along?
fn is_parameter(access: &Access) -> bool {
    matches!(access.handle, Handle::Lent(_))
        && matches!(&access.on, Sym::At(Origin::Param(..), path) if path.is_empty())
}

fn push(
    cx: &Context<'_>,
    id: FunctionId,
    trace: &Trace,
    (first, second, tie, whole): (&Access, &Access, Tie, bool),
    rest: Vec<&Access>,
    sink: &mut Sink,
) {
    let clicked = double_click(cx.program, trace, first, second);
    let half = play_twice(&[(Step::Write(0), 0), (Step::Write(1), 1)], 2, true, &[Violation::HalfApplied]);
    let Some(found) = clicked.as_ref().map(|(found, _)| found).or(half.as_ref()) else { return };
    let Some((depth, here, there)) = parting(first, second) else { return };
    let mut spots = vec![spot(here), spot(there)];
    // A helper that makes both was called without a transaction: that call is the act.
    if here.function != id
        && let Some(call) = first.way[..depth].iter().rev().find(|pos| pos.function == id)
    {
        spots[1] = spot(call);
    }
    let (confidence, assumption) = sureness((first, second), tie, whole, clicked.is_some());
    let mut act = 1;
    if let Some((_, [read, test, made])) = clicked {
        spots.splice(0..0, [read, test]);
        spots.push(made);
        act = 3;
    }
    let mut rests_on = vec![(act - 1, "this is written first, and stays")];
    let inner = [(first, "here it is written first"), (second, "and here what belongs to it")];
    row_drafts::add_inner(&mut spots, &mut rests_on, &inner);
    let outcome = match &clicked {
        Some(_) => {
            format!("the second run deletes from {} what the first has made since", rows(second))
        }
        None if first.table == second.table => format!("one row of {} is changed and the other is not", rows(first)),
        None => format!("{} is changed and {} is not", rows(first), rows(second)),
    };
    for other in rest.into_iter().take(4) {
        rests_on.push((spots.len(), "this belongs to it as well"));
        spots.push(at(other));
    }
    let message = message(&name(cx.program, id), (first, second), tie);
    let told = Told {
        found,
        confidence,
        spots,
        places: vec![rows(first), rows(second)],
        act,
        rests_on,
        message,
        help: "run both on the handle of one transaction",
        outcome,
        assumptions: vec![assumption.to_owned()],
    };
    sink.push(row_drafts::draft(cx.program, id, told));
}

fn message(function: &str, (first, second): (&Access, &Access), tie: Tie) -> String {
    let table = rows(first);
    match tie {
        Tie::Replace => format!("`{function}` deletes from {table} and inserts anew outside a transaction"),
        Tie::Transfer => {
            format!("`{function}` moves something from one row of {table} to another outside a transaction")
        }
        Tie::Turn => format!("`{function}` puts a flag out in {table} and up in another row outside a transaction"),
        Tie::Child | Tie::Key | Tie::Owner => {
            format!("`{function}` writes {table} and {} outside a transaction", rows(second))
        }
    }
}

/// A flag is tested and put out, and rows are deleted: two runs that both saw the flag delete twice, and the second time
/// what the first run has made since. The schedule, and where the flag is read, where it is tested and where a row is made.
fn double_click(program: &Program, trace: &Trace, first: &Access, second: &Access) -> Option<(Break, [Spot; 3])> {
    if first.does != Does::Update || second.does != Does::Delete {
        return None;
    }
    let reads = trace.accesses.iter().filter(|read| read.does.reads() && read.table == first.table);
    let mut tests = reads.filter_map(|read| match tested(program, read, second) {
        Some((Found::Something, pos)) => Some((at(read), spot(&pos))),
        _ => None,
    });
    let (read, test) = tests.next()?;
    let fills =
        |made: &&Access| made.does == Does::Insert && made.table == second.table && precedes(program, second, made);
    let made = trace.accesses.iter().find(fills)?;
    let click =
        [(Step::Read(0), 0), (Step::IfSomething, 1), (Step::Clear(0), 2), (Step::Empty(1), 3), (Step::Add(1), 4)];
    let wanted = [Violation::StaleCheck, Violation::LostInsert, Violation::LostUpdate, Violation::NotSerial];
    let found = play_twice(&click, 2, false, &wanted)?;
    Some((found, [read, test, at(made)]))
}
