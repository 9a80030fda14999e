//! Wording: from a break of the explorer to a draft with spots, lanes and sentences. What is said is what was explored.

use rustc_hash::FxHashMap;

use super::Context;
use super::doubt::is_doubtful;
use crate::assemble::Assembled;
use crate::examine::Examined;
use crate::examine::overlap::Evidence;
use crate::explore::model::Site;
use crate::explore::{Break, Event, EventKind, Grade};
use crate::facts::{FunctionKind, Receiver, UnitKind};
use crate::finding::{Confidence, Draft, DraftStep, Spot};
use crate::link::Program;
use crate::link::bind::OpKind;
use crate::link::ids::{FunctionId, UnitId};
use crate::link::loc::{Owner, Seg, SharedKey};
use crate::link::types::Ty;

/// The enclosing names of a function: `ModelStore.initContext`.
pub(crate) fn scope(program: &Program, id: FunctionId) -> String {
    let mut names = Vec::new();
    let facts = program.facts(id.file);
    let mut at = Some(id.ix);
    while let Some(ix) = at {
        let function = &facts.functions[ix.index()];
        if !function.name.is_empty() && function.kind != FunctionKind::Module {
            names.push(function.name.to_string());
        }
        // The class stands between its method and what is around the class.
        let around = function.outer.map(|outer| facts.functions[outer.index()].unit);
        if around != Some(function.unit) {
            let unit = program.unit(UnitId { file: id.file, ix: function.unit });
            if unit.kind != UnitKind::Module && !unit.name.is_empty() {
                names.push(unit.name.to_string());
            }
        }
        at = function.outer.filter(|_| names.len() < 6);
    }
    names.reverse();
    if names.is_empty() { "this code".to_owned() } else { names.join(".") }
}

/// The name of a function, as a person would say it.
pub(super) fn name(program: &Program, id: FunctionId) -> String {
    let function = program.function(id);
    if function.name.is_empty() || function.kind == FunctionKind::Module {
        scope(program, id)
    } else {
        function.name.to_string()
    }
}

/// Where a site stands.
pub(super) fn spot(assembled: &Assembled, site: Site) -> Spot {
    // What no single step did stands where the first run begins.
    let info = assembled.sites.get(site.0 as usize).unwrap_or(&assembled.sites[0]);
    Spot { file: info.function.file, span: info.span }
}

/// A lock by its name, or, where it has none, as the code writes it where it is taken.
pub(super) fn lock_name(program: &Program, shown: &str, at: Spot) -> String {
    let text = &program.files[at.file.index()].text;
    let written = text.get(at.span.start as usize..at.span.end as usize).and_then(|text| text.rsplit_once('.'));
    match written {
        Some((receiver, _)) if shown.starts_with('…') && receiver.len() < 40 && !receiver.contains('\n') => {
            receiver.to_owned()
        }
        _ => shown.to_owned(),
    }
}

pub(super) fn function_at(assembled: &Assembled, site: Site) -> FunctionId {
    assembled.sites.get(site.0 as usize).unwrap_or(&assembled.sites[0]).function
}

/// The two lanes, step by step.
pub(super) fn witness(program: &Program, assembled: &Assembled, found: &Break) -> Vec<DraftStep> {
    let shown = found.witness.iter().filter(|event| !matches!(event.what, EventKind::Begins | EventKind::Stays));
    let mut inside: FxHashMap<u8, Vec<Site>> = FxHashMap::default();
    let mut steps = Vec::new();
    for event in shown {
        let lane = char::from(b'A' + event.lane);
        let calls = calls_to(assembled, event.site);
        let before = inside.insert(event.lane, calls.clone()).unwrap_or_default();
        let known = before.iter().zip(&calls).take_while(|(was, is)| was == is).count();
        // The way into a helper is a part of the schedule: who reads it looks at the caller first.
        for (at, call) in calls.iter().enumerate().skip(known) {
            let inner = calls.get(at + 1).copied().unwrap_or(event.site);
            let called = program.function(function_at(assembled, inner)).name;
            if !called.is_empty() {
                steps.push(DraftStep {
                    lane,
                    at: spot(assembled, *call),
                    text: format!("calls `{called}`"),
                    time: None,
                });
            }
        }
        steps.push(DraftStep { lane, at: spot(assembled, event.site), text: said(assembled, event), time: None });
    }
    steps
}

/// The calls by which a run has come to this site, outermost first.
fn calls_to(assembled: &Assembled, site: Site) -> Vec<Site> {
    let outer = |site: &Site| assembled.sites.get(site.0 as usize).and_then(|info| info.called_at);
    let mut calls: Vec<Site> = std::iter::successors(outer(&site), outer).collect();
    calls.reverse();
    calls
}

fn said(assembled: &Assembled, event: &Event) -> String {
    let place = |id: u32| assembled.places[id as usize].shown.as_str();
    let lock = |id: u32| assembled.locks[id as usize].shown.as_str();
    let what = match event.what {
        EventKind::Begins => "begins".to_owned(),
        EventKind::Reads(id) => format!("reads `{}`", place(id)),
        EventKind::Writes(id) => format!("writes `{}`", place(id)),
        EventKind::Removes(id) => format!("removes `{}`", place(id)),
        EventKind::Tries(id, true) => format!("takes `{}`, which was free", place(id)),
        EventKind::Tries(id, false) => format!("finds `{}` taken", place(id)),
        EventKind::Tests(holds) => (if holds { "the test holds" } else { "the test does not hold" }).to_owned(),
        EventKind::Acts => "acts on it".to_owned(),
        EventKind::Opens => "opens a resource".to_owned(),
        EventKind::Uses => "uses it".to_owned(),
        EventKind::Closes => "closes it".to_owned(),
        EventKind::Pauses => "is suspended".to_owned(),
        EventKind::Starts => "starts work that it does not wait for".to_owned(),
        EventKind::Joins => "goes on with the answer".to_owned(),
        EventKind::Settles => "settles the promise".to_owned(),
        EventKind::Locks(id) => format!("locks `{}`", lock(id)),
        EventKind::WaitsFor(id) => format!("waits for `{}`", lock(id)),
        EventKind::Unlocks(id) => format!("unlocks `{}`", lock(id)),
        EventKind::Sleeps(id) => format!("sleeps on `{}`", lock(id)),
        EventKind::Notifies(id) => format!("notifies `{}`", lock(id)),
        EventKind::Commits => "commits".to_owned(),
        EventKind::Fails => "fails".to_owned(),
        EventKind::Returns => "returns".to_owned(),
        EventKind::Stays => "stays".to_owned(),
    };
    if event.note.is_empty() { what } else { format!("{what}: {}", event.note) }
}

/// How sure a break is, by its schedule and by how sure it is that two runs meet.
pub(super) fn confidence(found: &Break, evidence: Evidence) -> Confidence {
    let graded = match found.grade {
        Grade::Certain => Confidence::Certain,
        Grade::Likely => Confidence::Likely,
        Grade::Possible => Confidence::Possible,
    };
    graded.min(match evidence {
        Evidence::Shown => Confidence::Certain,
        Evidence::Admitted | Evidence::Offered => Confidence::Likely,
        Evidence::Assumed | Evidence::None => Confidence::Possible,
    })
}

/// The draft of a break, with the words that only its rule can choose.
pub(super) struct Words {
    pub(super) message: String,
    pub(super) help: String,
}

pub(super) fn draft(cx: &Context<'_>, examined: &Examined, found: &Break, evidence: Evidence, words: Words) -> Draft {
    let program = cx.program;
    let assembled = &examined.assembled;
    let act = function_at(assembled, found.act);
    let mut assumptions = found.assumptions.clone();
    if evidence != Evidence::Shown {
        assumptions.insert(0, overlap_assumption(program, examined));
    }
    let mut confidence = confidence(found, evidence);
    // Whoever got the closure may be the guard.
    if [examined.pair.first, examined.pair.second].iter().any(|id| cx.examination.overlap.is_handed_out(program, *id)) {
        confidence = Confidence::Possible;
    }
    if examined.unconfirmed {
        assumptions.push("nothing around it keeps the two runs apart: that was too much to be explored".to_owned());
    }
    if !examined.shared
        || examined.unconfirmed
        || is_borrowed_alone(program, examined, found)
        || is_doubtful(program, examined, found)
    {
        confidence = Confidence::Possible;
    }
    Draft {
        violation: found.violation.as_str(),
        confidence,
        at: spot(assembled, found.act),
        scope: scope(program, act),
        message: words.message,
        help: words.help,
        outcome: found.outcome.clone(),
        assumptions,
        related: rests_on(assembled, found),
        fixes: Vec::new(),
        witness: witness(cx.program, assembled, found),
    }
}

/// Is it about a field of what the act's method has borrowed exclusively?
fn is_borrowed_alone(program: &Program, examined: &Examined, found: &Break) -> bool {
    let assembled = &examined.assembled;
    found.place.is_some_and(|place| {
        has_alone(program, function_at(assembled, found.act), &assembled.places[place as usize].key)
    })
}

/// Is the place a field of what this method has borrowed exclusively? The language lets nobody else have it meanwhile.
pub(super) fn has_alone(program: &Program, method: FunctionId, key: &SharedKey) -> bool {
    let function = program.function(method);
    if function.receiver != Receiver::Exclusive {
        return false;
    }
    let unit = program.real_unit(UnitId { file: method.file, ix: function.unit });
    let own = key.owner == Owner::Unit(unit) && !key.path.contains(&Seg::Inside);
    // A pointer leads to what others have as well.
    let handed = match key.path.first() {
        Some(Seg::Field(name)) => program.field_of(&Ty::Unit(unit), *name).is_lib(&["Arc", "Rc", "Weak"]),
        _ => true,
    };
    own && !handed
}

/// What the act of a break rests on.
pub(super) fn rests_on(assembled: &Assembled, found: &Break) -> Vec<(Spot, String)> {
    let sites = found.rests_on.iter().filter(|site| **site != found.act);
    let mut related: Vec<_> =
        sites.map(|site| (spot(assembled, *site), "this is what it rests on".to_owned())).collect();
    related.dedup();
    related
}

fn overlap_assumption(program: &Program, examined: &Examined) -> String {
    let (first, second) = (name(program, examined.pair.first), name(program, examined.pair.second));
    if examined.pair.first == examined.pair.second {
        format!("`{first}` is called again before an earlier call has ended")
    } else {
        format!("`{second}` runs while `{first}` is suspended")
    }
}

/// Where a function is called, a few of them: what starts the runs that meet.
pub(super) fn call_sites(cx: &Context<'_>, callee: FunctionId) -> Vec<Spot> {
    let mut spots = Vec::new();
    for caller in cx.examination.overlap.callers(callee) {
        for op in cx.program.body(caller).blocks.iter().flatten() {
            let called = match &op.kind {
                OpKind::Call { target, .. } => Some(*target),
                OpKind::Run { callee, .. } => callee.target(),
                _ => None,
            };
            if called == Some(callee) {
                spots.push(Spot { file: caller.file, span: op.span });
            }
        }
    }
    spots.truncate(CALL_SITES);
    spots
}

/// The most call sites that one finding names.
const CALL_SITES: usize = 8;
