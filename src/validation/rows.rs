//! Rows: the sites on tables and keys that are safe by a guard. The guard is taken out of the traces, and the rules on rows
//! are asked again: what they say then is what the guard keeps away.

use super::evidence::{Evidence, Step};
use super::survey::{PlaceKind, Site, Verdict};
use super::{Checked, classify};
use crate::examine::Examination;
use crate::explore::Verdict as Explored;
use crate::explore::model::Mode;
use crate::finding::{Draft, Finding, Spot};
use crate::link::ids::FunctionId;
use crate::rows::play::{Step as Play, answer};
use crate::rows::{Access, Handle, Pos, Rows, Trace};
use crate::rules::{self, Context};

/// The rules that speak of rows that a guard can keep apart.
const ROW_RULES: &[&str] = &["check-then-insert", "non-transactional-updates", "row-read-modify-write"];

/// A guard that traces can be without.
struct Kind {
    name: &'static str,
    role: &'static str,
    take_away: fn(&mut Trace),
    /// Where it stands, for these accesses of a trace.
    at: fn(&Trace, &[&Access]) -> Vec<Spot>,
}

const KINDS: &[Kind] = &[
    Kind { name: "transaction", role: "begun", take_away: without_transactions, at: transactions },
    Kind { name: "row-lock", role: "locked when read", take_away: without_row_locks, at: row_locks },
    Kind { name: "condition", role: "written only where it is as it was", take_away: without_conditions, at: writes },
    Kind { name: "constraint", role: "inserted only where nothing is", take_away: without_constraints, at: writes },
];

pub(super) fn sites(checked: &Checked<'_>) -> Vec<Site> {
    let rows = &checked.study.rows;
    if rows.traces.is_empty() {
        return Vec::new();
    }
    let before = said(checked, rows);
    KINDS.iter().flat_map(|kind| guarded(checked, &before, kind)).collect()
}

/// What the rules say now and did not say before.
fn guarded(checked: &Checked<'_>, before: &[(&'static str, Draft)], kind: &Kind) -> Vec<Site> {
    let rows = &checked.study.rows;
    let mut traces = rows.traces.clone();
    traces.iter_mut().for_each(|(_, trace)| (kind.take_away)(trace));
    let after = said(checked, &Rows { traces });
    let is_new =
        |(rule, draft): &&(&'static str, Draft)| !before.iter().any(|(known, old)| known == rule && old.at == draft.at);
    after.iter().filter(is_new).filter_map(|(rule, draft)| site(checked, kind, rule, draft)).collect()
}

fn said(checked: &Checked<'_>, rows: &Rows) -> Vec<(&'static str, Draft)> {
    let overlap = checked.study.examination.overlap.clone();
    let alone = Examination { overlap, ..Examination::default() };
    let context = Context { program: checked.program, examination: &alone, rows };
    let rules = ROW_RULES.iter().filter_map(|id| rules::find(id));
    rules.flat_map(|rule| rules::ask(rule, &context)).map(|(rule, _, draft)| (rule, draft)).collect()
}

fn site(checked: &Checked<'_>, kind: &Kind, rule: &'static str, draft: &Draft) -> Option<Site> {
    // A function that breaks all the same is told for that; another may have its name.
    let is_it = |finding: &Finding| finding.file == draft.at.file && finding.scope == draft.scope;
    let breaks = |finding: &Finding| is_it(finding) && classify::of_rule(finding.rule) == Some(PlaceKind::Row);
    if checked.findings.iter().any(breaks) {
        return None;
    }
    let steps: Vec<Spot> = draft.witness.iter().map(|step| step.at).chain([draft.at]).collect();
    let touches = |access: &&Access| access.way.iter().any(|pos| steps.contains(&spot(pos)));
    let of = |(id, trace): &&(FunctionId, Trace)| {
        let is_it = id.file == draft.at.file && rules::scope(checked.program, *id) == draft.scope;
        is_it && trace.accesses.iter().any(|access| touches(&access))
    };
    let (id, trace) = checked.study.rows.traces.iter().find(of)?;
    let accesses: Vec<&Access> = trace.accesses.iter().filter(touches).collect();
    let mut stands = (kind.at)(trace, &accesses);
    stands.sort_unstable();
    stands.dedup();
    if stands.is_empty() {
        return None;
    }
    let function = checked.program.function(*id);
    let here = |span| Spot { file: id.file, span };
    let tables: Vec<&str> = accesses.iter().map(|access| access.shown.as_str()).collect();
    let place = tables.first().map_or("rows".to_owned(), |table| (*table).to_owned());
    let steps = stands.into_iter().map(|at| Step { role: kind.role, at }).collect();
    let guard = Evidence { kind: kind.name, name: format!("{} on {place}", kind.name), rule, steps };
    let (states, schedules) = explored(rule);
    Some(Site {
        scope: draft.scope.clone(),
        place,
        kind: PlaceKind::Row,
        at: here(if function.name_span.start == function.name_span.end { function.span } else { function.name_span }),
        within: here(function.span),
        starts: Vec::new(),
        rivals: vec![format!("{} on another connection", draft.scope)],
        verdict: Verdict::Safe { states, schedules, guards: vec![guard] },
    })
}

/// The same steps, explored with nobody between: states and schedules.
fn explored(rule: &str) -> (usize, u128) {
    let (first, second) = match rule {
        "check-then-insert" => (Play::IfNothing, Play::Write(0)),
        "row-read-modify-write" => (Play::Read(0), Play::Rewrite(0)),
        _ => (Play::Write(0), Play::Write(0)),
    };
    let lane = [(Play::Lock(Mode::Exclusive), 0), (Play::Read(0), 1), (first, 2), (second, 3), (Play::Unlock, 4)];
    match answer(&[&lane, &lane], 1, false) {
        Explored::Safe(safe) => (safe.states, safe.schedules),
        Explored::Breaks(_) | Explored::TooBig => (0, 0),
    }
}

fn spot(pos: &Pos) -> Spot {
    Spot { file: pos.function.file, span: pos.span }
}

fn last(access: &Access) -> Option<Spot> {
    access.way.last().map(spot)
}

fn without_transactions(trace: &mut Trace) {
    for access in &mut trace.accesses {
        access.inside.clear();
        if matches!(access.handle, Handle::In(_) | Handle::Given) {
            access.handle = Handle::Outer;
        }
    }
    trace.transactions.clear();
}

fn transactions(trace: &Trace, accesses: &[&Access]) -> Vec<Spot> {
    let holds = |id: u64| accesses.iter().any(|access| access.handle == Handle::In(id) || access.inside.contains(&id));
    trace.transactions.iter().filter(|tx| holds(tx.id)).map(|tx| spot(&tx.at)).collect()
}

fn without_row_locks(trace: &mut Trace) {
    trace.accesses.iter_mut().for_each(|access| access.locks = false);
}

fn row_locks(_: &Trace, accesses: &[&Access]) -> Vec<Spot> {
    accesses.iter().filter(|access| access.locks).filter_map(|access| last(access)).collect()
}

/// A write by nothing but references goes through whatever the row has become.
fn without_conditions(trace: &mut Trace) {
    let writes = trace.accesses.iter_mut().filter(|access| access.does.writes());
    writes.for_each(|access| access.keys.retain(|(column, _)| crate::rows::relate::is_reference(*column)));
}

fn without_constraints(trace: &mut Trace) {
    for access in &mut trace.accesses {
        (access.guarded, access.ignores) = (false, false);
    }
}

fn writes(_: &Trace, accesses: &[&Access]) -> Vec<Spot> {
    accesses.iter().filter(|access| access.does.writes()).filter_map(|access| last(access)).collect()
}
