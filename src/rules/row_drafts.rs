//! Row drafts: drafts of findings about rows and keys, from a few steps that were explored.

use super::wording::scope;
use crate::explore::{Break, Event, EventKind};
use crate::facts::FunctionKind;
use crate::finding::{Confidence, Draft, DraftStep, Spot};
use crate::link::Program;
use crate::link::bind::OpKind;
use crate::link::ids::FunctionId;
use crate::rows::{Access, Handle, Pos, Rows, Trace};

/// What a rule says of a break.
pub(super) struct Told<'a> {
    pub(super) found: &'a Break,
    pub(super) confidence: Confidence,
    /// By site: the number that the steps were given.
    pub(super) spots: Vec<Spot>,
    /// By place, as a reader names it.
    pub(super) places: Vec<String>,
    /// The site of the act.
    pub(super) act: usize,
    /// Sites that the act rests on, and what to say there.
    pub(super) rests_on: Vec<(usize, &'static str)>,
    pub(super) message: String,
    pub(super) help: &'static str,
    pub(super) outcome: String,
    pub(super) assumptions: Vec<String>,
}

pub(super) fn draft(program: &Program, function: FunctionId, told: Told<'_>) -> Draft {
    let steps = told.found.witness.iter().filter_map(|event| step(event, &told));
    Draft {
        violation: told.found.violation.as_str(),
        confidence: told.confidence,
        at: told.spots[told.act],
        scope: scope(program, function),
        message: told.message.clone(),
        help: told.help.to_owned(),
        outcome: told.outcome.clone(),
        assumptions: told.assumptions.clone(),
        related: told.rests_on.iter().map(|(site, text)| (told.spots[*site], (*text).to_owned())).collect(),
        fixes: Vec::new(),
        witness: steps.collect(),
    }
}

fn step(event: &Event, told: &Told<'_>) -> Option<DraftStep> {
    let place = |id: u32| told.places.get(id as usize).map_or("?", String::as_str);
    let text = match event.what {
        EventKind::Reads(id) => format!("reads {}", place(id)),
        EventKind::Writes(id) => format!("writes {}", place(id)),
        EventKind::Removes(id) => format!("deletes {}", place(id)),
        EventKind::Tries(id, true) => format!("takes {}, which was free", place(id)),
        EventKind::Tries(id, false) => format!("finds {} taken", place(id)),
        EventKind::Tests(true) => "the test holds".to_owned(),
        EventKind::Tests(false) => "the test does not hold".to_owned(),
        EventKind::Acts => "works on".to_owned(),
        EventKind::Locks(_) => format!("locks {}", place(0)),
        EventKind::WaitsFor(_) => format!("has to wait for {}", place(0)),
        EventKind::Unlocks(_) => format!("gives {} back", place(0)),
        EventKind::Fails => "fails here, or the process ends".to_owned(),
        EventKind::Commits => "commits".to_owned(),
        _ => return None,
    };
    let at = *told.spots.get(event.site.0 as usize)?;
    Some(DraftStep { lane: char::from(b'A' + event.lane), at, text, time: None })
}

pub(super) fn spot(pos: &Pos) -> Spot {
    Spot { file: pos.function.file, span: pos.span }
}

/// Where the access itself stands.
pub(super) fn at(access: &Access) -> Spot {
    access.way.last().map_or(Spot { file: crate::facts::FileId(0), span: Default::default() }, spot)
}

/// Where the accesses themselves stand, if a helper makes them.
pub(super) fn add_inner(
    spots: &mut Vec<Spot>,
    rests_on: &mut Vec<(usize, &'static str)>,
    inner: &[(&Access, &'static str)],
) {
    for (access, text) in inner {
        let own = at(access);
        if !spots.contains(&own) {
            rests_on.push((spots.len(), text));
            spots.push(own);
        }
    }
}

/// Has a run that comes to this access called something by whose name it holds a lock by then?
pub(super) fn is_behind_a_lock(program: &Program, access: &Access) -> bool {
    access.way.iter().any(|pos| {
        program.body(pos.function).blocks.iter().flatten().filter(|op| op.span.start < pos.span.start).any(|op| {
            match &op.kind {
                OpKind::Call { target, .. } => names_a_lock(&program.function(*target).name),
                OpKind::Act { name, .. } => names_a_lock(name),
                _ => false,
            }
        })
    })
}

/// `lockRows`, `get_lock`, `withLock`; not `unlock`, `block`, `isLocked`.
fn names_a_lock(name: &str) -> bool {
    crate::names::words(name).any(|word| matches!(word, "lock" | "Lock"))
}

/// Both in one transaction that lets nobody between.
pub(super) fn is_serial(program: &Program, trace: &Trace, read: &Access, write: &Access) -> bool {
    let shared = trace.transactions.iter().filter(|tx| read.handle == Handle::In(tx.id) && write.handle == read.handle);
    let mut shared = shared.map(|tx| tx.serializable || program.models.libraries[tx.library].serializable);
    let given = read.handle == Handle::Given && program.models.libraries[read.library].serializable;
    shared.any(|serial| serial) || given
}

/// The rows of a table, as a reader names them.
pub(super) fn rows(access: &Access) -> String {
    format!("`{}`", access.shown)
}

/// Is this function the one to speak of the two accesses? A helper that makes both speaks for itself.
pub(super) fn speaks_for(program: &Program, function: FunctionId, a: &Access, b: &Access) -> bool {
    let Some((_, here, _)) = crate::rows::relate::parting(a, b) else { return false };
    // The function itself, or one written inside it that runs as a part of it.
    let mut at = Some(here.function.ix);
    while let Some(ix) = at {
        if here.function.file == function.file && ix == function.ix {
            return true;
        }
        at = program.facts(here.function.file).functions[ix.index()].outer;
    }
    false
}

/// Both are made by one helper, and everybody between leaves it to the caller what they run on.
pub(super) fn speaks_for_helper(rows: &Rows, a: &Access, b: &Access) -> bool {
    let Some((depth, ..)) = crate::rows::relate::parting(a, b) else { return false };
    let is_lent = |function: FunctionId| {
        rows.of_function(function).is_none_or(|trace| {
            let same = trace.accesses.iter().find(|own| own.way.last() == a.way.last());
            same.is_none_or(|own| matches!(own.handle, Handle::Lent(_)))
        })
    };
    depth > 0 && a.way[1..=depth].iter().all(|pos| is_lent(pos.function))
}

pub(super) fn is_code(program: &Program, function: FunctionId) -> bool {
    program.function(function).kind != FunctionKind::Module
}
